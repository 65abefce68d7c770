//! The [`Compiler`] on Cranelift: functions in parallel, then one image.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_entity::{EntityRef, PrimaryMap};
use dovetail_environ::artifact::{CodeRange, CompiledModule, Trampolines};
use dovetail_environ::libcall::Libcall;
use dovetail_environ::module::{DefinedFuncIndex, ModuleTranslation, Signature};
use dovetail_environ::{Compiler, Error, Progress};

use crate::function::{ModuleEnvironment, compile_function};
use crate::image::Image;
use crate::settings::Settings;
use crate::trampoline;
use crate::unit::{CompiledUnit, Symbol, Workspace};

/// A thread is started for each so many bytes of function bodies: about a millisecond of work, far above the price of
/// a thread.
const BYTES_PER_THREAD: usize = 2048;

/// The compiler: Cranelift for this machine.
pub struct Cranelift {
    isa: OwnedTargetIsa,
}

impl Cranelift {
    /// A compiler for this machine with `settings`.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Ok(Self { isa: settings.build()? })
    }

    /// A compiler for this machine with the default settings.
    pub fn native() -> Result<Self, Error> {
        Self::new(Settings::default())
    }

    fn isa(&self) -> &dyn TargetIsa {
        &*self.isa
    }
}

impl Compiler for Cranelift {
    fn compile_module(
        &self,
        translation: &ModuleTranslation<'_>,
        progress: Progress<'_>,
    ) -> Result<CompiledModule, Error> {
        let environment = ModuleEnvironment::new(self.isa(), translation);
        let units = compile_functions(&environment, translation, progress)?;
        let libcalls = called_libcalls(&units);

        let mut image = Image::new(self.isa(), units.len(), &libcalls);
        let mut functions = PrimaryMap::with_capacity(units.len());
        for unit in units {
            functions.push(image.append_symbol(unit)?);
        }
        let mut workspace = Workspace::new();
        for libcall in libcalls {
            image.append_symbol(trampoline::libcall(&mut workspace, self.isa(), libcall)?)?;
        }
        let mut trampolines = PrimaryMap::with_capacity(translation.module.signatures.len());
        for signature in translation.module.signatures.values() {
            trampolines.push(append_trampolines(&mut image, &mut workspace, self.isa(), signature)?);
        }
        let image = image.finish();
        Ok(CompiledModule {
            text: image.text,
            functions,
            trampolines,
            traps: image.traps,
            addresses: image.addresses,
            unwind: Vec::new(),
        })
    }

    fn compile_trampolines(&self, signature: &Signature) -> Result<(Vec<u8>, Trampolines), Error> {
        let mut image = Image::new(self.isa(), 0, &[]);
        let trampolines = append_trampolines(&mut image, &mut Workspace::new(), self.isa(), signature)?;
        Ok((image.finish().text, trampolines))
    }

    fn description(&self) -> String {
        let isa_flags: Vec<String> = self.isa.isa_flags().iter().map(ToString::to_string).collect();
        format!(
            "cranelift {}; {}; {}; {}",
            cranelift_codegen::VERSION,
            self.isa.triple(),
            self.isa.flags().to_string().replace('\n', " "),
            isa_flags.join(" "),
        )
    }
}

fn append_trampolines(
    image: &mut Image,
    workspace: &mut Workspace,
    isa: &dyn TargetIsa,
    signature: &Signature,
) -> Result<Trampolines, Error> {
    let enter: CodeRange = image.append_anonymous(trampoline::enter(workspace, isa, signature)?)?;
    let leave = image.append_anonymous(trampoline::leave(workspace, isa, signature)?)?;
    Ok(Trampolines { enter, leave })
}

/// The libcalls whose trampolines the functions call.
fn called_libcalls(units: &[CompiledUnit]) -> Vec<Libcall> {
    let called: BTreeSet<u32> = units
        .iter()
        .flat_map(|unit| &unit.relocations)
        .filter_map(|relocation| match relocation.target {
            Symbol::Libcall(libcall) => Some(libcall as u32),
            Symbol::Function(_) => None,
        })
        .collect();
    Libcall::ALL.iter().copied().filter(|libcall| called.contains(&(*libcall as u32))).collect()
}

/// Compiles every function, on as many threads as are worth it. The threads live for this call alone, so that a process
/// may fork at any other time.
fn compile_functions(
    environment: &ModuleEnvironment<'_>,
    translation: &ModuleTranslation<'_>,
    progress: Progress<'_>,
) -> Result<Vec<CompiledUnit>, Error> {
    let queue = Queue::new(environment, translation, progress);
    let total: usize = translation.bodies.iter().map(|body| body.body.as_bytes().len()).sum();
    let parallelism = thread::available_parallelism().map_or(1, usize::from);
    let helpers = parallelism.min(translation.bodies.len()).min(1 + total / BYTES_PER_THREAD).saturating_sub(1);
    thread::scope(|scope| {
        for _ in 0..helpers {
            // If the system refuses a thread, the others do its work.
            let _ = thread::Builder::new().name("dovetail-compile".into()).spawn_scoped(scope, || queue.work());
        }
        queue.work();
    });
    queue.finish()
}

/// The functions of a module, being compiled by several threads.
struct Queue<'a> {
    environment: &'a ModuleEnvironment<'a>,
    translation: &'a ModuleTranslation<'a>,
    progress: Progress<'a>,
    /// The largest first, so that no thread is left alone with a large one at the end.
    order: Vec<DefinedFuncIndex>,
    next: AtomicUsize,
    done: AtomicUsize,
    failed: AtomicBool,
    results: Mutex<Vec<Option<Result<CompiledUnit, Error>>>>,
}

impl<'a> Queue<'a> {
    fn new(
        environment: &'a ModuleEnvironment<'a>,
        translation: &'a ModuleTranslation<'a>,
        progress: Progress<'a>,
    ) -> Self {
        let count = translation.bodies.len();
        let mut order: Vec<_> = (0..count).map(DefinedFuncIndex::new).collect();
        order.sort_by_key(|index| std::cmp::Reverse(translation.bodies[index.index()].body.as_bytes().len()));
        Self {
            environment,
            translation,
            progress,
            order,
            next: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            results: Mutex::new((0..count).map(|_| None).collect()),
        }
    }

    /// Compiles functions until there are no more, or one failed.
    fn work(&self) {
        let mut workspace = Workspace::new();
        while !self.failed.load(Ordering::Relaxed) {
            let Some(index) = self.order.get(self.next.fetch_add(1, Ordering::Relaxed)).copied() else { return };
            let body = &self.translation.bodies[index.index()].body;
            let result =
                catch_unwind(AssertUnwindSafe(|| compile_function(&mut workspace, self.environment, index, body)))
                    .unwrap_or_else(|_| {
                        workspace = Workspace::new();
                        Err(Error::Bug(format!("the code generator panicked in function {}", index.as_u32())))
                    });
            if result.is_err() {
                self.failed.store(true, Ordering::Relaxed);
            }
            // Another thread's panic cannot leave the list in disorder: each only fills its own place.
            let mut results = self.results.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            results[index.index()] = Some(result);
            drop(results);
            (self.progress)(1 + self.done.fetch_add(1, Ordering::Relaxed), self.order.len());
        }
    }

    /// All units in the order of their indices, or the first error.
    fn finish(self) -> Result<Vec<CompiledUnit>, Error> {
        let results = self.results.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut units = Vec::with_capacity(results.len());
        let mut missing = false;
        for result in results {
            match result {
                Some(result) => units.push(result?),
                None => missing = true,
            }
        }
        if missing { Err(Error::Bug("a function was not compiled".into())) } else { Ok(units) }
    }
}
