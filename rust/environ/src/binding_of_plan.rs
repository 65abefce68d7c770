//! A binding for a component that has no package, because WIT cannot express it: one that imports or exports core modules.
//! Nothing in it has a Python name of its own; functions are found by their WebAssembly names.
//!
//! Types whose values need a class (records, variants, enums, flags, resources) have no face here, so that functions which
//! use them are left out.

use cranelift_entity::{PrimaryMap, SecondaryMap};
use dovetail_abi::{DefinedType, Types, ValueType};

use crate::binding::{Binding, FunctionFace, FunctionKind, InterfaceFace, Results};
use crate::component::{ComponentPlan, ExportItem, FunctionTypeIndex, ImportItem, LiftedFunction};

impl Binding {
    /// The binding of a plan without a package.
    pub fn of_plan(plan: &ComponentPlan) -> Binding {
        let (mut imports, mut exports) = (vec![interface(None)], vec![interface(None)]);
        for (name, item) in &plan.imports {
            match item {
                ImportItem::Function { ty, .. } => imports[0].functions.extend(function(plan, name, *ty)),
                ImportItem::Instance(items) => {
                    let functions = items.iter().filter_map(|(name, item)| match item {
                        ImportItem::Function { ty, .. } => function(plan, name, *ty),
                        ImportItem::Instance(_)
                        | ImportItem::Resource { .. }
                        | ImportItem::Type
                        | ImportItem::Module { .. }
                        | ImportItem::Component { .. }
                        | ImportItem::Value { .. } => None,
                    });
                    imports.push(InterfaceFace { functions: functions.collect(), ..interface(Some(name)) });
                }
                ImportItem::Resource { .. }
                | ImportItem::Type
                | ImportItem::Module { .. }
                | ImportItem::Component { .. }
                | ImportItem::Value { .. } => {}
            }
        }
        for (name, item) in &plan.exports {
            match item {
                ExportItem::Function(LiftedFunction { ty, .. }) | ExportItem::ImportedFunction { ty, .. } => {
                    exports[0].functions.extend(function(plan, name, *ty));
                }
                ExportItem::Instance(items) => {
                    let functions = items.iter().filter_map(|(name, item)| match item {
                        ExportItem::Function(LiftedFunction { ty, .. }) | ExportItem::ImportedFunction { ty, .. } => {
                            function(plan, name, *ty)
                        }
                        ExportItem::Instance(_)
                        | ExportItem::Resource(_)
                        | ExportItem::Type
                        | ExportItem::Module(_)
                        | ExportItem::Component(_)
                        | ExportItem::Value { .. } => None,
                    });
                    exports.push(InterfaceFace { functions: functions.collect(), ..interface(Some(name)) });
                }
                ExportItem::Resource(_)
                | ExportItem::Type
                | ExportItem::Module(_)
                | ExportItem::Component(_)
                | ExportItem::Value { .. } => {}
            }
        }
        Binding {
            world: String::new(),
            asynchronous: None,
            types: plan.types.clone(),
            faces: SecondaryMap::new(),
            resources: PrimaryMap::new(),
            imports,
            exports,
        }
    }
}

fn interface(name: Option<&String>) -> InterfaceFace {
    InterfaceFace {
        name: name.cloned(),
        attribute: name.cloned(),
        class: None,
        asynchronous: None,
        functions: Vec::new(),
        resources: Vec::new(),
        wasi: false,
    }
}

fn function(plan: &ComponentPlan, name: &str, ty: FunctionTypeIndex) -> Option<FunctionFace> {
    let ty = plan.functions.get(ty)?;
    let needs_class = ty.params.iter().map(|param| param.ty).chain(ty.result).any(|ty| needs_class(&plan.types, ty));
    (!needs_class).then(|| FunctionFace {
        name: name.to_owned(),
        python: name.to_owned(),
        kind: FunctionKind::Free,
        ty: ty.clone(),
        params: ty.params.iter().map(|param| param.name.clone()).collect(),
        error: None,
        results: Results::Raise,
    })
}

/// Whether values of a type are objects of a class of their own.
fn needs_class(types: &Types, ty: ValueType) -> bool {
    let ValueType::Defined(index) = ty else { return false };
    match types.kind(index) {
        DefinedType::Record(_)
        | DefinedType::Variant(_)
        | DefinedType::Enum(_)
        | DefinedType::Flags(_)
        | DefinedType::Own(_)
        | DefinedType::Borrow(_) => true,
        DefinedType::Tuple(items) => items.iter().any(|item| needs_class(types, *item)),
        DefinedType::Option(item) | DefinedType::List(item) | DefinedType::FixedLengthList(item, _) => {
            needs_class(types, *item)
        }
        DefinedType::Map(key, value) => needs_class(types, *key) || needs_class(types, *value),
        DefinedType::Result { ok, err } => ok.iter().chain(err).any(|item| needs_class(types, *item)),
    }
}
