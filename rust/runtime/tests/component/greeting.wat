;; Has a start function: it is given values and its result is exported. An inner component passes a value through.
(component
  (import "who" (value $who string))
  (import "length" (value $length u32))
  (import "point" (value $point (tuple s32 (option u8))))
  (core module $m
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
    ;; The first bytes of the text.
    (func (export "greet") (param $text i32) (param $text-length i32) (param $length i32) (result i32)
      (i32.store (i32.const 16) (local.get $text))
      (i32.store (i32.const 20) (local.get $length))
      (i32.const 16)))
  (core instance $i (instantiate $m))
  (func $greet (param "who" string) (param "length" u32) (result string)
    (canon lift (core func $i "greet") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
  (start $greet (value $who) (value $length) (result (value $greeting)))
  (component $pass
    (import "in" (value $in string))
    (export "out" (value $in)))
  (instance $passed (instantiate $pass (with "in" (value $greeting))))
  (export "greeting" (value $passed "out"))
  (export "point" (value $point))
)
