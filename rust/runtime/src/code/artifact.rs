//! The artifact: one compiled module as a string of bytes that can be mapped from disk and used in place.
//!
//! A header of fixed size names the sections; small things are encoded with postcard, the large tables are arrays of
//! little-endian numbers that are read where they lie, and the text begins at a page. A checksum covers the header and
//! the encoded sections; every other number that is read is checked against its bounds when it is used.

use std::ops::Range;

use cranelift_entity::EntityRef;
use dovetail_environ::artifact::{CodeRange, CompiledModule};
use dovetail_environ::module::{FuncIndex, Module as Description, ModuleTranslation};
use dovetail_environ::{CodeOptions, Features, TrapCode};
use serde::{Deserialize, Serialize};

use crate::code::mapping::Mapping;
use crate::error::{ArgumentKind, Error, Result};

const MAGIC: [u8; 8] = *b"dovetail";
/// To be raised whenever the layout of the file, of `vmctx` or the table of libcalls changes.
const VERSION: u32 = 7;

/// What code depends on beside the module: code of another identity must not be run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub engine: String,
    pub compiler: String,
    pub features: Features,
    pub options: CodeOptions,
}

impl Identity {
    /// Whether code of another identity may be run. An engine without a compiler takes code of any compiler.
    fn accepts(&self, code: &Identity) -> bool {
        self.engine == code.engine
            && self.features == code.features
            && self.options == code.options
            && (self.compiler.is_empty() || self.compiler == code.compiler)
    }

    /// Why code of another identity is not run.
    fn refusal(&self, code: &Identity) -> String {
        if self.options != code.options {
            let spell = |interruptible| if interruptible { "on" } else { "off" };
            return format!(
                "it was compiled with `interruptible` {}, and this engine has it {}",
                spell(code.options.interruptible),
                spell(self.options.interruptible)
            );
        }
        format!(
            "it was compiled by {} {}, this is {} {} (or the enabled features differ)",
            code.engine, code.compiler, self.engine, self.compiler
        )
    }
}

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The sections, in the order of the header's table and of the file.
        #[derive(Clone, Copy, Debug)]
        #[repr(usize)]
        pub(crate) enum Section {
            $($(#[$doc])* $name,)*
        }

        const SECTIONS: &[Section] = &[$(Section::$name,)*];
    };
}

sections! {
    /// [`Identity`], encoded.
    Identity,
    /// The module's description without function names, encoded.
    Description,
    /// Pairs of offset and length into the text, for each defined function.
    Functions,
    /// Offset and length of `enter`, then of `leave`, for each signature.
    Trampolines,
    /// Pairs of offset and length into `Data`, for each data segment.
    DataRanges,
    /// Function names, encoded; decoded only for a backtrace.
    Names,
    /// Where code may trap, ascending.
    TrapOffsets,
    /// The code of each such place, one byte.
    TrapCodes,
    /// Offsets into the text, ascending, and for each one the offset into the wasm binary.
    CodeOffsets,
    WasmOffsets,
    /// Return addresses of calls from which exceptions may come back, ascending, and for each one where to go on and the
    /// size of the frame there.
    HandlerReturns,
    HandlerLandings,
    HandlerFrames,
    Unwind,
    /// The bytes of the data segments.
    Data,
    /// Machine code, aligned to a page.
    Text,
}

/// The sections that the checksum covers: the first ones of the file.
const CHECKED: usize = Section::DataRanges as usize + 1;
const CHECKSUM: usize = 32;
/// Magic, version, number of sections, total length; checksum; offset and length of each section.
const TABLE: usize = 8 + 4 + 4 + 8 + CHECKSUM;
const HEADER: usize = TABLE + SECTIONS.len() * 16;

/// An artifact in memory whose header was checked.
#[derive(Debug)]
pub(crate) struct Artifact {
    mapping: Mapping,
    ranges: Vec<Range<usize>>,
}

impl Artifact {
    /// Lays out a compiled module.
    pub fn encode(translation: &ModuleTranslation<'_>, code: &CompiledModule, identity: &Identity) -> Result<Vec<u8>> {
        let mut description = translation.module.clone();
        let names = std::mem::take(&mut description.function_names);
        let mut data = Vec::new();
        let mut data_ranges = Vec::new();
        for segment in description.data.values() {
            let range = segment.range.start as usize..segment.range.end as usize;
            let bytes = translation.bytes.get(range);
            let bytes = bytes.ok_or_else(|| Error::bug("a data segment lies outside of its module"))?;
            data_ranges.extend([data.len() as u32, bytes.len() as u32]);
            data.extend_from_slice(bytes);
        }
        let pair = |range: &CodeRange| [range.offset, range.length];
        let trampolines = code.trampolines.values().flat_map(|both| [both.enter, both.leave]);
        let mut writer = Writer::new();
        for section in SECTIONS {
            match section {
                Section::Identity => writer.section(&encode(identity)?),
                Section::Description => writer.section(&encode(&description)?),
                Section::Functions => writer.numbers(code.functions.values().flat_map(pair)),
                Section::Trampolines => writer.numbers(trampolines.clone().flat_map(|range| pair(&range))),
                Section::DataRanges => writer.numbers(data_ranges.iter().copied()),
                Section::Names => writer.section(&encode(&names)?),
                Section::TrapOffsets => writer.numbers(code.traps.iter().map(|(offset, _)| *offset)),
                Section::TrapCodes => {
                    writer.section(&code.traps.iter().map(|(_, code)| *code as u8).collect::<Vec<_>>());
                }
                Section::CodeOffsets => writer.numbers(code.addresses.iter().map(|(offset, _)| *offset)),
                Section::WasmOffsets => writer.numbers(code.addresses.iter().map(|(_, offset)| *offset)),
                Section::HandlerReturns => writer.numbers(code.handlers.iter().map(|handler| handler.return_address)),
                Section::HandlerLandings => writer.numbers(code.handlers.iter().map(|handler| handler.landing)),
                Section::HandlerFrames => writer.numbers(code.handlers.iter().map(|handler| handler.frame_size)),
                Section::Unwind => writer.section(&code.unwind),
                Section::Data => writer.section(&data),
                Section::Text => writer.text(&code.text),
            }
        }
        Ok(writer.finish())
    }

    /// Checks an artifact's header and makes its text executable. Where the identity differs, or anything is amiss, the
    /// error says what.
    pub fn open(mapping: Mapping, identity: &Identity) -> Result<Artifact> {
        let bytes = mapping.bytes();
        if bytes.len() < HEADER || bytes[..8] != MAGIC {
            return Err(damaged("it is no compiled module"));
        }
        if u32_at(bytes, 8) != VERSION || u32_at(bytes, 12) as usize != SECTIONS.len() {
            return Err(damaged("it was made by another version of the engine"));
        }
        if u64_at(bytes, 16) != bytes.len() as u64 {
            return Err(damaged("its length is wrong"));
        }
        let mut ranges = Vec::with_capacity(SECTIONS.len());
        let mut end = HEADER;
        for number in 0..SECTIONS.len() {
            let offset = u64_at(bytes, TABLE + number * 16) as usize;
            let length = u64_at(bytes, TABLE + number * 16 + 8) as usize;
            let stop = offset.checked_add(length).filter(|stop| offset >= end && *stop <= bytes.len());
            end = stop.ok_or_else(|| damaged("its table of sections is wrong"))?;
            ranges.push(offset..end);
        }
        if checksum(bytes, ranges[CHECKED - 1].end)[..] != bytes[TABLE - CHECKSUM..TABLE] {
            return Err(damaged("its checksum is wrong"));
        }
        let text = ranges[Section::Text as usize].clone();
        if !text.start.is_multiple_of(rustix::param::page_size()) {
            return Err(damaged("its code is not aligned to a page"));
        }
        let found: Identity = decode(&bytes[ranges[Section::Identity as usize].clone()])?;
        if !identity.accepts(&found) {
            return Err(damaged(&identity.refusal(&found)));
        }
        mapping.make_executable(text)?;
        Ok(Artifact { mapping, ranges })
    }

    /// The whole artifact, as `encode` made it.
    pub fn bytes(&self) -> &[u8] {
        self.mapping.bytes()
    }

    pub fn section(&self, section: Section) -> &[u8] {
        &self.mapping.bytes()[self.ranges[section as usize].clone()]
    }

    /// A section of numbers. Safe to call in a signal handler.
    pub fn numbers(&self, section: Section) -> &[u32] {
        // SAFETY: every bit pattern is a `u32`.
        let (before, numbers, _) = unsafe { self.section(section).align_to::<u32>() };
        // The writer aligns these sections; where the file is damaged, there are no numbers.
        if before.is_empty() { numbers } else { &[] }
    }

    pub fn description(&self) -> Result<Description> {
        decode(self.section(Section::Description))
    }

    /// The names of the module's functions, in ascending order. Damage only costs a backtrace its names.
    pub fn names(&self) -> std::collections::BTreeMap<FuncIndex, String> {
        decode(self.section(Section::Names)).unwrap_or_default()
    }

    /// An entry of a section that holds pairs of offset and length.
    pub fn pair(&self, section: Section, number: usize) -> Option<CodeRange> {
        let numbers = self.numbers(section);
        let (offset, length) = (*numbers.get(number * 2)?, *numbers.get(number * 2 + 1)?);
        Some(CodeRange { offset, length })
    }

    /// The bytes of a data segment; empty where the file is damaged, and never outside of the section.
    pub fn data(&self, segment: impl EntityRef) -> &[u8] {
        let Some(range) = self.pair(Section::DataRanges, segment.index()) else {
            return &[];
        };
        let start = range.offset as usize;
        self.section(Section::Data).get(start..start + range.length as usize).unwrap_or(&[])
    }

    /// The trap that the instruction at an offset into the text stands for. Safe to call in a signal handler.
    pub fn trap_at(&self, offset: u32) -> Option<TrapCode> {
        let place = self.numbers(Section::TrapOffsets).binary_search(&offset).ok()?;
        TrapCode::from_number(*self.section(Section::TrapCodes).get(place)?)
    }

    /// Where exceptions that come back to a return address arrive, as an offset into the text, and the size of the frame.
    pub fn landing_at(&self, return_address: u32) -> Option<(u32, u32)> {
        let place = self.numbers(Section::HandlerReturns).binary_search(&return_address).ok()?;
        Some((*self.numbers(Section::HandlerLandings).get(place)?, *self.numbers(Section::HandlerFrames).get(place)?))
    }

    /// Where in the wasm binary the instruction at an offset into the text came from.
    pub fn wasm_offset(&self, offset: u32) -> Option<u32> {
        let next = self.numbers(Section::CodeOffsets).partition_point(|start| *start <= offset);
        let wasm = *self.numbers(Section::WasmOffsets).get(next.checked_sub(1)?)?;
        // Instructions that no wasm instruction stands behind are marked by the highest number.
        (wasm != u32::MAX).then_some(wasm)
    }
}

fn encode(value: &impl Serialize) -> Result<Vec<u8>> {
    postcard::to_stdvec(value).map_err(|error| Error::bug(format!("encoding an artifact: {error}")))
}

fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T> {
    postcard::from_bytes(bytes).map_err(|error| damaged(&format!("it cannot be decoded: {error}")))
}

fn damaged(reason: &str) -> Error {
    Error::argument(ArgumentKind::Value, format!("the compiled module cannot be used: {reason}"))
}

/// The sum over everything before `end` but the sum itself.
fn checksum(bytes: &[u8], end: usize) -> [u8; CHECKSUM] {
    let mut hash = blake3::Hasher::new();
    hash.update(&bytes[..TABLE - CHECKSUM]);
    hash.update(&bytes[TABLE..end]);
    hash.finalize().into()
}

fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[offset..offset + 4]);
    u32::from_le_bytes(number)
}

fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[offset..offset + 8]);
    u64::from_le_bytes(number)
}

/// Puts sections one after the other, each aligned to 8 bytes.
struct Writer {
    bytes: Vec<u8>,
    ranges: Vec<Range<usize>>,
}

impl Writer {
    fn new() -> Writer {
        Writer { bytes: vec![0; HEADER], ranges: Vec::new() }
    }

    fn section(&mut self, contents: &[u8]) {
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(contents);
        self.ranges.push(start..self.bytes.len());
    }

    fn numbers(&mut self, numbers: impl Iterator<Item = u32>) {
        let bytes: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
        self.section(&bytes);
    }

    fn text(&mut self, text: &[u8]) {
        self.bytes.resize(self.bytes.len().next_multiple_of(rustix::param::page_size()), 0);
        self.section(text);
    }

    fn finish(mut self) -> Vec<u8> {
        let length = self.bytes.len() as u64;
        self.bytes[..8].copy_from_slice(&MAGIC);
        self.bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        self.bytes[12..16].copy_from_slice(&(SECTIONS.len() as u32).to_le_bytes());
        self.bytes[16..24].copy_from_slice(&length.to_le_bytes());
        for (number, range) in self.ranges.iter().enumerate() {
            let at = TABLE + number * 16;
            self.bytes[at..at + 8].copy_from_slice(&(range.start as u64).to_le_bytes());
            self.bytes[at + 8..at + 16].copy_from_slice(&(range.len() as u64).to_le_bytes());
        }
        let sum = checksum(&self.bytes, self.ranges[CHECKED - 1].end);
        self.bytes[TABLE - CHECKSUM..TABLE].copy_from_slice(&sum);
        self.bytes
    }
}
