//! One adapter: `canon lower` of a lifted function, event by event.

use dovetail_abi::{Direction, ValueType};
use wasm_encoder::BlockType;

use super::Adapter;
use super::copy::Sides;
use super::emit::Emitter;
use super::intrinsic::Intrinsic;
use super::module::{Generator, PARAMETER, Task};
use super::place::{Local, Place};
use crate::Error;

/// Writes the adapter with this number.
pub(super) fn adapter(generator: &mut Generator<'_>, number: u32, adapter: &Adapter) -> Result<Vec<u8>, Error> {
    let lowered = generator.shapes(adapter.caller).signature(&adapter.ty, Direction::Lower);
    let lifted = generator.shapes(adapter.callee).signature(&adapter.ty, Direction::Lift);
    let borrows = adapter.ty.params.iter().any(|param| generator.types.has_borrow(param.ty));
    let (mut emitter, locals) = Emitter::new(generator, &lowered.params);

    emitter.enter(number, adapter)?;
    if borrows {
        emitter.intrinsic(Intrinsic::PushScope);
    }
    let sides = Sides { from: adapter.caller, to: adapter.callee };
    let params: Vec<ValueType> = adapter.ty.params.iter().map(|param| param.ty).collect();
    let source = emitter.spilled(adapter.caller, &params, lowered.params_in_memory, &locals)?;
    emitter.check_sequence(adapter.caller, &params, source)?;
    let arguments = emitter.take_all(&lifted.params);
    if lifted.params_in_memory {
        emitter.allocate_parameters(adapter.callee, &params, &arguments)?;
    }
    let target = emitter.place(adapter.callee, lifted.params_in_memory, &arguments)?;
    emitter.copy_sequence(sides, &params, source, target)?;

    for argument in &arguments {
        emitter.ins().local_get(argument.index);
    }
    let core = emitter.generator.imported(adapter.core);
    emitter.ins().call(core);
    let returned = emitter.take_all(&lifted.results);
    for result in returned.iter().rev() {
        emitter.ins().local_set(result.index);
    }

    let sides = Sides { from: adapter.callee, to: adapter.caller };
    let result: Vec<ValueType> = adapter.ty.result.into_iter().collect();
    let source = emitter.spilled(adapter.callee, &result, lifted.result_in_memory, &returned)?;
    emitter.check_sequence(adapter.callee, &result, source)?;
    if borrows {
        emitter.intrinsic(Intrinsic::CheckScope);
    }
    let results = emitter.take_all(&lowered.results);
    let last = locals.get(locals.len().saturating_sub(1)..).unwrap_or(&[]);
    let target = match lowered.result_in_memory {
        true => emitter.spilled(adapter.caller, &result, true, last)?,
        false => Place::Flat(&results),
    };
    emitter.copy_sequence(sides, &result, source, target)?;

    emitter.post_return(adapter, &returned)?;
    if borrows {
        emitter.intrinsic(Intrinsic::PopScope);
    }
    emitter.leave(adapter);
    for result in &results {
        emitter.ins().local_get(result.index);
    }
    Ok(emitter.finish())
}

impl Emitter<'_, '_> {
    /// The caller may leave, the callee may be entered and then is.
    fn enter(&mut self, number: u32, adapter: &Adapter) -> Result<(), Error> {
        let caller = self.generator.may_leave(self.generator.side(adapter.caller)?.instance);
        self.ins().global_get(caller).i32_eqz();
        self.refuse(Intrinsic::RefuseLeave, number);
        for instance in &adapter.entering {
            let entered = self.generator.entered(*instance);
            self.ins().global_get(entered);
            self.refuse(Intrinsic::RefuseEnter, number);
        }
        for instance in &adapter.entering {
            let (entered, activation) = (self.generator.entered(*instance), self.generator.activation());
            self.ins().global_get(activation).global_set(entered);
        }
        Ok(())
    }

    /// Takes a condition from the stack: where it holds, the intrinsic traps.
    fn refuse(&mut self, intrinsic: Intrinsic, number: u32) {
        self.ins().if_(BlockType::Empty).i32_const(number as i32);
        self.intrinsic(intrinsic);
        self.ins().unreachable().end();
    }

    fn leave(&mut self, adapter: &Adapter) {
        for instance in &adapter.entering {
            let entered = self.generator.entered(*instance);
            self.ins().i32_const(0).global_set(entered);
        }
    }

    fn place<'p>(&self, side: u32, in_memory: bool, locals: &'p [Local]) -> Result<Place<'p>, Error> {
        match (in_memory, locals.first()) {
            (false, _) => Ok(Place::Flat(locals)),
            (true, Some(address)) => {
                Ok(Place::Memory { memory: self.generator.memory(side)?, address: *address, offset: 0 })
            }
            (true, None) => Err(Error::Bug("spilled values have no pointer".into())),
        }
    }

    /// Where values are; a pointer to spilled ones is checked.
    fn spilled<'p>(
        &mut self,
        side: u32,
        types: &[ValueType],
        in_memory: bool,
        locals: &'p [Local],
    ) -> Result<Place<'p>, Error> {
        let place = self.place(side, in_memory, locals)?;
        if let Place::Memory { memory, address, .. } = place {
            let layout = self.shapes(side).sequence(types.iter().copied());
            self.check_range(memory, address, layout.align, layout.size);
        }
        Ok(place)
    }

    fn check_sequence(&mut self, side: u32, types: &[ValueType], place: Place<'_>) -> Result<(), Error> {
        let layout = self.shapes(side).sequence(types.iter().copied());
        for (ty, part) in self.sequence(side, types, &layout.offsets, place) {
            self.check(side, ty, part)?;
        }
        Ok(())
    }

    fn copy_sequence(
        &mut self,
        sides: Sides,
        types: &[ValueType],
        from: Place<'_>,
        to: Place<'_>,
    ) -> Result<(), Error> {
        let [source, target] = [sides.from, sides.to].map(|side| self.shapes(side).sequence(types.iter().copied()));
        let targets = self.sequence(sides.to, types, &target.offsets, to);
        for ((ty, from), (_, to)) in self.sequence(sides.from, types, &source.offsets, from).into_iter().zip(targets) {
            self.copy(sides, ty, from, to)?;
        }
        Ok(())
    }

    /// The area of parameters that the callee takes in memory.
    fn allocate_parameters(&mut self, side: u32, types: &[ValueType], arguments: &[Local]) -> Result<(), Error> {
        let Some(argument) = arguments.first() else {
            return Err(Error::Bug("spilled parameters have no pointer".into()));
        };
        let layout = self.shapes(side).sequence(types.iter().copied());
        self.integer(argument.ty, u64::from(layout.size));
        self.integer(argument.ty, u64::from(layout.align));
        self.call(Task::Allocate { side, failure: PARAMETER });
        self.ins().local_set(argument.index);
        Ok(())
    }

    /// `post_return` gets the flat results and may not leave its instance.
    fn post_return(&mut self, adapter: &Adapter, returned: &[Local]) -> Result<(), Error> {
        let Some(post_return) = adapter.post_return else { return Ok(()) };
        let flag = self.generator.may_leave(self.generator.side(adapter.callee)?.instance);
        let post_return = self.generator.imported(post_return);
        self.ins().i32_const(0).global_set(flag);
        for result in returned {
            self.ins().local_get(result.index);
        }
        self.ins().call(post_return).i32_const(1).global_set(flag);
        Ok(())
    }
}
