;; What a call costs in itself.
(module
  (func (export "run") (param i32)))
