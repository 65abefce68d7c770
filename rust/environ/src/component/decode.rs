//! A component's bytes as lists of definitions, one list for each component of the file, nested ones included.
//!
//! Everything is validated here. A definition stays in terms of its own component's index spaces and of wasmparser's
//! type identifiers; what it comes to when the component is instantiated is the business of `inline`.

use cranelift_entity::{PrimaryMap, entity_impl};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentFuncTypeId, ComponentInstanceTypeId, ResourceId,
};
use wasmparser::types::{Types, TypesRef};
use wasmparser::{
    CanonicalFunction, ComponentAlias, ComponentExternName, ComponentExternalKind, ComponentOuterAliasKind, Encoding,
    Parser, Payload, ValidPayload, Validator,
};

use super::builtin::built_in_name;
use super::plan::{CoreModule, CoreModuleIndex};
use crate::module::convert::invalid;
use crate::module::proposals::IN_CORE_TYPES;
use crate::module::{Module, translate};
use crate::{Error, Features};
use dovetail_abi::{PointerType, StringEncoding};

/// One of the file's components, nested or not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct StaticComponentIndex(u32);
entity_impl!(StaticComponentIndex, "component");

/// The whole file, decoded.
pub(super) struct Decoded<'a> {
    pub(super) root: StaticComponentIndex,
    pub(super) components: PrimaryMap<StaticComponentIndex, StaticComponent<'a>>,
    pub(super) modules: Modules<'a>,
}

/// The core modules of the file, each different one once.
#[derive(Default)]
pub(super) struct Modules<'a> {
    pub(super) bytes: PrimaryMap<CoreModuleIndex, &'a [u8]>,
    pub(super) descriptions: PrimaryMap<CoreModuleIndex, Module>,
    pub(super) entries: PrimaryMap<CoreModuleIndex, CoreModule>,
    by_hash: HashMap<String, CoreModuleIndex>,
}

/// A component as it stands in the file.
pub(super) struct StaticComponent<'a> {
    pub(super) definitions: Vec<Definition<'a>>,
    /// The validator's types, which the identifiers in the definitions belong to.
    pub(super) types: Types,
}

/// What makes one entry (or none) of a component's index spaces. Definitions of value types leave no trace: type
/// indices are resolved to identifiers here.
pub(super) enum Definition<'a> {
    Import {
        name: ComponentExternName<'a>,
        ty: ComponentEntityType,
    },
    Module(CoreModuleIndex),
    Component(StaticComponentIndex),
    CoreInstantiate {
        module: u32,
        arguments: Box<[wasmparser::InstantiationArg<'a>]>,
    },
    CoreFromExports(Box<[wasmparser::Export<'a>]>),
    CoreAlias {
        kind: wasmparser::ExternalKind,
        instance: u32,
        name: &'a str,
    },
    Instantiate {
        component: u32,
        arguments: Vec<(&'a str, ItemReference)>,
        ty: ComponentInstanceTypeId,
    },
    FromExports {
        exports: Vec<(&'a str, ItemReference)>,
        ty: ComponentInstanceTypeId,
    },
    Alias {
        kind: ComponentExternalKind,
        instance: u32,
        name: &'a str,
    },
    OuterModule {
        count: u32,
        index: u32,
    },
    OuterComponent {
        count: u32,
        index: u32,
    },
    Resource {
        id: ResourceId,
        representation: PointerType,
        destructor: Option<u32>,
    },
    Lift {
        function: u32,
        ty: ComponentFuncTypeId,
        options: LocalOptions,
    },
    Lower {
        function: u32,
        ty: ComponentFuncTypeId,
        options: LocalOptions,
    },
    ResourceNew(ResourceId),
    ResourceRep(ResourceId),
    ResourceDrop(ResourceId),
    Export {
        name: ComponentExternName<'a>,
        item: ItemReference,
        ty: ComponentEntityType,
    },
    /// `start`: the function with its type, the values that it is given, and how many it returns.
    Start {
        function: u32,
        ty: ComponentFuncTypeId,
        arguments: Box<[u32]>,
        results: u32,
    },
}

/// An item in one of a component's index spaces; a type by its identifier.
#[derive(Clone, Copy)]
pub(super) enum ItemReference {
    Function(u32),
    Module(u32),
    Instance(u32),
    Component(u32),
    Value(u32),
    Type(ComponentAnyTypeId),
}

/// Canonical options in terms of the component's index spaces.
#[derive(Clone, Default)]
pub(super) struct LocalOptions {
    pub(super) string_encoding: StringEncoding,
    pub(super) memory: Option<u32>,
    pub(super) realloc: Option<u32>,
    pub(super) post_return: Option<u32>,
    /// An option that the engine lacks; reported once the function's name is known.
    pub(super) unsupported: Option<&'static str>,
}

/// Decodes and validates `bytes`.
pub(super) fn decode<'a>(bytes: &'a [u8], features: Features) -> Result<Decoded<'a>, Error> {
    // The component's core types are looked at when a core module uses them.
    let switches = features.to_wasmparser() | IN_CORE_TYPES;
    let mut parser = Parser::new(0);
    parser.set_features(switches);
    let mut decoder = Decoder {
        bytes,
        features,
        validator: Validator::new_with_features(switches),
        open: Vec::new(),
        in_module: false,
        components: PrimaryMap::new(),
        modules: Modules::default(),
    };
    for payload in parser.parse_all(bytes) {
        decoder.payload(payload?)?;
    }
    // The outermost component is closed last. Without one the parser has reported an error already.
    let root = decoder.components.keys().next_back().ok_or_else(|| invalid("expected a component", 0))?;
    Ok(Decoded { root, components: decoder.components, modules: decoder.modules })
}

struct Decoder<'a> {
    bytes: &'a [u8],
    features: Features,
    validator: Validator,
    /// The definitions of the components that are being read, outermost first.
    open: Vec<Vec<Definition<'a>>>,
    in_module: bool,
    components: PrimaryMap<StaticComponentIndex, StaticComponent<'a>>,
    modules: Modules<'a>,
}

impl<'a> Decoder<'a> {
    fn payload(&mut self, payload: Payload<'a>) -> Result<(), Error> {
        // Lengths of the index spaces before this section.
        let types_before = self.validator.types(0).map_or(0, |types| types.component_type_count());
        let instances_before = self.validator.types(0).map_or(0, |types| types.component_instance_count());
        match self.validator.payload(&payload)? {
            ValidPayload::End(types) => return self.end(types),
            // Bodies were validated with their module, see `module_section`.
            ValidPayload::Func(..) => return Ok(()),
            ValidPayload::Ok | ValidPayload::Parser(_) => {}
        }
        match payload {
            Payload::Version { encoding: Encoding::Component, .. } => {
                self.open.push(Vec::new());
                Ok(())
            }
            Payload::Version { encoding: Encoding::Module, range, .. } if self.open.is_empty() => {
                Err(invalid("expected a component, found a core module", range.start))
            }
            Payload::ModuleSection { unchecked_range, .. } => self.module_section(unchecked_range),
            Payload::InstanceSection(reader) => self.core_instances(reader),
            Payload::ComponentInstanceSection(reader) => self.instances(reader, instances_before),
            Payload::ComponentAliasSection(reader) => self.aliases(reader),
            Payload::ComponentTypeSection(reader) => self.types(reader, types_before),
            Payload::ComponentCanonicalSection(reader) => self.canonicals(reader),
            Payload::ComponentImportSection(reader) => self.imports(reader),
            Payload::ComponentExportSection(reader) => self.exports(reader),
            Payload::ComponentStartSection { start, .. } => {
                let ty = self.types_now()?.component_function_at(start.func_index);
                let wasmparser::ComponentStartFunction { func_index: function, arguments, results } = start;
                self.define(Definition::Start { function, ty, arguments, results })
            }
            // A core module's sections, read by `module_section`; core types, resolved by the validator; custom sections;
            // a nested component, which announces itself with its version.
            Payload::Version { .. }
            | Payload::TypeSection(_)
            | Payload::ImportSection(_)
            | Payload::FunctionSection(_)
            | Payload::TableSection(_)
            | Payload::MemorySection(_)
            | Payload::TagSection(_)
            | Payload::GlobalSection(_)
            | Payload::ExportSection(_)
            | Payload::StartSection { .. }
            | Payload::ElementSection(_)
            | Payload::DataCountSection { .. }
            | Payload::DataSection(_)
            | Payload::CodeSectionStart { .. }
            | Payload::CodeSectionEntry(_)
            | Payload::CoreTypeSection(_)
            | Payload::ComponentSection { .. }
            | Payload::CustomSection(_)
            | Payload::End(_) => Ok(()),
            Payload::UnknownSection { range, .. } => Err(invalid("unknown section", range.start)),
            // wasmparser's enum is open for sections of the future, which its validator would have to pass first.
            _ => Err(invalid("unknown section", 0)),
        }
    }

    fn define(&mut self, definition: Definition<'a>) -> Result<(), Error> {
        let component = self.open.last_mut().ok_or_else(|| invalid("definition outside of a component", 0))?;
        component.push(definition);
        Ok(())
    }

    fn types_now(&self) -> Result<TypesRef<'_>, Error> {
        self.validator.types(0).ok_or_else(|| invalid("definition outside of a component", 0))
    }

    fn end(&mut self, types: Types) -> Result<(), Error> {
        if std::mem::take(&mut self.in_module) {
            return Ok(());
        }
        let definitions = self.open.pop().unwrap_or_default();
        let index = self.components.push(StaticComponent { definitions, types });
        if self.open.is_empty() { Ok(()) } else { self.define(Definition::Component(index)) }
    }

    /// Translates a core module in place: its own translation validates it whole.
    fn module_section(&mut self, range: std::ops::Range<u64>) -> Result<(), Error> {
        self.in_module = true;
        let range = range.start as usize..range.end as usize;
        let bytes = self.bytes.get(range.clone()).ok_or_else(|| invalid("unexpected end", range.start as u64))?;
        let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let index = match self.modules.by_hash.get(&sha256) {
            Some(index) => *index,
            None => {
                let module = translate(bytes, self.features).map_err(|error| at_offset(error, range.start))?.module;
                let entry =
                    CoreModule { name: module.name.clone(), sha256: sha256.clone(), size: bytes.len() as u64, range };
                self.modules.bytes.push(bytes);
                self.modules.descriptions.push(module);
                let index = self.modules.entries.push(entry);
                self.modules.by_hash.insert(sha256, index);
                index
            }
        };
        self.define(Definition::Module(index))
    }

    fn core_instances(&mut self, reader: wasmparser::InstanceSectionReader<'a>) -> Result<(), Error> {
        for instance in reader {
            self.define(match instance? {
                wasmparser::Instance::Instantiate { module_index, args } => {
                    Definition::CoreInstantiate { module: module_index, arguments: args }
                }
                wasmparser::Instance::FromExports(exports) => Definition::CoreFromExports(exports),
            })?;
        }
        Ok(())
    }

    fn instances(
        &mut self,
        reader: wasmparser::ComponentInstanceSectionReader<'a>,
        first_index: u32,
    ) -> Result<(), Error> {
        for (index, instance) in (first_index..).zip(reader) {
            let types = self.types_now()?;
            let ty = types.component_instance_at(index);
            let definition = match instance? {
                wasmparser::ComponentInstance::Instantiate { component_index, args } => Definition::Instantiate {
                    component: component_index,
                    arguments: args
                        .iter()
                        .map(|argument| Ok((argument.name, item(types, argument.kind, argument.index)?)))
                        .collect::<Result<_, Error>>()?,
                    ty,
                },
                wasmparser::ComponentInstance::FromExports(exports) => Definition::FromExports {
                    exports: exports
                        .iter()
                        .map(|export| Ok((export.name.name, item(types, export.kind, export.index)?)))
                        .collect::<Result<_, Error>>()?,
                    ty,
                },
            };
            self.define(definition)?;
        }
        Ok(())
    }

    fn aliases(&mut self, reader: wasmparser::ComponentAliasSectionReader<'a>) -> Result<(), Error> {
        for alias in reader {
            let definition = match alias? {
                ComponentAlias::InstanceExport { kind, instance_index, name } => {
                    Definition::Alias { kind, instance: instance_index, name }
                }
                ComponentAlias::CoreInstanceExport { kind, instance_index, name } => {
                    Definition::CoreAlias { kind, instance: instance_index, name }
                }
                ComponentAlias::Outer { kind, count, index } => match kind {
                    ComponentOuterAliasKind::CoreModule => Definition::OuterModule { count, index },
                    ComponentOuterAliasKind::Component => Definition::OuterComponent { count, index },
                    // Types are found through the validator.
                    ComponentOuterAliasKind::CoreType | ComponentOuterAliasKind::Type => continue,
                },
            };
            self.define(definition)?;
        }
        Ok(())
    }

    fn types(&mut self, reader: wasmparser::ComponentTypeSectionReader<'a>, first_index: u32) -> Result<(), Error> {
        for (index, ty) in (first_index..).zip(reader) {
            match ty? {
                wasmparser::ComponentType::Resource { rep, dtor } => {
                    let id = resource_at(self.types_now()?, index)?;
                    let wide = rep == wasmparser::ValType::I64;
                    let representation = if wide { PointerType::I64 } else { PointerType::I32 };
                    self.define(Definition::Resource { id, representation, destructor: dtor })?;
                }
                wasmparser::ComponentType::Defined(_)
                | wasmparser::ComponentType::Func(_)
                | wasmparser::ComponentType::Component(_)
                | wasmparser::ComponentType::Instance(_) => {}
            }
        }
        Ok(())
    }

    fn canonicals(&mut self, reader: wasmparser::ComponentCanonicalSectionReader<'a>) -> Result<(), Error> {
        for function in reader.into_iter_with_offsets() {
            let (offset, function) = function?;
            let types = self.types_now()?;
            let definition = match function {
                CanonicalFunction::Lift { core_func_index, type_index, options } => {
                    let ComponentAnyTypeId::Func(ty) = types.component_any_type_at(type_index) else {
                        return Err(invalid("expected a function type", offset));
                    };
                    Definition::Lift { function: core_func_index, ty, options: local_options(&options) }
                }
                CanonicalFunction::Lower { func_index, options } => Definition::Lower {
                    function: func_index,
                    ty: types.component_function_at(func_index),
                    options: local_options(&options),
                },
                CanonicalFunction::ResourceNew { resource } => Definition::ResourceNew(resource_at(types, resource)?),
                CanonicalFunction::ResourceRep { resource } => Definition::ResourceRep(resource_at(types, resource)?),
                CanonicalFunction::ResourceDrop { resource } => Definition::ResourceDrop(resource_at(types, resource)?),
                other => {
                    return Err(Error::Unsupported {
                        path: format!("the canonical definition at offset {offset:#x}"),
                        feature: format!("the built-in `{}`", built_in_name(&other)),
                    });
                }
            };
            self.define(definition)?;
        }
        Ok(())
    }

    fn imports(&mut self, reader: wasmparser::ComponentImportSectionReader<'a>) -> Result<(), Error> {
        for import in reader.into_iter_with_offsets() {
            let (offset, import) = import?;
            let name = import.name.name;
            let item = self.types_now()?.component_item_for_import(name);
            let ty = item.ok_or_else(|| invalid(format!("import `{name}` has no type"), offset))?.ty;
            self.define(Definition::Import { name: import.name, ty })?;
        }
        Ok(())
    }

    fn exports(&mut self, reader: wasmparser::ComponentExportSectionReader<'a>) -> Result<(), Error> {
        for export in reader.into_iter_with_offsets() {
            let (offset, export) = export?;
            let name = export.name.name;
            let types = self.types_now()?;
            let ty = types.component_item_for_export(name);
            let ty = ty.ok_or_else(|| invalid(format!("export `{name}` has no type"), offset))?.ty;
            let item = item(types, export.kind, export.index)?;
            self.define(Definition::Export { name: export.name, item, ty })?;
        }
        Ok(())
    }
}

/// Makes an offset inside a core module one inside the component.
fn at_offset(error: Error, base: usize) -> Error {
    match error {
        Error::Invalid { message, offset } => Error::Invalid { message, offset: offset.saturating_add(base) },
        Error::Unsupported { .. } | Error::Plan(_) | Error::Limit(_) | Error::Bug(_) => error,
    }
}

fn resource_at(types: TypesRef<'_>, index: u32) -> Result<ResourceId, Error> {
    match types.component_any_type_at(index) {
        ComponentAnyTypeId::Resource(id) => Ok(id.resource()),
        ComponentAnyTypeId::Defined(_)
        | ComponentAnyTypeId::Func(_)
        | ComponentAnyTypeId::Instance(_)
        | ComponentAnyTypeId::Component(_) => Err(invalid(format!("type {index} is not a resource type"), 0)),
    }
}

fn item(types: TypesRef<'_>, kind: ComponentExternalKind, index: u32) -> Result<ItemReference, Error> {
    Ok(match kind {
        ComponentExternalKind::Func => ItemReference::Function(index),
        ComponentExternalKind::Module => ItemReference::Module(index),
        ComponentExternalKind::Instance => ItemReference::Instance(index),
        ComponentExternalKind::Component => ItemReference::Component(index),
        ComponentExternalKind::Type => ItemReference::Type(types.component_any_type_at(index)),
        ComponentExternalKind::Value => ItemReference::Value(index),
    })
}

fn local_options(options: &[wasmparser::CanonicalOption]) -> LocalOptions {
    let mut local = LocalOptions::default();
    for option in options {
        match option {
            wasmparser::CanonicalOption::UTF8 => local.string_encoding = StringEncoding::Utf8,
            wasmparser::CanonicalOption::UTF16 => local.string_encoding = StringEncoding::Utf16,
            wasmparser::CanonicalOption::CompactUTF16 => local.string_encoding = StringEncoding::Latin1Utf16,
            wasmparser::CanonicalOption::Memory(index) => local.memory = Some(*index),
            wasmparser::CanonicalOption::Realloc(index) => local.realloc = Some(*index),
            wasmparser::CanonicalOption::PostReturn(index) => local.post_return = Some(*index),
            wasmparser::CanonicalOption::Async => local.unsupported = Some("the `async` canonical option"),
            wasmparser::CanonicalOption::Callback(_) => local.unsupported = Some("the `callback` canonical option"),
            wasmparser::CanonicalOption::CoreType(_) | wasmparser::CanonicalOption::Gc => {
                local.unsupported = Some("the `gc` canonical option");
            }
        }
    }
    local
}
