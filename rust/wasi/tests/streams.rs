//! Streams by their raw functions: `wasi:io/streams`.

mod support;

use std::io::Write;

use dovetail_runtime::TrapCode;
use dovetail_wasi::p2::io::memory::OutputBuffer;
use dovetail_wasi::{Input, Output};
use support::{engine, run};

fn input(text: &str) -> Input {
    Input::Bytes(text.as_bytes().to_vec())
}

#[test]
fn writing_more_than_was_permitted_traps() {
    for what in ["write-unasked", "write-too-much"] {
        let detail = run(&["streams", what], |_| {}).trap().detail.unwrap();
        assert!(detail.starts_with("`wasi:io/streams.[method]output-stream.write`: "), "{detail}");
    }
}

#[test]
fn a_blocking_write_takes_4096_bytes_and_no_more() {
    assert_eq!(run(&["streams", "blocking-write", "4096"], |_| {}).printed().len(), 4096);
    let detail = run(&["streams", "blocking-write", "4097"], |_| {}).trap().detail.unwrap();
    assert!(detail.contains("blocking-write-and-flush`: 4097 bytes, at most 4096"), "{detail}");
}

#[test]
fn zeroes_are_written() {
    assert_eq!(run(&["streams", "zeroes", "3"], |_| {}).stdout, "\0".repeat(5));
    assert!(run(&["streams", "zeroes", "4097"], |_| {}).trap().detail.is_some());
}

#[test]
fn a_splice_moves_input_to_output() {
    let run = run(&["streams", "splice"], |config| {
        config.stdin(input("abcdefgh"));
    });
    assert_eq!(run.printed(), "abc|def|gh|");
}

#[test]
fn skipped_bytes_are_gone_and_the_end_is_closed() {
    let run = run(&["streams", "skip", "3"], |config| {
        config.stdin(input("abcdef"));
    });
    assert_eq!(run.printed(), "3 \"def\"\nErr(StreamError::Closed)");
}

#[test]
fn a_guest_can_wait_for_input() {
    // Compiled now, so that the guest is there before the writer.
    engine();
    let (reader, mut writer) = std::io::pipe().unwrap();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(30));
        writer.write_all(b"late").unwrap();
    });
    let run = run(&["streams", "wait"], |config| {
        config.stdin(Input::File(std::os::fd::OwnedFd::from(reader).into()));
    });
    assert_eq!(run.printed(), "[] [0] \"late\"");
    thread.join().unwrap();
}

#[test]
fn a_pollable_may_outlive_its_stream() {
    assert_eq!(run(&["streams", "orphan"], |_| {}).printed(), "true");
}

#[test]
fn a_guest_that_hoards_resources_is_stopped() {
    let trap = run(&["streams", "hoard"], |_| {}).trap();
    assert_eq!(trap.code, TrapCode::AllocationTooLarge);
    assert!(trap.detail.unwrap().contains("1048576 resources"));
}

#[test]
fn output_beyond_the_limit_of_a_buffer_fails_in_the_guest() {
    let buffer = OutputBuffer::new(1000);
    let run = run(&["much-output"], |config| {
        config.stdout(Output::Buffer(buffer.clone()));
    });
    assert_eq!(run.result.unwrap(), 0);
    assert!(run.stderr.starts_with("Some("), "the guest learns of it: {}", run.stderr);
    assert_eq!(buffer.contents().len(), 1000);
}
