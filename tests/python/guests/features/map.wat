(component (type (map string u32)))
