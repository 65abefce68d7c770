//! An instance of a component: what it exports.

use std::sync::Arc;

use indexmap::IndexMap;

use super::component::Component;
use super::func::Func;
use super::resource::ResourceType;
use super::value::Value;
use crate::module::Module;
use crate::store::StoreId;

/// An instance of a component in a store; a cheap handle.
#[derive(Clone, Debug)]
pub struct Instance(pub(super) Arc<InstanceInner>);

#[derive(Debug)]
pub(super) struct InstanceInner {
    pub(super) store: StoreId,
    pub(super) component: Component,
    /// The resource types of the plan, by index.
    pub(super) resources: Arc<[ResourceType]>,
    pub(super) exports: IndexMap<String, ExportedItem>,
}

/// Something that an instance exports.
#[derive(Clone, Debug)]
pub enum ExportedItem {
    Func(Func),
    Instance(IndexMap<String, ExportedItem>),
    Resource(ResourceType),
    Module(Module),
    /// A value type: nothing at run time.
    Type,
    /// A component, to be instantiated with a linker of its own or given to another component.
    Component(Component),
    Value(Value),
}

impl Instance {
    /// The component that was instantiated.
    pub fn component(&self) -> &Component {
        &self.0.component
    }

    /// The store that the instance belongs to.
    pub fn store_id(&self) -> StoreId {
        self.0.store
    }

    /// Everything that the component exports.
    pub fn exports(&self) -> &IndexMap<String, ExportedItem> {
        &self.0.exports
    }

    /// The exports of an exported instance; of the component itself for an empty path.
    pub fn items(&self, path: &[&str]) -> Option<&IndexMap<String, ExportedItem>> {
        let mut items = &self.0.exports;
        for name in path {
            match items.get(*name)? {
                ExportedItem::Instance(inner) => items = inner,
                ExportedItem::Func(_)
                | ExportedItem::Resource(_)
                | ExportedItem::Module(_)
                | ExportedItem::Type
                | ExportedItem::Component(_)
                | ExportedItem::Value(_) => return None,
            }
        }
        Some(items)
    }

    /// One export: names from the outside in, `["wasi:cli/run@0.2.0", "run"]`.
    pub fn item(&self, path: &[&str]) -> Option<&ExportedItem> {
        let (last, instances) = path.split_last()?;
        self.items(instances)?.get(*last)
    }

    /// An exported function.
    pub fn func(&self, path: &[&str]) -> Option<Func> {
        match self.item(path)? {
            ExportedItem::Func(func) => Some(func.clone()),
            ExportedItem::Instance(_)
            | ExportedItem::Resource(_)
            | ExportedItem::Module(_)
            | ExportedItem::Type
            | ExportedItem::Component(_)
            | ExportedItem::Value(_) => None,
        }
    }

    /// An exported resource type.
    pub fn resource(&self, path: &[&str]) -> Option<ResourceType> {
        match self.item(path)? {
            ExportedItem::Resource(ty) => Some(*ty),
            ExportedItem::Instance(_)
            | ExportedItem::Func(_)
            | ExportedItem::Module(_)
            | ExportedItem::Type
            | ExportedItem::Component(_)
            | ExportedItem::Value(_) => None,
        }
    }

    /// An exported value.
    pub fn value(&self, path: &[&str]) -> Option<&Value> {
        match self.item(path)? {
            ExportedItem::Value(value) => Some(value),
            ExportedItem::Instance(_)
            | ExportedItem::Func(_)
            | ExportedItem::Resource(_)
            | ExportedItem::Module(_)
            | ExportedItem::Type
            | ExportedItem::Component(_) => None,
        }
    }

    /// An exported component (its exports are those of none of its instances).
    pub fn exported_component(&self, path: &[&str]) -> Option<&Component> {
        match self.item(path)? {
            ExportedItem::Component(component) => Some(component),
            ExportedItem::Instance(_)
            | ExportedItem::Func(_)
            | ExportedItem::Resource(_)
            | ExportedItem::Module(_)
            | ExportedItem::Type
            | ExportedItem::Value(_) => None,
        }
    }

    /// The resource type behind an index of the plan's table.
    pub fn resource_type(&self, index: crate::abi::ResourceIndex) -> Option<ResourceType> {
        self.0.resources.get(index.as_u32() as usize).copied()
    }
}
