;; Gives out what it gets from another component: a thing that is neither its own nor its host's.
(component
  (import "test:things/made" (instance $made
    (export "thing" (type $thing (sub resource)))
    (export "make" (func (result (own $thing))))))
  (alias export $made "thing" (type $thing))
  (core func $make (canon lower (func $made "make")))
  (core module $code
    (import "made" "make" (func $make (result i32)))
    (func (export "fetch") (result i32) (call $make)))
  (core instance $code (instantiate $code (with "made" (instance (export "make" (func $make))))))
  (func (export "fetch") (result (own $thing)) (canon lift (core func $code "fetch"))))
