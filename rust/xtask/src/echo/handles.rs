//! Code that visits the handles inside a value, in memory or in the parameters of a core function.

use std::collections::HashMap;
use std::fmt::Write as _;

use wit_parser::abi::{FlatTypes, WasmType};
use wit_parser::{Handle, Int, Resolve, SizeAlign, Type, TypeDefKind, TypeId};

/// Where a value lies.
#[derive(Clone)]
pub enum Place {
    /// Behind the pointer in a local, at an offset.
    Memory { pointer: String, offset: usize },
    /// In the parameters of the function, from this one on.
    Flat { first: usize },
}

/// What happens to a handle: the function that gets it, by resource and by whether it is owned.
#[derive(Clone, Default)]
pub struct Action {
    /// Calls that give the handle to put in its place.
    pub replace: HashMap<(TypeId, bool), String>,
    /// Calls that give nothing.
    pub consume: HashMap<(TypeId, bool), String>,
}

/// Writes the code for one function.
pub struct Visitor<'a> {
    pub resolve: &'a Resolve,
    pub sizes: &'a SizeAlign,
    /// The core types of the function's parameters.
    pub params: &'a [WasmType],
    /// Locals that the code needs, all of type i32.
    pub locals: usize,
}

impl Visitor<'_> {
    /// The code that does `action` to each handle in a value; empty where there is nothing to do.
    pub fn visit(&mut self, ty: &Type, place: &Place, action: &Action) -> String {
        let Type::Id(id) = ty else { return String::new() };
        let resolve = self.resolve;
        match &resolve.types[*id].kind {
            TypeDefKind::Type(target) => self.visit(target, place, action),
            TypeDefKind::Handle(Handle::Own(resource)) => self.handle(*resource, true, place, action),
            TypeDefKind::Handle(Handle::Borrow(resource)) => self.handle(*resource, false, place, action),
            TypeDefKind::Record(record) => {
                let types: Vec<Type> = record.fields.iter().map(|field| field.ty).collect();
                self.sequence(&types, place, action)
            }
            TypeDefKind::Tuple(tuple) => self.sequence(&tuple.types, place, action),
            TypeDefKind::FixedLengthList(element, length) => {
                self.sequence(&vec![*element; *length as usize], place, action)
            }
            TypeDefKind::Variant(variant) => {
                let cases: Vec<Option<Type>> = variant.cases.iter().map(|case| case.ty).collect();
                self.cases(variant.tag(), &cases, place, action)
            }
            TypeDefKind::Option(payload) => self.cases(Int::U8, &[None, Some(*payload)], place, action),
            TypeDefKind::Result(result) => self.cases(Int::U8, &[result.ok, result.err], place, action),
            TypeDefKind::List(element) => self.list(&[*element], place, action),
            TypeDefKind::Map(key, value) => self.list(&[*key, *value], place, action),
            // A resource cannot be a value itself; the rest holds no handles of resources.
            TypeDefKind::Resource
            | TypeDefKind::Flags(_)
            | TypeDefKind::Enum(_)
            | TypeDefKind::Future(_)
            | TypeDefKind::Stream(_)
            | TypeDefKind::Unknown => String::new(),
        }
    }

    /// How many core values a type flattens to, as far as parameters go.
    pub fn flat_count(&self, ty: &Type) -> usize {
        let mut storage = [WasmType::I32; Resolve::MAX_FLAT_PARAMS + 1];
        let mut flat = FlatTypes::new(&mut storage);
        self.resolve.push_flat(ty, &mut flat);
        flat.to_vec().len()
    }

    fn local(&mut self) -> String {
        self.locals += 1;
        format!("$l{}", self.locals)
    }

    fn handle(&mut self, resource: TypeId, owned: bool, place: &Place, action: &Action) -> String {
        let mut resource = resource;
        while let TypeDefKind::Type(Type::Id(target)) = self.resolve.types[resource].kind {
            resource = target;
        }
        if let Some(call) = action.consume.get(&(resource, owned)) {
            return format!("{}\n{call}\n", self.word(place, 0));
        }
        let Some(call) = action.replace.get(&(resource, owned)) else { return String::new() };
        let value = self.word(place, 0);
        match place {
            Place::Memory { pointer, offset } => {
                format!("(local.get {pointer})\n{value}\n{call}\n(i32.store offset={offset})\n")
            }
            Place::Flat { first } if self.is_wide(*first) => {
                format!("{value}\n{call}\n(local.set {first} (i64.extend_i32_u))\n")
            }
            Place::Flat { first } => format!("{value}\n{call}\n(local.set {first})\n"),
        }
    }

    /// The value in a slot that other cases of a variant may have made wider than a word.
    fn is_wide(&self, param: usize) -> bool {
        matches!(self.params.get(param), Some(WasmType::I64 | WasmType::PointerOrI64))
    }

    /// The i32 that lies at a place, `next` words further on.
    fn word(&self, place: &Place, next: usize) -> String {
        match place {
            Place::Memory { pointer, offset } => {
                format!("(i32.load offset={} (local.get {pointer}))", offset + 4 * next)
            }
            Place::Flat { first } if self.is_wide(first + next) => {
                format!("(i32.wrap_i64 (local.get {}))", first + next)
            }
            Place::Flat { first } => format!("(local.get {})", first + next),
        }
    }

    fn sequence(&mut self, types: &[Type], place: &Place, action: &Action) -> String {
        let mut code = String::new();
        match place {
            Place::Memory { pointer, offset } => {
                for (start, ty) in self.sizes.field_offsets(types) {
                    let place = Place::Memory { pointer: pointer.clone(), offset: offset + start.size_wasm32() };
                    code.push_str(&self.visit(ty, &place, action));
                }
            }
            Place::Flat { first } => {
                let mut first = *first;
                for ty in types {
                    code.push_str(&self.visit(ty, &Place::Flat { first }, action));
                    first += self.flat_count(ty);
                }
            }
        }
        code
    }

    fn cases(&mut self, tag: Int, cases: &[Option<Type>], place: &Place, action: &Action) -> String {
        let (discriminant, payload) = match place {
            Place::Memory { pointer, offset } => {
                let load = match tag {
                    Int::U8 => "i32.load8_u",
                    Int::U16 => "i32.load16_u",
                    Int::U32 | Int::U64 => "i32.load",
                };
                let start = self.sizes.payload_offset(tag, cases.iter().map(Option::as_ref)).size_wasm32();
                let payload = Place::Memory { pointer: pointer.clone(), offset: offset + start };
                (format!("({load} offset={offset} (local.get {pointer}))"), payload)
            }
            Place::Flat { first } => (self.word(place, 0), Place::Flat { first: first + 1 }),
        };
        let mut code = String::new();
        for (index, case) in cases.iter().enumerate() {
            let inner = case.map(|ty| self.visit(&ty, &payload, action)).unwrap_or_default();
            if !inner.is_empty() {
                let _ = writeln!(code, "(if (i32.eq {discriminant} (i32.const {index})) (then\n{inner}))");
            }
        }
        code
    }

    /// A list whose elements are records of these types.
    fn list(&mut self, element: &[Type], place: &Place, action: &Action) -> String {
        let (pointer, end) = (self.local(), self.local());
        let inner = self.sequence(element, &Place::Memory { pointer: pointer.clone(), offset: 0 }, action);
        if inner.is_empty() {
            return inner;
        }
        let size = self.sizes.record(element).size.size_wasm32();
        let (start, length) = (self.word(place, 0), self.word(place, 1));
        format!(
            "(local.set {pointer} {start})\n\
             (local.set {end} (i32.add (local.get {pointer}) (i32.mul {length} (i32.const {size}))))\n\
             (block $done{pointer} (loop $next{pointer}\n\
             (br_if $done{pointer} (i32.ge_u (local.get {pointer}) (local.get {end})))\n\
             {inner}\
             (local.set {pointer} (i32.add (local.get {pointer}) (i32.const {size})))\n\
             (br $next{pointer})))\n"
        )
    }
}
