"""How engines and components travel to other processes: an engine by its configuration, a component by its content.

Stores and what lives in them do not travel. What arrives is kept here, so that a worker that gets the same component with
each of its tasks loads it once.
"""

from __future__ import annotations

import importlib
import uuid
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from ._config import Config
from ._engine import Engine, _default_engine
from ._errors import LinkError
from ._locks import Lock

if TYPE_CHECKING:
    from ._held import Look
    from .component._component import Component

Reduced: TypeAlias = tuple[Callable[..., object], tuple[Any, ...]]

MAX_KEPT = 32
"""How many components that arrived are kept."""

_lock = Lock()
_tokens: weakref.WeakKeyDictionary[Engine, str] = weakref.WeakKeyDictionary()
_by_token: weakref.WeakValueDictionary[str, Engine] = weakref.WeakValueDictionary()
_by_values: dict[tuple[tuple[str, object], ...], Engine] = {}
_components: OrderedDict[tuple[Engine, str | None, Look, str], Component] = OrderedDict()


def reduce_engine(engine: Engine) -> Reduced:
    """How an engine is pickled."""
    if engine is _default_engine():
        return _default_engine, ()
    with _lock:
        token = _tokens.setdefault(engine, uuid.uuid4().hex)
        _by_token[token] = engine
    return restore_engine, (token, engine._values)


def restore_engine(token: str, values: dict[str, Any]) -> Engine:
    """The engine itself where it is in this process, else the one engine here that has its configuration."""
    with _lock:
        engine = _by_token.get(token)
        if engine is None:
            key = tuple(sorted(values.items()))
            engine = _by_values.get(key)
            if engine is None:
                engine = _by_values[key] = Engine(Config(**values))
    return engine


def restore_component(
    engine: Engine, name: str | None, look: Look, digest: str, binary: bytes, classes: bool
) -> Component:
    """A component that was pickled by its bytes; with its classes where values of them may follow."""
    from .component._component import Component

    component = _kept(engine, name, look, digest, lambda: Component(engine, binary, name=name, **look._asdict()))
    if classes:
        component._names()
    return component


def restore_compiled(engine: Engine, name: str | None, look: Look, digest: str, encoded: bytes) -> Component:
    """A component that came from `deserialize`, which has no other bytes."""
    from .component._component import Component

    component = _kept(engine, name, look, digest, lambda: Component.deserialize(engine, encoded))
    component._names()
    return component


def restore_package(engine: Engine, package: str, digest: str, hook: bool) -> Component:
    """The component of a generated package, which is here too, or is found by the import hook."""
    from .component._component import Component

    if hook:
        importlib.import_module("dovetail.loader")
    component = Component.from_package(importlib.import_module(package), engine)
    if component._digest != digest:
        raise LinkError(
            f"`{package}` was generated from another component here than where it was pickled: "
            "put the same package into both places"
        )
    return component


def _kept(engine: Engine, name: str | None, look: Look, digest: str, make: Callable[[], Component]) -> Component:
    with _lock:
        if engine is not _default_engine() and engine not in _by_values.values():
            return make()  # The engine is somebody's own, and should not be kept alive here.
        key = (engine, name, look, digest)
        component = _components.get(key)
        if component is None:
            component = _components[key] = make()
        _components.move_to_end(key)
        while len(_components) > MAX_KEPT:
            _components.popitem(last=False)
        return component
