"""Sends values through a component, and compares memory, core values, results and traps with what the oracle says."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from canonical.guest import Guest, Handles
from canonical.layout import (
    Handle,
    Product,
    Run,
    Scalar,
    Sum,
    Text,
    alignment,
    despecialize,
    signature,
    size,
)
from canonical.lift import Lifting
from canonical.lower import Lowering
from canonical.text import MAX_BYTES
from canonical.trap import Reason, Trapped
from canonical.value import Case, Value
from canonical.wit import Type
from dovetail import Store, Trap, bindgen, wat2wasm

from .allocator import DROPS, HEAP, PARAMS, PEEKED, POSTED, RESULT, SIZE, Bump, blank
from .classes import Classes, Objects, Thing
from .component import Probe
from .strategies import RESOURCE, Damage, Round

MESSAGES: dict[Reason, tuple[str, ...]] = {
    Reason.UNALIGNED: ("unaligned pointer",),
    Reason.OUT_OF_BOUNDS: ("out of bounds of memory", "beyond end of memory"),
    Reason.TOO_LONG: (f"exceeds maximum byte size {MAX_BYTES}",),
    Reason.DISCRIMINANT: ("invalid variant discriminant",),
    Reason.CHARACTER: ("invalid `char` bit pattern",),
    Reason.UTF8: ("utf-8",),
    Reason.UTF16: ("utf-16",),
    Reason.UNKNOWN_HANDLE: ("unknown handle index", "used with the wrong type"),
    Reason.NOT_OWNED: ("is a borrow, expected an owned resource",),
    Reason.LENT: ("cannot remove owned resource while borrowed",),
}
"""How a trap's message tells its reason."""


class Difference(AssertionError):
    """The engine does something else than the oracle."""


@dataclass
class Tally:
    """What was tried."""

    components: int = 0
    types: int = 0
    values: int = 0
    passages: int = 0
    damaged: int = 0
    traps: int = 0


@dataclass(frozen=True)
class Image:
    """What a guest holds before it gives something: its memory from the heap on, and core values."""

    memory: bytearray
    core: tuple[int, ...]
    next: int
    kept: tuple[int, ...]


@dataclass
class Package:
    """A component's generated package, and a world of it that is made anew after each trap."""

    probes: Sequence[Probe]
    module: ModuleType
    tally: Tally
    objects: Objects = field(default_factory=Objects)
    heard: list[Any] = field(default_factory=list)
    replies: dict[int, Callable[[], Any]] = field(default_factory=dict)
    handles: Handles = field(default_factory=Handles)
    _world: Any = None

    @classmethod
    def build(cls, wat: str, probes: Sequence[Probe], name: str, folder: Path, tally: Tally) -> Package:
        """Generates the package of a component for these types into a folder of `sys.path`, and imports it."""
        generated = bindgen.generate(wat2wasm(wat), name=name)
        bindgen.write(generated, folder / name)
        importlib.invalidate_caches()
        tally.components += 1
        return cls(probes, importlib.import_module(name), tally)

    def close(self) -> None:
        """Forgets the package: a run makes many."""
        self.abandon()
        for name in [name for name in sys.modules if name.split(".")[0] == self.module.__name__]:
            del sys.modules[name]

    @property
    def world(self) -> Any:
        """The component's instance."""
        if self._world is None:
            imports = {f"host{probe.number}": self._host(probe) for probe in self.probes}
            title = "".join(word.capitalize() for word in self.module.__name__.split("_"))
            given = getattr(self.module, f"{title}Imports")(res=Thing, **imports)
            self._store = Store()
            self._world = getattr(self.module, title)(self._store, given)
        return self._world

    def abandon(self) -> None:
        """After a trap no function of an instance may be called."""
        if self._world is not None:
            self._world = None
            self.handles = Handles()
            with suppress(Trap):
                self._store.close()

    def _host(self, probe: Probe) -> Callable[[Any], Any]:
        def host(value: Any, /) -> Any:
            self.heard.append(value)
            return self.replies[probe.number]()

        return host


class Exchange:
    """One round of one type."""

    def __init__(self, package: Package, probe: Probe, round: Round) -> None:
        self.package = package
        self.probe = probe
        self.round = round
        self.ty = probe.ty
        self.result = None if probe.borrows else probe.ty
        self.classes = Classes(package.module, probe, package.objects)

    def run(self) -> None:
        """All of it. A borrow can be no result, so that such types are only taken, and imports only called with them."""
        self.package.tally.values += 1
        self.take(faulty=False)
        if self.round.fault is not None:
            self.take(faulty=True)
        if self.result is not None:
            self.echo(self.result)
        for damage in (None, *self.round.damages):
            if self.result is not None:
                self.give(self.result, damage)
            self.call(damage)
            self.package.tally.damaged += damage is not None

    # Host to guest.

    def take(self, *, faulty: bool) -> None:
        """An argument is lowered into the guest, which drops the handles in it."""
        value = self.own(self.round.value)
        guest, _ = self.fresh(HEAP + self.round.start, faulty=faulty)
        lowered: list[int] = []

        def expect() -> None:
            lowering = Lowering(guest)
            for place, number in enumerate(lowering.params([self.ty], [value])):
                guest.write(PARAMS + 8 * place, number, 8)
            lowered.extend(lowering.handles)

        expected = attempt(expect)
        self.reset(HEAP + self.round.start, faulty=faulty)
        self.note_drops(guest, lowered)
        function = self.function("take")
        self.compare("take", expected, lambda: function(self.classes.to_python(self.ty, value)))
        if isinstance(expected, Trapped):
            return
        self.compare_memory("take", guest)
        for index in lowered:
            entry = guest.handles.remove(index, RESOURCE)
            dropped = self.package.objects.by_number[entry.representation].dropped
            if dropped != int(entry.owned):
                raise Difference(
                    f"take: the object of an {'own' if entry.owned else 'borrow'} was dropped {dropped} times"
                )

    def echo(self, ty: Type) -> None:
        """An argument goes through the guest to an import, whose result comes back."""
        value, reply = self.own(self.round.value), self.own(self.round.reply)
        guest, _ = self.fresh(HEAP + self.round.start)
        core = Lowering(guest).params([ty], [value])
        heard = Lifting(guest).params([ty], core)
        target = 0
        if signature([ty], ty, lowered=True).results_spilled:
            target = guest.allocate(alignment(ty), size(ty))
        core = Lowering(guest).result(ty, reply, target) or [target]
        returned = Lifting(guest).result(ty, core)
        self.note_post_return(guest, core)
        self.reset(HEAP + self.round.start)
        self.package.heard.clear()
        self.package.replies[self.probe.number] = lambda: self.classes.answer(reply)
        function = self.function("echo")
        found = self.classes.outcome(lambda: function(self.classes.to_python(ty, value)))
        self.compare_heard("echo", heard[0])
        self.compare_value("echo", returned, found)
        self.compare_memory("echo", guest)

    # Guest to host.

    def given(self, ty: Type) -> Image:
        """What the guest holds to return the value."""
        guest, bump = self.fresh(HEAP + self.round.start, logs=False)
        lowering = Lowering(guest)
        value = self.own(self.round.value)
        if signature([], ty, lowered=False).results_spilled:
            address = guest.allocate(alignment(ty), size(ty))
            lowering.store(address, ty, value)
            core = [address]
        else:
            core = lowering.flat(ty, value)
        return Image(guest.memory, (*[0] * 20, *core), bump.next, self.kept(lowering))

    def called(self) -> Image:
        """What the guest holds to call the import with the value."""
        guest, bump = self.fresh(HEAP + self.round.start, logs=False)
        lowering = Lowering(guest)
        core = lowering.params([self.ty], [self.own(self.round.value)])
        if signature([self.ty], self.result, lowered=True).results_spilled:
            core.append(guest.allocate(alignment(self.ty), size(self.ty)))
        return Image(guest.memory, (*core, *[0] * (21 - len(core))), bump.next, self.kept(lowering))

    def give(self, ty: Type, damage: Damage | None) -> None:
        """The guest returns what it holds."""
        image = damaged(self.given(ty), damage)
        guest = self.place(image)
        core = _narrowed(image.core[20:], signature([], ty, lowered=False).results)

        def expect() -> Value:
            value = Lifting(guest).result(ty, core)
            self.note_post_return(guest, core)
            return value

        expected = attempt(expect)
        function = self.function("give")
        self.compare("give", expected, lambda: self.classes.outcome(function))
        if not isinstance(expected, Trapped):
            self.compare_memory("give", guest)

    def call(self, damage: Damage | None) -> None:
        """The guest calls the import with what it holds, and is answered."""
        image = damaged(self.called(), damage)
        guest = self.place(image)
        shape = signature([self.ty], self.result, lowered=True)
        core = _narrowed(image.core, shape.params)
        target = core[-1] if shape.results_spilled else 0
        heard: list[Value] = []
        reply = self.own(self.round.reply)

        def expect() -> None:
            heard.extend(Lifting(guest).params([self.ty], core))
            if self.result is not None:
                for number in Lowering(guest).result(self.result, reply, target):
                    guest.write(RESULT, number, 8)
            for entry in guest.lenders:
                entry.lends -= 1

        expected = attempt(expect)
        self.package.heard.clear()
        self.package.replies[self.probe.number] = lambda: self.result and self.classes.answer(reply)
        self.compare("call", expected, self.function("call"))
        if heard:
            self.compare_heard("call", heard[0])
        elif self.package.heard:
            raise Difference("call: the host was called with what should have trapped")
        if not isinstance(expected, Trapped):
            self.compare_memory("call", guest)

    # What they share.

    def function(self, name: str) -> Callable[..., Any]:
        """One of the functions of the type."""
        function: Callable[..., Any] = getattr(self.package.world, f"{name}{self.probe.number}")
        return function

    def fresh(self, start: int, *, faulty: bool = False, logs: bool = True) -> tuple[Guest, Bump]:
        """The oracle's guest after `reset`."""
        memory = blank()
        fault = self.round.fault if faulty else None
        bump = Bump(memory, start, self.round.moves, fault, logs)
        return Guest(memory, bump.realloc, self.probe.encoding, handles=self.package.handles), bump

    def reset(self, start: int, *, faulty: bool = False) -> None:
        """The same for the engine's."""
        fault = self.round.fault if faulty else None
        at, far = (0xFFFF_FFFF, False) if fault is None else (fault.at, fault.far)
        self.package.world.reset(start, self.round.moves, at, int(far))

    def place(self, image: Image) -> Guest:
        """Puts an image into both guests."""
        guest, _ = self.fresh(image.next)
        guest.write_bytes(HEAP, bytes(image.memory[HEAP : image.next]))
        core = b"".join(number.to_bytes(8, "little") for number in image.core)
        guest.write_bytes(PARAMS, core)
        world = self.package.world
        for number in image.kept:
            world.keep(self.package.objects.by_number[number])
        self.reset(image.next)
        for address, contents in ((PARAMS, core), (HEAP, bytes(image.memory[HEAP : image.next]))):
            world.aim(address)
            world.poke(contents)
        return guest

    def own(self, value: Value) -> Value:
        """A value with an object of its own for each handle."""
        return renumbered(self.ty, value, self.package.objects.new)

    def kept(self, lowering: Lowering) -> tuple[int, ...]:
        """The objects whose handles a guest must have been given before it can hold them: it owns even what it lends."""
        entries = [self.package.handles.entries[index] for index in lowering.handles]
        for entry in entries:
            entry.owned = True
        return tuple(entry.representation for entry in entries)

    def note_drops(self, guest: Guest, indices: Sequence[int]) -> None:
        """Tells both guests which handles to drop."""
        if indices:
            contents = b"".join(number.to_bytes(4, "little") for number in (len(indices), *indices))
            guest.write_bytes(DROPS, contents)
            self.package.world.aim(DROPS)
            self.package.world.poke(contents)

    def note_post_return(self, guest: Guest, core: Sequence[int]) -> None:
        """What `post-return` writes down."""
        guest.write(POSTED, core[0], 8)
        guest.write(POSTED + 8, 1, 4)

    def compare(self, what: str, expected: Value | Trapped | None, act: Callable[[], Any]) -> None:
        """Runs something and compares its value, or the trap that ends it."""
        try:
            found = act()
        except Trap as trap:
            self.package.abandon()
            if not isinstance(expected, Trapped):
                raise Difference(f"{what}: expected {expected!r}, trapped: {trap.message}") from trap
            self.package.tally.traps += 1
            if not any(message in trap.message for message in MESSAGES[expected.reason]):
                raise Difference(f"{what}: expected a trap {expected.reason.name}, found: {trap.message}") from trap
            return
        if isinstance(expected, Trapped):
            raise Difference(f"{what}: expected a trap {expected.reason.name}, found {found!r}")
        if expected is not None:
            self.compare_value(what, expected, found)

    def compare_value(self, what: str, expected: Value, found: Value) -> None:
        """Compares values."""
        if not self.classes.alike(self.ty, expected, found):
            raise Difference(f"{what}: expected {expected!r}, found {found!r}")

    def compare_heard(self, what: str, expected: Value) -> None:
        """Compares what the host was called with."""
        if len(self.package.heard) != 1:
            raise Difference(f"{what}: the host was called {len(self.package.heard)} times")
        self.compare_value(f"{what}, argument", expected, self.classes.from_python(self.ty, self.package.heard[0]))

    def compare_memory(self, what: str, guest: Guest) -> None:
        """Compares every byte of both memories, the log of `realloc` among them."""
        guest.write(PEEKED, 0, 4)
        guest.write(PEEKED + 4, SIZE, 4)
        first_difference(what, guest, self.package.world.peek(0, SIZE))


def first_difference(what: str, guest: Guest, found: bytes) -> None:
    """Raises where the engine's memory differs from the oracle's."""
    if found == guest.memory:
        return
    place = next(place for place in range(SIZE) if found[place] != guest.memory[place])
    start = place & ~7
    raise Difference(
        f"{what}: memory differs at {place:#x}: expected {guest.memory[start : start + 32].hex(' ', 4)}, "
        f"found {found[start : start + 32].hex(' ', 4)}"
    )


def attempt(act: Callable[[], Any]) -> Any:
    """A value of the oracle's, or the trap that ends it."""
    try:
        return act()
    except Trapped as trapped:
        return trapped


def renumbered(ty: Type, value: Value, number: Callable[[], int]) -> Value:
    """A value with another number for each of its handles."""
    match despecialize(ty):
        case Scalar() | Text():
            return value
        case Handle():
            return number()
        case Run(element, _):
            return [renumbered(element, item, number) for item in cast("list[Value]", value)]
        case Product(parts):
            items = cast("tuple[Value, ...]", value)
            return tuple(renumbered(part, item, number) for part, item in zip(parts, items, strict=True))
        case Sum(payloads):
            case = cast("Case", value)
            part = payloads[case.number]
            return case if part is None else Case(case.number, renumbered(part, cast("Value", case.payload), number))


def damaged(image: Image, damage: Damage | None) -> Image:
    """An image with a change among its core values or in its part of the heap."""
    if damage is None:
        return image
    core = bytearray(b"".join(number.to_bytes(8, "little") for number in image.core))
    memory = bytearray(image.memory)
    place = damage.place % (len(core) + image.next - HEAP)
    if damage.width > 1:
        place &= ~(damage.width - 1)
    contents = (damage.number % (1 << 8 * damage.width)).to_bytes(damage.width, "little")
    if place < len(core):
        core[place : place + damage.width] = contents
    else:
        at = HEAP + place - len(core)
        memory[at : at + damage.width] = contents
    numbers = tuple(int.from_bytes(core[at : at + 8], "little") for at in range(0, len(core), 8))
    return Image(memory, numbers, image.next, image.kept)


def _narrowed(core: Sequence[int], kinds: Sequence[str]) -> list[int]:
    """Core values as the guest reads them from its slots."""
    pairs = zip(core, kinds, strict=False)
    return [number % (1 << 32) if kind in ("i32", "f32") else number for number, kind in pairs]
