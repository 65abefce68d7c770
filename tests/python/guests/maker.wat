;; Makes resources whose destructor takes some thousand rounds of a loop, and counts those that are gone.
(component
  (core module $code
    (global $gone (mut i32) (i32.const 0))
    (func (export "gone") (result i32) (global.get $gone))
    (func (export "destroy") (param i32)
      (local $rounds i32)
      (loop $more
        (local.set $rounds (i32.add (local.get $rounds) (i32.const 1)))
        (br_if $more (i32.lt_u (local.get $rounds) (i32.const 3000))))
      (global.set $gone (i32.add (global.get $gone) (i32.const 1)))))
  (core instance $code (instantiate $code))
  (type $thing (resource (rep i32) (dtor (core func $code "destroy"))))
  (core func $new (canon resource.new $thing))
  (core module $maker
    (import "thing" "new" (func $new (param i32) (result i32)))
    (func (export "make") (result i32) (call $new (i32.const 7))))
  (core instance $maker (instantiate $maker (with "thing" (instance (export "new" (func $new))))))
  (func $make (result (own $thing)) (canon lift (core func $maker "make")))
  (component $interface
    (import "thing" (type $thing (sub resource)))
    (import "make" (func $make (result (own $thing))))
    (export $exported "thing" (type $thing))
    (export "make" (func $make) (func (result (own $exported)))))
  (instance $made (instantiate $interface (with "thing" (type $thing)) (with "make" (func $make))))
  (export "test:things/made" (instance $made))
  (func (export "gone") (result u32) (canon lift (core func $code "gone"))))
