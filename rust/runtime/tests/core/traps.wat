;; One export for each way in which compiled code can trap.
(module $traps
  (type $nothing (func))
  (type $number (func (result i32)))
  (memory 1)
  (table 3 funcref)
  (elem (i32.const 0) $number)
  (elem $passive func $number)
  (data $bytes "abc")
  (func $number (type $number) (i32.const 7))

  (func $deep_inside (unreachable))
  (func $in_between (call $deep_inside))
  (func (export "UNREACHABLE_CODE_REACHED") (call $in_between))

  (func $recurse (param i64 i64) (call $recurse (local.get 1) (local.get 0)))
  (func (export "STACK_OVERFLOW") (call $recurse (i64.const 1) (i64.const 2)))

  (func (export "MEMORY_OUT_OF_BOUNDS") (drop (i32.load (i32.const 65533))))
  (func (export "far load") (drop (i32.load offset=0xffffffff (i32.const -1))))
  (func (export "wide load") (drop (i64.load offset=0xffffffff align=1 (i32.const -1))))
  (func (export "store") (i64.store (i32.const 0x7fffffff) (i64.const 1)))
  (func (export "memory.fill") (memory.fill (i32.const 65535) (i32.const 0) (i32.const 2)))
  (func (export "memory.copy") (memory.copy (i32.const 0) (i32.const -1) (i32.const 1)))
  (func (export "memory.init") (memory.init $bytes (i32.const 0) (i32.const 1) (i32.const 3)))
  (func (export "memory.init after data.drop")
    (data.drop $bytes)
    (memory.init $bytes (i32.const 0) (i32.const 0) (i32.const 1)))

  (func (export "TABLE_OUT_OF_BOUNDS") (drop (table.get 0 (i32.const 3))))
  (func (export "table.set") (table.set 0 (i32.const -1) (ref.null func)))
  (func (export "table.fill") (table.fill 0 (i32.const 2) (ref.null func) (i32.const 2)))
  (func (export "table.copy") (table.copy 0 0 (i32.const 0) (i32.const 1) (i32.const 3)))
  (func (export "table.init") (table.init $passive (i32.const 3) (i32.const 0) (i32.const 1)))
  (func (export "table.init after elem.drop")
    (elem.drop $passive)
    (table.init $passive (i32.const 0) (i32.const 0) (i32.const 1)))

  (func (export "UNDEFINED_ELEMENT") (call_indirect (type $nothing) (i32.const 3)))
  (func (export "UNINITIALIZED_ELEMENT") (call_indirect (type $nothing) (i32.const 1)))
  (func (export "INDIRECT_CALL_TYPE_MISMATCH") (call_indirect (type $nothing) (i32.const 0)))

  (func $divide (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "INTEGER_OVERFLOW") (drop (call $divide (i32.const 0x80000000) (i32.const -1))))
  (func (export "truncation") (drop (i32.trunc_f64_u (f64.const -1))))
  (func (export "INTEGER_DIVIDE_BY_ZERO") (drop (call $divide (i32.const 1) (i32.const 0))))
  (func (export "INVALID_CONVERSION_TO_INTEGER") (drop (i64.trunc_f32_s (f32.const nan))))

  ;; Shows that the instance goes on after any of them.
  (func (export "alive") (result i32) (call_indirect (type $number) (i32.const 0))))
