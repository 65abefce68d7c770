;; Calls the host, which calls back in, without end.
(module $recursion
  (import "host" "again" (func $again))
  (func $go (export "go") (call $again)))
