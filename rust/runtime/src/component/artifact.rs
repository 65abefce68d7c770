//! A compiled component as bytes: its plan, and each core module and each module of adapters as [`Module::serialize`] gives
//! it.
//!
//! Magic, version, length and JSON of the plan, number of modules; for each its length and bytes. The same for the modules
//! of adapters; of one that was not made there are no bytes. Numbers are little-endian.
//! The modules' own headers say for which engine they were compiled.

use crate::engine::Engine;
use crate::environ;
use crate::environ::component::ComponentPlan;
use crate::error::{Error, Result};
use crate::module::Module;

const MAGIC: &[u8; 8] = b"\0dvtlcmp";
/// The version of this layout; another version is refused.
const VERSION: u32 = 2;

/// What a compiled component consists of.
pub(super) struct Parts {
    /// Not checked yet.
    pub(super) plan: ComponentPlan,
    pub(super) modules: Vec<Module>,
    pub(super) adapters: Vec<Option<Module>>,
}

pub(super) fn encode<'m>(
    plan: &ComponentPlan,
    modules: &[Module],
    adapters: impl ExactSizeIterator<Item = Option<&'m Module>>,
) -> Result<Vec<u8>> {
    let plan = serde_json::to_vec(plan).map_err(|error| Error::bug(format!("a plan cannot be written: {error}")))?;
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    put(&mut bytes, &plan);
    bytes.extend((modules.len() as u64).to_le_bytes());
    for module in modules {
        put(&mut bytes, &module.serialize()?);
    }
    bytes.extend((adapters.len() as u64).to_le_bytes());
    for adapters in adapters {
        put(&mut bytes, &adapters.map(Module::serialize).transpose()?.unwrap_or_default());
    }
    Ok(bytes)
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend((part.len() as u64).to_le_bytes());
    bytes.extend(part);
}

/// The parts of a component.
///
/// # Safety
/// As for [`Module::deserialize`].
pub(super) unsafe fn decode(engine: &Engine, bytes: &[u8]) -> Result<Parts> {
    let mut rest = bytes;
    if take(&mut rest, MAGIC.len())? != MAGIC {
        return Err(refused("it does not begin as a compiled component does"));
    }
    let version = number::<4>(&mut rest).map(u32::from_le_bytes)?;
    if version != VERSION {
        return Err(refused(&format!("its format has the version {version}, expected {VERSION}")));
    }
    let plan = part(&mut rest)?;
    let plan = serde_json::from_slice(plan).map_err(|error| refused(&format!("its plan cannot be read: {error}")))?;
    let count = number::<8>(&mut rest).map(u64::from_le_bytes)?;
    let mut modules = Vec::new();
    for _ in 0..count {
        // SAFETY: the caller's promise.
        modules.push(unsafe { Module::deserialize(engine, part(&mut rest)?) }?);
    }
    let count = number::<8>(&mut rest).map(u64::from_le_bytes)?;
    let mut adapters = Vec::new();
    for _ in 0..count {
        let bytes = part(&mut rest)?;
        // SAFETY: the caller's promise.
        let module = (!bytes.is_empty()).then(|| unsafe { Module::deserialize_generated(engine, bytes) });
        adapters.push(module.transpose()?);
    }
    if !rest.is_empty() {
        return Err(refused("something follows its last module"));
    }
    Ok(Parts { plan, modules, adapters })
}

fn part<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8]> {
    let length = number::<8>(rest).map(u64::from_le_bytes)?;
    take(rest, usize::try_from(length).unwrap_or(usize::MAX))
}

fn number<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N]> {
    take(rest, N)?.try_into().map_err(|_| refused("it is cut off"))
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length).ok_or_else(|| refused("it is cut off"))?;
    *rest = after;
    Ok(taken)
}

fn refused(reason: &str) -> Error {
    environ::Error::Plan(format!("the serialized component is refused: {reason}")).into()
}
