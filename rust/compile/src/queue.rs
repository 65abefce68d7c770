//! The functions and trampolines of a module, compiled by several threads.

use std::cmp::Reverse;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use cranelift_entity::EntityRef;
use dovetail_environ::module::{DefinedFuncIndex, ModuleTranslation, SignatureIndex};
use dovetail_environ::{Error, Progress};

use crate::function::{ModuleEnvironment, compile_function};
use crate::trampoline;
use crate::unit::{CompiledUnit, Workspace};

/// Work is measured in bytes of function bodies; one trampoline is about as much as so many.
const TRAMPOLINE_WORK: usize = 128;

/// A thread is started for each so much work: about a millisecond, far above the price of a thread.
const WORK_PER_THREAD: usize = 2048;

/// What was compiled, in the order of the indices.
pub(crate) struct Units {
    pub functions: Vec<CompiledUnit>,
    /// `enter` and `leave` of each signature.
    pub trampolines: Vec<[CompiledUnit; 2]>,
}

/// Compiles everything, on as many threads as are worth it. The threads live for this call alone, so that a process may
/// fork at any other time.
pub(crate) fn compile_all(
    environment: &ModuleEnvironment<'_>,
    translation: &ModuleTranslation<'_>,
    progress: Progress<'_>,
) -> Result<Units, Error> {
    let queue = Queue::new(environment, translation, progress);
    let bodies: usize = translation.bodies.iter().map(|body| body.body.as_bytes().len()).sum();
    let work = bodies + 2 * TRAMPOLINE_WORK * translation.module.signatures.len();
    let parallelism = thread::available_parallelism().map_or(1, usize::from);
    let helpers = parallelism.min(queue.jobs.len()).min(1 + work / WORK_PER_THREAD).saturating_sub(1);
    thread::scope(|scope| {
        for _ in 0..helpers {
            // If the system refuses a thread, the others do its work.
            let _ = thread::Builder::new().name("dovetail-compile".into()).spawn_scoped(scope, || queue.work());
        }
        queue.work();
    });
    queue.finish()
}

#[derive(Clone, Copy)]
enum Job {
    Function(DefinedFuncIndex),
    Enter(SignatureIndex),
    Leave(SignatureIndex),
}

struct Queue<'a> {
    environment: &'a ModuleEnvironment<'a>,
    translation: &'a ModuleTranslation<'a>,
    progress: Progress<'a>,
    /// The largest functions first, so that no thread is left alone with one at the end.
    jobs: Vec<Job>,
    next: AtomicUsize,
    functions_done: AtomicUsize,
    failed: AtomicBool,
    /// One place for each function, then two for each signature.
    results: Mutex<Vec<Option<Result<CompiledUnit, Error>>>>,
}

impl<'a> Queue<'a> {
    fn new(
        environment: &'a ModuleEnvironment<'a>,
        translation: &'a ModuleTranslation<'a>,
        progress: Progress<'a>,
    ) -> Self {
        let mut functions: Vec<_> = (0..translation.bodies.len()).map(DefinedFuncIndex::new).collect();
        functions.sort_by_key(|index| Reverse(translation.bodies[index.index()].body.as_bytes().len()));
        let signatures = translation.module.signatures.keys();
        let trampolines = signatures.flat_map(|index| [Job::Enter(index), Job::Leave(index)]);
        let jobs: Vec<Job> = functions.into_iter().map(Job::Function).chain(trampolines).collect();
        Self {
            environment,
            translation,
            progress,
            next: AtomicUsize::new(0),
            functions_done: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            results: Mutex::new(jobs.iter().map(|_| None).collect()),
            jobs,
        }
    }

    /// Works until there is nothing left, or something failed.
    fn work(&self) {
        let mut workspace = Workspace::new();
        while !self.failed.load(Ordering::Relaxed) {
            let Some(job) = self.jobs.get(self.next.fetch_add(1, Ordering::Relaxed)).copied() else { return };
            let result = catch_unwind(AssertUnwindSafe(|| self.compile(&mut workspace, job))).unwrap_or_else(|_| {
                workspace = Workspace::new();
                Err(Error::Bug(format!("the code generator panicked in {}", job.describe())))
            });
            if result.is_err() {
                self.failed.store(true, Ordering::Relaxed);
            }
            // Another thread's panic cannot leave the list in disorder: each only fills its own place.
            let mut results = self.results.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            results[self.place(job)] = Some(result);
            drop(results);
            if let Job::Function(_) = job {
                let done = 1 + self.functions_done.fetch_add(1, Ordering::Relaxed);
                (self.progress)(done, self.translation.bodies.len());
            }
        }
    }

    fn compile(&self, workspace: &mut Workspace, job: Job) -> Result<CompiledUnit, Error> {
        let signatures = &self.translation.module.signatures;
        match job {
            Job::Function(index) => {
                let body = &self.translation.bodies[index.index()].body;
                compile_function(workspace, self.environment, index, body)
            }
            Job::Enter(index) => trampoline::enter(workspace, self.environment.isa, &signatures[index]),
            Job::Leave(index) => trampoline::leave(workspace, self.environment.isa, &signatures[index]),
        }
    }

    /// Where the result of a job belongs.
    fn place(&self, job: Job) -> usize {
        let functions = self.translation.bodies.len();
        match job {
            Job::Function(index) => index.index(),
            Job::Enter(index) => functions + 2 * index.index(),
            Job::Leave(index) => functions + 2 * index.index() + 1,
        }
    }

    /// All units, or the error of the first job that failed.
    fn finish(self) -> Result<Units, Error> {
        let results = self.results.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut units = Vec::with_capacity(results.len());
        let mut missing = false;
        for result in results {
            match result {
                Some(result) => units.push(result?),
                None => missing = true,
            }
        }
        if missing {
            return Err(Error::Bug("a function was not compiled".into()));
        }
        let mut trampolines = units.split_off(self.translation.bodies.len()).into_iter();
        let mut pairs = Vec::with_capacity(trampolines.len() / 2);
        while let (Some(enter), Some(leave)) = (trampolines.next(), trampolines.next()) {
            pairs.push([enter, leave]);
        }
        Ok(Units { functions: units, trampolines: pairs })
    }
}

impl Job {
    fn describe(self) -> String {
        match self {
            Job::Function(index) => format!("defined function {}", index.as_u32()),
            Job::Enter(index) | Job::Leave(index) => format!("a trampoline of signature {}", index.as_u32()),
        }
    }
}
