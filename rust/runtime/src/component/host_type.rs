//! Rust types as component values: what typed host functions take and give.

use super::host::{BoundFunction, HostCall, HostContext, HostFunction, ImportedFunction};
use super::resource::{HostResource, ResourceAny, ResourceHandle};
use super::resource_table::{Borrow, Resource};
use super::value::{Value, ValueReceiver, ValueSupplier};
use crate::abi::{DefinedType, Field, Mismatch, Types, ValueType};
use crate::error::{ArgumentKind, Error, Result};
use crate::store::Store;

/// What is known while types are compared and values converted.
pub struct TypeContext<'a> {
    import: &'a ImportedFunction<'a>,
}

impl TypeContext<'_> {
    pub fn types(&self) -> &Types {
        self.import.types()
    }

    /// The kind of a defined type.
    pub fn kind(&self, ty: ValueType) -> Option<&DefinedType> {
        match ty {
            ValueType::Defined(index) => Some(self.types().kind(index)),
            ValueType::Bool
            | ValueType::S8
            | ValueType::U8
            | ValueType::S16
            | ValueType::U16
            | ValueType::S32
            | ValueType::U32
            | ValueType::S64
            | ValueType::U64
            | ValueType::F32
            | ValueType::F64
            | ValueType::Char
            | ValueType::String => None,
        }
    }

    /// The complaint that the host's function has `expected` where the component has `ty`.
    pub fn mismatch(&self, expected: &str, ty: ValueType) -> Mismatch {
        Mismatch { path: Vec::new(), expected: self.types().describe(ty), found: format!("`{expected}` of the host") }
    }
}

/// A Rust type that stands for a component type.
pub trait HostType: Sized {
    /// Whether values of this type fit `ty`.
    fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch>;
    fn from_value(store: &mut Store, value: Value) -> Result<Self>;
    fn into_value(self, store: &mut Store) -> Result<Value>;
}

fn unexpected<T>(expected: &str, value: &Value) -> Result<T> {
    Err(Error::Bug(format!("a host function's `{expected}` was lifted as `{}`", value.kind())))
}

macro_rules! host_scalars {
    ($($rust:ty, $variant:ident;)*) => {$(
        impl HostType for $rust {
            fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
                match ty {
                    ValueType::$variant => Ok(()),
                    other => Err(cx.mismatch(stringify!($rust), other)),
                }
            }
            fn from_value(_store: &mut Store, value: Value) -> Result<Self> {
                match value {
                    Value::$variant(value) => Ok(value),
                    other => unexpected(stringify!($rust), &other),
                }
            }
            fn into_value(self, _store: &mut Store) -> Result<Value> {
                Ok(Value::$variant(self))
            }
        }
    )*};
}

host_scalars! {
    bool, Bool;
    i8, S8;
    u8, U8;
    i16, S16;
    u16, U16;
    i32, S32;
    u32, U32;
    i64, S64;
    u64, U64;
    f32, F32;
    f64, F64;
    char, Char;
    String, String;
}

/// `list<u8>` comes and goes as [`Value::Bytes`]: elements say here whether they are bytes.
fn bytes_of<T: HostType>(store: &mut Store, bytes: Vec<u8>) -> Result<Vec<T>> {
    bytes.into_iter().map(|byte| T::from_value(store, Value::U8(byte))).collect()
}

impl<T: HostType + 'static> HostType for Vec<T> {
    fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
        match cx.kind(ty) {
            Some(DefinedType::List(element)) => T::check(cx, *element),
            _ => Err(cx.mismatch("list", ty)),
        }
    }
    fn from_value(store: &mut Store, value: Value) -> Result<Self> {
        match value {
            Value::Bytes(bytes) => {
                let mut bytes = Some(bytes);
                // A `Vec<u8>` is moved as it is.
                if let Some(slot) = (&mut bytes as &mut dyn std::any::Any).downcast_mut::<Option<Vec<T>>>() {
                    return Ok(slot.take().unwrap_or_default());
                }
                bytes_of(store, bytes.unwrap_or_default())
            }
            Value::List(values) => values.into_iter().map(|value| T::from_value(store, value)).collect(),
            other => unexpected("list", &other),
        }
    }
    fn into_value(self, store: &mut Store) -> Result<Value> {
        let mut list = Some(self);
        if let Some(slot) = (&mut list as &mut dyn std::any::Any).downcast_mut::<Option<Vec<u8>>>() {
            return Ok(Value::Bytes(slot.take().unwrap_or_default()));
        }
        let values = list.into_iter().flatten().map(|value| value.into_value(store)).collect::<Result<_>>()?;
        Ok(Value::List(values))
    }
}

impl<T: HostType> HostType for Option<T> {
    fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
        match cx.kind(ty) {
            Some(DefinedType::Option(payload)) => T::check(cx, *payload),
            _ => Err(cx.mismatch("option", ty)),
        }
    }
    fn from_value(store: &mut Store, value: Value) -> Result<Self> {
        match value {
            Value::Option(payload) => payload.map(|payload| T::from_value(store, *payload)).transpose(),
            other => unexpected("option", &other),
        }
    }
    fn into_value(self, store: &mut Store) -> Result<Value> {
        Ok(Value::Option(self.map(|payload| payload.into_value(store)).transpose()?.map(Box::new)))
    }
}

/// A payload that may be missing: `()` stands for none.
trait Payload: Sized {
    fn check_payload(cx: &TypeContext<'_>, ty: Option<ValueType>) -> Result<(), Mismatch>;
    fn from_payload(store: &mut Store, value: Option<Box<Value>>) -> Result<Self>;
    fn into_payload(self, store: &mut Store) -> Result<Option<Box<Value>>>;
}

impl<T: HostType + 'static> Payload for T {
    fn check_payload(cx: &TypeContext<'_>, ty: Option<ValueType>) -> Result<(), Mismatch> {
        match ty {
            Some(ty) => T::check(cx, ty),
            None if is_unit::<T>() => Ok(()),
            None => Err(Mismatch {
                path: Vec::new(),
                expected: "no payload".into(),
                found: format!("`{}` of the host", std::any::type_name::<T>()),
            }),
        }
    }
    fn from_payload(store: &mut Store, value: Option<Box<Value>>) -> Result<Self> {
        T::from_value(store, value.map_or(Value::Tuple(Vec::new()), |value| *value))
    }
    fn into_payload(self, store: &mut Store) -> Result<Option<Box<Value>>> {
        if is_unit::<T>() {
            return Ok(None);
        }
        Ok(Some(Box::new(self.into_value(store)?)))
    }
}

fn is_unit<T: 'static>() -> bool {
    std::any::TypeId::of::<T>() == std::any::TypeId::of::<()>()
}

/// Stands for "nothing": a function without a result, a case without a payload.
impl HostType for () {
    fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
        Err(cx.mismatch("()", ty))
    }
    fn from_value(_store: &mut Store, _value: Value) -> Result<Self> {
        Ok(())
    }
    fn into_value(self, _store: &mut Store) -> Result<Value> {
        Ok(Value::Tuple(Vec::new()))
    }
}

impl<T: HostType + 'static, E: HostType + 'static> HostType for Result<T, E> {
    fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
        match cx.kind(ty) {
            Some(DefinedType::Result { ok, err }) => {
                T::check_payload(cx, *ok)?;
                E::check_payload(cx, *err)
            }
            _ => Err(cx.mismatch("result", ty)),
        }
    }
    fn from_value(store: &mut Store, value: Value) -> Result<Self> {
        match value {
            Value::Result(Ok(payload)) => Ok(Ok(T::from_payload(store, payload)?)),
            Value::Result(Err(payload)) => Ok(Err(E::from_payload(store, payload)?)),
            other => unexpected("result", &other),
        }
    }
    fn into_value(self, store: &mut Store) -> Result<Value> {
        Ok(Value::Result(match self {
            Ok(payload) => Ok(payload.into_payload(store)?),
            Err(payload) => Err(payload.into_payload(store)?),
        }))
    }
}

impl<T: 'static> HostType for Resource<T> {
    fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
        match cx.kind(ty) {
            Some(DefinedType::Own(index)) if cx.import.host_resource(*index) == Some(HostResource::of::<T>()) => Ok(()),
            _ => Err(cx.mismatch(&format!("own<{}>", std::any::type_name::<T>()), ty)),
        }
    }
    fn from_value(_store: &mut Store, value: Value) -> Result<Self> {
        match value {
            Value::Own(ResourceHandle::Host { rep, .. }) => Ok(Resource::from_rep(rep)),
            other => unexpected("own", &other),
        }
    }
    fn into_value(self, store: &mut Store) -> Result<Value> {
        let ty = store.host_resource_type(HostResource::of::<T>());
        Ok(Value::Own(ResourceHandle::Host { ty, rep: self.rep() }))
    }
}

impl<T: 'static> HostType for Borrow<T> {
    fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
        match cx.kind(ty) {
            Some(DefinedType::Borrow(index)) if cx.import.host_resource(*index) == Some(HostResource::of::<T>()) => {
                Ok(())
            }
            _ => Err(cx.mismatch(&format!("borrow<{}>", std::any::type_name::<T>()), ty)),
        }
    }
    fn from_value(_store: &mut Store, value: Value) -> Result<Self> {
        match value {
            Value::Borrow(ResourceHandle::Host { rep, .. }) => Ok(Borrow(Resource::from_rep(rep))),
            other => unexpected("borrow", &other),
        }
    }
    fn into_value(self, store: &mut Store) -> Result<Value> {
        let ty = store.host_resource_type(HostResource::of::<T>());
        Ok(Value::Borrow(ResourceHandle::Host { ty, rep: self.0.rep() }))
    }
}

/// A guest's resource, owned or borrowed.
impl HostType for ResourceAny {
    fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
        match cx.kind(ty) {
            Some(DefinedType::Own(index) | DefinedType::Borrow(index)) if cx.import.host_resource(*index).is_none() => {
                Ok(())
            }
            _ => Err(cx.mismatch("a guest's resource", ty)),
        }
    }
    fn from_value(_store: &mut Store, value: Value) -> Result<Self> {
        match value {
            Value::Own(ResourceHandle::Guest(any)) | Value::Borrow(ResourceHandle::Guest(any)) => Ok(any),
            other => unexpected("a guest's resource", &other),
        }
    }
    fn into_value(self, _store: &mut Store) -> Result<Value> {
        Ok(Value::Own(ResourceHandle::Guest(self)))
    }
}

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

macro_rules! host_tuple_values {
    ($($count:literal ($($name:ident $index:tt),*);)*) => {$(
        impl<$($name: HostType),*> HostType for ($($name,)*) {
            fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
                match cx.kind(ty) {
                    Some(DefinedType::Tuple(items)) if items.len() == $count => {
                        $($name::check(cx, items[$index])?;)*
                        Ok(())
                    }
                    _ => Err(cx.mismatch("tuple", ty)),
                }
            }
            fn from_value(store: &mut Store, value: Value) -> Result<Self> {
                match value {
                    Value::Tuple(items) => HostParams::from_values(store, items),
                    other => unexpected("tuple", &other),
                }
            }
            fn into_value(self, store: &mut Store) -> Result<Value> {
                Ok(Value::Tuple(vec![$(self.$index.into_value(store)?),*]))
            }
        }
    )*};
}

fn too_few() -> Error {
    Error::Bug("a host function was lifted too few values".into())
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

host_tuple_values! {
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
        let cx = TypeContext { import };
        P::check_params(&cx, &import.ty().params)?;
        R::check_result(&cx, import.ty().result)?;
        Ok(import.as_is())
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

/// The check of a record that `host_record!` makes: names and types of the fields, in order.
pub fn check_fields(
    cx: &TypeContext<'_>,
    ty: ValueType,
    name: &str,
    fields: &[(&str, FieldCheck)],
) -> Result<(), Mismatch> {
    let Some(DefinedType::Record(found)) = cx.kind(ty) else { return Err(cx.mismatch(name, ty)) };
    if found.len() != fields.len() {
        return Err(cx.mismatch(name, ty));
    }
    for (field, (rust_name, check)) in found.iter().zip(fields) {
        if !same_name(&field.name, rust_name) {
            return Err(cx.mismatch(name, ty));
        }
        check(cx, field.ty).map_err(|mut error| {
            error.path.insert(0, format!("field `{}`", field.name));
            error
        })?;
    }
    Ok(())
}

/// [`HostType::check`] of one field.
pub type FieldCheck = fn(&TypeContext<'_>, ValueType) -> Result<(), Mismatch>;

/// The check of a variant, enum or flags type that the macros make.
pub fn check_cases(
    cx: &TypeContext<'_>,
    ty: ValueType,
    name: &str,
    cases: &[(&str, Option<FieldCheck>)],
) -> Result<(), Mismatch> {
    let found: Vec<(&str, Option<ValueType>)> = match cx.kind(ty) {
        Some(DefinedType::Variant(found)) => found.iter().map(|case| (case.name.as_str(), case.ty)).collect(),
        Some(DefinedType::Enum(found) | DefinedType::Flags(found)) => {
            found.iter().map(|name| (name.as_str(), None)).collect()
        }
        _ => return Err(cx.mismatch(name, ty)),
    };
    if found.len() != cases.len() {
        return Err(cx.mismatch(name, ty));
    }
    for ((wit_name, payload), (rust_name, check)) in found.iter().zip(cases) {
        if !same_name(wit_name, rust_name) {
            return Err(cx.mismatch(name, ty));
        }
        match (payload, check) {
            (None, None) => {}
            (Some(payload), Some(check)) => check(cx, *payload).map_err(|mut error| {
                error.path.insert(0, format!("case `{wit_name}`"));
                error
            })?,
            (Some(_), None) | (None, Some(_)) => return Err(cx.mismatch(name, ty)),
        }
    }
    Ok(())
}

/// Whether a Rust name (`bad_descriptor`, `BadDescriptor`, `BAD_DESCRIPTOR`) is a WIT name (`bad-descriptor`).
fn same_name(wit: &str, rust: &str) -> bool {
    let significant = |name: &str| -> Vec<u8> {
        name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).collect()
    };
    significant(wit) == significant(rust.strip_prefix("r#").unwrap_or(rust))
}

/// What the macros report where a value has another shape than its checked type.
#[doc(hidden)]
pub fn unexpected_value<T>(expected: &str, value: &Value) -> Result<T> {
    unexpected(expected, value)
}

#[doc(hidden)]
pub fn unknown_case<T>(name: &str, case: u32) -> Result<T> {
    Err(Error::argument(ArgumentKind::Range, format!("`{name}` has no case number {case}")))
}
