;; Exports components: one that needs nothing, and one that is made of a core module that this one imports.
(component $factory
  (import "lib" (core module $lib (export "f" (func (result i32)))))
  (component $made
    (alias outer $factory $lib (core module $l))
    (core instance $i (instantiate $l))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))
  (component $plain
    (import "x" (func $x (result u32)))
    (component $inner
      (core module $m (func (export "g") (result i32) (i32.const 5)))
      (core instance $i (instantiate $m))
      (func (export "g") (result u32) (canon lift (core func $i "g"))))
    (export "x-again" (func $x))
    (export "inner" (component $inner)))
  (export "made" (component $made))
  (export "plain" (component $plain))
)
