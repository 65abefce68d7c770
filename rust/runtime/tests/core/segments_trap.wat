;; The first segment is written, the second one traps: what was written stays (core specification, section 4.5.4).
(module
  (import "m" "memory" (memory 1))
  (data (i32.const 0) "kept")
  (data (i32.const 65534) "too long"))
