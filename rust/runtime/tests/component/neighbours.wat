;; Two components that call each other: numbers flat, a string through memory. `loop-add` and `loop-text` call as often as
;; they are told, so that a call's time can be measured without the host's.
(component
  (component $callee
    (core module $m
      (memory (export "memory") 4)
      ;; One area for every string: nothing is kept.
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "length") (param i32 i32) (result i32) (local.get 1))
      (func (export "trap") (unreachable)))
    (core instance $m (instantiate $m))
    (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $m "add")))
    (func (export "trap") (canon lift (core func $m "trap")))
    (func (export "length") (param "text" string) (result u32)
      (canon lift (core func $m "length") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (component $caller
    (import "callee" (instance $callee
      (export "add" (func (param "a" u32) (param "b" u32) (result u32)))
      (export "length" (func (param "text" string) (result u32)))
      (export "trap" (func))))
    (core module $memory
      (memory (export "memory") 4)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024))
    (core instance $memory (instantiate $memory))
    (core func $add (canon lower (func $callee "add")))
    (core func $trap (canon lower (func $callee "trap")))
    (core func $length (canon lower (func $callee "length") (memory (core memory $memory "memory"))))
    (core module $m
      (import "callee" "add" (func $add (param i32 i32) (result i32)))
      (import "callee" "length" (func $length (param i32 i32) (result i32)))
      (import "callee" "trap" (func $trap))
      (func (export "loop-trap") (loop $more (call $trap) (br $more)))
      (func (export "loop-add") (param $count i32) (result i32) (local $sum i32)
        (loop $more
          (local.set $sum (call $add (local.get $sum) (local.get $count)))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br_if $more (local.get $count)))
        (local.get $sum))
      (func (export "loop-text") (param $text i32) (param $length i32) (param $count i32) (result i32) (local $sum i32)
        (loop $more
          (local.set $sum (i32.add (local.get $sum) (call $length (local.get $text) (local.get $length))))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br_if $more (local.get $count)))
        (local.get $sum)))
    (core instance $m (instantiate $m
      (with "callee" (instance (export "add" (func $add)) (export "length" (func $length))
        (export "trap" (func $trap))))))
    (func (export "loop-trap") (canon lift (core func $m "loop-trap")))
    (func (export "loop-add") (param "count" u32) (result u32) (canon lift (core func $m "loop-add")))
    (func (export "loop-text") (param "text" string) (param "count" u32) (result u32)
      (canon lift (core func $m "loop-text") (memory (core memory $memory "memory"))
        (realloc (core func $memory "realloc")))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "callee" (instance $callee))))
  (export "loop-trap" (func $caller "loop-trap"))
  (export "loop-add" (func $caller "loop-add"))
  (export "loop-text" (func $caller "loop-text")))
