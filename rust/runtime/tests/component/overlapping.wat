;; Hands lists of lists to a component whose `realloc` gives out one place for everything, so that a list's elements come to
;; lie over its own pointer and length.
(component
  (component $receiver
    (core module $code
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
      ;; What lies where the first list's pointer and length are stored.
      (func (export "first") (param i32 i32) (result i64) (i64.load (local.get 0))))
    (core instance $code (instantiate $code))
    (func (export "bytes") (param "lists" (list (list u8))) (result u64)
      (canon lift (core func $code "first")
        (memory (core memory $code "memory")) (realloc (core func $code "realloc"))))
    (func (export "texts") (param "lists" (list (list string))) (result u64)
      (canon lift (core func $code "first")
        (memory (core memory $code "memory")) (realloc (core func $code "realloc")))))

  (component $sender
    (import "bytes" (func $bytes (param "lists" (list (list u8))) (result u64)))
    (import "texts" (func $texts (param "lists" (list (list string))) (result u64)))
    (core module $memory
      (memory (export "memory") 1)
      ;; One list of eight bytes, and one of one string of two.
      (data (i32.const 16) "\20\00\00\00\08\00\00\00")
      (data (i32.const 32) "abcdefgh")
      (data (i32.const 48) "\40\00\00\00\01\00\00\00")
      (data (i32.const 64) "\50\00\00\00\02\00\00\00")
      (data (i32.const 80) "ij"))
    (core instance $memory (instantiate $memory))
    (core func $bytes (canon lower (func $bytes) (memory (core memory $memory "memory"))))
    (core func $texts (canon lower (func $texts) (memory (core memory $memory "memory"))))
    (core module $code
      (import "" "bytes" (func $bytes (param i32 i32) (result i64)))
      (import "" "texts" (func $texts (param i32 i32) (result i64)))
      (func (export "bytes") (result i64) (call $bytes (i32.const 16) (i32.const 1)))
      (func (export "texts") (result i64) (call $texts (i32.const 48) (i32.const 1))))
    (core instance $code (instantiate $code
      (with "" (instance (export "bytes" (func $bytes)) (export "texts" (func $texts))))))
    (func (export "bytes") (result u64) (canon lift (core func $code "bytes")))
    (func (export "texts") (result u64) (canon lift (core func $code "texts"))))

  (instance $receiver (instantiate $receiver))
  (instance $sender (instantiate $sender
    (with "bytes" (func $receiver "bytes")) (with "texts" (func $receiver "texts"))))
  (export "bytes" (func $sender "bytes"))
  (export "texts" (func $sender "texts")))
