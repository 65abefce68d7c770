;; Two components that echo, one behind the other: the host calls $a, whose imports are what $b exports, and those of $b are
;; the host's. `{{...}}` is filled in by `chain.py`.
(component
  (import "res" (type $res (sub resource)))
  {{types}}
  {{imports}}
  {{a}}
  {{b}}
  (instance $b (instantiate $b (with "res" (type $res)) {{with-types}} {{with-hosts}}))
  (instance $a (instantiate $a (with "res" (type $res)) {{with-types}} {{with-echoes}}))
  (export "reset-a" (func $a "reset"))
  (export "reset-b" (func $b "reset"))
  (export "peek-a" (func $a "peek"))
  (export "peek-b" (func $b "peek"))
  {{exports}})
