;; Imports a function that the provider exports, with another type.
(component
  (import "test:link/counters@1.0.0" (instance $counters
    (export "double" (func (param "value" u64) (result u32))))))
