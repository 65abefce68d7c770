;; Throws and catches in the ways that a host can tell apart.
(module $exceptions
  (import "host" "call" (func $host))
  (tag $number (export "number") (param i32 i64 f32 f64 v128))
  (tag $empty (export "empty"))
  (global $kept (mut exnref) (ref.null exn))

  (func $throw (export "throw") (param i32)
    (throw $number
      (local.get 0) (i64.const -2) (f32.const 0.5) (f64.const -0.25) (v128.const i64x2 3 4)))

  ;; Local variables and operands below the block must be what they were.
  (func (export "catch") (param i32) (result i32 i64 f32 f64 v128 i32)
    (local $after i32)
    (local.set $after (i32.const 1))
    (block $caught (result i32 i64 f32 f64 v128)
      (try_table (catch $number $caught)
        (local.set $after (i32.const 7))
        (call $throw (local.get 0))
        (local.set $after (i32.const 9)))
      (unreachable))
    (local.get $after))

  ;; As often as the host likes, with no exception left behind.
  (func (export "loop") (param i32) (result i32)
    (local $caught i32)
    (loop $again
      (block $h
        (try_table (catch_all $h) (call $throw (local.get 0))))
      (local.set $caught (i32.add (local.get $caught) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $caught) (local.get 0))))
    (local.get $caught))

  ;; Keeps a reference for ever.
  (func (export "keep") (param i32) (result exnref)
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (call $throw (local.get 0)))
      (unreachable))
    (global.set $kept)
    (global.get $kept))
  (func (export "throw kept") (throw_ref (global.get $kept)))
  (func (export "throw given") (param exnref) (throw_ref (local.get 0)))
  (func (export "flood")
    (loop $again
      (block $h (result exnref)
        (try_table (catch_all_ref $h) (call $throw (i32.const 0)))
        (unreachable))
      (drop)
      (br $again)))

  ;; A handler above many frames, some of them with large frames of their own and handlers for something else.
  (func $deep (param i32) (result i32)
    (local v128 v128 v128 i64)
    (block $other
      (try_table (catch $empty $other)
        (if (i32.eqz (local.get 0)) (then (call $throw (i32.const 42))))
        (drop (call $deep (i32.sub (local.get 0) (i32.const 1))))))
    (i32.const 0))
  (func (export "deep") (param i32) (result i32)
    (block $h (result i32 i64 f32 f64 v128)
      (try_table (catch $number $h) (return (call $deep (local.get 0))))
      (unreachable))
    (drop) (drop) (drop) (drop))

  ;; More arguments than there are registers: the callee takes them off the stack, whether it returns or not.
  (func $many (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i64)
    (if (i64.eqz (local.get 12)) (then (throw $empty)))
    (local.get 12))
  (func (export "many") (param i64) (result i64)
    (local $sum i64)
    (local.set $sum (i64.const 100))
    (block $h
      (try_table (catch $empty $h)
        (local.set $sum (i64.add (local.get $sum)
          (call $many (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6) (i64.const 7)
            (i64.const 8) (i64.const 9) (i64.const 10) (i64.const 11) (i64.const 12) (local.get 0))))))
    (i64.add (local.get $sum) (i64.const 1)))

  ;; What the host throws is no exception of the guest's.
  (func (export "call host") (result i32)
    (block $h
      (try_table (catch_all $h) (call $host))
      (return (i32.const 0)))
    (i32.const 1))
)
