//! One function on its way from Cranelift's intermediate language to bytes that `image.rs` can place.

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{self, ExternalName, UserExternalName};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_codegen::{Context, Final, FinalizedMachExceptionHandler, FinalizedRelocTarget, MachBufferFinalized};
use cranelift_entity::EntityRef;
use cranelift_frontend::FunctionBuilderContext;
use dovetail_environ::artifact::ExceptionHandler;
use dovetail_environ::libcall::Libcall;
use dovetail_environ::module::DefinedFuncIndex;
use dovetail_environ::{Error, TrapCode};

use crate::error::codegen_error;
use crate::trap;

/// The target of a call inside the image.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Symbol {
    Function(DefinedFuncIndex),
    /// The trampoline of a libcall.
    Libcall(Libcall),
}

const FUNCTIONS: u32 = 0;
const LIBCALLS: u32 = 1;

impl Symbol {
    /// The name by which Cranelift's relocations carry the symbol.
    pub(crate) fn to_external_name(self) -> UserExternalName {
        match self {
            Symbol::Function(index) => UserExternalName::new(FUNCTIONS, index.as_u32()),
            Symbol::Libcall(libcall) => UserExternalName::new(LIBCALLS, libcall as u32),
        }
    }

    fn from_external_name(name: &UserExternalName) -> Option<Symbol> {
        match name.namespace {
            FUNCTIONS => Some(Symbol::Function(DefinedFuncIndex::new(name.index as usize))),
            LIBCALLS => Libcall::ALL.get(name.index as usize).copied().map(Symbol::Libcall),
            _ => None,
        }
    }
}

/// A place in a function's code that must be patched with the distance to a symbol.
pub(crate) struct Relocation {
    pub offset: u32,
    pub kind: Reloc,
    pub addend: i64,
    pub target: Symbol,
}

/// The code of one function or trampoline; offsets are from its start.
pub(crate) struct CompiledUnit {
    pub code: Vec<u8>,
    pub alignment: u32,
    pub relocations: Vec<Relocation>,
    pub traps: Vec<(u32, TrapCode)>,
    /// From code offsets to offsets in the wasm binary, ascending; each holds up to the next.
    pub addresses: Vec<(u32, u32)>,
    /// The calls from which exceptions may come back, ascending.
    pub handlers: Vec<ExceptionHandler>,
    pub unwind: Option<UnwindInfo>,
}

/// What a thread needs to compile, kept from one function to the next for its allocations.
pub(crate) struct Workspace {
    pub codegen: Context,
    pub builder: FunctionBuilderContext,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        Self { codegen: Context::new(), builder: FunctionBuilderContext::new() }
    }

    /// Clears what the previous function left behind and starts one with `signature`.
    pub(crate) fn start(&mut self, signature: ir::Signature) {
        self.codegen.clear();
        self.codegen.func.signature = signature;
    }

    /// Compiles the function in `codegen.func`.
    pub(crate) fn compile(&mut self, isa: &dyn TargetIsa) -> Result<CompiledUnit, Error> {
        if let Err(error) = self.codegen.compile(isa, &mut ControlPlane::default()) {
            return Err(codegen_error(error.inner));
        }
        let compiled = self.codegen.take_compiled_code().ok_or_else(|| Error::Bug("no code was generated".into()))?;
        let buffer = &compiled.buffer;
        let relocations = buffer.relocs().iter().map(|relocation| {
            let target = symbol(&relocation.target, &self.codegen.func)?;
            Ok(Relocation { offset: relocation.offset, kind: relocation.kind, addend: relocation.addend, target })
        });
        let relocations = relocations.collect::<Result<Vec<_>, Error>>()?;
        let mut traps: Vec<_> =
            buffer.traps().iter().filter_map(|site| Some((site.offset, trap::from_cranelift(site.code)?))).collect();
        traps.sort_unstable_by_key(|(offset, _)| *offset);
        Ok(CompiledUnit {
            code: buffer.data().to_vec(),
            alignment: buffer.alignment,
            relocations,
            traps,
            addresses: addresses(buffer),
            handlers: handlers(buffer)?,
            unwind: compiled.create_unwind_info(isa).map_err(codegen_error)?,
        })
    }
}

/// What a relocation in `func` names.
fn symbol(target: &FinalizedRelocTarget, func: &ir::Function) -> Result<Symbol, Error> {
    let known = match target {
        FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
            Symbol::from_external_name(&func.params.user_named_funcs()[*name])
        }
        // Cranelift calls a library where the instruction set lacks an instruction.
        FinalizedRelocTarget::ExternalName(ExternalName::LibCall(name)) => {
            let feature = format!("an operation that the processor lacks ({name})");
            return Err(Error::Unsupported { path: "function body".into(), feature });
        }
        FinalizedRelocTarget::ExternalName(ExternalName::TestCase(_) | ExternalName::KnownSymbol(_))
        | FinalizedRelocTarget::Func(_) => None,
    };
    known.ok_or_else(|| Error::Bug(format!("unexpected relocation to {target:?}")))
}

/// The calls with a handler. Ours have one each, for every exception.
fn handlers(buffer: &MachBufferFinalized<Final>) -> Result<Vec<ExceptionHandler>, Error> {
    let mut result = Vec::new();
    for site in buffer.call_sites() {
        for handler in site.exception_handlers {
            let (FinalizedMachExceptionHandler::Default(landing), Some(frame_size)) = (handler, site.frame_offset)
            else {
                return Err(Error::Bug("a call has an exception handler of an unknown kind".into()));
            };
            result.push(ExceptionHandler { return_address: site.ret_addr, landing: *landing, frame_size });
        }
    }
    result.sort_unstable_by_key(|handler| handler.return_address);
    Ok(result)
}

/// The address map, of those places only where control can leave the function: where it may trap or calls. Nothing asks
/// for the others.
fn addresses(buffer: &MachBufferFinalized<Final>) -> Vec<(u32, u32)> {
    // A return address is one past the call, and looked up as the byte before.
    let mut exits: Vec<u32> = buffer.call_sites().map(|site| site.ret_addr.saturating_sub(1)).collect();
    exits.extend(buffer.traps().iter().map(|site| site.offset));
    exits.sort_unstable();
    let mut exits = exits.into_iter().peekable();
    let mut result: Vec<(u32, u32)> = Vec::new();
    for location in buffer.get_srclocs_sorted() {
        while exits.next_if(|exit| *exit < location.start).is_some() {}
        let has_exit = exits.peek().is_some_and(|exit| *exit < location.end);
        let source = location.loc.bits();
        if has_exit && !location.loc.is_default() && result.last().is_none_or(|(_, last)| *last != source) {
            result.push((location.start, source));
        }
    }
    result
}
