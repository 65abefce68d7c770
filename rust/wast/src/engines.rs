//! Which engine a script is run on. The suite's folders belong to versions and proposals, and scripts of one assert that
//! what another brings is refused.

use std::path::Path;
use std::sync::Arc;

use dovetail_compile::Cranelift;
use dovetail_runtime::environ::Compiler;
use dovetail_runtime::{Config, Engine, Features, Result, Store};

use crate::script::Scripts;

/// An engine for each set of features that scripts ask for.
pub(crate) struct Engines(Vec<(Features, Engine)>);

/// What WebAssembly 2.0 lacks.
fn version_2() -> Features {
    Features { multi_memory: false, memory64: false, ..Features::default() }
}

/// What scripts about components ask for: values as well, which are off by default.
fn components() -> Features {
    Features { values: true, ..Features::default() }
}

impl Engines {
    pub(crate) fn new(interruptible: bool) -> Result<Engines> {
        let compiler: Arc<dyn Compiler> = Arc::new(Cranelift::native()?);
        let engine = |features| {
            let config = Config { features, compiler: Some(compiler.clone()), interruptible, ..Config::default() };
            Ok((features, Engine::new(config)?))
        };
        let sets = [
            Features::default(),
            components(),
            version_2(),
            Features { multi_memory: true, ..version_2() },
            Features { memory64: true, ..version_2() },
            Features { component_memory64: false, ..components() },
        ];
        sets.into_iter().map(engine).collect::<Result<_>>().map(Engines)
    }

    /// The engine for a script; one outside of the suites gets everything.
    pub(crate) fn of(&self, scripts: Scripts, path: &Path) -> &Engine {
        let features = features_of(scripts, path);
        let found = self.0.iter().find(|(set, _)| *set == features);
        &found.unwrap_or(&self.0[0]).1
    }
}

/// A store for a script. On an interruptible engine, its guests are interrupted wherever they can be, and go on.
pub(crate) fn new_store(engine: &Engine) -> Store {
    let mut store = Store::new(engine);
    store.set_epoch_hook(0, Some(Arc::new(|_| Ok(0))));
    store
}

/// The suites say by a script's folder, or by its name (`simd_memory-multi.wast`), what the script is about.
fn features_of(scripts: Scripts, path: &Path) -> Features {
    let has = |name: &str| path.components().any(|part| part.as_os_str() == name);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    match scripts {
        // The tools assert that a component may not use a 64-bit memory, but for the folder of those that may.
        Scripts::Component if has("cli") && !has("memory64") => Features { component_memory64: false, ..components() },
        Scripts::Component => components(),
        Scripts::Core if has("multi-memory") || stem.ends_with("-multi") => {
            Features { multi_memory: true, ..version_2() }
        }
        Scripts::Core if has("proposals") && has("memory64") => Features { memory64: true, ..version_2() },
        Scripts::Core if has("wasm-v2") || has("proposals") => version_2(),
        Scripts::Core => Features::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a module may have several memories, and 64-bit memories, and a component the latter.
    fn switches(scripts: Scripts, path: &str) -> (bool, bool, bool) {
        let found = features_of(scripts, Path::new(path));
        (found.multi_memory, found.memory64, found.component_memory64)
    }

    #[test]
    fn folders_decide() {
        let rows = [
            (Scripts::Core, "data/wasm-v2/memory.wast", (false, false, true)),
            (Scripts::Core, "data/proposals/simd/simd_address.wast", (false, false, true)),
            (Scripts::Core, "data/proposals/simd/simd_memory-multi.wast", (true, false, true)),
            (Scripts::Core, "data/proposals/multi-memory/data0.wast", (true, false, true)),
            (Scripts::Core, "data/proposals/memory64/memory.wast", (false, true, true)),
            (Scripts::Core, "tests/wast/memory64/access.wast", (true, true, true)),
            (Scripts::Component, "tests/component-model/test/values/lists.wast", (true, true, true)),
            (Scripts::Component, "tests/cli/component-model/memory64.wast", (true, true, false)),
            (Scripts::Component, "tests/cli/component-model/memory64/list.wast", (true, true, true)),
        ];
        for (scripts, path, expected) in rows {
            assert_eq!(switches(scripts, path), expected, "{path}");
        }
    }

    #[test]
    fn each_set_has_its_engine() {
        let engines = Engines::new(false).expect("the engines start");
        let core = ["wasm-v2/a.wast", "multi-memory/a.wast", "proposals/memory64/a.wast", "a.wast"];
        let component = ["cli/a.wast", "a.wast"];
        let rows = core.map(|path| (Scripts::Core, path)).into_iter();
        for (scripts, path) in rows.chain(component.map(|path| (Scripts::Component, path))) {
            let path = Path::new(path);
            assert_eq!(*engines.of(scripts, path).features(), features_of(scripts, path), "{}", path.display());
        }
    }
}
