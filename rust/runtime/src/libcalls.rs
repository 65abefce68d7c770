//! What compiled code asks of the host: `environ`'s table expanded into functions.
//!
//! Each libcall is a thunk (see `platform`), which writes down the calling frame and goes on to the `extern` function
//! that [`expand`] makes, which calls the body in [`body`].

mod body;

use crate::vm::VMContext;

macro_rules! host_type {
    (I32) => { u32 };
    (I64) => { u64 };
    (Pointer) => { *mut u8 };
    (F32) => { f32 };
    (F64) => { f64 };
    (Success) => { u8 };
}

macro_rules! expand {
    ($($(#[$doc:meta])* $variant:ident $name:ident($($param:ident: $ty:ident),*) $(-> $result:ident)?;)*) => {
        mod entry {
            use super::*;
            $(
                $(#[$doc])*
                pub unsafe extern "C" fn $name(vmctx: *mut VMContext $(, $param: host_type!($ty))*)
                    $(-> host_type!($result))?
                {
                    // SAFETY: compiled code passes its own `vmctx`, and its store is borrowed by the `invoke` that
                    // entered it.
                    unsafe { body::$name(vmctx $(, $param)*) }
                }
            )*
        }

        mod thunk {
            $(libcall_thunk!($name => super::entry::$name);)*
        }

        static TABLE: Table = Table([$(thunk::$name as *const () as *const u8,)*]);
        const COUNT: usize = [$(stringify!($name),)*].len();
    };
}

struct Table([*const u8; COUNT]);

// SAFETY: the pointers are to code.
unsafe impl Sync for Table {}

dovetail_environ::for_each_libcall!(expand);

/// The table of code pointers that every instance's block points to.
pub(crate) fn table() -> *const *const u8 {
    TABLE.0.as_ptr()
}
