;; The component of the packages in this folder: `add` of two numbers, and `half`, whose result may be an error.
(component
  (core module $module
    (memory (export "memory") 1)
    (func (export "add") (param i32 i32) (result i32)
      (i32.add (local.get 0) (local.get 1)))
    ;; An even number is halved; the error of an odd one is the number itself. The result is at address 16.
    (func (export "half") (param i32) (result i32)
      (i32.store8 (i32.const 16) (i32.and (local.get 0) (i32.const 1)))
      (i32.store (i32.const 20)
        (select (local.get 0) (i32.shr_u (local.get 0) (i32.const 1)) (i32.and (local.get 0) (i32.const 1))))
      (i32.const 16)))
  (core instance $instance (instantiate $module))
  (func (export "add") (param "left" u32) (param "right" u32) (result u32)
    (canon lift (core func $instance "add")))
  (func (export "half") (param "value" u32) (result (result u32 (error u32)))
    (canon lift (core func $instance "half") (memory (core memory $instance "memory")))))
