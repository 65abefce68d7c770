"""What the asynchronous face of a generated package is built on: how a world and a resource are made by awaiting them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, runtime_checkable

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ._engine import Store

__all__ = ["AsyncResource", "AsyncWorld", "bind_async"]


class AsyncWorld:
    """The asynchronous face of a world: awaiting it instantiates the component, and gives the object itself."""

    _starting: Awaitable[object] | None
    """What instantiates the component; `None` when somebody has awaited it."""

    def __await__(self) -> Generator[Any, Any, Self]:
        starting, self._starting = self._starting, None
        if starting is None:
            raise RuntimeError(f"`{type(self).__name__}` was awaited before")
        yield from starting.__await__()
        return self

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            message = f"`{type(self).__name__}` has no attribute `{name}`"
            if self.__dict__.get("_starting") is not None:
                message += f": it {_not_before_it_is_awaited(type(self))}"
            raise AttributeError(message, name=name, obj=self)


def _not_before_it_is_awaited(world: type[object]) -> str:
    return f"is not instantiated before it is awaited, as in `await {world.__name__}(store)`"


def refuses(world: type[object]) -> Callable[..., NoReturn]:
    """What a function of a world is until that is instantiated."""

    def refuse(*_arguments: object, **_keywords: object) -> NoReturn:
        raise RuntimeError(f"`{world.__name__}` {_not_before_it_is_awaited(world)}")

    return refuse


def bind_async(
    world: AsyncWorld, package: str, store: Store, imports: object = None, /, *, fingerprint: str | None = None
) -> None:
    """Makes the asynchronous face of a generated world work: what it imports is checked, and awaiting it does the rest."""
    from ._engine import bind_async as bind

    world._starting = bind(world, package, store, imports, fingerprint=fingerprint)


@runtime_checkable
class AsyncResource(Protocol):
    """What every resource that a component exports has in the asynchronous face besides its WIT functions."""

    def __await__(self) -> Generator[Any, Any, Self]:
        """What a constructor's call gives is awaited: `table = await Table("x")`. The object itself is given at once."""
        yield from ()
        return self

    async def drop(self) -> None:
        """Drop the handle now. Does nothing when it was dropped or given away before."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
        /,
    ) -> None: ...
