;; Gives out as many of another component's things as it is asked for. Tells its host before.
(component
  (import "gathered" (func $gathered))
  (import "test:things/made" (instance $made
    (export "thing" (type $thing (sub resource)))
    (export "make" (func (result (own $thing))))))
  (alias export $made "thing" (type $thing))
  (core func $make (canon lower (func $made "make")))
  (core func $gathered (canon lower (func $gathered)))
  (core module $code
    (import "made" "make" (func $make (result i32)))
    (import "host" "gathered" (func $gathered))
    (memory (export "memory") 100)
    (func (export "gather") (param $count i32) (result i32)
      (local $number i32)
      (loop $more
        (i32.store
          (i32.add (i32.const 65536) (i32.mul (local.get $number) (i32.const 4)))
          (call $make))
        (local.set $number (i32.add (local.get $number) (i32.const 1)))
        (br_if $more (i32.lt_u (local.get $number) (local.get $count))))
      (i32.store (i32.const 0) (i32.const 65536))
      (i32.store (i32.const 4) (local.get $count))
      (call $gathered)
      (i32.const 0)))
  (core instance $code (instantiate $code 
    (with "made" (instance (export "make" (func $make))))
    (with "host" (instance (export "gathered" (func $gathered))))))
  (func (export "gather") (param "count" u32) (result (list (own $thing)))
    (canon lift (core func $code "gather") (memory (core memory $code "memory")))))
