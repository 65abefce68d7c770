//! The package `wasi:clocks`: the time of day, and a clock for measuring and waiting. (`timezone` is `@unstable` in WASI 0.2
//! and left out.)

/// `wall-clock.datetime`: the time since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Datetime {
    pub seconds: u64,
    pub nanoseconds: u32,
}
