//! Components in the code cache: for the bytes that a component was made of, its plan and the keys of its compiled modules.
//!
//! That there is an entry says that this version of the engine has translated, or checked, these very bytes before. So a
//! component that is found here is neither validated nor verified again: what is left to do is to map its modules.

use serde::{Deserialize, Serialize};

use crate::code::Key;
use crate::engine::Engine;
use crate::environ::component::ComponentPlan;
use crate::module::Module;

/// To be raised whenever this layout changes, or translation or verification refuses what it took before.
const MAGIC: &[u8; 12] = b"dovetail cp1";
const CHECKSUM: usize = 32;

/// The key of a component with these bytes.
pub(super) fn key_of_bytes(engine: &Engine, bytes: &[u8]) -> Option<Key> {
    key(engine, "component", [bytes])
}

/// The key of a component with this plan and these core modules.
pub(super) fn key_of_plan(engine: &Engine, plan: &ComponentPlan, modules: &[impl AsRef<[u8]>]) -> Option<Key> {
    engine.cache()?;
    let plan = serde_json::to_vec(plan).ok()?;
    key(engine, "plan", [&plan[..]].into_iter().chain(modules.iter().map(AsRef::as_ref)))
}

fn key<'a>(engine: &Engine, made: &str, parts: impl IntoIterator<Item = &'a [u8]>) -> Option<Key> {
    engine.cache()?;
    let adapters: &[u8] = if engine.config().adapters { b"adapters" } else { b"" };
    Some(Key::new(made, engine.identity(), [adapters].into_iter().chain(parts)))
}

#[derive(Serialize, Deserialize)]
struct Entry<'a> {
    /// As JSON.
    plan: &'a [u8],
    modules: Vec<[u8; Key::LENGTH]>,
    adapters: Vec<Option<[u8; Key::LENGTH]>>,
}

/// What was kept for a component.
pub(super) struct Cached {
    plan: Vec<u8>,
    pub(super) modules: Vec<Module>,
    pub(super) adapters: Vec<Option<Module>>,
}

impl Cached {
    pub(super) fn plan(&self) -> Option<ComponentPlan> {
        serde_json::from_slice(&self.plan).ok()
    }
}

/// What a component consists of; `None` where the cache does not have all of it.
pub(super) fn load(engine: &Engine, key: &Key) -> Option<Cached> {
    let bytes = engine.cache()?.load_component(key)?;
    let (checksum, encoded) = bytes.strip_prefix(MAGIC)?.split_at_checked(CHECKSUM)?;
    if blake3::hash(encoded).as_bytes() != checksum {
        return None;
    }
    let Entry { plan, modules, adapters } = postcard::from_bytes(encoded).ok()?;
    let guest = |key| Module::from_cache(engine, Key::from_bytes(key));
    let generated = |key| Module::generated_from_cache(engine, Key::from_bytes(key));
    Some(Cached {
        plan: plan.to_vec(),
        modules: modules.into_iter().map(guest).collect::<Option<_>>()?,
        // One that was too large to be made is none here, too; one that has gone spoils the whole.
        adapters: adapters
            .into_iter()
            .map(|key| key.map(generated).map_or(Some(None), |module| module.map(Some)))
            .collect::<Option<_>>()?,
    })
}

/// Keeps what a component consists of, if the cache has all of its modules.
pub(super) fn store<'m>(
    engine: &Engine,
    key: &Key,
    plan: &ComponentPlan,
    modules: &[Module],
    adapters: impl Iterator<Item = Option<&'m Module>>,
) {
    let key_of = |module: &Module| module.cache_key().map(|key| *key.bytes());
    let modules: Option<_> = modules.iter().map(key_of).collect();
    let adapters: Option<_> = adapters.map(|made| made.map(key_of).map_or(Some(None), |key| key.map(Some))).collect();
    let (Some(cache), Some(modules), Some(adapters), Ok(plan)) =
        (engine.cache(), modules, adapters, serde_json::to_vec(plan))
    else {
        return;
    };
    // Encoding plain bytes cannot fail; if it did, the next load would compile again.
    let Ok(encoded) = postcard::to_stdvec(&Entry { plan: &plan, modules, adapters }) else { return };
    let mut bytes = MAGIC.to_vec();
    bytes.extend(blake3::hash(&encoded).as_bytes());
    bytes.extend(encoded);
    cache.store_component(key, &bytes);
}
