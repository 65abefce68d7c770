//! Calling lifted functions (`canon lift`): by the host, and by other guests.

use super::host_handles::drain;
use super::passed::Lowered;
use super::reexport::Scratch;
use super::resource::ResourceType;
use super::seam::{Receiver, Supplier};
use super::signature::Signature;
use super::state::{InstanceId, Lineage};
use super::walker::{Budget, LiftContext, LowerContext, Options, Pace, Slots, Spill, lift_result, lower_sequence};
use crate::abi::MAX_FLAT_PARAMS;
use crate::environ::TrapCode;
use crate::error::{Error, ErrorKind, Result};
use crate::fiber::{discard, is_on_fiber, run_on_host_stack};
use crate::func::Callable;
use crate::store::{Store, StoreId};
use crate::trap::activated;
use crate::value::ValRaw;
use std::mem::MaybeUninit;
use std::sync::Arc;

/// The most flat values that a call passes: 16 parameters and the pointer for a result.
pub(crate) const MAX_VALUES: usize = MAX_FLAT_PARAMS + 1;

/// The flat values of one call: arguments, then results.
type Values = [MaybeUninit<ValRaw>; MAX_VALUES];

/// How many values are cleared at least: a fixed number costs nothing to speak of.
const CLEARED_AT_LEAST: usize = 4;

/// Zeros: at least `count`, which is what a signature needs.
#[inline]
fn cleared(values: &mut Values, count: usize) -> &mut [ValRaw] {
    if count <= CLEARED_AT_LEAST { zeros(&mut values[..CLEARED_AT_LEAST]) } else { zeros(values) }
}

#[inline]
fn zeros(values: &mut [MaybeUninit<ValRaw>]) -> &mut [ValRaw] {
    values.fill(MaybeUninit::new(ValRaw::default()));
    // SAFETY: all of them were just set.
    unsafe { values.assume_init_mut() }
}

/// A lifted function, resolved against its instance.
#[derive(Clone, Debug)]
pub(crate) struct Lifted {
    pub(crate) core: Callable,
    pub(crate) post_return: Option<Callable>,
    pub(crate) options: Options,
    /// Of the instance.
    pub(crate) lineage: Lineage,
    pub(crate) signature: Arc<Signature>,
    /// For a function of the host's, whose values pass through a memory that nobody else clears.
    pub(crate) scratch: Option<Scratch>,
}

impl Lifted {
    /// The call did not take place.
    #[cold]
    fn forget_values(&self) {
        if let Some(scratch) = &self.scratch {
            scratch.clear();
        }
    }
}

/// A function bound to a host's types: a call looks nothing up.
#[derive(Clone, Debug)]
pub struct PreparedFunc {
    pub(crate) store: StoreId,
    pub(crate) lifted: Lifted,
}

/// The other side of a call: who supplies the arguments and takes the result.
pub(crate) trait Passage {
    /// Whether the other side is a guest.
    const BETWEEN_GUESTS: bool;

    /// Lowers the arguments (`on_start`).
    fn start<'a>(&mut self, cx: &mut LowerContext<'a>, signature: &'a Signature) -> Result<()>;
    /// Lifts the result.
    fn finish(&mut self, cx: &mut LiftContext<'_>, signature: &Signature) -> Result<()>;
    /// Hands the result on (`on_resolve`).
    fn deliver(&mut self, store: &mut Store) -> Result<()>;
}

/// Calls `function` from the component instance `caller`, or from the host.
#[inline]
pub(crate) fn call_lifted<P: Passage>(
    store: &mut Store,
    function: &Lifted,
    caller: Option<InstanceId>,
    passage: &mut P,
) -> Result<()> {
    let instance = function.options.instance;
    let state = store.component_mut();
    let entry = state.enter(state.entering(instance, &function.lineage, caller))?;
    let outcome = run(store, function, passage);
    let state = store.component_mut();
    let Err(failure) = outcome else {
        state.leave(entry);
        return Ok(());
    };
    Err(match *failure {
        // The instance was stopped in the middle of something.
        Failure::Guest(error) => {
            state.close(entry);
            error
        }
        Failure::Host(error) => {
            state.leave(entry);
            error
        }
    })
}

/// Why a call failed, which decides whether the callee may be entered again. Boxed where it is passed on: a call that succeeds
/// would carry the room for it around.
enum Failure {
    /// The guest ran and was stopped, or gave what it must not.
    Guest(Error),
    /// The host's supplier or receiver failed while no guest code was interrupted.
    Host(Error),
}

impl Failure {
    /// For errors of lowering and lifting: the walker's complaints about the guest are traps, what a host's supplier or
    /// receiver says is not, unless the guest's `realloc` was under way and has not come back.
    #[cold]
    fn of_walk(error: Error, callee: &Options) -> Box<Failure> {
        if !callee.is_open() {
            return Box::new(Failure::Guest(error));
        }
        Box::new(match error.kind() {
            ErrorKind::Trap(_) | ErrorKind::Bug(_) => Failure::Guest(error),
            ErrorKind::Compile(_)
            | ErrorKind::Link(_)
            | ErrorKind::Host(_)
            | ErrorKind::Argument(_)
            | ErrorKind::Io(_) => Failure::Host(error),
        })
    }

    #[cold]
    fn of_guest(error: Error) -> Box<Failure> {
        Box::new(Failure::Guest(error))
    }
}

#[inline]
fn run<P: Passage>(store: &mut Store, function: &Lifted, passage: &mut P) -> Result<(), Box<Failure>> {
    let signature = &*function.signature;
    let mut values = [MaybeUninit::uninit(); MAX_VALUES];
    let values = cleared(&mut values, signature.lifted.0.max(signature.lifted.1));
    let mut cx = LowerContext {
        store,
        options: &function.options,
        types: &signature.types,
        resources: &signature.resources,
        flat: values,
        position: 0,
        between_guests: P::BETWEEN_GUESTS,
        lowered: Lowered::default(),
        pace: Pace::default(),
    };
    let started = passage.start(&mut cx, signature);
    if let Err(error) = started {
        cx.lowered.take_back(cx.store, function.options.instance);
        function.forget_values();
        return Err(Failure::of_walk(error, &function.options));
    }
    cx.lowered.arrived(cx.store);
    let called = call_core(cx.store, function, passage, cx.flat);
    cx.lowered.end_loans(cx.store);
    let deferred = called?;
    if let Some(scope) = cx.lowered.scope
        && cx.store.component_mut().borrows(scope).is_some_and(|count| *count != 0)
    {
        let detail = "borrow handles still remain at the end of the call";
        return Err(Failure::of_guest(Error::trap(TrapCode::InvalidHandle, detail)));
    }
    let delivered = match deferred {
        None => passage.deliver(store).map_err(|error| Failure::of_walk(error, &function.options)),
        Some(failure) => Err(failure),
    };
    if let Err(failure) = &delivered
        && matches!(**failure, Failure::Guest(_))
    {
        return delivered;
    }
    if let Some(post_return) = function.post_return {
        run_post_return(store, function, post_return, values).map_err(Failure::of_guest)?;
    }
    delivered
}

/// Runs the core function and lifts its result. A failure of the host's receiver is given back as a value: the guest
/// has its post-return yet to run.
#[inline]
fn call_core<P: Passage>(
    store: &mut Store,
    function: &Lifted,
    passage: &mut P,
    values: &mut [ValRaw],
) -> Result<Option<Box<Failure>>, Box<Failure>> {
    let signature = &*function.signature;
    // SAFETY: `Lifted` is made by `Instantiation::lift` for this store, which compares the core function's type with the flat
    // signature that lowering filled the values by, and that the array has room for.
    unsafe { function.core.call(store, values) }.map_err(Failure::of_guest)?;
    if signature.result.is_empty() {
        return Ok(None);
    }
    let mut cx = LiftContext {
        budget: Budget::new(store),
        pace: Pace::default(),
        store,
        options: &function.options,
        types: &signature.types,
        resources: &signature.resources,
        flat: &values[..signature.lifted.1],
        position: 0,
        between_guests: P::BETWEEN_GUESTS,
        loans: None,
    };
    let Err(error) = passage.finish(&mut cx, signature) else { return Ok(None) };
    match *Failure::of_walk(error, &function.options) {
        // The guest has handed over the handles of its result, and those that were not lifted yet are nobody's.
        Failure::Host(error) if signature.result_has_handles() => Err(Failure::of_guest(error)),
        failure @ Failure::Host(_) => Ok(Some(Box::new(failure))),
        failure @ Failure::Guest(_) => Err(Box::new(failure)),
    }
}

/// `post_return` gets the flat results, which are still in the values, and may not leave its instance.
#[inline]
fn run_post_return(store: &mut Store, function: &Lifted, post_return: Callable, values: &mut [ValRaw]) -> Result<()> {
    // SAFETY: `Instantiation::lift` checked that the parameters are the core function's results, and that there are no
    // results.
    unsafe { function.options.call_confined(store, post_return, values) }
}

/// A host that calls. On a fiber, supplier and receiver are asked on the thread's own stack; that is decided where the call
/// begins, so that the usual call is compiled without the way there.
struct HostPassage<'h, S, R: Receiver, F, const ON_FIBER: bool> {
    supplier: &'h mut S,
    arguments: F,
    receiver: &'h mut R,
    result: Option<R::Value>,
}

impl<S, R, F, const ON_FIBER: bool> HostPassage<'_, S, R, F, ON_FIBER>
where
    S: Supplier,
    R: Receiver,
    F: FnMut(&mut S, &mut Slots<'_, '_>) -> Result<()>,
{
    #[inline(always)]
    fn lower<'a>(&mut self, cx: &mut LowerContext<'a>, signature: &'a Signature) -> Result<()> {
        let spill = if signature.params_in_memory { Spill::Allocate } else { Spill::Flat };
        let (params, layout) = (&signature.ty.params, &signature.params_layout);
        lower_sequence(cx, params, layout, spill, |slots| (self.arguments)(self.supplier, slots))
    }

    #[inline(always)]
    fn lift(&mut self, cx: &mut LiftContext<'_>, signature: &Signature) -> Result<()> {
        let Some(field) = signature.result.first() else { return Ok(()) };
        let (layout, in_memory) = (&signature.result_layout, signature.result_in_memory);
        self.result = Some(lift_result(cx, self.receiver, field, layout, in_memory)?);
        Ok(())
    }
}

impl<S, R, F, const ON_FIBER: bool> Passage for HostPassage<'_, S, R, F, ON_FIBER>
where
    S: Supplier,
    R: Receiver,
    F: FnMut(&mut S, &mut Slots<'_, '_>) -> Result<()>,
{
    const BETWEEN_GUESTS: bool = false;

    #[inline]
    fn start<'a>(&mut self, cx: &mut LowerContext<'a>, signature: &'a Signature) -> Result<()> {
        if ON_FIBER { run_on_host_stack(|| self.lower(cx, signature))? } else { self.lower(cx, signature) }
    }

    #[inline]
    fn finish(&mut self, cx: &mut LiftContext<'_>, signature: &Signature) -> Result<()> {
        if ON_FIBER { run_on_host_stack(|| self.lift(cx, signature))? } else { self.lift(cx, signature) }
    }

    #[inline]
    fn deliver(&mut self, _store: &mut Store) -> Result<()> {
        Ok(())
    }
}

/// Whether the host has ended the call, for its time is over.
#[cold]
fn is_interrupt(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Trap(trap) if trap.code == TrapCode::Interrupt)
}

impl PreparedFunc {
    /// Calls the function. `arguments` puts each parameter into its slot, in order; the result comes from the receiver.
    #[inline]
    pub fn call<S: Supplier, R: Receiver>(
        &self,
        store: &mut Store,
        supplier: &mut S,
        mut arguments: impl FnMut(&mut S, &mut Slots<'_, '_>) -> Result<()>,
        receiver: &mut R,
    ) -> Result<Option<R::Value>> {
        if store.id() != self.store {
            return Err(Error::other_store("function"));
        }
        // Lent: a copy of what the caller has just stored in parts would wait for it.
        let arguments = &mut arguments;
        if is_on_fiber() {
            return self.call_on_fiber(store, supplier, arguments, receiver);
        }
        self.run(store, HostPassage::<_, _, _, false> { supplier, arguments, receiver, result: None })
    }

    #[inline(never)]
    fn call_on_fiber<S: Supplier, R: Receiver>(
        &self,
        store: &mut Store,
        supplier: &mut S,
        arguments: impl FnMut(&mut S, &mut Slots<'_, '_>) -> Result<()>,
        receiver: &mut R,
    ) -> Result<Option<R::Value>> {
        self.run(store, HostPassage::<_, _, _, true> { supplier, arguments, receiver, result: None })
    }

    #[inline(always)]
    fn run<S: Supplier, R: Receiver, F, const ON_FIBER: bool>(
        &self,
        store: &mut Store,
        mut passage: HostPassage<'_, S, R, F, ON_FIBER>,
    ) -> Result<Option<R::Value>>
    where
        F: FnMut(&mut S, &mut Slots<'_, '_>) -> Result<()>,
    {
        store.timed(|store| {
            drain(store)?;
            // On a fiber, values are lowered on the thread's own stack, from where `realloc` is entered.
            let outcome = if ON_FIBER {
                call_lifted(store, &self.lifted, None, &mut passage)
            } else {
                activated(store, |store| call_lifted(store, &self.lifted, None, &mut passage))
            };
            let result = passage.result;
            // Where the call's time is over there is none for destructors: the next call begins with them.
            let over = outcome.as_ref().is_err_and(is_interrupt);
            let drained = if over { Ok(()) } else { drain(store) };
            // The call's own error is the first one: what a drop says comes second.
            let error = match (outcome, drained) {
                (Ok(()), Ok(())) => return Ok(result),
                (Err(error), Ok(())) | (Ok(()), Err(error)) => error,
                (Err(error), Err(later)) => error.followed_by(later),
            };
            discard(result);
            Err(error)
        })
    }

    /// The types with which the function was prepared.
    pub fn ty(&self) -> (&crate::abi::Types, &crate::abi::FunctionType) {
        (&self.lifted.signature.types, &self.lifted.signature.ty)
    }

    /// The resource type behind an index of the table with which the function was prepared.
    pub fn resource(&self, index: crate::abi::ResourceIndex) -> Option<ResourceType> {
        self.lifted.signature.resources.get(index.as_u32() as usize).copied()
    }
}
