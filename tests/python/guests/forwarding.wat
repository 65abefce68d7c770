;; Functions of the host that are exported again: calling them enters no code of a guest, but the host itself.
(component
  (import "between" (func $between))
  (import "greet" (func $greet (param "text" string) (param "times" u32) (result string)))
  (core func $lowered (canon lower (func $between)))
  (export "forward" (func $between))
  (func (export "lifted") (canon lift (core func $lowered)))
  (export "greet" (func $greet)))
