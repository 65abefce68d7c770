"""One interface under several names: an object for each, and resources that do not mix."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store


class Bucket:
    """A bucket of one of the host's stores."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    def set(self, key: str, value: bytes) -> None:
        self.values[key] = value

    def list_keys(self, cursor: int | None) -> Any:
        return TYPES[0].KeyResponse(keys=sorted(self.values), cursor=None)


TYPES: list[ModuleType] = []


def keyvalue(prefix: str) -> Any:
    """A store whose buckets have a class of their own."""

    class Own(Bucket):
        """A bucket of this store."""

    class Keyvalue:
        """The interface."""

        Bucket = Own

        def open(self, identifier: str) -> Bucket:
            if identifier == "secret":
                raise TYPES[0].ErrorRaised(TYPES[0].Error_AccessDenied())
            bucket = Own()
            bucket.set("name", f"{prefix}:{identifier}".encode())
            return bucket

    return Keyvalue()


def test_each_name_has_its_own_object(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    TYPES[:] = [part("imports.primary")]
    assert part("imports.backup").KeyResponse is part("imports.primary").KeyResponse
    imports = case.PlainNamesImports(primary=keyvalue("primary"), backup=keyvalue("backup"))
    with Store() as store:
        world = case.PlainNames(store, imports)
        bucket = world.primary.open("b")
        assert bucket.get("name") == b"primary:b"
        bucket.set("k", b"v")
        assert bucket.list_keys(None).keys == ["k", "name"]
        with pytest.raises(part("exports.primary").ErrorRaised) as caught:
            world.primary.open("secret")
        assert type(caught.value.value).__name__ == "Error_AccessDenied"
        assert world.cache.open("c").get("name") == b"primary:c"
