//! The objects behind typed host resources: a table per store, from representation to object.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use crate::error::{ArgumentKind, Error, Result};

/// A typed handle of an object in a [`ResourceTable`].
pub struct Resource<T> {
    rep: u32,
    marker: PhantomData<fn() -> T>,
}

impl<T> Resource<T> {
    /// The handle with this representation; whether an object is there is checked at each use.
    pub fn from_rep(rep: u32) -> Self {
        Resource { rep, marker: PhantomData }
    }

    pub fn rep(&self) -> u32 {
        self.rep
    }
}

impl<T> Clone for Resource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Resource<T> {}

impl<T> PartialEq for Resource<T> {
    fn eq(&self, other: &Self) -> bool {
        self.rep == other.rep
    }
}

impl<T> Eq for Resource<T> {}

impl<T> fmt::Debug for Resource<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resource<{}>({})", std::any::type_name::<T>(), self.rep)
    }
}

/// A borrowed typed handle: a parameter of type `borrow<r>`.
pub struct Borrow<T>(pub Resource<T>);

impl<T> std::ops::Deref for Borrow<T> {
    type Target = Resource<T>;

    fn deref(&self) -> &Resource<T> {
        &self.0
    }
}

impl<T> fmt::Debug for Borrow<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

struct Entry {
    object: Box<dyn Any + Send>,
    parent: Option<u32>,
    children: u32,
}

/// Objects by representation. A child keeps its parent from being deleted.
#[derive(Default)]
pub struct ResourceTable {
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
}

impl fmt::Debug for ResourceTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceTable").field("len", &self.len()).finish()
    }
}

fn misuse(message: String) -> Error {
    Error::argument(ArgumentKind::Value, message)
}

impl ResourceTable {
    pub fn new() -> Self {
        Self::default()
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn push<T: Any + Send>(&mut self, object: T) -> Result<Resource<T>> {
        self.insert(object, None)
    }

    /// An object that needs `parent` to stay.
    pub fn push_child<T: Any + Send, P: Any>(&mut self, object: T, parent: &Resource<P>) -> Result<Resource<T>> {
        self.entry::<P>(parent.rep)?.children += 1;
        self.insert(object, Some(parent.rep))
    }

    fn insert<T: Any + Send>(&mut self, object: T, parent: Option<u32>) -> Result<Resource<T>> {
        let entry = Entry { object: Box::new(object), parent, children: 0 };
        if let Some(rep) = self.free.pop() {
            self.entries[rep as usize] = Some(entry);
            return Ok(Resource::from_rep(rep));
        }
        let rep = u32::try_from(self.entries.len()).map_err(|_| misuse("the resource table is full".into()))?;
        self.entries.push(Some(entry));
        Ok(Resource::from_rep(rep))
    }

    fn entry<T: Any>(&mut self, rep: u32) -> Result<&mut Entry> {
        let name = std::any::type_name::<T>();
        match self.entries.get_mut(rep as usize) {
            Some(Some(entry)) if entry.object.is::<T>() => Ok(entry),
            Some(Some(_)) => Err(misuse(format!("the resource with representation {rep} is no `{name}`"))),
            Some(None) | None => Err(misuse(format!("there is no resource with representation {rep}"))),
        }
    }

    pub fn get<T: Any>(&self, resource: &Resource<T>) -> Result<&T> {
        let name = std::any::type_name::<T>();
        let entry = self.entries.get(resource.rep as usize).and_then(|entry| entry.as_ref());
        let object: Option<&T> = entry.and_then(|entry| entry.object.downcast_ref());
        object.ok_or_else(|| misuse(format!("there is no `{name}` with representation {}", resource.rep)))
    }

    pub fn get_mut<T: Any>(&mut self, resource: &Resource<T>) -> Result<&mut T> {
        let entry = self.entry::<T>(resource.rep)?;
        entry.object.downcast_mut().ok_or_else(|| misuse("the resource has another type".into()))
    }

    /// Takes an object out. One with children stays, and the call fails.
    pub fn delete<T: Any>(&mut self, resource: Resource<T>) -> Result<T> {
        let entry = self.entry::<T>(resource.rep)?;
        if entry.children > 0 {
            return Err(misuse(format!("the resource with representation {} still has children", resource.rep)));
        }
        let parent = entry.parent;
        let Some(entry) = self.entries[resource.rep as usize].take() else {
            return Err(Error::bug("a resource vanished while it was deleted"));
        };
        self.free.push(resource.rep);
        if let Some(Some(parent)) = parent.and_then(|parent| self.entries.get_mut(parent as usize)) {
            parent.children = parent.children.saturating_sub(1);
        }
        entry.object.downcast().map(|object| *object).map_err(|_| Error::bug("a resource changed its type"))
    }
}
