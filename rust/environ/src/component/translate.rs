//! From a component's bytes to its plan and its core modules.

use cranelift_entity::PrimaryMap;

use super::plan::{ComponentPlan, CoreModuleIndex};
use super::{boundary, decode, inline};
use crate::module::Module;
use crate::module::proposals::judge;
use crate::{Error, Features};

/// A validated component: what it does, and the bytes of its core modules.
#[derive(Debug)]
pub struct ComponentTranslation<'a> {
    pub plan: ComponentPlan,
    /// Each different core module once, in the order of the file.
    pub modules: PrimaryMap<CoreModuleIndex, &'a [u8]>,
    /// What each of `modules` consists of.
    pub descriptions: PrimaryMap<CoreModuleIndex, Module>,
}

/// Decodes and validates `bytes`, the core modules' function bodies included, and inlines the instantiation graph.
pub fn translate_component<'a>(bytes: &'a [u8], features: Features) -> Result<ComponentTranslation<'a>, Error> {
    translate(bytes, features).map_err(|error| judge(bytes, error))
}

fn translate<'a>(bytes: &'a [u8], features: Features) -> Result<ComponentTranslation<'a>, Error> {
    let decoded = decode::decode(bytes, features)?;
    let inlined = inline::inline(&decoded)?;
    let fingerprint = boundary::fingerprint(&inlined)?;
    let plan = ComponentPlan {
        fingerprint,
        types: inlined.types.types,
        functions: inlined.types.functions,
        resources: inlined.resources,
        modules: decoded.modules.entries,
        component_instances: inlined.component_instances,
        imports: inlined.imports,
        import_leaves: inlined.import_leaves,
        options: inlined.options,
        trampolines: inlined.trampolines,
        steps: inlined.steps,
        exports: inlined.exports,
    };
    Ok(ComponentTranslation { plan, modules: decoded.modules.bytes, descriptions: decoded.modules.descriptions })
}
