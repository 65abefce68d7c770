;; The caller catches whatever is thrown; but what the callee throws is not its business.
(component
  (component $callee
    (core module $m
      (tag $t)
      (func (export "throw") (throw $t)))
    (core instance $m (instantiate $m))
    (func (export "throw") (canon lift (core func $m "throw"))))
  (component $caller
    (import "callee" (instance $callee (export "throw" (func))))
    (core func $throw (canon lower (func $callee "throw")))
    (core module $m
      (import "callee" "throw" (func $throw))
      (func (export "catch") (block $caught (try_table (catch_all $caught) (call $throw)))))
    (core instance $m (instantiate $m (with "callee" (instance (export "throw" (func $throw))))))
    (func (export "catch") (canon lift (core func $m "catch"))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "callee" (instance $callee))))
  (export "catch" (func $caller "catch"))
  (export "throw" (func $callee "throw")))
