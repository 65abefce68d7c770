;; A tight loop over memory: what looking at the epoch costs where there is hardly anything else to do.
(module
  (memory 1)

  ;; Adds one to each of 16,384 numbers, `rounds` times.
  (func (export "run") (param $rounds i32)
    (local $at i32)
    (loop $round
      (local.set $at (i32.const 0))
      (loop $word
        (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $word (i32.lt_u (local.get $at) (i32.const 65536))))
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $round (local.get $rounds)))))
