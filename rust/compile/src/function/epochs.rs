//! Looking at the epoch, so that a guest that runs for long comes past the host now and then.
//!
//! Every cycle in a guest leads through a loop or a call. Interruptible code looks at the start of each round of a loop,
//! at the start of each function that calls in several places, and before each instruction on whole blocks; other functions
//! are over after as many operators as they have. A short one that calls in a single place, and returns from there, needs no
//! look either: a chain of such functions is no longer than the stack is deep, and does not branch, so that it is over in
//! milliseconds unless the host gives guests a stack of many megabytes. (They are most of the way to an allocator: `realloc`
//! enters six of them to come to one.) A tail call leaves no frame, and is looked at.
//!
//! A look is a load and a comparison: where the engine's epoch has reached the store's deadline, the cold libcall `epoch` asks
//! the host. Its trampoline keeps all registers, so that the code around the look is compiled as if there were no call.
//!
//! The deadline changes only in that libcall and while the host runs. A function that calls none keeps it in a register.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, SourceLoc, Value, types};
use cranelift_frontend::Variable;
use dovetail_environ::Error;
use dovetail_environ::libcall::Libcall;
use dovetail_environ::vmctx::{instance, store_context};
use wasmparser::{FunctionBody, Operator};

use super::FunctionTranslator;
use crate::access;
use crate::signature::POINTER;

/// How a function knows its deadline.
#[derive(Clone, Copy)]
pub(super) enum Deadline {
    /// Not at all: it never looks.
    Unknown,
    /// It is loaded at every look.
    InMemory,
    /// A local holds it.
    InLocal(Variable),
}

impl FunctionTranslator<'_> {
    /// Starts a function that may have to look at the epoch.
    pub(super) fn start_epochs(&mut self, body: &FunctionBody<'_>) -> Result<(), Error> {
        if !self.environment.options.interruptible {
            return Ok(());
        }
        self.builder.set_srcloc(SourceLoc::new(body.range().start as u32));
        match cycles(body)? {
            Cycles::None => {}
            Cycles::Loops => {
                let local = self.builder.declare_var(types::I64);
                let deadline = self.load_deadline();
                self.builder.def_var(local, deadline);
                self.deadline = Deadline::InLocal(local);
            }
            Cycles::Calls { look } => {
                self.deadline = Deadline::InMemory;
                if look {
                    self.look_at_epoch();
                }
            }
        }
        Ok(())
    }

    /// Looks at the epoch where the operator may take long.
    pub(super) fn look_before(&mut self, operator: &Operator<'_>) {
        if works_on_blocks(operator) {
            self.look_at_epoch();
        }
    }

    /// Calls the host if the epoch has reached the deadline. Goes on in a new block.
    pub(super) fn look_at_epoch(&mut self) {
        let deadline = match self.deadline {
            Deadline::Unknown => return,
            Deadline::InMemory => self.load_deadline(),
            Deadline::InLocal(local) => self.builder.use_var(local),
        };
        let context = self.store_context();
        let epoch = self.builder.ins().load(POINTER, access::HOST_CONSTANT, context, store_context::EPOCH as i32);
        let epoch = self.builder.ins().load(types::I64, access::HOST, epoch, 0);
        let reached = self.builder.ins().icmp(IntCC::UnsignedLessThanOrEqual, deadline, epoch);
        let late = self.builder.create_block();
        let on = self.builder.create_block();
        self.builder.set_cold_block(late);
        self.builder.ins().brif(reached, late, [], on, []);
        self.builder.seal_block(late);

        self.builder.switch_to_block(late);
        self.call_libcall(Libcall::Epoch, &[]);
        if let Deadline::InLocal(local) = self.deadline {
            let deadline = self.load_deadline();
            self.builder.def_var(local, deadline);
        }
        self.builder.ins().jump(on, []);
        self.builder.seal_block(on);
        self.builder.switch_to_block(on);
    }

    fn load_deadline(&mut self) -> Value {
        let context = self.store_context();
        self.builder.ins().load(types::I64, access::HOST, context, store_context::EPOCH_DEADLINE as i32)
    }

    fn store_context(&mut self) -> Value {
        self.builder.ins().load(POINTER, access::HOST_CONSTANT, self.vmctx, instance::STORE_CONTEXT as i32)
    }
}

/// What keeps a function from coming to its end.
enum Cycles {
    None,
    /// Loops of its own, or instructions on whole blocks.
    Loops,
    /// Calls of functions, of the module or of others, and possibly loops. `look` at the function's start, unless it is short
    /// and has a single call, in its own frame.
    Calls {
        look: bool,
    },
}

/// How many operators a function has at most that is short. The deepest chain of such functions on a stack of the usual size
/// has some ten million.
const SHORT: usize = 200;

fn cycles(body: &FunctionBody<'_>) -> Result<Cycles, Error> {
    let (mut operators, mut loops, mut calls, mut tail_calls) = (0_usize, false, 0_usize, false);
    for operator in body.get_operators_reader()? {
        operators += 1;
        match operator? {
            Operator::Call { .. } | Operator::CallIndirect { .. } | Operator::CallRef { .. } => calls += 1,
            Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. } | Operator::ReturnCallRef { .. } => {
                tail_calls = true;
            }
            Operator::Loop { .. } => loops = true,
            operator => loops |= works_on_blocks(&operator),
        }
    }
    Ok(match (tail_calls, calls, loops) {
        (true, _, _) | (false, 2.., _) => Cycles::Calls { look: true },
        (false, 1, _) => Cycles::Calls { look: operators > SHORT },
        (false, 0, true) => Cycles::Loops,
        (false, 0, false) => Cycles::None,
    })
}

/// Whether an operator works on as much of a memory or table as a guest likes. (What grows one ends with its largest size.)
fn works_on_blocks(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::MemoryCopy { .. }
            | Operator::MemoryFill { .. }
            | Operator::MemoryInit { .. }
            | Operator::TableCopy { .. }
            | Operator::TableFill { .. }
            | Operator::TableInit { .. }
    )
}
