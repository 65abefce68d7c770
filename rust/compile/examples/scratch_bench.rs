use dovetail_compile::Cranelift;
use dovetail_environ::module::translate;
use dovetail_environ::{Compiler, Features};
use wasmparser::{Parser, Payload};

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let out = std::env::args().nth(2);
    let bytes = std::fs::read(path).unwrap();
    let mut modules = Vec::new();
    if dovetail_environ::is_component(&bytes) {
        for p in Parser::new(0).parse_all(&bytes) {
            if let Ok(Payload::ModuleSection { unchecked_range, .. }) = p {
                modules.push(bytes[unchecked_range.start as usize..unchecked_range.end as usize].to_vec());
            }
        }
    } else {
        modules.push(bytes)
    }
    let compiler = Cranelift::native().unwrap();
    for (n, m) in modules.iter().enumerate() {
        if let Some(out) = &out {
            std::fs::write(format!("{out}.{n}.wasm"), m).unwrap();
        }
        let t0 = std::time::Instant::now();
        let t = translate(m, Features::default()).unwrap();
        let t1 = std::time::Instant::now();
        let c = compiler.compile_module(&t, &|_, _| {}).unwrap();
        let t2 = std::time::Instant::now();
        println!(
            "{n}: {} bytes, {} functions, validate {:?}, compile {:?}, text {} (trampolines {}, {}), traps {} addresses {}",
            m.len(),
            t.bodies.len(),
            t1 - t0,
            t2 - t1,
            c.text.len(),
            c.trampolines.len(),
            c.trampolines.values().map(|t| t.enter.length + t.leave.length).sum::<u32>(),
            c.traps.len(),
            c.addresses.len()
        );
    }
}
