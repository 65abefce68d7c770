//! Instantiation, in the order of the specification (core, section 4.5.4): imports are matched, memories, tables and
//! globals are allocated, segments are copied in order, the start function runs.

use std::ptr::NonNull;

use dovetail_environ::TrapCode;
use dovetail_environ::module::{DataIndex, ElemIndex, ElementItems, ElementMode, FuncIndex};
use dovetail_environ::vmctx::{INSTANCE_MAGIC, VmLayout};

use crate::error::{Error, LinkError, Result, Trap};
use crate::instance::const_expr::evaluate;
use crate::instance::{Block, Instance, InstanceData, imports};
use crate::libcalls;
use crate::memory::{Memory, MemoryData};
use crate::module::Module;
use crate::store::{Owned, Store};
use crate::table::{Table, TableData};
use crate::trap;
use crate::value::{Extern, ValRaw};
use crate::vm::{VMContext, VMFuncRef, VMFunctionImport, VMGlobal, VMMemory, VMTable, VMTag};

pub(super) fn instantiate(store: &mut Store, module: &Module, given: &[Extern]) -> Result<Instance> {
    if !module.engine().same(store.engine()) {
        let message = "the module belongs to another engine than the store".to_string();
        return Err(LinkError::Other { message }.into());
    }
    imports::check(store, module, given)?;
    count_usage(store, module)?;
    let mut data = allocate(store, module, given)?;
    fill_head(store, &mut data);
    fill_imports(store, &data, given)?;
    fill_memories_tables_and_tags(store, &data);
    fill_func_refs(&data)?;
    // From here on others may hold references to the instance's functions, so it stays in the store even if a segment
    // or the start function traps.
    let handle = data.handle;
    let inner = store.inner_mut();
    inner.instances.push(Owned::new(data));
    let pointer = inner.instances[handle.index as usize].as_ptr();
    // SAFETY: both were made above, and no code of the instance has run yet.
    unsafe { (*pointer).vmctx.context().as_mut().host_data = pointer };
    initialize_globals(store, handle)?;
    initialize_tables(store, handle)?;
    initialize_elements(store, handle)?;
    initialize_data(store, handle)?;
    run_start(store, handle)?;
    Ok(handle)
}

fn count_usage(store: &mut Store, module: &Module) -> Result<()> {
    // Adapters belong to no guest; how many there are is bounded by the guests' own instances.
    if module.is_generated() {
        return Ok(());
    }
    let description = module.description();
    let memories = description.memories.len() - description.num_imported_memories as usize;
    let tables = description.tables.len() - description.num_imported_tables as usize;
    let inner = store.inner_mut();
    let limits = inner.limits;
    inner.usage.add(&limits, 1, memories, tables)
}

/// Makes the instance's memories and tables, and its block, still empty. Globals follow in order with their values.
fn allocate(store: &mut Store, module: &Module, given: &[Extern]) -> Result<InstanceData> {
    let description = module.description();
    let layout = VmLayout::new(description);
    let pointer = store.inner;
    let inner = store.inner_mut();
    let mut memories: Vec<_> = given.iter().filter_map(|item| item.into_memory()).collect();
    let mut tables: Vec<_> = given.iter().filter_map(|item| item.into_table()).collect();
    let globals: Vec<_> = given.iter().filter_map(|item| item.into_global()).collect();
    let mut tags: Vec<_> = given.iter().filter_map(|item| item.into_tag()).collect();
    // All that can fail comes before anything is added to the store.
    let new_memories = description.memories.values().skip(memories.len());
    let new_memories = new_memories.map(|ty| MemoryData::new(*ty, inner)).collect::<Result<Vec<_>>>()?;
    let null = ValRaw::from_u64(0);
    let new_tables = description.tables.values().skip(tables.len());
    let new_tables = new_tables.map(|ty| TableData::new(*ty, null, inner)).collect::<Result<Vec<_>>>()?;
    let vmctx = Block::new(layout)?;
    memories.extend(new_memories.into_iter().map(|data| inner.add_memory(data)));
    tables.extend(new_tables.into_iter().map(|data| inner.add_table(data)));
    let new_tags = description.tags.values().skip(tags.len());
    tags.extend(new_tags.map(|signature| inner.add_tag(description.signatures[*signature].clone())));
    Ok(InstanceData {
        handle: Instance { store: inner.id, index: inner.instances.len() as u32 },
        store: pointer,
        module: module.clone(),
        vmctx,
        memories,
        tables,
        globals,
        tags,
        dropped_elements: vec![false; description.elements.len()],
        dropped_data: vec![false; description.data.len()],
    })
}

fn fill_head(store: &Store, data: &mut InstanceData) {
    let head = VMContext {
        magic: INSTANCE_MAGIC,
        store_context: store.inner().context.as_ptr(),
        libcalls: libcalls::table(),
        signature_ids: data.module.signature_ids().as_ptr(),
        host_data: std::ptr::null_mut(),
    };
    // SAFETY: the block starts with the head and nobody else knows it yet.
    unsafe { data.vmctx.context().write(head) };
}

fn fill_imports(store: &mut Store, data: &InstanceData, given: &[Extern]) -> Result<()> {
    let functions = given.iter().filter_map(|item| item.into_func());
    for (number, func) in functions.enumerate() {
        let func_ref = func.func_ref(store)?;
        // SAFETY: `func_ref` made sure that the reference is complete, and it lives as long as the store. The slot is in
        // the block: imported functions come first.
        unsafe {
            let VMFuncRef { wasm_call, vmctx, .. } = *func_ref.as_ref();
            let slot = data.vmctx.function_import(FuncIndex::from_u32(number as u32));
            slot.write(VMFunctionImport { wasm_call, vmctx, func_ref });
        }
    }
    Ok(())
}

fn fill_memories_tables_and_tags(store: &Store, data: &InstanceData) {
    let inner = store.inner();
    let description = data.module.description();
    let offsets = data.vmctx.offsets;
    for (index, memory) in description.memories.keys().zip(&data.memories) {
        let pointer = inner.memories[memory.index as usize].as_ptr();
        // SAFETY: the slot is in the block, and the `VMMemory` is the first field of what the store owns.
        unsafe { data.vmctx.at::<*mut VMMemory>(offsets.memory(index)).write(pointer.cast()) };
    }
    for (index, table) in description.tables.keys().zip(&data.tables) {
        let pointer = inner.tables[table.index as usize].as_ptr();
        // SAFETY: as above, with the `VMTable`.
        unsafe { data.vmctx.at::<*mut VMTable>(offsets.table(index)).write(pointer.cast()) };
    }
    for (index, tag) in description.tags.keys().zip(&data.tags) {
        let pointer = inner.tags[tag.index as usize].as_ptr();
        // SAFETY: as above, with the `VMTag`.
        unsafe { data.vmctx.at::<*const VMTag>(offsets.tag(index)).write(pointer.cast()) };
    }
}

fn fill_func_refs(data: &InstanceData) -> Result<()> {
    let description = data.module.description();
    for (slot, function) in description.func_refs.iter() {
        let Some(defined) = description.defined_function(*function) else {
            continue;
        };
        let signature = description.functions[*function];
        let func_ref = VMFuncRef {
            wasm_call: data.module.code(defined)?,
            vmctx: data.vmctx.context().as_ptr().cast(),
            type_id: data.module.signature_ids()[signature.as_u32() as usize],
            enter: Some(data.module.enter(signature)?),
        };
        // SAFETY: the slot is in the block.
        unsafe { data.vmctx.at::<VMFuncRef>(data.vmctx.offsets.func_ref(slot)).write(func_ref) };
    }
    Ok(())
}

fn initialize_globals(store: &mut Store, handle: Instance) -> Result<()> {
    let module = handle.module(store)?.clone();
    for (index, global) in &module.description().globals {
        if let Some(init) = &global.init {
            let inner = store.inner_mut();
            let value = evaluate(inner, inner.instance(handle)?, init)?;
            let new = inner.add_global(global.ty, value);
            inner.instances[handle.index as usize].get_mut().globals.push(new);
        }
        let inner = store.inner();
        let data = inner.instance(handle)?;
        let pointer = inner.globals[data.global(index).index as usize].as_ptr();
        // SAFETY: the slot is in the block, and the `VMGlobal` is the first field of what the store owns.
        unsafe { data.vmctx.at::<*mut VMGlobal>(data.vmctx.offsets.global(index)).write(pointer.cast()) };
    }
    Ok(())
}

fn initialize_tables(store: &mut Store, handle: Instance) -> Result<()> {
    let module = handle.module(store)?.clone();
    for (index, init) in &module.description().table_inits {
        let inner = store.inner_mut();
        let data = inner.instance(handle)?;
        let (value, table) = (evaluate(inner, data, init)?, data.table(*index));
        inner.table_mut(table)?.elements_mut().fill(value.u64());
    }
    Ok(())
}

fn initialize_elements(store: &mut Store, handle: Instance) -> Result<()> {
    let module = handle.module(store)?.clone();
    for (index, segment) in &module.description().elements {
        match &segment.mode {
            ElementMode::Active { table, offset } => {
                let wide = module.description().tables[*table].table64;
                let offset = {
                    let inner = store.inner();
                    evaluate(inner, inner.instance(handle)?, offset)?.index(wide)
                };
                let length = items_len(&segment.items);
                let inner = store.inner_mut();
                let table = inner.instance(handle)?.table(*table);
                copy_elements(store, handle, table, index, offset, 0, length)?;
            }
            ElementMode::Passive => continue,
            ElementMode::Declared => {}
        }
        store.inner_mut().instances[handle.index as usize].get_mut().dropped_elements[index.as_u32() as usize] = true;
    }
    Ok(())
}

fn items_len(items: &ElementItems) -> u32 {
    match items {
        ElementItems::Functions(functions) => functions.len() as u32,
        ElementItems::Expressions(expressions) => expressions.len() as u32,
    }
}

/// `table.init`: copies `length` items of a segment, from number `from`, to a table of the store.
pub(crate) fn copy_elements(
    store: &mut Store,
    handle: Instance,
    table: Table,
    segment: ElemIndex,
    to: u64,
    from: u32,
    length: u32,
) -> Result<()> {
    let inner = store.inner_mut();
    let data = inner.instance(handle)?;
    let module = data.module.clone();
    let dropped = data.dropped_elements[segment.as_u32() as usize];
    let items = &module.description().elements[segment].items;
    let available = if dropped { 0 } else { u64::from(items_len(items)) };
    let room = inner.table(table)?.vm.length as u64;
    let fits = to.checked_add(u64::from(length)).is_some_and(|end| end <= room);
    if u64::from(from) + u64::from(length) > available || !fits {
        return Err(Trap::bare(TrapCode::TableOutOfBounds).into());
    }
    for number in 0..length as usize {
        let data = inner.instance(handle)?;
        let item = from as usize + number;
        let value = match items {
            ElementItems::Functions(functions) => ValRaw::from_func_ref(data.func_ref(functions[item])?),
            ElementItems::Expressions(expressions) => evaluate(inner, data, &expressions[item])?,
        };
        inner.table_mut(table)?.elements_mut()[to as usize + number] = value.u64();
    }
    Ok(())
}

fn initialize_data(store: &mut Store, handle: Instance) -> Result<()> {
    let module = handle.module(store)?.clone();
    for (index, segment) in &module.description().data {
        let Some((memory, offset)) = &segment.active else {
            continue;
        };
        let inner = store.inner();
        let data = inner.instance(handle)?;
        let wide = module.description().memories[*memory].memory64;
        let (memory, offset) = (data.memory(*memory), evaluate(inner, data, offset)?.index(wide));
        let length = module.data(index).len() as u32;
        copy_data(store, handle, memory, index, offset, 0, length)?;
        store.inner_mut().instances[handle.index as usize].get_mut().dropped_data[index.as_u32() as usize] = true;
    }
    Ok(())
}

/// `memory.init`: copies `length` bytes of a segment, from offset `from`, to a memory of the store.
pub(crate) fn copy_data(
    store: &mut Store,
    handle: Instance,
    memory: Memory,
    segment: DataIndex,
    to: u64,
    from: u32,
    length: u32,
) -> Result<()> {
    let inner = store.inner_mut();
    let data = inner.instance(handle)?;
    let dropped = data.dropped_data[segment.as_u32() as usize];
    let module = data.module.clone();
    let bytes = if dropped { &[] } else { module.data(segment) };
    let source = (from as usize).checked_add(length as usize).and_then(|end| bytes.get(from as usize..end));
    let target = inner.memory_mut(memory)?.bytes_mut();
    let end = to.checked_add(u64::from(length)).and_then(|end| usize::try_from(end).ok());
    let target = end.and_then(|end| target.get_mut(to as usize..end));
    match (source, target) {
        (Some(source), Some(target)) => {
            target.copy_from_slice(source);
            Ok(())
        }
        (Some(_), None) | (None, Some(_)) | (None, None) => Err(Trap::bare(TrapCode::MemoryOutOfBounds).into()),
    }
}

fn run_start(store: &mut Store, handle: Instance) -> Result<()> {
    let data = store.inner().instance(handle)?;
    let module = data.module.clone();
    let Some(start) = module.description().start else {
        return Ok(());
    };
    let context = data.vmctx.context();
    let Some(defined) = module.description().defined_function(start) else {
        let func_ref = data.func_ref(start)?;
        // SAFETY: an import's reference belongs to this store.
        let func = unsafe { crate::func::Func::from_func_ref(store, func_ref) };
        let func = func.ok_or_else(|| Error::bug("the start function is null"))?;
        return func.call(store, &[]).map(|_| ());
    };
    let (code, enter) = (module.code(defined)?, module.enter(module.description().functions[start])?);
    let values = NonNull::<ValRaw>::dangling().as_ptr();
    // SAFETY: validation makes sure that a start function takes and returns nothing, so the array may be empty; code,
    // trampoline and context are the instance's own.
    unsafe { trap::invoke(store, enter, context.as_ptr().cast(), code, values) }
}
