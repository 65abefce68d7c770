;; A core module whose functions fail in each of the ways that a trap comes about.
(module
  (memory 1)
  (func (export "unreachable") (unreachable))
  (func (export "divide") (drop (i32.div_s (i32.const 1) (i32.const 0))))
  (func (export "load") (drop (i32.load (i32.const 0x7ffffff0))))
  (func $deeper (export "recurse") (call $deeper)))
