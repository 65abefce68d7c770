;; A component that takes its time where it is asked for memory, some tens of milliseconds for each text: signals arrive while
;; the values of a call are on their way.
(component
  (import "attempt" (func $attempt (result (result u32 (error string)))))
  (core module $state
    (global $dropped (mut i32) (i32.const 0))
    (func (export "destroy") (param i32) (global.set $dropped (i32.add (global.get $dropped) (i32.const 1))))
    (func (export "dropped") (result i32) (global.get $dropped)))
  (core instance $state (instantiate $state))
  (type $thing (resource (rep i32) (dtor (core func $state "destroy"))))
  (core func $new (canon resource.new $thing))
  (core func $rep (canon resource.rep $thing))
  (core func $drop (canon resource.drop $thing))
  (core module $memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $rounds i32)
      (local.set $rounds (i32.const 30000000))
      (loop $again
        (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
        (br_if $again (local.get $rounds)))
      (i32.const 1024)))
  (core instance $memory (instantiate $memory))
  (alias core export $memory "memory" (core memory $storage))
  (alias core export $memory "realloc" (core func $realloc))
  (core func $attempt-core (canon lower (func $attempt) (memory $storage) (realloc $realloc)))
  (core module $code
    (import "" "memory" (memory 1))
    (import "" "attempt" (func $attempt (param i32)))
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "rep" (func $rep (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "get") (param i32) (result i32) (local.get 0))
    (func (export "take") (param $thing i32) (param i32 i32) (param $number i32) (result i32) (local $sum i32)
      (local.set $sum (i32.add (call $rep (local.get $thing)) (local.get $number)))
      (call $drop (local.get $thing))
      (local.get $sum))
    ;; Whether the attempt failed.
    (func (export "ask") (result i32)
      (call $attempt (i32.const 16))
      (i32.load8_u (i32.const 16))))
  (core instance $code (instantiate $code (with "" (instance
    (export "memory" (memory $storage)) (export "attempt" (func $attempt-core))
    (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))))))
  (func (export "ask") (result bool) (canon lift (core func $code "ask")))
  (func (export "dropped") (result u32) (canon lift (core func $state "dropped")))

  (func $make (param "value" u32) (result (own $thing)) (canon lift (core func $code "make")))
  (func $get (param "self" (borrow $thing)) (result u32) (canon lift (core func $code "get")))
  (func $take (param "it" (own $thing)) (param "name" string) (param "number" u32) (result u32)
    (canon lift (core func $code "take") (memory $storage) (realloc $realloc)))
  (component $interface
    (import "thing" (type $thing (sub resource)))
    (import "make" (func $make (param "value" u32) (result (own $thing))))
    (import "get" (func $get (param "self" (borrow $thing)) (result u32)))
    (import "take" (func $take (param "it" (own $thing)) (param "name" string) (param "number" u32) (result u32)))
    (export $exported "thing" (type $thing))
    (export "[constructor]thing" (func $make) (func (param "value" u32) (result (own $exported))))
    (export "[method]thing.get" (func $get) (func (param "self" (borrow $exported)) (result u32)))
    (export "take" (func $take)
      (func (param "it" (own $exported)) (param "name" string) (param "number" u32) (result u32))))
  (instance $things (instantiate $interface
    (with "thing" (type $thing)) (with "make" (func $make)) (with "get" (func $get)) (with "take" (func $take))))
  (export "test:patient/things" (instance $things)))
