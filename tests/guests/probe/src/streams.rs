//! Streams by their raw functions, over the standard streams.

use wasip2::cli::{stdin, stdout};
use wasip2::io::poll;

use crate::Outcome;

pub fn run(arguments: &[&str]) -> Outcome {
    let (input, output) = (stdin::get_stdin(), stdout::get_stdout());
    match arguments {
        // Writing more than `check-write` permitted traps.
        ["write-unasked"] => output.write(b"x")?,
        ["write-too-much"] => {
            let permitted = output.check_write()?;
            output.write(&vec![b'x'; permitted as usize + 1])?;
        }
        ["blocking-write", length] => {
            output.blocking_write_and_flush(&vec![b'x'; length.parse()?])?;
        }
        ["zeroes", length] => {
            output.blocking_write_zeroes_and_flush(length.parse()?)?;
            output.check_write()?;
            output.write_zeroes(2)?;
            output.blocking_flush()?;
        }
        ["splice"] => {
            while output.blocking_splice(&input, 3).is_ok_and(|moved| moved > 0) {
                output.blocking_write_and_flush(b"|")?;
            }
        }
        ["skip", count] => {
            let skipped = input.blocking_skip(count.parse()?)?;
            let rest = input.blocking_read(u64::MAX)?;
            println!("{skipped} {:?}", String::from_utf8_lossy(&rest));
            println!("{:?}", input.read(1));
        }
        ["wait"] => {
            let nothing = input.read(10)?;
            let pollable = input.subscribe();
            let ready = poll::poll(&[&pollable]);
            println!("{nothing:?} {ready:?} {:?}", String::from_utf8_lossy(&input.read(10)?));
        }
        // The pollable outlives its stream.
        ["orphan"] => {
            let pollable = input.subscribe();
            drop(input);
            pollable.block();
            println!("{}", pollable.ready());
        }
        // Takes handles without end and drops none.
        ["hoard"] => loop {
            std::mem::forget(input.subscribe());
        },
        _ => return Err(format!("no such stream probe: {arguments:?}").into()),
    }
    Ok(())
}
