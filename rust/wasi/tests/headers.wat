;; Gives `fields.from-list`, which this host does not have, a list that is not in the memory.
(component
  (import "wasi:http/types@0.2.0" (instance $http
    (export "fields" (type $fields (sub resource)))
    (type $error-type (variant (case "invalid-syntax") (case "forbidden") (case "immutable")))
    (export "header-error" (type $error (eq $error-type)))
    (export "[static]fields.from-list" (func
      (param "entries" (list (tuple string (list u8)))) (result (result (own $fields) (error $error)))))))
  (core module $memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
  (core instance $memory (instantiate $memory))
  (core func $from-list (canon lower (func $http "[static]fields.from-list")
    (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
  (core module $code
    (import "http" "from-list" (func $from-list (param i32 i32 i32)))
    (func (export "run") (call $from-list (i32.const 0) (i32.const 0xffffff) (i32.const 0))))
  (core instance $code (instantiate $code (with "http" (instance (export "from-list" (func $from-list))))))
  (func (export "run") (canon lift (core func $code "run"))))
