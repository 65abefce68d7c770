//! A fuzz target with a fixed seed: components that were damaged around their core code, and still are sound, are
//! instantiated and their functions called; plans that were damaged on disk are loaded the same way. A guest may trap and
//! linking may fail, but nothing panics, crashes or says that it is a bug. `DOVETAIL_TEST_ALL=1` tries many more.
//!
//! Core code stays as it is, so that no guest runs forever. The bytes under trial are in a file while they run: it is
//! there after a crash. What once went wrong is kept below `tests/damaged` as such a file, under a name that says what it was.

mod support;

#[path = "../../environ/tests/mutation/mod.rs"]
mod mutation;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use dovetail_runtime::abi::{DefinedType, Types, ValueType};
use dovetail_runtime::component::{Component, ExportedItem, Func, Instance, Linker, Value};
use dovetail_runtime::plan::ComponentPlan;
use dovetail_runtime::{Config, Engine, Error, ErrorKind, Store, StoreLimits};
use mutation::{Random, damage_bytes};

const BOUNDED: usize = 6_000;
const MORE: usize = 300_000;
/// A list of fixed length that is longer than this is not called with.
const LONGEST: u32 = 1_000;

fn rounds() -> usize {
    if std::env::var_os("DOVETAIL_TEST_ALL").is_some() { MORE } else { BOUNDED }
}

/// Components of the tests of two crates whose functions loop for no argument.
const SEEDS: &[&str] = &[
    "runtime/tests/component/add",
    "runtime/tests/component/family",
    "runtime/tests/component/files",
    "runtime/tests/component/things",
    "runtime/tests/component/user",
    "environ/tests/components/component-to-component",
    "environ/tests/components/imported-resource-shared",
    "environ/tests/components/outer-aliases",
    "environ/tests/components/reexports",
    "environ/tests/components/resource-instantiated-twice",
    "environ/tests/components/shared-everything",
];

fn seeds() -> Vec<Vec<u8>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the crates");
    let paths = SEEDS.iter().map(|name| crates.join(name).with_extension("wat"));
    paths.map(|path| wat::parse_file(path).expect("a component in the text format")).collect()
}

/// How far a damaged component came.
#[derive(Default, Debug)]
struct Tally {
    refused: usize,
    unlinked: usize,
    instantiated: usize,
    returned: usize,
    stopped: usize,
}

/// Instantiates a component and calls what it exports, in a store with limits.
fn run(component: &Component, tally: &mut Tally) -> Result<(), Error> {
    let engine = component.engine();
    let mut linker = Linker::new(engine);
    let mut store = Store::new(engine);
    store.set_limits(StoreLimits {
        memory_size: Some(1 << 24),
        table_elements: Some(1 << 16),
        value_size: Some(1 << 24),
        instances: Some(200),
        memories: Some(100),
        tables: Some(100),
    });
    // A module cannot be made up.
    let linked = linker.define_unknown_imports_as_traps(component);
    let instance = match linked.and_then(|()| linker.instantiate(&mut store, component)) {
        Ok(instance) => instance,
        Err(error) => {
            tally.unlinked += 1;
            return expected(error);
        }
    };
    tally.instantiated += 1;
    for func in functions(&instance) {
        let (types, ty) = func.ty();
        let arguments: Option<Vec<Value>> = ty.params.iter().map(|param| zero(types, param.ty)).collect();
        let Some(arguments) = arguments else { continue };
        match func.call(&mut store, &arguments) {
            Ok(_) => tally.returned += 1,
            Err(error) => {
                tally.stopped += 1;
                expected(error)?;
            }
        }
    }
    Ok(())
}

/// Only a bug of ours must not happen.
fn expected(error: Error) -> Result<(), Error> {
    match error.kind() {
        ErrorKind::Bug(_) => Err(error),
        ErrorKind::Compile(_)
        | ErrorKind::Link(_)
        | ErrorKind::Trap(_)
        | ErrorKind::Host(_)
        | ErrorKind::Argument(_)
        | ErrorKind::Io(_) => Ok(()),
    }
}

fn functions(instance: &Instance) -> Vec<Func> {
    fn gather(item: &ExportedItem, found: &mut Vec<Func>) {
        match item {
            ExportedItem::Func(func) => found.push(func.clone()),
            ExportedItem::Instance(items) => items.values().for_each(|item| gather(item, found)),
            ExportedItem::Resource(_)
            | ExportedItem::Module(_)
            | ExportedItem::Component(_)
            | ExportedItem::Value(_)
            | ExportedItem::Type => {}
        }
    }
    let mut found = Vec::new();
    instance.exports().values().for_each(|item| gather(item, &mut found));
    found
}

/// The value of a type that has the least in it; none of types with handles.
fn zero(types: &Types, ty: ValueType) -> Option<Value> {
    let payload = |ty: Option<ValueType>| match ty {
        Some(ty) => Some(Some(Box::new(zero(types, ty)?))),
        None => Some(None),
    };
    Some(match ty {
        ValueType::Bool => Value::Bool(false),
        ValueType::S8 => Value::S8(0),
        ValueType::U8 => Value::U8(0),
        ValueType::S16 => Value::S16(0),
        ValueType::U16 => Value::U16(0),
        ValueType::S32 => Value::S32(0),
        ValueType::U32 => Value::U32(0),
        ValueType::S64 => Value::S64(0),
        ValueType::U64 => Value::U64(0),
        ValueType::F32 => Value::F32(0.0),
        ValueType::F64 => Value::F64(0.0),
        ValueType::Char => Value::Char('a'),
        ValueType::String => Value::String("é".into()),
        ValueType::Defined(index) => match types.kind(index) {
            DefinedType::Record(fields) => {
                Value::Record(fields.iter().map(|field| zero(types, field.ty)).collect::<Option<_>>()?)
            }
            DefinedType::Tuple(parts) => {
                Value::Tuple(parts.iter().map(|part| zero(types, *part)).collect::<Option<_>>()?)
            }
            DefinedType::Variant(cases) => Value::Variant(0, payload(cases.first()?.ty)?),
            DefinedType::Enum(_) => Value::Enum(0),
            DefinedType::Flags(_) => Value::Flags(1),
            DefinedType::Option(some) => Value::Option(payload(Some(*some))?),
            DefinedType::Result { ok, .. } => Value::Result(Ok(payload(*ok)?)),
            DefinedType::List(element) => Value::List(vec![zero(types, *element)?]),
            DefinedType::FixedLengthList(element, length) if *length <= LONGEST => {
                Value::List(vec![zero(types, *element)?; *length as usize])
            }
            DefinedType::Map(key, value) => Value::Map(vec![(zero(types, *key)?, zero(types, *value)?)]),
            DefinedType::FixedLengthList(..) | DefinedType::Own(_) | DefinedType::Borrow(_) => return None,
        },
    })
}

/// Tries one thing with its bytes on disk; says what went wrong.
fn guarded(bytes: &[u8], file: &Path, what: impl FnOnce() -> Result<(), Error>) {
    std::fs::write(file, bytes).expect("a file for the bytes");
    match catch_unwind(AssertUnwindSafe(what)) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => panic!("{error:?}\nthe bytes are in {}", file.display()),
        Err(_) => panic!("a panic\nthe bytes are in {}", file.display()),
    }
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// An engine that compiles each core module once.
fn caching_engine() -> (Engine, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder for the code");
    let engine = Engine::new(Config { cache: Some(folder.path().to_owned()), ..support::config() }).expect("an engine");
    (engine, folder)
}

fn try_component(engine: &Engine, bytes: &[u8], tally: &mut Tally) -> Result<(), Error> {
    match Component::new(engine, bytes) {
        Ok(component) => run(&component, tally),
        Err(error) => {
            tally.refused += 1;
            expected(error)
        }
    }
}

fn try_plan(engine: &Engine, modules: &[Vec<u8>], json: &[u8], tally: &mut Tally) -> Result<(), Error> {
    let Ok(plan) = serde_json::from_slice::<ComponentPlan>(json) else {
        tally.refused += 1;
        return Ok(());
    };
    let bytes = |index: dovetail_runtime::plan::CoreModuleIndex| {
        let found = modules.get(index.as_u32() as usize);
        found.map(Cow::from).ok_or_else(|| std::io::Error::other("no such module"))
    };
    match Component::load(engine, plan, &mut { bytes }, &|_, _| {}) {
        Ok(component) => run(&component, tally),
        Err(error) => {
            tally.refused += 1;
            expected(error)
        }
    }
}

#[test]
fn damaged_components_run_or_are_refused() {
    let (engine, _folder) = caching_engine();
    let seeds: Vec<mutation::Component> = seeds().iter().map(|bytes| mutation::Component::parse(bytes)).collect();
    let mut random = Random::new(0xc0_de);
    let mut tally = Tally::default();
    let file = file("damaged-component.wasm");
    for _ in 0..rounds() {
        let at = random.below(seeds.len());
        let other = random.below(seeds.len());
        let bytes = seeds[at].damaged(&seeds[other], &mut random).encode();
        guarded(&bytes, &file, || try_component(&engine, &bytes, &mut tally));
    }
    assert!(tally.instantiated > rounds() / 20 && tally.returned > rounds() / 20, "{tally:?}");
}

#[test]
fn damaged_plans_run_or_are_refused() {
    let (engine, _folder) = caching_engine();
    let mut random = Random::new(0x91a4);
    let mut tally = Tally::default();
    let file = file("damaged-plan.json");
    let seeds: Vec<(Vec<Vec<u8>>, serde_json::Value)> = seeds()
        .iter()
        .map(|bytes| {
            let component = Component::new(&engine, bytes).expect("a sound component");
            let plan = component.plan();
            let modules = plan.modules.values().map(|module| bytes[module.range.clone()].to_vec()).collect();
            (modules, serde_json::to_value(plan).expect("a plan as JSON"))
        })
        .collect();
    for _ in 0..rounds() {
        let (modules, plan) = &seeds[random.below(seeds.len())];
        let json = damaged_json(plan, &mut random);
        guarded(&json, &file, || try_plan(&engine, modules, &json, &mut tally));
    }
    assert!(tally.instantiated > rounds() / 50 && tally.refused > rounds() / 50, "{tally:?}");
}

/// JSON with numbers and texts exchanged for others, or with its bytes damaged.
fn damaged_json(plan: &serde_json::Value, random: &mut Random) -> Vec<u8> {
    let mut plan = plan.clone();
    let mut leaves = Vec::new();
    gather(&mut plan, &mut leaves);
    for _ in 0..=random.below(2) {
        let at = random.below(leaves.len());
        let other = leaves[random.below(leaves.len())].clone();
        *leaves[at] = match (random.below(4), leaves[at].as_u64()) {
            (0, _) => other,
            (1, _) => random.below(8).into(),
            (_, Some(number)) => (number ^ (1 << random.below(4))).into(),
            (_, None) => other,
        };
    }
    let text = serde_json::to_vec(&plan).expect("JSON");
    if random.below(8) == 0 { damage_bytes(&text, random) } else { text }
}

fn gather<'a>(value: &'a mut serde_json::Value, found: &mut Vec<&'a mut serde_json::Value>) {
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| gather(item, found)),
        serde_json::Value::Object(items) => items.values_mut().for_each(|item| gather(item, found)),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => found.push(value),
    }
}

#[test]
fn kept_components_run_or_are_refused() {
    let (engine, _folder) = caching_engine();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/damaged")).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            let bytes = std::fs::read(&path).expect("a kept component");
            guarded(&bytes, &path, || try_component(&engine, &bytes, &mut Tally::default()));
        }
    }
}
