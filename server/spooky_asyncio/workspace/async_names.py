"""The names that may make an awaitable when they are called: the cheap question before the dear one to inference.

Judged by name and line alone, for a file and all packages that it imports, directly or not. That is far more than
really makes one, and it has to be: a name that is missing here is never asked about.
"""

from __future__ import annotations

import codecs
import re
import sysconfig
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from spooky_asyncio.source import read_bytes

_LINE = re.compile(
    rb"""^[^\S\n]*(?:
        (?P<async>async\s+)?def\s+(?P<def>[\w\x80-\xff]+)
      | return\s+(?:[\w.\x80-\xff]+\.)?(?P<returned>[\w\x80-\xff]+)\s*\(
      | (?:[\w.\x80-\xff]+\.)?(?P<alias>[\w\x80-\xff]+)\s*(?::[^=\n]+)?=\s*
        (?:[\w.\x80-\xff]*partial(?:method)?\(\s*|lambda[^:\n]*:\s*(?=[\w.\x80-\xff]+\()|(?=[\w.\x80-\xff]+\s*(?:\#|$)))
        (?:[\w.\x80-\xff]+\.)?(?P<value>[\w\x80-\xff]+)
      | import\s+(?P<import>[^\n]+)
      | from\s+(?P<from>[\w.\x80-\xff]+)\s+import\s+(?P<names>\([^)]*\)|[^\n]*)
    )""",
    re.MULTILINE | re.VERBOSE,
)
_RENAMED = re.compile(rb"([\w\x80-\xff]+)\s+as\s+([\w\x80-\xff]+)")
_AWAITABLE_TYPES = re.compile(rb"\)\s*->\s*[^\n]*(?:Awaitable|Coroutine)")

_PROPERTY = re.compile(
    rb"""^[^\S\n]*@[\w.]*property\b[^\n]*\n\s*
        (?:async\s+def\s+([\w\x80-\xff]+) | def\s+([\w\x80-\xff]+)[^\n]*->[^\n]*(?:Awaitable|Coroutine))""",
    re.MULTILINE | re.VERBOSE,
)

_STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])


MOST_REACHES = 50
"""So many sets of names are kept, a megabyte each in large projects: files beside one another import much the same."""


@dataclass(frozen=True)
class Names:
    """What one file or package tells: names of async functions and of async properties, names that may stand for other
    names, and the top-level modules that it imports, "" for a relative import."""

    makers: frozenset[str]
    properties: frozenset[str]
    standing_for: dict[str, frozenset[str]]
    """The names that stand for a name of which it is not known whether it is a maker."""
    modules: frozenset[str]


@dataclass(frozen=True)
class NamesInReach:
    """The names that count in one file: its own, and those of all that it imports, which many files share."""

    own: frozenset[str]
    own_properties: frozenset[str]
    imported: Names

    def may_make(self, name: str) -> bool:
        return name in self.own or name in self.imported.makers

    def may_read(self, name: str) -> bool:
        return name in self.own_properties or name in self.imported.properties


class AsyncNames:
    """The index of one project. Each package is read once; `refresh` forgets those that are not installed ones."""

    def __init__(self, root: Path, packages: list[Path]) -> None:
        self._root = root
        self._packages = packages
        self._files: dict[Path, tuple[_Stamp, Names]] = {}
        self.refresh()

    def refresh(self) -> None:
        self._own: dict[Path, Names] = {}
        self._found: dict[tuple[str, Path], tuple[Path, ...]] = {}
        self._around: dict[tuple[frozenset[str], Path], frozenset[Path]] = {}
        self._reach: dict[frozenset[Path], Names] = {}

    def in_reach(self, text: str, path: Path | None) -> NamesInReach:
        """The names that count in a text, which stands in place of the file at `path`."""
        own = read_names(text.encode("utf-8", "surrogatepass"))
        imports = (own.modules, path.parent if path is not None else self._root)
        places = self._around.get(imports) or self._around.setdefault(imports, self._places(*imports))
        imported = self._reach.pop(places, None) or _joined(self._names(place) for place in places)
        self._reach[places] = imported
        if len(self._reach) > MOST_REACHES:
            del self._reach[next(iter(self._reach))]
        makers = {name for other, names in own.standing_for.items() if other in imported.makers for name in names}
        return NamesInReach(
            frozenset(_closure({*own.makers, *makers}, [own.standing_for, imported.standing_for])),
            own.properties,
            imported,
        )

    def _places(self, modules: frozenset[str], here: Path) -> frozenset[Path]:
        """All files and package folders that modules imported in a folder are, and those that these import."""
        pending = [place for module in modules for place in self._find(module, here)]
        seen = set(pending)
        while pending:
            place = pending.pop()
            if self.is_standard(place):
                # It defines what a program needs of it where the program imports it from.
                continue
            for module in self._names(place).modules - {""}:
                new = set(self._find(module, place.parent)) - seen
                seen |= new
                pending += new
        return frozenset(seen)

    def _find(self, module: str, here: Path) -> tuple[Path, ...]:
        """The files and folders that a module may be. A relative import may mean all of the importer's own package."""
        if (module, here) not in self._found:
            self._found[module, here] = tuple(self._look_for(module, here))
        return self._found[module, here]

    def _look_for(self, module: str, here: Path) -> Iterator[Path]:
        if not module:
            while (here.parent / "__init__.py").exists():
                here = here.parent
            yield here
            return
        above = [here, *here.parents]
        inside = above[: above.index(self._root) + 1] if self._root in above else above[:1]
        for folder in dict.fromkeys([*inside, self._root / "src", *self._packages, _STANDARD_LIBRARY]):
            for place in (folder / module, folder / f"{module}.py"):
                if place.exists():
                    yield place

    def is_standard(self, place: Path) -> bool:
        """Whether a file or folder belongs to the standard library."""
        return place.is_relative_to(_STANDARD_LIBRARY) and not self._is_installed(place)

    def _is_installed(self, place: Path) -> bool:
        return any(place.is_relative_to(folder) for folder in self._packages)

    def _names(self, place: Path) -> Names:
        if self._is_installed(place) or place.is_relative_to(_STANDARD_LIBRARY):
            return _installed_names(place)
        if place not in self._own:
            self._own[place] = _names_at(place, self._names_in)
        return self._own[place]

    def _names_in(self, file: Path) -> Names:
        """Read again only if it has changed: a refresh comes with each file that is saved."""
        stamp = _stamp(file)
        known = self._files.get(file)
        if known is None or known[0] != stamp:
            known = self._files[file] = (stamp, _names_in(file))
        return known[1]


_Stamp: TypeAlias = "tuple[int, int] | None"
"""When a file was changed last, and its size."""


def _stamp(file: Path) -> _Stamp:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


@cache
def _installed_names(place: Path) -> Names:
    return _names_at(place, _names_in)


def _names_at(place: Path, read: Callable[[Path], Names]) -> Names:
    """What a file tells, or all files of a folder together."""
    return _joined(map(read, sorted(place.rglob("*.py")))) if place.is_dir() else read(place)


def _names_in(file: Path) -> Names:
    try:
        data = read_bytes(file)
    except OSError:
        # Nobody can import it either.
        data = b""
    return read_names(data)


def _joined(parts: Iterable[Names]) -> Names:
    """All that the parts tell together. What stands for a maker is one too, and needs no further mention."""
    parts = list(parts)
    edges: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        for other, names in part.standing_for.items():
            edges[other] |= names
    makers = _closure({name for part in parts for name in part.makers}, [edges])
    left = {other: names - makers for other, names in edges.items() if other not in makers}
    return Names(
        frozenset(makers),
        frozenset[str]().union(*(part.properties for part in parts)),
        {other: frozenset(names) for other, names in left.items() if names},
        frozenset[str]().union(*(part.modules for part in parts)),
    )


def _closure(makers: set[str], edges: Sequence[Mapping[str, Iterable[str]]]) -> set[str]:
    """The makers, and all names that stand for one of them."""
    found = set(makers)
    pending = list(makers)
    while pending:
        name = pending.pop()
        for part in edges:
            new = set(part.get(name, ())) - found
            found |= new
            pending += new
    return found


def read_names(data: bytes) -> Names:
    data = data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    makers: set[bytes] = set()
    standing_for: set[tuple[bytes, bytes]] = set()
    modules: set[str] = set()
    function = b""
    for match in _LINE.finditer(data):
        kind = match.lastgroup
        if kind == "def":
            function = match["def"]
            if match["async"] or _AWAITABLE_TYPES.search(data, match.end(), match.end() + 400):
                makers.add(function)
        elif kind == "returned" and function:
            standing_for.add((function, match["returned"]))
        elif kind == "value":
            standing_for.add((match["alias"], match["value"]))
        elif kind == "import":
            modules.update(
                part.split()[0].partition(b".")[0].rstrip(b";").decode("utf-8", "replace")
                for part in match["import"].split(b",")
                if part.split()
            )
        elif kind == "names":
            modules.add(match["from"].partition(b".")[0].decode("utf-8", "replace"))
            standing_for.update((new, old) for old, new in _RENAMED.findall(match["names"]))
    properties = {async_name or name for async_name, name in _PROPERTY.findall(data)}
    stands_for: dict[str, set[str]] = defaultdict(set)
    for name, other in standing_for:
        stands_for[_text(other)].add(_text(name))
    return Names(
        frozenset(map(_text, makers)),
        frozenset(map(_text, properties)),
        {other: frozenset(names) for other, names in stands_for.items()},
        frozenset(modules),
    )


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
