//! The link plan: what a component of any nesting comes to once its instantiation graph is inlined.
//!
//! A plan is a list of steps in the order in which the specification's text would perform them, a table of types, and the
//! component's imports and exports. It holds no code and no address; `app.plan.json` is this structure. Core modules are
//! named by number and hash; their bytes lie beside the plan.

use cranelift_entity::{PrimaryMap, entity_impl};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use dovetail_abi::{FunctionType, PointerType, ResourceIndex, StringEncoding, Types, ValueType};

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(u32);
        entity_impl!($name, $text);
    )*};
}

index! {
    /// A core module that was split out of the component.
    CoreModuleIndex "core_module";
    /// A core instance that a step makes.
    CoreInstanceIndex "core_instance";
    /// A component instance of the inlined graph: it owns a handle table and the `may_enter`/`may_leave` flags.
    ComponentInstanceIndex "component_instance";
    /// A leaf among the component's imports.
    ImportIndex "import";
    /// A core function that the host makes from a canonical built-in.
    TrampolineIndex "trampoline";
    /// A set of canonical options.
    OptionsIndex "options";
    /// A component function type of the plan.
    FunctionTypeIndex "function_type";
    /// A component of the file that is a value: it is exported, or given to an imported component.
    ComponentIndex "component";
    /// An instance of an imported component, which a step makes.
    NestedInstanceIndex "nested_instance";
    /// A value that a start function returns.
    ValueIndex "value";
}

/// What is added to this structure, or to one in it, needs a default and a version of the [contract](crate::contract).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ComponentPlan {
    /// The fingerprint of all imported and exported functions (`dovetail_abi::fingerprint`).
    pub fingerprint: String,
    pub types: Types,
    pub functions: PrimaryMap<FunctionTypeIndex, FunctionType>,
    pub resources: PrimaryMap<ResourceIndex, Resource>,
    pub modules: PrimaryMap<CoreModuleIndex, CoreModule>,
    /// The component instances of the inlined graph; number 0 is the component itself.
    pub component_instances: PrimaryMap<ComponentInstanceIndex, ComponentInstance>,
    pub imports: IndexMap<String, ImportItem>,
    /// The leaves of `imports`: what the steps refer to.
    pub import_leaves: PrimaryMap<ImportIndex, ImportPath>,
    pub options: PrimaryMap<OptionsIndex, CanonicalOptions>,
    pub trampolines: PrimaryMap<TrampolineIndex, Trampoline>,
    pub steps: Vec<Step>,
    pub exports: IndexMap<String, ExportItem>,
    /// What the names of imports say beyond the plain name, where they say more.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub import_annotations: IndexMap<String, NameAnnotation>,
    /// The same for exports.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub export_annotations: IndexMap<String, NameAnnotation>,
    /// Components that are exported or given to others, as plans of their own with the same core modules.
    #[serde(default, skip_serializing_if = "PrimaryMap::is_empty")]
    pub components: PrimaryMap<ComponentIndex, ComponentPlan>,
    /// Where this plan is one of another's `components`: what it takes from there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<Capture>,
}

/// An annotated import or export name (`Binary.md`, "Name Section" and the grammar of `importname'`): imports are matched
/// by the plain name.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NameAnnotation {
    /// The interface that an instance with a plain name implements: `wasi:keyvalue/store@0.2.0`.
    pub implements: Option<String>,
    /// How a registry or build tool knows it; free text.
    pub external_id: Option<String>,
    /// What a canonical version in the name leaves out: `.1` of `0.2.1`.
    pub version_suffix: Option<String>,
}

impl NameAnnotation {
    pub fn is_empty(&self) -> bool {
        self.implements.is_none() && self.external_id.is_none() && self.version_suffix.is_none()
    }
}

/// A core module or component that a component which is a value mentions, and that is imported where it was defined.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Capture {
    /// The leaf in the plan that this one is part of.
    pub outer: ImportIndex,
    /// A module or a component, with the leaf in this plan.
    pub item: ImportItem,
}

impl ComponentPlan {
    /// What a leaf is: an import, an export of an imported component's instance, or a capture.
    pub fn leaf(&self, leaf: ImportIndex) -> Option<&ImportItem> {
        let ImportPath { origin, name, exports } = self.import_leaves.get(leaf)?;
        let first = match origin {
            LeafOrigin::Import => self.imports.get(name)?,
            LeafOrigin::Instance(wanted) => self.steps.iter().find_map(|step| match step {
                Step::InstantiateComponent { instance, exports, .. } if instance == wanted => exports.get(name),
                Step::InstantiateComponent { .. }
                | Step::InstantiateModule { .. }
                | Step::DefineResource(_)
                | Step::Start { .. } => None,
            })?,
            LeafOrigin::Outer => {
                let mut items = self.captures.iter().map(|capture| &capture.item);
                return items.find(|item| match item {
                    ImportItem::Module { leaf: own, .. } | ImportItem::Component { leaf: own, .. } => *own == leaf,
                    ImportItem::Function { .. }
                    | ImportItem::Instance(_)
                    | ImportItem::Resource { .. }
                    | ImportItem::Type
                    | ImportItem::Value { .. } => false,
                });
            }
        };
        exports.iter().try_fold(first, |item, name| match item {
            ImportItem::Instance(items) => items.get(name),
            ImportItem::Function { .. }
            | ImportItem::Resource { .. }
            | ImportItem::Type
            | ImportItem::Module { .. }
            | ImportItem::Component { .. }
            | ImportItem::Value { .. } => None,
        })
    }
}

/// A component instance of the inlined graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ComponentInstance {
    /// The instance whose component instantiated this one (`ComponentInstance.parent`); `None` for number 0 only. The
    /// rules of re-entry need it: a child may call back into its parent, siblings may not call back into each other.
    pub parent: Option<ComponentInstanceIndex>,
}

/// What a leaf is part of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum LeafOrigin {
    /// The component's imports.
    #[default]
    Import,
    /// What an instance of an imported component exports: known from its step on.
    Instance(NestedInstanceIndex),
    /// The captures.
    Outer,
}

impl LeafOrigin {
    fn is_import(&self) -> bool {
        *self == LeafOrigin::Import
    }
}

/// Where a leaf import is: a name of the component's imports, and names of exports of the imported instance below it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportPath {
    #[serde(default, skip_serializing_if = "LeafOrigin::is_import")]
    pub origin: LeafOrigin,
    pub name: String,
    pub exports: Vec<String>,
}

impl std::fmt::Display for ImportPath {
    /// `wasi:cli/stdout@0.2.0#get-stdout`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let LeafOrigin::Instance(instance) = self.origin {
            write!(f, "instance {} of an imported component: ", instance.as_u32())?;
        }
        f.write_str(&self.name)?;
        for export in &self.exports {
            write!(f, "#{export}")?;
        }
        Ok(())
    }
}

/// What an import must be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ImportItem {
    Function {
        ty: FunctionTypeIndex,
        leaf: ImportIndex,
    },
    Instance(IndexMap<String, ImportItem>),
    /// A resource type that the host supplies; or, where it equals an earlier one (`eq`), that one again.
    Resource {
        resource: ResourceIndex,
        leaf: ImportIndex,
    },
    /// A value type: nothing is supplied for it.
    Type,
    /// A core module that the host supplies.
    Module {
        ty: ModuleType,
        leaf: ImportIndex,
    },
    /// A component that the host supplies. What it imports and exports is compared when it is instantiated.
    Component {
        ty: ComponentType,
        leaf: ImportIndex,
    },
    /// A value that the host supplies.
    Value {
        ty: ValueType,
        leaf: ImportIndex,
    },
}

/// What the type of an imported component says of itself: names and kinds.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ComponentType {
    pub imports: IndexMap<String, ItemKind>,
    pub exports: IndexMap<String, ItemKind>,
}

/// The kind of an import or export of a component.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ItemKind {
    Function,
    Instance,
    Resource,
    Type,
    Module,
    Component,
    Value,
}

impl ItemKind {
    /// With its article, for messages.
    pub fn name(self) -> &'static str {
        match self {
            ItemKind::Function => "a function",
            ItemKind::Instance => "an instance",
            ItemKind::Resource => "a resource",
            ItemKind::Type => "a type",
            ItemKind::Module => "a core module",
            ItemKind::Component => "a component",
            ItemKind::Value => "a value",
        }
    }
}

impl ImportItem {
    pub fn kind(&self) -> ItemKind {
        match self {
            ImportItem::Function { .. } => ItemKind::Function,
            ImportItem::Instance(_) => ItemKind::Instance,
            ImportItem::Resource { .. } => ItemKind::Resource,
            ImportItem::Type => ItemKind::Type,
            ImportItem::Module { .. } => ItemKind::Module,
            ImportItem::Component { .. } => ItemKind::Component,
            ImportItem::Value { .. } => ItemKind::Value,
        }
    }
}

impl ExportItem {
    pub fn kind(&self) -> ItemKind {
        match self {
            ExportItem::Function(_) | ExportItem::ImportedFunction { .. } => ItemKind::Function,
            ExportItem::Instance(_) => ItemKind::Instance,
            ExportItem::Resource(_) => ItemKind::Resource,
            ExportItem::Type => ItemKind::Type,
            ExportItem::Module(_) => ItemKind::Module,
            ExportItem::Component(_) => ItemKind::Component,
            ExportItem::Value { .. } => ItemKind::Value,
        }
    }
}

/// The type of an imported core module.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ModuleType {
    pub imports: Vec<(String, String, crate::module::ExternType)>,
    pub exports: IndexMap<String, crate::module::ExternType>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ExportItem {
    Function(LiftedFunction),
    Instance(IndexMap<String, ExportItem>),
    Resource(ResourceIndex),
    Type,
    Module(ModuleSource),
    /// An import exported again.
    ImportedFunction {
        ty: FunctionTypeIndex,
        import: ImportIndex,
    },
    Component(ComponentSource),
    Value {
        ty: ValueType,
        source: ValueSource,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ComponentSource {
    Static(ComponentIndex),
    Import(ImportIndex),
}

/// Where a value comes from: always from what was supplied or made before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ValueSource {
    Import(ImportIndex),
    Result(ValueIndex),
}

/// A function that a step calls.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ComponentFunction {
    Lifted(LiftedFunction),
    Imported { ty: FunctionTypeIndex, import: ImportIndex },
}

/// A component function made by `canon lift`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LiftedFunction {
    pub ty: FunctionTypeIndex,
    pub core: CoreItem,
    pub options: OptionsIndex,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ModuleSource {
    Static(CoreModuleIndex),
    Import(ImportIndex),
}

/// A core module of the component: its bytes are exactly those of the component's core module section.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CoreModule {
    /// From the module's name section, for people.
    pub name: Option<String>,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    pub size: u64,
    /// Where the module was in the component's binary. Not written to disk.
    #[serde(skip)]
    pub range: std::ops::Range<usize>,
}

/// A resource type of the plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Resource {
    /// Supplied by the host with the named leaf.
    Imported(ImportIndex),
    /// Defined by a component of the graph.
    Defined {
        instance: ComponentInstanceIndex,
        /// The core type that stands for a resource: `I64` (🐘) says nothing about any memory.
        representation: PointerType,
        destructor: Option<CoreItem>,
    },
}

/// A core item that is used by a later step: always one that an earlier step made.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CoreItem {
    Export { instance: CoreInstanceIndex, name: String },
    Trampoline(TrampolineIndex),
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct CanonicalOptions {
    /// The component instance in which the function was lifted or lowered.
    pub instance: ComponentInstanceIndex,
    pub string_encoding: StringEncoding,
    pub memory: Option<CoreItem>,
    /// `ptr_type`: of the memory; `I32` where there is none.
    pub pointers: PointerType,
    pub realloc: Option<CoreItem>,
    pub post_return: Option<CoreItem>,
}

/// A core function made from a canonical definition other than `canon lift`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Trampoline {
    /// `canon lower` of an imported function. Its core signature is the flat signature of `ty`.
    LowerImport {
        import: ImportIndex,
        ty: FunctionTypeIndex,
        options: OptionsIndex,
    },
    /// `canon lower` of a lifted function: a call between components (or within one). `lower_ty` is the type as the
    /// caller sees it, equal to `callee.ty` but for subtyping.
    LowerLifted {
        callee: LiftedFunction,
        lower_ty: FunctionTypeIndex,
        options: OptionsIndex,
    },
    ResourceNew {
        resource: ResourceIndex,
        instance: ComponentInstanceIndex,
    },
    ResourceRep {
        resource: ResourceIndex,
        instance: ComponentInstanceIndex,
    },
    ResourceDrop {
        resource: ResourceIndex,
        instance: ComponentInstanceIndex,
    },
}

/// One step of instantiation, in order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Step {
    /// Instantiates a core module and runs its start function. `arguments` holds, for each import of the module as
    /// `(module, name)`, what it is given; for an imported module, whose imports are known at run time only, the names
    /// are matched then.
    InstantiateModule {
        module: ModuleSource,
        instance: CoreInstanceIndex,
        component: ComponentInstanceIndex,
        arguments: IndexMap<String, IndexMap<String, CoreItem>>,
    },
    /// From here on the resource's destructor is known (its core item was made before).
    DefineResource(ResourceIndex),
    /// Instantiates an imported component with these arguments. What it exports are leaves like those of imports.
    InstantiateComponent {
        component: ImportIndex,
        instance: NestedInstanceIndex,
        /// The instance whose component asks for it: the parent of the new one.
        parent: ComponentInstanceIndex,
        arguments: IndexMap<String, ExportItem>,
        exports: IndexMap<String, ImportItem>,
    },
    /// Calls a component's `start` function with values; its result is a value.
    Start { function: ComponentFunction, arguments: Vec<ValueSource>, result: Option<ValueIndex> },
}
