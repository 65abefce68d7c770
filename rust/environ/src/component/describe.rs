//! A plan's steps as lines for people: `dovetail inspect` prints them.

use super::plan::{
    CanonicalOptions, ComponentFunction, ComponentPlan, CoreItem, LiftedFunction, ModuleSource, OptionsIndex, Resource,
    Step, Trampoline,
};
use dovetail_abi::{ResourceIndex, StringEncoding};

impl ComponentPlan {
    /// One line for each step, in order; under an instantiation, one indented line for each import that it is given.
    pub fn describe_steps(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for step in &self.steps {
            match step {
                Step::InstantiateModule { module, instance, component, arguments } => {
                    lines.push(format!(
                        "instance {} = instantiate {} in component instance {}",
                        instance.as_u32(),
                        self.describe_module(*module),
                        component.as_u32()
                    ));
                    for (namespace, items) in arguments {
                        for (name, item) in items {
                            lines.push(format!("  {namespace}.{name} = {}", self.describe_item(item)));
                        }
                    }
                }
                Step::DefineResource(resource) => lines.push(self.describe_resource_definition(*resource)),
                Step::InstantiateComponent { component, instance, arguments, .. } => {
                    let path = self.import_leaves.get(*component).map(ToString::to_string).unwrap_or_default();
                    lines
                        .push(format!("nested instance {} = instantiate imported component {path}", instance.as_u32()));
                    let kinds = arguments.iter().map(|(name, item)| format!("  {name} = {}", item.kind().name()));
                    lines.extend(kinds);
                }
                Step::Start { function, arguments, result } => {
                    let function = match function {
                        ComponentFunction::Lifted(lifted) => self.describe_lifted(lifted),
                        ComponentFunction::Imported { import, .. } => {
                            let path = self.import_leaves.get(*import).map(ToString::to_string).unwrap_or_default();
                            format!("import {path}")
                        }
                    };
                    let result = result.map(|value| format!("value {} = ", value.as_u32())).unwrap_or_default();
                    lines.push(format!("{result}start {function} with {} values", arguments.len()));
                }
            }
        }
        lines
    }

    fn describe_module(&self, module: ModuleSource) -> String {
        match module {
            ModuleSource::Static(index) => match self.modules.get(index).and_then(|module| module.name.as_ref()) {
                Some(name) => format!("module {} ({name})", index.as_u32()),
                None => format!("module {}", index.as_u32()),
            },
            ModuleSource::Import(import) => match self.import_leaves.get(import) {
                Some(path) => format!("imported module {path}"),
                None => format!("imported module {}", import.as_u32()),
            },
        }
    }

    fn describe_item(&self, item: &CoreItem) -> String {
        match item {
            CoreItem::Export { instance, name } => format!("instance {} export {name}", instance.as_u32()),
            CoreItem::Trampoline(index) => match self.trampolines.get(*index) {
                Some(trampoline) => self.describe_trampoline(trampoline),
                None => format!("trampoline {}", index.as_u32()),
            },
        }
    }

    fn describe_trampoline(&self, trampoline: &Trampoline) -> String {
        match trampoline {
            Trampoline::LowerImport { import, options, .. } => {
                let path = self.import_leaves.get(*import).map(ToString::to_string).unwrap_or_default();
                format!("lower import {path}{}", self.describe_options(*options))
            }
            Trampoline::LowerLifted { callee, options, .. } => {
                format!("lower {}{}", self.describe_lifted(callee), self.describe_options(*options))
            }
            Trampoline::ResourceNew { resource, .. } => format!("resource.new {}", self.describe_resource(*resource)),
            Trampoline::ResourceRep { resource, .. } => format!("resource.rep {}", self.describe_resource(*resource)),
            Trampoline::ResourceDrop { resource, .. } => format!("resource.drop {}", self.describe_resource(*resource)),
        }
    }

    fn describe_lifted(&self, function: &LiftedFunction) -> String {
        match &function.core {
            CoreItem::Export { instance, name } => format!("lifted instance {} export {name}", instance.as_u32()),
            // Not described further: a lift of a lower of a lift has no end.
            CoreItem::Trampoline(index) => format!("lifted trampoline {}", index.as_u32()),
        }
    }

    fn describe_options(&self, options: OptionsIndex) -> String {
        let Some(CanonicalOptions { string_encoding, memory, realloc, post_return, .. }) = self.options.get(options)
        else {
            return String::new();
        };
        let mut parts = Vec::new();
        match string_encoding {
            StringEncoding::Utf8 => {}
            StringEncoding::Utf16 => parts.push("utf16".to_string()),
            StringEncoding::Latin1Utf16 => parts.push("latin1+utf16".to_string()),
        }
        for (name, item) in [("memory", memory), ("realloc", realloc), ("post-return", post_return)] {
            match item {
                Some(CoreItem::Export { instance, name: export }) => {
                    parts.push(format!("{name} instance {} export {export}", instance.as_u32()));
                }
                Some(CoreItem::Trampoline(index)) => parts.push(format!("{name} trampoline {}", index.as_u32())),
                None => {}
            }
        }
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
    }

    fn describe_resource(&self, resource: ResourceIndex) -> String {
        match self.resources.get(resource) {
            Some(Resource::Imported(import)) => match self.import_leaves.get(*import) {
                Some(path) => path.to_string(),
                None => resource.as_u32().to_string(),
            },
            Some(Resource::Defined { .. }) | None => format!("resource {}", resource.as_u32()),
        }
    }

    fn describe_resource_definition(&self, resource: ResourceIndex) -> String {
        let mut line = format!("define resource {}", resource.as_u32());
        if let Some(Resource::Defined { instance, destructor, .. }) = self.resources.get(resource) {
            line.push_str(&format!(" of component instance {}", instance.as_u32()));
            if let Some(item) = destructor {
                line.push_str(&format!(" with destructor {}", self.describe_item(item)));
            }
        }
        line
    }
}
