;; Imports three versions of WASI 0.2 side by side: random numbers by 0.2.0 and 0.2.9, and a stream that 0.2.3 gives and
;; 0.2.6 writes to.
(component
  (import "wasi:random/random@0.2.0" (instance $old (export "get-random-u64" (func (result u64)))))
  (import "wasi:random/random@0.2.9" (instance $new (export "get-random-u64" (func (result u64)))))
  (import "wasi:io/error@0.2.6" (instance $error (export "error" (type (sub resource)))))
  (alias export $error "error" (type $error-resource))
  (import "wasi:io/streams@0.2.6" (instance $streams
    (export "output-stream" (type $stream (sub resource)))
    (alias outer 1 $error-resource (type $outer-error))
    (export "error" (type $error (eq $outer-error)))
    (type $stream-error-type (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $stream-error-type)))
    (export "[method]output-stream.flush"
      (func (param "self" (borrow $stream)) (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $output-stream))
  (import "wasi:cli/stdout@0.2.3" (instance $stdout
    (alias outer 1 $output-stream (type $outer-stream))
    (export "output-stream" (type $stream (eq $outer-stream)))
    (export "get-stdout" (func (result (own $stream))))))

  (core module $memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
  (core instance $memory (instantiate $memory))
  (core func $get-stdout (canon lower (func $stdout "get-stdout")))
  (core func $flush
    (canon lower (func $streams "[method]output-stream.flush")
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
  (core func $drop (canon resource.drop $output-stream))
  (core func $old (canon lower (func $old "get-random-u64")))
  (core func $new (canon lower (func $new "get-random-u64")))

  (core module $main
    (import "host" "get-stdout" (func $get-stdout (result i32)))
    (import "host" "flush" (func $flush (param i32 i32)))
    (import "host" "drop" (func $drop (param i32)))
    (import "host" "old" (func $old (result i64)))
    (import "host" "new" (func $new (result i64)))
    (import "memory" "memory" (memory 1))
    (func (export "old") (result i64) call $old)
    (func (export "new") (result i64) call $new)
    ;; Whether flushing standard output succeeded: its result is written to address 16, 0 for `ok`.
    (func (export "write") (result i32) (local $stream i32)
      (local.set $stream (call $get-stdout))
      (call $flush (local.get $stream) (i32.const 16))
      (call $drop (local.get $stream))
      (i32.eqz (i32.load8_u (i32.const 16)))))
  (core instance $main (instantiate $main
    (with "memory" (instance $memory))
    (with "host" (instance
      (export "get-stdout" (func $get-stdout))
      (export "flush" (func $flush))
      (export "drop" (func $drop))
      (export "old" (func $old))
      (export "new" (func $new))))))
  (func (export "old-random") (result u64) (canon lift (core func $main "old")))
  (func (export "new-random") (result u64) (canon lift (core func $main "new")))
  (func (export "write") (result bool) (canon lift (core func $main "write"))))
