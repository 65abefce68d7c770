(component (type (list u32 4)))
