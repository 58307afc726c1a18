"""The names that may make an awaitable when they are called: the cheap question before the dear one to inference.

Judged by name and line alone, for a file and all files that it imports, directly or not. That is far more than
really makes one, and it has to be: a name that is missing here is never asked about.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from spooky_asyncio.analysis.catalog import MAKERS
from spooky_asyncio.source import read_bytes
from spooky_asyncio.workspace.cache import stamp_of
from spooky_asyncio.workspace.modules import (
    Modules,
    chains_in,
    components,
    imports_in,
    modules_named,
    possessive,
    relative,
)
from spooky_asyncio.workspace.paths import inside, lies_in

_LINE = possessive(
    rb"""\n(?P<indent>[^\S\n]*+)(?:
        (?P<global>global)\s
      | (?P<async>async\s+)?def\s+(?P<def>[\w\x80-\xff]+)
      | return\s+(?P<returned>[\w.\x80-\xff]+)\s*(?P<then>\(|\#|$)
      | (?P<target>[\w.\x80-\xff]++)\s*+(?::[^=\n]+)?=\s*(?:
            (?: [\w.\x80-\xff]*partial(?:method)?\(\s*
              | lambda[^:\n]*:\s*(?=[\w.\x80-\xff]+\()
              | (?=[\w.\x80-\xff]+\s*(?:\#|$)) )
            (?P<value>[\w.\x80-\xff]+)
          | (?P<task>[\w.()\x80-\xff]*?(?:create_task|ensure_future)\() )
    )"""
)
"""Begins with what it is looked for by: that is found fast, and the beginning of a line is tried at each character."""

_AWAITABLE_TYPES = re.compile(rb"\)\s*->\s*[^\n]*(?:Awaitable|Coroutine)")

_PROPERTY = possessive(
    rb"""@[\w.]*property\b[^\n]*+\n\s*+
        (?:async\s+def\s+([\w\x80-\xff]+) | def\s+([\w\x80-\xff]++)[^\n]*->[^\n]*(?:Awaitable|Coroutine))"""
)

_FUNCTION = re.compile(rb"^(?:[^\S\n]*@[^\n]*\n\s*|[^\S\n]*)(?:async[^\S\n]+)?def\b", re.MULTILINE)
"""The beginning of a function, with the decorator right above it: the one that may make it a property. With all of them
it would take the square of their number where no function follows."""

_STANDARD_LIBRARY = os.path.normpath(sysconfig.get_paths()["stdlib"])

MOST_READ_AGAIN = 20
"""So many texts are kept that somebody may edit."""

MOST_REACHES = 50
"""So many are kept: files beside one another import much the same."""


@dataclass(frozen=True)
class Names:
    """What a file tells: names of async functions and of async properties, names that may stand for other names, and
    the modules that it names, relative ones with their dots first."""

    makers: frozenset[str]
    properties: frozenset[str]
    stands_for: dict[str, frozenset[str]]
    """The names that a name may stand for, where it is not known by that whether it is a maker."""
    modules: frozenset[str]


class _Index:
    """Which places tell what. A place is one bit, and places together are a number."""

    def __init__(self) -> None:
        self.makers: defaultdict[str, int] = defaultdict(int)
        self.properties: defaultdict[str, int] = defaultdict(int)
        self.stands_for: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, names: Names, place: int) -> None:
        for name in names.makers:
            self.makers[name] |= place
        for name in names.properties:
            self.properties[name] |= place
        for name, others in names.stands_for.items():
            for other in others:
                self.stands_for[name][other] |= place


class Reach:
    """The names of all that a file imports, directly or not. Files that import the same share one."""

    def __init__(self, index: _Index, places: int) -> None:
        self._index = index
        self._places = places
        self._led_to: dict[str, frozenset[str] | None] = {}

    def may_read(self, name: str) -> bool:
        return bool(self._index.properties.get(name, 0) & self._places)

    def led_to(self, name: str) -> frozenset[str] | None:
        """The names that a name may stand for, itself among them; None where one of them is a maker's."""
        if name not in self._led_to:
            self._led_to[name] = self._follow(name)
        return self._led_to[name]

    def _follow(self, name: str) -> frozenset[str] | None:
        index, places = self._index, self._places
        seen = {name}
        pending = [name]
        while pending:
            one = pending.pop()
            if index.makers.get(one, 0) & places:
                return None
            others = index.stands_for.get(one)
            new = {other for other, where in others.items() if where & places} - seen if others else _NOTHING
            seen |= new
            pending += new
        return frozenset(seen)


@dataclass(frozen=True)
class NamesInReach:
    """The names that count in one file."""

    own: frozenset[str]
    """Those that are makers by what the file itself tells."""
    own_properties: frozenset[str]
    imported: Reach

    @classmethod
    def of(cls, own: Names, imported: Reach) -> NamesInReach:
        def may_make(name: str) -> bool:
            seen = {name}
            pending = [name]
            while pending:
                led_to = imported.led_to(pending.pop())
                if led_to is None or not led_to.isdisjoint(own.makers):
                    return True
                new = {other for one in led_to for other in own.stands_for.get(one, ())} - seen
                seen |= new
                pending += new
            return False

        return cls(own.makers.union(filter(may_make, own.stands_for)), own.properties, imported)

    def may_make(self, name: str) -> bool:
        led_to = self.imported.led_to(name)
        return led_to is None or not led_to.isdisjoint(self.own)

    def may_read(self, name: str) -> bool:
        return name in self.own_properties or self.imported.may_read(name)


class AsyncNames:
    """The index of one project. Each file is read when it first comes into reach; `refresh` forgets those that are not
    installed ones."""

    def __init__(self, root: Path, packages: Iterable[Path], kept: Kept | None = None) -> None:
        """`kept` has what was read before, and is to have what is read now."""
        self._root = os.fspath(root)
        self._packages = [os.fspath(folder) for folder in packages]
        self._kept = kept
        self._read_last: dict[Path | None, tuple[_ReadAgain, NamesInReach]] = {}
        """Texts that are edited."""
        self._told: dict[str, dict[str, tuple[str, Names]]] = {}
        """What the files of each folder of the project itself have told when they had these stamps."""
        self.refresh()

    def refresh(self) -> None:
        self._modules = Modules()
        self._starts: dict[str, tuple[str, ...]] = {}
        self._found: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._index = _Index()
        self._places: dict[str, int] = {}
        self._imported: dict[str, frozenset[str]] = {}
        self._closures: dict[str, int] = {}
        self._around: dict[tuple[frozenset[str], str], Reach] = {}
        self._reaches: dict[int, Reach] = {}

    def in_reach(self, text: str, path: Path | None) -> NamesInReach:
        """The names that count in a text, which stands in place of the file at `path`."""
        former, names = self._read_last.pop(path, (None, None))
        read = _ReadAgain.of(text.encode("utf-8", "surrogatepass"), former)
        imports = (read.names.modules, os.path.dirname(path) if path is not None else self._root)
        if imports not in self._around:
            self._around[imports] = self._reach(*imports)
        imported = self._around[imports]
        is_known = former is not None and former.names is read.names
        if names is None or not is_known or names.imported is not imported:
            names = NamesInReach.of(read.names, imported)
        self._read_last[path] = read, names
        if len(self._read_last) > MOST_READ_AGAIN:
            del self._read_last[next(iter(self._read_last))]
        return names

    def files_of(self, module: str, here: str) -> tuple[str, ...]:
        """All files that a module may be that is imported in a folder."""
        return self._find(module, here)

    def is_missing(self, module: str, here: str) -> bool:
        """Whether there is nothing that a module may be that is imported in a folder, nor a stub of it."""
        package = module.partition(".")[0]
        if package in sys.builtin_module_names or package in sys.stdlib_module_names:
            return False
        starts = self._starts_of(here)
        return not any(
            self._modules.may_start(start, name) for start in starts for name in (package, f"{package}-stubs")
        )

    def _reach(self, modules: frozenset[str], here: str) -> Reach:
        """Of all files that modules named in a folder are, and of those that these import."""
        places = 0
        for file in self._imported_from(modules, here):
            places |= self._closure(file)
        reach = self._reaches.pop(places, None) or Reach(self._index, places)
        self._reaches[places] = reach
        if len(self._reaches) > MOST_REACHES:
            del self._reaches[next(iter(self._reaches))]
        return reach

    def _closure(self, file: str) -> int:
        """The places of a file and of all that it imports, directly or not."""
        if file not in self._closures:
            for members in components(file, self._imported_by, self._closures):
                places = 0
                for member in members:
                    places |= self._place(member)
                    for other in self._imported_by(member):
                        places |= self._closures.get(other, 0)
                for member in members:
                    self._closures[member] = places
        return self._closures[file]

    def _place(self, file: str) -> int:
        """The bit of a file, whose names are known from now on."""
        if file not in self._places:
            self._places[file] = 1 << len(self._places)
            self._index.add(self._names(file), self._places[file])
        return self._places[file]

    def _imported_by(self, file: str) -> frozenset[str]:
        if file not in self._imported:
            modules: Iterable[str] = self._names(file).modules
            if self.is_standard(file):
                # It defines what a program needs of it in the package that the program imports it from.
                own = inside(file, _STANDARD_LIBRARY).partition(os.sep)[0]
                modules = [module for module in modules if module.partition(".")[0] in ("", own)]
            self._imported[file] = self._imported_from(modules, os.path.dirname(file)) - {file}
        return self._imported[file]

    def _imported_from(self, modules: Iterable[str], here: str) -> frozenset[str]:
        """Those of modules that are named in a folder, and each `conftest.py` around it, whose fixtures a test gets."""
        found = {file for module in modules for file in self._find(module, here)}
        for folder in self._folders_around(here):
            found.update(self._modules.named(folder, "conftest"))
        return frozenset(found)

    def _find(self, module: str, here: str) -> tuple[str, ...]:
        if module.startswith("."):
            folder, name = relative(module, here)
            return self._modules.files(folder, name) if name else self._modules.named(folder, "__init__")
        starts = self._starts_of(here)
        if (module, starts) not in self._found:
            self._found[module, starts] = tuple(self._look_for(module, starts))
        return self._found[module, starts]

    def _look_for(self, module: str, starts: Iterable[str]) -> Iterator[str]:
        for start in starts:
            if self._modules.may_start(start, module):
                yield from self._modules.files(start, module)

    def _starts_of(self, here: str) -> tuple[str, ...]:
        """The folders in which inference looks for modules that are imported in one: those around it that are no
        packages, too."""
        if here not in self._starts:
            around = (one for one in self._folders_around(here) if "__init__.py" not in self._modules.entries(one))
            places = [*around, self._root, os.path.join(self._root, "src"), *self._packages, _STANDARD_LIBRARY]
            self._starts[here] = tuple(dict.fromkeys(places))
        return self._starts[here]

    def _folders_around(self, folder: str) -> list[str]:
        """A folder in the project and those around it, up to that of the project."""
        found: list[str] = []
        while lies_in(folder, [self._root]) and not lies_in(folder, self._packages) and folder not in found:
            found.append(folder)
            folder = os.path.dirname(folder)
        return found

    def is_standard(self, place: str | Path) -> bool:
        """Whether a file or folder belongs to the standard library."""
        return lies_in(place, [_STANDARD_LIBRARY]) and not lies_in(place, self._packages)

    def _names(self, file: str) -> Names:
        if file in _installed:
            return _installed[file]
        is_installed = lies_in(file, [*self._packages, _STANDARD_LIBRARY])
        names = self._read(file)
        if is_installed:
            _installed[file] = names
        return names

    def _read(self, file: str) -> Names:
        """What a file tells. One that has not changed is not read again: a refresh comes with each that is saved."""
        folder = os.path.dirname(file)
        if folder not in self._told:
            self._told[folder] = dict(self._kept.load(folder, self._base(folder))) if self._kept is not None else {}
        stamp = stamp_of(file)
        if stamp is None:
            # What is gone nobody can import either.
            return _NO_NAMES
        known = self._told[folder].get(file)
        if known is None or known[0] != stamp:
            known = self._told[folder][file] = stamp, _names_in(file, self.is_standard(file))
            if self._kept is not None:
                self._kept.put(folder, self._told[folder])
        return known[1]

    def _base(self, folder: str) -> str:
        bases = (self._root, *self._packages, _STANDARD_LIBRARY)
        return next((base for base in bases if lies_in(folder, [base])), folder)


class Kept(Protocol):
    """What was read before, by folder."""

    def load(self, folder: str, base: str) -> Mapping[str, tuple[str, Names]]: ...

    def put(self, folder: str, told: Mapping[str, tuple[str, Names]]) -> None: ...


_NOTHING: frozenset[str] = frozenset()
_NO_NAMES = Names(_NOTHING, _NOTHING, {}, _NOTHING)

_installed: dict[str, Names] = {}
"""Of files among the installed packages and in the standard library, which are read once."""


def _names_in(file: str, is_standard: bool) -> Names:
    try:
        data = read_bytes(Path(file))
    except OSError:
        # Nobody can import it either.
        data = b""
    if is_standard and b"async" not in data:
        # In the standard library, names that stand for async functions are in the modules that have these.
        return Names(_NOTHING, _NOTHING, {}, modules_named(imports_in(_normal(data)), ()))
    return read_names(data)


def read_names(data: bytes) -> Names:
    """What a file tells."""
    return _names_told([_read_part(_normal(data))])


def _normal(data: bytes) -> bytes:
    return data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


@dataclass(frozen=True)
class _ReadAgain:
    """A text that is edited, function by function: those that stay as they are need not be read again."""

    parts: tuple[bytes, ...]
    told: tuple[_Told, ...]
    names: Names

    @classmethod
    def of(cls, data: bytes, former: _ReadAgain | None) -> _ReadAgain:
        data = _normal(data)
        before = former.parts if former is not None else ()
        first = start = 0
        while first < len(before) and data.startswith(before[first], start):
            start += len(before[first])
            first += 1
        last, end = len(before), len(data)
        while last > first and end - len(before[last - 1]) >= start and data.endswith(before[last - 1], start, end):
            last -= 1
            end -= len(before[last])
        # What is written between two of them may belong to either one.
        if first:
            first -= 1
            start -= len(before[first])
        if last < len(before):
            end += len(before[last])
            last += 1
        parts = (*before[:first], *filter(None, _parts(data[start:end])), *before[last:])
        told = former.told if former is not None else ()
        told = (*told[:first], *map(_read_part, parts[first : len(parts) - len(before) + last]), *told[last:])
        if former is not None and told == former.told:
            return cls(parts, told, former.names)
        return cls(parts, told, _names_told(told))


def _names_told(told: Sequence[_Told]) -> Names:
    stands_for = {pair for one in told for pair in one.stands_for}
    stands_for |= set(_led_to({other for _, other in stands_for}, (pair for one in told for pair in one.within)))
    makers = {name for one in told for name in one.makers}
    makers.update(name for name, other in stands_for if other in MAKERS)
    others: dict[str, set[str]] = defaultdict(set)
    for name, other in stands_for:
        others[name].add(other)
    imports = (pair for one in told for pair in one.imports)
    return Names(
        frozenset(makers),
        frozenset(name for one in told for name in one.properties),
        {name: frozenset(found) for name, found in others.items()},
        modules_named(imports, (chain for one in told for chain in one.chains)),
    )


def _led_to(names: Iterable[str], within: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What variables of functions stand for that these names lead to."""
    others = defaultdict(set)
    for name, other in within:
        others[name].add(other)
    pending = list(names)
    while pending:
        name = pending.pop()
        for other in others.pop(name, ()):
            yield name, other
            pending.append(other)


def _parts(data: bytes) -> Iterator[bytes]:
    """The functions with what follows each of them: what a line tells depends on the last `def` above it alone."""
    start = 0
    for function in _FUNCTION.finditer(data):
        yield data[start : function.start()]
        start = function.start()
    yield data[start:]


class _Told(NamedTuple):
    """What a part of a file tells. What a name stands for are pairs of it and another one."""

    makers: frozenset[str]
    properties: frozenset[str]
    stands_for: frozenset[tuple[str, str]]
    within: frozenset[tuple[str, str]]
    """The same of the variables of functions, which nobody else sees but by what stands for them."""
    imports: frozenset[tuple[str, str]]
    chains: frozenset[str]


def _read_part(data: bytes) -> _Told:
    makers: set[bytes] = set()
    stands_for: set[tuple[bytes, bytes]] = set()
    function = b""
    body = len(data)
    """As far as the function is indented, what is bound is seen outside of it."""
    tasks: set[bytes] = set()
    """The names that hold a new task in it."""
    within: set[tuple[bytes, bytes]] = set()
    lines = b"\n" + data
    for match in _LINE.finditer(lines):
        kind = match.lastgroup
        if kind == "def":
            indent, is_async, function = match.group("indent", "async", "def")
            body, tasks = len(indent), set()
            if is_async or _AWAITABLE_TYPES.search(lines, match.end(), match.end() + 400):
                makers.add(function)
        elif kind == "global":
            body = len(data)
        elif kind == "then" and function:
            returned, then = match.group("returned", "then")
            if then == b"(":
                stands_for.add((function, returned))
            elif returned in tasks:
                makers.add(function)
        elif kind == "task":
            tasks.add(match["target"])
        elif kind == "value":
            indent, target, value = match.group("indent", "target", "value")
            is_seen = b"." in target or len(indent) <= body
            (stands_for if is_seen else within).add((target, value))
    imports = frozenset(imports_in(data))
    named = ((bound, module.rpartition(".")[2]) for bound, module in imports if bound)
    found = _PROPERTY.findall(data) if b"property" in data else ()
    return _Told(
        frozenset(map(_last, makers)),
        frozenset(_text(async_name or name) for async_name, name in found),
        frozenset([*_last_of_both(stands_for), *(pair for pair in named if pair[0] != pair[1])]),
        frozenset(_last_of_both(within)),
        imports,
        frozenset(chains_in(data)),
    )


def _last_of_both(pairs: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    return ((_last(name), _last(other)) for name, other in pairs)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")


def _last(dotted: bytes) -> str:
    return _text(dotted.rpartition(b".")[2])
