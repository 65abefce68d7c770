//! Imports by name.

use std::collections::HashMap;
use std::sync::Arc;

use dovetail_environ::TrapCode;
use dovetail_environ::module::{ExternType, Signature};

use crate::engine::Engine;
use crate::error::{ArgumentKind, Error, LinkError, Result};
use crate::func::{Caller, Func};
use crate::instance::Instance;
use crate::module::Module;
use crate::store::Store;

use crate::value::{Extern, Val};

type HostDefinition = Arc<dyn Fn(Caller<'_>, &[Val], &mut [Val]) -> Result<()> + Send + Sync>;

/// Names for imports. Items belong to a store; host functions that were defined with [`Linker::define_func`] belong to
/// none and are made in the store that needs them.
#[derive(Clone)]
pub struct Linker {
    engine: Engine,
    definitions: HashMap<(String, String), Definition>,
    allow_shadowing: bool,
}

#[derive(Clone)]
enum Definition {
    Item(Extern),
    Function(Signature, HostDefinition),
}

impl Linker {
    pub fn new(engine: &Engine) -> Linker {
        Linker { engine: engine.clone(), definitions: HashMap::new(), allow_shadowing: false }
    }

    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether a name may be defined again, the later definition holding.
    pub fn allow_shadowing(&mut self, allow: bool) -> &mut Self {
        self.allow_shadowing = allow;
        self
    }

    /// Defines an item of a store.
    pub fn define(&mut self, module: &str, name: &str, item: impl Into<Extern>) -> Result<&mut Self> {
        self.insert(module, name, Definition::Item(item.into()))
    }

    /// Defines a function of the host for any store.
    pub fn define_func(
        &mut self,
        module: &str,
        name: &str,
        ty: Signature,
        function: impl Fn(Caller<'_>, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
    ) -> Result<&mut Self> {
        self.insert(module, name, Definition::Function(ty, Arc::new(function)))
    }

    /// Defines all exports of an instance under a module name.
    pub fn define_instance(&mut self, store: &mut Store, module: &str, instance: Instance) -> Result<&mut Self> {
        for (name, item) in instance.exports(store)? {
            self.define(module, &name, item)?;
        }
        Ok(self)
    }

    /// Gives a definition a second name.
    pub fn alias(&mut self, module: &str, name: &str, as_module: &str, as_name: &str) -> Result<&mut Self> {
        let Some(definition) = self.definitions.get(&(module.to_string(), name.to_string())).cloned() else {
            return Err(LinkError::Unknown { import: format!("{module}::{name}") }.into());
        };
        self.insert(as_module, as_name, definition)
    }

    /// Defines every function that a module imports and that is not defined yet as one that traps, naming itself.
    pub fn define_unknown_imports_as_traps(&mut self, module: &Module) -> Result<()> {
        for (module_name, name, ty) in module.imports() {
            let ExternType::Func(signature) = ty else { continue };
            if !self.definitions.contains_key(&(module_name.to_string(), name.to_string())) {
                let path = format!("{module_name}::{name}");
                self.define_func(module_name, name, signature, move |_, _, _| {
                    Err(Error::trap(TrapCode::UnknownImport, format!("`{path}`")))
                })?;
            }
        }
        Ok(())
    }

    /// What is defined under a name; a host function is made in the store.
    pub fn get(&self, store: &mut Store, module: &str, name: &str) -> Option<Extern> {
        // The key is made of owned strings: look-ups happen at instantiation only.
        match self.definitions.get(&(module.to_string(), name.to_string()))? {
            Definition::Item(item) => Some(*item),
            Definition::Function(signature, function) => {
                let function = function.clone();
                let call = move |caller: Caller<'_>, args: &[Val], results: &mut [Val]| function(caller, args, results);
                Some(Func::new(store, signature.clone(), call).into())
            }
        }
    }

    /// Instantiates a module with what is defined here.
    pub fn instantiate(&self, store: &mut Store, module: &Module) -> Result<Instance> {
        let mut items = Vec::new();
        for (module_name, name, _) in module.imports() {
            let Some(item) = self.get(store, module_name, name) else {
                return Err(LinkError::Unknown { import: format!("{module_name}::{name}") }.into());
            };
            items.push(item);
        }
        Instance::new(store, module, &items)
    }

    /// The function to run for a module name: its export "" or `_start`, or one that does nothing.
    pub fn get_default(&self, store: &mut Store, module: &str) -> Result<Func> {
        for name in ["", "_start"] {
            match self.get(store, module, name) {
                Some(Extern::Func(func)) => return Ok(func),
                Some(Extern::Table(_) | Extern::Memory(_) | Extern::Global(_) | Extern::Tag(_)) => {
                    let message = format!("`{module}::{name}` is not a function");
                    return Err(Error::argument(ArgumentKind::Type, message));
                }
                None => {}
            }
        }
        Ok(Func::new(store, Signature::default(), |_, _, _| Ok(())))
    }

    fn insert(&mut self, module: &str, name: &str, definition: Definition) -> Result<&mut Self> {
        let key = (module.to_string(), name.to_string());
        if !self.allow_shadowing && self.definitions.contains_key(&key) {
            return Err(LinkError::Duplicate { name: format!("{module}::{name}") }.into());
        }
        self.definitions.insert(key, definition);
        Ok(self)
    }
}

impl std::fmt::Debug for Linker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Linker").field("definitions", &self.definitions.keys()).finish_non_exhaustive()
    }
}
