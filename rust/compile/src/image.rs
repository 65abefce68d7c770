//! The code image: units one behind the other, the calls between them resolved, and their tables joined.

use std::collections::BTreeMap;

use cranelift_codegen::TextSectionBuilder;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::TargetIsa;
use cranelift_entity::EntityRef;
use dovetail_environ::artifact::{CodeRange, ExceptionHandler};
use dovetail_environ::libcall::Libcall;
use dovetail_environ::{Error, TrapCode};

use crate::unit::{CompiledUnit, Relocation, Symbol};
use crate::unwind::UnwindTable;

/// Functions start on these boundaries: what processors fetch at a time.
const ALIGNMENT: u32 = 16;

/// Lays out functions first, in the order of their indices, then the libcalls' trampolines, then all else.
pub(crate) struct Image {
    text: Box<dyn TextSectionBuilder>,
    control: ControlPlane,
    functions: usize,
    /// The label of each libcall's trampoline.
    libcalls: BTreeMap<u32, usize>,
    traps: Vec<(u32, TrapCode)>,
    addresses: Vec<(u32, u32)>,
    handlers: Vec<ExceptionHandler>,
    unwind: UnwindTable,
}

/// What the image consists of when all is laid out.
pub(crate) struct Finished {
    pub text: Vec<u8>,
    pub traps: Vec<(u32, TrapCode)>,
    pub addresses: Vec<(u32, u32)>,
    pub handlers: Vec<ExceptionHandler>,
    pub unwind: Vec<u8>,
}

impl Image {
    /// An image of `functions` functions that call `libcalls`.
    pub(crate) fn new(isa: &dyn TargetIsa, functions: usize, libcalls: &[Libcall]) -> Self {
        Self {
            text: isa.text_section_builder(functions + libcalls.len()),
            control: ControlPlane::default(),
            functions,
            libcalls: libcalls.iter().enumerate().map(|(n, libcall)| (*libcall as u32, functions + n)).collect(),
            traps: Vec::new(),
            addresses: Vec::new(),
            handlers: Vec::new(),
            unwind: UnwindTable::new(isa),
        }
    }

    /// Places the next function or, behind all of them, the next libcall's trampoline: what calls may name.
    pub(crate) fn append_symbol(&mut self, unit: CompiledUnit) -> Result<CodeRange, Error> {
        self.append(unit, true)
    }

    /// Places code that nothing in the image calls.
    pub(crate) fn append_anonymous(&mut self, unit: CompiledUnit) -> Result<CodeRange, Error> {
        self.append(unit, false)
    }

    fn append(&mut self, unit: CompiledUnit, labeled: bool) -> Result<CodeRange, Error> {
        let alignment = unit.alignment.max(ALIGNMENT);
        let offset = self.text.append(labeled, &unit.code, alignment, &mut self.control);
        let length = unit.code.len() as u32;
        // All tables hold 32-bit offsets.
        let offset = u32::try_from(offset)
            .ok()
            .filter(|offset| offset.checked_add(length).is_some_and(|end| end <= i32::MAX as u32))
            .ok_or_else(|| Error::Limit("the module's code is larger than 2 GiB".into()))?;
        for relocation in &unit.relocations {
            self.resolve(offset, relocation)?;
        }
        self.traps.extend(unit.traps.iter().map(|(at, code)| (offset + at, *code)));
        self.addresses.extend(unit.addresses.iter().map(|(at, source)| (offset + at, *source)));
        // The handler of an `enter` trampoline is no place for exceptions: it is known by the store's context.
        if labeled {
            self.handlers.extend(unit.handlers.iter().map(|handler| ExceptionHandler {
                return_address: offset + handler.return_address,
                landing: offset + handler.landing,
                frame_size: handler.frame_size,
            }));
        }
        self.unwind.add(offset, unit.unwind);
        Ok(CodeRange { offset, length })
    }

    fn resolve(&mut self, start: u32, relocation: &Relocation) -> Result<(), Error> {
        let label = match relocation.target {
            Symbol::Function(index) => Some(index.index()).filter(|index| *index < self.functions),
            Symbol::Libcall(libcall) => self.libcalls.get(&(libcall as u32)).copied(),
        };
        let resolved = label.is_some_and(|label| {
            let at = u64::from(start) + u64::from(relocation.offset);
            self.text.resolve_reloc(at, relocation.kind, relocation.addend, label)
        });
        if resolved {
            Ok(())
        } else {
            Err(Error::Bug(format!("cannot resolve a call of {:?} ({:?})", relocation.target, relocation.kind)))
        }
    }

    pub(crate) fn finish(mut self) -> Result<Finished, Error> {
        let text = self.text.finish(&mut self.control);
        Ok(Finished {
            text,
            traps: self.traps,
            addresses: self.addresses,
            handlers: self.handlers,
            unwind: self.unwind.finish()?,
        })
    }
}
