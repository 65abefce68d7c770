;; Guests that run for as long as they are let: in a loop, in a host function's caller, in `realloc` and in `post-return`, in
;; WASI's `poll`; and one that runs for so many rounds.
(component
  (import "wasi:io/poll@0.2.0" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
    (alias outer 1 $pollable (type $outer))
    (export "pollable" (type $own (eq $outer)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $own))))))
  (import "notice" (func $notice (param "value" u32) (result u32)))

  (core func $block (canon lower (func $poll "[method]pollable.block")))
  (core func $subscribe (canon lower (func $clock "subscribe-duration")))
  (core func $drop (canon resource.drop $pollable))
  (core func $notice-core (canon lower (func $notice)))

  (core module $code
    (import "host" "block" (func $block (param i32)))
    (import "host" "subscribe" (func $subscribe (param i64) (result i32)))
    (import "host" "drop" (func $drop (param i32)))
    (import "host" "notice" (func $notice (param i32) (result i32)))
    (memory (export "memory") 8)
    (global $reallocs (mut i32) (i32.const 0))
    (func $spin (export "spin") (loop $again (br $again)))
    (func (export "work") (param $rounds i64) (result i64) (local $sum i64)
      (loop $again
        (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (local.get $rounds)))
        (local.set $rounds (i64.sub (local.get $rounds) (i64.const 1)))
        (br_if $again (i64.ne (local.get $rounds) (i64.const 0))))
      (local.get $sum))
    ;; Asks the host before each so many rounds until it answers 0.
    (func (export "ask") (param $rounds i64) (result i32) (local $asked i32) (local $left i64)
      (loop $again
        (local.set $left (local.get $rounds))
        (loop $wait
          (local.set $left (i64.sub (local.get $left) (i64.const 1)))
          (br_if $wait (i64.gt_s (local.get $left) (i64.const 0))))
        (local.set $asked (i32.add (local.get $asked) (i32.const 1)))
        (br_if $again (call $notice (local.get $asked))))
      (local.get $asked))
    ;; Waits so many nanoseconds.
    (func (export "sleep") (param $time i64) (local $pollable i32)
      (local.set $pollable (call $subscribe (local.get $time)))
      (call $block (local.get $pollable))
      (call $drop (local.get $pollable)))
    ;; The third allocation never returns; a page serves the others, over and over.
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.set $reallocs (i32.add (global.get $reallocs) (i32.const 1)))
      (if (i32.eq (global.get $reallocs) (i32.const 3)) (then (call $spin)))
      (i32.const 1024))
    ;; Takes more than 5 ms for each allocation.
    (func (export "slow-realloc") (param i32 i32 i32 i32) (result i32) (local $rounds i32)
      (local.set $rounds (i32.const 40000000))
      (loop $again
        (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
        (br_if $again (local.get $rounds)))
      (i32.const 1024))
    ;; Takes far less for each.
    (func (export "steady-realloc") (param i32 i32 i32 i32) (result i32) (local $rounds i32)
      (local.set $rounds (i32.const 200000))
      (loop $again
        (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
        (br_if $again (local.get $rounds)))
      (i32.const 1024))
    (func (export "take") (param i32 i32) (result i32) (local.get 1))
    (func (export "give") (result i32)
      (i32.store (i32.const 16) (i32.const 32))
      (i32.store (i32.const 20) (i32.const 5))
      (i64.store (i32.const 32) (i64.const 0x6f6c6c6568)) ;; "hello"
      (i32.const 16))
    (func (export "stay") (param i32) (call $spin)))
  (core instance $code (instantiate $code
    (with "host" (instance
      (export "block" (func $block))
      (export "subscribe" (func $subscribe))
      (export "drop" (func $drop))
      (export "notice" (func $notice-core))))))
  (alias core export $code "memory" (core memory $memory))
  (alias core export $code "realloc" (core func $realloc))
  (alias core export $code "slow-realloc" (core func $slow-realloc))
  (alias core export $code "steady-realloc" (core func $steady-realloc))
  (alias core export $code "stay" (core func $stay))

  (func (export "spin") (canon lift (core func $code "spin")))
  (func (export "work") (param "rounds" u64) (result u64) (canon lift (core func $code "work")))
  (func (export "ask") (param "rounds" u64) (result u32) (canon lift (core func $code "ask")))
  (func (export "sleep") (param "nanoseconds" u64) (canon lift (core func $code "sleep")))
  (func (export "take") (param "texts" (list string)) (result u32)
    (canon lift (core func $code "take") (memory $memory) (realloc $realloc)))
  (func (export "take-slowly") (param "texts" (list string)) (result u32)
    (canon lift (core func $code "take") (memory $memory) (realloc $slow-realloc)))
  (func (export "take-steadily") (param "texts" (list string)) (result u32)
    (canon lift (core func $code "take") (memory $memory) (realloc $steady-realloc)))
  (func (export "give") (result string) (canon lift (core func $code "give") (memory $memory)))
  (func (export "give-and-stay") (result string)
    (canon lift (core func $code "give") (memory $memory) (post-return $stay))))
