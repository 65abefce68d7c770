"""Maps a sandboxed component over the partitions of a Dask bag, in worker processes.

The package `kv` is generated first: python -m dovetail.bindgen target/guests/kv.wasm --out-dir kv
Dask comes with: pip install "dask[distributed]"
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import dask.bag as db
import kv
from dask.distributed import Client, LocalCluster
from dovetail import Store
from dovetail.component import Component
from kv import Entry
from kv.imports import types

Summary = tuple[int, str, float, int]


class Sink:
    """Takes what the component writes, and forgets it. Fits the Protocol `host_log.Sink`."""

    def __init__(self, name: str) -> None: ...

    def write(self, data: bytes) -> int:
        return len(data)

    @staticmethod
    def flush() -> None: ...


class HostLog:
    """The imported interface. Fits the Protocol `host_log.HostLog`."""

    Sink = Sink

    def log(self, level: types.Level, msg: str) -> None: ...


def summarize(partition: Iterable[Entry], component: Component) -> list[Summary]:
    """Runs in a worker: a store for each partition, so that no guest sees what another one left behind."""
    with Store(component.engine) as store:
        count, letter, share = component.instantiate(store, host_log=HostLog()).summarize(list(partition))
    return [(count, letter, share, os.getpid())]


def main() -> None:
    # Pickled, the component is the package's name and a hash: each worker maps its code from the cache, and keeps it.
    component = Component.from_package(kv)
    entries = [
        Entry(
            key=f"{'abcd'[number // 250]}{number}",
            value=types.Value_Num(number),
            tags=[("even", number)] if number % 2 == 0 else [],
            perms=types.Perms.READ,
        )
        for number in range(1000)
    ]
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster, Client(cluster):
        summaries: list[Summary] = (
            db.from_sequence(entries, npartitions=4).map_partitions(summarize, component).compute()
        )
    for count, letter, share, _ in summaries:
        print(f"{count} entries from {letter}, {share:.0%} with tags")
    assert os.getpid() not in {process for *_, process in summaries}


if __name__ == "__main__":
    main()
