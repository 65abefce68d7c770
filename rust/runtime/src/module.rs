//! A core module: its description and its code, ready to be instantiated any number of times.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use dovetail_environ::artifact::Trampolines;
use dovetail_environ::module::{
    DataIndex, DefinedFuncIndex, EntityIndex, ExternType, FuncIndex, Module as Description, SignatureIndex, translate,
};
use dovetail_environ::{Features, Progress};

use crate::code::{Artifact, CodeImage, Identity, Key, Mapping, Section};
use crate::engine::Engine;
use crate::error::{ArgumentKind, Error, Result};
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
    image: Arc<CodeImage>,
    /// The engine-wide numbers of the module's signatures; instances' blocks point to them.
    signature_ids: Box<[SignatureId]>,
    names: OnceLock<BTreeMap<FuncIndex, String>>,
    origin: Origin,
    /// Where the code cache has it.
    cached: Option<Key>,
}

/// What the code of modules that this crate wrote depends on: they may use every feature.
fn generated_identity(engine: &Engine) -> Identity {
    Identity { features: Features::default(), ..engine.identity().clone() }
}

/// Who wrote a module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Origin {
    Guest,
    /// This crate: an adapter between components.
    Engine,
}

impl Module {
    /// Validates and compiles a module in the binary format, or takes its code from the cache.
    pub fn new(engine: &Engine, bytes: &[u8]) -> Result<Module> {
        Module::new_with_progress(engine, bytes, &|_, _| {})
    }

    /// As [`Module::new`], told from any thread how many functions are done.
    pub fn new_with_progress(engine: &Engine, bytes: &[u8], progress: Progress<'_>) -> Result<Module> {
        Module::compile(engine, bytes, progress, engine.identity(), Origin::Guest)
    }

    /// Compiles a module that this crate wrote itself. It may use what guests of the engine may not, and backtraces do
    /// not show it.
    pub(crate) fn generated(engine: &Engine, bytes: &[u8]) -> Result<Module> {
        Module::compile(engine, bytes, &|_, _| {}, &generated_identity(engine), Origin::Engine)
    }

    /// As [`Module::deserialize`], for one of [`Module::generated`].
    ///
    /// # Safety
    /// The same.
    pub(crate) unsafe fn deserialize_generated(engine: &Engine, bytes: &[u8]) -> Result<Module> {
        let artifact = Artifact::open(Mapping::copy(bytes)?, &generated_identity(engine))?;
        Module::from_artifact(engine, artifact, Origin::Engine, None)
    }

    fn compile(
        engine: &Engine,
        bytes: &[u8],
        progress: Progress<'_>,
        identity: &Identity,
        origin: Origin,
    ) -> Result<Module> {
        let config = engine.config();
        let Some(compiler) = &config.compiler else {
            let message = "this engine has no compiler: it runs precompiled modules only";
            return Err(Error::argument(ArgumentKind::Value, message));
        };
        let cache = engine.cache().map(|cache| (cache, Key::new("module", identity, [bytes])));
        if let Some((_, key)) = cache
            && let Some(module) = Module::cached(engine, key, origin)
        {
            return Ok(module);
        }
        let translation = translate(bytes, identity.features)?;
        let code = compiler.compile_module(&translation, identity.options, progress)?;
        let encoded = Artifact::encode(&translation, &code, identity)?;
        if let Some((cache, key)) = cache
            && let Some(artifact) = cache.store_module(&key, &encoded, identity)
        {
            return Module::from_artifact(engine, artifact, origin, Some(key));
        }
        let artifact = Artifact::open(Mapping::copy(&encoded)?, identity)?;
        Module::from_artifact(engine, artifact, origin, None)
    }

    /// A module that is in the code cache.
    fn cached(engine: &Engine, key: Key, origin: Origin) -> Option<Module> {
        let artifact = match origin {
            Origin::Guest => engine.cache()?.load_module(&key, engine.identity()),
            Origin::Engine => engine.cache()?.load_module(&key, &generated_identity(engine)),
        };
        Module::from_artifact(engine, artifact?, origin, Some(key)).ok()
    }

    /// The guest's module that [`Module::cache_key`] named, if the code cache still has it.
    pub(crate) fn from_cache(engine: &Engine, key: Key) -> Option<Module> {
        Module::cached(engine, key, Origin::Guest)
    }

    /// As [`Module::from_cache`], for one of [`Module::generated`].
    pub(crate) fn generated_from_cache(engine: &Engine, key: Key) -> Option<Module> {
        Module::cached(engine, key, Origin::Engine)
    }

    /// By what key the code cache has the module, if it does.
    pub(crate) fn cache_key(&self) -> Option<Key> {
        self.inner.cached
    }

    /// Checks that bytes are a valid module, without compiling it.
    pub fn validate(engine: &Engine, bytes: &[u8]) -> Result<()> {
        translate(bytes, engine.config().features)?;
        Ok(())
    }

    /// The compiled module as bytes, for [`Module::deserialize`].
    pub fn serialize(&self) -> Result<Vec<u8>> {
        Ok(self.artifact()?.bytes().to_vec())
    }

    /// Loads what [`Module::serialize`] gave. Refused unless engine version, compiler and features are the same.
    ///
    /// # Safety
    /// The bytes contain machine code, which is run as it is: they must come unchanged from [`Module::serialize`].
    pub unsafe fn deserialize(engine: &Engine, bytes: &[u8]) -> Result<Module> {
        let artifact = Artifact::open(Mapping::copy(bytes)?, engine.identity())?;
        Module::from_artifact(engine, artifact, Origin::Guest, None)
    }

    fn from_artifact(engine: &Engine, artifact: Artifact, origin: Origin, cached: Option<Key>) -> Result<Module> {
        let description = artifact.description()?;
        let image = CodeImage::from_artifact(artifact, origin == Origin::Engine);
        let signatures = engine.signatures();
        let signature_ids: Box<[_]> = description.signatures.values().map(|ty| signatures.intern(ty)).collect();
        let (engine, names) = (engine.clone(), OnceLock::new());
        let inner = ModuleInner { engine: engine.clone(), description, image, signature_ids, names, origin, cached };
        let module = Module { inner: Arc::new(inner) };
        for (index, id) in module.inner.description.signatures.keys().zip(module.signature_ids()) {
            signatures.offer(*id, &module.inner.image, module.trampolines(index)?);
        }
        Ok(module)
    }

    fn artifact(&self) -> Result<&Artifact> {
        self.inner.image.artifact().ok_or_else(|| Error::bug("a module's image has no artifact"))
    }

    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// Whether this crate wrote the module: it is no guest's, and no backtrace shows it.
    pub(crate) fn is_generated(&self) -> bool {
        self.inner.origin == Origin::Engine
    }

    /// The name from the name section.
    pub fn name(&self) -> Option<&str> {
        self.inner.description.name.as_deref()
    }

    /// Everything about the module but its code and the names of its functions.
    pub fn description(&self) -> &Description {
        &self.inner.description
    }

    /// A function's name from the name section, else the first name under which it is exported.
    pub fn function_name(&self, function: FuncIndex) -> Option<&str> {
        let names = self.inner.names.get_or_init(|| self.artifact().map(Artifact::names).unwrap_or_default());
        if let Some(name) = names.get(&function) {
            return Some(name);
        }
        let exported = |(_, entity): &(&String, &EntityIndex)| **entity == EntityIndex::Func(function);
        self.description().exports.iter().find(exported).map(|(name, _)| name.as_str())
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

    pub fn export(&self, name: &str) -> Option<EntityIndex> {
        self.description().exports.get(name).copied()
    }

    pub(crate) fn image(&self) -> &CodeImage {
        &self.inner.image
    }

    pub(crate) fn signature_ids(&self) -> &[SignatureId] {
        &self.inner.signature_ids
    }

    /// The code of a defined function.
    pub(crate) fn code(&self, function: DefinedFuncIndex) -> Result<*const VMCode> {
        let range = self.artifact()?.pair(Section::Functions, function.as_u32() as usize);
        self.inner.image.code(range.ok_or_else(|| Error::bug("a function has no code"))?)
    }

    /// The defined function at an offset into the text.
    pub(crate) fn function_at(&self, offset: u32) -> Option<FuncIndex> {
        let artifact = self.artifact().ok()?;
        let count = self.description().num_defined_functions();
        let contains = |number: &usize| {
            let range = artifact.pair(Section::Functions, *number);
            range.is_some_and(|range| offset.wrapping_sub(range.offset) < range.length)
        };
        let number = (0..count).find(contains)?;
        Some(self.description().function_index(DefinedFuncIndex::from_u32(number as u32)))
    }

    fn trampolines(&self, signature: SignatureIndex) -> Result<Trampolines> {
        let artifact = self.artifact()?;
        let number = signature.as_u32() as usize * 2;
        let pair = |number| artifact.pair(Section::Trampolines, number);
        match (pair(number), pair(number + 1)) {
            (Some(enter), Some(leave)) => Ok(Trampolines { enter, leave }),
            (Some(_), None) | (None, Some(_)) | (None, None) => Err(Error::bug("a signature has no trampolines")),
        }
    }

    /// The `enter` trampoline of one of the module's signatures.
    pub(crate) fn enter(&self, signature: SignatureIndex) -> Result<VMEnter> {
        self.inner.image.enter(self.trampolines(signature)?)
    }

    /// The bytes of a data segment.
    pub(crate) fn data(&self, segment: DataIndex) -> &[u8] {
        self.inner.image.artifact().map(|artifact| artifact.data(segment)).unwrap_or(&[])
    }
}
