//! Clocks and pollables.

use std::time::{Duration, Instant, SystemTime};

use wasip2::clocks::{monotonic_clock, wall_clock};
use wasip2::io::poll;

use crate::Outcome;

pub fn run(arguments: &[&str]) -> Outcome {
    match arguments {
        ["wall"] => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
            println!("{} {:?}", now.as_nanos(), wall_clock::resolution());
        }
        ["monotonic"] => println!("{} {}", monotonic_clock::now(), monotonic_clock::resolution()),
        ["sleep", milliseconds] => {
            let start = Instant::now();
            std::thread::sleep(Duration::from_millis(milliseconds.parse()?));
            println!("{}", start.elapsed().as_millis());
        }
        ["block", nanoseconds] => {
            let pollable = monotonic_clock::subscribe_duration(nanoseconds.parse()?);
            let before = pollable.ready();
            pollable.block();
            println!("{before} {} {}", pollable.ready(), monotonic_clock::now());
        }
        ["poll"] => {
            let now = monotonic_clock::now();
            let later = monotonic_clock::subscribe_instant(now + 3_000_000_000);
            let sooner = monotonic_clock::subscribe_instant(now + 2_000_000_000);
            let past = monotonic_clock::subscribe_instant(0);
            println!("{:?}", poll::poll(&[&later, &past, &sooner]));
            println!("{:?} {}", poll::poll(&[&later, &sooner]), monotonic_clock::now() - now);
        }
        ["poll-nothing"] => println!("{:?}", poll::poll(&[])),
        _ => return Err(format!("no such clock probe: {arguments:?}").into()),
    }
    Ok(())
}
