//! Streams by their raw functions: `wasi:io/streams`.

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use dovetail_runtime::{Store, Task, TrapCode};
use dovetail_wasi::p2::io::memory::OutputBuffer;
use dovetail_wasi::{Blocker, Direction, Input, Output, WasiConfig};
use support::{engine, run, run_in};

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
fn a_guest_that_waits_can_be_suspended() {
    let (reader, mut writer) = std::io::pipe().unwrap();
    let stdout = OutputBuffer::new(1 << 16);
    let mut config = WasiConfig::new();
    config.args(["probe", "streams", "wait"]);
    config.stdin(Input::File(std::os::fd::OwnedFd::from(reader).into())).stdout(Output::Buffer(stdout.clone()));
    let mut store = Store::new(engine());
    store.insert_data(config.build());
    // What an event loop does: it is told what to wait for, and asks for the guest to go on when it has happened.
    let watched = Arc::new(Mutex::new(None));
    let told = watched.clone();
    store.insert_data(Blocker(Arc::new(move |store, wait| {
        let mut suspended = false;
        store.on_host_stack(&mut |store| {
            assert!(!store.is_on_fiber());
            *told.lock().unwrap() = wait.descriptors().first().map(|(_, direction)| *direction);
            if std::mem::replace(&mut suspended, true) { Poll::Ready(()) } else { Poll::Pending }
        })
    })));
    let mut task = Task::new(&store, run_in);
    assert!(task.resume(&mut store).is_pending());
    assert_eq!(watched.lock().unwrap().take(), Some(Direction::Read));
    assert!(task.resume(&mut store).is_pending(), "woken early, it waits again");
    writer.write_all(b"late").unwrap();
    assert!(matches!(task.resume(&mut store), Poll::Ready(Ok(0))));
    assert_eq!(String::from_utf8_lossy(&stdout.take()).trim_end(), "[] [0] \"late\"");
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
