;; A value of the asynchronous component model: a stream.
(component
  (import "source" (func (result (stream u8)))))
