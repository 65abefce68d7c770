//! Writing one function of an adapter module: locals, loads, stores, and the few control structures that are needed.

use dovetail_abi::{FlatType, TypeIndex, ValueType};
use wasm_encoder::{BlockType, Function, Ieee32, Ieee64, InstructionSink, MemArg};

use super::intrinsic::{Failure, Intrinsic};
use super::module::{Generator, Task};
use super::place::{Leaf, Local, Place};
use super::shape::{Shapes, val_type};

/// `CANONICAL_FLOAT32_NAN` and `CANONICAL_FLOAT64_NAN`.
const NAN_32: u32 = 0x7fc0_0000;
const NAN_64: u64 = 0x7ff8_0000_0000_0000;

/// A function that is being written.
pub(super) struct Emitter<'e, 'g> {
    pub(super) generator: &'e mut Generator<'g>,
    code: Vec<u8>,
    params: u32,
    locals: Vec<FlatType>,
    /// Locals that can be used again.
    free: Vec<Local>,
}

impl<'e, 'g> Emitter<'e, 'g> {
    /// Starts a function with these parameters, which are its first locals.
    pub(super) fn new(generator: &'e mut Generator<'g>, params: &[FlatType]) -> (Emitter<'e, 'g>, Vec<Local>) {
        let locals = params.iter().zip(0..).map(|(ty, index)| Local { index, ty: *ty }).collect();
        let params = params.len() as u32;
        (Emitter { generator, code: Vec::new(), params, locals: Vec::new(), free: Vec::new() }, locals)
    }

    /// The finished body: locals, code and the final `end`.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.ins().end();
        let declared = Function::new_with_locals_types(self.locals.iter().map(|ty| val_type(*ty)));
        let mut body = declared.into_raw_body();
        body.append(&mut self.code);
        body
    }

    pub(super) fn ins(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(&mut self.code)
    }

    pub(super) fn shapes(&self, side: u32) -> Shapes<'g> {
        self.generator.shapes(side)
    }

    /// A local of this type with an unknown value.
    pub(super) fn take(&mut self, ty: FlatType) -> Local {
        if let Some(position) = self.free.iter().position(|local| local.ty == ty) {
            return self.free.swap_remove(position);
        }
        self.locals.push(ty);
        Local { index: self.params + self.locals.len() as u32 - 1, ty }
    }

    pub(super) fn give_back(&mut self, local: Local) {
        self.free.push(local);
    }

    pub(super) fn give_back_all(&mut self, locals: &[Local]) {
        self.free.extend_from_slice(locals);
    }

    pub(super) fn take_all(&mut self, types: &[FlatType]) -> Vec<Local> {
        types.iter().map(|ty| self.take(*ty)).collect()
    }

    /// Pushes a local as a value of type `want`: where the local has a joined type, `lift_flat_variant`'s coercion.
    pub(super) fn get(&mut self, local: Local, want: FlatType) {
        let mut ins = self.ins();
        ins.local_get(local.index);
        match (local.ty, want) {
            (FlatType::I64, FlatType::I32) => _ = ins.i32_wrap_i64(),
            (FlatType::I64, FlatType::F32) => _ = ins.i32_wrap_i64().f32_reinterpret_i32(),
            (FlatType::I64, FlatType::F64) => _ = ins.f64_reinterpret_i64(),
            (FlatType::I32, FlatType::F32) => _ = ins.f32_reinterpret_i32(),
            // Equal; the rest is no result of `join`.
            (FlatType::I32 | FlatType::I64 | FlatType::F32 | FlatType::F64, _) => {}
        }
    }

    /// Takes a value of type `have` from the stack into a local: `lower_flat_variant`'s coercion.
    pub(super) fn set(&mut self, local: Local, have: FlatType) {
        let mut ins = self.ins();
        match (have, local.ty) {
            (FlatType::I32, FlatType::I64) => _ = ins.i64_extend_i32_u(),
            (FlatType::F32, FlatType::I64) => _ = ins.i32_reinterpret_f32().i64_extend_i32_u(),
            (FlatType::F64, FlatType::I64) => _ = ins.i64_reinterpret_f64(),
            (FlatType::F32, FlatType::I32) => _ = ins.i32_reinterpret_f32(),
            (FlatType::I32 | FlatType::I64 | FlatType::F32 | FlatType::F64, _) => {}
        }
        ins.local_set(local.index);
    }

    pub(super) fn zero(&mut self, local: Local) {
        let mut ins = self.ins();
        match local.ty {
            FlatType::I32 => ins.i32_const(0),
            FlatType::I64 => ins.i64_const(0),
            FlatType::F32 => ins.f32_const(Ieee32::new(0)),
            FlatType::F64 => ins.f64_const(Ieee64::new(0)),
        };
        ins.local_set(local.index);
    }

    /// Pushes a constant of an integer type.
    pub(super) fn integer(&mut self, ty: FlatType, value: u64) {
        match ty {
            FlatType::I64 => self.ins().i64_const(value as i64),
            FlatType::I32 | FlatType::F32 | FlatType::F64 => self.ins().i32_const(value as u32 as i32),
        };
    }

    /// Turns the integer on the stack into one of another width. What is cut off was found to be zero before.
    pub(super) fn convert(&mut self, from: FlatType, to: FlatType) {
        match (from, to) {
            (FlatType::I32, FlatType::I64) => _ = self.ins().i64_extend_i32_u(),
            (FlatType::I64, FlatType::I32) => _ = self.ins().i32_wrap_i64(),
            (FlatType::I32 | FlatType::I64 | FlatType::F32 | FlatType::F64, _) => {}
        }
    }

    pub(super) fn add(&mut self, ty: FlatType) {
        match ty {
            FlatType::I64 => self.ins().i64_add(),
            FlatType::I32 | FlatType::F32 | FlatType::F64 => self.ins().i32_add(),
        };
    }

    /// Pushes an address.
    pub(super) fn address(&mut self, address: Local, offset: u32) {
        self.ins().local_get(address.index);
        if offset != 0 {
            self.integer(address.ty, u64::from(offset));
            self.add(address.ty);
        }
    }

    /// Pushes a value: its bits are normalised as lifting and lowering do.
    pub(super) fn load(&mut self, leaf: Leaf, place: Place<'_>) {
        match place {
            Place::Flat(locals) => {
                if let Some(local) = locals.first() {
                    self.get(*local, leaf.flat());
                }
                match leaf {
                    Leaf::S8 => _ = self.ins().i32_extend8_s(),
                    Leaf::U8 => _ = self.ins().i32_const(0xff).i32_and(),
                    Leaf::S16 => _ = self.ins().i32_extend16_s(),
                    Leaf::U16 => _ = self.ins().i32_const(0xffff).i32_and(),
                    Leaf::Bool | Leaf::I32 | Leaf::I64 | Leaf::F32 | Leaf::F64 | Leaf::F32Bits | Leaf::F64Bits => {}
                }
            }
            Place::Memory { memory, address, offset } => {
                self.ins().local_get(address.index);
                let mut ins = self.ins();
                match leaf {
                    Leaf::Bool | Leaf::U8 => ins.i32_load8_u(at(memory, offset, 0)),
                    Leaf::S8 => ins.i32_load8_s(at(memory, offset, 0)),
                    Leaf::U16 => ins.i32_load16_u(at(memory, offset, 1)),
                    Leaf::S16 => ins.i32_load16_s(at(memory, offset, 1)),
                    Leaf::I32 => ins.i32_load(at(memory, offset, 2)),
                    Leaf::I64 => ins.i64_load(at(memory, offset, 3)),
                    Leaf::F32 | Leaf::F32Bits => ins.f32_load(at(memory, offset, 2)),
                    Leaf::F64 | Leaf::F64Bits => ins.f64_load(at(memory, offset, 3)),
                };
            }
        }
        match leaf {
            Leaf::Bool => _ = self.ins().i32_eqz().i32_eqz(),
            Leaf::F32 => {
                let value = self.take(FlatType::F32);
                let (mut ins, index) = (self.ins(), value.index);
                ins.local_tee(index).f32_const(Ieee32::new(NAN_32)).local_get(index).local_get(index).f32_eq().select();
                self.give_back(value);
            }
            Leaf::F64 => {
                let value = self.take(FlatType::F64);
                let (mut ins, index) = (self.ins(), value.index);
                ins.local_tee(index).f64_const(Ieee64::new(NAN_64)).local_get(index).local_get(index).f64_eq().select();
                self.give_back(value);
            }
            Leaf::S8 | Leaf::U8 | Leaf::S16 | Leaf::U16 | Leaf::I32 | Leaf::I64 | Leaf::F32Bits | Leaf::F64Bits => {}
        }
    }

    /// Pushes what a store to this place needs below the value.
    pub(super) fn begin_store(&mut self, place: Place<'_>) {
        if let Place::Memory { address, .. } = place {
            self.ins().local_get(address.index);
        }
    }

    /// Takes a value from the stack to a place, after [`Emitter::begin_store`].
    pub(super) fn end_store(&mut self, leaf: Leaf, place: Place<'_>) {
        match place {
            Place::Flat(locals) => {
                if let Some(local) = locals.first() {
                    self.set(*local, leaf.flat());
                }
            }
            Place::Memory { memory, address: _, offset } => {
                let mut ins = self.ins();
                match leaf {
                    Leaf::Bool | Leaf::U8 | Leaf::S8 => ins.i32_store8(at(memory, offset, 0)),
                    Leaf::U16 | Leaf::S16 => ins.i32_store16(at(memory, offset, 1)),
                    Leaf::I32 => ins.i32_store(at(memory, offset, 2)),
                    Leaf::I64 => ins.i64_store(at(memory, offset, 3)),
                    Leaf::F32 | Leaf::F32Bits => ins.f32_store(at(memory, offset, 2)),
                    Leaf::F64 | Leaf::F64Bits => ins.f64_store(at(memory, offset, 3)),
                };
            }
        }
    }

    /// Stores a local.
    pub(super) fn store_local(&mut self, local: Local, place: Place<'_>) {
        self.begin_store(place);
        self.ins().local_get(local.index);
        self.end_store(Leaf::pointer(local.ty), place);
    }

    /// The places of pointer and length of a string or list.
    pub(super) fn pair<'p>(&self, side: u32, place: Place<'p>) -> [Place<'p>; 2] {
        [place, place.part(self.shapes(side).pointers.size(), 1)]
    }

    /// Loads pointer and length into new locals.
    pub(super) fn load_pair(&mut self, side: u32, place: Place<'_>) -> [Local; 2] {
        let pointer = self.shapes(side).pointers.flat();
        self.pair(side, place).map(|place| {
            self.load(Leaf::pointer(pointer), place);
            let local = self.take(pointer);
            self.ins().local_set(local.index);
            local
        })
    }

    pub(super) fn call(&mut self, task: Task) {
        let function = self.generator.function(task);
        self.ins().call(function);
    }

    pub(super) fn intrinsic(&mut self, intrinsic: Intrinsic) {
        let function = self.generator.intrinsic(intrinsic);
        self.ins().call(function);
    }

    /// Takes a condition from the stack: where it holds, traps.
    pub(super) fn fail_if(&mut self, failure: Failure, a: Option<Local>, b: u64) {
        self.ins().if_(BlockType::Empty).i32_const(failure as i32);
        match a {
            Some(local) => {
                self.ins().local_get(local.index);
                self.convert(local.ty, FlatType::I64);
            }
            None => _ = self.ins().i64_const(0),
        }
        self.ins().i64_const(b as i64);
        self.intrinsic(Intrinsic::Fail);
        self.ins().unreachable().end();
    }

    /// Pushes the value as arguments of a function for its type.
    pub(super) fn arguments(&mut self, side: u32, ty: TypeIndex, place: Place<'_>) {
        match place {
            Place::Flat(locals) => {
                let flat = self.shapes(side).flat(ValueType::Defined(ty)).unwrap_or(&[]);
                for (local, ty) in locals.iter().zip(flat) {
                    self.get(*local, *ty);
                }
            }
            Place::Memory { address, offset, .. } => self.address(address, offset),
        }
    }

    /// Runs `body` as many times as `count` says, which it uses up.
    pub(super) fn repeat(&mut self, count: Local, body: impl FnOnce(&mut Self)) {
        self.ins().block(BlockType::Empty).local_get(count.index);
        match count.ty {
            FlatType::I64 => self.ins().i64_eqz(),
            FlatType::I32 | FlatType::F32 | FlatType::F64 => self.ins().i32_eqz(),
        };
        self.ins().br_if(0).loop_(BlockType::Empty);
        body(self);
        self.ins().local_get(count.index);
        self.integer(count.ty, u64::MAX);
        self.add(count.ty);
        self.ins().local_tee(count.index);
        if count.ty == FlatType::I64 {
            self.ins().i64_const(0).i64_ne();
        }
        self.ins().br_if(0).end().end();
    }

    /// Chooses by a case number below the number of cases. `runs` tells from which case on which payload applies.
    pub(super) fn switch<P: Copy>(&mut self, case: Local, runs: &[(u32, P)], arm: &mut dyn FnMut(&mut Self, P)) {
        match runs {
            [] => {}
            [(_, payload)] => arm(self, *payload),
            _ => {
                let (low, high) = runs.split_at(runs.len() / 2);
                let first = high.first().map_or(0, |(start, _)| *start);
                self.ins().local_get(case.index).i32_const(first as i32).i32_lt_u().if_(BlockType::Empty);
                self.switch(case, low, arm);
                self.ins().else_();
                self.switch(case, high, arm);
                self.ins().end();
            }
        }
    }
}

fn at(memory: u32, offset: u32, align: u32) -> MemArg {
    MemArg { offset: u64::from(offset), align, memory_index: memory }
}

/// The cases of a variant as runs of the same payload.
pub(super) fn runs(payloads: &[Option<ValueType>]) -> Vec<(u32, Option<ValueType>)> {
    let mut runs: Vec<(u32, Option<ValueType>)> = Vec::new();
    for (payload, case) in payloads.iter().zip(0..) {
        if runs.last().is_none_or(|(_, last)| last != payload) {
            runs.push((case, *payload));
        }
    }
    runs
}
