//! A guest whose world has every kind of type: each function of `echo` returns what it was given.

use std::hint::black_box;

mod counters;
mod echo;

use tests::everything::host;
use tests::everything::types::{Point, Shape};

wit_bindgen::generate!({ world: "everything", path: "wit" });

struct Component;

export!(Component);

impl exports::tests::everything::troubles::Guest for Component {
    fn crash() {
        outer(3);
    }

    fn recurse() -> u64 {
        deeper(1)
    }

    fn divide(left: i32, right: i32) -> i32 {
        // SAFETY: not sound for zero, and meant to be: compiled for WebAssembly it is `i32.div_s`, which traps.
        unsafe { black_box(left).checked_div(black_box(right)).unwrap_unchecked() }
    }

    fn out_of_bounds() -> u32 {
        // SAFETY: not sound, and meant to be: the load is past the end of every memory that this guest can have, and traps.
        unsafe { black_box(0xffff_fff0 as *const u32).read_volatile() }
    }
}

#[inline(never)]
fn outer(depth: u32) {
    inner(black_box(depth));
}

#[inline(never)]
fn inner(depth: u32) {
    if black_box(depth) > 0 {
        core::arch::wasm32::unreachable();
    }
}

#[inline(never)]
fn deeper(depth: u64) -> u64 {
    let below = if black_box(true) { deeper(black_box(depth) + 1) } else { 0 };
    black_box(below) + depth
}

impl Guest for Component {
    fn ask_transform(kind: String) -> String {
        let shape = match kind.as_str() {
            "circle" => Shape::Circle(1.5),
            "polygon" => Shape::Polygon(vec![Point { x: 0.0, y: 1.0 }, Point { x: 2.0, y: 3.0 }]),
            "label" => Shape::Label("näive".to_owned()),
            _ => Shape::Empty,
        };
        match host::transform(&shape) {
            Shape::Empty => "empty".to_owned(),
            Shape::Circle(radius) => format!("circle {radius}"),
            Shape::Polygon(points) => format!("polygon of {} points", points.len()),
            Shape::Label(text) => format!("label {text}"),
        }
    }

    fn ask_divide(left: i32, right: i32) -> Result<i32, String> {
        host::divide(left, right)
    }

    fn ask_locate(name: String) -> Option<(f64, f64)> {
        host::notify(&format!("locating {name}"));
        host::locate(&name).map(|point| (point.x, point.y))
    }

    fn call_host(times: u32) -> u32 {
        (0..times).fold(0, |value, _| host::next(value))
    }

    fn add(left: u32, right: u32) -> u32 {
        left.wrapping_add(right)
    }

    fn length(bytes: Vec<u8>) -> u32 {
        bytes.len() as u32
    }
}
