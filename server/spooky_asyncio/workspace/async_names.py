"""The names that may make an awaitable when they are called: the cheap question before the dear one to inference.

Judged by name and line alone, for a file and all packages that it imports, directly or not. That is far more than
really makes one, and it has to be: a name that is missing here is never asked about.
"""

from __future__ import annotations

import codecs
import os
import re
import sysconfig
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

from spooky_asyncio.analysis.catalog import MAKERS
from spooky_asyncio.source import read_bytes
from spooky_asyncio.workspace.cache import stamp_of
from spooky_asyncio.workspace.paths import lies_in

_LINE = re.compile(
    rb"""^[^\S\n]*(?:
        (?P<async>async\s+)?def\s+(?P<def>[\w\x80-\xff]+)
      | return\s+(?:[\w.\x80-\xff]+\.)?(?P<returned>[\w\x80-\xff]+)\s*\(
      | return\s+(?P<handed>[\w\x80-\xff]+)\s*(?:\#|$)
      | (?P<task>[\w\x80-\xff]+)\s*(?::[^=\n]+)?=\s*[\w.()\x80-\xff]*?(?:create_task|ensure_future)\(
      | (?:[\w.\x80-\xff]+\.)?(?P<alias>[\w\x80-\xff]+)\s*(?::[^=\n]+)?=\s*
        (?:[\w.\x80-\xff]*partial(?:method)?\(\s*|lambda[^:\n]*:\s*(?=[\w.\x80-\xff]+\()|(?=[\w.\x80-\xff]+\s*(?:\#|$)))
        (?:[\w.\x80-\xff]+\.)?(?P<value>[\w\x80-\xff]+)
      | import\s+(?P<import>[^\n]+)
      | from\s+(?P<from>[\w.\x80-\xff]+)\s+import\s+(?P<names>\([^)]*\)|[^\n]*)
    )""",
    re.MULTILINE | re.VERBOSE,
)
_TASK_MAKERS = frozenset(name.encode() for name in MAKERS)
_RENAMED = re.compile(rb"([\w\x80-\xff]+)\s+as\s+([\w\x80-\xff]+)")
_AWAITABLE_TYPES = re.compile(rb"\)\s*->\s*[^\n]*(?:Awaitable|Coroutine)")

_PROPERTY = re.compile(
    rb"""^[^\S\n]*@[\w.]*property\b[^\n]*\n\s*
        (?:async\s+def\s+([\w\x80-\xff]+) | def\s+([\w\x80-\xff]+)[^\n]*->[^\n]*(?:Awaitable|Coroutine))""",
    re.MULTILINE | re.VERBOSE,
)

_FUNCTION = re.compile(rb"^(?:[^\S\n]*@[^\n]*\n\s*|[^\S\n]*)(?:async[^\S\n]+)?def\b", re.MULTILINE)
"""The beginning of a function, with the decorator right above it: the one that may make it a property. With all of them
it would take the square of their number where no function follows."""

_STANDARD_LIBRARY = os.path.normpath(sysconfig.get_paths()["stdlib"])

MOST_REACHES = 50
"""So many are kept: files beside one another import much the same."""


@dataclass(frozen=True)
class Names:
    """What one file or package tells: names of async functions and of async properties, names that may stand for other
    names, and the top-level modules that it imports, "" for a relative import."""

    makers: frozenset[str]
    properties: frozenset[str]
    stands_for: dict[str, frozenset[str]]
    """The names that a name may stand for, where it is not known by that whether it is a maker."""
    modules: frozenset[str]


class Reach:
    """The names of all that a file imports, directly or not. Many files share one."""

    def __init__(self, parts: Sequence[Names]) -> None:
        self._parts = [part for part in parts if part.makers or part.stands_for]
        self.properties = frozenset[str]().union(*(part.properties for part in parts))
        self._led_to: dict[str, frozenset[str] | None] = {}

    def led_to(self, name: str) -> frozenset[str] | None:
        """The names that a name may stand for, itself among them; None where one of them is a maker's."""
        if name not in self._led_to:
            self._led_to[name] = self._follow(name)
        return self._led_to[name]

    def _follow(self, name: str) -> frozenset[str] | None:
        seen = {name}
        pending = [name]
        while pending:
            one = pending.pop()
            for part in self._parts:
                if one in part.makers:
                    return None
                new = part.stands_for.get(one, _NOTHING) - seen
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
        return name in self.own_properties or name in self.imported.properties


class AsyncNames:
    """The index of one project. Each package is read once; `refresh` forgets those that are not installed ones."""

    def __init__(self, root: Path, packages: Iterable[Path], kept: Kept | None = None) -> None:
        """`kept` has what was read before, and is to have what is read now."""
        self._root = os.fspath(root)
        self._packages = [os.fspath(folder) for folder in packages]
        self._kept = kept
        self._told: dict[str, dict[str, tuple[str, Names]]] = {}
        """What the files of each place of the project itself have told when they had these stamps."""
        self.refresh()

    def refresh(self) -> None:
        self._places: dict[str, Names] = {}
        self._listed: dict[str, frozenset[str]] = {}
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}
        self._imported: dict[str, frozenset[str]] = {}
        self._around: dict[tuple[frozenset[str], str], Reach] = {}
        self._reaches: dict[frozenset[str], Reach] = {}

    def in_reach(self, text: str, path: Path | None) -> NamesInReach:
        """The names that count in a text, which stands in place of the file at `path`."""
        own = read_names(text.encode("utf-8", "surrogatepass"), _read_part_again)
        imports = (own.modules, os.path.dirname(path) if path is not None else self._root)
        if imports not in self._around:
            self._around[imports] = self._reach(*imports)
        return NamesInReach.of(own, self._around[imports])

    def _reach(self, modules: frozenset[str], here: str) -> Reach:
        """Of all files and package folders that modules imported in a folder are, and of those that these import."""
        pending = [place for module in modules for place in self._find(module, here)]
        seen = set(pending)
        while pending:
            new = self._imported_by(pending.pop()) - seen
            seen |= new
            pending += new
        places = frozenset(seen)
        reach = self._reaches.pop(places, None) or Reach([self._names(place) for place in sorted(places)])
        self._reaches[places] = reach
        if len(self._reaches) > MOST_REACHES:
            del self._reaches[next(iter(self._reaches))]
        return reach

    def _imported_by(self, place: str) -> frozenset[str]:
        if place not in self._imported:
            # The standard library defines what a program needs of it where the program imports it from.
            modules = self._names(place).modules - {""} if not self.is_standard(place) else ()
            here = os.path.dirname(place)
            self._imported[place] = frozenset(found for module in modules for found in self._find(module, here))
        return self._imported[place]

    def _find(self, module: str, here: str) -> tuple[str, ...]:
        """The files and folders that a module may be. A relative import may mean all of the importer's own package."""
        if (module, here) not in self._found:
            found = self._look_for(module, here) if module else [self._package_around(here)]
            self._found[module, here] = tuple(found)
        return self._found[module, here]

    def _package_around(self, folder: str) -> str:
        while "__init__.py" in self._entries(outer := os.path.dirname(folder)) and outer != folder:
            folder = outer
        return folder

    def _look_for(self, module: str, here: str) -> Iterator[str]:
        above = [here]
        while lies_in(above[-1], [self._root]) and above[-1] != self._root:
            above.append(os.path.dirname(above[-1]))
        sources = os.path.join(self._root, "src")
        for folder in dict.fromkeys([*above, sources, *self._packages, _STANDARD_LIBRARY]):
            for name in {module, f"{module}.py"} & self._entries(folder):
                yield os.path.join(folder, name)

    def _entries(self, folder: str) -> frozenset[str]:
        if folder not in self._listed:
            try:
                self._listed[folder] = frozenset(os.listdir(folder))
            except OSError:
                self._listed[folder] = _NOTHING
        return self._listed[folder]

    def is_standard(self, place: str | Path) -> bool:
        """Whether a file or folder belongs to the standard library."""
        return lies_in(place, [_STANDARD_LIBRARY]) and not lies_in(place, self._packages)

    def _names(self, place: str) -> Names:
        if place not in self._places:
            if not lies_in(place, [*self._packages, _STANDARD_LIBRARY]):
                self._told[place] = self._read(place, self._told.get(place))
                self._places[place] = _joined(names for _, names in self._told[place].values())
            else:
                if place not in _installed:
                    _installed[place] = _joined(names for _, names in self._read(place, None).values())
                self._places[place] = _installed[place]
        return self._places[place]

    def _read(self, place: str, known: Mapping[str, tuple[str, Names]] | None) -> dict[str, tuple[str, Names]]:
        """What a file tells, or each file of a folder. Those that have not changed are not read again: a refresh comes
        with each file that is saved."""
        if known is None:
            known = self._kept.load(place) if self._kept is not None else {}
        told = {}
        for file in _files_below(place) if os.path.isdir(place) else [place]:
            stamp = stamp_of(file)
            if stamp is not None:
                # What is gone nobody can import either.
                before = known.get(file)
                told[file] = before if before is not None and before[0] == stamp else (stamp, _names_in(file))
        if self._kept is not None and told != known:
            self._kept.put(place, told)
        return told


class Kept(Protocol):
    """What was read before, by place."""

    def load(self, place: str) -> Mapping[str, tuple[str, Names]]: ...

    def put(self, place: str, told: Mapping[str, tuple[str, Names]]) -> None: ...


_NOTHING: frozenset[str] = frozenset()

_installed: dict[str, Names] = {}
"""Of places among the installed packages and in the standard library, which are read once."""


def _files_below(folder: str) -> Iterator[str]:
    for inner, _, files in os.walk(folder):
        for file in files:
            if file.endswith(".py"):
                yield os.path.join(inner, file)


def _names_in(file: str) -> Names:
    try:
        data = read_bytes(Path(file))
    except OSError:
        # Nobody can import it either.
        data = b""
    return read_names(data)


def _joined(parts: Iterable[Names]) -> Names:
    """All that the parts tell together. What stands for a maker is one too, and needs no further mention."""
    parts = list(parts)
    standing_for: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        for name, others in part.stands_for.items():
            for other in others:
                standing_for[other].add(name)
    makers = {name for part in parts for name in part.makers}
    pending = list(makers)
    while pending:
        new = standing_for.get(pending.pop(), set()) - makers
        makers |= new
        pending += new
    stands_for: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        for name, others in part.stands_for.items():
            if name not in makers:
                stands_for[name] |= others
    return Names(
        frozenset(makers),
        frozenset[str]().union(*(part.properties for part in parts)),
        {name: frozenset(others) for name, others in stands_for.items()},
        frozenset[str]().union(*(part.modules for part in parts)),
    )


def read_names(data: bytes, read: Callable[[bytes], _Told] | None = None) -> Names:
    """What a file tells. With `read`, it is read function by function: for a text of which most was read before, as
    taking it apart costs a third of what reading it does."""
    data = data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    told = [*map(read, _parts(data))] if read is not None else [_read_part(data)]
    stands_for = {pair for one in told for pair in one.stands_for}
    makers = {name for one in told for name in one.makers}
    makers.update(name for name, other in stands_for if other in _TASK_MAKERS)
    others: dict[str, set[str]] = defaultdict(set)
    for name, other in stands_for:
        others[_text(name)].add(_text(other))
    return Names(
        frozenset(map(_text, makers)),
        frozenset(_text(name) for one in told for name in one.properties),
        {name: frozenset(found) for name, found in others.items()},
        frozenset(name for one in told for name in one.modules),
    )


def _parts(data: bytes) -> Iterator[bytes]:
    """The functions with what follows each of them: what a line tells depends on the last `def` above it alone."""
    start = 0
    for function in _FUNCTION.finditer(data):
        yield data[start : function.start()]
        start = function.start()
    yield data[start:]


class _Told(NamedTuple):
    """What a part of a file tells. What a name stands for are pairs of it and another one."""

    makers: frozenset[bytes]
    properties: frozenset[bytes]
    stands_for: frozenset[tuple[bytes, bytes]]
    modules: frozenset[str]


def _read_part(data: bytes) -> _Told:
    makers: set[bytes] = set()
    stands_for: set[tuple[bytes, bytes]] = set()
    modules: set[str] = set()
    function = b""
    tasks: set[bytes] = set()
    """The names that hold a new task in the function."""
    for match in _LINE.finditer(data):
        kind = match.lastgroup
        if kind == "def":
            function, tasks = match["def"], set()
            if match["async"] or _AWAITABLE_TYPES.search(data, match.end(), match.end() + 400):
                makers.add(function)
        elif kind == "returned" and function:
            stands_for.add((function, match["returned"]))
        elif kind == "handed" and function and match["handed"] in tasks:
            makers.add(function)
        elif kind == "task":
            tasks.add(match["task"])
        elif kind == "value":
            stands_for.add((match["alias"], match["value"]))
        elif kind == "import":
            modules.update(
                part.split()[0].partition(b".")[0].rstrip(b";").decode("utf-8", "replace")
                for part in match["import"].split(b",")
                if part.split()
            )
        elif kind == "names":
            modules.add(match["from"].partition(b".")[0].decode("utf-8", "replace"))
            stands_for.update((new, old) for old, new in _RENAMED.findall(match["names"]))
    properties = frozenset(async_name or name for async_name, name in _PROPERTY.findall(data))
    return _Told(frozenset(makers), properties, frozenset(stands_for), frozenset(modules))


_read_part_again = lru_cache(maxsize=20_000)(_read_part)
"""For texts that are edited, most of whose parts stay as they are."""


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
