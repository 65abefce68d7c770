;; A value of the asynchronous component model: an error context.
(component
  (import "source" (func (result error-context))))
