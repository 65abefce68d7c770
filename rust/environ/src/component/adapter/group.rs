//! Which adapters of a component share a module: those that are first needed by the same step.
//!
//! What an adapter imports was made by earlier steps, so the adapters that one step is the first to need can be
//! instantiated together. A component in another gives one module, a chain of them one for each link.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::builder::{AdapterBuilder, BuiltAdapters, SideItems};
use crate::Error;
use crate::component::plan::{
    CanonicalOptions, ComponentFunction, ComponentInstanceIndex, ComponentPlan, CoreItem, ExportItem, LiftedFunction,
    OptionsIndex, Resource, Step, Trampoline, TrampolineIndex,
};

/// The adapters of a plan that share a module.
#[derive(Clone, Debug)]
pub struct AdapterGroup {
    /// Each adapter's trampoline, in the order of their numbers.
    pub trampolines: Vec<TrampolineIndex>,
    pub built: BuiltAdapters<CoreItem, CoreItem, ComponentInstanceIndex>,
}

/// The adapters for the calls between the components of a plan.
pub fn plan_adapters(plan: &ComponentPlan) -> Result<Vec<AdapterGroup>, Error> {
    let mut groups = Vec::new();
    for trampolines in group_trampolines(plan, &|trampoline| between_instances(plan, trampoline)) {
        let (mut builder, mut members) = (AdapterBuilder::new(), Vec::new());
        for index in trampolines {
            if builder.is_full() {
                groups.push(AdapterGroup {
                    trampolines: std::mem::take(&mut members),
                    built: std::mem::take(&mut builder).finish(),
                });
            }
            if let Some(Trampoline::LowerLifted { callee, lower_ty, options }) = plan.trampolines.get(index) {
                let ty = plan.functions.get(*lower_ty).ok_or_else(|| missing(lower_ty))?;
                let (caller, lifted) = (options_of(plan, *options)?, options_of(plan, callee.options)?);
                builder.add(
                    ty.clone(),
                    side(caller),
                    side(lifted),
                    (callee.core.clone(), lifted.post_return.clone()),
                    entering_set(plan, lifted.instance, caller.instance),
                );
                members.push(index);
            }
        }
        if !builder.is_empty() {
            groups.push(AdapterGroup { trampolines: members, built: builder.finish() });
        }
    }
    Ok(groups)
}

fn missing(what: &dyn std::fmt::Debug) -> Error {
    Error::Plan(format!("there is no {what:?}"))
}

fn options_of(plan: &ComponentPlan, index: OptionsIndex) -> Result<&CanonicalOptions, Error> {
    plan.options.get(index).ok_or_else(|| missing(&index))
}

/// Canonical options of a plan as one side of an adapter.
fn side(options: &CanonicalOptions) -> SideItems<CoreItem, CoreItem, ComponentInstanceIndex> {
    SideItems {
        encoding: options.string_encoding,
        memory: options.memory.clone().map(|memory| (memory, options.pointers)),
        realloc: options.realloc.clone(),
        instance: options.instance,
    }
}

/// Whether a trampoline is a call from one component instance to another. One within an instance, which shares memory and
/// handles with itself, is none.
fn between_instances(plan: &ComponentPlan, trampoline: &Trampoline) -> bool {
    match trampoline {
        Trampoline::LowerLifted { callee, options, .. } => {
            let instance = |index: OptionsIndex| plan.options.get(index).map(|options| options.instance);
            instance(*options) != instance(callee.options)
        }
        Trampoline::LowerImport { .. }
        | Trampoline::ResourceNew { .. }
        | Trampoline::ResourceRep { .. }
        | Trampoline::ResourceDrop { .. } => false,
    }
}

/// `entering_set`: the callee and its ancestors, without the caller and its.
fn entering_set(
    plan: &ComponentPlan,
    callee: ComponentInstanceIndex,
    caller: ComponentInstanceIndex,
) -> Vec<ComponentInstanceIndex> {
    let ancestors = |start| {
        let parent = |index: &ComponentInstanceIndex| plan.component_instances.get(*index)?.parent;
        // Parents come before their children; a damaged plan must not make a circle.
        std::iter::successors(Some(start), move |index| parent(index).filter(|parent| parent < index))
    };
    let outside: HashSet<_> = ancestors(caller).collect();
    ancestors(callee).take_while(|instance| !outside.contains(instance)).collect()
}

/// The trampolines that are `wanted`, in groups: those of one group are first needed by the same step, and none of them
/// is made from another.
pub fn group_trampolines(plan: &ComponentPlan, wanted: &dyn Fn(&Trampoline) -> bool) -> Vec<Vec<TrampolineIndex>> {
    let mut grouping = Grouping { plan, wanted, seen: HashSet::new(), groups: Vec::new() };
    for step in &plan.steps {
        let mut needed = Vec::new();
        match step {
            Step::InstantiateModule { arguments, .. } => {
                needed.extend(arguments.values().flat_map(|items| items.values()).filter_map(trampoline));
            }
            Step::DefineResource(index) => {
                if let Some(Resource::Defined { destructor: Some(item), .. }) = plan.resources.get(*index) {
                    needed.extend(trampoline(item));
                }
            }
            Step::InstantiateComponent { arguments, .. } => exported(plan, arguments, &mut needed),
            Step::Start { function: ComponentFunction::Lifted(function), .. } => lifted(plan, function, &mut needed),
            Step::Start { function: ComponentFunction::Imported { .. }, .. } => {}
        }
        grouping.add(needed);
    }
    let mut needed = Vec::new();
    exported(plan, &plan.exports, &mut needed);
    grouping.add(needed);
    grouping.groups
}

fn exported(plan: &ComponentPlan, items: &IndexMap<String, ExportItem>, needed: &mut Vec<TrampolineIndex>) {
    for item in items.values() {
        match item {
            ExportItem::Function(function) => lifted(plan, function, needed),
            ExportItem::Instance(items) => exported(plan, items, needed),
            ExportItem::Resource(_)
            | ExportItem::Type
            | ExportItem::Module(_)
            | ExportItem::ImportedFunction { .. }
            | ExportItem::Component(_)
            | ExportItem::Value { .. } => {}
        }
    }
}

fn trampoline(item: &CoreItem) -> Option<TrampolineIndex> {
    match item {
        CoreItem::Trampoline(index) => Some(*index),
        CoreItem::Export { .. } => None,
    }
}

fn lifted(plan: &ComponentPlan, function: &LiftedFunction, needed: &mut Vec<TrampolineIndex>) {
    needed.extend(trampoline(&function.core));
    of_options(plan, function.options, needed);
}

fn of_options(plan: &ComponentPlan, index: OptionsIndex, needed: &mut Vec<TrampolineIndex>) {
    if let Some(options) = plan.options.get(index) {
        let items = [&options.memory, &options.realloc, &options.post_return];
        needed.extend(items.into_iter().flatten().filter_map(trampoline));
    }
}

/// Groups under way.
struct Grouping<'p> {
    plan: &'p ComponentPlan,
    wanted: &'p dyn Fn(&Trampoline) -> bool,
    seen: HashSet<TrampolineIndex>,
    groups: Vec<Vec<TrampolineIndex>>,
}

impl Grouping<'_> {
    /// Adds what a step needs, and what that is made from.
    fn add(&mut self, mut needed: Vec<TrampolineIndex>) {
        let mut found = Vec::new();
        while let Some(index) = needed.pop() {
            if self.seen.insert(index) {
                found.push(index);
                self.made_from(index, &mut needed);
            }
        }
        // What a trampoline is made from comes before it.
        found.sort_unstable();
        let mut group = Vec::new();
        // The open group, and what is made from its members.
        let mut open = HashSet::new();
        for index in found {
            let mut parts = Vec::new();
            self.made_from(index, &mut parts);
            let depends = parts.iter().any(|part| open.contains(part));
            let wanted = self.plan.trampolines.get(index).is_some_and(self.wanted);
            if wanted && depends {
                self.groups.push(std::mem::take(&mut group));
                open.clear();
            }
            if wanted {
                group.push(index);
            }
            if wanted || depends {
                open.insert(index);
            }
        }
        if !group.is_empty() {
            self.groups.push(group);
        }
    }

    fn made_from(&self, index: TrampolineIndex, needed: &mut Vec<TrampolineIndex>) {
        match self.plan.trampolines.get(index) {
            Some(Trampoline::LowerImport { options, .. }) => of_options(self.plan, *options, needed),
            Some(Trampoline::LowerLifted { callee, options, .. }) => {
                lifted(self.plan, callee, needed);
                of_options(self.plan, *options, needed);
            }
            Some(Trampoline::ResourceNew { .. } | Trampoline::ResourceRep { .. } | Trampoline::ResourceDrop { .. })
            | None => {}
        }
    }
}
