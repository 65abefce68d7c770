//! A function of the host that a component exports again. Its callers expect a lifted function; so it gets a small
//! instance of its own, with a memory and a `realloc` of the host, between whose sides the values pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::call::{Lifted, MAX_VALUES};
use super::host::{BoundFunction, HostFunction, call_host};
use super::signature::Signature;
use super::state::InstanceId;
use super::walker::Options;
use crate::abi::{Direction, PointerType, StringEncoding, align_to};
use crate::environ::TrapCode;
use crate::environ::module::{Limits, MemoryType, Signature as CoreSignature, ValType};
use crate::error::{Error, Result};
use crate::func::Func;
use crate::memory::Memory;
use crate::store::Store;
use crate::value::ValRaw;

/// Where allocation starts: no value is at address 0.
const START: u32 = 16;
const PAGE: u64 = 64 * 1024;

/// Up to where the memory of such a function is taken by the values of its call: it is empty between calls.
#[derive(Clone, Debug)]
pub(crate) struct Scratch(Arc<AtomicU32>);

impl Scratch {
    fn new() -> Scratch {
        Scratch(Arc::new(AtomicU32::new(START)))
    }

    /// The call is over, or did not take place.
    pub(super) fn clear(&self) {
        self.0.store(START, Ordering::Relaxed);
    }
}

/// What the export does when it is called.
pub(super) enum Target {
    Host(Arc<dyn HostFunction>, BoundFunction),
    /// Traps, naming this path.
    Trap(String),
}

/// Makes a lifted function of a host function.
pub(super) fn lift_host(store: &mut Store, signature: Arc<Signature>, target: Target) -> Result<Lifted> {
    let instance = store.add_component_instance(None);
    let limits = Limits { minimum: 1, maximum: None };
    let memory = Memory::new(store, MemoryType { limits, memory64: false, shared: false })?;
    let scratch = Scratch::new();
    let realloc = allocator(store, memory, scratch.clone(), instance);
    let signature = signature.with_pointers(PointerType::I32);
    let options = Options {
        instance,
        may_leave: store.component().flags(instance).may_leave,
        encoding: StringEncoding::Utf8,
        memory: Some(memory.placed(store)?),
        pointers: signature.pointers,
        realloc: Some(realloc.callable(store)?),
    };

    let core = signature.core(Direction::Lift).clone();
    let results = core.results.clone();
    let inner = signature.clone();
    let (allocated, left) = (scratch.clone(), scratch.clone());
    let core = Func::new_raw(store, core, move |store, _, values| {
        let outcome = match &target {
            Target::Host(function, bound) => {
                call_through(store, &options, &inner, bound, &**function, (&memory, &allocated), values)
            }
            Target::Trap(path) => Err(Error::trap(TrapCode::UnknownImport, format!("`{path}`"))),
        };
        if outcome.is_err() {
            // No guest was interrupted: the next call may come.
            allocated.clear();
            store.component_mut().reopen(options.instance);
        }
        outcome
    });
    let reset = Func::new_raw(store, CoreSignature { params: results, results: Vec::new() }, move |_, _, _| {
        left.clear();
        Ok(())
    });
    let (core, reset) = (core.callable(store)?, reset.callable(store)?);
    let lineage = store.component().lineage(options.instance);
    Ok(Lifted { core, post_return: Some(reset), options, lineage, signature, scratch: Some(scratch) })
}

/// Calls the host function as a guest would, and drops what it borrowed as a guest must.
fn call_through(
    store: &mut Store,
    options: &Options,
    signature: &Signature,
    bound: &BoundFunction,
    function: &dyn HostFunction,
    (memory, scratch): (&Memory, &Scratch),
    values: &mut [ValRaw],
) -> Result<()> {
    let mut lowered = [ValRaw::default(); MAX_VALUES + 1];
    for (slot, value) in lowered.iter_mut().zip(&*values) {
        *slot = *value;
    }
    let area = match signature.result_in_memory {
        true => {
            let area = allocate(store, *memory, scratch, signature.result_layout.align, signature.result_layout.size)?;
            lowered[signature.lowered.0 - 1] = ValRaw::from_u32(area);
            Some(area)
        }
        false => None,
    };
    call_host(store, options, &bound.0, function, &mut lowered)?;
    drop_borrows(store, options.instance);
    if let Some(slot) = values.first_mut() {
        *slot = area.map_or(lowered[0], ValRaw::from_u32);
    }
    Ok(())
}

fn drop_borrows(store: &mut Store, instance: InstanceId) {
    let state = store.component_mut();
    for scope in state.instance_mut(instance).handles.take_borrows() {
        if let Some(count) = state.borrows(scope) {
            *count = count.saturating_sub(1);
        }
    }
}

fn allocator(store: &mut Store, memory: Memory, scratch: Scratch, instance: InstanceId) -> Func {
    let signature = CoreSignature { params: vec![ValType::I32; 4], results: vec![ValType::I32] };
    Func::new_raw(store, signature, move |store, _, values| {
        let [old, old_size, align, size] = [values[0].u32(), values[1].u32(), values[2].u32(), values[3].u32()];
        let allocated = allocate(store, memory, &scratch, align, size);
        if allocated.is_err() {
            // As where the function fails: the next call may come.
            scratch.clear();
            store.component_mut().reopen(instance);
        }
        let address = allocated?;
        let (from, count) = (old as usize, old_size.min(size) as usize);
        memory.data_mut(store)?.copy_within(from..from + count, address as usize);
        values[0] = ValRaw::from_u32(address);
        Ok(())
    })
}

fn allocate(store: &mut Store, memory: Memory, scratch: &Scratch, align: u32, size: u32) -> Result<u32> {
    let address = align_to(scratch.0.load(Ordering::Relaxed), align);
    let end = address
        .checked_add(size)
        .ok_or_else(|| Error::trap(TrapCode::AllocationTooLarge, "the values of a call exceed 4 GiB"))?;
    let length = memory.byte_len(store)? as u64;
    if u64::from(end) > length {
        memory.grow(store, (u64::from(end) - length).div_ceil(PAGE))?;
    }
    scratch.0.store(end, Ordering::Relaxed);
    Ok(address)
}
