//! The other half of the composition: a shop that buys from the catalog, with strings and resources passed between the two.

use exports::tests::catalog::shop::{Guest, Receipt};
use tests::catalog::items::{self, Item};

wit_bindgen::generate!({ world: "shop-world", path: "../catalog/wit" });

struct Component;

export!(Component);

impl Guest for Component {
    fn buy(names: Vec<String>, percent: u32) -> Result<Receipt, String> {
        let mut bought = Vec::new();
        for name in &names {
            let item = items::find(name).ok_or_else(|| format!("no {name} in the catalog"))?;
            bought.push(item.discounted(percent)?);
        }
        let bag = Item::new("bag", 5);
        bought.push(bag);
        let mut lines: Vec<String> = bought.iter().map(|item| format!("{}: {}", item.name(), item.price())).collect();
        lines.push(items::name_all(&bought.iter().collect::<Vec<_>>()));
        let total = bought.iter().map(Item::price).sum();
        Ok(Receipt { lines, total })
    }

    fn alive() -> u32 {
        items::alive()
    }
}
