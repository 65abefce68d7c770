//! One half of the composition: a catalog that gives out items as resources.

use std::cell::Cell;

use exports::tests::catalog::items::{Guest, GuestItem, Item, ItemBorrow};

wit_bindgen::generate!({ world: "catalog", path: "wit" });

struct Component;

export!(Component);

thread_local! {
    static ALIVE: Cell<u32> = const { Cell::new(0) };
}

const STOCK: [(&str, u32); 3] = [("tea", 450), ("crème brûlée", 620), ("biscuit", 120)];

struct Good {
    name: String,
    price: u32,
}

impl Good {
    fn counted(name: String, price: u32) -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self { name, price }
    }
}

impl Drop for Good {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

impl GuestItem for Good {
    fn new(name: String, price: u32) -> Self {
        Self::counted(name, price)
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn price(&self) -> u32 {
        self.price
    }

    fn discounted(&self, percent: u32) -> Result<Item, String> {
        match percent {
            0..=100 => Ok(Item::new(Good::counted(self.name.clone(), self.price * (100 - percent) / 100))),
            _ => Err(format!("a discount of {percent} percent on {}", self.name)),
        }
    }
}

impl Guest for Component {
    type Item = Good;

    fn find(name: String) -> Option<Item> {
        let (name, price) = STOCK.iter().find(|(stocked, _)| *stocked == name)?;
        Some(Item::new(Good::counted((*name).to_owned(), *price)))
    }

    fn name_all(items: Vec<ItemBorrow<'_>>) -> String {
        items.iter().map(|item| item.get::<Good>().name()).collect::<Vec<_>>().join(", ")
    }

    fn alive() -> u32 {
        ALIVE.get()
    }
}
