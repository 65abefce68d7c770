;; A guest that calls its host.
(component
  (import "between" (func $between))
  (core func $between (canon lower (func $between)))
  (core module $code
    (import "host" "between" (func $between))
    (func (export "relay") (call $between)))
  (core instance $code (instantiate $code (with "host" (instance (export "between" (func $between))))))
  (func (export "relay") (canon lift (core func $code "relay"))))
