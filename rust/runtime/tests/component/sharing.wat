;; Gives and sends values whose parts lie in the same memory many times over.
(component
  (import "take" (func $take (param "rows" (list (list u8)))))
  (type $leaves (map u32 u32))
  (type $twigs (map u32 $leaves))
  (type $branches (map u32 $twigs))
  (type $tree (map u32 $branches))

  (core module $memory (memory (export "memory") 16))
  (core instance $memory (instantiate $memory))
  (core func $take (canon lower (func $take) (memory (core memory $memory "memory"))))

  (core module $code
    (import "memory" "memory" (memory 16))
    (import "host" "take" (func $take (param i32 i32)))

    ;; Fills the memory from 64 KiB on with `count` pairs of pointer and length.
    (func $fill (param $pointer i32) (param $length i32) (param $count i32)
      (local $at i32)
      (local.set $at (i32.const 65536))
      (loop $pairs
        (i32.store (local.get $at) (local.get $pointer))
        (i32.store offset=4 (local.get $at) (local.get $length))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $pairs (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (func $pair (param $pointer i32) (param $length i32) (result i32)
      (i32.store (i32.const 8) (local.get $pointer))
      (i32.store (i32.const 12) (local.get $length))
      (i32.const 8))

    ;; `count` rows, each of which is the first `length` bytes of the memory.
    (func (export "rows") (param $count i32) (param $length i32) (result i32)
      (call $fill (i32.const 0) (local.get $length) (local.get $count))
      (call $pair (i32.const 65536) (local.get $count)))
    (func (export "send") (param $count i32) (param $length i32)
      (call $fill (i32.const 0) (local.get $length) (local.get $count))
      (call $take (i32.const 65536) (local.get $count)))
    ;; A map of `count` entries whose values are this very map as one of maps one level less deep, and so on.
    (func (export "tree") (param $count i32) (result i32)
      (local $at i32) (local $left i32)
      (local.set $at (i32.const 65536))
      (local.set $left (local.get $count))
      (loop $entries
        (i32.store (local.get $at) (i32.const 0))
        (i32.store offset=4 (local.get $at) (i32.const 65536))
        (i32.store offset=8 (local.get $at) (local.get $count))
        (local.set $at (i32.add (local.get $at) (i32.const 12)))
        (br_if $entries (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (call $pair (i32.const 65536) (local.get $count)))
    ;; The whole memory, which grows by so many pages first.
    (func (export "whole") (param $pages i32) (result i32)
      (drop (memory.grow (local.get $pages)))
      (call $pair (i32.const 0) (i32.mul (memory.size) (i32.const 65536)))))
  (core instance $code (instantiate $code
    (with "memory" (instance $memory)) (with "host" (instance (export "take" (func $take))))))

  (func (export "rows") (param "count" u32) (param "length" u32) (result (list (list u8)))
    (canon lift (core func $code "rows") (memory (core memory $memory "memory"))))
  (func (export "texts") (param "count" u32) (param "length" u32) (result (list string))
    (canon lift (core func $code "rows") (memory (core memory $memory "memory"))))
  (func (export "numbers") (param "count" u32) (param "length" u32) (result (list (list u32)))
    (canon lift (core func $code "rows") (memory (core memory $memory "memory"))))
  (func (export "send") (param "count" u32) (param "length" u32) (canon lift (core func $code "send")))
  (func (export "tree") (param "count" u32) (result $tree)
    (canon lift (core func $code "tree") (memory (core memory $memory "memory"))))
  (func (export "whole") (param "pages" u32) (result (list u8))
    (canon lift (core func $code "whole") (memory (core memory $memory "memory"))))
  (func (export "truths") (param "pages" u32) (result (list bool))
    (canon lift (core func $code "whole") (memory (core memory $memory "memory")))))
