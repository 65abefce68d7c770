//! The [`Compiler`] on Cranelift: functions and trampolines in parallel, then one image.

use std::collections::BTreeSet;

use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_entity::PrimaryMap;
use dovetail_environ::artifact::{CompiledModule, Trampolines};
use dovetail_environ::libcall::Libcall;
use dovetail_environ::module::{ModuleTranslation, Signature};
use dovetail_environ::{CodeOptions, Compiler, Error, Progress};

use crate::function::ModuleEnvironment;
use crate::image::Image;
use crate::queue::compile_all;
use crate::settings::Settings;
use crate::trampoline;
use crate::unit::{CompiledUnit, Symbol, Workspace};

/// The compiler: Cranelift for this machine.
pub struct Cranelift {
    isa: OwnedTargetIsa,
}

impl Cranelift {
    /// A compiler for this machine with `settings`.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Ok(Self { isa: settings.build()? })
    }

    /// A compiler for this machine's own processor, with the default settings.
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
        options: CodeOptions,
        progress: Progress<'_>,
    ) -> Result<CompiledModule, Error> {
        let environment = ModuleEnvironment::new(self.isa(), options, translation)?;
        let units = compile_all(&environment, translation, progress)?;
        let libcalls = called_libcalls(&units.functions);

        let mut image = Image::new(self.isa(), units.functions.len(), &libcalls);
        let mut functions = PrimaryMap::with_capacity(units.functions.len());
        for unit in units.functions {
            functions.push(image.append_symbol(unit)?);
        }
        let mut workspace = Workspace::new();
        for libcall in libcalls {
            image.append_symbol(trampoline::libcall(&mut workspace, self.isa(), libcall)?)?;
        }
        let mut trampolines = PrimaryMap::with_capacity(units.trampolines.len());
        for [enter, leave] in units.trampolines {
            trampolines.push(append_trampolines(&mut image, enter, leave)?);
        }
        let image = image.finish()?;
        Ok(CompiledModule {
            text: image.text,
            functions,
            trampolines,
            traps: image.traps,
            addresses: image.addresses,
            handlers: image.handlers,
            unwind: image.unwind,
        })
    }

    fn compile_trampolines(&self, signature: &Signature) -> Result<(Vec<u8>, Trampolines), Error> {
        let mut image = Image::new(self.isa(), 0, &[]);
        let mut workspace = Workspace::new();
        let enter = trampoline::enter(&mut workspace, self.isa(), signature)?;
        let leave = trampoline::leave(&mut workspace, self.isa(), signature)?;
        let trampolines = append_trampolines(&mut image, enter, leave)?;
        Ok((image.finish()?.text, trampolines))
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

fn append_trampolines(image: &mut Image, enter: CompiledUnit, leave: CompiledUnit) -> Result<Trampolines, Error> {
    Ok(Trampolines { enter: image.append_anonymous(enter)?, leave: image.append_anonymous(leave)? })
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
