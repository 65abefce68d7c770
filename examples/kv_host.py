"""A host of the component in tests/guests/kv: gives it a log, keeps tables in it, and shows what comes back.

The package `kv` is generated first: python -m dovetail.bindgen target/guests/kv.wasm --out-dir kv
"""

from __future__ import annotations

from dovetail import Err, Store, WasiConfig
from kv import Entry, Kv, KvImports
from kv.imports import host_log, types


class Sink:
    """Bytes that the component writes: an imported resource, kept by this program. Fits the Protocol `host_log.Sink`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.room = 4

    def write(self, data: bytes) -> int:
        if len(data) > self.room:
            raise Err("disk full")
        self.room -= len(data)
        return len(data)

    @staticmethod
    def flush() -> None:
        raise Err("nothing to flush")


class HostLog:
    """The imported interface. Fits the Protocol `host_log.HostLog`."""

    Sink = Sink

    def log(self, level: types.Level, msg: str) -> None:
        print(f"[{level.name.lower()}] {msg}")


def describe(value: types.Value) -> str:
    match value:
        case types.Value_None_():
            return "nothing"
        case types.Value_Num(number):
            return f"number {number + 1}"
        case types.Value_Text(text):
            return f"text {text}"
        case types.Value_Blob(blob):
            return f"bytes {blob.hex()}"
        case types.Value_Many(many):
            return f"sum {sum(many)}"


def reason(error: types.StockErrorRaised) -> str:
    match error.value:
        case types.StockError_NotFound():
            return "there is none"
        case types.StockError_Short(missing):
            return f"{missing} short"


def main() -> None:
    log: host_log.HostLog = HostLog()
    with Store(wasi=WasiConfig()) as store:
        kv = Kv(store, KvImports(host_log=log))
        with kv.store.Table("fruit") as fruit:
            apple = Entry(
                key="apple",
                value=types.Value_Num(3),
                tags=[("red", 1), ("green", 2)],
                perms=types.Perms.READ | types.Perms.WRITE,
            )
            fruit.put(apple)
            fruit.put(
                Entry(
                    key="fig",
                    value=types.Value_Blob(b"\x01\x02"),
                    tags=[],
                    perms=types.Perms.READ,
                )
            )
            found = fruit.get("apple")
            if found is not None:
                print(found.key, describe(found.value), found == apple)
            spare = kv.store.Table("spare")
            with kv.store.Table.merge(fruit, spare) as merged:
                print(merged.keys(), merged.size(), kv.store.describe(merged))
        count, letter, share = kv.summarize([apple])
        print(count + 1, letter.upper(), share / 2)
        nested = kv.store.maybe()
        if nested is not None and nested.value is not None:
            print(nested.value + 1)
        try:
            kv.store.open("nope", types.Perms.READ)
        except types.StockErrorRaised as error:
            print(reason(error))
        try:
            kv.store.open("", types.Perms.READ)
        except Err as error:
            print(error.value)


if __name__ == "__main__":
    main()
