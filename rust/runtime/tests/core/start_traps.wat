(module $starts
  (func $main unreachable)
  (start $main))
