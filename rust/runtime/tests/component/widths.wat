;; Two components, one with a 64-bit and one with a 32-bit memory. Each has an `echo`, and a `relay` that calls the
;; other's `echo`.
(component
  (component $narrow
    (import "other" (func $other (param "x" (list string)) (result (list string))))
    (core module $libc
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 64))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (global.set $next (i32.and (i32.add (global.get $next) (i32.const 15)) (i32.const -8)))
        (global.get $next)
        (global.set $next (i32.add (global.get $next) (local.get 3)))))
    (core instance $libc (instantiate $libc))
    (alias core export $libc "memory" (core memory $memory))
    (alias core export $libc "realloc" (core func $realloc))
    (core func $other-core (canon lower (func $other) (memory $memory) (realloc $realloc)))
    (core module $main
      (import "libc" "memory" (memory 1))
      (import "" "other" (func $other (param i32 i32 i32)))
      (func (export "relay") (param i32 i32) (result i32)
        (call $other (local.get 0) (local.get 1) (i32.const 16))
        (i32.const 16))
      (func (export "echo") (param i32 i32) (result i32)
        (i32.store (i32.const 16) (local.get 0))
        (i32.store (i32.const 20) (local.get 1))
        (i32.const 16)))
    (core instance $main (instantiate $main
      (with "libc" (instance $libc))
      (with "" (instance (export "other" (func $other-core))))))
    (func (export "relay") (param "x" (list string)) (result (list string))
      (canon lift (core func $main "relay") (memory $memory) (realloc $realloc)))
    (func (export "echo") (param "x" (list string)) (result (list string))
      (canon lift (core func $main "echo") (memory $memory) (realloc $realloc))))

  (component $wide
    (import "other" (func $other (param "x" (list string)) (result (list string))))
    (core module $libc
      (memory (export "memory") i64 0x10010)
      (global $next (mut i64) (i64.const 0x100000040))
      (func (export "realloc") (param i64 i64 i64 i64) (result i64)
        (global.set $next (i64.and (i64.add (global.get $next) (i64.const 15)) (i64.const -8)))
        (global.get $next)
        (global.set $next (i64.add (global.get $next) (local.get 3)))))
    (core instance $libc (instantiate $libc))
    (alias core export $libc "memory" (core memory $memory))
    (alias core export $libc "realloc" (core func $realloc))
    (core func $other-core (canon lower (func $other) (memory $memory) (realloc $realloc)
      string-encoding=utf16))
    (core module $main
      (import "libc" "memory" (memory i64 1))
      (import "" "other" (func $other (param i64 i64 i64)))
      (func (export "relay") (param i64 i64) (result i64)
        (call $other (local.get 0) (local.get 1) (i64.const 0x100000010))
        (i64.const 0x100000010))
      (func (export "echo") (param i64 i64) (result i64)
        (i64.store (i64.const 0x100000010) (local.get 0))
        (i64.store (i64.const 0x100000018) (local.get 1))
        (i64.const 0x100000010)))
    (core instance $main (instantiate $main
      (with "libc" (instance $libc))
      (with "" (instance (export "other" (func $other-core))))))
    (func (export "relay") (param "x" (list string)) (result (list string))
      (canon lift (core func $main "relay") (memory $memory) (realloc $realloc) string-encoding=utf16))
    (func (export "echo") (param "x" (list string)) (result (list string))
      (canon lift (core func $main "echo") (memory $memory) (realloc $realloc) string-encoding=utf16)))

  ;; An `echo` of each needs an import too: one that traps, which nobody calls.
  (component $nobody
    (core module $main (func (export "never") (param i32 i32) (result i32) unreachable)
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $main (instantiate $main))
    (func (export "echo") (param "x" (list string)) (result (list string))
      (canon lift (core func $main "never") (memory (core memory $main "memory")) (realloc (core func $main "realloc")))))
  (instance $nobody (instantiate $nobody))

  (instance $narrow-end (instantiate $narrow (with "other" (func $nobody "echo"))))
  (instance $wide-end (instantiate $wide (with "other" (func $nobody "echo"))))
  (instance $wide-start (instantiate $wide (with "other" (func $narrow-end "echo"))))
  (instance $narrow-start (instantiate $narrow (with "other" (func $wide-end "echo"))))
  (export "wide-to-narrow" (func $wide-start "relay"))
  (export "narrow-to-wide" (func $narrow-start "relay")))
