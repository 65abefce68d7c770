//! When the walker looks up from a long value. Values are as long as a guest makes them, or as the host's own data are: as
//! compiled code does in its loops, the walker now and then lets the store's hook end the call, hear signals, or let other
//! threads go on.

/// After how many parts of lists, maps, records and tuples. The dearest take a microsecond or so each.
const PARTS: u32 = 1 << 14;

/// Counts parts until the next look.
#[derive(Debug)]
pub(crate) struct Pace {
    left: u32,
}

impl Default for Pace {
    #[inline]
    fn default() -> Pace {
        Pace { left: PARTS }
    }
}

impl Pace {
    /// Counts one part; whether it is time to look up, and to count anew.
    #[inline(always)]
    pub(super) fn step(&mut self) -> bool {
        self.left = self.left.wrapping_sub(1);
        self.left == 0
    }
}
