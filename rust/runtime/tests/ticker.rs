//! The ticker: it moves epochs on while calls are under way, sleeps otherwise, and starts anew after `fork`.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dovetail_runtime::{Config, Engine, EpochHook, Error, ErrorKind, Func, Linker, Result, Signature, Store, TrapCode};
use support::{config, func, module};

/// A store of an engine of its own with `epochs.wat`, whose import `tick` calls `host`; and the exported function `name`.
fn guest(name: &str, host: impl Fn() + Send + Sync + 'static) -> Result<(Store, Func)> {
    let engine = Engine::new(Config { interruptible: true, ..config() })?;
    let mut store = Store::new(&engine);
    let mut linker = Linker::new(&engine);
    linker.define_func("host", "tick", Signature::default(), move |_, _, _| {
        host();
        Ok(())
    })?;
    linker.define_func("host", "reenter", Signature::default(), |_, _, _| Ok(()))?;
    let instance = linker.instantiate(&mut store, &module(&engine, "epochs"))?;
    let function = func(&mut store, instance, name);
    Ok((store, function))
}

fn stop() -> Error {
    Error::trap(TrapCode::Interrupt, "it is time")
}

fn assert_stopped<T: std::fmt::Debug>(result: Result<T>) {
    match result.map_err(Error::into_kind) {
        Err(ErrorKind::Trap(trap)) if trap.code == TrapCode::Interrupt => {}
        other => panic!("{other:?}"),
    }
}

/// What the system says of the ticker's thread: the rest of the line of `/proc` that begins with `field`.
#[cfg(target_os = "linux")]
fn ticker_status(field: &str) -> Option<String> {
    let mut threads = std::fs::read_dir("/proc/self/task").expect("the threads of this process");
    threads.find_map(|thread| {
        let status = std::fs::read_to_string(thread.ok()?.path().join("status")).ok()?;
        let line = |field: &str| status.lines().find_map(|line| Some(line.strip_prefix(field)?.trim().to_string()));
        (line("Name:")? == "dovetail-ticker").then(|| line(field))?
    })
}

#[test]
fn a_tick_is_a_millisecond_of_a_call() -> Result<()> {
    let (mut store, endless) = guest("loop", || {})?;
    for (first, next) in [(30, 20), (1, 49), (400, 10)] {
        let start = Instant::now();
        let calls = AtomicU64::new(0);
        let hook: EpochHook =
            Arc::new(move |_| if calls.fetch_add(1, Ordering::Relaxed) == 0 { Ok(next) } else { Err(stop()) });
        store.set_epoch_hook(first, Some(hook));
        assert_stopped(endless.call(&mut store, &[]));
        // Up to two ticks early: the entry and the hook's return may lie just before one. Late when the machine is busy.
        let least = Duration::from_millis(first + next - 2);
        assert!((least..least + Duration::from_secs(10)).contains(&start.elapsed()), "{:?}", start.elapsed());
    }
    Ok(())
}

#[test]
fn many_threads_and_engines_have_one_ticker() -> Result<()> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                scope.spawn(move || -> Result<()> {
                    let (mut store, endless) = guest("br_table", || {})?;
                    store.set_epoch_hook(10 + number, Some(Arc::new(|_| Err(stop()))));
                    assert_stopped(endless.call(&mut store, &[]));
                    Ok(())
                })
            })
            .collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("no panic"))
    })
}

#[cfg(target_os = "linux")]
#[test]
fn the_ticker_takes_no_signals_and_sleeps_when_no_call_is_under_way() -> Result<()> {
    let (mut store, endless) = guest("loop", || {})?;
    store.set_epoch_hook(5, Some(Arc::new(|_| Err(stop()))));
    assert_stopped(endless.call(&mut store, &[]));
    let blocked = ticker_status("SigBlk:").and_then(|mask| u64::from_str_radix(&mask, 16).ok()).expect("a ticker");
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGALRM, libc::SIGCHLD, libc::SIGUSR1] {
        assert!(blocked & 1 << (signal - 1) != 0, "signal {signal}");
    }
    // Other tests of this file may have calls under way: it need only be seen asleep once.
    let quiet = (0..100).any(|_| {
        let before = ticker_status("voluntary_ctxt_switches:");
        std::thread::sleep(Duration::from_millis(100));
        before == ticker_status("voluntary_ctxt_switches:")
    });
    assert!(quiet, "the ticker goes on though nobody needs it");
    Ok(())
}

/// Runs `child` in a child process, whose threads are this one alone; whether it said yes.
fn in_child(child: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child does not return from here. The allocator's and the library's locks survive `fork`, and it takes no
    // other lock that a thread of the parent could hold.
    unsafe {
        match libc::fork() {
            0 => {
                // If nothing moves the epoch on, this ends the child.
                libc::alarm(20);
                libc::_exit(if child() { 0 } else { 1 })
            }
            child => {
                let mut status = 0;
                assert_eq!(libc::waitpid(child, &mut status, 0), child);
                libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
            }
        }
    }
}

#[test]
fn the_ticker_starts_anew_in_a_child() -> Result<()> {
    let (mut store, endless) = guest("loop", || {})?;
    let calls = AtomicU64::new(0);
    let hook: EpochHook =
        Arc::new(move |_| if calls.fetch_add(1, Ordering::Relaxed) < 5 { Ok(5) } else { Err(stop()) });
    store.set_epoch_hook(5, Some(hook));
    assert_stopped(endless.call(&mut store, &[]));
    assert!(in_child(|| matches!(endless.call(&mut store, &[]).map_err(Error::into_kind), Err(ErrorKind::Trap(_)))));
    assert_stopped(endless.call(&mut store, &[]));
    Ok(())
}

/// A host function forks while its guest's deadline is ahead: the guest goes on in both processes, and the hook is called
/// in both.
#[test]
fn a_call_that_is_under_way_goes_on_in_both_processes() -> Result<()> {
    let calls = Arc::new(AtomicU64::new(0));
    let counter = calls.clone();
    let child = Arc::new(AtomicU64::new(0));
    let process = child.clone();
    let (mut store, ticking) = guest("ticking", move || {
        // Once the ticker is at work.
        if calls.load(Ordering::Relaxed) == 3 && process.load(Ordering::Relaxed) == 0 {
            // SAFETY: as above; the child ends below.
            let forked = unsafe { libc::fork() };
            if forked == 0 {
                // SAFETY: no memory is concerned.
                unsafe { libc::alarm(20) };
                process.store(u64::MAX, Ordering::Relaxed);
            } else {
                process.store(u64::try_from(forked).expect("a child"), Ordering::Relaxed);
            }
        }
    })?;
    let hook: EpochHook =
        Arc::new(move |_| if counter.fetch_add(1, Ordering::Relaxed) < 10 { Ok(5) } else { Err(stop()) });
    store.set_epoch_hook(5, Some(hook));
    // The number of rounds is taken without a sign: this is for ever.
    let stopped = ticking.call(&mut store, &[dovetail_runtime::Val::I32(0)]);
    let child = child.load(Ordering::Relaxed);
    if child == u64::MAX {
        let good = matches!(stopped.as_ref().map_err(Error::kind), Err(ErrorKind::Trap(trap)) if trap.code == TrapCode::Interrupt);
        // SAFETY: the child must not go on as a test.
        unsafe { libc::_exit(if good { 0 } else { 1 }) };
    }
    assert_stopped(stopped);
    let mut status = 0;
    // SAFETY: waits for this test's own child.
    assert_eq!(unsafe { libc::waitpid(child as libc::pid_t, &mut status, 0) }, child as libc::pid_t);
    assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "{status:#x}");
    Ok(())
}
