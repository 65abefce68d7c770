;; Imports one interface in two versions, and says what number each of them has.
(component
  (import "test:versions/numbers@0.2.3" (instance $minor (export "number" (func (result u32)))))
  (import "test:versions/numbers@1.4.0" (instance $major (export "number" (func (result u32)))))
  (core func $minor (canon lower (func $minor "number")))
  (core func $major (canon lower (func $major "number")))
  (core module $code
    (import "numbers" "minor" (func $minor (result i32)))
    (import "numbers" "major" (func $major (result i32)))
    (export "minor" (func $minor))
    (export "major" (func $major)))
  (core instance $code (instantiate $code
    (with "numbers" (instance (export "minor" (func $minor)) (export "major" (func $major))))))
  (func (export "minor") (result u32) (canon lift (core func $code "minor")))
  (func (export "major") (result u32) (canon lift (core func $code "major"))))
