//! From a component's bytes to its plan and its core modules.

use cranelift_entity::PrimaryMap;

use super::inline::Inlined;
use super::plan::{ComponentPlan, CoreModule, CoreModuleIndex};
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
    let plan = plan_of(inline::inline(&decoded)?, &decoded.modules.entries)?;
    Ok(ComponentTranslation { plan, modules: decoded.modules.bytes, descriptions: decoded.modules.descriptions })
}

/// Completes a plan.
pub(super) fn plan_of(
    inlined: Inlined,
    modules: &PrimaryMap<CoreModuleIndex, CoreModule>,
) -> Result<ComponentPlan, Error> {
    Ok(ComponentPlan {
        fingerprint: boundary::fingerprint(&inlined)?,
        types: inlined.types.types,
        functions: inlined.types.functions,
        resources: inlined.resources,
        modules: modules.clone(),
        component_instances: inlined.component_instances,
        imports: inlined.imports,
        import_leaves: inlined.import_leaves,
        options: inlined.options,
        trampolines: inlined.trampolines,
        steps: inlined.steps,
        exports: inlined.exports,
        import_annotations: inlined.import_annotations,
        export_annotations: inlined.export_annotations,
        components: inlined.components,
        captures: inlined.captures,
    })
}
