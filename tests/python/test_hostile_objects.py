"""Python objects that lie, raise, or use the store where the engine asks them something: the caller gets the object's own
exception or a clear one, and the store goes on as before."""

from __future__ import annotations

import array
import collections
import collections.abc
import ctypes
import gc
import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store
from dovetail.component import Component, Linker
from hostile import ASKED, CHANGED, IN_USE, NOT_CLOSED, Act, Acting, Raises, forged, refused


class ActingMapping(collections.abc.Mapping[Any, Any]):
    """A mapping that does something where its items are asked for."""

    def __init__(self, act: Act, at: str) -> None:
        self.act = act
        self.at = at

    def __getitem__(self, key: Any) -> Any:
        if self.at == "__getitem__":
            self.act()
        return b"one"

    def __iter__(self) -> Iterator[Any]:
        if self.at == "__iter__":
            self.act()
        return iter([1])

    def __len__(self) -> int:
        if self.at == "__len__":
            self.act()
        return 1


@pytest.fixture
def echo(world: Any) -> Iterator[Any]:
    """The interface, which must work as before after each test."""
    yield world.echo
    assert world.echo.texts(["still", "here"]) == ["still", "here"]
    assert world.call_host(3) == 3


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("error", [KeyError("k"), KeyboardInterrupt(), SystemExit(3), StopIteration(), MemoryError()])
def test_what_an_object_raises_comes_out(echo: Any, asked: str, error: BaseException) -> None:
    place, call = ASKED[asked]
    value = Acting(Raises(error), place)
    with pytest.raises(type(error)) as caught:
        call(echo, value)
    assert caught.value is error
    assert place in [frame.name for frame in caught.traceback]
    error.__traceback__ = None


@pytest.mark.parametrize("asked", ASKED)
def test_an_object_that_uses_the_store(make: Any, asked: str) -> None:
    place, call = ASKED[asked]
    with Store() as store:
        world = make(store)
        held = world.counters.Accumulator("held")
        uses: list[tuple[Act, str]] = [
            (lambda: world.add(1, 2), IN_USE),
            (held.total, IN_USE),
            (lambda: world.counters.Accumulator("new"), IN_USE),
            (lambda: make(store), IN_USE),
            (held.drop, IN_USE),
            (store.set_limits, IN_USE),
            (store.close, NOT_CLOSED),
        ]
        for use, text in uses:
            value = Acting(lambda use=use, text=text: refused(use, RuntimeError, text), place)  # type: ignore[misc]
            call(world.echo, value)
            assert value.done == 1
        # What Python collects is only queued, and dropped by the call's end.
        uses.clear()
        assert world.counters.alive() == 1
        others = [held]
        del held
        call(world.echo, Acting(lambda: (others.clear(), gc.collect()), place))
        assert world.counters.alive() == 0


def test_an_object_that_uses_another_store(make: Any) -> None:
    other = make()
    assert make().echo.unsigned8(Acting(lambda: other.add(1, 2))) == 1


def test_an_object_that_collects_garbage(make: Any) -> None:
    world = make()
    for _ in range(10):
        held: list[Any] = [world.counters.Accumulator("x")]
        held.append(held)
        del held
        assert world.echo.unsigned8(Acting(gc.collect)) == 1
    assert world.counters.alive() == 0


@pytest.mark.parametrize("asked", ["an integer", "a number in a list"])
def test_a_result_of_the_host_that_raises_or_uses_the_store(make: Any, asked: str) -> None:
    error = KeyError("mine")
    with pytest.raises(KeyError) as caught:
        make(next=lambda self, value: Acting(Raises(error))).call_host(1)
    assert caught.value is error
    seen: list[BaseException] = []

    def use() -> None:
        try:
            world.add(1, 2)
        except RuntimeError as error:
            seen.append(error)

    world = make(next=lambda self, value: Acting(use))
    assert world.call_host(1) == 1
    assert [str(error) for error in seen] == [IN_USE]
    assert world.add(1, 2) == 3


@pytest.mark.parametrize("place", ["__getitem__", "__iter__"])
def test_mappings_that_raise(guest: Callable[[str], Any], place: str) -> None:
    error = KeyError("mine")
    with Store() as store:
        world = every_type(store, guest)
        with pytest.raises(KeyError) as caught:
            world.guest.to_map(ActingMapping(Raises(error), place))
        assert caught.value is error
        assert world.guest.to_map({"k": b"v"}) == {1: b"one"}


def every_type(store: Store, guest: Callable[[str], Any]) -> Any:
    """The echo component of the case `every-type`, on a host whose map is always the same."""
    from types import SimpleNamespace

    component = Component.from_file(store.engine, guest("cases/every-type"))
    linker = Linker(store.engine)
    linker.define_unknown_imports_as_traps(component)
    (host,) = (name for name in component.imports if "host" in name)
    linker.allow_shadowing = True
    with linker.instance(host) as instance:
        instance.add_func("to-map", lambda _store, _value: {1: b"one"})
    return SimpleNamespace(guest=linker.instantiate(store, component).guest)


def test_mappings_that_lie(guest: Callable[[str], Any]) -> None:
    class Lying(ActingMapping):
        def __init__(self, items: Any) -> None:
            self.given = items

        def items(self) -> Any:
            return self.given

    with Store() as store:
        call = every_type(store, guest).guest.to_map
        for items, text in (
            ([3], "expected a pair of key and value, got int"),
            ([(1,)], "expected a pair of key and value, got tuple"),
            ([("k", b"v", 3)], "expected a pair of key and value, got tuple"),
            ([["k", b"v"]], "expected a pair of key and value, got list"),
        ):
            refused(lambda items=items: call(Lying(items)), TypeError, f"`to_map` argument `a`: {text}")  # type: ignore[misc]
        with pytest.raises(TypeError):
            call(Lying(None))
        assert call(Lying(iter([("k", b"v")]))) == {1: b"one"}

        class Own(dict[str, bytes]):
            def items(self) -> Any:
                raise AssertionError("the dict's own items count")

        assert call(Own(k=b"v")) == {1: b"one"}
        assert call(collections.ChainMap({"k": b"v"})) == {1: b"one"}


def test_a_mapping_that_changes_while_it_is_converted(guest: Callable[[str], Any]) -> None:
    """The items count that were there when the call began."""
    with Store() as store:
        call = every_type(store, guest).guest.to_map
        given: dict[str, Any] = {}
        given.update(a=Sequence(given.clear), b=b"v")
        assert call(given) == {1: b"one"}
        assert given == {}


class Sequence:
    """Two bytes, whose length does something when asked for."""

    def __init__(self, act: Act) -> None:
        self.act = act

    def __len__(self) -> int:
        self.act()
        return 2

    def __getitem__(self, place: int) -> int:
        return 7


def test_subclasses_do_not_decide_what_is_in_them(echo: Any) -> None:
    """A subclass of `list`, `tuple`, `str`, `bytes` or `int` holds what it holds, whatever its methods say."""

    class LyingList(list[Any]):
        def __len__(self) -> int:
            return 1000

        def __getitem__(self, place: Any) -> Any:
            raise AssertionError

        def __iter__(self) -> Any:
            raise AssertionError

    class LyingTuple(tuple[Any, ...]):
        __slots__ = ()

        def __len__(self) -> int:
            return 1000

        def __getitem__(self, place: Any) -> Any:
            raise AssertionError

    class LyingText(str):
        __slots__ = ()

        def __len__(self) -> int:
            return 1000

        def __str__(self) -> str:
            raise AssertionError

        def encode(self, *_arguments: Any) -> bytes:
            raise AssertionError

    class LyingInt(int):
        def __index__(self) -> int:
            raise AssertionError

        def __int__(self) -> int:
            raise AssertionError

    class LyingBytes(bytes):
        def __len__(self) -> int:
            return 1000

        def __bytes__(self) -> bytes:
            raise AssertionError

    assert echo.texts(LyingList(["a"])) == ["a"]
    assert echo.lists([LyingList([1, 2]), LyingTuple((3,))]) == [[1, 2], [3]]
    assert echo.texts(LyingTuple(("a", "b"))) == ["a", "b"]
    assert echo.text(LyingText("abc")) == "abc"
    assert echo.character(LyingText("a")) == "a"
    assert echo.unsigned8(LyingInt(7)) == 7
    assert echo.bytes([LyingInt(7)]) == b"\x07"
    assert echo.bytes(LyingBytes(b"abc")) == b"abc"
    assert echo.pair(LyingTuple((1, "a"))) == (1, "a")


def test_generators_and_iterators_are_no_lists(echo: Any) -> None:
    for value, found in (
        ((number for number in (1, 2)), "generator"),
        (map(int, "12"), "map"),
        (iter([1]), "list_iterator"),
        (range(3).__iter__(), "range_iterator"),
        (zip("a", "b", strict=True), "zip"),
    ):
        for call, expected in (
            (echo.bytes, "bytes or a sequence of int"),
            (echo.floats, "a sequence"),
            (echo.texts, "a sequence"),
        ):
            refused(
                lambda call=call, value=value: call(value),  # type: ignore[misc]
                TypeError,
                f"`{call.__name__}` argument `v`: expected {expected}, got {found}",
            )
    assert echo.bytes(range(3)) == b"\0\1\2"


def test_a_list_that_another_thread_changes(echo: Any) -> None:
    """The thread runs in the middle, since an item waits for it; then in between, as the interpreter switches."""
    numbers: list[Any] = []
    for change in (numbers.clear, lambda: numbers.append(1), lambda: numbers.__delitem__(slice(1, None))):

        def wait(change: Act = change) -> None:
            thread = threading.Thread(target=change)
            thread.start()
            thread.join()

        for name, element in (("bytes", ""), ("lists", "element 0: ")):
            numbers[:] = [Acting(wait), 2, 3]
            given = numbers if name == "bytes" else [numbers]
            refused(
                lambda name=name, given=given: getattr(echo, name)(given),  # type: ignore[misc]
                ValueError,
                f"`{name}` argument `v`: {element}{CHANGED}",
            )


def test_lists_under_threads_that_never_stop(echo: Any, everything: ModuleType) -> None:
    """Whatever moment the other threads meet: a whole list, or a clear refusal."""
    texts = ["text"] * 200
    numbers = [1] * 200
    buffer = bytearray(b"x" * 200)
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            del texts[50:]
            texts.extend(["text" * 20] * 150)
            del numbers[50:]
            numbers.extend([2] * 150)
            buffer[0] ^= 1
            try:
                buffer.extend(b"yy")
                del buffer[200:]
            except BufferError:
                pass  # A call has its buffer just now.

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=change) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(1500):
            for call, given in ((echo.texts, texts), (echo.bytes, numbers), (echo.bytes, buffer)):
                try:
                    assert len(call(given)) >= 50
                except ValueError as error:
                    assert CHANGED in str(error)
    finally:
        stop.set()
        sys.setswitchinterval(interval)
        for thread in threads:
            thread.join()


def test_buffers_that_lie(echo: Any) -> None:
    for name, length, itemsize, letter in (("floats", 8, 4, b"d"), ("words", 4, 1, b"H"), ("bytes", 4, 2, b"B")):
        value, *_alive = forged(length, itemsize, letter)
        expected = {"floats": "d", "words": "H", "bytes": "B"}[name]
        refused(
            lambda name=name, value=value: getattr(echo, name)(value),  # type: ignore[misc]
            TypeError,
            f"`{name}` argument `v`: expected a buffer with items `{expected}`, got memoryview with `{expected}`",
        )
    value, *_alive = forged(7, 2, b"H")  # Three and a half items.
    refused(lambda: echo.words(value), TypeError, "`words` argument `v`: expected a multiple of 2 bytes, got 7")


def test_buffers_of_other_shapes(echo: Any) -> None:
    def wrong(call: Callable[[], object], text: str) -> None:
        with pytest.raises((TypeError, ValueError)) as caught:
            call()
        assert str(caught.value) == text

    wrong(
        lambda: echo.floats(memoryview(ctypes.c_double(1.0))),
        "`floats` argument `v`: expected a buffer of one dimension, got 0 dimensions",
    )
    numpy = pytest.importorskip("numpy")
    items = "expected a buffer with items `d`, got ndarray with"
    for value, text in (
        (numpy.array(1.0), "expected a buffer of one dimension, got 0 dimensions"),
        (numpy.ones((2, 2)), "expected a buffer of one dimension, got 2 dimensions"),
        (numpy.ones(2, ">f8"), f"{items} `>d`"),
        (numpy.ones(2, "?"), f"{items} `?`"),
        (numpy.ones(2, "f4"), f"{items} `f`"),
        (numpy.ones(2, complex), f"{items} `Zd`"),
        (numpy.zeros(2, [("a", "f8")]), f"{items} `T{{d:a:}}`"),
        (numpy.array([None]), f"{items} `O`"),
    ):
        wrong(lambda value=value: echo.floats(value), f"`floats` argument `v`: {text}")  # type: ignore[misc]
    assert echo.floats(numpy.arange(6.0)[::2]) == [0.0, 2.0, 4.0]
    assert echo.floats(numpy.arange(3.0)[::-1]) == [2.0, 1.0, 0.0]
    assert echo.floats(numpy.broadcast_to(numpy.float64(1.0), 3)) == [1.0, 1.0, 1.0]
    assert echo.bytes(array.array("B")) == b""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="classes in Python can have a buffer since 3.12")
def test_buffers_of_python_classes(make: Any) -> None:
    world = make()
    echo = world.echo
    uses: list[str] = []

    class Exporter:
        def __init__(self, act: Act, at_release: bool = False) -> None:
            self.act, self.at_release = act, at_release

        def __buffer__(self, flags: int) -> memoryview:
            if not self.at_release:
                self.act()
            return memoryview(bytearray(b"abc"))

        def __release_buffer__(self, view: memoryview) -> None:
            if self.at_release:
                self.act()
            view.release()

    def use() -> None:
        try:
            world.add(1, 2)
        except RuntimeError as error:
            uses.append(str(error))

    for at_release in (False, True):
        assert echo.bytes(Exporter(use, at_release)) == b"abc"
    assert uses == [IN_USE] * 2
    error = KeyError("mine")
    with pytest.raises(KeyError) as caught:
        echo.bytes(Exporter(Raises(error)))
    assert caught.value is error
    refused(
        lambda: echo.bytes(Exporter(Raises(BufferError("not today")))),
        ValueError,
        f"`bytes` argument `v`: {Exporter.__qualname__} does not give its buffer: not today",
    )
    assert echo.texts(["still", "here"]) == ["still", "here"]


def test_strings_with_nul_and_all_planes(echo: Any) -> None:
    for text in ("\0", "a\0", "\0a\0b", "é\0", "\0" * 1000, "\U0010ffff\0\ufffe", "\ud7ff\ue000"):
        assert echo.text(text) == text
        assert echo.texts([text, text]) == [text, text]
    for surrogate in ("\ud800", "\udbff", "\udc00", "\udfff", "\ud83d\ude00"):
        lone = "the string contains a lone surrogate, which is no character"
        refused(lambda s=surrogate: echo.text(s), ValueError, f"`text` argument `v`: {lone}")  # type: ignore[misc]
        refused(lambda s=surrogate: echo.maybe(s), ValueError, f"`maybe` argument `v`: option payload: {lone}")  # type: ignore[misc]


def test_keywords_that_lie(world: Any) -> None:
    class Name(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            raise KeyboardInterrupt

        def __str__(self) -> str:
            raise KeyboardInterrupt

        __hash__ = str.__hash__

    assert world.add(**{Name("left"): 1, Name("right"): 2}) == 3
    refused(lambda: world.add(1, **{Name("wrong"): 2}), TypeError, "`add` has no parameter `wrong`")


def test_messages_run_no_code(echo: Any) -> None:
    """Not even a signal's handler, whose exception would have no way out of a message that is being written."""

    class Name(str):
        __slots__ = ()

        def __str__(self) -> str:
            raise KeyboardInterrupt

    class Wrong:
        pass

    Wrong.__qualname__ = Name("Wrong")
    refused(lambda: echo.unsigned8(Wrong()), TypeError, "`unsigned8` argument `v`: expected int, got Wrong")

    class Meta(type):
        @property
        def __module__(cls) -> str:  # type: ignore[override]
            raise KeyboardInterrupt

    look_alike = Meta("bool", (), {"__module__": "elsewhere"})
    refused(lambda: echo.boolean(look_alike()), TypeError, "`boolean` argument `v`: expected bool, got elsewhere.bool")


def test_a_class_of_the_expected_name(echo: Any) -> None:
    numpy = pytest.importorskip("numpy")
    with pytest.raises(TypeError, match=r"`boolean` argument `v`: expected bool, got numpy\.bool"):
        echo.boolean(numpy.bool_(True))
    look_alike = type("bool", (), {"__module__": "elsewhere"})
    refused(lambda: echo.boolean(look_alike()), TypeError, "`boolean` argument `v`: expected bool, got elsewhere.bool")


def test_results_are_made_without_their_constructor(
    world: Any, everything: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = everything.imports.types
    point = types.Point(x=1.0, y=2.0)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the constructor was called")

    monkeypatch.setattr(types.Point, "__init__", refuse)
    assert world.echo.a_point(point) == point
    assert world.echo.points([point, point]) == [point, point]
