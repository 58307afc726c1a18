"""The names that may make an awaitable when they are called: the cheap question before the dear one to inference.

Judged by name and line alone, for a file and all files that it imports, directly or not. That is far more than
really makes one, and it has to be: a name that is missing here is never asked about.
"""

from __future__ import annotations

import itertools
import os
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from spooky_asyncio.source import read_bytes
from spooky_asyncio.workspace.cache import stamp_of
from spooky_asyncio.workspace.modules import Modules, components, relative
from spooky_asyncio.workspace.names_in_text import NO_NAMES, Names, ReadAgain, read_imports, read_names
from spooky_asyncio.workspace.paths import inside, lies_in

STANDARD_LIBRARY = os.path.normpath(sysconfig.get_paths()["stdlib"])
"""The folder of its modules."""

MOST_READ_AGAIN = 20
"""So many texts are kept that somebody may edit."""

MOST_REACHES = 50
"""So many are kept: files beside one another import much the same."""


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
    """The index of one project. Each file is read when it first comes into reach; `refresh` reads those again that have
    changed since, unless they are installed ones."""

    def __init__(self, root: Path | str, packages: Iterable[Path], kept: Kept | None = None) -> None:
        """`kept` has what was read before, and is to have what is read now."""
        self._root = os.fspath(root)
        self._packages = [os.fspath(folder) for folder in packages]
        self._kept = kept
        self._read_last: dict[Path | None, tuple[ReadAgain, NamesInReach]] = {}
        """Texts that are edited."""
        self._told: dict[str, dict[str, tuple[str, Names]]] = {}
        """What the files of each folder of the project itself have told when they had these stamps."""
        self._begin()

    def refresh(self) -> frozenset[str] | None:
        """Look at the disk anew. The files that are others now, if all of them tell what they did; None where they do
        not, or files have come or gone: then all is found anew."""
        changed = frozenset(file for file in self._known if self._stamp_told(file) != stamp_of(file))
        if self._modules.have_changed() or any(self._known[file] != self._read(file) for file in changed):
            self._begin()
            return None
        return changed

    def _stamp_told(self, file: str) -> str | None:
        told = self._told[os.path.dirname(file)].get(file)
        return told[0] if told is not None else None

    def _begin(self) -> None:
        self._modules = Modules()
        self._starts: dict[str, tuple[str, ...]] = {}
        self._conftests: dict[str, tuple[str, ...]] = {}
        self._found: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._index = _Index()
        self._known: dict[str, Names] = {}
        """What the files tell that are no installed ones."""
        self._places: dict[str, int] = {}
        self._imported: dict[str, frozenset[str]] = {}
        self._closures: dict[str, int] = {}
        self._around: dict[tuple[frozenset[str], str], Reach] = {}
        self._reaches: dict[int, Reach] = {}

    def in_reach(self, text: str, path: Path | None) -> NamesInReach:
        """The names that count in a text, which stands in place of the file at `path`."""
        former, names = self._read_last.pop(path, (None, None))
        read = ReadAgain.of(text.encode("utf-8", "surrogatepass"), former)
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
                own = inside(file, STANDARD_LIBRARY).partition(os.sep)[0]
                modules = [module for module in modules if module.partition(".")[0] in ("", own)]
            self._imported[file] = self._imported_from(modules, os.path.dirname(file)) - {file}
        return self._imported[file]

    def _imported_from(self, modules: Iterable[str], here: str) -> frozenset[str]:
        """Those of modules that are named in a folder, and each `conftest.py` around it, whose fixtures a test gets."""
        return frozenset(self._conftests_around(here)).union(*(self._find(module, here) for module in modules))

    def _conftests_around(self, here: str) -> tuple[str, ...]:
        if here not in self._conftests:
            found = (self._modules.named(folder, "conftest") for folder in self._folders_around(here))
            self._conftests[here] = tuple(itertools.chain.from_iterable(found))
        return self._conftests[here]

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
            places = [*around, self._root, os.path.join(self._root, "src"), *self._packages, STANDARD_LIBRARY]
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
        return lies_in(place, [STANDARD_LIBRARY]) and not lies_in(place, self._packages)

    def _names(self, file: str) -> Names:
        for known in (_installed, self._known):
            if file in known:
                return known[file]
        known = _installed if lies_in(file, [*self._packages, STANDARD_LIBRARY]) else self._known
        known[file] = self._read(file)
        return known[file]

    def _read(self, file: str) -> Names:
        """What a file tells. One that has not changed is not read again: a refresh comes with each that is saved."""
        folder = os.path.dirname(file)
        if folder not in self._told:
            self._told[folder] = dict(self._kept.load(folder, self._base(folder))) if self._kept is not None else {}
        stamp = stamp_of(file)
        if stamp is None:
            # What is gone nobody can import either.
            return NO_NAMES
        known = self._told[folder].get(file)
        if known is None or known[0] != stamp:
            known = self._told[folder][file] = stamp, _names_in(file, self.is_standard(file))
            if self._kept is not None:
                self._kept.put(folder, self._told[folder])
        return known[1]

    def _base(self, folder: str) -> str:
        bases = (self._root, *self._packages, STANDARD_LIBRARY)
        return next((base for base in bases if lies_in(folder, [base])), folder)


class Kept(Protocol):
    """What was read before, by folder."""

    def load(self, folder: str, base: str) -> Mapping[str, tuple[str, Names]]: ...

    def put(self, folder: str, told: Mapping[str, tuple[str, Names]]) -> None: ...


_NOTHING: frozenset[str] = frozenset()

_installed: dict[str, Names] = {}
"""Of files among the installed packages and in the standard library, which are read once."""


def _names_in(file: str, is_standard: bool) -> Names:
    try:
        data = read_bytes(Path(file))
    except OSError:
        # Nobody can import it either.
        data = b""
    # In the standard library, names that stand for async functions are in the modules that have these.
    return read_imports(data) if is_standard and b"async" not in data else read_names(data)
