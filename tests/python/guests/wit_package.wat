;; `package a:b; world w { import f: func(); }`, encoded.
(component
  (type
    (component
      (type
        (component
          (type (func))
          (import "f" (func (type 0)))))
      (export "a:b/w" (component (type 0)))))
  (export "w" (type 0)))
