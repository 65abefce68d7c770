;; The host's resource goes to a child under two names. The child sees two types; the plan has one.
(component
  (import "host" (instance $host
    (export "thing" (type $thing (sub resource)))
    (export "[constructor]thing" (func (result (own $thing))))))
  (alias export $host "thing" (type $thing))
  (component $child
    (import "a" (type $a (sub resource)))
    (import "b" (type $b (sub resource)))
    (import "make" (func $make (result (own $a))))
    (core func $drop-a (canon resource.drop $a))
    (core func $drop-b (canon resource.drop $b))
    (core func $make' (canon lower (func $make)))
    (core module $m
      (import "x" "drop-a" (func (param i32)))
      (import "x" "drop-b" (func (param i32)))
      (import "x" "make" (func $make (result i32)))
      (func (export "swap") (param i32) (result i32) (call $make)))
    (core instance $i (instantiate $m (with "x" (instance
      (export "drop-a" (func $drop-a))
      (export "drop-b" (func $drop-b))
      (export "make" (func $make'))))))
    (func (export "swap") (param "old" (own $b)) (result (own $a)) (canon lift (core func $i "swap"))))
  (instance $c (instantiate $child
    (with "a" (type $thing))
    (with "b" (type $thing))
    (with "make" (func $host "[constructor]thing"))))
  (export "swap" (func $c "swap")))
