;; Libraries that share a memory and a table: core instances made from exports are names only, and take no step.
(component
  (core module $libc
    (memory (export "memory") 1)
    (table (export "table") 4 funcref)
    (global (export "sp") (mut i32) (i32.const 1024))
    (func (export "malloc") (param i32) (result i32) i32.const 16))
  (core module $lib
    (import "env" "memory" (memory 1))
    (import "env" "table" (table 1 funcref))
    (import "env" "sp" (global (mut i32)))
    (import "libc" "malloc" (func (param i32) (result i32)))
    (func (export "work") (result i32) i32.const 1))
  (core instance $libc (instantiate $libc))
  (alias core export $libc "memory" (core memory $memory))
  (alias core export $libc "table" (core table $table))
  (alias core export $libc "sp" (core global $sp))
  (alias core export $libc "malloc" (core func $malloc))
  (core instance $env
    (export "memory" (memory $memory))
    (export "table" (table $table))
    (export "sp" (global $sp)))
  (core instance $renamed (export "malloc" (func $malloc)))
  (core instance $a (instantiate $lib (with "env" (instance $env)) (with "libc" (instance $renamed))))
  (core instance $b (instantiate $lib (with "env" (instance $env)) (with "libc" (instance $libc))))
  (func (export "work") (result u32) (canon lift (core func $b "work"))))
