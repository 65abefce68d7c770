;; Guests that run for long, each in another way.
(module $epochs
  (import "host" "tick" (func $tick))
  (import "host" "reenter" (func $reenter))
  (memory 1)
  (table 1 funcref)
  (elem (i32.const 0) $recurse_through_table)

  (func (export "loop")
    (loop $again (br $again)))

  (func (export "br_if")
    (loop $again (br_if $again (i32.const 1))))

  (func (export "br_table")
    (local $round i32)
    (loop $odd
      (loop $even
        (local.set $round (i32.add (local.get $round) (i32.const 1)))
        (br_table $odd $even (i32.and (local.get $round) (i32.const 1))))))

  (func (export "if")
    (loop $again (result i32)
      (if (result i32) (i32.const 1)
        (then (br $again))
        (else (i32.const 7))))
    drop)

  (func (export "loop with parameters")
    (i32.const 1) (f64.const 2)
    (loop $again (param i32 f64)
      (br $again)))

  (func (export "loop in memory")
    (local $at i32)
    (loop $again
      (i32.store (i32.and (local.get $at) (i32.const 0xfffc)) (local.get $at))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br $again)))

  (func $spin (loop $again (br $again)))
  (func (export "callee") (call $spin))

  (func $tail_recurse (export "tail call") (return_call $tail_recurse))

  (func $recurse_through_table (export "tail call through table")
    (return_call_indirect (i32.const 0)))

  ;; Takes 2^40 calls, and no more stack than 40 frames.
  (func $tree (export "recursion") (call $branches (i32.const 40)))
  (func $branches (param $depth i32)
    (if (local.get $depth)
      (then
        (call $branches (i32.sub (local.get $depth) (i32.const 1)))
        (call $branches (i32.sub (local.get $depth) (i32.const 1))))))

  ;; No loop and no call, and yet as long as there are instructions.
  (func (export "blocks")
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536))
    (memory.copy (i32.const 1) (i32.const 0) (i32.const 65535))
    (table.copy (i32.const 0) (i32.const 0) (i32.const 1)))

  ;; Calls the host for as long as it runs, and does nothing else.
  (func (export "ticking") (param $rounds i32)
    (loop $again
      (call $tick)
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $again (local.get $rounds))))

  (func (export "reentering") (param $rounds i32)
    (loop $again
      (call $reenter)
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $again (local.get $rounds))))

  ;; The tick is the last thing that it does: the deadline passes in it, and it looks no more.
  (func (export "tick once") (call $tick))

  ;; More values than there are registers of either kind, all alive in every round.
  (func (export "values") (param $rounds i32)
    (result i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 f64 f32 v128 v128)
    (local $a i64) (local $b i64) (local $c i64) (local $d i64) (local $e i64) (local $f i64) (local $g i64) (local $h i64)
    (local $i i64) (local $j i64) (local $k i64) (local $l i64) (local $m i64) (local $n i64) (local $o i64) (local $p i64)
    (local $x f64) (local $y f32) (local $u v128) (local $v v128)
    (local.set $a (i64.const 1))
    (local.set $x (f64.const 1))
    (local.set $y (f32.const 1))
    (local.set $u (v128.const i64x2 3 5))
    (loop $again
      (local.set $b (i64.add (local.get $b) (local.get $a)))
      (local.set $c (i64.xor (local.get $c) (i64.rotl (local.get $b) (i64.const 7))))
      (local.set $d (i64.add (local.get $d) (local.get $c)))
      (local.set $e (i64.sub (local.get $e) (local.get $d)))
      (local.set $f (i64.mul (i64.add (local.get $f) (local.get $e)) (i64.const 3)))
      (local.set $g (i64.add (local.get $g) (local.get $f)))
      (local.set $h (i64.xor (local.get $h) (local.get $g)))
      (local.set $i (i64.add (local.get $i) (local.get $h)))
      (local.set $j (i64.sub (local.get $j) (local.get $i)))
      (local.set $k (i64.add (local.get $k) (local.get $j)))
      (local.set $l (i64.xor (local.get $l) (local.get $k)))
      (local.set $m (i64.add (local.get $m) (local.get $l)))
      (local.set $n (i64.sub (local.get $n) (local.get $m)))
      (local.set $o (i64.add (local.get $o) (local.get $n)))
      (local.set $p (i64.xor (local.get $p) (local.get $o)))
      (local.set $a (i64.add (local.get $a) (local.get $p)))
      (local.set $x (f64.add (local.get $x) (f64.div (f64.const 1) (local.get $x))))
      (local.set $y (f32.add (local.get $y) (f32.div (f32.const 1) (local.get $y))))
      (local.set $u (i64x2.add (local.get $u) (v128.xor (local.get $v) (i64x2.splat (local.get $a)))))
      (local.set $v (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0 (local.get $u) (local.get $v)))
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $again (local.get $rounds)))
    (local.get $a) (local.get $b) (local.get $c) (local.get $d) (local.get $e) (local.get $f) (local.get $g) (local.get $h)
    (local.get $i) (local.get $j) (local.get $k) (local.get $l) (local.get $m) (local.get $n) (local.get $o) (local.get $p)
    (local.get $x) (local.get $y) (local.get $u) (local.get $v))

  ;; The arguments of each call are alive while its callee looks at the epoch.
  (func $fibonacci (export "fibonacci") (param $n i32) (result i64)
    (if (result i64) (i32.lt_u (local.get $n) (i32.const 2))
      (then (i64.extend_i32_u (local.get $n)))
      (else
        (i64.add
          (call $fibonacci (i32.sub (local.get $n) (i32.const 1)))
          (call $fibonacci (i32.sub (local.get $n) (i32.const 2))))))))
