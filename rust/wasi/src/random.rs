//! Where a guest's random numbers come from: the system for those that must be secret, a small generator for those that
//! need not be, and for tests one that always gives the same numbers.

use dovetail_runtime::Error;

/// A source of random bytes.
pub trait RandomSource: Send {
    /// Fills the whole buffer. An error ends the guest's call: WASI has no way to report that there is no randomness.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Error>;
}

/// The operating system's cryptographically secure generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(buffer).map_err(|error| std::io::Error::from(error).into())
    }
}

/// SplitMix64: the same seed gives the same bytes. Fit for hash seeds and for tests, not for secrets.
#[derive(Clone, Debug)]
pub struct SeededRandom {
    state: u64,
}

impl SeededRandom {
    /// A generator that starts from `seed`.
    pub fn new(seed: u64) -> Self {
        SeededRandom { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl RandomSource for SeededRandom {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        for chunk in buffer.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_every_byte() {
        let mut first = [0; 13];
        let mut second = [0; 13];
        SeededRandom::new(7).fill(&mut first).unwrap();
        SeededRandom::new(7).fill(&mut second).unwrap();
        assert_eq!(first, second);
        SeededRandom::new(8).fill(&mut second).unwrap();
        assert_ne!(first, second);
    }

    #[test]
    fn the_system_fills_the_whole_buffer() {
        let mut bytes = [0; 64];
        SystemRandom.fill(&mut bytes).unwrap();
        assert!(bytes.iter().any(|&byte| byte != 0));
        assert_ne!(bytes[..32], bytes[32..]);
    }
}
