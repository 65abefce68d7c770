//! What a lifting or lowering in progress knows: store, options, types, flat values, and the handles that it lent.

use std::ops::Range;

use super::budget::Budget;
use super::pace::Pace;
use crate::abi::{PointerType, ResourceIndex, StringEncoding, Types};
use crate::component::flags::Flag;
use crate::component::passed::{GuestLoans, Lowered};
use crate::component::resource::ResourceType;
use crate::component::state::{InstanceId, cannot_leave};
use crate::component::violation::violation;
use crate::environ::TrapCode;
use crate::environ::component::adapter::Failure;
use crate::error::{ArgumentKind, Error, ErrorKind, Result, Trap};
use crate::func::Callable;
use crate::memory::GuestMemory;
use crate::store::Store;
use crate::value::ValRaw;

/// The canonical options of one function, resolved against an instance: used only with its store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) instance: InstanceId,
    /// Of the instance.
    pub(crate) may_leave: Flag,
    pub(crate) encoding: StringEncoding,
    pub(crate) memory: Option<GuestMemory>,
    /// Of the memory.
    pub(crate) pointers: PointerType,
    pub(crate) realloc: Option<Callable>,
}

impl Options {
    /// The pointer or length in a flat value.
    #[inline]
    pub(crate) fn pointer(&self, value: &ValRaw) -> u64 {
        match self.pointers {
            PointerType::I32 => u64::from(value.u32()),
            PointerType::I64 => value.u64(),
        }
    }

    /// Traps where the instance calls out in the middle of `realloc` or its post-return function.
    #[inline]
    pub(crate) fn check_may_leave(&self) -> Result<()> {
        if self.is_open() { Ok(()) } else { Err(cannot_leave()) }
    }

    /// Whether the instance is not in the middle of `realloc` or its post-return function, and was not stopped there.
    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        self.may_leave.get() != 0
    }

    /// Calls `realloc` or the post-return function, which may not leave the instance meanwhile. Where it does not return, by a
    /// trap or because somebody asked it to stop, that stays so, and the call closes the instance.
    ///
    /// # Safety
    /// As for [`Callable::call`].
    #[inline]
    pub(crate) unsafe fn call_confined(
        &self,
        store: &mut Store,
        function: Callable,
        values: &mut [ValRaw],
    ) -> Result<()> {
        self.may_leave.set(0);
        // SAFETY: the caller's promise.
        unsafe { function.call(store, values) }?;
        self.may_leave.set(1);
        Ok(())
    }
}

/// Lifting: guest values are read.
pub(crate) struct LiftContext<'a> {
    pub(crate) store: &'a mut Store,
    pub(crate) options: &'a Options,
    pub(crate) types: &'a Types,
    /// The resource types of `types`, by [`ResourceIndex`].
    pub(crate) resources: &'a [ResourceType],
    pub(crate) flat: &'a [ValRaw],
    pub(crate) position: usize,
    /// The other side is a guest too: handles pass as type and representation, without the host's table.
    pub(crate) between_guests: bool,
    /// Where loans are noted that end with the call. `None` for a result, which has no borrows, and for adapters, which
    /// have a list of their own.
    pub(crate) loans: Option<&'a mut GuestLoans>,
    pub(crate) budget: Budget,
    pub(crate) pace: Pace,
}

impl<'a> LiftContext<'a> {
    #[inline]
    pub(crate) fn resource(&self, index: ResourceIndex) -> Result<ResourceType> {
        resource(self.resources, index)
    }

    /// The next flat value, where it lies: a copy would read more of it than compiled code has just stored, and wait.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<&'a ValRaw> {
        match self.flat.get(self.position) {
            Some(value) => {
                self.position += 1;
                Ok(value)
            }
            None => Err(too_few()),
        }
    }

    #[inline]
    pub(crate) fn bytes(&self, range: Range<usize>) -> Result<&[u8]> {
        memory(self.options)?.data(self.store).get(range).ok_or_else(out_of_bounds)
    }

    /// The bytes at a checked address.
    #[inline(always)]
    pub(crate) fn read<const N: usize>(&self, address: u64) -> Result<[u8; N]> {
        let data = memory(self.options)?.data(self.store);
        match data.get(address as usize..).and_then(|tail| tail.first_chunk::<N>()) {
            Some(bytes) => Ok(*bytes),
            None => Err(out_of_bounds()),
        }
    }

    /// Counts the bytes of a list that is to be lifted; traps where the values of the call have too many.
    #[inline(always)]
    pub(super) fn spend(&mut self, bytes: u64) -> Result<()> {
        if self.budget.spend(bytes) { Ok(()) } else { self.overspent() }
    }

    /// The bytes of a string, which are counted likewise; `None` where they are not in the memory.
    #[inline]
    pub(super) fn spend_text(&mut self, range: Range<usize>) -> Result<Option<&[u8]>> {
        if !self.budget.spend(range.len() as u64) && self.has(range.start as u64, range.len() as u64)? {
            self.overspent()?;
        }
        Ok(memory(self.options)?.data(self.store).get(range))
    }

    #[cold]
    fn overspent(&mut self) -> Result<()> {
        let memory = memory(self.options)?.data(self.store).len();
        self.budget.extend(&self.store.limits(), memory as u64)?;
        self.pace.look(self.store)
    }

    /// Checks that a guest's pointer is aligned and that `length` bytes from it are inside the memory.
    #[inline]
    pub(crate) fn check_range(&self, address: u64, align: u32, length: u64) -> Result<()> {
        check_range(self.store, self.options, address, align, length)
    }

    /// Whether `length` bytes from an address are inside the memory.
    #[inline]
    pub(super) fn has(&self, address: u64, length: u64) -> Result<bool> {
        inside(self.store, self.options, address, length)
    }
}

/// Lowering: guest values are written.
pub(crate) struct LowerContext<'a> {
    pub(crate) store: &'a mut Store,
    pub(crate) options: &'a Options,
    pub(crate) types: &'a Types,
    /// The resource types of `types`, by [`ResourceIndex`].
    pub(crate) resources: &'a [ResourceType],
    pub(crate) flat: &'a mut [ValRaw],
    pub(crate) position: usize,
    /// The other side is a guest too: handles pass as type and representation, without the host's table.
    pub(crate) between_guests: bool,
    /// What was done to handles.
    pub(crate) lowered: Lowered,
    pub(crate) pace: Pace,
}

impl<'a> LowerContext<'a> {
    #[inline]
    pub(crate) fn resource(&self, index: ResourceIndex) -> Result<ResourceType> {
        resource(self.resources, index)
    }

    /// Appends a flat value. Numbers are written zero-extended, so that each joined type of a variant
    /// (`lower_flat_variant`) reads the bits it wants.
    #[inline]
    pub(crate) fn push(&mut self, bits: u64) -> Result<()> {
        *self.flat.get_mut(self.position).ok_or_else(too_few)? = ValRaw::from_u64(bits);
        self.position += 1;
        Ok(())
    }

    #[inline]
    pub(crate) fn bytes_mut(&mut self, range: Range<usize>) -> Result<&mut [u8]> {
        memory(self.options)?.data_mut(self.store).get_mut(range).ok_or_else(out_of_bounds)
    }

    #[inline]
    pub(crate) fn write<const N: usize>(&mut self, address: u64, bytes: [u8; N]) -> Result<()> {
        let data = memory(self.options)?.data_mut(self.store);
        match data.get_mut(address as usize..).and_then(|tail| tail.first_chunk_mut::<N>()) {
            Some(place) => {
                *place = bytes;
                Ok(())
            }
            None => Err(out_of_bounds()),
        }
    }

    /// `cx.allocate`, with the checks that follow it everywhere; `beyond` is the failure where the place is out of bounds.
    #[inline]
    pub(crate) fn allocate(&mut self, beyond: Failure, align: u32, length: u32) -> Result<u64> {
        self.reallocate(beyond, 0, 0, align, length)
    }

    /// `cx.reallocate`: the guest's `realloc` runs, and may not leave its instance meanwhile. The result is checked.
    #[inline]
    pub(crate) fn reallocate(
        &mut self,
        beyond: Failure,
        old: u64,
        old_length: u32,
        align: u32,
        length: u32,
    ) -> Result<u64> {
        let Some(realloc) = self.options.realloc else {
            return Err(Error::bug("a function that needs `realloc` has none"));
        };
        let word = |value: u32| ValRaw::from_u64(value.into());
        let mut values = [ValRaw::from_u64(old), word(old_length), word(align), word(length)];
        // SAFETY: validation of the component (and `Component::load` for a plan from disk) made sure that `realloc` takes
        // four values of the options' type of pointers and returns one, for which four slots suffice.
        unsafe { self.options.call_confined(self.store, realloc, &mut values) }?;
        let address = self.options.pointer(&values[0]);
        if !is_aligned(address, align) {
            return Err(violation(Failure::UnalignedAllocation, 0, 0));
        }
        if !inside(self.store, self.options, address, length.into())? {
            return Err(violation(beyond, 0, 0));
        }
        Ok(address)
    }

    /// Checks the pointer that a guest gave for a result.
    #[inline]
    pub(crate) fn check_range(&self, address: u64, align: u32, length: u64) -> Result<()> {
        check_range(self.store, self.options, address, align, length)
    }
}

#[inline]
fn memory(options: &Options) -> Result<&GuestMemory> {
    options.memory.as_ref().ok_or_else(no_memory)
}

/// Whether all of `length` bytes from an address are in the memory.
#[inline]
fn inside(store: &Store, options: &Options, address: u64, length: u64) -> Result<bool> {
    let size = memory(options)?.data(store).len() as u64;
    Ok(address.checked_add(length).is_some_and(|end| end <= size))
}

/// Whether an address is a multiple of an alignment, which is a power of two.
#[inline]
pub(super) fn is_aligned(address: u64, align: u32) -> bool {
    debug_assert!(align.is_power_of_two());
    address & u64::from(align.wrapping_sub(1)) == 0
}

#[inline]
fn check_range(store: &Store, options: &Options, address: u64, align: u32, length: u64) -> Result<()> {
    if !is_aligned(address, align) {
        return Err(violation(Failure::UnalignedPointer, 0, 0));
    }
    if !inside(store, options, address, length)? {
        return Err(violation(Failure::PointerOutOfBounds, 0, 0));
    }
    Ok(())
}

#[inline]
fn resource(resources: &[ResourceType], index: ResourceIndex) -> Result<ResourceType> {
    resources
        .get(index.as_u32() as usize)
        .copied()
        .ok_or_else(|| Error::bug(format!("{index:?} has no resource type at run time")))
}

#[cold]
fn no_memory() -> Error {
    Error::bug("a function that needs a memory has none")
}

#[cold]
fn out_of_bounds() -> Error {
    Error::trap(TrapCode::MemoryOutOfBounds, "a value at a component's boundary")
}

#[cold]
fn too_few() -> Error {
    Error::bug("flat values ran out: the types of a call do not fit its signature")
}

/// An error about a value with where it was: the host's own errors, and the traps for values that are too large. (A trap out of
/// the guest's `realloc` is none about a value. It has frames.)
#[cold]
#[inline(never)]
pub(crate) fn within(error: Error, place: impl FnOnce() -> String) -> Error {
    let mut error = error;
    match error.kind_mut() {
        ErrorKind::Argument(argument) => argument.message = format!("{}: {}", place(), argument.message),
        ErrorKind::Trap(Trap { code: TrapCode::AllocationTooLarge, detail: Some(detail), frames })
            if frames.is_empty() =>
        {
            *detail = format!("{}: {detail}", place());
        }
        ErrorKind::Trap(_)
        | ErrorKind::Compile(_)
        | ErrorKind::Link(_)
        | ErrorKind::Host(_)
        | ErrorKind::Io(_)
        | ErrorKind::Bug(_) => {}
    }
    error
}

/// A host value that a type has no room for.
pub(crate) fn wrong_count(expected: impl std::fmt::Display, found: impl std::fmt::Display) -> Error {
    Error::argument(ArgumentKind::Type, format!("expected {expected}, got {found}"))
}
