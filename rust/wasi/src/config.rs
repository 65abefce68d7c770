//! The builder with which an embedder says what a guest may see. Everything starts at nothing.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::Path;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use crate::clocks::{MonotonicClock, SystemMonotonicClock, SystemWallClock, WallClock};
use crate::context::WasiContext;
use crate::p2::filesystem::directory::Directory;
use crate::p2::filesystem::metadata::MetadataHasher;
use crate::p2::io::wait::{InterruptHook, Waiter};
use crate::permissions::Permissions;
use crate::random::{RandomSource, SeededRandom, SystemRandom};
use crate::stdio::{Inherited, Input, Output};

/// What a guest gets: arguments, environment variables, standard streams, directories, clocks and randomness. A new one
/// grants no argument, no variable, no stream and no directory; time and random numbers are the system's.
#[derive(Default)]
pub struct WasiConfig {
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    initial_directory: Option<String>,
    preopens: Vec<(Directory, String)>,
    stdin: Input,
    stdout: Output,
    stderr: Output,
    wall_clock: Option<Box<dyn WallClock>>,
    monotonic_clock: Option<Arc<dyn MonotonicClock>>,
    random: Option<Box<dyn RandomSource>>,
    insecure_random: Option<Box<dyn RandomSource>>,
    insecure_seed: Option<(u64, u64)>,
    interrupt: Option<InterruptHook>,
}

impl WasiConfig {
    /// A configuration that grants nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds arguments. The first is by custom the name of the program.
    pub fn args(&mut self, arguments: impl IntoIterator<Item = impl Into<String>>) -> &mut Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Adds an environment variable.
    pub fn env(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Sets what the guest is told as its initial working directory; by itself this opens nothing.
    pub fn initial_directory(&mut self, path: impl Into<String>) -> &mut Self {
        self.initial_directory = Some(path.into());
        self
    }

    /// Opens a directory of the host, which the guest sees as `guest_path`. Fails when it is not a directory that the
    /// process can open.
    pub fn preopen_dir(
        &mut self,
        host_path: impl AsRef<Path>,
        guest_path: impl Into<String>,
        permissions: Permissions,
    ) -> io::Result<&mut Self> {
        let handle = Dir::open_ambient_dir(host_path, ambient_authority())?;
        self.preopens.push((Directory::new(handle, permissions), guest_path.into()));
        Ok(self)
    }

    /// Connects standard input.
    pub fn stdin(&mut self, input: Input) -> &mut Self {
        self.stdin = input;
        self
    }

    /// Connects standard output.
    pub fn stdout(&mut self, output: Output) -> &mut Self {
        self.stdout = output;
        self
    }

    /// Connects standard error.
    pub fn stderr(&mut self, output: Output) -> &mut Self {
        self.stderr = output;
        self
    }

    /// Puts another clock in place of the system's time of day.
    pub fn wall_clock(&mut self, clock: impl WallClock + 'static) -> &mut Self {
        self.wall_clock = Some(Box::new(clock));
        self
    }

    /// Puts another clock in place of the system's monotonic one.
    pub fn monotonic_clock(&mut self, clock: impl MonotonicClock + 'static) -> &mut Self {
        self.monotonic_clock = Some(Arc::new(clock));
        self
    }

    /// Puts another source in place of the system's secure random numbers.
    pub fn random(&mut self, source: impl RandomSource + 'static) -> &mut Self {
        self.random = Some(Box::new(source));
        self
    }

    /// Puts another source in place of the quick random numbers of `wasi:random/insecure`.
    pub fn insecure_random(&mut self, source: impl RandomSource + 'static) -> &mut Self {
        self.insecure_random = Some(Box::new(source));
        self
    }

    /// Fixes what `wasi:random/insecure-seed` gives.
    pub fn insecure_seed(&mut self, seed: (u64, u64)) -> &mut Self {
        self.insecure_seed = Some(seed);
        self
    }

    /// Sets a function that is called when a signal wakes the process while a guest waits; its error ends the wait and
    /// comes out of the guest's call.
    pub fn on_interrupt(&mut self, hook: InterruptHook) -> &mut Self {
        self.interrupt = Some(hook);
        self
    }

    /// The context for one store.
    pub fn build(self) -> WasiContext {
        // The keys of the standard library's hash maps: random for each process, and getting them cannot fail.
        let chance = RandomState::new();
        let seed = |stream: u64| chance.hash_one(stream);
        WasiContext {
            arguments: self.arguments,
            environment: self.environment,
            initial_directory: self.initial_directory,
            preopens: self.preopens,
            stdin: self.stdin.connect(),
            stdout: self.stdout.connect(Inherited::Stdout),
            stderr: self.stderr.connect(Inherited::Stderr),
            wall_clock: self.wall_clock.unwrap_or_else(|| Box::new(SystemWallClock)),
            waiter: Waiter {
                clock: self.monotonic_clock.unwrap_or_else(|| Arc::new(SystemMonotonicClock::default())),
                interrupt: self.interrupt,
            },
            random: self.random.unwrap_or_else(|| Box::new(SystemRandom)),
            insecure_random: self.insecure_random.unwrap_or_else(|| Box::new(SeededRandom::new(seed(0)))),
            insecure_seed: self.insecure_seed.unwrap_or_else(|| (seed(1), seed(2))),
            metadata_hasher: MetadataHasher::default(),
        }
    }
}
