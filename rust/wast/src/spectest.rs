//! The module `spectest`, which specification scripts import from.

use dovetail_runtime::{
    Extern, Func, Global, GlobalType, Limits, Linker, Memory, MemoryType, RefType, Result, Signature, Store, Table,
    TableType, Val, ValType,
};

/// Defines everything in `spectest`. Printing does nothing: the scripts only check that it can be called.
pub fn define(linker: &mut Linker, store: &mut Store) -> Result<()> {
    use ValType::{F32, F64, I32, I64};
    let functions: [(&str, &[ValType]); 7] = [
        ("print", &[]),
        ("print_i32", &[I32]),
        ("print_i64", &[I64]),
        ("print_f32", &[F32]),
        ("print_f64", &[F64]),
        ("print_i32_f32", &[I32, F32]),
        ("print_f64_f64", &[F64, F64]),
    ];
    for (name, params) in functions {
        let signature = Signature { params: params.to_vec(), results: Vec::new() };
        let function = Func::new(store, signature, |_, _, _| Ok(()));
        linker.define("spectest", name, Extern::Func(function))?;
    }
    let globals = [
        ("global_i32", Val::I32(666)),
        ("global_i64", Val::I64(666)),
        ("global_f32", Val::F32(666.6f32.to_bits())),
        ("global_f64", Val::F64(666.6f64.to_bits())),
    ];
    for (name, value) in globals {
        let global = Global::new(store, GlobalType { ty: value.ty(), mutable: false }, value)?;
        linker.define("spectest", name, Extern::Global(global))?;
    }
    let table = TableType { element: RefType::Func, limits: Limits { minimum: 10, maximum: Some(20) }, table64: false };
    let narrow = Table::new(store, table, Val::FuncRef(None))?;
    linker.define("spectest", "table", Extern::Table(narrow))?;
    if store.engine().features().memory64 {
        let wide = Table::new(store, TableType { table64: true, ..table }, Val::FuncRef(None))?;
        linker.define("spectest", "table64", Extern::Table(wide))?;
    }
    let memory = MemoryType { limits: Limits { minimum: 1, maximum: Some(2) }, memory64: false, shared: false };
    let memory = Memory::new(store, memory)?;
    linker.define("spectest", "memory", Extern::Memory(memory))?;
    Ok(())
}
