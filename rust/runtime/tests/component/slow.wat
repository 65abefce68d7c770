;; Exports a resource, and takes it beside a text: its `realloc` looks at the epoch, so that the host comes past while the
;; arguments of a call are being lowered.
(component
  (core module $destructor
    (global $count (mut i32) (i32.const 0))
    (func (export "destroy") (param i32) (global.set $count (i32.add (global.get $count) (i32.const 1))))
    (func (export "count") (result i32) (global.get $count)))
  (core instance $destructor (instantiate $destructor))
  (type $inner (resource (rep i32) (dtor (core func $destructor "destroy"))))
  (export $thing "thing" (type $inner))
  (core func $new (canon resource.new $inner))
  (core func $rep (canon resource.rep $inner))
  (core func $drop (canon resource.drop $inner))
  (core module $code
    (import "thing" "new" (func $new (param i32) (result i32)))
    (import "thing" "rep" (func $rep (param i32) (result i32)))
    (import "thing" "drop" (func $drop (param i32)))
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $round i32)
      (loop $again
        (local.set $round (i32.add (local.get $round) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $round) (i32.const 3))))
      (i32.const 64))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "get") (param i32) (result i32) (local.get 0))
    (func (export "take") (param $thing i32) (param i32 i32) (param $number i32) (result i32)
      (local $value i32)
      (local.set $value (i32.add (call $rep (local.get $thing)) (local.get $number)))
      (call $drop (local.get $thing))
      (local.get $value)))
  (core instance $code (instantiate $code
    (with "thing" (instance
      (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))))))
  (func (export "[constructor]thing") (param "value" u32) (result (own $thing)) (canon lift (core func $code "make")))
  (func (export "[method]thing.get") (param "self" (borrow $thing)) (result u32) (canon lift (core func $code "get")))
  (func (export "take") (param "it" (own $thing)) (param "name" string) (param "number" u32) (result u32)
    (canon lift (core func $code "take") (memory (core memory $code "memory")) (realloc (core func $code "realloc"))))
  (func (export "dropped") (result u32) (canon lift (core func $destructor "count"))))
