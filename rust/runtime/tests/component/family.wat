;; A parent with two children. Calls go from child to sibling, to the parent, and back.
(component $parent
  (import "host" (func $host))
  (component $child
    (import "out" (func $out))
    (core func $out (canon lower (func $out)))
    (core module $code
      (import "x" "out" (func $out))
      (global $depth (mut i32) (i32.const 0))
      (func (export "run")
        (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
        (if (i32.lt_u (global.get $depth) (i32.const 3)) (then (call $out)))))
    (core instance $code (instantiate $code (with "x" (instance (export "out" (func $out))))))
    (func (export "run") (canon lift (core func $code "run"))))

  ;; A function slot that is filled after the children exist, so that calls can go in circles.
  (core module $slot
    (table (export "table") 2 funcref)
    (type $f (func))
    (func (export "first") (call_indirect (type $f) (i32.const 0)))
    (func (export "second") (call_indirect (type $f) (i32.const 1))))
  (core instance $slot (instantiate $slot))
  (func $first (canon lift (core func $slot "first")))
  (func $second (canon lift (core func $slot "second")))

  (instance $a (instantiate $child (with "out" (func $first))))
  (instance $b (instantiate $child (with "out" (func $second))))
  (core func $run-a (canon lower (func $a "run")))
  (core func $run-b (canon lower (func $b "run")))
  (core func $host (canon lower (func $host)))
  (core module $fill
    (import "slot" "table" (table 2 funcref))
    (import "x" "a" (func $a))
    (import "x" "b" (func $b))
    (import "x" "host" (func $host))
    (elem (i32.const 0) $b)
    (elem (i32.const 1) $a)
    (func (export "start-with-a") (call $a))
    (func (export "call-host") (call $host)))
  (core instance $fill (instantiate $fill
    (with "slot" (instance $slot))
    (with "x" (instance (export "a" (func $run-a)) (export "b" (func $run-b)) (export "host" (func $host))))))
  (func (export "circle") (canon lift (core func $fill "start-with-a")))
  (func (export "call-host") (canon lift (core func $fill "call-host"))))
