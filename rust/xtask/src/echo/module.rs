//! The core module of an echo component, as text: which export calls which import, and how resources correspond.

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::{Result, bail};
use wit_parser::abi::{AbiVariant, WasmSignature, WasmType};
use wit_parser::{
    Function, FunctionKind, LiftLowerAbi, ManglingAndAbi, Resolve, ResourceIntrinsic, SizeAlign, TypeDefKind, TypeId,
    WasmExport, WasmExportKind, WasmImport, WorldId, WorldItem, WorldKey,
};

use super::handles::{Action, Place, Visitor};
use super::memory;

const ABI: ManglingAndAbi = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);

/// A function of the world, and the key of its interface unless it is the world's own.
#[derive(Clone)]
struct Item {
    key: Option<WorldKey>,
    function: Function,
}

struct Module<'a> {
    resolve: &'a Resolve,
    sizes: SizeAlign,
    imports: Vec<Item>,
    /// What is done to arguments before the call and after it, and to results.
    arguments: Action,
    afterwards: Action,
    results: Action,
    head: String,
    body: String,
}

/// The module for a world.
pub fn text(resolve: &Resolve, world: WorldId) -> Result<String> {
    let mut resolve = resolve.clone();
    // An interface on both sides has two sets of types then, so that a type's id says on which side it is.
    resolve.generate_nominal_type_ids(world);
    let mut sizes = SizeAlign::default();
    sizes.fill(&resolve)?;
    let (imports, exports) = (&resolve.worlds[world].imports, &resolve.worlds[world].exports);
    let mut module = Module {
        resolve: &resolve,
        sizes,
        imports: items(&resolve, imports.iter()),
        arguments: Action::default(),
        afterwards: Action::default(),
        results: Action::default(),
        head: String::new(),
        body: memory::TEXT.to_string(),
    };
    for (index, item) in module.imports.clone().iter().enumerate() {
        module.import(index, item)?;
    }
    for (key, item) in imports {
        module.imported_resources(key, item);
    }
    for (key, item) in exports {
        module.exported_resources(key, item, imports.iter());
    }
    for item in items(&resolve, exports.iter()) {
        module.export(&item)?;
    }
    Ok(format!("(module\n{}{})\n", module.head, module.body))
}

fn items<'a>(resolve: &Resolve, world: impl Iterator<Item = (&'a WorldKey, &'a WorldItem)>) -> Vec<Item> {
    let mut found = Vec::new();
    for (key, item) in world {
        match item {
            WorldItem::Function(function) => found.push(Item { key: None, function: function.clone() }),
            WorldItem::Interface { id, .. } => {
                for function in resolve.interfaces[*id].functions.values() {
                    found.push(Item { key: Some(key.clone()), function: function.clone() });
                }
            }
            WorldItem::Type { .. } => {}
        }
    }
    found
}

/// The resources that a world's item defines, by name.
fn resources(resolve: &Resolve, item: &WorldItem) -> Vec<(String, TypeId)> {
    let is_resource = |id: TypeId| matches!(resolve.types[id].kind, TypeDefKind::Resource);
    let name = |id: TypeId| resolve.types[id].name.clone().unwrap_or_default();
    match item {
        WorldItem::Interface { id, .. } => {
            let types = resolve.interfaces[*id].types.values().copied();
            types.filter(|id| is_resource(*id)).map(|id| (name(id), id)).collect()
        }
        WorldItem::Type { id, .. } if is_resource(*id) => vec![(name(*id), *id)],
        WorldItem::Type { .. } | WorldItem::Function(_) => Vec::new(),
    }
}

fn core_type(ty: &WasmType) -> &'static str {
    match ty {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32",
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
    }
}

fn core_types(what: &str, types: &[WasmType]) -> String {
    types.iter().map(|ty| format!(" ({what} {})", core_type(ty))).collect()
}

/// What a function's type says in core WebAssembly, without the place for a result behind a pointer.
fn shape(signature: &WasmSignature) -> (Vec<&'static str>, bool, bool, Vec<&'static str>) {
    let params = match signature.params.split_last() {
        Some((_, params)) if signature.retptr => params,
        Some(_) | None => &signature.params,
    };
    let results = if signature.retptr { &[][..] } else { &signature.results };
    let names = |types: &[WasmType]| types.iter().map(core_type).collect();
    (names(params), signature.indirect_params, signature.retptr, names(results))
}

impl Module<'_> {
    fn import(&mut self, index: usize, item: &Item) -> Result<()> {
        if !matches!(
            item.function.kind,
            FunctionKind::Freestanding
                | FunctionKind::Method(_)
                | FunctionKind::Static(_)
                | FunctionKind::Constructor(_)
        ) {
            bail!("`{}` is neither a synchronous function nor a method", item.function.name);
        }
        let signature = self.resolve.wasm_signature(AbiVariant::GuestImport, &item.function);
        let import = WasmImport::Func { interface: item.key.as_ref(), func: &item.function };
        let ty = format!("{}{}", core_types("param", &signature.params), core_types("result", &signature.results));
        self.declare(import, &format!("$import{index}"), &ty);
        Ok(())
    }

    fn declare(&mut self, import: WasmImport<'_>, symbol: &str, ty: &str) {
        let (module, name) = self.resolve.wasm_import_name(ABI, import);
        let _ = writeln!(self.head, "  (import {module:?} {name:?} (func {symbol}{ty}))");
    }

    fn intrinsic(&mut self, key: Option<&WorldKey>, resource: TypeId, intrinsic: ResourceIntrinsic) -> String {
        let (name, ty) = match intrinsic {
            ResourceIntrinsic::ImportedDrop | ResourceIntrinsic::ExportedDrop => ("drop", " (param i32)"),
            ResourceIntrinsic::ExportedNew => ("new", " (param i32) (result i32)"),
            ResourceIntrinsic::ExportedRep => ("rep", " (param i32) (result i32)"),
        };
        let symbol = format!("${name}{}", resource.index());
        self.declare(WasmImport::ResourceIntrinsic { interface: key, resource, intrinsic }, &symbol, ty);
        symbol
    }

    fn imported_resources(&mut self, key: &WorldKey, item: &WorldItem) {
        let interface = if matches!(item, WorldItem::Interface { .. }) { Some(key) } else { None };
        for (_, resource) in resources(self.resolve, item) {
            let drop = self.intrinsic(interface, resource, ResourceIntrinsic::ImportedDrop);
            self.afterwards.consume.insert((resource, false), format!("(call {drop})"));
        }
    }

    /// The functions through which an exported resource stands for the imported one of the same name.
    fn exported_resources<'b>(
        &mut self,
        key: &WorldKey,
        item: &WorldItem,
        imports: impl Iterator<Item = (&'b WorldKey, &'b WorldItem)>,
    ) {
        let mut imported: HashMap<String, Vec<(String, TypeId)>> = HashMap::new();
        for (key, item) in imports {
            for (name, id) in resources(self.resolve, item) {
                imported.entry(name).or_default().push((self.resolve.name_world_key(key), id));
            }
        }
        let own_key = self.resolve.name_world_key(key);
        for (name, resource) in resources(self.resolve, item) {
            let candidates = imported.get(&name).map(Vec::as_slice).unwrap_or_default();
            let same = candidates.iter().find(|(key, _)| *key == own_key).or(candidates.first());
            let new = self.intrinsic(Some(key), resource, ResourceIntrinsic::ExportedNew);
            let rep = self.intrinsic(Some(key), resource, ResourceIntrinsic::ExportedRep);
            let drop = self.intrinsic(Some(key), resource, ResourceIntrinsic::ExportedDrop);
            let drop_behind = same.map(|(_, behind)| format!("(call $drop{})", behind.index()));
            let dtor = self.resolve.wasm_export_name(ABI, WasmExport::ResourceDtor { interface: key, resource });
            let index = resource.index();
            let _ = write!(
                self.body,
                r#"
  (func $wrap{index} (param $handle i32) (result i32) (call {new} (call $new_cell (local.get $handle))))
  (func $take{index} (param $handle i32) (result i32)
    (local $cell i32) (local $behind i32)
    (local.set $cell (call {rep} (local.get $handle)))
    (local.set $behind (i32.load (local.get $cell)))
    (i32.store (local.get $cell) (i32.const 0))
    (call {drop} (local.get $handle))
    (local.get $behind))
  (func (export {dtor:?}) (param $cell i32)
    (if (i32.load (local.get $cell)) (then (i32.load (local.get $cell)) {}))
    (call $free_one_cell (local.get $cell)))
"#,
                drop_behind.unwrap_or_else(|| "drop".to_string()),
            );
            self.results.replace.insert((resource, true), format!("(call $wrap{index})"));
            self.arguments.replace.insert((resource, true), format!("(call $take{index})"));
            // A borrowed handle of its own resource reaches the component as the representation.
            self.arguments.replace.insert((resource, false), "(i32.load)".to_string());
        }
    }

    /// The import that an export calls.
    fn counterpart(&self, item: &Item) -> Option<usize> {
        let key = |item: &Item| item.key.as_ref().map(|key| self.resolve.name_world_key(key));
        let wanted = shape(&self.resolve.wasm_signature(AbiVariant::GuestImport, &item.function));
        let size = |function: &Function| function.result.map(|ty| self.sizes.size(&ty).size_wasm32());
        let fits = |other: &Item| {
            other.function.name == item.function.name
                && shape(&self.resolve.wasm_signature(AbiVariant::GuestImport, &other.function)) == wanted
                && size(&other.function) == size(&item.function)
        };
        let same_key = self.imports.iter().position(|other| fits(other) && key(other) == key(item));
        same_key.or_else(|| self.imports.iter().position(fits))
    }

    fn export(&mut self, item: &Item) -> Result<()> {
        let function = &item.function;
        let (interface, func) = (item.key.as_ref(), function);
        let name = |kind| self.resolve.wasm_export_name(ABI, WasmExport::Func { interface, func, kind });
        let (name, post) = (name(WasmExportKind::Normal), name(WasmExportKind::PostReturn));
        let signature = self.resolve.wasm_signature(AbiVariant::GuestExport, function);
        let body = match (self.counterpart(item), &function.kind) {
            (Some(import), _) => self.forward(function, import, &signature),
            (None, FunctionKind::Constructor(resource)) if !signature.retptr => {
                format!("(call $wrap{} (i32.const 0))\n", resource.index())
            }
            (None, _) => "unreachable\n".to_string(),
        };
        let (params, results) = (core_types("param", &signature.params), core_types("result", &signature.results));
        let gone = core_types("param", &signature.results);
        let _ = write!(
            self.body,
            "\n  (func (export {name:?}){params}{results}\n{body})\n  (func (export {post:?}){gone} (call $reset_heap))\n"
        );
        Ok(())
    }

    /// The body of an export that calls an import.
    fn forward(&self, function: &Function, import: usize, signature: &WasmSignature) -> String {
        let result = signature.params.len();
        let slots: Vec<WasmType> = signature.params.iter().chain(&signature.results).copied().collect();
        let mut visitor = Visitor { resolve: self.resolve, sizes: &self.sizes, params: &slots, locals: 0 };
        let place = |visitor: &mut Visitor<'_>, action: &Action| {
            let types: Vec<_> = function.params.iter().map(|param| param.ty).collect();
            let mut code = String::new();
            let mut first = 0;
            let offsets = self.sizes.field_offsets(&types);
            for (ty, (offset, _)) in types.iter().zip(offsets) {
                let place = if signature.indirect_params {
                    Place::Memory { pointer: "0".to_string(), offset: offset.size_wasm32() }
                } else {
                    Place::Flat { first }
                };
                code.push_str(&visitor.visit(ty, &place, action));
                first += visitor.flat_count(ty);
            }
            code
        };
        let mut code = place(&mut visitor, &self.arguments);
        let arguments: String = (0..result).map(|param| format!(" (local.get {param})")).collect();
        match function.result.filter(|_| signature.retptr) {
            Some(ty) => {
                let (align, size) = (self.sizes.align(&ty).align_wasm32(), self.sizes.size(&ty).size_wasm32());
                let area = format!("(i32.const 0) (i32.const 0) (i32.const {align}) (i32.const {size})");
                let _ = writeln!(code, "(local.set {result} (call $realloc {area}))");
                let _ = writeln!(code, "(call $import{import}{arguments} (local.get {result}))");
            }
            None if signature.results.is_empty() => {
                let _ = writeln!(code, "(call $import{import}{arguments})");
            }
            None => {
                let _ = writeln!(code, "(local.set {result} (call $import{import}{arguments}))");
            }
        }
        code.push_str(&place(&mut visitor, &self.afterwards));
        if let Some(ty) = function.result {
            let place = if signature.retptr {
                Place::Memory { pointer: result.to_string(), offset: 0 }
            } else {
                Place::Flat { first: result }
            };
            code.push_str(&visitor.visit(&ty, &place, &self.results));
        }
        let mut locals: String = signature.results.iter().map(|ty| format!("(local {}) ", core_type(ty))).collect();
        for local in 1..=visitor.locals {
            let _ = write!(locals, "(local $l{local} i32) ");
        }
        if !signature.results.is_empty() {
            let _ = writeln!(code, "(local.get {result})");
        }
        format!("{locals}\n{code}")
    }
}
