//! Collecting the adapters of one module: what several of them use is imported once.

use std::hash::Hash;

use dovetail_abi::{FunctionType, PointerType, StringEncoding};
use indexmap::{IndexMap, IndexSet};

use super::{Adapter, AdapterModule, Side};

/// The most memories of one module, below the limit that validation has (wasmparser's `MAX_WASM_MEMORIES`).
const MAX_MEMORIES: usize = 96;

/// Collects adapters. What memories, functions and component instances are is the owner's business.
#[derive(Clone, Debug)]
pub struct AdapterBuilder<M, F, I> {
    memories: IndexMap<M, PointerType>,
    functions: IndexSet<F>,
    instances: IndexSet<I>,
    sides: IndexSet<Side>,
    adapters: Vec<Adapter>,
}

/// Canonical options, with what they name as the owner has it.
#[derive(Clone, Debug)]
pub struct SideItems<M, F, I> {
    pub encoding: StringEncoding,
    pub memory: Option<(M, PointerType)>,
    pub realloc: Option<F>,
    pub instance: I,
}

/// A module of adapters and what it imports.
#[derive(Clone, Debug)]
pub struct BuiltAdapters<M, F, I> {
    pub module: AdapterModule,
    pub memories: Vec<M>,
    pub functions: Vec<F>,
    pub instances: Vec<I>,
}

impl<M: Hash + Eq, F: Hash + Eq, I: Hash + Eq> AdapterBuilder<M, F, I> {
    pub fn new() -> Self {
        AdapterBuilder {
            memories: IndexMap::new(),
            functions: IndexSet::new(),
            instances: IndexSet::new(),
            sides: IndexSet::new(),
            adapters: Vec::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.adapters.is_empty()
    }

    /// Whether another module should be begun.
    pub fn is_full(&self) -> bool {
        self.memories.len() + 2 > MAX_MEMORIES
    }

    fn side(&mut self, items: SideItems<M, F, I>) -> u32 {
        let memory = items.memory.map(|(memory, pointers)| self.memories.insert_full(memory, pointers).0 as u32);
        let realloc = items.realloc.map(|realloc| self.function(realloc));
        let instance = self.instance(items.instance);
        self.sides.insert_full(Side { encoding: items.encoding, memory, realloc, instance }).0 as u32
    }

    fn function(&mut self, function: F) -> u32 {
        self.functions.insert_full(function).0 as u32
    }

    fn instance(&mut self, instance: I) -> u32 {
        self.instances.insert_full(instance).0 as u32
    }

    /// Adds an adapter, whose number is the count of those before it.
    pub fn add(
        &mut self,
        ty: FunctionType,
        caller: SideItems<M, F, I>,
        callee: SideItems<M, F, I>,
        (core, post_return): (F, Option<F>),
        entering: Vec<I>,
    ) {
        let (caller, callee) = (self.side(caller), self.side(callee));
        let core = self.function(core);
        let post_return = post_return.map(|function| self.function(function));
        let entering = entering.into_iter().map(|instance| self.instance(instance)).collect();
        self.adapters.push(Adapter { ty, caller, callee, core, post_return, entering });
    }

    pub fn finish(self) -> BuiltAdapters<M, F, I> {
        let module = AdapterModule {
            memories: self.memories.values().copied().collect(),
            functions: self.functions.len() as u32,
            instances: self.instances.len() as u32,
            sides: self.sides.into_iter().collect(),
            adapters: self.adapters,
        };
        BuiltAdapters {
            module,
            memories: self.memories.into_keys().collect(),
            functions: self.functions.into_iter().collect(),
            instances: self.instances.into_iter().collect(),
        }
    }
}

impl<M: Hash + Eq, F: Hash + Eq, I: Hash + Eq> Default for AdapterBuilder<M, F, I> {
    fn default() -> Self {
        Self::new()
    }
}
