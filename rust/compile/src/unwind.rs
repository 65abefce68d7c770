//! The `.eh_frame` section of an image: how debuggers and profilers unwind compiled code. The engine itself walks frame
//! pointers and never reads it.

use cranelift_codegen::gimli::RunTimeEndian;
use cranelift_codegen::gimli::write::{Address, CieId, EhFrame, EndianVec, FrameTable, Writer};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::UnwindInfo;
use dovetail_environ::Error;
use target_lexicon::Endianness;

/// Collects the unwind information of units by their place in the image.
pub(crate) struct UnwindTable {
    frames: FrameTable,
    /// What all units have in common; `None` where the platform does not use this format.
    common: Option<CieId>,
    endian: RunTimeEndian,
}

impl UnwindTable {
    pub(crate) fn new(isa: &dyn TargetIsa) -> Self {
        let mut frames = FrameTable::default();
        let common = isa.create_systemv_cie().map(|cie| frames.add_cie(cie));
        let endian = match isa.triple().endianness() {
            Ok(Endianness::Big) => RunTimeEndian::Big,
            Ok(Endianness::Little) | Err(()) => RunTimeEndian::Little,
        };
        Self { frames, common, endian }
    }

    /// Adds a unit that starts at `offset` of the text.
    pub(crate) fn add(&mut self, offset: u32, unwind: Option<UnwindInfo>) {
        if let (Some(common), Some(UnwindInfo::SystemV(info))) = (self.common, unwind) {
            self.frames.add_fde(common, info.to_fde(Address::Constant(u64::from(offset))));
        }
    }

    /// The section; its addresses are those of a text that starts at 0.
    pub(crate) fn finish(self) -> Result<Vec<u8>, Error> {
        let failed = |error| Error::Bug(format!("cannot write unwind information: {error}"));
        let mut section = EhFrame(EndianVec::new(self.endian));
        self.frames.write_eh_frame(&mut section).map_err(failed)?;
        // A record of length 0 ends the section.
        section.write_u32(0).map_err(failed)?;
        Ok(section.0.into_vec())
    }
}
