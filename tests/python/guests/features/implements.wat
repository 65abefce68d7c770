(component (type (component (import "store" (implements "wasi:keyvalue/store") (instance)))))
