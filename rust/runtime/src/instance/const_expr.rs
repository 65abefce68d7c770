//! Constant expressions: initial values and offsets.

use dovetail_environ::module::{ConstExpr, ConstOp};

use crate::error::{Error, Result};
use crate::instance::InstanceData;
use crate::store::StoreInner;
use crate::value::ValRaw;

/// Evaluates an expression in an instance whose imports, and whose globals so far, are in place.
pub(crate) fn evaluate(store: &StoreInner, instance: &InstanceData, expression: &ConstExpr) -> Result<ValRaw> {
    let mut stack: Vec<ValRaw> = Vec::with_capacity(2);
    for op in expression {
        let value = match op {
            ConstOp::I32(value) => ValRaw::from_i32(*value),
            ConstOp::I64(value) => ValRaw::from_i64(*value),
            ConstOp::F32(bits) => ValRaw::from_u32(*bits),
            ConstOp::F64(bits) => ValRaw::from_u64(*bits),
            ConstOp::V128(value) => ValRaw::from_v128(*value),
            ConstOp::GlobalGet(index) => store.global(instance.global(*index))?.vm.value,
            ConstOp::RefNull => ValRaw::from_u64(0),
            ConstOp::RefFunc(index) => ValRaw::from_func_ref(instance.func_ref(*index)?),
            ConstOp::I32Add => binary(&mut stack, |a, b| ValRaw::from_i32(a.i32().wrapping_add(b.i32())))?,
            ConstOp::I32Sub => binary(&mut stack, |a, b| ValRaw::from_i32(a.i32().wrapping_sub(b.i32())))?,
            ConstOp::I32Mul => binary(&mut stack, |a, b| ValRaw::from_i32(a.i32().wrapping_mul(b.i32())))?,
            ConstOp::I64Add => binary(&mut stack, |a, b| ValRaw::from_i64(a.i64().wrapping_add(b.i64())))?,
            ConstOp::I64Sub => binary(&mut stack, |a, b| ValRaw::from_i64(a.i64().wrapping_sub(b.i64())))?,
            ConstOp::I64Mul => binary(&mut stack, |a, b| ValRaw::from_i64(a.i64().wrapping_mul(b.i64())))?,
        };
        stack.push(value);
    }
    stack.pop().ok_or_else(empty)
}

fn binary(stack: &mut Vec<ValRaw>, operation: impl Fn(ValRaw, ValRaw) -> ValRaw) -> Result<ValRaw> {
    let second = stack.pop().ok_or_else(empty)?;
    let first = stack.pop().ok_or_else(empty)?;
    Ok(operation(first, second))
}

fn empty() -> Error {
    Error::bug("a constant expression ran out of operands")
}
