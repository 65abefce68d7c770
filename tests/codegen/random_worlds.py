"""Random worlds whose names are made of the words that generated code uses itself: `error-raised`, `app-imports`, `dovetail`, `list`.

Interfaces use each other's types under other names, types and functions are named alike, and everything is made of a few words, so that
whatever names are derived from names meets others. The same seed gives the same world.
"""

from __future__ import annotations

from random import Random

WORDS = (
    "error raised interface imports import export exports world some none ok err list type str int bytes print property static store self "
    "dovetail enum flag protocol sequence mapping callable dataclass buffer app value name mro drop builtins bool dict tuple float "
    "annotations bind type-alias runtime-checkable resource staticmethod object deprecated case"
).split()
SCALARS = "bool u8 s16 u32 s64 f32 f64 char string".split()


class World:
    """The WIT of one world, as it grows."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.names: list[str] = []
        """The types that can be named where the text stands."""
        self.resources: list[str] = []
        self.lines: list[str] = [f"package random:world{seed};"]
        self._write()

    def text(self) -> str:
        """The WIT."""
        return "\n".join(self.lines) + "\n"

    def _name(self) -> str:
        return "-".join(self.random.choice(WORDS) for _ in range(self.random.choice([1, 1, 1, 2, 2, 3])))

    def _new(self, most: int, taken: set[str]) -> list[str]:
        """Up to so many names that are not taken yet."""
        found = []
        for _ in range(self.random.randint(1, most)):
            name = self._name()
            if name not in taken:
                taken.add(name)
                found.append(name)
        return found

    def _type(self, depth: int = 0) -> str:
        chance = self.random.random()
        if self.names and chance < 0.45:
            return "%" + self.random.choice(self.names)
        if chance < 0.65 or depth > 2:
            return self.random.choice(SCALARS)
        inner, other = self._type(depth + 1), self._type(depth + 1)
        return self.random.choice(
            [
                f"list<{inner}>",
                f"option<{inner}>",
                f"tuple<{inner}, {other}>",
                f"result<{inner}, {other}>",
                f"result<_, {inner}>",
                "result",
                f"map<string, {inner}>",
                f"list<{inner}, 3>",
            ]
        )

    def _parameters(self, taken: set[str]) -> str:
        params = []
        for name in self._new(4, taken):
            own = self.random.choice(["%{}", "borrow<%{}>"]).format(self.random.choice(self.resources or ["?"]))
            is_handle = self.resources and self.random.random() < 0.2
            params.append(f"%{name}: {own if is_handle else self._type()}")
        return ", ".join(params)

    def _signature(self, taken: set[str] | None = None) -> str:
        result = self.random.choice(["", f" -> {self._type()}", f" -> result<{self._type()}, {self._type()}>"])
        return f"func({self._parameters(set() if taken is None else taken)}){result};"

    def _types(self, taken: set[str]) -> None:
        for name in self._new(6, taken):
            kind = self.random.choice(["record", "variant", "enum", "flags", "type", "resource"])
            parts = self._new(5, set())
            if kind == "record":
                fields = ", ".join(f"%{part}: {self._type(1)}" for part in parts)
                self.lines.append(f"    record %{name} {{ {fields} }}")
            elif kind == "variant":
                cases = (f"%{part}" + self.random.choice(["", f"({self._type(1)})"]) for part in parts)
                self.lines.append(f"    variant %{name} {{ {', '.join(cases)} }}")
            elif kind in ("enum", "flags"):
                self.lines.append(f"    {kind} %{name} {{ {', '.join('%' + part for part in parts)} }}")
            elif kind == "type":
                self.lines.append(f"    type %{name} = {self._type(1)};")
            else:
                self._resource(name)
                continue
            self.names.append(name)

    def _resource(self, name: str) -> None:
        self.lines.append(f"    resource %{name} {{")
        if self.random.random() < 0.6:
            self.lines.append(f"        constructor({self._parameters(set())});")
        self.resources.append(name)
        for method in self._new(4, {name}):
            if self.random.random() < 0.5:
                self.lines.append(f"        %{method}: static {self._signature()}")
            else:
                # WIT gives a method's first parameter the name itself.
                self.lines.append(f"        %{method}: {self._signature({'self'})}")
        self.lines.append("    }")

    def _write(self) -> None:
        interfaces: dict[str, list[str]] = {}
        for interface in self._new(4, set()):
            self.names, self.resources = [], []
            taken: set[str] = set()
            self.lines.append(f"interface %{interface} {{")
            for earlier, types in interfaces.items():
                for name in types[: self.random.randint(0, 2)]:
                    alias = self.random.choice([name, self._name()])
                    if alias not in taken:
                        taken.add(alias)
                        self.names.append(alias)
                        self.lines.append(f"    use %{earlier}.{{%{name} as %{alias}}};")
            self._types(taken)
            self.lines += [f"    %{name}: {self._signature()}" for name in self._new(5, taken)]
            self.lines.append("}")
            interfaces[interface] = list(self.names)
        world = next(name for name in iter(self._name, "") if name not in interfaces)
        self.names, self.resources = [], []
        self.lines.append(f"world %{world} {{")
        for interface in interfaces:
            # Every one is imported: an exported interface then finds what it uses on one side or the other.
            self.lines.append(f"    import %{interface};")
            if self.random.random() < 0.6:
                self.lines.append(f"    export %{interface};")
        taken = set()
        self._types(taken)
        self.lines += [f"    import %{name}: {self._signature()}" for name in self._new(5, set(taken))]
        self.lines += [
            f"    export %{name}: {self._signature()}" for name in self._new(5, set(taken) | set(interfaces))
        ]
        self.lines.append("}")
