;; One component calls another with strings in different encodings and a resource of the callee.
(component
  (component $callee
    (core module $m
      (memory (export "mem") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 64)
      (func (export "greet") (param i32 i32 i32) (result i32) i32.const 8)
      (func (export "done") (param i32)))
    (core instance $i (instantiate $m))
    (type $file' (resource (rep i32)))
    (export $file "file" (type $file'))
    (func (export "greet") (param "f" (borrow $file)) (param "name" string) (result string)
      (canon lift (core func $i "greet") string-encoding=utf16 (memory (core memory $i "mem")) (realloc (core func $i "realloc"))
        (post-return (core func $i "done")))))
  (component $caller
    (import "lib" (instance $lib
      (export "file" (type $file (sub resource)))
      (export "greet" (func (param "f" (borrow $file)) (param "name" string) (result string)))))
    (alias export $lib "file" (type $file))
    (core module $memory
      (memory (export "mem") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 64))
    (core instance $memory (instantiate $memory))
    (core func $greet (canon lower (func $lib "greet") (memory (core memory $memory "mem")) (realloc (core func $memory "realloc"))))
    (core func $drop (canon resource.drop $file))
    (core module $m
      (import "lib" "greet" (func $greet (param i32 i32 i32 i32)))
      (import "lib" "drop" (func $drop (param i32)))
      (func (export "run") (param i32)
        (call $greet (local.get 0) (i32.const 0) (i32.const 0) (i32.const 16))
        (call $drop (local.get 0))))
    (core instance $i (instantiate $m
      (with "lib" (instance (export "greet" (func $greet)) (export "drop" (func $drop))))))
    (func (export "run") (param "f" (own $file)) (canon lift (core func $i "run"))))
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "lib" (instance $callee))))
  (export $file "file" (type $callee "file"))
  (export "run" (func $caller "run") (func (param "f" (own $file)))))
