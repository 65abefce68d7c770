;; Exports a resource of the host under an interface of its own, and a function that gets one from the host.
(component
  (import "test:things/host" (instance $host
    (export "thing" (type $thing (sub resource)))
    (export "[constructor]thing" (func (result (own $thing))))))
  (alias export $host "thing" (type $thing))
  (core func $new (canon lower (func $host "[constructor]thing")))
  (core module $code
    (import "host" "new" (func $new (result i32)))
    (func (export "make") (result i32) (call $new)))
  (core instance $code (instantiate $code (with "host" (instance (export "new" (func $new))))))
  (func $make (result (own $thing)) (canon lift (core func $code "make")))
  (component $interface
    (import "thing" (type $thing (sub resource)))
    (import "make" (func $make (result (own $thing))))
    (export $exported "thing" (type $thing))
    (export "make" (func $make) (func (result (own $exported)))))
  (instance $made (instantiate $interface (with "thing" (type $thing)) (with "make" (func $make))))
  (export "test:things/made" (instance $made)))
