//! Global variables.

use dovetail_environ::module::GlobalType;

use crate::error::{ArgumentKind, Error, Result};
use crate::store::{Owned, Store, StoreId, StoreInner};
use crate::value::{Val, ValRaw, name_of};
use crate::vm::VMGlobal;

/// A global of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Global {
    pub(crate) store: StoreId,
    pub(crate) index: u32,
}

#[derive(Debug)]
#[repr(C)]
pub(crate) struct GlobalData {
    /// What compiled code sees; first, so that both have one address.
    pub vm: VMGlobal,
    pub ty: GlobalType,
}

impl StoreInner {
    pub fn add_global(&mut self, ty: GlobalType, value: ValRaw) -> Global {
        let index = self.globals.len() as u32;
        self.globals.push(Owned::new(GlobalData { vm: VMGlobal { value }, ty }));
        Global { store: self.id, index }
    }

    pub fn global(&self, global: Global) -> Result<&GlobalData> {
        self.check(global.store, "global")?;
        Ok(self.globals[global.index as usize].get())
    }
}

impl Global {
    pub fn new(store: &mut Store, ty: GlobalType, value: Val) -> Result<Global> {
        let raw = lower(store, value, ty)?;
        Ok(store.inner_mut().add_global(ty, raw))
    }

    pub fn ty(&self, store: &Store) -> Result<GlobalType> {
        Ok(store.inner().global(*self)?.ty)
    }

    pub fn get(&self, store: &mut Store) -> Result<Val> {
        let data = store.inner().global(*self)?;
        let (raw, ty) = (data.vm.value, data.ty.ty);
        // SAFETY: a global holds a value of its type, put there by this store's code or by `lower`.
        Ok(unsafe { Val::from_raw(store, raw, ty) })
    }

    pub fn set(&self, store: &mut Store, value: Val) -> Result<()> {
        let ty = store.inner().global(*self)?.ty;
        if !ty.mutable {
            return Err(Error::argument(ArgumentKind::Type, "an immutable global cannot be set"));
        }
        let raw = lower(store, value, ty)?;
        store.inner_mut().globals[self.index as usize].get_mut().vm.value = raw;
        Ok(())
    }
}

fn lower(store: &mut Store, value: Val, ty: GlobalType) -> Result<ValRaw> {
    if value.ty() != ty.ty {
        let message = format!("the global's value must be `{}`, got `{}`", name_of(ty.ty), name_of(value.ty()));
        return Err(Error::argument(ArgumentKind::Type, message));
    }
    value.to_raw(store)
}
