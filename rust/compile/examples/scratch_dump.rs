use dovetail_compile::Cranelift;
use dovetail_environ::module::translate;
use dovetail_environ::{Compiler, Features};
fn main() {
    let bytes = wat::parse_file(std::env::args().nth(1).unwrap()).unwrap();
    let t = translate(&bytes, Features::default()).unwrap();
    let c = Cranelift::native().unwrap().compile_module(&t, &|_, _| {}).unwrap();
    std::fs::write("/tmp/text.bin", &c.text).unwrap();
    for (i, r) in c.functions.iter() {
        println!("{i:?} {:x}..{:x}", r.offset, r.offset + r.length);
    }
    for (i, r) in c.trampolines.iter() {
        println!("{i:?} {:x} {:x}", r.enter.offset, r.leave.offset);
    }
}
