;; The core functions of the benchmark.
(module
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))

  ;; So many rounds of a loop, each of which waits for the one before.
  (func (export "work") (param $rounds i64) (result i64) (local $sum i64)
    (loop $again
      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (local.get $rounds)))
      (local.set $rounds (i64.sub (local.get $rounds) (i64.const 1)))
      (br_if $again (i64.ne (local.get $rounds) (i64.const 0))))
    (local.get $sum)))
