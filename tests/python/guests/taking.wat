;; Takes a resource of the host's, and drops it.
(component
  (import "a:b/h" (instance $h (export "r" (type (sub resource)))))
  (alias export $h "r" (type $r))
  (core func $drop (canon resource.drop $r))
  (core module $m
    (import "" "drop" (func $drop (param i32)))
    (func (export "take") (param i32) (call $drop (local.get 0))))
  (core instance $i (instantiate $m (with "" (instance (export "drop" (func $drop))))))
  (func (export "take") (param "r" (own $r)) (canon lift (core func $i "take"))))
