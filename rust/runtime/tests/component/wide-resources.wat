;; A resource that an `i64` represents, and a component that passes one through its own hands.
(component
  (component $maker
    (core module $destructor
      (global $dropped (mut i64) (i64.const 0))
      (func (export "destructor") (param i64) (global.set $dropped (local.get 0)))
      (func (export "dropped") (result i64) (global.get $dropped)))
    (core instance $destructor (instantiate $destructor))
    (type $thing' (resource (rep i64) (dtor (core func $destructor "destructor"))))
    (export $thing "thing" (type $thing'))
    (core func $new (canon resource.new $thing'))
    (core func $rep (canon resource.rep $thing'))
    (core func $drop (canon resource.drop $thing'))
    (core module $main
      (import "" "new" (func $new (param i64) (result i32)))
      (import "" "rep" (func $rep (param i32) (result i64)))
      (import "" "drop" (func $drop (param i32)))
      (func (export "make") (param i64) (result i32) (call $new (local.get 0)))
      (func (export "take") (param i32) (result i64)
        (call $rep (local.get 0))
        (call $drop (local.get 0)))
      ;; The implementing component gets the representation itself.
      (func (export "peek") (param i32) (result i32) (local.get 0)))
    (core instance $main (instantiate $main (with "" (instance
      (export "new" (func $new))
      (export "rep" (func $rep))
      (export "drop" (func $drop))))))
    (func (export "make") (param "rep" u64) (result (own $thing)) (canon lift (core func $main "make")))
    (func (export "take") (param "thing" (own $thing)) (result u64) (canon lift (core func $main "take")))
    (func (export "peek") (param "thing" (borrow $thing)) (result u32) (canon lift (core func $main "peek")))
    (func (export "dropped") (result u64) (canon lift (core func $destructor "dropped"))))
  (instance $maker (instantiate $maker))
  (alias export $maker "thing" (type $thing))

  (component $user
    (import "maker" (instance $maker
      (export "thing" (type $thing (sub resource)))
      (export "make" (func (param "rep" u64) (result (own $thing))))
      (export "take" (func (param "thing" (own $thing)) (result u64)))))
    (core func $make (canon lower (func $maker "make")))
    (core func $take (canon lower (func $maker "take")))
    (core module $main
      (import "" "make" (func $make (param i64) (result i32)))
      (import "" "take" (func $take (param i32) (result i64)))
      (func (export "through") (param i64) (result i64) (call $take (call $make (local.get 0)))))
    (core instance $main (instantiate $main (with "" (instance
      (export "make" (func $make))
      (export "take" (func $take))))))
    (func (export "through") (param "rep" u64) (result u64) (canon lift (core func $main "through"))))
  (instance $user (instantiate $user (with "maker" (instance $maker))))

  (export $out "thing" (type $thing))
  (export "make" (func $maker "make") (func (param "rep" u64) (result (own $out))))
  (export "peek" (func $maker "peek") (func (param "thing" (borrow $out)) (result u32)))
  (export "dropped" (func $maker "dropped"))
  (export "through" (func $user "through")))
