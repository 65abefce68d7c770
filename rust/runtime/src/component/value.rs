//! Component values as a tree: what dynamic calls, test scripts and typed host functions exchange.

use crate::abi::TypeIndex;
use crate::component::resource::ResourceHandle;
use crate::component::room;
use crate::component::seam::{GuestText, Receiver, Supplier};
use crate::component::walker::{Items, ListSlot, Slots, StringSlot, VariantSlot};
use crate::error::{ArgumentKind, Error, Result};

/// A value of a component type. Names of fields, cases and labels are in the type; values are in its order.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bool(bool),
    S8(i8),
    U8(u8),
    S16(i16),
    U16(u16),
    S32(i32),
    U32(u32),
    S64(i64),
    U64(u64),
    F32(f32),
    F64(f64),
    Char(char),
    String(String),
    /// A `list<u8>`: always lifted as this; lowered from this or from a list of [`Value::U8`].
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Record(Vec<Value>),
    Tuple(Vec<Value>),
    Variant(u32, Option<Box<Value>>),
    Enum(u32),
    /// Bit `i` stands for label number `i`.
    Flags(u32),
    Option(Option<Box<Value>>),
    Result(Result<Option<Box<Value>>, Option<Box<Value>>>),
    Map(Vec<(Value, Value)>),
    Own(ResourceHandle),
    Borrow(ResourceHandle),
}

impl Value {
    /// What the value is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Bool(_) => "bool",
            Value::S8(_) => "s8",
            Value::U8(_) => "u8",
            Value::S16(_) => "s16",
            Value::U16(_) => "u16",
            Value::S32(_) => "s32",
            Value::U32(_) => "u32",
            Value::S64(_) => "s64",
            Value::U64(_) => "u64",
            Value::F32(_) => "f32",
            Value::F64(_) => "f64",
            Value::Char(_) => "char",
            Value::String(_) => "string",
            Value::Bytes(_) | Value::List(_) => "list",
            Value::Record(_) => "record",
            Value::Tuple(_) => "tuple",
            Value::Variant(..) => "variant",
            Value::Enum(_) => "enum",
            Value::Flags(_) => "flags",
            Value::Option(_) => "option",
            Value::Result(_) => "result",
            Value::Map(_) => "map",
            Value::Own(_) => "own",
            Value::Borrow(_) => "borrow",
        }
    }
}

fn wrong<T>(expected: &str, found: &Value) -> Result<T> {
    Err(Error::argument(ArgumentKind::Type, format!("expected `{expected}`, got `{}`", found.kind())))
}

/// Receives [`Value`]s.
#[derive(Clone, Copy, Debug, Default)]
pub struct ValueReceiver;

impl ValueReceiver {
    fn drain(&mut self, items: &mut Items<'_, '_>) -> Result<Vec<Value>> {
        // The guest chose the length: reserve a modest part and let the vector grow with what is really there.
        let mut values = room::with_room(items.len().min(1024) as usize)?;
        while let Some(value) = items.next(self)? {
            room::push(&mut values, value)?;
        }
        Ok(values)
    }
}

impl Receiver for ValueReceiver {
    type Value = Value;

    fn bool(&mut self, value: bool) -> Result<Value> {
        Ok(Value::Bool(value))
    }
    fn s8(&mut self, value: i8) -> Result<Value> {
        Ok(Value::S8(value))
    }
    fn u8(&mut self, value: u8) -> Result<Value> {
        Ok(Value::U8(value))
    }
    fn s16(&mut self, value: i16) -> Result<Value> {
        Ok(Value::S16(value))
    }
    fn u16(&mut self, value: u16) -> Result<Value> {
        Ok(Value::U16(value))
    }
    fn s32(&mut self, value: i32) -> Result<Value> {
        Ok(Value::S32(value))
    }
    fn u32(&mut self, value: u32) -> Result<Value> {
        Ok(Value::U32(value))
    }
    fn s64(&mut self, value: i64) -> Result<Value> {
        Ok(Value::S64(value))
    }
    fn u64(&mut self, value: u64) -> Result<Value> {
        Ok(Value::U64(value))
    }
    fn f32(&mut self, value: f32) -> Result<Value> {
        Ok(Value::F32(value))
    }
    fn f64(&mut self, value: f64) -> Result<Value> {
        Ok(Value::F64(value))
    }
    fn char(&mut self, value: char) -> Result<Value> {
        Ok(Value::Char(value))
    }
    fn string(&mut self, text: GuestText<'_>) -> Result<Value> {
        text.to_string_lossless().map(Value::String)
    }
    fn record(&mut self, _ty: TypeIndex, fields: &mut Items<'_, '_>) -> Result<Value> {
        self.drain(fields).map(Value::Record)
    }
    fn tuple(&mut self, _ty: TypeIndex, items: &mut Items<'_, '_>) -> Result<Value> {
        self.drain(items).map(Value::Tuple)
    }
    fn list(&mut self, _ty: TypeIndex, items: &mut Items<'_, '_>) -> Result<Value> {
        if let Some(bytes) = items.bytes() {
            return Ok(Value::Bytes(room::copy(bytes)?));
        }
        self.drain(items).map(Value::List)
    }
    fn map(&mut self, _ty: TypeIndex, entries: &mut Items<'_, '_>) -> Result<Value> {
        let mut pairs = room::with_room((entries.len() / 2).min(1024) as usize)?;
        while let Some(key) = entries.next(self)? {
            let Some(value) = entries.next(self)? else {
                return Err(Error::bug("a map's last key has no value"));
            };
            room::push(&mut pairs, (key, value))?;
        }
        Ok(Value::Map(pairs))
    }
    fn variant(&mut self, _ty: TypeIndex, case: u32, payload: Option<Value>) -> Result<Value> {
        Ok(Value::Variant(case, payload.map(Box::new)))
    }
    fn enumeration(&mut self, _ty: TypeIndex, case: u32) -> Result<Value> {
        Ok(Value::Enum(case))
    }
    fn flags(&mut self, _ty: TypeIndex, bits: u32) -> Result<Value> {
        Ok(Value::Flags(bits))
    }
    fn option(&mut self, _ty: TypeIndex, payload: Option<Value>) -> Result<Value> {
        Ok(Value::Option(payload.map(Box::new)))
    }
    fn result(&mut self, _ty: TypeIndex, payload: Result<Option<Value>, Option<Value>>) -> Result<Value> {
        Ok(Value::Result(match payload {
            Ok(ok) => Ok(ok.map(Box::new)),
            Err(error) => Err(error.map(Box::new)),
        }))
    }
    fn own(&mut self, _ty: TypeIndex, handle: ResourceHandle) -> Result<Value> {
        Ok(Value::Own(handle))
    }
    fn borrow(&mut self, _ty: TypeIndex, handle: ResourceHandle) -> Result<Value> {
        Ok(Value::Borrow(handle))
    }
}

/// Supplies [`Value`]s, strictly: a `u8` is no `u32`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ValueSupplier;

macro_rules! supply_scalars {
    ($($method:ident $variant:ident $ty:ty;)*) => {$(
        fn $method(&mut self, value: &Value) -> Result<$ty> {
            match value {
                Value::$variant(value) => Ok(*value),
                other => wrong(stringify!($method), other),
            }
        }
    )*};
}

impl Supplier for ValueSupplier {
    type Value = Value;

    supply_scalars! {
        bool Bool bool;
        s8 S8 i8;
        u8 U8 u8;
        s16 S16 i16;
        u16 U16 u16;
        s32 S32 i32;
        u32 U32 u32;
        s64 S64 i64;
        u64 U64 u64;
        f32 F32 f32;
        f64 F64 f64;
        char Char char;
    }

    fn string(&mut self, value: &Value, out: &mut StringSlot<'_, '_>) -> Result<()> {
        match value {
            Value::String(text) => out.utf8(text),
            other => wrong("string", other),
        }
    }
    fn record(&mut self, _ty: TypeIndex, value: &Value, out: &mut Slots<'_, '_>) -> Result<()> {
        match value {
            Value::Record(fields) => fields.iter().try_for_each(|field| out.put(self, field)),
            other => wrong("record", other),
        }
    }
    fn tuple(&mut self, _ty: TypeIndex, value: &Value, out: &mut Slots<'_, '_>) -> Result<()> {
        match value {
            Value::Tuple(items) => items.iter().try_for_each(|item| out.put(self, item)),
            other => wrong("tuple", other),
        }
    }
    fn list(&mut self, _ty: TypeIndex, value: &Value, out: &mut ListSlot<'_, '_>) -> Result<()> {
        match value {
            Value::Bytes(bytes) if out.is_bytes() => out.numbers(bytes),
            Value::List(items) => {
                out.begin(items.len())?;
                items.iter().try_for_each(|item| out.put(self, item))
            }
            Value::Bytes(_) => {
                Err(Error::argument(ArgumentKind::Type, "expected a list of another type, got `list<u8>`"))
            }
            other => wrong("list", other),
        }
    }
    fn map(&mut self, _ty: TypeIndex, value: &Value, out: &mut ListSlot<'_, '_>) -> Result<()> {
        match value {
            Value::Map(entries) => {
                out.begin(entries.len())?;
                entries.iter().try_for_each(|(key, value)| {
                    out.put(self, key)?;
                    out.put(self, value)
                })
            }
            other => wrong("map", other),
        }
    }
    fn variant(&mut self, _ty: TypeIndex, value: &Value, out: &mut VariantSlot<'_, '_>) -> Result<()> {
        match value {
            Value::Variant(case, payload) => out.put(self, *case, payload.as_deref()),
            other => wrong("variant", other),
        }
    }
    fn option(&mut self, _ty: TypeIndex, value: &Value, out: &mut VariantSlot<'_, '_>) -> Result<()> {
        match value {
            Value::Option(None) => out.none(),
            Value::Option(Some(payload)) => out.some(self, payload),
            other => wrong("option", other),
        }
    }
    fn result(&mut self, _ty: TypeIndex, value: &Value, out: &mut VariantSlot<'_, '_>) -> Result<()> {
        match value {
            Value::Result(Ok(payload)) => out.ok(self, payload.as_deref()),
            Value::Result(Err(payload)) => out.err(self, payload.as_deref()),
            other => wrong("result", other),
        }
    }
    fn enumeration(&mut self, _ty: TypeIndex, value: &Value) -> Result<u32> {
        match value {
            Value::Enum(case) => Ok(*case),
            other => wrong("enum", other),
        }
    }
    fn flags(&mut self, _ty: TypeIndex, value: &Value) -> Result<u32> {
        match value {
            Value::Flags(bits) => Ok(*bits),
            other => wrong("flags", other),
        }
    }
    fn own(&mut self, _ty: TypeIndex, value: &Value) -> Result<ResourceHandle> {
        match value {
            Value::Own(handle) => Ok(*handle),
            other => wrong("own", other),
        }
    }
    fn borrow(&mut self, _ty: TypeIndex, value: &Value) -> Result<ResourceHandle> {
        match value {
            // A host that owns a resource may lend it.
            Value::Own(handle) | Value::Borrow(handle) => Ok(*handle),
            other => wrong("borrow", other),
        }
    }
}
