//! What the store keeps for its guest: the configuration, connected. The functions of each interface work on it; that
//! they are imports of a WebAssembly component is the business of `p2/*/bindings.rs`.

use dovetail_runtime::component::HostContext;
use dovetail_runtime::{Error, Result};

use crate::clocks::WallClock;
use crate::config::WasiConfig;
use crate::p2::filesystem::directory::Directory;
use crate::p2::filesystem::metadata::MetadataHasher;
use crate::p2::io::input::InputStream;
use crate::p2::io::output::OutputStream;
use crate::p2::io::wait::{Blocking, Waiter};
use crate::random::RandomSource;
use crate::stdio::Connected;

/// The WASI side of one store: put it in with `Store::insert_data`. A store without one denies everything, like the
/// context of an empty [`WasiConfig`].
pub struct WasiContext {
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) initial_directory: Option<String>,
    pub(crate) preopens: Vec<(Directory, String)>,
    pub(crate) stdin: Connected<InputStream>,
    pub(crate) stdout: Connected<OutputStream>,
    pub(crate) stderr: Connected<OutputStream>,
    pub(crate) wall_clock: Box<dyn WallClock>,
    pub(crate) waiter: Waiter,
    pub(crate) random: Box<dyn RandomSource>,
    pub(crate) insecure_random: Box<dyn RandomSource>,
    pub(crate) insecure_seed: (u64, u64),
    pub(crate) metadata_hasher: MetadataHasher,
}

impl Default for WasiContext {
    fn default() -> Self {
        WasiConfig::new().build()
    }
}

/// The context of the store that runs the guest. A store that was given none gets one that grants nothing.
pub(crate) fn wasi<'a>(context: &'a mut HostContext<'_>) -> Result<&'a mut WasiContext> {
    if context.data::<WasiContext>().is_none() {
        context.insert_data(WasiContext::default());
    }
    context.data_mut().ok_or_else(|| Error::bug("the WASI context vanished from its store"))
}

/// For a call that may have to wait. Nothing of the store can be held meanwhile: while the guest waits, its host may use
/// the store.
pub(crate) fn blocking<'a>(context: &'a mut HostContext<'_>) -> Result<Blocking<'a>> {
    let waiter = wasi(context)?.waiter.clone();
    Ok(waiter.blocking(context.store()))
}
