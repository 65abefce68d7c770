//! Our trap handlers beside those of others. One test, because handlers belong to the whole process.

mod support;

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use dovetail_runtime::{Error, ErrorKind, Instance, Store, TrapCode};
use support::{engine, func, module};

static BEFORE: AtomicUsize = AtomicUsize::new(0);
static ON_TOP: AtomicUsize = AtomicUsize::new(0);

extern "C" fn before(_signal: libc::c_int) {
    BEFORE.fetch_add(1, Ordering::SeqCst);
}

extern "C" fn on_top(_signal: libc::c_int) {
    ON_TOP.fetch_add(1, Ordering::SeqCst);
}

fn install(signal: libc::c_int, handler: extern "C" fn(libc::c_int)) {
    // SAFETY: the handler only counts.
    unsafe { libc::signal(signal, handler as *const () as libc::sighandler_t) };
}

fn raise(signal: libc::c_int) {
    // SAFETY: there is a handler for the signal.
    unsafe { libc::raise(signal) };
}

fn counts() -> (usize, usize) {
    (BEFORE.load(Ordering::SeqCst), ON_TOP.load(Ordering::SeqCst))
}

fn check_traps(store: &mut Store, instance: Instance) {
    for code in [TrapCode::MemoryOutOfBounds, TrapCode::UnreachableCodeReached, TrapCode::IntegerDivideByZero] {
        match func(store, instance, code.name()).call(store, &[]).map_err(Error::into_kind) {
            Err(ErrorKind::Trap(trap)) => assert_eq!(trap.code, code),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn earlier_handlers_get_what_is_not_ours_and_nothing_else() {
    install(libc::SIGSEGV, before);
    install(libc::SIGFPE, before);
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = Instance::new(&mut store, &module(&engine, "traps"), &[]).expect("an instance");
    check_traps(&mut store, instance);
    assert_eq!(counts(), (0, 0));
    raise(libc::SIGSEGV);
    raise(libc::SIGFPE);
    assert_eq!(counts(), (2, 0));

    // Somebody installs a handler on top of ours; the next store puts ours on top again.
    install(libc::SIGSEGV, on_top);
    let mut second = Store::new(&engine);
    let instance = Instance::new(&mut second, &module(&engine, "traps"), &[]).expect("an instance");
    check_traps(&mut second, instance);
    assert_eq!(counts(), (2, 0));
    raise(libc::SIGSEGV);
    assert_eq!(counts(), (2, 1));
}

#[test]
fn a_fault_of_the_host_still_ends_the_process() {
    use std::os::unix::process::ExitStatusExt;
    if std::env::var_os("DOVETAIL_TEST_CRASH").is_some() {
        // SAFETY: none: this is the crash that the parent process looks for. The test harness's own handler is replaced.
        unsafe {
            libc::signal(libc::SIGSEGV, libc::SIG_DFL);
            let _engine = engine();
            std::ptr::with_exposed_provenance_mut::<u8>(8).write_volatile(1);
        }
    }
    let program = std::env::current_exe().expect("this program");
    let arguments = ["--exact", "a_fault_of_the_host_still_ends_the_process"];
    let output = Command::new(program).args(arguments).env("DOVETAIL_TEST_CRASH", "1").output().expect("a child");
    assert_eq!(output.status.signal(), Some(libc::SIGSEGV), "{output:?}");
}
