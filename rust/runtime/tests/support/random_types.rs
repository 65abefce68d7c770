//! Random component types, in the text format and as a table, with random values of them.
#![allow(dead_code, reason = "each test file is a program of its own and uses some of these")]

use dovetail_runtime::abi::{Case, DefinedType, Field, Types, ValueType};
use dovetail_runtime::component::Value;

/// A small generator of numbers: the same seed gives the same numbers everywhere (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.bits() % limit
    }
}

/// Types that refer to each other. Those that must have a name (`record`, `variant`, `enum`, `flags`) are `$n0`, `$n1`
/// and so on; their definitions are in `named`.
#[derive(Default)]
pub struct RandomTypes {
    pub types: Types,
    pub named: Vec<String>,
}

const PRIMITIVES: [(ValueType, &str); 13] = [
    (ValueType::Bool, "bool"),
    (ValueType::S8, "s8"),
    (ValueType::U8, "u8"),
    (ValueType::S16, "s16"),
    (ValueType::U16, "u16"),
    (ValueType::S32, "s32"),
    (ValueType::U32, "u32"),
    (ValueType::S64, "s64"),
    (ValueType::U64, "u64"),
    (ValueType::F32, "f32"),
    (ValueType::F64, "f64"),
    (ValueType::Char, "char"),
    (ValueType::String, "string"),
];

impl RandomTypes {
    /// A type nested at most so deep, and its text.
    pub fn ty(&mut self, random: &mut Random, depth: u32) -> (ValueType, String) {
        if depth == 0 || random.below(5) == 0 {
            let (ty, text) = PRIMITIVES[random.below(PRIMITIVES.len() as u64) as usize];
            return (ty, text.into());
        }
        let (kind, text, named) = match random.below(11) {
            0 | 1 => self.record(random, depth),
            2 => self.tuple(random, depth),
            3 => self.variant(random, depth),
            4 => self.enumeration(random),
            5 => self.flags(random),
            6 => {
                let (ty, text) = self.ty(random, depth - 1);
                (DefinedType::Option(ty), format!("(option {text})"), false)
            }
            7 => self.result(random, depth),
            8 => {
                let (ty, text) = self.ty(random, depth - 1);
                (DefinedType::List(ty), format!("(list {text})"), false)
            }
            9 => {
                let (ty, text) = self.ty(random, depth - 1);
                let length = 1 + random.below(4) as u32;
                (DefinedType::FixedLengthList(ty, length), format!("(list {text} {length})"), false)
            }
            _ => {
                let (key, key_text) = [PRIMITIVES[6], PRIMITIVES[11], PRIMITIVES[12]][random.below(3) as usize];
                let (value, text) = self.ty(random, depth - 1);
                (DefinedType::Map(key, value), format!("(map {key_text} {text})"), false)
            }
        };
        let index = self.types.push(kind);
        let text = if named {
            self.named.push(text);
            format!("$n{}", self.named.len() - 1)
        } else {
            text
        };
        (ValueType::Defined(index), text)
    }

    fn record(&mut self, random: &mut Random, depth: u32) -> (DefinedType, String, bool) {
        let (mut fields, mut text) = (Vec::new(), String::from("(record"));
        for number in 0..1 + random.below(5) {
            let (ty, part) = self.ty(random, depth - 1);
            text += &format!(r#" (field "f{number}" {part})"#);
            fields.push(Field { name: format!("f{number}"), ty });
        }
        (DefinedType::Record(fields), text + ")", true)
    }

    fn tuple(&mut self, random: &mut Random, depth: u32) -> (DefinedType, String, bool) {
        let (mut items, mut text) = (Vec::new(), String::from("(tuple"));
        for _ in 0..1 + random.below(4) {
            let (ty, part) = self.ty(random, depth - 1);
            text += &format!(" {part}");
            items.push(ty);
        }
        (DefinedType::Tuple(items), text + ")", false)
    }

    fn variant(&mut self, random: &mut Random, depth: u32) -> (DefinedType, String, bool) {
        let (mut cases, mut text) = (Vec::new(), String::from("(variant"));
        let count = if random.below(20) == 0 { 300 } else { 1 + random.below(6) };
        for number in 0..count {
            // Many cases, few payloads.
            let payload = (number < 6 && random.below(3) != 0).then(|| self.ty(random, depth - 1));
            let part = payload.as_ref().map_or(String::new(), |(_, part)| format!(" {part}"));
            text += &format!(r#" (case "c{number}"{part})"#);
            cases.push(Case { name: format!("c{number}"), ty: payload.map(|(ty, _)| ty) });
        }
        (DefinedType::Variant(cases), text + ")", true)
    }

    fn enumeration(&mut self, random: &mut Random) -> (DefinedType, String, bool) {
        let count = if random.below(4) == 0 { 257 } else { 1 + random.below(6) };
        let names: Vec<String> = (0..count).map(|number| format!("e{number}")).collect();
        let text = names.iter().map(|name| format!(" \"{name}\"")).collect::<String>();
        (DefinedType::Enum(names), format!("(enum{text})"), true)
    }

    fn flags(&mut self, random: &mut Random) -> (DefinedType, String, bool) {
        let count = [1, 5, 8, 9, 16, 17, 32][random.below(7) as usize];
        let names: Vec<String> = (0..count).map(|number| format!("l{number}")).collect();
        let text = names.iter().map(|name| format!(" \"{name}\"")).collect::<String>();
        (DefinedType::Flags(names), format!("(flags{text})"), true)
    }

    fn result(&mut self, random: &mut Random, depth: u32) -> (DefinedType, String, bool) {
        let ok = (random.below(3) != 0).then(|| self.ty(random, depth - 1));
        let err = (random.below(3) != 0).then(|| self.ty(random, depth - 1));
        let text = |payload: &Option<(ValueType, String)>| payload.as_ref().map(|(_, text)| text.clone());
        let error = text(&err).map_or(String::new(), |text| format!(" (error {text})"));
        let text = format!("(result{}{error})", text(&ok).map_or(String::new(), |text| format!(" {text}")));
        (DefinedType::Result { ok: ok.map(|(ty, _)| ty), err: err.map(|(ty, _)| ty) }, text, false)
    }

    /// A value of a type.
    pub fn value(&self, random: &mut Random, ty: ValueType) -> Value {
        let bits = random.bits();
        match ty {
            ValueType::Bool => Value::Bool(bits & 1 == 1),
            ValueType::S8 => Value::S8(bits as i8),
            ValueType::U8 => Value::U8(bits as u8),
            ValueType::S16 => Value::S16(bits as i16),
            ValueType::U16 => Value::U16(bits as u16),
            ValueType::S32 => Value::S32(bits as i32),
            ValueType::U32 => Value::U32(bits as u32),
            ValueType::S64 => Value::S64(bits as i64),
            ValueType::U64 => Value::U64(bits),
            ValueType::F32 => Value::F32(f32::from(bits as i16) / 8.0),
            ValueType::F64 => Value::F64(f64::from(bits as i32) / 8.0),
            ValueType::Char => Value::Char(char::from_u32(bits as u32 % 0xd800).unwrap_or('?')),
            ValueType::String => Value::String(text(random)),
            ValueType::Defined(index) => self.defined(random, self.types.kind(index)),
        }
    }

    fn defined(&self, random: &mut Random, kind: &DefinedType) -> Value {
        let boxed = |random: &mut Random, ty: &ValueType| Some(Box::new(self.value(random, *ty)));
        match kind {
            DefinedType::Record(fields) => {
                Value::Record(fields.iter().map(|field| self.value(random, field.ty)).collect())
            }
            DefinedType::Tuple(items) => Value::Tuple(items.iter().map(|ty| self.value(random, *ty)).collect()),
            DefinedType::Variant(cases) => {
                let case = random.below(cases.len() as u64) as usize;
                Value::Variant(case as u32, cases[case].ty.as_ref().and_then(|ty| boxed(random, ty)))
            }
            DefinedType::Enum(names) => Value::Enum(random.below(names.len() as u64) as u32),
            DefinedType::Flags(names) => Value::Flags((random.bits() & ((1 << names.len()) - 1)) as u32),
            DefinedType::Option(ty) => Value::Option(if random.below(3) == 0 { None } else { boxed(random, ty) }),
            DefinedType::Result { ok, err } => Value::Result(match random.below(2) {
                0 => Ok(ok.as_ref().and_then(|ty| boxed(random, ty))),
                _ => Err(err.as_ref().and_then(|ty| boxed(random, ty))),
            }),
            DefinedType::List(ValueType::U8) => Value::Bytes((0..random.below(40)).map(|byte| byte as u8).collect()),
            DefinedType::List(ty) => {
                let length = random.below(4);
                Value::List((0..length).map(|_| self.value(random, *ty)).collect())
            }
            DefinedType::FixedLengthList(ValueType::U8, length) => {
                Value::Bytes((0..*length).map(|b| b as u8).collect())
            }
            DefinedType::FixedLengthList(ty, length) => {
                Value::List((0..*length).map(|_| self.value(random, *ty)).collect())
            }
            DefinedType::Map(key, value) => {
                let length = random.below(4);
                Value::Map((0..length).map(|_| (self.value(random, *key), self.value(random, *value))).collect())
            }
            DefinedType::Own(_) | DefinedType::Borrow(_) => unreachable!("no handles are made"),
        }
    }
}

/// Text of one, two, three or four bytes per character in UTF-8, or a mixture.
fn text(random: &mut Random) -> String {
    let alphabets = ["abc xyz", "äöüßé", "aäb", "aλЖ", "a€あ", "𝄞🙂a", "aé€🙂", ""];
    let letters: Vec<char> = alphabets[random.below(8) as usize].chars().collect();
    let length = if letters.is_empty() { 0 } else { random.below(12) };
    (0..length).map(|_| letters[random.below(letters.len() as u64) as usize]).collect()
}
