//! A store of tables: the component behind the package that the documentation shows.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use exports::h2::kv::store::{Guest as StoreGuest, GuestTable, StockError, Table, TableBorrow};
use h2::kv::host_log::{self, Sink};
use h2::kv::types::{Level, Perms};

wit_bindgen::generate!({ world: "kv", path: "wit" });

struct Component;

export!(Component);

struct Rows {
    name: String,
    rows: RefCell<BTreeMap<String, Entry>>,
    sink: Sink,
    puts: Cell<u32>,
}

impl Rows {
    fn named(name: String) -> Self {
        let sink = Sink::new(&name);
        Self { name, rows: RefCell::new(BTreeMap::new()), sink, puts: Cell::new(0) }
    }
}

impl GuestTable for Rows {
    fn new(name: String) -> Self {
        Self::named(name)
    }

    fn put(&self, e: Entry) -> Option<Entry> {
        self.puts.set(self.puts.get() + 1);
        match self.sink.write(e.key.as_bytes()) {
            Ok(written) => host_log::log(Level::Info, &format!("put {}: {written} bytes", e.key)),
            Err(reason) => host_log::log(Level::Warn, &format!("put {}: {reason}", e.key)),
        }
        self.rows.borrow_mut().insert(e.key.clone(), e)
    }

    fn get(&self, key: String) -> Option<Entry> {
        self.rows.borrow().get(&key).cloned()
    }

    fn keys(&self) -> Vec<String> {
        self.rows.borrow().keys().cloned().collect()
    }

    fn size(&self) -> u32 {
        self.rows.borrow().len() as u32
    }

    fn merge(a: Table, b: TableBorrow<'_>) -> Result<Table, String> {
        let a = a.into_inner::<Rows>();
        let b = b.get::<Rows>();
        if let Err(reason) = Sink::flush() {
            host_log::log(Level::Debug, &format!("merge: {reason}"));
        }
        let mut rows = a.rows.into_inner();
        for (key, entry) in b.rows.borrow().iter() {
            if rows.insert(key.clone(), entry.clone()).is_some() {
                return Err(format!("both tables have the key {key}"));
            }
        }
        let merged = Rows::named(format!("{}+{}", a.name, b.name));
        merged.rows.replace(rows);
        Ok(Table::new(merged))
    }
}

impl StoreGuest for Component {
    type Table = Rows;

    fn open(name: String, p: Perms) -> Result<Table, StockError> {
        match name.as_str() {
            "nope" => Err(StockError::Short(3)),
            "" => Err(StockError::NotFound),
            _ if p.is_empty() => Err(StockError::NotFound),
            _ => Ok(Table::new(Rows::named(name))),
        }
    }

    fn describe(t: TableBorrow<'_>) -> String {
        let table = t.get::<Rows>();
        format!("table {} of {} rows after {} puts", table.name, table.size(), table.puts.get())
    }

    fn maybe() -> Option<Option<u32>> {
        Some(Some(7))
    }
}

impl Guest for Component {
    fn summarize(entries: Vec<Entry>) -> (u32, char, f64) {
        let letter = entries.first().and_then(|entry| entry.key.chars().next()).unwrap_or('x');
        let tagged = entries.iter().filter(|entry| !entry.tags.is_empty()).count();
        let share = if entries.is_empty() { 0.5 } else { tagged as f64 / entries.len() as f64 };
        (entries.len() as u32, letter, share)
    }
}
