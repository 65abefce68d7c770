;; What is imported is exported again, alone and inside of instances, and lowered in between; an imported core module is
;; instantiated with arguments by name and exported too.
(component
  (import "log" (func $log (param "level" u8)))
  (import "types" (instance $types
    (type $level' (enum "low" "high"))
    (export "level" (type $level (eq $level')))
    (export "set" (func (param "level" $level)))))
  (import "code" (core module $code
    (import "env" "log" (func (param i32)))
    (export "run" (func (result i32)))))
  (core func $log' (canon lower (func $log)))
  (core func $set (canon lower (func $types "set")))
  (core instance $env (export "log" (func $log')) (export "unused" (func $set)))
  (core instance $i (instantiate $code (with "env" (instance $env))))
  (func $run (result u32) (canon lift (core func $i "run")))
  (instance $all
    (export "types" (instance $types))
    (export "log" (func $log))
    (export "run" (func $run)))
  (export "all" (instance $all))
  (export "log2" (func $log))
  (export "code2" (core module $code)))
