;; A value of the asynchronous component model: a future.
(component
  (import "source" (func (result (future u8)))))
