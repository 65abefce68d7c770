//! Running a command: a component that exports `wasi:cli/run`.

use dovetail_runtime::component::{Func, Instance, Value};
use dovetail_runtime::{Error, ErrorKind, LinkError, Result, Store};

use crate::exit::Exit;

/// Calls the command's `wasi:cli/run`, whatever 0.2 version it is of, and gives the status with which the program ended:
/// what it asked for with `wasi:cli/exit`, else 0 or 1 for its result. Traps and other errors come out as they are.
pub fn run_command(store: &mut Store, instance: &Instance) -> Result<i32> {
    match entry(instance)?.call(store, &[]).map_err(Error::into_kind) {
        Ok(Some(Value::Result(Err(_)))) => Ok(1),
        Ok(_) => Ok(0),
        Err(ErrorKind::Host(error)) => match error.downcast::<Exit>() {
            Ok(exit) => Ok(exit.0),
            Err(error) => Err(Error::host(error)),
        },
        Err(error) => Err(error.into()),
    }
}

fn entry(instance: &Instance) -> Result<Func> {
    let interface = instance.exports().keys().find(|name| name.starts_with("wasi:cli/run@0.2."));
    let function = interface.and_then(|interface| instance.func(&[interface, "run"]));
    function.ok_or_else(|| {
        let message = "the component is no command: it does not export `wasi:cli/run@0.2`".to_owned();
        LinkError::Other { message }.into()
    })
}
