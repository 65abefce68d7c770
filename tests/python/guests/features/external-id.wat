(component (type (component (import "store" (external-id "the store") (instance)))))
