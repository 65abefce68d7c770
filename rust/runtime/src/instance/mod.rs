//! Instances of core modules.

mod const_expr;
mod imports;
mod instantiate;

use std::alloc::Layout;
use std::ptr::NonNull;

use dovetail_environ::module::{EntityIndex, FuncIndex, GlobalIndex, MemoryIndex, TableIndex};
use dovetail_environ::vmctx::VmLayout;

use crate::error::{Error, Result};
use crate::func::Func;
use crate::global::Global;
use crate::memory::Memory;
use crate::module::Module;
use crate::store::{Store, StoreId, StoreInner};
use crate::table::Table;
use crate::tag::Tag;
use crate::value::Extern;
use crate::vm::{VMContext, VMFuncRef, VMFunctionImport};

pub(crate) use instantiate::{copy_data, copy_elements};

/// An instance of a module in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instance {
    pub(crate) store: StoreId,
    pub(crate) index: u32,
}

/// What a store knows about an instance. `VMContext::host_data` points to it.
#[derive(Debug)]
pub struct InstanceData {
    pub(crate) handle: Instance,
    pub(crate) store: NonNull<StoreInner>,
    pub(crate) module: Module,
    pub(crate) vmctx: Block,
    pub(crate) memories: Vec<Memory>,
    pub(crate) tables: Vec<Table>,
    pub(crate) globals: Vec<Global>,
    pub(crate) tags: Vec<Tag>,
    /// Element segments that were dropped: they count as empty.
    pub(crate) dropped_elements: Vec<bool>,
    pub(crate) dropped_data: Vec<bool>,
}

/// The memory of a `vmctx`, zeroed at first.
#[derive(Debug)]
pub(crate) struct Block {
    base: NonNull<u8>,
    layout: Layout,
    offsets: VmLayout,
}

impl Block {
    fn new(offsets: VmLayout) -> Result<Block> {
        let layout = Layout::from_size_align(offsets.size() as usize, align_of::<VMContext>())
            .map_err(|error| Error::bug(format!("layout of an instance's block: {error}")))?;
        // SAFETY: the size is not 0: there is always a head.
        let base = unsafe { std::alloc::alloc_zeroed(layout) };
        match NonNull::new(base) {
            Some(base) => Ok(Block { base, layout, offsets }),
            None => std::alloc::handle_alloc_error(layout),
        }
    }

    pub fn context(&self) -> NonNull<VMContext> {
        self.base.cast()
    }

    /// A place in the block.
    fn at<T>(&self, offset: u32) -> *mut T {
        debug_assert!(offset as usize + size_of::<T>() <= self.layout.size());
        // SAFETY: offsets come from `VmLayout` for items that the module has, and so are inside the block.
        unsafe { self.base.as_ptr().add(offset as usize).cast() }
    }

    fn function_import(&self, index: FuncIndex) -> *mut VMFunctionImport {
        self.at(self.offsets.function_import(index))
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout; the store goes away, and its code with it.
        unsafe { std::alloc::dealloc(self.base.as_ptr(), self.layout) }
    }
}

impl InstanceData {
    pub fn memory(&self, index: MemoryIndex) -> Memory {
        self.memories[index.as_u32() as usize]
    }

    pub fn table(&self, index: TableIndex) -> Table {
        self.tables[index.as_u32() as usize]
    }

    pub fn global(&self, index: GlobalIndex) -> Global {
        self.globals[index.as_u32() as usize]
    }

    /// What a `funcref` to one of the module's functions points to.
    pub fn func_ref(&self, index: FuncIndex) -> Result<*mut VMFuncRef> {
        let description = self.module.description();
        if index.as_u32() < description.num_imported_functions {
            // SAFETY: imports are filled in before anything asks for them.
            return Ok(unsafe { (*self.vmctx.function_import(index)).func_ref.as_ptr() });
        }
        match description.func_ref(index) {
            Some(slot) => Ok(self.vmctx.at(self.vmctx.offsets.func_ref(slot))),
            None => Err(Error::bug(format!("function {} has no reference", index.as_u32()))),
        }
    }
}

impl StoreInner {
    pub fn instance(&self, instance: Instance) -> Result<&InstanceData> {
        self.check(instance.store, "instance")?;
        Ok(self.instances[instance.index as usize].get())
    }
}

impl Instance {
    /// Instantiates a module with one item for each of its imports, in order, and runs its start function.
    pub fn new(store: &mut Store, module: &Module, imports: &[Extern]) -> Result<Instance> {
        instantiate::instantiate(store, module, imports)
    }

    pub fn module<'a>(&self, store: &'a Store) -> Result<&'a Module> {
        Ok(&store.inner().instance(*self)?.module)
    }

    pub fn get_export(&self, store: &mut Store, name: &str) -> Result<Option<Extern>> {
        let entity = store.inner().instance(*self)?.module.export(name);
        entity.map(|entity| self.item(store, entity)).transpose()
    }

    /// All exports, in the order of their definition.
    pub fn exports(&self, store: &mut Store) -> Result<Vec<(String, Extern)>> {
        let module = self.module(store)?.clone();
        let exports = module.description().exports.iter();
        exports.map(|(name, entity)| Ok((name.clone(), self.item(store, *entity)?))).collect()
    }

    /// Something in one of the instance's index spaces.
    fn item(&self, store: &mut Store, entity: EntityIndex) -> Result<Extern> {
        let data = store.inner().instance(*self)?;
        Ok(match entity {
            EntityIndex::Func(index) => {
                let func_ref = data.func_ref(index)?;
                // SAFETY: the reference is one of this store's instance's.
                let func = unsafe { Func::from_func_ref(store, func_ref) };
                Extern::Func(func.ok_or_else(|| Error::bug("an exported function is null"))?)
            }
            EntityIndex::Table(index) => Extern::Table(data.table(index)),
            EntityIndex::Memory(index) => Extern::Memory(data.memory(index)),
            EntityIndex::Global(index) => Extern::Global(data.global(index)),
            EntityIndex::Tag(index) => Extern::Tag(data.tag(index)),
        })
    }
}
