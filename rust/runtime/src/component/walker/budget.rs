//! What the values of one call may cost the host while they are lifted.
//!
//! A guest can point to the same bytes from many places: lists of lists that overlap are lifted to values that are far larger
//! than its memory. What is lifted is therefore counted where a string or list is checked, for all parameters or the result of
//! a call together. A value whose parts do not overlap is within the bound that a store has by default.

use crate::environ::TrapCode;
use crate::error::Error;
use crate::store::{Store, StoreLimits};

/// How many bytes of strings and lists a value may have in any case, where the store has no bound of its own.
const AT_LEAST: u64 = 128 << 20;
/// After how many bytes the walker looks up (see `pace`).
const BYTES_TO_LOOK: u64 = 4 << 20;

/// What was lifted, and what may be.
#[derive(Debug)]
pub(crate) struct Budget {
    /// The bytes of strings and lists so far.
    spent: u64,
    /// How many there may be before [`Budget::extend`] is asked.
    bound: u64,
}

impl Budget {
    #[inline]
    pub(crate) fn new(store: &Store) -> Budget {
        let most = store.inner().limits.value_size.map_or(AT_LEAST, |bytes| bytes as u64);
        Budget { spent: 0, bound: most.min(BYTES_TO_LOOK) }
    }

    /// For a string between two guests, which goes into the memory of one of them: it costs the host nothing that lasts.
    pub(crate) fn unbounded() -> Budget {
        Budget { spent: 0, bound: u64::MAX }
    }

    /// Counts the bytes of a string or list; whether nobody need be asked about them.
    #[inline(always)]
    pub(super) fn spend(&mut self, bytes: u64) -> bool {
        // No sum overflows: each string or list has less than 2^28 bytes, and the first beyond the bound is the last.
        self.spent = self.spent.wrapping_add(bytes);
        self.spent <= self.bound
    }

    /// Raises the bound once it is reached, up to what the store allows while the memory has so many bytes.
    pub(super) fn extend(&mut self, limits: &StoreLimits, memory: u64) -> Result<(), Error> {
        let most = limits.value_size.map_or(AT_LEAST.max(memory), |bytes| bytes as u64);
        if self.spent <= most {
            self.bound = most.min(self.spent.saturating_add(BYTES_TO_LOOK));
            return Ok(());
        }
        let detail = format!(
            "the value has at least {} bytes in its strings and lists, and the store takes {}: its limit `value_size` can be \
             raised",
            self.spent, most
        );
        Err(Error::trap(TrapCode::AllocationTooLarge, detail))
    }
}
