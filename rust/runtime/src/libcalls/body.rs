//! The bodies of the libcalls. All of them are called by compiled code: no panic may leave them, and every number comes
//! from a guest.

use std::ptr::NonNull;

use dovetail_environ::TrapCode;
use dovetail_environ::module::{DataIndex, ElemIndex, MemoryIndex, TableIndex, TagIndex};

use crate::error::{Error, Result, Trap};
use crate::instance::{InstanceData, copy_data, copy_elements};
use crate::memory::Memory;
use crate::store::{Store, StoreInner};
use crate::table::Table;
use crate::trap::{self, LentStore};
use crate::vm::{VMContext, VMException};

const FAILED: u8 = 0;
const DONE: u8 = 1;

/// The instance of a `vmctx`.
///
/// # Safety
/// The pointer is to an instance's block of a store that is running on this thread.
unsafe fn instance<'a>(vmctx: *mut VMContext) -> &'a InstanceData {
    // SAFETY: the caller's promise: the block and its data live as long as the store. No `&mut` to the data exists while
    // the store's code runs.
    unsafe { &*(*vmctx).host_data }
}

/// Does something with the store of a running instance; a failure is recorded as the reason to leave wasm.
///
/// # Safety
/// As for [`instance`], and nobody holds a reference to the store's contents.
unsafe fn attempt(vmctx: *mut VMContext, body: impl FnOnce(&mut Store) -> Result<()>) -> u8 {
    // SAFETY: the caller's promise.
    unsafe {
        let store = instance(vmctx).store;
        let result = body(LentStore::new(store).store());
        match result {
            Ok(()) => DONE,
            Err(error) => {
                trap::record(store, error);
                FAILED
            }
        }
    }
}

pub unsafe fn raise(vmctx: *mut VMContext) {
    // SAFETY: compiled code calls this after an error was recorded; there is nothing to clean up here.
    unsafe { trap::resume((*vmctx).store_context) }
}

pub unsafe fn record_trap(vmctx: *mut VMContext, code: u32) {
    let code = u8::try_from(code).ok().and_then(TrapCode::from_number);
    let error = match code {
        Some(code) => Trap::bare(code).into(),
        None => Error::bug("compiled code recorded an unknown trap"),
    };
    // SAFETY: compiled code is calling.
    unsafe { trap::record(instance(vmctx).store, error) };
}

pub unsafe fn memory_grow(vmctx: *mut VMContext, memory: u32, pages: u64) -> u64 {
    // SAFETY: compiled code is calling; nothing else refers to the store's contents meanwhile.
    let grown = unsafe {
        let data = instance(vmctx);
        let memory = data.memory(MemoryIndex::from_u32(memory));
        let store: &mut StoreInner = &mut *data.store.as_ptr();
        let limit = store.limits.memory_size;
        store.memory_mut(memory).ok().and_then(|memory| memory.grow(pages, limit))
    };
    grown.unwrap_or(u64::MAX)
}

/// `length` bytes of a memory from `at`; `None` where they are not all inside it.
fn range(store: &StoreInner, memory: Memory, at: u64, length: u64) -> Option<NonNull<u8>> {
    let data = store.memory(memory).ok()?;
    let end = at.checked_add(length)?;
    if end > data.vm.length as u64 {
        return None;
    }
    // SAFETY: the offset is inside the memory, or just past its end.
    NonNull::new(unsafe { data.vm.base.add(at as usize) })
}

fn memory_out_of_bounds() -> Error {
    Trap::bare(TrapCode::MemoryOutOfBounds).into()
}

fn table_out_of_bounds() -> Error {
    Trap::bare(TrapCode::TableOutOfBounds).into()
}

pub unsafe fn memory_copy(
    vmctx: *mut VMContext,
    to_memory: u32,
    from_memory: u32,
    to: u64,
    from: u64,
    length: u64,
) -> u8 {
    // SAFETY: compiled code is calling. Both ranges were checked; they may overlap, which `ptr::copy` allows.
    unsafe {
        let data = instance(vmctx);
        let (to_memory, from_memory) =
            (data.memory(MemoryIndex::from_u32(to_memory)), data.memory(MemoryIndex::from_u32(from_memory)));
        attempt(vmctx, |store| {
            let target = range(store.inner(), to_memory, to, length).ok_or_else(memory_out_of_bounds)?;
            let source = range(store.inner(), from_memory, from, length).ok_or_else(memory_out_of_bounds)?;
            std::ptr::copy(source.as_ptr(), target.as_ptr(), length as usize);
            Ok(())
        })
    }
}

pub unsafe fn memory_fill(vmctx: *mut VMContext, memory: u32, at: u64, value: u32, length: u64) -> u8 {
    // SAFETY: compiled code is calling; the range was checked.
    unsafe {
        let memory = instance(vmctx).memory(MemoryIndex::from_u32(memory));
        attempt(vmctx, |store| {
            let target = range(store.inner(), memory, at, length).ok_or_else(memory_out_of_bounds)?;
            std::ptr::write_bytes(target.as_ptr(), value as u8, length as usize);
            Ok(())
        })
    }
}

pub unsafe fn memory_init(vmctx: *mut VMContext, memory: u32, data: u32, to: u64, from: u32, length: u32) -> u8 {
    // SAFETY: compiled code is calling.
    unsafe {
        let (handle, memory) = {
            let instance = instance(vmctx);
            (instance.handle, instance.memory(MemoryIndex::from_u32(memory)))
        };
        attempt(vmctx, |store| copy_data(store, handle, memory, DataIndex::from_u32(data), to, from, length))
    }
}

pub unsafe fn data_drop(vmctx: *mut VMContext, data: u32) {
    // SAFETY: compiled code is calling, and no reference to the instance's data is held.
    unsafe {
        let owner = &mut *(*vmctx).host_data;
        if let Some(dropped) = owner.dropped_data.get_mut(data as usize) {
            *dropped = true;
        }
    }
}

pub unsafe fn table_grow(vmctx: *mut VMContext, table: u32, count: u64, value: u64) -> u64 {
    // SAFETY: compiled code is calling; nothing else refers to the store's contents meanwhile.
    let grown = unsafe {
        let data = instance(vmctx);
        let table = data.table(TableIndex::from_u32(table));
        let store: &mut StoreInner = &mut *data.store.as_ptr();
        let limit = store.limits.table_elements;
        store.table_mut(table).ok().and_then(|table| table.grow(count, value, limit))
    };
    grown.unwrap_or(u64::MAX)
}

/// The elements `at..at + length` of a table as a range of places; `None` where they are not all inside it.
fn places(store: &StoreInner, table: Table, at: u64, length: u64) -> Option<std::ops::Range<usize>> {
    let end = usize::try_from(at.checked_add(length)?).ok()?;
    (end <= store.table(table).ok()?.elements().len()).then_some(at as usize..end)
}

pub unsafe fn table_copy(vmctx: *mut VMContext, to_table: u32, from_table: u32, to: u64, from: u64, length: u64) -> u8 {
    // SAFETY: compiled code is calling.
    unsafe {
        let data = instance(vmctx);
        let (to_table, from_table) =
            (data.table(TableIndex::from_u32(to_table)), data.table(TableIndex::from_u32(from_table)));
        attempt(vmctx, |store| {
            let target = places(store.inner(), to_table, to, length).ok_or_else(table_out_of_bounds)?;
            let source = places(store.inner(), from_table, from, length).ok_or_else(table_out_of_bounds)?;
            if to_table == from_table {
                store.inner_mut().table_mut(to_table)?.elements_mut().copy_within(source, target.start);
            } else {
                let elements = store.inner().table(from_table)?.elements()[source].to_vec();
                store.inner_mut().table_mut(to_table)?.elements_mut()[target].copy_from_slice(&elements);
            }
            Ok(())
        })
    }
}

pub unsafe fn table_fill(vmctx: *mut VMContext, table: u32, at: u64, value: u64, length: u64) -> u8 {
    // SAFETY: compiled code is calling.
    unsafe {
        let table = instance(vmctx).table(TableIndex::from_u32(table));
        attempt(vmctx, |store| {
            let target = places(store.inner(), table, at, length).ok_or_else(table_out_of_bounds)?;
            store.inner_mut().table_mut(table)?.elements_mut()[target].fill(value);
            Ok(())
        })
    }
}

pub unsafe fn table_init(vmctx: *mut VMContext, table: u32, elem: u32, to: u64, from: u32, length: u32) -> u8 {
    // SAFETY: compiled code is calling.
    unsafe {
        let (handle, table) = {
            let instance = instance(vmctx);
            (instance.handle, instance.table(TableIndex::from_u32(table)))
        };
        attempt(vmctx, |store| copy_elements(store, handle, table, ElemIndex::from_u32(elem), to, from, length))
    }
}

pub unsafe fn elem_drop(vmctx: *mut VMContext, elem: u32) {
    // SAFETY: compiled code is calling, and no reference to the instance's data is held.
    unsafe {
        let owner = &mut *(*vmctx).host_data;
        if let Some(dropped) = owner.dropped_elements.get_mut(elem as usize) {
            *dropped = true;
        }
    }
}

pub unsafe fn exception_new(vmctx: *mut VMContext, tag: u32) -> *mut u8 {
    // SAFETY: compiled code is calling; nothing else refers to the store's contents meanwhile.
    unsafe {
        let data = instance(vmctx);
        let tag = data.tag(TagIndex::from_u32(tag));
        let store: &mut StoreInner = &mut *data.store.as_ptr();
        store.new_exception(tag).as_ptr().cast()
    }
}

pub unsafe fn throw(vmctx: *mut VMContext, exception: *mut u8) {
    // SAFETY: compiled code is calling, with an exception that it checked not to be null; nothing is to clean up here.
    unsafe {
        let store = instance(vmctx).store;
        trap::throw(store, NonNull::new_unchecked(exception.cast::<VMException>()))
    }
}

pub unsafe fn exception_caught(vmctx: *mut VMContext, exception: *mut u8) {
    // SAFETY: compiled code is calling with the exception that it was given, and does not use it again.
    unsafe {
        let store = instance(vmctx).store;
        (*store.as_ptr()).exceptions.release(NonNull::new_unchecked(exception.cast::<VMException>()));
    }
}

pub unsafe fn epoch(vmctx: *mut VMContext) -> u8 {
    // SAFETY: compiled code is calling; nothing else refers to the store's contents meanwhile.
    unsafe { attempt(vmctx, crate::epoch::reached) }
}

macro_rules! rounding {
    ($($name:ident: $type:ident, $method:ident;)*) => {$(
        /// The specification asks for a quiet NaN: adding to a NaN makes it one.
        pub unsafe fn $name(_vmctx: *mut VMContext, value: $type) -> $type {
            if value.is_nan() { value + 1.0 } else { value.$method() }
        }
    )*};
}

rounding! {
    ceil_f32: f32, ceil;
    ceil_f64: f64, ceil;
    floor_f32: f32, floor;
    floor_f64: f64, floor;
    trunc_f32: f32, trunc;
    trunc_f64: f64, trunc;
    nearest_f32: f32, round_ties_even;
    nearest_f64: f64, round_ties_even;
}

pub unsafe fn fma_f32(_vmctx: *mut VMContext, a: f32, b: f32, c: f32) -> f32 {
    a.mul_add(b, c)
}

pub unsafe fn fma_f64(_vmctx: *mut VMContext, a: f64, b: f64, c: f64) -> f64 {
    a.mul_add(b, c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Processors with the instructions never call these, so no guest of the other tests does.
    #[test]
    fn rounding_follows_the_specification() {
        let none = std::ptr::null_mut();
        // SAFETY: these functions do not look at the context.
        unsafe {
            assert_eq!([ceil_f32(none, -0.5), floor_f32(none, 0.5)].map(f32::to_bits), [(-0.0f32).to_bits(), 0]);
            assert_eq!([ceil_f64(none, 1.2), floor_f64(none, -1.2)], [2.0, -2.0]);
            assert_eq!([trunc_f32(none, -1.9), trunc_f32(none, 1.9)], [-1.0, 1.0]);
            assert_eq!([trunc_f64(none, -1.9), trunc_f64(none, f64::INFINITY)], [-1.0, f64::INFINITY]);
            assert_eq!([0.5, 1.5, 2.5, -2.5].map(|value| nearest_f32(none, value)), [0.0, 2.0, 2.0, -2.0]);
            assert_eq!([0.5, 1.5, 2.5, -2.5].map(|value| nearest_f64(none, value)), [0.0, 2.0, 2.0, -2.0]);
            assert_eq!(fma_f32(none, 2.0, 3.0, 4.0), 10.0);
            assert_eq!(fma_f64(none, 2.0, 3.0, 4.0), 10.0);
            let signalling = f32::from_bits(0x7fa0_0000);
            assert_eq!(nearest_f32(none, signalling).to_bits() & 0x7fc0_0000, 0x7fc0_0000);
        }
    }
}
