;; Imports a resource of the world itself, and hands its objects out and takes them back.
(component
  (import "thing" (type $thing (sub resource)))
  (import "[constructor]thing" (func $new (result (own $thing))))
  (import "[method]thing.size" (func $size (param "self" (borrow $thing)) (result u32)))
  (core func $new (canon lower (func $new)))
  (core func $size (canon lower (func $size)))
  (core func $drop (canon resource.drop $thing))
  (core module $code
    (import "thing" "new" (func $new (result i32)))
    (import "thing" "size" (func $size (param i32) (result i32)))
    (import "thing" "drop" (func $drop (param i32)))
    (export "make" (func $new))
    (export "drop" (func $drop))
    (func (export "measure") (result i32) (local $thing i32) (local $size i32)
      (local.set $thing (call $new))
      (local.set $size (call $size (local.get $thing)))
      (call $drop (local.get $thing))
      (local.get $size)))
  (core instance $code (instantiate $code
    (with "thing" (instance
      (export "new" (func $new))
      (export "size" (func $size))
      (export "drop" (func $drop))))))
  (func (export "make") (result (own $thing)) (canon lift (core func $code "make")))
  (func (export "take") (param "thing" (own $thing)) (canon lift (core func $code "drop")))
  (func (export "measure") (result u32) (canon lift (core func $code "measure"))))
