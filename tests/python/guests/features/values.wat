(component (type (component (import "limit" (value u32)))))
