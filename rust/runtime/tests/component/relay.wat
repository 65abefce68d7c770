;; Hands a file of the host from one component to another, beside a text for which the receiver's `realloc` is called. That
;; looks at the epoch, so that the host comes past while the handle is between the two.
(component
  (import "host" (instance $host
    (export "file" (type $file (sub resource)))
    (export "size" (func (param "it" (borrow $file)) (result u32)))))
  (alias export $host "file" (type $file))

  (component $receiver
    (import "file" (type $file (sub resource)))
    (import "size" (func $size (param "it" (borrow $file)) (result u32)))
    (core func $size (canon lower (func $size)))
    (core func $drop (canon resource.drop $file))
    (core module $code
      (import "file" "size" (func $size (param i32) (result i32)))
      (import "file" "drop" (func $drop (param i32)))
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (local $round i32)
        (loop $again
          (local.set $round (i32.add (local.get $round) (i32.const 1)))
          (br_if $again (i32.lt_u (local.get $round) (i32.const 3))))
        (i32.const 64))
      (func (export "measure") (param i32 i32) (param $file i32) (result i32)
        (local $size i32)
        (local.set $size (call $size (local.get $file)))
        (call $drop (local.get $file))
        (local.get $size)))
    (core instance $code (instantiate $code
      (with "file" (instance (export "size" (func $size)) (export "drop" (func $drop))))))
    (func (export "measure") (param "name" string) (param "it" (own $file)) (result u32)
      (canon lift (core func $code "measure")
        (memory (core memory $code "memory")) (realloc (core func $code "realloc")))))

  (component $sender
    (import "file" (type $file (sub resource)))
    (import "measure" (func $measure (param "name" string) (param "it" (own $file)) (result u32)))
    (core module $memory (memory (export "memory") 1) (data (i32.const 8) "relay"))
    (core instance $memory (instantiate $memory))
    (core func $measure (canon lower (func $measure) (memory (core memory $memory "memory"))))
    (core module $code
      (import "" "measure" (func $measure (param i32 i32 i32) (result i32)))
      (func (export "send") (param $file i32) (result i32)
        (call $measure (i32.const 8) (i32.const 5) (local.get $file))))
    (core instance $code (instantiate $code (with "" (instance (export "measure" (func $measure))))))
    (func (export "send") (param "it" (own $file)) (result u32) (canon lift (core func $code "send"))))

  (instance $receiver (instantiate $receiver
    (with "file" (type $file)) (with "size" (func $host "size"))))
  (instance $sender (instantiate $sender
    (with "file" (type $file)) (with "measure" (func $receiver "measure"))))
  (export "send" (func $sender "send")))
