//! The component side of a script: instances with their stores, and calls.
//!
//! Each component is instantiated in a fresh store, so that none can disturb another. One that imports earlier instances
//! by their names shares their store, because functions and resources do not leave it.

mod host;
mod value;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::engines::new_store;
use dovetail_runtime::component::{Component, Instance, Linker, Value};
use dovetail_runtime::{Engine, Result, Store};
use wast_text::{WastArg, WastRet};

/// An instance and the store that it lives in.
#[derive(Clone)]
pub(crate) struct ComponentInstance {
    store: Rc<RefCell<Store>>,
    instance: Instance,
}

/// What the components of a script may import, and how they are instantiated.
pub(crate) struct Components {
    engine: Engine,
    /// What the host offers.
    host: Linker,
    /// Instances by their own names and by those that they were registered under.
    importable: HashMap<String, ComponentInstance>,
}

/// What a call came to.
type Outcome = Result<Option<Value>>;

impl Components {
    pub fn new(engine: &Engine) -> Result<Components> {
        let mut host = Linker::new(engine);
        host::define(&mut host, engine)?;
        Ok(Components { engine: engine.clone(), host, importable: HashMap::new() })
    }

    pub fn compile(&self, bytes: &[u8]) -> Result<Component> {
        Component::new(&self.engine, bytes)
    }

    pub fn instantiate(&self, component: &Component) -> Result<ComponentInstance> {
        let mut linker = self.host.clone();
        let mut shared: Option<Rc<RefCell<Store>>> = None;
        for import in component.plan().imports.keys() {
            let Some(offered) = self.importable.get(import) else { continue };
            match &shared {
                None => shared = Some(offered.store.clone()),
                Some(store) if Rc::ptr_eq(store, &offered.store) => {}
                Some(_) => {
                    let message = format!("`{import}` lives in another store than what was imported before it");
                    return Err(dovetail_runtime::LinkError::Other { message }.into());
                }
            }
            linker.instance(import)?.exports_of(&offered.instance, &[])?;
        }
        let store = shared.unwrap_or_else(|| Rc::new(RefCell::new(new_store(&self.engine))));
        let instance = linker.instantiate(&mut store.borrow_mut(), component)?;
        Ok(ComponentInstance { store, instance })
    }

    /// Lets later components import an instance by this name.
    pub fn register(&mut self, name: &str, instance: &ComponentInstance) {
        self.importable.insert(name.to_owned(), instance.clone());
    }
}

impl ComponentInstance {
    /// Calls an exported function. The outer error is the script's, the inner one the engine's.
    pub fn call(&self, name: &str, arguments: &[WastArg<'_>]) -> Result<Outcome, String> {
        let function = self.instance.func(&[name]).ok_or_else(|| format!("no exported function \"{name}\""))?;
        let (types, ty) = function.ty();
        if ty.params.len() != arguments.len() {
            return Err(format!("\"{name}\" takes {} arguments, not {}", ty.params.len(), arguments.len()));
        }
        let mut values = Vec::with_capacity(arguments.len());
        for (param, argument) in ty.params.iter().zip(arguments) {
            values.push(value::argument(types, param.ty, argument)?);
        }
        Ok(function.call(&mut self.store.borrow_mut(), &values))
    }

    /// Whether what the function `name` returned is what a script expects of it.
    pub fn compare(&self, name: &str, expected: &[WastRet<'_>], found: Option<&Value>) -> Result<(), String> {
        let function = self.instance.func(&[name]).ok_or_else(|| format!("no exported function \"{name}\""))?;
        let (types, ty) = function.ty();
        match (expected, ty.result, found) {
            ([], None, None) => Ok(()),
            ([expected], Some(ty), Some(found)) => value::compare(types, ty, expected, found),
            (expected, _, found) => {
                Err(format!("expected {} results, got {}", expected.len(), usize::from(found.is_some())))
            }
        }
    }
}
