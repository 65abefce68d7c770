;; Throws with a tag of its own or of the host's, and hands out what it caught.
(module
  (import "" "tag" (tag $given (param i32)))
  (tag $own (export "own") (param i64 f64))
  (func (export "uncaught") (throw $own (i64.const 1) (f64.const 2)))
  (func (export "catch") (param i32) (result exnref)
    (block $h (result exnref)
      (try_table (catch_all_ref $h)
        (if (local.get 0) (then (throw $given (local.get 0))))
        (throw $own (i64.const -3) (f64.const 0.5)))
      (unreachable)))
  (func (export "again") (param exnref) (throw_ref (local.get 0)))
)
