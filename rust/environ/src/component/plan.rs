//! The link plan: what a component of any nesting comes to once its instantiation graph is inlined.
//!
//! A plan is a list of steps in the order in which the specification's text would perform them, a table of types, and the
//! component's imports and exports. It holds no code and no address; `app.plan.json` is this structure. Core modules are
//! named by number and hash; their bytes lie beside the plan.

use cranelift_entity::{PrimaryMap, entity_impl};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use dovetail_abi::{FunctionType, PointerType, ResourceIndex, StringEncoding, Types};

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
}

/// A component instance of the inlined graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ComponentInstance {
    /// The instance whose component instantiated this one (`ComponentInstance.parent`); `None` for number 0 only. The
    /// rules of re-entry need it: a child may call back into its parent, siblings may not call back into each other.
    pub parent: Option<ComponentInstanceIndex>,
}

/// Where a leaf import is: a name of the component's imports, and names of exports of the imported instance below it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportPath {
    pub name: String,
    pub exports: Vec<String>,
}

impl std::fmt::Display for ImportPath {
    /// `wasi:cli/stdout@0.2.0#get-stdout`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
}
