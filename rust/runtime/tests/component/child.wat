;; Makes things: numbers that are counted from a base that its surroundings know.
(component $child
  (import "log" (func $log (param "x" u32)))
  (import "base" (func $base (result u32)))
  (type $thing-rep (resource (rep i32)))
  (export $thing "thing" (type $thing-rep))
  (core func $lowered-log (canon lower (func $log)))
  (core func $lowered-base (canon lower (func $base)))
  (core func $new (canon resource.new $thing-rep))
  (core module $m
    (import "" "log" (func $log (param i32)))
    (import "" "base" (func $base (result i32)))
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (param i32) (result i32)
      (call $log (local.get 0))
      (call $new (i32.add (local.get 0) (call $base))))
    (func (export "get") (param i32) (result i32) (local.get 0)))
  (core instance $i (instantiate $m (with "" (instance
    (export "log" (func $lowered-log))
    (export "base" (func $lowered-base))
    (export "new" (func $new))))))
  (func (export "make") (param "x" u32) (result (own $thing)) (canon lift (core func $i "make")))
  (func (export "get") (param "thing" (borrow $thing)) (result u32) (canon lift (core func $i "get")))
)
