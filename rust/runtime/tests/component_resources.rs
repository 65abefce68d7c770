//! Resources: of guests held by the host, of the host held by guests, every wrong use of a handle.

#[path = "support/component.rs"]
mod component;
mod support;

use std::sync::{Arc, Mutex};

use component::{call, from_text, guest, instantiate, trap};
use dovetail_runtime::abi::Mismatch;
use dovetail_runtime::component::{
    Borrow, BoundFunction, HostCall, HostFunction, HostResource, ImportedFunction, Instance, Linker, Resource,
    ResourceAny, ResourceHandle, Value, ValueReceiver, ValueSupplier,
};
use dovetail_runtime::{ErrorKind, Result, Store, StoreLimits, TrapCode};
use support::engine;

fn things() -> (Store, Instance) {
    let mut store = Store::new(&engine());
    let component = guest(store.engine(), "things");
    let instance = instantiate(&mut store, &component).unwrap();
    (store, instance)
}

fn make(store: &mut Store, instance: &Instance, value: u32) -> ResourceAny {
    match call(store, instance, "[constructor]thing", &[Value::U32(value)]) {
        Ok(Some(Value::Own(ResourceHandle::Guest(any)))) => any,
        other => panic!("{other:?}"),
    }
}

fn own(any: ResourceAny) -> Value {
    Value::Own(ResourceHandle::Guest(any))
}

fn borrow(any: ResourceAny) -> Value {
    Value::Borrow(ResourceHandle::Guest(any))
}

fn number(store: &mut Store, instance: &Instance, name: &str) -> u32 {
    match call(store, instance, name, &[]) {
        Ok(Some(Value::U32(number))) => number,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_guests_resource_is_used_and_dropped() -> Result<()> {
    let (mut store, instance) = things();
    let thing = make(&mut store, &instance, 42);
    assert_eq!(thing.ty(&store), instance.resource(&["thing"]));
    assert_eq!(call(&mut store, &instance, "[method]thing.get", &[borrow(thing)])?, Some(Value::U32(42)));
    assert_eq!(store.live_handles().host, 1);
    thing.drop(&mut store)?;
    assert_eq!(number(&mut store, &instance, "dropped"), 1);
    assert_eq!(number(&mut store, &instance, "last-dropped"), 42);
    // A second drop does nothing.
    thing.drop(&mut store)?;
    assert_eq!(number(&mut store, &instance, "dropped"), 1);
    assert_eq!(store.live_handles(), Default::default());
    Ok(())
}

#[test]
fn an_owned_resource_moves() -> Result<()> {
    let (mut store, instance) = things();
    let thing = make(&mut store, &instance, 7);
    let Some(Value::Own(ResourceHandle::Guest(moved))) = call(&mut store, &instance, "identity", &[own(thing)])? else {
        panic!("no handle");
    };
    assert!(!thing.is_live(&store));
    assert!(moved.is_live(&store));
    assert_eq!(call(&mut store, &instance, "consume", &[own(moved)])?, Some(Value::U32(7)));
    assert_eq!(number(&mut store, &instance, "dropped"), 1);
    let error = call(&mut store, &instance, "consume", &[own(moved)]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Argument(_)), "{error}");
    assert!(error.to_string().contains("`it`: the resource was dropped or given away"), "{error}");
    assert_eq!(store.live_handles(), Default::default());
    Ok(())
}

#[test]
fn a_failed_call_gives_the_resource_back() -> Result<()> {
    let (mut store, instance) = things();
    let thing = make(&mut store, &instance, 5);
    // The second argument is wrong: the first must not be lost, nor stay lent.
    let error = call(&mut store, &instance, "both", &[borrow(thing), Value::U64(1)]).unwrap_err();
    assert!(error.to_string().contains("`number`: expected `u32`, got `u64`"), "{error}");
    assert_eq!(call(&mut store, &instance, "both", &[borrow(thing), Value::U32(1)])?, Some(Value::U32(6)));
    thing.drop(&mut store)?;
    assert_eq!(store.live_handles(), Default::default());
    Ok(())
}

#[test]
fn resources_of_another_instance_are_refused() -> Result<()> {
    let (mut store, instance) = things();
    let component = guest(store.engine(), "things");
    let other = instantiate(&mut store, &component)?;
    let thing = make(&mut store, &other, 5);
    let error = call(&mut store, &instance, "consume", &[own(thing)]).unwrap_err();
    assert!(error.to_string().contains("expected a resource of another type"), "{error}");
    assert!(thing.is_live(&store));
    let mut second = Store::new(store.engine());
    let error = thing.drop(&mut second).unwrap_err();
    assert!(error.to_string().contains("another store"), "{error}");
    Ok(())
}

#[test]
fn queued_drops_happen_at_the_next_entry() -> Result<()> {
    let (mut store, instance) = things();
    let things: Vec<_> = (0..3).map(|value| make(&mut store, &instance, value)).collect();
    let queue = store.drop_queue();
    std::thread::spawn(move || things.into_iter().for_each(|thing| queue.push(thing))).join().unwrap();
    assert_eq!(store.live_handles().host, 3);
    assert_eq!(number(&mut store, &instance, "dropped"), 3);
    assert_eq!(store.live_handles().host, 0);
    Ok(())
}

#[test]
fn a_destructor_that_traps_closes_the_instance() -> Result<()> {
    let (mut store, instance) = things();
    let thing = make(&mut store, &instance, 666);
    let other = make(&mut store, &instance, 1);
    assert_eq!(trap(thing.drop(&mut store)).0, TrapCode::UnreachableCodeReached);
    assert_eq!(trap(call(&mut store, &instance, "dropped", &[])).0, TrapCode::CannotEnterComponent);
    // What the queue holds of a closed instance is forgotten, not reported for ever.
    store.queue_resource_drop(other);
    other.drop(&mut store)?;
    assert_eq!(trap(call(&mut store, &instance, "dropped", &[])).0, TrapCode::CannotEnterComponent);
    assert_eq!(store.live_handles().host, 0);
    Ok(())
}

#[test]
fn the_guest_uses_handles_wrongly() {
    for (name, index) in [("rep-of", 0), ("rep-of", 9), ("drop-index", 1), ("drop-index", u32::MAX)] {
        let (mut store, instance) = things();
        let (code, text) = trap(call(&mut store, &instance, name, &[Value::U32(index)]));
        assert_eq!(code, TrapCode::InvalidHandle);
        assert!(text.contains(&format!("unknown handle index {index}")), "{text}");
    }
}

#[test]
fn the_handles_of_an_instance_are_bounded_like_a_table() -> Result<()> {
    let (mut store, instance) = things();
    let [first, second] = [1, 2].map(|value| make(&mut store, &instance, value));
    store.set_limits(StoreLimits { table_elements: Some(1), ..StoreLimits::default() });
    call(&mut store, &instance, "keep", &[own(first)])?;
    let (code, text) = trap(call(&mut store, &instance, "keep", &[own(second)]));
    assert_eq!(code, TrapCode::InvalidHandle);
    assert!(text.contains("the handle table is full"), "{text}");
    // The call did not take place: the caller still has the resource.
    assert!(!first.is_live(&store) && second.is_live(&store));
    Ok(())
}

struct File(u32);

/// The host of `files.wat`, typed; remembers what was dropped.
fn files() -> (Store, Instance) {
    let engine = engine();
    let mut store = Store::new(&engine);
    let mut linker = Linker::new(&engine);
    let mut host = linker.instance("host").unwrap();
    host.resource::<File>("file").unwrap();
    host.func("open", |cx, (number,): (u32,)| cx.table().push(File(number))).unwrap();
    host.func("size", |cx, (file,): (Borrow<File>,)| Ok(cx.table().get(&file)?.0 * 2)).unwrap();
    host.func("close", |cx, (file,): (Resource<File>,)| cx.table().delete(file).map(drop)).unwrap();
    host.func("lend-and-give", |_, (_, _): (Borrow<File>, Resource<File>)| Ok(())).unwrap();
    let component = guest(&engine, "files");
    let instance = linker.instantiate(&mut store, &component).unwrap();
    (store, instance)
}

fn file(store: &mut Store, number: u32) -> ResourceHandle {
    let rep = store.resource_table().push(File(number)).unwrap().rep();
    let ty = store.host_resource_type(HostResource::of::<File>());
    ResourceHandle::Host { ty, rep: rep.into() }
}

#[test]
fn the_hosts_resource_lives_as_long_as_the_guests_handle() -> Result<()> {
    let (mut store, instance) = files();
    let size = call(&mut store, &instance, "open-and-measure", &[Value::U32(21)])?;
    assert_eq!(size, Some(Value::U32(42)));
    assert!(store.resource_table().is_empty());
    call(&mut store, &instance, "pass-on", &[Value::U32(1)])?;
    assert!(store.resource_table().is_empty());
    assert_eq!(store.live_handles(), Default::default());
    Ok(())
}

#[test]
fn the_host_lends_its_resource() -> Result<()> {
    let (mut store, instance) = files();
    let file = file(&mut store, 4);
    let size = call(&mut store, &instance, "measure-borrowed", &[Value::Borrow(file)])?;
    assert_eq!(size, Some(Value::U32(8)));
    assert_eq!(store.resource_table().len(), 1);
    assert_eq!(store.live_handles(), Default::default());
    Ok(())
}

#[test]
fn a_borrow_must_be_dropped_before_the_end_of_the_call() {
    let (mut store, instance) = files();
    let file = file(&mut store, 4);
    let (code, text) = trap(call(&mut store, &instance, "keep-borrowed", &[Value::Borrow(file)]));
    assert_eq!(code, TrapCode::InvalidHandle);
    assert!(text.contains("borrow handles still remain at the end of the call"), "{text}");
    assert_eq!(trap(call(&mut store, &instance, "pass-on", &[Value::U32(1)])).0, TrapCode::CannotEnterComponent);
}

#[test]
fn a_guest_cannot_give_away_what_it_borrowed() {
    let (mut store, instance) = files();
    let file = file(&mut store, 4);
    let (code, text) = trap(call(&mut store, &instance, "give-borrowed", &[Value::Borrow(file)]));
    assert_eq!(code, TrapCode::InvalidHandle);
    assert!(text.contains("expected an owned resource"), "{text}");
}

#[test]
fn a_lent_handle_cannot_be_given_away() {
    let (mut store, instance) = files();
    let file = file(&mut store, 4);
    let (code, text) = trap(call(&mut store, &instance, "lend-and-give", &[Value::Own(file)]));
    assert_eq!(code, TrapCode::InvalidHandle);
    assert!(text.contains("cannot remove owned resource while borrowed"), "{text}");
}

#[test]
fn a_dropped_or_invented_handle_traps() {
    let (mut store, instance) = files();
    let (code, text) = trap(call(&mut store, &instance, "drop-twice", &[Value::U32(1)]));
    assert_eq!(code, TrapCode::InvalidHandle);
    assert!(text.contains("unknown handle index 1"), "{text}");
    let (mut store, instance) = files();
    assert_eq!(trap(call(&mut store, &instance, "use-number", &[Value::U32(77)])).0, TrapCode::InvalidHandle);
}

/// Guests that take an owned resource of the host and a text, whose room the guest may refuse.
const TAKER: &str = r#"(component
  (import "file" (type $file (sub resource)))
  (core module $m
    (import "" "drop" (func $drop (param i32)))
    (memory (export "memory") 1)
    (func (export "take") (param i32 i32 i32) (call $drop (local.get 0)))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (if (i32.gt_u (local.get 3) (i32.const 3)) (then unreachable))
      (i32.const 8)))
  (core func $drop (canon resource.drop $file))
  (core instance $i (instantiate $m (with "" (instance (export "drop" (func $drop))))))
  (func (export "take") (param "file" (own $file)) (param "name" string)
    (canon lift (core func $i "take") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))"#;

#[test]
fn a_call_that_did_not_take_place_leaves_the_hosts_resource_with_the_caller() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let mut linker = Linker::new(&engine);
    linker.root().resource::<File>("file")?;
    let component = from_text(&engine, TAKER);
    let instance = linker.instantiate(&mut store, &component)?;
    let own = Value::Own(file(&mut store, 4));
    // The host's second argument is wrong.
    let error = call(&mut store, &instance, "take", &[own.clone(), Value::Bool(true)]).unwrap_err();
    assert!(error.to_string().contains("`name`: expected `string`, got `bool`"), "{error}");
    assert_eq!((store.live_handles().guest, store.resource_table().len()), (0, 1));
    // The same resource again, and now it is dropped.
    call(&mut store, &instance, "take", &[own, Value::String("abc".into())])?;
    assert_eq!((store.live_handles().guest, store.resource_table().len()), (0, 0));
    // The guest refuses room for the text: the resource is not lost in a table that nobody can reach.
    let own = Value::Own(file(&mut store, 5));
    let (code, _) = trap(call(&mut store, &instance, "take", &[own.clone(), Value::String("abcd".into())]));
    assert_eq!(code, TrapCode::UnreachableCodeReached);
    assert_eq!((store.live_handles().guest, store.resource_table().len()), (0, 1));
    let another = linker.instantiate(&mut store, &component)?;
    call(&mut store, &another, "take", &[own, Value::String("abc".into())])?;
    assert!(store.resource_table().is_empty());
    Ok(())
}

/// Gives a guest's resource and something that is none.
struct GivesBadly(ResourceAny);

impl HostFunction for GivesBadly {
    fn bind(&self, import: &ImportedFunction<'_>) -> std::result::Result<BoundFunction, Mismatch> {
        Ok(import.as_is())
    }

    fn call(&self, call: &mut HostCall<'_>) -> Result<()> {
        call.params(&mut ValueReceiver, |_| ())?;
        call.finish(&mut ValueSupplier, &Value::Tuple(vec![own(self.0), Value::Bool(true)]))
    }
}

#[test]
fn a_result_that_did_not_arrive_leaves_its_resources_with_the_host() -> Result<()> {
    let (mut store, things) = things();
    let thing = make(&mut store, &things, 5);
    let mut linker = Linker::new(&store.engine().clone());
    linker.root().resource_exported("thing", things.resource(&["thing"]).unwrap())?;
    linker.root().func_dynamic("give", Arc::new(GivesBadly(thing)))?;
    let text = r#"(component
      (import "thing" (type $thing (sub resource)))
      (import "give" (func $give (result (tuple (own $thing) u32))))
      (core module $memory (memory (export "memory") 1))
      (core instance $memory (instantiate $memory))
      (core func $give (canon lower (func $give) (memory (core memory $memory "memory"))))
      (core module $m
        (import "" "give" (func $give (param i32)))
        (func (export "run") (call $give (i32.const 8))))
      (core instance $i (instantiate $m (with "" (instance (export "give" (func $give))))))
      (func (export "run") (canon lift (core func $i "run"))))"#;
    let component = from_text(store.engine(), text);
    let instance = linker.instantiate(&mut store, &component)?;
    let error = call(&mut store, &instance, "run", &[]).unwrap_err();
    assert!(error.to_string().contains("expected `u32`, got `bool`"), "{error}");
    assert!(thing.is_live(&store));
    thing.drop(&mut store)?;
    assert_eq!(number(&mut store, &things, "last-dropped"), 5);
    assert_eq!(store.live_handles(), Default::default());
    Ok(())
}

#[test]
fn a_dynamic_host_resource_tells_its_destructor() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let dropped = Arc::new(Mutex::new(Vec::new()));
    let seen = dropped.clone();
    let mut linker = Linker::new(&engine);
    let mut host = linker.instance("host")?;
    let file = HostResource::new();
    host.resource_dynamic(
        "file",
        file,
        Arc::new(move |_, rep| {
            seen.lock().unwrap().push(rep);
            Ok(())
        }),
    )?;
    for name in ["open", "size", "close", "lend-and-give"] {
        host.func_trap(name)?;
    }
    let component = guest(&engine, "files");
    let instance = linker.instantiate(&mut store, &component)?;
    let ty = store.host_resource_type(file);
    let lent = Value::Borrow(ResourceHandle::Host { ty, rep: 11 });
    let (code, text) = trap(call(&mut store, &instance, "measure-borrowed", &[lent]));
    assert_eq!(code, TrapCode::UnknownImport);
    assert!(text.contains("`host#size`"), "{text}");
    assert!(dropped.lock().unwrap().is_empty());
    Ok(())
}

#[test]
fn a_drop_in_the_middle_of_a_call_waits_for_its_end() -> Result<()> {
    let text = r#"(component
      (import "host" (func $host))
      (core func $host (canon lower (func $host)))
      (core module $m
        (import "host" "host" (func $host))
        (global $count (mut i32) (i32.const 0))
        (func (export "destroy") (param i32) (global.set $count (i32.add (global.get $count) (i32.const 1))))
        (func (export "call-host") (result i32) (call $host) (global.get $count))
        (func (export "count") (result i32) (global.get $count)))
      (core instance $m (instantiate $m (with "host" (instance (export "host" (func $host))))))
      (type $inner (resource (rep i32) (dtor (core func $m "destroy"))))
      (export $thing "thing" (type $inner))
      (core func $new (canon resource.new $inner))
      (core module $maker
        (import "" "new" (func $new (param i32) (result i32)))
        (func (export "make") (result i32) (call $new (i32.const 1))))
      (core instance $maker (instantiate $maker (with "" (instance (export "new" (func $new))))))
      (func (export "make") (result (own $thing)) (canon lift (core func $maker "make")))
      (func (export "call-host") (result u32) (canon lift (core func $m "call-host")))
      (func (export "count") (result u32) (canon lift (core func $m "count"))))"#;
    let engine = engine();
    let mut store = Store::new(&engine);
    let held = Arc::new(Mutex::new(None));
    let taken = held.clone();
    let mut linker = Linker::new(&engine);
    linker.root().func("host", move |cx, ()| {
        let thing: ResourceAny = taken.lock().unwrap().take().expect("a handle");
        thing.drop(cx.store())
    })?;
    let instance = linker.instantiate(&mut store, &from_text(&engine, text))?;
    let Some(Value::Own(ResourceHandle::Guest(thing))) = call(&mut store, &instance, "make", &[])? else {
        panic!("no handle");
    };
    *held.lock().unwrap() = Some(thing);
    assert_eq!(call(&mut store, &instance, "call-host", &[])?, Some(Value::U32(0)));
    assert!(!thing.is_live(&store));
    assert_eq!(call(&mut store, &instance, "count", &[])?, Some(Value::U32(1)));
    Ok(())
}
