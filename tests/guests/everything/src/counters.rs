//! The interface `counters`: a resource of the component's own, and functions that pass the host's resource around.

use std::cell::{Cell, RefCell};

use crate::Component;
use crate::exports::tests::everything::counters::{Accumulator, AccumulatorBorrow, Counter, Guest, GuestAccumulator};

thread_local! {
    static ALIVE: Cell<u32> = const { Cell::new(0) };
    static KEPT: RefCell<Option<Counter>> = const { RefCell::new(None) };
}

pub struct Sum {
    name: String,
    total: Cell<f64>,
}

impl Sum {
    pub fn counted(name: String, total: f64) -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self { name, total: Cell::new(total) }
    }
}

impl Drop for Sum {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

impl GuestAccumulator for Sum {
    fn new(name: String) -> Self {
        Self::counted(name, 0.0)
    }

    fn add(&self, value: f64) {
        self.total.set(self.total.get() + value);
    }

    fn total(&self) -> f64 {
        self.total.get()
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn absorb(&self, other: Accumulator) {
        self.add(other.get::<Sum>().total());
    }

    fn larger(left: AccumulatorBorrow<'_>, right: AccumulatorBorrow<'_>) -> String {
        let (left, right) = (left.get::<Sum>(), right.get::<Sum>());
        if left.total() >= right.total() { left.name() } else { right.name() }
    }

    fn split(&self, parts: u32) -> Vec<Accumulator> {
        let share = self.total() / f64::from(parts.max(1));
        (0..parts).map(|part| Accumulator::new(Sum::counted(format!("{}-{part}", self.name), share))).collect()
    }
}

impl Guest for Component {
    type Accumulator = Sum;

    fn alive() -> u32 {
        ALIVE.get()
    }

    fn bump(c: Counter, times: u32) -> Counter {
        for _ in 0..times {
            c.add(1);
        }
        c
    }

    fn peek(c: &Counter) -> u64 {
        c.value()
    }

    fn use_counters(left: u64, right: u64) -> u64 {
        let (left, right) = (Counter::new(left), Counter::new(right));
        Counter::sum(&left, right).value()
    }

    fn keep(c: Counter) {
        KEPT.replace(Some(c));
    }

    fn release() -> Option<Counter> {
        KEPT.take()
    }
}
