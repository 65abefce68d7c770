//! Types as text, and the fingerprint of a set of signatures.

use sha2::{Digest, Sha256};

use crate::types::{Case, DefinedType, Field, FunctionType, Types, ValueType};

impl Types {
    /// The type as WIT would spell its structure: `list<record { key: string }>`. Resources are spelled `own<_>`.
    pub fn describe(&self, ty: ValueType) -> String {
        let mut text = String::new();
        self.write_type(&mut text, ty);
        text
    }

    fn write_type(&self, out: &mut String, ty: ValueType) {
        let index = match ty {
            ValueType::Bool => return out.push_str("bool"),
            ValueType::S8 => return out.push_str("s8"),
            ValueType::U8 => return out.push_str("u8"),
            ValueType::S16 => return out.push_str("s16"),
            ValueType::U16 => return out.push_str("u16"),
            ValueType::S32 => return out.push_str("s32"),
            ValueType::U32 => return out.push_str("u32"),
            ValueType::S64 => return out.push_str("s64"),
            ValueType::U64 => return out.push_str("u64"),
            ValueType::F32 => return out.push_str("f32"),
            ValueType::F64 => return out.push_str("f64"),
            ValueType::Char => return out.push_str("char"),
            ValueType::String => return out.push_str("string"),
            ValueType::Defined(index) => index,
        };
        match self.kind(index) {
            DefinedType::Record(fields) => {
                let parts = fields.iter().map(|Field { name, ty }| (name.as_str(), Some(*ty)));
                self.write_members(out, "record", parts);
            }
            DefinedType::Variant(cases) => {
                let parts = cases.iter().map(|Case { name, ty }| (name.as_str(), *ty));
                self.write_members(out, "variant", parts);
            }
            DefinedType::Enum(names) => self.write_members(out, "enum", names.iter().map(|n| (n.as_str(), None))),
            DefinedType::Flags(names) => self.write_members(out, "flags", names.iter().map(|n| (n.as_str(), None))),
            DefinedType::Tuple(types) => self.write_generic(out, "tuple", types.iter().map(|ty| Some(*ty))),
            DefinedType::Option(ty) => self.write_generic(out, "option", std::iter::once(Some(*ty))),
            DefinedType::Result { ok: None, err: None } => out.push_str("result"),
            DefinedType::Result { ok, err: None } => self.write_generic(out, "result", std::iter::once(*ok)),
            DefinedType::Result { ok, err } => self.write_generic(out, "result", [*ok, *err].into_iter()),
            DefinedType::List(ty) => self.write_generic(out, "list", std::iter::once(Some(*ty))),
            DefinedType::FixedLengthList(ty, length) => {
                out.push_str("list<");
                self.write_type(out, *ty);
                out.push_str(&format!(", {length}>"));
            }
            DefinedType::Map(key, value) => {
                self.write_generic(out, "map", [Some(*key), Some(*value)].into_iter());
            }
            DefinedType::Own(_) => out.push_str("own<_>"),
            DefinedType::Borrow(_) => out.push_str("borrow<_>"),
        }
    }

    fn write_generic(&self, out: &mut String, name: &str, types: impl Iterator<Item = Option<ValueType>>) {
        out.push_str(name);
        out.push('<');
        for (i, ty) in types.enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            match ty {
                Some(ty) => self.write_type(out, ty),
                None => out.push('_'),
            }
        }
        out.push('>');
    }

    fn write_members<'a>(
        &self,
        out: &mut String,
        keyword: &str,
        members: impl Iterator<Item = (&'a str, Option<ValueType>)>,
    ) {
        out.push_str(keyword);
        out.push_str(" {");
        for (i, (name, ty)) in members.enumerate() {
            out.push_str(if i > 0 { ", " } else { " " });
            out.push_str(name);
            if let Some(ty) = ty {
                out.push_str(": ");
                self.write_type(out, ty);
            }
        }
        out.push_str(" }");
    }

    /// The function as WIT would spell it: `func(key: string) -> option<u32>`.
    pub fn describe_function(&self, function: &FunctionType) -> String {
        let mut text = String::from("func(");
        for (i, param) in function.params.iter().enumerate() {
            if i > 0 {
                text.push_str(", ");
            }
            text.push_str(&param.name);
            text.push_str(": ");
            self.write_type(&mut text, param.ty);
        }
        text.push(')');
        if let Some(result) = function.result {
            text.push_str(" -> ");
            self.write_type(&mut text, result);
        }
        text
    }
}

/// The fingerprint of a set of signatures: 64 hexadecimal digits. `signatures` are pairs of a path
/// (`import h2:kv/host-log@0.1.0#log`) and a function's description; their order does not matter.
pub fn fingerprint(signatures: impl IntoIterator<Item = (String, String)>) -> String {
    let mut lines: Vec<String> = signatures.into_iter().map(|(path, text)| format!("{path}: {text}\n")).collect();
    lines.sort();
    let mut hash = Sha256::new();
    for line in &lines {
        hash.update(line.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
