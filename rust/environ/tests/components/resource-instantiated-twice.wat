;; A component that defines a resource is instantiated twice: the two instances have different resource types, although
;; the file has one definition.
(component
  (component $counter
    (core module $m
      (func (export "drop") (param i32))
      (func (export "make") (param i32) (result i32) local.get 0))
    (core instance $main (instantiate $m))
    (type $r' (resource (rep i32) (dtor (core func $main "drop"))))
    (export $r "counter" (type $r'))
    (core func $new (canon resource.new $r'))
    (core module $glue
      (import "" "new" (func $new (param i32) (result i32)))
      (func (export "make") (param i32) (result i32) (call $new (local.get 0))))
    (core instance $lifted (instantiate $glue (with "" (instance (export "new" (func $new))))))
    (func (export "make") (param "start" u32) (result (own $r)) (canon lift (core func $lifted "make"))))
  (instance $one (instantiate $counter))
  (instance $two (instantiate $counter))
  (export "one" (instance $one))
  (export "two" (instance $two)))
