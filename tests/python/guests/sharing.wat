;; Gives, sends and takes long values: some because their parts lie in the same memory many times over.
(component
  (type $leaves (map u32 u32))
  (type $twigs (map u32 $leaves))
  (type $branches (map u32 $twigs))
  (type $tree (map u32 $branches))
  (import "plant" (func $plant (param "tree" $tree)))

  (core module $memory
    (memory (export "memory") 16)
    ;; Room for one value at a time.
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (if (i32.gt_u (i32.add (local.get $size) (i32.const 65536)) (i32.mul (memory.size) (i32.const 65536)))
        (then (drop (memory.grow (i32.div_u (local.get $size) (i32.const 65536))))))
      (i32.const 65536)))
  (core instance $memory (instantiate $memory))
  (core func $plant (canon lower (func $plant) (memory (core memory $memory "memory"))))

  (core module $code
    (import "memory" "memory" (memory 16))
    (import "memory" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
    (import "host" "plant" (func $plant (param i32 i32)))

    (func $pair (param $pointer i32) (param $length i32) (result i32)
      (i32.store (i32.const 8) (local.get $pointer))
      (i32.store (i32.const 12) (local.get $length))
      (i32.const 8))
    ;; `count` entries, the value of each of which is a map of them all.
    (func $grow (param $count i32)
      (local $at i32) (local $left i32)
      (local.set $at (i32.const 65536))
      (local.set $left (local.get $count))
      (loop $entries
        (i32.store (local.get $at) (i32.const 0))
        (i32.store offset=4 (local.get $at) (i32.const 65536))
        (i32.store offset=8 (local.get $at) (local.get $count))
        (local.set $at (i32.add (local.get $at) (i32.const 12)))
        (br_if $entries (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
    (func (export "tree") (param $count i32) (result i32)
      (call $grow (local.get $count))
      (call $pair (i32.const 65536) (local.get $count)))
    (func (export "give") (param $count i32)
      (call $grow (local.get $count))
      (call $plant (i32.const 65536) (local.get $count)))
    ;; `count` rows, each of which is the first `length` bytes of the memory.
    (func (export "rows") (param $count i32) (param $length i32) (result i32)
      (local $at i32) (local $left i32)
      (local.set $at (i32.const 65536))
      (local.set $left (local.get $count))
      (loop $pairs
        (i32.store (local.get $at) (i32.const 0))
        (i32.store offset=4 (local.get $at) (local.get $length))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $pairs (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (call $pair (i32.const 65536) (local.get $count)))
    ;; So many zeros, of four bytes at most.
    (func (export "zeros") (param $count i32) (result i32)
      (call $pair
        (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.mul (local.get $count) (i32.const 4)))
        (local.get $count)))
    (func (export "take") (param i32 i32) (result i32) (local.get 1)))
  (core instance $code (instantiate $code
    (with "memory" (instance $memory)) (with "host" (instance (export "plant" (func $plant))))))

  (func (export "tree") (param "count" u32) (result $tree)
    (canon lift (core func $code "tree") (memory (core memory $memory "memory"))))
  (func (export "give") (param "count" u32) (canon lift (core func $code "give")))
  (func (export "rows") (param "count" u32) (param "length" u32) (result (list (list u32)))
    (canon lift (core func $code "rows") (memory (core memory $memory "memory"))))
  (func (export "numbers") (param "count" u32) (result (list u32))
    (canon lift (core func $code "zeros") (memory (core memory $memory "memory"))))
  (func (export "truths") (param "count" u32) (result (list bool))
    (canon lift (core func $code "zeros") (memory (core memory $memory "memory"))))
  (func (export "take-numbers") (param "numbers" (list u32)) (result u32)
    (canon lift (core func $code "take")
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
  (func (export "take-truths") (param "truths" (list bool)) (result u32)
    (canon lift (core func $code "take")
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc")))))
