//! The package `wasi:random`.

use dovetail_runtime::component::{HostContext, Linker};
use dovetail_runtime::{Error, Result, TrapCode};

use super::name;
use crate::context::wasi;
use crate::random::RandomSource;

/// The most bytes that one call gives. WASI lets a guest ask for any `u64`, and the host must not allocate it unseen.
const MAX_RANDOM_BYTES: u64 = 64 << 20;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    let mut random = linker.instance(&name("random/random"))?;
    random.func("get-random-bytes", |context: &mut HostContext<'_>, (length,): (u64,)| {
        bytes(&mut *wasi(context)?.random, "wasi:random/random.get-random-bytes", length)
    })?;
    random.func("get-random-u64", |context: &mut HostContext<'_>, ()| number(&mut *wasi(context)?.random))?;

    let mut insecure = linker.instance(&name("random/insecure"))?;
    insecure.func("get-insecure-random-bytes", |context: &mut HostContext<'_>, (length,): (u64,)| {
        bytes(&mut *wasi(context)?.insecure_random, "wasi:random/insecure.get-insecure-random-bytes", length)
    })?;
    insecure.func("get-insecure-random-u64", |context: &mut HostContext<'_>, ()| {
        number(&mut *wasi(context)?.insecure_random)
    })?;

    let mut seed = linker.instance(&name("random/insecure-seed"))?;
    seed.func("insecure-seed", |context: &mut HostContext<'_>, ()| Ok(wasi(context)?.insecure_seed))
}

fn bytes(source: &mut dyn RandomSource, function: &str, length: u64) -> Result<Vec<u8>> {
    let allowed = usize::try_from(length).ok().filter(|_| length <= MAX_RANDOM_BYTES);
    let Some(length) = allowed else {
        let detail = format!("`{function}`: {length} bytes, at most {MAX_RANDOM_BYTES} are given at once");
        return Err(Error::trap(TrapCode::AllocationTooLarge, detail));
    };
    let mut bytes = vec![0; length];
    source.fill(&mut bytes)?;
    Ok(bytes)
}

fn number(source: &mut dyn RandomSource) -> Result<u64> {
    let mut bytes = [0; 8];
    source.fill(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use dovetail_runtime::ErrorKind;

    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn a_huge_request_traps_and_names_the_function() {
        let mut source = SeededRandom::new(1);
        assert_eq!(bytes(&mut source, "f", 5).unwrap().len(), 5);
        for length in [MAX_RANDOM_BYTES + 1, u64::MAX] {
            let error = bytes(&mut source, "wasi:random/random.get-random-bytes", length).unwrap_err();
            let ErrorKind::Trap(trap) = error.into_kind() else { panic!("expected a trap, got another error") };
            assert_eq!(trap.code, TrapCode::AllocationTooLarge);
            assert!(trap.detail.unwrap().contains("`wasi:random/random.get-random-bytes`"));
        }
    }
}
