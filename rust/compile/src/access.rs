//! How compiled code may access each kind of memory: flags and alias regions.

use cranelift_codegen::ir::{self, AliasRegion, AliasRegionData, Endianness, MemFlagsData};
use dovetail_environ::TrapCode;

use crate::trap;

/// Accesses of structures that the host laid out: aligned, never trapping, and free to change at any call.
pub(crate) const HOST: MemFlagsData = MemFlagsData::trusted();

/// The same, for what never changes while compiled code runs.
pub(crate) const HOST_CONSTANT: MemFlagsData = MemFlagsData::trusted().with_readonly().with_can_move();

/// Reads a `VMFuncRef` that may be null: the first page is never mapped, so that a null one faults.
pub(crate) fn func_ref() -> MemFlagsData {
    let code = trap::to_cranelift(TrapCode::UninitializedElement);
    MemFlagsData::new().with_aligned().with_readonly().with_trap_code(Some(code))
}

/// The kinds of memory that no access to another kind can change.
#[derive(Clone, Copy)]
pub(crate) struct Regions {
    heap: AliasRegion,
    table: AliasRegion,
    global: AliasRegion,
    /// The lengths of memories and tables.
    length: AliasRegion,
}

impl Regions {
    pub(crate) fn new(func: &mut ir::Function) -> Self {
        let mut region = |user_id, description: &'static str| {
            func.dfg.alias_regions.insert(AliasRegionData { user_id, description: description.into() })
        };
        Self {
            heap: region(0, "heap"),
            table: region(1, "table"),
            global: region(2, "global"),
            length: region(3, "length"),
        }
    }

    /// Linear memory, in wasm's byte order; what lies beyond its end faults.
    pub(crate) fn heap(self) -> MemFlagsData {
        MemFlagsData::new()
            .with_endianness(Endianness::Little)
            .with_trap_code(Some(ir::TrapCode::HEAP_OUT_OF_BOUNDS))
            .with_alias_region(Some(self.heap))
    }

    pub(crate) fn table(self) -> MemFlagsData {
        HOST.with_alias_region(Some(self.table))
    }

    pub(crate) fn global(self) -> MemFlagsData {
        HOST.with_alias_region(Some(self.global))
    }

    pub(crate) fn length(self) -> MemFlagsData {
        HOST.with_alias_region(Some(self.length))
    }
}
