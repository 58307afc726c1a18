"""The names that may make an awaitable when they are called: the cheap question before the dear one to inference.

Judged by name and line alone, for a file and all packages that it imports, directly or not. That is far more than
really makes one, and it has to be: a name that is missing here is never asked about.
"""

from __future__ import annotations

import re
import sysconfig
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spooky_asyncio.source import MAX_BYTES

_LINE = re.compile(
    rb"""^[^\S\n]*(?:
        (?P<async>async\s+)?def\s+(?P<def>\w+)
      | return\s+(?:[\w.]+\.)?(?P<returned>\w+)\s*\(
      | (?:[\w.]+\.)?(?P<alias>\w+)\s*(?::[^=\n]+)?=\s*
        (?:[\w.]*partial(?:method)?\(\s*|lambda[^:\n]*:\s*(?=[\w.]+\()|(?=[\w.]+\s*(?:\#|$)))
        (?:[\w.]+\.)?(?P<value>\w+)
      | import\s+(?P<import>[^\n]+)
      | from\s+(?P<from>[\w.]+)\s+import\s+(?P<names>\([^)]*\)|[^\n]*)
    )""",
    re.MULTILINE | re.VERBOSE,
)
_RENAMED = re.compile(rb"(\w+)\s+as\s+(\w+)")
_AWAITABLE_TYPES = re.compile(rb"\)\s*->\s*[^\n]*(?:Awaitable|Coroutine)")

_STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])


@dataclass(frozen=True)
class Names:
    """What one file tells: names of async functions, names that may stand for other names, modules it imports."""

    makers: frozenset[bytes]
    standing_for: tuple[tuple[bytes, bytes], ...]
    modules: frozenset[str]


class AsyncNames:
    """The index of one project. Files are read once; `refresh` forgets those that are not installed packages."""

    def __init__(self, root: Path, packages: list[Path]) -> None:
        self._root = root
        self._packages = packages
        self._own: dict[Path, Names] = {}
        self._reach: dict[tuple[frozenset[str], Path], Names] = {}

    def refresh(self) -> None:
        self._own.clear()
        self._reach.clear()

    def in_reach(self, text: str, path: Path | None) -> frozenset[str]:
        """The names that may make an awaitable in a text, which counts in place of the file at `path`."""
        here = path.parent if path is not None else self._root
        own = read_names(text.encode("utf-8", "surrogatepass"))
        key = own.modules, here
        if key not in self._reach:
            self._reach[key] = _joined(self._imported(own.modules, here))
        return frozenset(name.decode("utf-8", "replace") for name in _joined([own, self._reach[key]]).makers)

    def _imported(self, modules: frozenset[str], here: Path) -> Iterator[Names]:
        """What all packages tell that a file imports, and those that these import, and so on."""
        pending = [(module, here) for module in (*modules, "asyncio")]
        seen: set[Path] = set()
        while pending:
            module, importer = pending.pop()
            for place in self._find(module, importer):
                if place in seen:
                    continue
                seen.add(place)
                for file in _files(place):
                    names = self._names(file)
                    yield names
                    if not place.is_relative_to(_STANDARD_LIBRARY) or self._is_package(place):
                        pending += [(name, file.parent) for name in names.modules]

    def _find(self, module: str, importer: Path) -> Iterator[Path]:
        """The files and folders that a top-level module may be. A relative import may mean all of its own package."""
        if not module:
            top = importer
            while (top.parent / "__init__.py").exists():
                top = top.parent
            yield top
            return
        above = [importer, *importer.parents]
        inside = above[: above.index(self._root) + 1] if self._root in above else above[:1]
        for folder in dict.fromkeys([*inside, self._root / "src", *self._packages, _STANDARD_LIBRARY]):
            for place in (folder / module, folder / f"{module}.py"):
                if place.exists():
                    yield place

    def _is_package(self, place: Path) -> bool:
        return any(place.is_relative_to(folder) for folder in self._packages)

    def _names(self, file: Path) -> Names:
        if self._is_package(file) or file.is_relative_to(_STANDARD_LIBRARY):
            return _installed_names(file)
        if file not in self._own:
            self._own[file] = _file_names(file)
        return self._own[file]


@cache
def _installed_names(file: Path) -> Names:
    return _file_names(file)


def _joined(parts: Iterable[Names]) -> Names:
    """All that the parts tell together. What stands for a maker is one too, and needs no further mention."""
    parts = list(parts)
    makers = {name for part in parts for name in part.makers}
    edges = {edge for part in parts for edge in part.standing_for}
    stands_for: dict[bytes, set[bytes]] = defaultdict(set)
    for name, other in edges:
        stands_for[other].add(name)
    pending = list(makers)
    while pending:
        for name in stands_for.pop(pending.pop(), set()) - makers:
            makers.add(name)
            pending.append(name)
    left = tuple((name, other) for name, other in edges if name not in makers)
    return Names(frozenset(makers), left, frozenset())


def _file_names(file: Path) -> Names:
    try:
        data = file.read_bytes() if file.stat().st_size <= MAX_BYTES else b""
    except OSError:
        # Nobody can import it either.
        data = b""
    return read_names(data)


def _files(place: Path) -> list[Path]:
    return sorted(place.rglob("*.py")) if place.is_dir() else [place]


def read_names(data: bytes) -> Names:
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
                part.split()[0].partition(b".")[0].decode() for part in match["import"].split(b",") if part.split()
            )
        elif kind == "names":
            modules.add(match["from"].partition(b".")[0].decode("utf-8", "replace"))
            standing_for.update((new, old) for old, new in _RENAMED.findall(match["names"]))
    return Names(frozenset(makers), tuple(standing_for), frozenset(modules))
