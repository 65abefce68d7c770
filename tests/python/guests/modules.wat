;; Imports and exports core modules, which WIT cannot express; its functions need no class, but for two.
(component
  (import "answer" (core module $answer (export "answer" (func (result i32)))))
  (type $tone' (enum "low" "high"))
  (import "tone" (type $tone (eq $tone')))
  (import "tune" (func (param "tone" $tone)))
  (import "report" (func $report (param "value" u32) (result u32)))
  (core instance $answer (instantiate $answer))
  (core func $report (canon lower (func $report)))
  (core module $code
    (import "answer" "answer" (func $answer (result i32)))
    (import "host" "report" (func $report (param i32) (result i32)))
    (func (export "ask") (result i32) (call $report (call $answer)))
    (func (export "colour") (result i32) (i32.const 1)))
  (core instance $code (instantiate $code
    (with "answer" (instance $answer))
    (with "host" (instance (export "report" (func $report))))))
  (func (export "ask") (result u32) (canon lift (core func $code "ask")))
  (type $colour' (enum "red" "green"))
  (export $colour "colour" (type $colour'))
  (func (export "paint") (result $colour) (canon lift (core func $code "colour")))
  (core module $empty (func (export "nothing")))
  (export "empty" (core module $empty)))
