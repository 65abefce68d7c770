//! What a command sees of the shell that started it, and how it ends: `wasi:cli`, `wasi:random`, and the parts of WASI 0.2
//! that are defined but not built.

mod support;

use std::fs::File;
use std::io::{Seek, Write};

use dovetail_runtime::{Error, ErrorKind, Store, TrapCode};
use dovetail_wasi::{Input, Output, SeededRandom, WasiContext};
use support::{engine, run, run_in};

#[test]
fn arguments_are_those_given() {
    assert_eq!(
        run(&["arguments", "one", "two words", "drei ü"], |_| {}).printed(),
        r#"["one", "two words", "drei ü"]"#
    );
}

#[test]
fn no_variable_but_those_given() {
    assert_eq!(run(&["environment"], |_| {}).printed(), "[]");
    let run = run(&["environment"], |config| {
        config.env("NAME", "value").env("EMPTY", "");
    });
    assert_eq!(run.printed(), r#"[("NAME", "value"), ("EMPTY", "")]"#);
}

#[test]
fn the_initial_directory_is_the_one_given() {
    assert_eq!(run(&["directory"], |_| {}).printed(), "None");
    let run = run(&["directory"], |config| {
        config.initial_directory("/work");
    });
    assert_eq!(run.printed(), r#"Some("/work")"#);
}

#[test]
fn standard_input_is_empty_or_what_was_given() {
    assert_eq!(run(&["copy-input"], |_| {}).printed(), "");
    let text = "line\n".repeat(100_000);
    let run = run(&["copy-input"], |config| {
        config.stdin(Input::Bytes(text.clone().into_bytes()));
    });
    assert_eq!(run.stdout, text);
}

#[test]
fn standard_streams_can_be_files() {
    let (mut input, mut output) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    input.write_all(b"from a file").unwrap();
    input.rewind().unwrap();
    let written = output.try_clone().unwrap();
    run(&["copy-input"], |config| {
        config.stdin(Input::File(input)).stdout(Output::File(written));
    })
    .printed();
    output.rewind().unwrap();
    assert_eq!(std::io::read_to_string(output).unwrap(), "from a file");
}

#[test]
fn standard_input_can_be_a_pipe_that_someone_fills_later() {
    let (reader, mut writer) = std::io::pipe().unwrap();
    let thread = std::thread::spawn(move || {
        for part in ["slow", "ly"] {
            std::thread::sleep(std::time::Duration::from_millis(20));
            writer.write_all(part.as_bytes()).unwrap();
        }
    });
    let run = run(&["copy-input"], |config| {
        config.stdin(Input::File(std::os::fd::OwnedFd::from(reader).into()));
    });
    assert_eq!(run.printed(), "slowly");
    thread.join().unwrap();
}

#[test]
fn the_two_outputs_are_separate() {
    let run = run(&["outputs"], |_| {});
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("to stdout\n", "to stderr\n"));
}

#[test]
fn output_can_go_to_a_function() {
    let (sender, receiver) = std::sync::mpsc::channel();
    run(&["outputs"], |config| {
        config.stdout(Output::Callback(Box::new(move |bytes| {
            sender.send(bytes.to_vec()).map_err(|error| Error::host(error))
        })));
    })
    .printed();
    assert_eq!(receiver.iter().collect::<Vec<_>>().concat(), b"to stdout\n");
}

#[test]
fn an_error_of_the_output_function_comes_out_of_the_call() {
    let run = run(&["outputs"], |config| {
        config.stdout(Output::Callback(Box::new(|_| Err(Error::host("enough")))));
    });
    assert!(
        matches!(run.result.as_ref().map_err(Error::kind), Err(ErrorKind::Host(error)) if error.to_string() == "enough")
    );
}

#[test]
fn a_store_without_a_context_denies_everything_and_runs() {
    let mut store = Store::new(engine());
    // No arguments: the guest prints how it is used, to nobody, and fails.
    assert_eq!(run_in(&mut store).unwrap(), 1);
    let mut store = Store::new(engine());
    store.insert_data(WasiContext::default());
    assert_eq!(run_in(&mut store).unwrap(), 1);
}

#[test]
fn only_terminals_are_terminals() {
    assert_eq!(run(&["terminals"], |_| {}).printed(), "false false false");
    let (_controller, terminal) = terminal();
    let run = run(&["terminals"], |config| {
        config.stdin(Input::File(terminal));
    });
    assert_eq!(run.printed(), "true false false");
}

/// The two ends of a pseudo-terminal; the second is what a program runs on.
fn terminal() -> (File, File) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap();
    let terminal = File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    (controller.into(), terminal)
}

#[test]
fn a_guest_ends_with_the_status_it_asks_for() {
    assert_eq!(run(&["exit", "0"], |_| {}).result.unwrap(), 0);
    assert_eq!(run(&["exit", "1"], |_| {}).result.unwrap(), 1);
    assert_eq!(run(&["exit-with-code", "42"], |_| {}).result.unwrap(), 42);
    assert_eq!(run(&["exit-result", "ok"], |_| {}).result.unwrap(), 0);
    assert_eq!(run(&["exit-result", "error"], |_| {}).result.unwrap(), 1);
}

#[test]
fn random_numbers_come_from_the_source_given() {
    let seeded = |seed| {
        run(&["random"], |config| {
            config.random(SeededRandom::new(seed)).insecure_random(SeededRandom::new(seed)).insecure_seed((1, 2));
        })
        .printed()
    };
    assert_eq!(seeded(1), seeded(1));
    assert_ne!(seeded(1), seeded(2));
    assert!(seeded(1).ends_with("(1, 2)"));
    assert_ne!(run(&["random"], |_| {}).printed(), run(&["random"], |_| {}).printed());
}

#[test]
fn a_huge_request_for_random_bytes_traps() {
    assert_eq!(run(&["random-bytes", "100000"], |_| {}).printed(), "100000");
    let trap = run(&["random-bytes", "18446744073709551615"], |_| {}).trap();
    assert_eq!(trap.code, TrapCode::AllocationTooLarge);
    assert!(trap.detail.unwrap().contains("`wasi:random/random.get-random-bytes`"));
    assert!(!trap.frames.is_empty(), "a trap in a host function tells who called it");
}

#[test]
fn what_is_not_built_traps_with_the_name_of_the_function() {
    for (arguments, function) in [
        (["connect", "127.0.0.1:9"].as_slice(), "wasi:sockets/"),
        (&["udp"], "wasi:sockets/udp-create-socket.create-udp-socket"),
        (&["http"], "wasi:http/types.[constructor]fields"),
    ] {
        let trap = run(arguments, |_| {}).trap();
        assert_eq!(trap.code, TrapCode::UnknownImport);
        let detail = trap.detail.unwrap();
        assert!(detail.contains(function) && detail.ends_with("is not supported by this host"), "{detail}");
    }
}
