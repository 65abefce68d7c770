//! The parts of the module that are the same for every world: its memory and what it keeps there.

/// Memory, allocation, and the cells of exported resources.
///
/// A cell is what a resource's representation points to: a word with the handle of the resource behind it, zero where there is none.
/// Cells lie in the first page and are used again after they are freed; all else lies behind them and is forgotten when a
/// call is over.
pub const TEXT: &str = r#"
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 0x10000))
  (global $unused_cells (mut i32) (i32.const 16))
  (global $free_cell (mut i32) (i32.const 0))

  (func $new_cell (param $handle i32) (result i32)
    (local $cell i32)
    (if (global.get $free_cell)
      (then
        (local.set $cell (global.get $free_cell))
        (global.set $free_cell (i32.load (local.get $cell))))
      (else
        (local.set $cell (global.get $unused_cells))
        (global.set $unused_cells (i32.add (local.get $cell) (i32.const 4)))
        (if (i32.gt_u (global.get $unused_cells) (i32.const 0x10000)) (then unreachable))))
    (i32.store (local.get $cell) (local.get $handle))
    (local.get $cell))

  (func $free_one_cell (param $cell i32)
    (i32.store (local.get $cell) (global.get $free_cell))
    (global.set $free_cell (local.get $cell)))

  (func $reset_heap (global.set $heap (i32.const 0x10000)))

  (func $realloc (export "cabi_realloc")
    (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $new i32) (local $end i64)
    (local.set $new
      (i32.and
        (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
    (local.set $end (i64.add (i64.extend_i32_u (local.get $new)) (i64.extend_i32_u (local.get $size))))
    (if (i64.gt_u (local.get $end) (i64.shl (i64.extend_i32_u (memory.size)) (i64.const 16)))
      (then
        (if
          (i32.eq
            (memory.grow
              (i32.wrap_i64
                (i64.shr_u
                  (i64.add
                    (i64.sub (local.get $end) (i64.shl (i64.extend_i32_u (memory.size)) (i64.const 16)))
                    (i64.const 0xffff))
                  (i64.const 16))))
            (i32.const -1))
          (then unreachable))))
    (global.set $heap (i32.wrap_i64 (local.get $end)))
    (memory.copy
      (local.get $new)
      (local.get $old)
      (select (local.get $old_size) (local.get $size) (i32.lt_u (local.get $old_size) (local.get $size))))
    (local.get $new))
"#;
