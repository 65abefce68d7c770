;; The frame of the components that echo values of random types. `{{...}}` is filled in by `component.py`.
;;
;; The guest knows nothing about types. It writes down the core values that it is given, hands out core values that the
;; host wrote into its memory, and keeps a log of the calls of its `realloc`. What stands where in the memory:
;;
;;   0x100  20 slots of 8 bytes for core values
;;   0x1a0  the core result that is to be given, or that an import gave
;;   0x1a8  how often `realloc` was called
;;   0x1ac  how many handles to drop before a call returns, and from 0x1b0 on which (64 at most)
;;   0x2b0  address and length of what `peek` returns
;;   0x2b8  the core value that `post-return` was given, and at 0x2c0 how often it was called
;;   0x400  the log of `realloc`: old address, old length, alignment, new length, result
;;   0x10400 the heap
(component
  (import "res" (type $res (sub resource)))
  {{types}}
  {{imports}}
  (core module $base
    (import "host" "drop" (func $drop (param i32)))
    (memory (export "memory") 4)
    (global $next (mut i32) (i32.const 0x10400))
    ;; Whether a block moves even where it shrinks.
    (global $moves (mut i32) (i32.const 0))
    ;; Which call of `realloc` goes wrong, and how: 0 unaligned, 1 outside of the memory.
    (global $fault_at (mut i32) (i32.const -1))
    (global $fault (mut i32) (i32.const 0))
    ;; The heap begins at `next` and is filled so far that forgotten and superfluous bytes show.
    (func (export "reset") (param $next i32) (param $moves i32) (param $fault_at i32) (param $fault i32)
      (memory.fill (i32.const 0) (i32.const 0) (i32.const 0x10400))
      (memory.fill (i32.const 0x10400) (i32.const 0xa5) (i32.const 0x2fc00))
      (global.set $next (local.get $next))
      (global.set $moves (local.get $moves))
      (global.set $fault_at (local.get $fault_at))
      (global.set $fault (local.get $fault)))
    (func $realloc (export "realloc") (param $old i32) (param $old_length i32) (param $align i32) (param $length i32)
      (result i32)
      (local $address i32) (local $count i32) (local $entry i32)
      (if (i32.and (i32.ge_u (local.get $old_length) (local.get $length))
                   (i32.and (i32.ne (local.get $old) (i32.const 0)) (i32.eqz (global.get $moves))))
        (then (local.set $address (local.get $old)))
        (else
          (local.set $address
            (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
                     (i32.sub (i32.const 0) (local.get $align))))
          (global.set $next (i32.add (local.get $address) (local.get $length)))
          (memory.copy (local.get $address) (local.get $old)
            (select (local.get $old_length) (local.get $length)
                    (i32.lt_u (local.get $old_length) (local.get $length))))))
      (local.set $count (i32.load (i32.const 0x1a8)))
      (if (i32.eq (local.get $count) (global.get $fault_at))
        (then
          (if (global.get $fault)
            (then (local.set $address (i32.const 0xffffff00)))
            (else (local.set $address (i32.add (local.get $address) (i32.const 1)))))))
      (i32.store (i32.const 0x1a8) (i32.add (local.get $count) (i32.const 1)))
      (local.set $entry (i32.add (i32.const 0x400) (i32.mul (local.get $count) (i32.const 20))))
      (if (i32.gt_u (local.get $entry) (i32.const 0x103ec)) (then (unreachable)))
      (i32.store (local.get $entry) (local.get $old))
      (i32.store offset=4 (local.get $entry) (local.get $old_length))
      (i32.store offset=8 (local.get $entry) (local.get $align))
      (i32.store offset=12 (local.get $entry) (local.get $length))
      (i32.store offset=16 (local.get $entry) (local.get $address))
      (local.get $address))
    ;; `poke` is two calls: where to, and the bytes, which lowering puts there itself.
    (global $target (mut i32) (i32.const 0))
    (func (export "aim") (param i32) (global.set $target (local.get 0)))
    (func (export "keep") (param i32))
    (func (export "aimed") (param i32 i32 i32 i32) (result i32) (global.get $target))
    (func (export "poke") (param i32 i32))
    (func (export "peek") (param i32 i32) (result i32)
      (i32.store (i32.const 0x2b0) (local.get 0))
      (i32.store (i32.const 0x2b4) (local.get 1))
      (i32.const 0x2b0))
    ;; What the functions of the types are made of.
    (func $slot (param i32) (result i32)
      (i32.add (i32.const 0x100) (i32.mul (local.get 0) (i32.const 8))))
    (func $put_i64 (export "put-i64") (param i32 i64) (i64.store (call $slot (local.get 0)) (local.get 1)))
    (func (export "put-i32") (param i32 i32) (call $put_i64 (local.get 0) (i64.extend_i32_u (local.get 1))))
    (func (export "put-f32") (param i32 f32)
      (call $put_i64 (local.get 0) (i64.extend_i32_u (i32.reinterpret_f32 (local.get 1)))))
    (func (export "put-f64") (param i32 f64) (call $put_i64 (local.get 0) (i64.reinterpret_f64 (local.get 1))))
    (func (export "get-i32") (param i32) (result i32) (i32.load (call $slot (local.get 0))))
    (func (export "get-i64") (param i32) (result i64) (i64.load (call $slot (local.get 0))))
    (func (export "get-f32") (param i32) (result f32) (f32.load (call $slot (local.get 0))))
    (func (export "get-f64") (param i32) (result f64) (f64.load (call $slot (local.get 0))))
    (func $post_i64 (export "post-i64") (param i64)
      (i64.store (i32.const 0x2b8) (local.get 0))
      (i32.store (i32.const 0x2c0) (i32.add (i32.load (i32.const 0x2c0)) (i32.const 1))))
    (func (export "post-i32") (param i32) (call $post_i64 (i64.extend_i32_u (local.get 0))))
    (func (export "post-f32") (param f32) (call $post_i64 (i64.extend_i32_u (i32.reinterpret_f32 (local.get 0)))))
    (func (export "post-f64") (param f64) (call $post_i64 (i64.reinterpret_f64 (local.get 0))))
    (func (export "drop-all")
      (local $place i32)
      (loop $again
        (if (i32.lt_u (local.get $place) (i32.load (i32.const 0x1ac)))
          (then
            (call $drop (i32.load offset=0x1b0 (i32.mul (local.get $place) (i32.const 4))))
            (local.set $place (i32.add (local.get $place) (i32.const 1)))
            (br $again))))))
  (core func $drop (canon resource.drop $res))
  (core instance $base (instantiate $base (with "host" (instance (export "drop" (func $drop))))))
  (alias core export $base "memory" (core memory $memory))
  (alias core export $base "realloc" (core func $realloc))
  {{lowered}}
  (core module $main
    (import "base" "put-i32" (func $put_i32 (param i32 i32)))
    (import "base" "put-i64" (func $put_i64 (param i32 i64)))
    (import "base" "put-f32" (func $put_f32 (param i32 f32)))
    (import "base" "put-f64" (func $put_f64 (param i32 f64)))
    (import "base" "get-i32" (func $get_i32 (param i32) (result i32)))
    (import "base" "get-i64" (func $get_i64 (param i32) (result i64)))
    (import "base" "get-f32" (func $get_f32 (param i32) (result f32)))
    (import "base" "get-f64" (func $get_f64 (param i32) (result f64)))
    (import "base" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
    (import "base" "drop-all" (func $drop_all))
    {{core-imports}}
    {{core-functions}})
  (core instance $main (instantiate $main
    (with "base" (instance $base))
    (with "host" (instance {{host-instance}}))))
  (func (export "reset") (param "next" u32) (param "moves" bool) (param "fault-at" u32) (param "fault" u32)
    (canon lift (core func $base "reset")))
  (func (export "aim") (param "address" u32) (canon lift (core func $base "aim")))
  (func (export "keep") (param "value" (own $res)) (canon lift (core func $base "keep")))
  (func (export "poke") (param "bytes" (list u8))
    (canon lift (core func $base "poke") (memory $memory) (realloc (core func $base "aimed"))))
  (func (export "peek") (param "address" u32) (param "length" u32) (result (list u8))
    (canon lift (core func $base "peek") (memory $memory)))
  {{lifted}})
