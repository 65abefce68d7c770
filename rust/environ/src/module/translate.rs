//! From a module's bytes to a [`Module`] and its function bodies, with full validation.
//!
//! Every section goes through wasmparser's validator first and is written down afterwards, so the conversions here may
//! rely on what validation proved; what could still be out of place is an [`Error`] all the same, never a panic.

use std::collections::BTreeSet;

use cranelift_entity::EntityRef;
use indexmap::{IndexMap, IndexSet};
use wasmparser::{Encoding, FuncToValidate, FuncValidatorAllocations, Parser, Payload, ValidPayload, Validator};
use wasmparser::{ValidatorResources, WasmFeatures};

use super::convert::{const_expr, global_type, invalid, memory_type, ref_type, signature, table_type};
use super::proposals::explain;
use crate::module::{
    ConstExpr, ConstOp, DataSegment, ElementItems, ElementMode, ElementSegment, EntityIndex, FuncIndex, Global,
    GlobalIndex, Import, MemoryIndex, Module, Signature, SignatureIndex, TableIndex, TagIndex,
};
use crate::{Error, Features};

/// The code of one defined function.
#[derive(Clone, Debug)]
pub struct FunctionBody<'a> {
    /// The reader of locals and operators; already validated.
    pub body: wasmparser::FunctionBody<'a>,
}

/// A validated module and its code.
#[derive(Debug)]
pub struct ModuleTranslation<'a> {
    pub module: Module,
    /// The module's binary, whole.
    pub bytes: &'a [u8],
    /// In the order of the defined functions.
    pub bodies: Vec<FunctionBody<'a>>,
    /// From type indices, which function bodies use, to interned signatures.
    pub types: Vec<SignatureIndex>,
}

/// Decodes and validates `bytes`, function bodies included.
pub fn translate<'a>(bytes: &'a [u8], features: Features) -> Result<ModuleTranslation<'a>, Error> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(Error::Limit("a module of 4 GiB or more is not supported".into()));
    }
    let mut features = features.to_wasmparser();
    features.remove(WasmFeatures::COMPONENT_MODEL);
    translate_with(bytes, features).map_err(|error| explain(bytes, features, error))
}

fn translate_with(bytes: &[u8], features: WasmFeatures) -> Result<ModuleTranslation<'_>, Error> {
    let mut parser = Parser::new(0);
    parser.set_features(features);
    let mut validator = Validator::new_with_features(features);
    let mut translator = Translator::default();
    for payload in parser.parse_all(bytes) {
        let payload = payload?;
        if let Payload::Version { encoding: Encoding::Component, range, .. } = &payload {
            return Err(invalid("expected a core module, found a component", range.start));
        }
        if let ValidPayload::Func(function, body) = validator.payload(&payload)? {
            translator.unvalidated.push((function, body));
        } else {
            translator.section(payload)?;
        }
    }
    translator.finish(bytes)
}

#[derive(Default)]
struct Translator<'a> {
    module: Module,
    /// The interned signature of each entry of the type section.
    types: Vec<SignatureIndex>,
    signatures: IndexSet<Signature>,
    /// What `ref.func` may name: validation demands that it is mentioned outside the code section.
    func_refs: BTreeSet<FuncIndex>,
    unvalidated: Vec<(FuncToValidate<ValidatorResources>, wasmparser::FunctionBody<'a>)>,
}

impl<'a> Translator<'a> {
    /// Writes down one validated section.
    fn section(&mut self, payload: Payload<'a>) -> Result<(), Error> {
        match payload {
            Payload::TypeSection(reader) => self.types(reader),
            Payload::ImportSection(reader) => self.imports(reader),
            Payload::FunctionSection(reader) => {
                for ty in reader {
                    let signature = self.signature_of(ty?)?;
                    self.module.functions.push(signature);
                }
                Ok(())
            }
            Payload::TableSection(reader) => self.tables(reader),
            Payload::MemorySection(reader) => {
                for memory in reader.into_iter_with_offsets() {
                    let (offset, memory) = memory?;
                    self.module.memories.push(memory_type(&memory, offset)?);
                }
                Ok(())
            }
            Payload::GlobalSection(reader) => self.globals(reader),
            Payload::ExportSection(reader) => self.exports(reader),
            Payload::StartSection { func, .. } => {
                self.module.start = Some(FuncIndex::from_u32(func));
                Ok(())
            }
            Payload::ElementSection(reader) => self.elements(reader),
            Payload::DataSection(reader) => self.data(reader),
            Payload::CustomSection(section) => {
                super::names::read(&section, &mut self.module);
                Ok(())
            }
            // Nothing of these is kept: the version, the counts that validation compared, and the end.
            Payload::Version { .. }
            | Payload::DataCountSection { .. }
            | Payload::CodeSectionStart { .. }
            | Payload::CodeSectionEntry(_)
            | Payload::End(_) => Ok(()),
            Payload::TagSection(reader) => {
                for tag in reader {
                    let signature = self.signature_of(tag?.func_type_idx)?;
                    self.module.tags.push(signature);
                }
                Ok(())
            }
            // The payloads of components, which a module's parser does not yield.
            _ => Err(invalid("unexpected section in a core module", 0)),
        }
    }

    fn types(&mut self, reader: wasmparser::TypeSectionReader<'a>) -> Result<(), Error> {
        let offset = reader.range().start;
        for ty in reader.into_iter_err_on_gc_types() {
            let (index, _) = self.signatures.insert_full(signature(&ty?, offset)?);
            self.types.push(SignatureIndex::new(index));
        }
        Ok(())
    }

    fn signature_of(&self, ty: u32) -> Result<SignatureIndex, Error> {
        self.types.get(ty as usize).copied().ok_or_else(|| invalid(format!("unknown type {ty}"), 0))
    }

    fn imports(&mut self, reader: wasmparser::ImportSectionReader<'a>) -> Result<(), Error> {
        for import in reader.into_imports_with_offsets() {
            let (offset, import) = import?;
            let entity = match import.ty {
                wasmparser::TypeRef::Func(ty) | wasmparser::TypeRef::FuncExact(ty) => {
                    let signature = self.signature_of(ty)?;
                    self.module.num_imported_functions += 1;
                    EntityIndex::Func(self.module.functions.push(signature))
                }
                wasmparser::TypeRef::Table(ty) => {
                    self.module.num_imported_tables += 1;
                    EntityIndex::Table(self.module.tables.push(table_type(&ty, offset)?))
                }
                wasmparser::TypeRef::Memory(ty) => {
                    self.module.num_imported_memories += 1;
                    EntityIndex::Memory(self.module.memories.push(memory_type(&ty, offset)?))
                }
                wasmparser::TypeRef::Global(ty) => {
                    self.module.num_imported_globals += 1;
                    let ty = global_type(&ty, offset)?;
                    EntityIndex::Global(self.module.globals.push(Global { ty, init: None }))
                }
                wasmparser::TypeRef::Tag(tag) => {
                    let signature = self.signature_of(tag.func_type_idx)?;
                    self.module.num_imported_tags += 1;
                    EntityIndex::Tag(self.module.tags.push(signature))
                }
            };
            self.module.imports.push(Import { module: import.module.into(), name: import.name.into(), entity });
        }
        Ok(())
    }

    fn tables(&mut self, reader: wasmparser::TableSectionReader<'a>) -> Result<(), Error> {
        for table in reader.into_iter_with_offsets() {
            let (offset, table) = table?;
            let index = self.module.tables.push(table_type(&table.ty, offset)?);
            match table.init {
                wasmparser::TableInit::RefNull => {}
                wasmparser::TableInit::Expr(init) => {
                    let init = self.const_expr(&init)?;
                    self.module.table_inits.push((index, init));
                }
            }
        }
        Ok(())
    }

    fn globals(&mut self, reader: wasmparser::GlobalSectionReader<'a>) -> Result<(), Error> {
        for global in reader.into_iter_with_offsets() {
            let (offset, global) = global?;
            let init = self.const_expr(&global.init_expr)?;
            self.module.globals.push(Global { ty: global_type(&global.ty, offset)?, init: Some(init) });
        }
        Ok(())
    }

    fn exports(&mut self, reader: wasmparser::ExportSectionReader<'a>) -> Result<(), Error> {
        let mut exports = IndexMap::with_capacity(reader.count() as usize);
        for export in reader {
            let export = export?;
            let entity = match export.kind {
                wasmparser::ExternalKind::Func | wasmparser::ExternalKind::FuncExact => {
                    let function = FuncIndex::from_u32(export.index);
                    self.func_refs.insert(function);
                    EntityIndex::Func(function)
                }
                wasmparser::ExternalKind::Table => EntityIndex::Table(TableIndex::from_u32(export.index)),
                wasmparser::ExternalKind::Memory => EntityIndex::Memory(MemoryIndex::from_u32(export.index)),
                wasmparser::ExternalKind::Global => EntityIndex::Global(GlobalIndex::from_u32(export.index)),
                wasmparser::ExternalKind::Tag => EntityIndex::Tag(TagIndex::from_u32(export.index)),
            };
            exports.insert(export.name.to_string(), entity);
        }
        self.module.exports = exports;
        Ok(())
    }

    fn elements(&mut self, reader: wasmparser::ElementSectionReader<'a>) -> Result<(), Error> {
        for segment in reader {
            let segment = segment?;
            let mode = match segment.kind {
                wasmparser::ElementKind::Passive => ElementMode::Passive,
                wasmparser::ElementKind::Declared => ElementMode::Declared,
                wasmparser::ElementKind::Active { table_index, offset_expr } => ElementMode::Active {
                    table: TableIndex::from_u32(table_index.unwrap_or(0)),
                    offset: self.const_expr(&offset_expr)?,
                },
            };
            let (element, items) = match segment.items {
                wasmparser::ElementItems::Functions(reader) => {
                    let functions = reader
                        .into_iter()
                        .map(|index| index.map(FuncIndex::from_u32))
                        .collect::<Result<Vec<_>, _>>()?;
                    self.func_refs.extend(&functions);
                    (super::RefType::Func, ElementItems::Functions(functions))
                }
                wasmparser::ElementItems::Expressions(ty, reader) => {
                    let element = ref_type(ty, segment.range.start)?;
                    let mut items = Vec::with_capacity(reader.count() as usize);
                    for item in reader {
                        items.push(self.const_expr(&item?)?);
                    }
                    (element, ElementItems::Expressions(items))
                }
            };
            self.module.elements.push(ElementSegment { mode, element, items });
        }
        Ok(())
    }

    fn data(&mut self, reader: wasmparser::DataSectionReader<'a>) -> Result<(), Error> {
        for segment in reader {
            let segment = segment?;
            let active = match segment.kind {
                wasmparser::DataKind::Passive => None,
                wasmparser::DataKind::Active { memory_index, offset_expr } => {
                    Some((MemoryIndex::from_u32(memory_index), self.const_expr(&offset_expr)?))
                }
            };
            // The module is smaller than 4 GiB and the segment's bytes are the last of its range.
            let end = segment.range.end as u32;
            let range = end - segment.data.len() as u32..end;
            self.module.data.push(DataSegment { active, range });
        }
        Ok(())
    }

    fn const_expr(&mut self, expr: &wasmparser::ConstExpr<'a>) -> Result<ConstExpr, Error> {
        let operations = const_expr(expr)?;
        for operation in &operations {
            if let ConstOp::RefFunc(function) = operation {
                self.func_refs.insert(*function);
            }
        }
        Ok(operations)
    }

    /// Validates the bodies, which need the whole module's declarations, and completes the module.
    fn finish(mut self, bytes: &'a [u8]) -> Result<ModuleTranslation<'a>, Error> {
        let mut allocations = FuncValidatorAllocations::default();
        let mut bodies = Vec::with_capacity(self.unvalidated.len());
        for (function, body) in self.unvalidated {
            let mut validator = function.into_validator(allocations);
            validator.validate(&body)?;
            allocations = validator.into_allocations();
            bodies.push(FunctionBody { body });
        }
        self.module.signatures = self.signatures.into_iter().collect();
        self.module.func_refs = self.func_refs.into_iter().collect();
        Ok(ModuleTranslation { module: self.module, bytes, bodies, types: self.types })
    }
}

#[cfg(test)]
#[path = "translate_tests.rs"]
mod tests;
