//! The module around the adapters: its imports, its functions as they turn out to be needed, its sections.

use dovetail_abi::{DefinedType, Direction, FlatType, PointerType, TypeIndex, Types, ValueType};
use indexmap::{IndexMap, IndexSet};
use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, FunctionSection, GlobalType, ImportSection, MemoryType, Module,
    TypeSection, ValType,
};

use super::intrinsic::{Failure, Intrinsic};
use super::shape::{Shapes, val_type};
use super::{ACTIVATION, AdapterModule, ENTERED, FUNCTIONS, INTRINSICS, MAY_LEAVE, MEMORIES, Side};
use crate::Error;

/// A function of the module that adapters share.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Task {
    /// Lifts a value in so far as it can fail: all checks, and handles leave their table.
    Check { side: u32, ty: TypeIndex, flat: bool },
    /// Copies a checked value from one side to the other. It is flat on both or on neither: pointers of another width
    /// change the types of flat values, not their number.
    Copy { from: u32, to: u32, ty: TypeIndex, flat: bool },
    /// Copies a checked string: `(pointer, length) -> (pointer, length)`.
    CopyString { from: u32, to: u32 },
    /// The checks of a list: `(pointer, length, size, alignment)`.
    CheckList { side: u32 },
    /// `realloc` of a new place, with its checks: `(size, alignment) -> pointer`. The failure tells what it is for.
    Allocate { side: u32, failure: i32 },
}

/// What follows from a defined type for adapters.
#[derive(Clone, Copy)]
struct Traits {
    /// Whether lifting can fail or has an effect.
    checked: bool,
    /// Whether a checked value is copied as bytes: no padding, no bit to be normalised.
    plain: bool,
}

/// A module that is being written.
pub(super) struct Generator<'g> {
    pub(super) module: &'g AdapterModule,
    pub(super) types: &'g Types,
    traits: Vec<Traits>,
    tasks: IndexSet<Task>,
}

type CoreType = (Vec<ValType>, Vec<ValType>);

impl<'g> Generator<'g> {
    fn new(module: &'g AdapterModule, types: &'g Types) -> Generator<'g> {
        let mut generator =
            Generator { module, types, traits: Vec::with_capacity(types.len()), tasks: IndexSet::new() };
        for (index, kind) in types.iter() {
            let traits = generator.traits_of(index, kind);
            generator.traits.push(traits);
        }
        generator
    }

    fn traits_of(&self, index: TypeIndex, kind: &DefinedType) -> Traits {
        let shapes = Shapes { types: self.types, pointers: PointerType::default() };
        let parts = |parts: &mut dyn Iterator<Item = ValueType>| {
            let mut traits = Traits { checked: false, plain: true };
            let mut size = 0u32;
            for ty in parts {
                traits.checked |= self.checked(ty);
                traits.plain &= self.plain(ty);
                size = size.saturating_add(shapes.size(ty));
            }
            traits.plain &= size == shapes.layout(index).size;
            traits
        };
        match kind {
            DefinedType::Record(fields) => parts(&mut fields.iter().map(|field| field.ty)),
            DefinedType::Tuple(items) => parts(&mut items.iter().copied()),
            DefinedType::FixedLengthList(element, _) => {
                Traits { checked: self.checked(*element), plain: element.is_number() || self.plain(*element) }
            }
            DefinedType::Enum(_) => Traits { checked: true, plain: true },
            DefinedType::Flags(labels) => {
                Traits { checked: false, plain: labels.len() as u32 == 8 * shapes.layout(index).size }
            }
            DefinedType::Variant(_)
            | DefinedType::Option(_)
            | DefinedType::Result { .. }
            | DefinedType::List(_)
            | DefinedType::Map(..)
            | DefinedType::Own(_)
            | DefinedType::Borrow(_) => Traits { checked: true, plain: false },
        }
    }

    /// Whether lifting a value of this type can fail or has an effect.
    pub(super) fn checked(&self, ty: ValueType) -> bool {
        match ty {
            ValueType::Char | ValueType::String => true,
            ValueType::Defined(index) => self.traits.get(index.as_u32() as usize).is_none_or(|traits| traits.checked),
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
            | ValueType::F64 => false,
        }
    }

    /// Whether a checked value of this type is copied as bytes.
    pub(super) fn plain(&self, ty: ValueType) -> bool {
        match ty {
            ValueType::S8
            | ValueType::U8
            | ValueType::S16
            | ValueType::U16
            | ValueType::S32
            | ValueType::U32
            | ValueType::S64
            | ValueType::U64
            | ValueType::Char => true,
            ValueType::Bool | ValueType::F32 | ValueType::F64 | ValueType::String => false,
            ValueType::Defined(index) => self.traits.get(index.as_u32() as usize).is_some_and(|traits| traits.plain),
        }
    }

    pub(super) fn side(&self, side: u32) -> Result<&'g Side, Error> {
        self.module.sides.get(side as usize).ok_or_else(|| Error::Bug(format!("an adapter has no side {side}")))
    }

    pub(super) fn shapes(&self, side: u32) -> Shapes<'g> {
        let memory = self.module.sides.get(side as usize).and_then(|side| side.memory);
        let pointers = memory.and_then(|memory| self.module.memories.get(memory as usize)).copied();
        Shapes { types: self.types, pointers: pointers.unwrap_or_default() }
    }

    /// The memory of a side whose types need one.
    pub(super) fn memory(&self, side: u32) -> Result<u32, Error> {
        self.side(side)?.memory.ok_or_else(|| Error::Plan("a function that needs a memory has none".into()))
    }

    pub(super) fn intrinsic(&self, intrinsic: Intrinsic) -> u32 {
        intrinsic as u32
    }

    /// The index of an imported core function.
    pub(super) fn imported(&self, function: u32) -> u32 {
        Intrinsic::ALL.len() as u32 + function
    }

    /// The index of a shared function.
    pub(super) fn function(&mut self, task: Task) -> u32 {
        let (position, _) = self.tasks.insert_full(task);
        self.imported(self.module.functions) + self.module.adapters.len() as u32 + position as u32
    }

    pub(super) fn entered(&self, instance: u32) -> u32 {
        instance
    }

    pub(super) fn may_leave(&self, instance: u32) -> u32 {
        self.module.instances + instance
    }

    pub(super) fn activation(&self) -> u32 {
        2 * self.module.instances
    }

    /// Parameters and results of a shared function.
    pub(super) fn signature(&self, task: Task) -> (Vec<FlatType>, Vec<FlatType>) {
        let place = |side: u32, ty: TypeIndex, flat: bool| match flat {
            true => self.shapes(side).flat(ValueType::Defined(ty)).unwrap_or(&[]).to_vec(),
            false => vec![self.shapes(side).pointers.flat()],
        };
        match task {
            Task::Check { side, ty, flat } => (place(side, ty, flat), Vec::new()),
            Task::Copy { from, to, ty, flat } => {
                let mut params = place(from, ty, flat);
                let target = place(to, ty, flat);
                if flat {
                    return (params, target);
                }
                params.extend(target);
                (params, Vec::new())
            }
            Task::CopyString { from, to } => {
                (vec![self.shapes(from).pointers.flat(); 2], vec![self.shapes(to).pointers.flat(); 2])
            }
            Task::CheckList { side } => {
                let pointer = self.shapes(side).pointers.flat();
                (vec![pointer, pointer, FlatType::I64, pointer], Vec::new())
            }
            Task::Allocate { side, .. } => {
                let pointer = self.shapes(side).pointers.flat();
                (vec![pointer; 2], vec![pointer])
            }
        }
    }

    /// The core types of the imported functions, by number.
    fn imported_types(&self) -> Result<Vec<CoreType>, Error> {
        let mut types: IndexMap<u32, CoreType> = IndexMap::new();
        for side in 0..self.module.sides.len() as u32 {
            if let Some(realloc) = self.side(side)?.realloc {
                let pointer = val_type(self.shapes(side).pointers.flat());
                types.insert(realloc, (vec![pointer; 4], vec![pointer]));
            }
        }
        for adapter in &self.module.adapters {
            let flat = self.shapes(adapter.callee).signature(&adapter.ty, Direction::Lift);
            let results: Vec<ValType> = flat.results.iter().map(|ty| val_type(*ty)).collect();
            if let Some(post_return) = adapter.post_return {
                types.insert(post_return, (results.clone(), Vec::new()));
            }
            types.insert(adapter.core, (flat.params.iter().map(|ty| val_type(*ty)).collect(), results));
        }
        (0..self.module.functions)
            .map(|function| {
                let ty = types.swap_remove(&function);
                ty.ok_or_else(|| Error::Bug(format!("no adapter uses the core function {function}")))
            })
            .collect()
    }
}

/// The type section, in which equal types are one.
#[derive(Default)]
struct CoreTypes {
    section: TypeSection,
    known: IndexMap<CoreType, u32>,
}

impl CoreTypes {
    fn index(&mut self, ty: CoreType) -> u32 {
        let next = self.known.len() as u32;
        if let Some(index) = self.known.get(&ty) {
            return *index;
        }
        self.section.ty().function(ty.0.iter().copied(), ty.1.iter().copied());
        self.known.insert(ty, next);
        next
    }
}

/// Writes a module; see [`AdapterModule::encode`].
pub(super) fn encode(module: &AdapterModule, types: &Types, limit: usize) -> Result<Vec<u8>, Error> {
    let mut generator = Generator::new(module, types);
    let mut known = CoreTypes::default();
    let imports = imports(&generator, &mut known)?;
    let (mut functions, mut exports, mut code) = (FunctionSection::new(), ExportSection::new(), CodeSection::new());
    let check_size = |code: &CodeSection| match code.byte_len() > limit {
        true => Err(Error::Limit(format!("the adapters of a component exceed {limit} bytes"))),
        false => Ok(()),
    };
    for (adapter, number) in module.adapters.iter().zip(0u32..) {
        let signature = generator.shapes(adapter.caller).signature(&adapter.ty, Direction::Lower);
        functions.function(known.index((core_types(&signature.params), core_types(&signature.results))));
        let index = generator.imported(module.functions) + number;
        exports.export(&number.to_string(), ExportKind::Func, index);
        code.raw(&super::function::adapter(&mut generator, number, adapter)?);
        check_size(&code)?;
    }
    let mut done = 0;
    while let Some(task) = generator.tasks.get_index(done).copied() {
        done += 1;
        let (params, results) = generator.signature(task);
        functions.function(known.index((core_types(&params), core_types(&results))));
        code.raw(&super::bodies::body(&mut generator, task, &params, &results)?);
        check_size(&code)?;
    }
    let mut encoded = Module::new();
    encoded.section(&known.section).section(&imports).section(&functions).section(&exports).section(&code);
    Ok(encoded.finish())
}

fn core_types(flat: &[FlatType]) -> Vec<ValType> {
    flat.iter().map(|ty| val_type(*ty)).collect()
}

fn imports(generator: &Generator<'_>, types: &mut CoreTypes) -> Result<ImportSection, Error> {
    let module = generator.module;
    let mut imports = ImportSection::new();
    for intrinsic in Intrinsic::ALL {
        let (params, results) = intrinsic.signature();
        let ty = types.index((core_types(params), core_types(results)));
        imports.import(INTRINSICS, intrinsic.name(), EntityType::Function(ty));
    }
    for (ty, number) in generator.imported_types()?.into_iter().zip(0u32..) {
        imports.import(FUNCTIONS, &number.to_string(), EntityType::Function(types.index(ty)));
    }
    for (pointers, number) in module.memories.iter().zip(0u32..) {
        let memory64 = pointers.flat() == FlatType::I64;
        let ty = MemoryType { minimum: 0, maximum: None, memory64, shared: false, page_size_log2: None };
        imports.import(MEMORIES, &number.to_string(), ty);
    }
    let flag = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
    for kind in [ENTERED, MAY_LEAVE] {
        for number in 0..module.instances {
            imports.import(kind, &number.to_string(), flag);
        }
    }
    imports.import(ACTIVATION, ACTIVATION, flag);
    Ok(imports)
}

/// What `realloc` failing the bounds check is called.
pub(super) const STRING: i32 = Failure::StringAllocationOutOfBounds as i32;
pub(super) const LIST: i32 = Failure::ListAllocationOutOfBounds as i32;
pub(super) const PARAMETER: i32 = Failure::ParameterAllocationOutOfBounds as i32;
