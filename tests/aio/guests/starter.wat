;; Asks its host while it is instantiated.
(component
  (import "test:aio/host@1.0.0" (instance $host
    (export "wait" (func (param "ms" u32) (result u32)))))
  (core func $wait (canon lower (func $host "wait")))
  (core module $code
    (import "host" "wait" (func $wait (param i32) (result i32)))
    (global $answer (mut i32) (i32.const 0))
    (func $start (global.set $answer (call $wait (i32.const 20))))
    (start $start)
    (func (export "answer") (result i32) (global.get $answer)))
  (core instance $code (instantiate $code (with "host" (instance (export "wait" (func $wait))))))
  (func (export "answer") (result u32) (canon lift (core func $code "answer"))))
