"""Values on their way from the host through two components and back: each lowers into a memory and an encoding of its own.

The first component's `echo` calls the second one's, which calls the host. What the oracle has to know beyond a single
component is how a string was encoded where it comes from, because `realloc` is called by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from canonical.guest import Guest
from canonical.layout import alignment, signature, size
from canonical.lift import Lifting
from canonical.lower import Lowering
from canonical.text import Hint, hint
from canonical.value import Value
from canonical.wit import Borrow, Own, Type, contains, definitions

from .allocator import HEAP, PEEKED, POSTED, SIZE, Bump, blank
from .classes import Classes
from .component import Probe, component, template
from .exchange import Difference, Package, first_difference
from .strategies import Round


def suitable(ty: Type) -> bool:
    """Whether values can take the way: the components share no resources."""
    return not contains(ty, (Own, Borrow))


@dataclass(frozen=True)
class Pair:
    """One type, and the encodings of both components."""

    first: Probe
    second: Probe

    @classmethod
    def of(cls, probe: Probe, encoding: str) -> Pair:
        """The pair with this encoding in the second component."""
        return cls(probe, replace(probe, encoding=encoding))


def chain(pairs: Sequence[Pair]) -> str:
    """The text of the outer component."""
    firsts, seconds = [pair.first for pair in pairs], [pair.second for pair in pairs]
    names = [probe.name(definition) for probe in firsts for definition in definitions(probe.ty)]
    numbers = [probe.number for probe in firsts]
    return template(
        "chain.wat",
        firsts,
        {
            "a": _nested("a", component(firsts)),
            "b": _nested("b", component(seconds)),
            "with-types": " ".join(f'(with "{name}" (type ${name}))' for name in names),
            "with-hosts": " ".join(f'(with "host{number}" (func $host{number}))' for number in numbers),
            "with-echoes": " ".join(f'(with "host{number}" (func $b "echo{number}"))' for number in numbers),
            "exports": "\n".join(f'(export "echo{number}" (func $a "echo{number}"))' for number in numbers),
        },
    )


def _nested(name: str, text: str) -> str:
    return text.replace("\n(component\n", f"\n(component ${name}\n", 1)


def origin(encoding: str, string: str) -> Hint:
    """How a string that a guest of this encoding got from a host stands in its memory."""
    if encoding != "latin1+utf16":
        return hint(string, encoding)
    return hint(string, "latin1" if all(ord(character) <= 0xFF for character in string) else "tagged-utf16")


class Passage:
    """One round of one type through a chain."""

    def __init__(self, package: Package, pair: Pair, round: Round) -> None:
        self.package = package
        self.pair = pair
        self.ty = pair.first.ty
        self.round = round
        self.classes = Classes(package.module, pair.first, package.objects)

    def run(self) -> None:
        """There and back."""
        value, reply, world = self.round.value, self.round.reply, self.package.world
        first, second = self._fresh(self.pair.first), self._fresh(self.pair.second)
        for reset in (world.reset_a, world.reset_b):
            reset(HEAP + self.round.start, self.round.moves, 0xFFFF_FFFF, 0)
        number = self.pair.first.number
        self.package.heard.clear()
        self.package.replies[number] = lambda: self.classes.answer(reply)

        # There: the argument, in one guest after the other, each of which makes room for its result.
        core = Lowering(first).params([self.ty], [value])
        [passed] = Lifting(first).params([self.ty], core)
        first_target = self._target(first)
        core = Lowering(second, lambda string: origin(first.encoding, string)).params([self.ty], [passed])
        [heard] = Lifting(second).params([self.ty], core)
        second_target = self._target(second)
        # Back: the result.
        core = Lowering(second).result(self.ty, reply, second_target) or [second_target]
        passed = Lifting(second).result(self.ty, core)
        self._post_return(second, core)
        core = Lowering(first, lambda string: origin(second.encoding, string)).result(self.ty, passed, first_target)
        core = core or [first_target]
        returned = Lifting(first).result(self.ty, core)
        self._post_return(first, core)

        function = getattr(world, f"echo{number}")
        found = self.classes.outcome(lambda: function(self.classes.to_python(self.ty, value)))
        self._compare("the host's argument", heard, self.package.heard[0])
        if not self.classes.alike(self.ty, returned, found):
            raise Difference(f"chain: expected {returned!r}, found {found!r}")
        for name, guest, peek in (("first", first, world.peek_a), ("second", second, world.peek_b)):
            guest.write(PEEKED, 0, 4)
            guest.write(PEEKED + 4, SIZE, 4)
            first_difference(f"chain from {first.encoding} to {second.encoding}, {name}", guest, peek(0, SIZE))

    def _fresh(self, probe: Probe) -> Guest:
        memory = blank()
        bump = Bump(memory, HEAP + self.round.start, self.round.moves)
        return Guest(memory, bump.realloc, probe.encoding)

    def _target(self, guest: Guest) -> int:
        """Where an echo lets the result of its import go."""
        if not signature([self.ty], self.ty, lowered=True).results_spilled:
            return 0
        return guest.allocate(alignment(self.ty), size(self.ty))

    def _post_return(self, guest: Guest, core: Sequence[int]) -> None:
        guest.write(POSTED, core[0], 8)
        guest.write(POSTED + 8, 1, 4)

    def _compare(self, what: str, expected: Value, found: object) -> None:
        value = self.classes.from_python(self.ty, found)
        if not self.classes.alike(self.ty, expected, value):
            raise Difference(f"chain, {what}: expected {expected!r}, found {value!r}")
