//! Prints a component's imports, link steps and exports: `cargo run -p dovetail-environ --example steps -- app.wasm`.

use dovetail_environ::Features;
use dovetail_environ::component::translate_component;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        let plan = translate_component(&bytes, Features::default())?.plan;
        println!("{path}: fingerprint {}", plan.fingerprint);
        for (index, module) in &plan.modules {
            println!("{index:?} {} {} bytes", module.name.as_deref().unwrap_or("-"), module.size);
        }
        for name in plan.imports.keys() {
            println!("import {name}");
        }
        for line in plan.describe_steps() {
            println!("{line}");
        }
        for name in plan.exports.keys() {
            println!("export {name}");
        }
    }
    Ok(())
}
