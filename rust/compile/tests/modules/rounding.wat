;; What old processors leave to the host, and conversions of every width.
(module
  (func (export "scalars") (param f32 f64) (result f32 f64)
    (f32.ceil (f32.floor (f32.trunc (f32.nearest (local.get 0)))))
    (f64.ceil (f64.floor (f64.trunc (f64.nearest (local.get 1))))))
  (func (export "vectors") (param v128) (result v128)
    (f32x4.ceil (f64x2.floor (f32x4.trunc (f64x2.nearest (local.get 0))))))
  (func (export "conversions") (param f32 f64) (result i64)
    (i64.add
      (i64.extend_i32_u (i32.add (i32.trunc_f32_s (local.get 0)) (i32.trunc_sat_f64_u (local.get 1))))
      (i64.sub (i64.trunc_f64_u (local.get 1)) (i64.trunc_sat_f32_s (local.get 0))))))
