//! A component described for people.

use dovetail_environ::Features;
use dovetail_environ::component::translate_component;
use wit_component::WitPrinter;

use crate::{Error, input};

/// What is in a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The world as WIT.
    pub wit: String,
    /// Name and size in bytes of each core module.
    pub modules: Vec<(String, u64)>,
    /// One line for each link step.
    pub steps: Vec<String>,
}

/// Describes a component without generating anything.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, Error> {
    input::expect_component(bytes)?;
    let translation = translate_component(bytes, Features::default())?;
    let (resolve, world) = input::decode_component(bytes)?;
    let mut printer = WitPrinter::default();
    let package = resolve.worlds[world].package;
    let package = package.ok_or_else(|| Error::Input("the component's world belongs to no package".to_string()))?;
    let others: Vec<_> = resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != package).collect();
    printer
        .print(&resolve, package, &others)
        .map_err(|error| Error::Input(format!("the component's world cannot be written as WIT: {error:#}")))?;
    let modules = translation.plan.modules.iter().map(|(index, module)| {
        let name = module.name.clone().unwrap_or_else(|| format!("module {}", index.as_u32()));
        (name, module.size)
    });
    Ok(Inspection { wit: printer.output.into(), modules: modules.collect(), steps: translation.plan.describe_steps() })
}
