//! The flags of a component instance that compiled code reads and writes: core globals, so that a call from one component
//! to another costs no call of the host. Adapters import them; the host reaches them through [`Flag`].

use std::ptr::NonNull;

use crate::environ::module::{GlobalType, ValType};
use crate::global::Global;
use crate::store::Store;
use crate::value::ValRaw;
use crate::vm::VMGlobal;

/// A number that host and adapters share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flag {
    /// What an adapter imports.
    pub(crate) global: Global,
    pub(super) cell: FlagCell,
}

/// Where a flag is: all that the host needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlagCell(NonNull<VMGlobal>);

// SAFETY: an address in a store, which is only followed by who has borrowed that store.
unsafe impl Send for FlagCell {}
// SAFETY: as above.
unsafe impl Sync for FlagCell {}

/// [`InstanceFlags::entered`] of an instance that may be entered.
pub(super) const OPEN: i32 = 0;
/// [`InstanceFlags::entered`] of an instance that was stopped and never may be entered again.
pub(super) const CLOSED: i32 = -1;

/// The flags of one component instance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InstanceFlags {
    /// [`OPEN`], [`CLOSED`], or the number of the host's call (see `ComponentState::activation`) during which the instance
    /// was entered and not yet left: when that call fails, the instance was stopped in the middle of something.
    pub(crate) entered: Flag,
    /// 1; or 0 during `realloc` and post-return (`ComponentInstance.may_leave`).
    pub(crate) may_leave: Flag,
}

impl Flag {
    pub(super) fn new(store: &mut Store, value: i32) -> Flag {
        let inner = store.inner_mut();
        let global = inner.add_global(GlobalType { ty: ValType::I32, mutable: true }, ValRaw::from_i32(value));
        // The value is the first field of a global's data, and the data stays where it is.
        let data = inner.globals[global.index as usize].as_ptr();
        // SAFETY: `as_ptr` of an owner is not null.
        let cell = unsafe { NonNull::new_unchecked(&raw mut (*data).vm) };
        Flag { global, cell: FlagCell(cell) }
    }

    #[inline]
    pub(super) fn get(self) -> i32 {
        self.cell.get()
    }

    #[inline]
    pub(super) fn set(self, value: i32) {
        self.cell.set(value);
    }
}

impl FlagCell {
    #[inline]
    pub(super) fn get(self) -> i32 {
        // SAFETY: a store never removes a global, and flags are only kept in the state of the store that has
        // them, and in the options of its functions, which are only used with it.
        // Compiled code runs on this thread only and not at this moment.
        unsafe { (*self.0.as_ptr()).value.i32() }
    }

    #[inline]
    pub(super) fn set(self, value: i32) {
        // SAFETY: as in `get`.
        unsafe { (*self.0.as_ptr()).value = ValRaw::from_i32(value) }
    }
}

impl InstanceFlags {
    pub(super) fn new(store: &mut Store) -> InstanceFlags {
        InstanceFlags { entered: Flag::new(store, OPEN), may_leave: Flag::new(store, 1) }
    }
}
