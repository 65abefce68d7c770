//! When the walker looks up from a long value. Values are as long as a guest makes them, or as the host's own data are: as
//! compiled code does in its loops, the walker now and then lets the store's hook end the call, hear signals, or let other
//! threads go on.

use crate::epoch;
use crate::error::Result;
use crate::store::Store;

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
    /// Counts one part, and looks up if it is time.
    #[inline(always)]
    pub(super) fn step(&mut self, store: &mut Store) -> Result<()> {
        self.left = self.left.wrapping_sub(1);
        if self.left == 0 { self.look(store) } else { Ok(()) }
    }

    /// Looks up, and counts anew.
    #[cold]
    pub(super) fn look(&mut self, store: &mut Store) -> Result<()> {
        *self = Pace::default();
        epoch::look(store)
    }
}
