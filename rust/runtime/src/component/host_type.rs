//! Rust types as component values: what typed host functions take and give.

use super::host::ImportedFunction;
use super::host_function::HostParams;
use super::resource::{HostResource, ResourceAny, ResourceHandle, host_rep};
use super::resource_table::{Borrow, Resource};
use super::room;
use super::value::Value;
use crate::abi::{DefinedType, Mismatch, Types, ValueType};
use crate::error::{Error, Result};
use crate::store::Store;

/// What is known while types are compared and values converted.
pub struct TypeContext<'a> {
    pub(super) import: &'a ImportedFunction<'a>,
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

pub(super) fn unexpected<T>(expected: &str, value: &Value) -> Result<T> {
    Err(Error::bug(format!("a host function's `{expected}` was lifted as `{}`", value.kind())))
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
        let Some(DefinedType::List(element)) = cx.kind(ty) else { return Err(cx.mismatch("list", ty)) };
        T::check(cx, *element)
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
            Value::List(values) => {
                let mut items = room::with_room(values.len())?;
                for value in values {
                    items.push(T::from_value(store, value)?);
                }
                Ok(items)
            }
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
        let Some(DefinedType::Option(payload)) = cx.kind(ty) else { return Err(cx.mismatch("option", ty)) };
        T::check(cx, *payload)
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
pub(super) trait Payload: Sized {
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
        let Some(DefinedType::Result { ok, err }) = cx.kind(ty) else { return Err(cx.mismatch("result", ty)) };
        T::check_payload(cx, *ok)?;
        E::check_payload(cx, *err)
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

fn check_resource<T: 'static>(
    cx: &TypeContext<'_>,
    ty: ValueType,
    handle: &str,
    found: Option<HostResource>,
) -> Result<(), Mismatch> {
    if found == Some(HostResource::of::<T>()) {
        return Ok(());
    }
    Err(cx.mismatch(&format!("{handle}<{}>", std::any::type_name::<T>()), ty))
}

impl<T: 'static> HostType for Resource<T> {
    fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
        let Some(DefinedType::Own(index)) = cx.kind(ty) else { return check_resource::<T>(cx, ty, "own", None) };
        check_resource::<T>(cx, ty, "own", cx.import.host_resource(*index))
    }
    fn from_value(_store: &mut Store, value: Value) -> Result<Self> {
        match value {
            Value::Own(ResourceHandle::Host { rep, .. }) => Ok(Resource::from_rep(host_rep(rep)?)),
            other => unexpected("own", &other),
        }
    }
    fn into_value(self, store: &mut Store) -> Result<Value> {
        let ty = store.host_resource_type(HostResource::of::<T>());
        Ok(Value::Own(ResourceHandle::Host { ty, rep: self.rep().into() }))
    }
}

impl<T: 'static> HostType for Borrow<T> {
    fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
        let Some(DefinedType::Borrow(index)) = cx.kind(ty) else {
            return check_resource::<T>(cx, ty, "borrow", None);
        };
        check_resource::<T>(cx, ty, "borrow", cx.import.host_resource(*index))
    }
    fn from_value(_store: &mut Store, value: Value) -> Result<Self> {
        match value {
            Value::Borrow(ResourceHandle::Host { rep, .. }) => Ok(Borrow(Resource::from_rep(host_rep(rep)?))),
            other => unexpected("borrow", &other),
        }
    }
    fn into_value(self, store: &mut Store) -> Result<Value> {
        let ty = store.host_resource_type(HostResource::of::<T>());
        Ok(Value::Borrow(ResourceHandle::Host { ty, rep: self.0.rep().into() }))
    }
}

/// A guest's resource, owned or borrowed.
impl HostType for ResourceAny {
    fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
        let complaint = || Err(cx.mismatch("a guest's resource", ty));
        let Some(DefinedType::Own(index) | DefinedType::Borrow(index)) = cx.kind(ty) else { return complaint() };
        if cx.import.host_resource(*index).is_none() { Ok(()) } else { complaint() }
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

macro_rules! host_tuple_values {
    ($($count:literal ($($name:ident $index:tt),*);)*) => {$(
        impl<$($name: HostType),*> HostType for ($($name,)*) {
            fn check(cx: &TypeContext<'_>, ty: ValueType) -> Result<(), Mismatch> {
                let Some(DefinedType::Tuple(items)) = cx.kind(ty) else { return Err(cx.mismatch("tuple", ty)) };
                if items.len() != $count {
                    return Err(cx.mismatch(concat!("tuple of ", $count), ty));
                }
                $($name::check(cx, items[$index])?;)*
                Ok(())
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
