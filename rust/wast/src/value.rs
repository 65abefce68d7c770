//! Arguments of scripts as values of the runtime, and the comparison of results with what a script expects.

use dovetail_runtime::{ExternRef, Store, Val};
use wast_text::WastArg;
use wast_text::WastRet;
use wast_text::core::{AbstractHeapType, HeapType, NanPattern, V128Const, V128Pattern, WastArgCore, WastRetCore};

/// An argument, or why the engine has no such value.
pub fn argument(store: &mut Store, argument: &WastArg<'_>) -> Result<Val, String> {
    let WastArg::Core(argument) = argument else {
        return Err("a component value is given to a core function".to_owned());
    };
    Ok(match argument {
        WastArgCore::I32(value) => Val::I32(*value),
        WastArgCore::I64(value) => Val::I64(*value),
        WastArgCore::F32(value) => Val::F32(value.bits),
        WastArgCore::F64(value) => Val::F64(value.bits),
        WastArgCore::V128(value) => Val::V128(vector(value)),
        WastArgCore::RefNull(HeapType::Abstract { shared: false, ty: AbstractHeapType::Func }) => Val::FuncRef(None),
        WastArgCore::RefNull(HeapType::Abstract { shared: false, ty: AbstractHeapType::Extern }) => {
            Val::ExternRef(None)
        }
        WastArgCore::RefNull(HeapType::Abstract { shared: false, ty: AbstractHeapType::Exn }) => Val::ExnRef(None),
        WastArgCore::RefExtern(number) => {
            let object = ExternRef::new(store, *number).map_err(|error| error.to_string())?;
            Val::ExternRef(Some(object))
        }
        WastArgCore::RefNull(_) | WastArgCore::RefHost(_) => {
            return Err(format!("the engine has no value {argument:?}"));
        }
    })
}

/// Whether results are what was expected; the error describes the first difference.
pub fn compare(store: &Store, expected: &[WastRet<'_>], found: &[Val]) -> Result<(), String> {
    if expected.len() != found.len() {
        return Err(format!("expected {} results, got {}: {}", expected.len(), found.len(), show_all(found)));
    }
    for (expected, found) in expected.iter().zip(found) {
        let WastRet::Core(expected) = expected else {
            return Err("a component value is expected of a core function".to_owned());
        };
        if !matches(store, expected, found) {
            return Err(format!("expected {expected:?}, got {}", show(found)));
        }
    }
    Ok(())
}

fn matches(store: &Store, expected: &WastRetCore<'_>, found: &Val) -> bool {
    match (expected, found) {
        (WastRetCore::Either(cases), found) => cases.iter().any(|case| matches(store, case, found)),
        (WastRetCore::I32(expected), Val::I32(found)) => expected == found,
        (WastRetCore::I64(expected), Val::I64(found)) => expected == found,
        (WastRetCore::F32(expected), Val::F32(found)) => matches_f32(expected, *found),
        (WastRetCore::F64(expected), Val::F64(found)) => matches_f64(expected, *found),
        (WastRetCore::V128(expected), Val::V128(found)) => matches_vector(expected, *found),
        (WastRetCore::RefNull(None), Val::FuncRef(None) | Val::ExternRef(None) | Val::ExnRef(None)) => true,
        (WastRetCore::RefNull(Some(HeapType::Abstract { shared: false, ty })), Val::FuncRef(None)) => {
            matches!(ty, AbstractHeapType::Func)
        }
        (WastRetCore::RefNull(Some(HeapType::Abstract { shared: false, ty })), Val::ExternRef(None)) => {
            matches!(ty, AbstractHeapType::Extern)
        }
        (WastRetCore::RefNull(Some(HeapType::Abstract { shared: false, ty })), Val::ExnRef(None)) => {
            matches!(ty, AbstractHeapType::Exn)
        }
        (WastRetCore::RefExtern(None), Val::ExternRef(Some(_))) => true,
        (WastRetCore::RefExtern(Some(expected)), Val::ExternRef(Some(found))) => {
            found.data(store).is_ok_and(|object| object.downcast_ref::<u32>() == Some(expected))
        }
        (WastRetCore::RefFunc(None), Val::FuncRef(Some(_))) => true,
        // Every other pair is of two different types, or expects a reference that only later proposals have.
        _ => false,
    }
}

/// A canonical NaN has only the highest bit of its payload set; its sign is open.
pub(crate) fn matches_f32(expected: &NanPattern<wast_text::token::F32>, found: u32) -> bool {
    match expected {
        NanPattern::CanonicalNan => found & 0x7fff_ffff == 0x7fc0_0000,
        NanPattern::ArithmeticNan => found & 0x7fc0_0000 == 0x7fc0_0000,
        NanPattern::Value(value) => value.bits == found,
    }
}

pub(crate) fn matches_f64(expected: &NanPattern<wast_text::token::F64>, found: u64) -> bool {
    match expected {
        NanPattern::CanonicalNan => found & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
        NanPattern::ArithmeticNan => found & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
        NanPattern::Value(value) => value.bits == found,
    }
}

fn matches_vector(expected: &V128Pattern, found: u128) -> bool {
    let bytes = found.to_le_bytes();
    match expected {
        V128Pattern::I8x16(lanes) => {
            lanes.iter().enumerate().all(|(lane, value)| lane_bytes::<1>(&bytes, lane) == value.to_le_bytes())
        }
        V128Pattern::I16x8(lanes) => {
            lanes.iter().enumerate().all(|(lane, value)| lane_bytes::<2>(&bytes, lane) == value.to_le_bytes())
        }
        V128Pattern::I32x4(lanes) => {
            lanes.iter().enumerate().all(|(lane, value)| lane_bytes::<4>(&bytes, lane) == value.to_le_bytes())
        }
        V128Pattern::I64x2(lanes) => {
            lanes.iter().enumerate().all(|(lane, value)| lane_bytes::<8>(&bytes, lane) == value.to_le_bytes())
        }
        V128Pattern::F32x4(lanes) => lanes
            .iter()
            .enumerate()
            .all(|(lane, value)| matches_f32(value, u32::from_le_bytes(lane_bytes(&bytes, lane)))),
        V128Pattern::F64x2(lanes) => lanes
            .iter()
            .enumerate()
            .all(|(lane, value)| matches_f64(value, u64::from_le_bytes(lane_bytes(&bytes, lane)))),
    }
}

/// The bytes of one lane of `N` bytes.
fn lane_bytes<const N: usize>(bytes: &[u8; 16], lane: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[lane * N..][..N]);
    out
}

fn vector(value: &V128Const) -> u128 {
    u128::from_le_bytes(value.to_le_bytes())
}

fn show_all(values: &[Val]) -> String {
    values.iter().map(show).collect::<Vec<_>>().join(", ")
}

/// A value for people: floats with their bits, because NaNs differ only there.
fn show(value: &Val) -> String {
    match value {
        Val::I32(value) => format!("i32 {value} ({value:#x})"),
        Val::I64(value) => format!("i64 {value} ({value:#x})"),
        Val::F32(bits) => format!("f32 {:?} ({bits:#x})", f32::from_bits(*bits)),
        Val::F64(bits) => format!("f64 {:?} ({bits:#x})", f64::from_bits(*bits)),
        Val::V128(value) => format!("v128 {value:#034x}"),
        Val::FuncRef(None) => "a null funcref".to_owned(),
        Val::FuncRef(Some(_)) => "a funcref".to_owned(),
        Val::ExternRef(None) => "a null externref".to_owned(),
        Val::ExternRef(Some(_)) => "an externref".to_owned(),
        Val::ExnRef(None) => "a null exnref".to_owned(),
        Val::ExnRef(Some(_)) => "an exnref".to_owned(),
    }
}
