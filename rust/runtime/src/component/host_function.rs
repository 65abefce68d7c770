//! Rust closures as functions of the host: parameters and results as tuples of [`HostType`]s.

use super::host::{BoundFunction, HostCall, HostContext, HostFunction, ImportedFunction};
use super::host_type::{HostType, Payload, TypeContext};
use super::value::{Value, ValueReceiver, ValueSupplier};
use crate::abi::{Field, Mismatch, ValueType};
use crate::error::{Error, Result};
use crate::store::Store;

/// The parameters of a typed host function.
pub trait HostParams: Sized {
    fn check_params(cx: &TypeContext<'_>, params: &[Field]) -> Result<(), Mismatch>;
    fn from_values(store: &mut Store, values: Vec<Value>) -> Result<Self>;
}

fn check_count(params: &[Field], count: usize) -> Result<(), Mismatch> {
    if params.len() == count {
        return Ok(());
    }
    Err(Mismatch {
        path: Vec::new(),
        expected: format!("{} parameters", params.len()),
        found: format!("{count} of the host"),
    })
}

fn at_param(mut mismatch: Mismatch, field: &Field) -> Mismatch {
    mismatch.path.insert(0, format!("parameter `{}`", field.name));
    mismatch
}

macro_rules! host_tuples {
    ($($count:literal ($($name:ident $index:tt),*);)*) => {$(
        impl<$($name: HostType),*> HostParams for ($($name,)*) {
            fn check_params(cx: &TypeContext<'_>, params: &[Field]) -> Result<(), Mismatch> {
                check_count(params, $count)?;
                $($name::check(cx, params[$index].ty).map_err(|error| at_param(error, &params[$index]))?;)*
                let _ = cx;
                Ok(())
            }
            fn from_values(store: &mut Store, values: Vec<Value>) -> Result<Self> {
                let mut values = values.into_iter();
                let tuple = ($({
                    let Some(value) = values.next() else { return Err(too_few()) };
                    $name::from_value(store, value)?
                },)*);
                let _ = (store, values.next());
                Ok(tuple)
            }
        }
    )*};
}

fn too_few() -> Error {
    Error::bug("a host function was lifted too few values")
}

host_tuples! {
    0 ();
    1 (A 0);
    2 (A 0, B 1);
    3 (A 0, B 1, C 2);
    4 (A 0, B 1, C 2, D 3);
    5 (A 0, B 1, C 2, D 3, E 4);
    6 (A 0, B 1, C 2, D 3, E 4, F 5);
    7 (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
    8 (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
    9 (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
    10 (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
    11 (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
    12 (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
}

/// The result of a typed host function: a [`HostType`], or `()` for none.
pub trait HostResult: Sized {
    fn check_result(cx: &TypeContext<'_>, ty: Option<ValueType>) -> Result<(), Mismatch>;
    fn into_result(self, store: &mut Store) -> Result<Option<Value>>;
}

impl<T: HostType + 'static> HostResult for T {
    fn check_result(cx: &TypeContext<'_>, ty: Option<ValueType>) -> Result<(), Mismatch> {
        T::check_payload(cx, ty).map_err(|mut error| {
            error.path.insert(0, "result".into());
            error
        })
    }
    fn into_result(self, store: &mut Store) -> Result<Option<Value>> {
        Ok(self.into_payload(store)?.map(|value| *value))
    }
}

/// A function of the host's that is linked like any other, and whose calls fail before their parameters are looked at.
pub(super) struct RefusingFunction<E, P, R> {
    error: E,
    marker: std::marker::PhantomData<fn(P) -> R>,
}

impl<E, P, R> RefusingFunction<E, P, R> {
    pub(super) fn new(error: E) -> Self {
        RefusingFunction { error, marker: std::marker::PhantomData }
    }
}

impl<E: Fn() -> Error + Send + Sync, P: HostParams, R: HostResult> HostFunction for RefusingFunction<E, P, R> {
    fn bind(&self, import: &ImportedFunction<'_>) -> Result<BoundFunction, Mismatch> {
        check::<P, R>(import)?;
        Ok(import.as_is())
    }

    fn runs_on_fibers(&self) -> bool {
        true
    }

    fn call(&self, _call: &mut HostCall<'_>) -> Result<()> {
        Err((self.error)())
    }
}

/// Whether a typed function can serve an import.
fn check<P: HostParams, R: HostResult>(import: &ImportedFunction<'_>) -> Result<(), Mismatch> {
    let cx = TypeContext { import };
    P::check_params(&cx, &import.ty().params)?;
    R::check_result(&cx, import.ty().result)
}

/// A typed closure as a [`HostFunction`].
pub(super) struct TypedFunction<F, P, R> {
    function: F,
    marker: std::marker::PhantomData<fn(P) -> R>,
}

impl<F, P, R> TypedFunction<F, P, R> {
    pub(super) fn new(function: F) -> Self {
        TypedFunction { function, marker: std::marker::PhantomData }
    }
}

impl<F, P, R> HostFunction for TypedFunction<F, P, R>
where
    F: Fn(&mut HostContext<'_>, P) -> Result<R> + Send + Sync,
    P: HostParams,
    R: HostResult,
{
    fn bind(&self, import: &ImportedFunction<'_>) -> Result<BoundFunction, Mismatch> {
        check::<P, R>(import)?;
        Ok(import.as_is())
    }

    fn runs_on_fibers(&self) -> bool {
        true
    }

    fn call(&self, call: &mut HostCall<'_>) -> Result<()> {
        let mut values = Vec::with_capacity(call.ty().params.len());
        call.params(&mut ValueReceiver, |value| values.push(value))?;
        let params = P::from_values(call.store(), values)?;
        let result = (self.function)(&mut HostContext::new(call.store()), params)?;
        match result.into_result(call.store())? {
            Some(value) => call.finish(&mut ValueSupplier, &value),
            None => call.finish_empty(),
        }
    }
}
