(module
  (memory (export "memory") 1 10)
  (table (export "table") 1 20 funcref)
  (func (export "memory.grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "memory.size") (result i32) (memory.size))
  (func (export "touch") (param i32) (result i32)
    (i32.store8 (local.get 0) (i32.const 42))
    (i32.load8_u (local.get 0)))
  (func (export "table.grow") (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))
