;; Its start function is the host's, or another component's.
(component
  (import "f" (func $f (result u32)))
  (start $f (result (value $v)))
  (export "v" (value $v))
)
