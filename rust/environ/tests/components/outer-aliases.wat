;; Modules and components of the outer component are used two levels further in; nothing is duplicated.
(component
  (core module $shared (func (export "f") (result i32) i32.const 7))
  (component $leaf
    (core instance $i (instantiate $shared))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))
  (component $middle
    (component $inner
      (instance $l (instantiate $leaf))
      (core instance $i (instantiate $shared))
      (func (export "from-module") (result u32) (canon lift (core func $i "f")))
      (export "from-component" (func $l "f")))
    (instance $i (instantiate $inner))
    (export "inner" (instance $i)))
  (instance $m (instantiate $middle))
  (export "middle" (instance $m)))
