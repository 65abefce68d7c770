;; Functions whose calls enter the guest more than once: `realloc` calls the host (to grow the memory) and returns, and only then
;; comes what the frames of a trap are of.
(component
  (import "between" (func $between (param "text" string)))
  (core module $memory
    (memory (export "memory") 1)
    (func $allocate (export "realloc") (param i32 i32 i32 i32) (result i32)
      (drop (memory.grow (i32.const 1)))
      (i32.const 64)))
  (core instance $memory (instantiate $memory))
  (core func $between (canon lower (func $between) (memory (core memory $memory "memory"))))
  (core module $m
    (import "host" "between" (func $between (param i32 i32)))
    (func $outer (export "outer") (param i32 i32) (call $between (local.get 0) (local.get 1)))
    (func $inner (export "inner") (param i32 i32) (unreachable))
    (func $returns (export "returns") (param i32 i32) (result i32) (i32.const 0))
    (func $clean (export "clean") (param i32) (unreachable)))
  (core instance $m (instantiate $m (with "host" (instance (export "between" (func $between))))))
  (func (export "outer") (param "text" string)
    (canon lift (core func $m "outer") (memory (core memory $memory "memory"))
      (realloc (core func $memory "realloc"))))
  (func (export "inner") (param "text" string)
    (canon lift (core func $m "inner") (memory (core memory $memory "memory"))
      (realloc (core func $memory "realloc"))))
  (func (export "cleans") (param "text" string) (result u32)
    (canon lift (core func $m "returns") (memory (core memory $memory "memory"))
      (realloc (core func $memory "realloc")) (post-return (core func $m "clean"))))
  ;; The host's own function, without any code between.
  (func (export "between") (param "text" string)
    (canon lift (core func $between) (memory (core memory $memory "memory"))
      (realloc (core func $memory "realloc")))))
