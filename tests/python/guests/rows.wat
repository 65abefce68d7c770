;; Gives out 37 tuples, or records, of two empty lists each.
(component
  (core module $code
    (memory (export "memory") 1)
    (func (export "rows") (result i32)
      (i32.store (i32.const 0) (i32.const 16))
      (i32.store (i32.const 4) (i32.const 37))
      (i32.const 0)))
  (core instance $code (instantiate $code))
  (alias core export $code "memory" (core memory $memory))
  (type $row (record (field "left" (list u32)) (field "right" (list u32))))
  (func (export "tuples") (result (list (tuple (list u32) (list u32))))
    (canon lift (core func $code "rows") (memory $memory)))
  (func $rows (result (list $row)) (canon lift (core func $code "rows") (memory $memory)))
  (component $interface
    (type $row (record (field "left" (list u32)) (field "right" (list u32))))
    (import "row" (type $named (eq $row)))
    (import "rows" (func $rows (result (list $named))))
    (export $exported "row" (type $named))
    (export "rows" (func $rows) (func (result (list $exported)))))
  (instance $made (instantiate $interface (with "row" (type $row)) (with "rows" (func $rows))))
  (export "test:rows/made" (instance $made)))
