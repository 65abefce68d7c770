//! How much the guests of a store may use.

use crate::error::{LinkError, Result};

/// Bounds for a store; `None` leaves a number unbounded. Growing past a bound fails as the specification allows (the
/// instruction returns -1); creating past one is a link error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreLimits {
    /// The bytes of any one memory.
    pub memory_size: Option<usize>,
    /// The elements of any one table, and the handles of any one component instance: one more traps.
    pub table_elements: Option<usize>,
    /// The bytes of all strings and lists in the parameters or the result of one call, as they are read out of a component's
    /// memory: a byte that is pointed to twice counts twice, and more of them trap. Where there is no bound, as many as the
    /// memory has, or 128 MiB where that is more.
    pub value_size: Option<usize>,
    pub instances: Option<usize>,
    pub memories: Option<usize>,
    pub tables: Option<usize>,
}

/// What the guests of a store use now.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub instances: usize,
    pub memories: usize,
    pub tables: usize,
}

impl StoreLimits {
    /// Whether a memory of this many bytes is allowed.
    pub(crate) fn allows_memory(&self, bytes: usize) -> bool {
        self.memory_size.is_none_or(|limit| bytes <= limit)
    }

    pub(crate) fn allows_table(&self, elements: usize) -> bool {
        self.table_elements.is_none_or(|limit| elements <= limit)
    }
}

impl Usage {
    /// Counts what a new instance brings, or refuses it.
    pub fn add(&mut self, limits: &StoreLimits, instances: usize, memories: usize, tables: usize) -> Result<()> {
        let new = Usage {
            instances: self.instances + instances,
            memories: self.memories + memories,
            tables: self.tables + tables,
        };
        check("instances", new.instances, limits.instances)?;
        check("memories", new.memories, limits.memories)?;
        check("tables", new.tables, limits.tables)?;
        *self = new;
        Ok(())
    }
}

fn check(what: &str, count: usize, limit: Option<usize>) -> Result<()> {
    match limit {
        Some(limit) if count > limit => {
            let message = format!("resource limit exceeded: the store may hold {limit} {what}, asked for {count}");
            Err(LinkError::Limit { message }.into())
        }
        Some(_) | None => Ok(()),
    }
}
