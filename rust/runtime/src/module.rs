//! A core module: its description and its code, ready to be instantiated any number of times.

use std::sync::Arc;

use dovetail_environ::Progress;
use dovetail_environ::module::{
    DataIndex, DefinedFuncIndex, EntityIndex, ExternType, Module as Description, SignatureIndex,
};

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::signatures::SignatureId;
use crate::vm::{VMCode, VMEnter};

/// A compiled module; a cheap handle.
#[derive(Clone, Debug)]
pub struct Module {
    inner: Arc<ModuleInner>,
}

#[derive(Debug)]
struct ModuleInner {
    engine: Engine,
    description: Description,
    signature_ids: Box<[SignatureId]>,
}

impl Module {
    /// Validates and compiles a module in the binary format, or takes its code from the cache.
    pub fn new(engine: &Engine, bytes: &[u8]) -> Result<Module> {
        Module::new_with_progress(engine, bytes, &|_, _| {})
    }

    /// As [`Module::new`], told from any thread how many functions are done.
    pub fn new_with_progress(_engine: &Engine, _bytes: &[u8], _progress: Progress<'_>) -> Result<Module> {
        Err(Error::Bug("not built yet".into()))
    }

    /// The compiled module as bytes, for [`Module::deserialize`].
    pub fn serialize(&self) -> Result<Vec<u8>> {
        Err(Error::Bug("not built yet".into()))
    }

    /// Loads what [`Module::serialize`] gave. Refused unless engine version, compiler and features are the same.
    ///
    /// # Safety
    /// The bytes contain machine code, which is run as it is: they must come unchanged from [`Module::serialize`].
    pub unsafe fn deserialize(_engine: &Engine, _bytes: &[u8]) -> Result<Module> {
        Err(Error::Bug("not built yet".into()))
    }

    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// The name from the name section.
    pub fn name(&self) -> Option<&str> {
        self.inner.description.name.as_deref()
    }

    /// Everything about the module but its code. (Function names are kept elsewhere: see `function_name`.)
    pub fn description(&self) -> &Description {
        &self.inner.description
    }

    /// Module name, name and type of each import, in order.
    pub fn imports(&self) -> impl Iterator<Item = (&str, &str, ExternType)> {
        let description = self.description();
        description
            .imports
            .iter()
            .map(|import| (import.module.as_str(), import.name.as_str(), description.type_of(import.entity)))
    }

    /// Name and type of each export, in order.
    pub fn exports(&self) -> impl Iterator<Item = (&str, ExternType)> {
        let description = self.description();
        description.exports.iter().map(|(name, entity)| (name.as_str(), description.type_of(*entity)))
    }

    /// The engine-wide numbers of the module's signatures; compiled code points to them.
    pub(crate) fn signature_ids(&self) -> &[SignatureId] {
        &self.inner.signature_ids
    }

    /// The code of a defined function.
    pub(crate) fn code(&self, _function: DefinedFuncIndex) -> Result<*const VMCode> {
        Err(Error::Bug("not built yet".into()))
    }

    /// The `enter` trampoline of one of the module's signatures.
    pub(crate) fn enter(&self, _signature: SignatureIndex) -> Result<VMEnter> {
        Err(Error::Bug("not built yet".into()))
    }

    /// The bytes of a data segment.
    pub(crate) fn data(&self, _segment: DataIndex) -> &[u8] {
        &[]
    }

    pub fn export(&self, name: &str) -> Option<EntityIndex> {
        self.description().exports.get(name).copied()
    }
}
