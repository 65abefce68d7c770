(module
  (memory (export "memory") i64 1 3)
  (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0))))
