//! Functions: those of instances and those of the host behind one handle.

use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::Arc;

use dovetail_environ::module::Signature;
use dovetail_environ::vmctx::{HOST_MAGIC, INSTANCE_MAGIC};

use crate::error::{ArgumentKind, Error, Result};
use crate::instance::Instance;
use crate::libcalls;
use crate::store::{Owned, Store, StoreId, StoreInner};
use crate::trap;
use crate::value::{Extern, Val, ValRaw, check_types};
use crate::vm::{VMCode, VMContext, VMEnter, VMFuncRef, VMHostContext, VMOpaqueContext};

/// A function of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Func {
    pub(crate) store: StoreId,
    pub(crate) index: u32,
}

/// What a store knows about a function that the host has a handle of.
#[derive(Debug)]
pub(crate) struct FuncData {
    func_ref: NonNull<VMFuncRef>,
    signature: Arc<Signature>,
    /// For a function of the host, its place in the store's list.
    host: Option<u32>,
}

// SAFETY: the `VMFuncRef` belongs to an instance or host function of the store that owns this value.
unsafe impl Send for FuncData {}

impl FuncData {
    /// Where a guest's function is.
    #[inline]
    fn wasm(&self) -> Result<Wasm> {
        // SAFETY: a function of an instance has a complete `VMFuncRef`, which lives as long as the store.
        let func_ref = unsafe { self.func_ref.as_ref() };
        let VMFuncRef { wasm_call: code, vmctx, type_id: _, enter } = *func_ref;
        match enter {
            Some(enter) => Ok(Wasm { enter, vmctx, code }),
            None => Err(Error::bug("a wasm function has no enter trampoline")),
        }
    }
}

/// A function of a store, with what a call of a guest's needs looked up once. Used only with that store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Callable {
    func: Func,
    /// `None` for a function of the host.
    wasm: Option<Wasm>,
}

/// Where a guest's function is. The store keeps all three in place as long as it lives.
#[derive(Clone, Copy, Debug)]
struct Wasm {
    enter: VMEnter,
    vmctx: *mut VMOpaqueContext,
    code: *const VMCode,
}

// SAFETY: addresses in a store, which are only used by calls that have borrowed that store mutably.
unsafe impl Send for Wasm {}
// SAFETY: as above.
unsafe impl Sync for Wasm {}

impl Callable {
    pub(crate) fn func(&self) -> Func {
        self.func
    }

    /// As [`Func::call_raw`], without the checks of store and length.
    ///
    /// # Safety
    /// The function is one of this store. `values` holds arguments of the signature's types, references only of this
    /// store, and has room for the results.
    #[inline]
    pub(crate) unsafe fn call(&self, store: &mut Store, values: &mut [ValRaw]) -> Result<()> {
        match self.wasm {
            // SAFETY: they belong together and to this store; the caller vouches for the values.
            Some(Wasm { enter, vmctx, code }) => unsafe {
                trap::invoke(store, enter, vmctx, code, values.as_mut_ptr())
            },
            // SAFETY: the caller's promise.
            None => unsafe { self.func.call_raw(store, values) },
        }
    }
}

type HostClosure = Box<dyn Fn(&mut Store, Option<Instance>, &mut [ValRaw]) -> Result<()> + Send>;

/// A function of the host, with what compiled code sees of it.
#[repr(C)]
pub struct HostFunction {
    context: VMHostContext,
    func_ref: VMFuncRef,
    store: NonNull<StoreInner>,
    closure: HostClosure,
}

/// What a host function is called with: the store, and who called.
#[derive(Debug)]
pub struct Caller<'a> {
    store: &'a mut Store,
    instance: Option<Instance>,
}

impl Caller<'_> {
    /// The instance whose code called; `None` when the host itself did.
    pub fn instance(&self) -> Option<Instance> {
        self.instance
    }

    /// An export of the calling instance.
    pub fn get_export(&mut self, name: &str) -> Option<Extern> {
        self.instance?.get_export(self.store, name).ok().flatten()
    }

    pub fn store(&mut self) -> &mut Store {
        self.store
    }
}

impl Deref for Caller<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        self.store
    }
}

impl DerefMut for Caller<'_> {
    fn deref_mut(&mut self) -> &mut Store {
        self.store
    }
}

impl Func {
    /// Makes a function of the host. Arguments and results have the signature's types: a closure that leaves other
    /// values in the results gets an error.
    pub fn new(
        store: &mut Store,
        ty: Signature,
        function: impl Fn(Caller<'_>, &[Val], &mut [Val]) -> Result<()> + Send + 'static,
    ) -> Func {
        let signature = ty.clone();
        Func::new_raw(store, ty, move |store, instance, values| {
            let arguments: Vec<Val> = signature
                .params
                .iter()
                .zip(values.iter())
                // SAFETY: the array holds the arguments, which compiled code or `Func::call` put there by signature.
                .map(|(ty, raw)| unsafe { Val::from_raw(store, *raw, *ty) })
                .collect();
            let mut results: Vec<Val> = signature.results.iter().map(|ty| Val::default_of(*ty)).collect();
            function(Caller { store, instance }, &arguments, &mut results)?;
            check_types("result", &results, &signature.results)?;
            for (slot, value) in values.iter_mut().zip(results) {
                *slot = value.to_raw(store)?;
            }
            Ok(())
        })
    }

    /// Makes a function of the host that works on raw values: the arguments are in the slice, the results are left
    /// there. Its length is the larger of the two counts.
    pub fn new_raw(
        store: &mut Store,
        ty: Signature,
        function: impl Fn(&mut Store, Option<Instance>, &mut [ValRaw]) -> Result<()> + Send + 'static,
    ) -> Func {
        let (type_id, signature) = store.engine().signatures().shared(ty);
        let store_pointer = store.inner;
        let inner = store.inner_mut();
        let context = VMHostContext {
            magic: HOST_MAGIC,
            store_context: inner.context.as_ptr(),
            libcalls: libcalls::table(),
            function: call_host,
            data: std::ptr::null(),
        };
        let func_ref = VMFuncRef { wasm_call: std::ptr::null(), vmctx: std::ptr::null_mut(), type_id, enter: None };
        let host = Owned::new(HostFunction { context, func_ref, store: store_pointer, closure: Box::new(function) });
        let pointer = host.as_ptr();
        // SAFETY: the value was just made; its address is final, so it may point to itself.
        let func_ref = unsafe {
            (*pointer).context.data = pointer;
            (*pointer).func_ref.vmctx = (&raw mut (*pointer).context).cast();
            NonNull::new_unchecked(&raw mut (*pointer).func_ref)
        };
        let number = inner.host_functions.len() as u32;
        inner.host_functions.push(host);
        inner.add_func(FuncData { func_ref, signature, host: Some(number) })
    }

    /// Calls the function.
    pub fn call(&self, store: &mut Store, args: &[Val]) -> Result<Vec<Val>> {
        let signature = store.inner().func(*self)?.signature.clone();
        check_types("argument", args, &signature.params)?;
        let mut values = vec![ValRaw::default(); signature.params.len().max(signature.results.len())];
        for (slot, value) in values.iter_mut().zip(args) {
            *slot = value.to_raw(store)?;
        }
        // SAFETY: the arguments were checked against the signature, references against the store, and the array is as
        // long as the signature needs.
        unsafe { self.call_raw(store, &mut values)? };
        let results = signature.results.iter().zip(values);
        // SAFETY: the call succeeded, so the array holds the results by signature.
        Ok(results.map(|(ty, raw)| unsafe { Val::from_raw(store, raw, *ty) }).collect())
    }

    /// Calls the function with raw values: the arguments are in the slice, the results are left there.
    ///
    /// # Safety
    /// `values` holds arguments of the signature's types, references only of this store.
    #[inline]
    pub unsafe fn call_raw(&self, store: &mut Store, values: &mut [ValRaw]) -> Result<()> {
        let data = store.inner().func(*self)?;
        if values.len() < data.signature.params.len().max(data.signature.results.len()) {
            return Err(Error::argument(ArgumentKind::Range, "the array of values is too short for the signature"));
        }
        if let Some(host) = data.host {
            let host = store.inner().host_functions[host as usize].as_ptr();
            // SAFETY: host functions live as long as the store.
            return unsafe { run_host(host, None, values) };
        }
        let Wasm { enter, vmctx, code } = data.wasm()?;
        // SAFETY: code, context and trampoline belong together, and the caller vouches for the values.
        unsafe { trap::invoke(store, enter, vmctx, code, values.as_mut_ptr()) }
    }

    /// The function with all that a call needs.
    pub(crate) fn callable(self, store: &Store) -> Result<Callable> {
        let data = store.inner().func(self)?;
        let wasm = if data.host.is_none() { Some(data.wasm()?) } else { None };
        Ok(Callable { func: self, wasm })
    }

    pub fn ty(&self, store: &Store) -> Result<Signature> {
        Ok(store.inner().func(*self)?.signature.as_ref().clone())
    }

    /// The signature without a copy of it.
    pub fn signature<'a>(&self, store: &'a Store) -> Result<&'a Signature> {
        Ok(&store.inner().func(*self)?.signature)
    }

    /// What a `funcref` to this function points to; a host function gets its trampolines now if it has none yet.
    pub(crate) fn func_ref(&self, store: &mut Store) -> Result<NonNull<VMFuncRef>> {
        let data = store.inner().func(*self)?;
        let (func_ref, host) = (data.func_ref, data.host);
        // SAFETY: the `VMFuncRef` lives as long as the store.
        let (missing, type_id) = unsafe { (func_ref.as_ref().wasm_call.is_null(), func_ref.as_ref().type_id) };
        if host.is_some() && missing {
            let engine = store.engine().clone();
            let (image, trampolines) = engine.signatures().trampolines(&engine, type_id)?;
            // SAFETY: as above; compiled code cannot have seen the function before this moment.
            unsafe {
                let func_ref = func_ref.as_ptr();
                (*func_ref).wasm_call = image.code(trampolines.leave)?;
                (*func_ref).enter = Some(image.enter(trampolines)?);
            }
            store.inner_mut().images.push(image);
        }
        Ok(func_ref)
    }

    /// The handle of what a `funcref` points to.
    ///
    /// # Safety
    /// The pointer is null or points to a `VMFuncRef` of an instance or host function of this store.
    pub(crate) unsafe fn from_func_ref(store: &mut Store, func_ref: *mut VMFuncRef) -> Option<Func> {
        let func_ref = NonNull::new(func_ref)?;
        let id = store.id();
        let known = store.inner().funcs_by_ref.get(&func_ref.as_ptr().addr());
        if let Some(index) = known {
            return Some(Func { store: id, index: *index });
        }
        // SAFETY: the caller's promise. Host functions are all known, so this is one of an instance.
        let type_id = unsafe { func_ref.as_ref().type_id };
        let signature = store.engine().signatures().signature(type_id).ok()?;
        Some(store.inner_mut().add_func(FuncData { func_ref, signature, host: None }))
    }
}

impl StoreInner {
    fn add_func(&mut self, data: FuncData) -> Func {
        let index = self.funcs.len() as u32;
        self.funcs_by_ref.insert(data.func_ref.as_ptr().addr(), index);
        self.funcs.push(data);
        Func { store: self.id, index }
    }

    #[inline]
    pub fn func(&self, func: Func) -> Result<&FuncData> {
        self.check(func.store, "function")?;
        Ok(&self.funcs[func.index as usize])
    }
}

/// What the `leave` trampoline calls.
unsafe extern "C" fn call_host(
    context: *mut VMHostContext,
    caller: *mut VMOpaqueContext,
    values: *mut ValRaw,
    count: usize,
) -> u8 {
    // SAFETY: `leave` passes the context that it was called with, which is a host function's, the `vmctx` of its caller
    // (an instance's, a host function's or null), and its own array of `count` slots.
    unsafe {
        let host = (*context).data.cast_mut();
        let instance = match caller.as_ref() {
            Some(head) if head.magic == INSTANCE_MAGIC => Some((*(*caller.cast::<VMContext>()).host_data).handle),
            Some(_) | None => None,
        };
        match run_host(host, instance, std::slice::from_raw_parts_mut(values, count)) {
            Ok(()) => 1,
            Err(error) => {
                trap::record((*host).store, error);
                0
            }
        }
    }
}

/// Calls a host function's closure with a handle of its store.
///
/// # Safety
/// `host` is a host function of a store that is borrowed mutably by whoever led here.
#[inline]
unsafe fn run_host(host: *mut HostFunction, instance: Option<Instance>, values: &mut [ValRaw]) -> Result<()> {
    // SAFETY: the caller's promise; host functions are never removed from a living store, nor changed.
    let (host, pointer) = unsafe { (&*host, (*host).store) };
    // SAFETY: the caller's promise.
    let mut lent = unsafe { trap::LentStore::new(pointer) };
    let closure = AssertUnwindSafe(|| (host.closure)(lent.store(), instance, values));
    catch_unwind(closure).unwrap_or_else(|panic| Err(Error::from_panic("a host function", panic)))
}

impl std::fmt::Debug for HostFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostFunction").finish_non_exhaustive()
    }
}
