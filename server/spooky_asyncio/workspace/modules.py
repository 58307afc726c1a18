"""The modules that a text names, and the files of a module. Nothing is imported or parsed: texts are scanned, which
takes more for an import than there are, and folders are listed."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Container, Iterable, Iterator


def possessive(pattern: bytes) -> re.Pattern[bytes]:
    """With quantifiers that give nothing back: `++` and `*+`, which Python 3.10 does not have, and finds the same
    without."""
    if sys.version_info < (3, 11):
        pattern = pattern.replace(b"++", b"+").replace(b"*+", b"*")
    return re.compile(pattern, re.MULTILINE | re.VERBOSE)


_IMPORT = re.compile(rb"import(?<=\bimport)\b\s*(\((?:[^)#]|#[^\n]*)*\)|[^\n;#]*)")
"""Begins with what it is looked for by: that is found fast."""
_FROM = re.compile(rb"(?:^|[:;])\s*(?:from\b\s*((?:\.\s*)*[.\w\x80-\xff]*?)\s*)?\Z")
_NAME = re.compile(rb"([.\w\x80-\xff]+)(?:\s+as\s+([\w\x80-\xff]+))?")
_COMMENT = re.compile(rb"#[^\n]*")
_CONTINUED = re.compile(rb"\\\r?\n")
_INNER = possessive(rb"\.(?<!self\.)(?<!cls\.)[\w\x80-\xff]++(?=\.[\w\x80-\xff])")
_DOTTED = re.compile(rb"[\w.\x80-\xff]+")
_LONGEST = 80
"""Characters of a dotted name."""
_PLUGINS = re.compile(rb"^pytest_plugins\b[^=\n]*=\s*([\[(][^\])]*|[^\n]*)", re.MULTILINE)
_TEXT = re.compile(rb"""["']([\w.\x80-\xff]+)["']""")

_SUFFIXES = (".py", ".pyi")


def imports_in(data: bytes) -> list[tuple[str, str]]:
    """The names that imports bind, and what they stand for, by dotted names as they are written, relative ones with
    their dots first. The last part may be a name in a module. What binds no name has an empty one."""
    if b"import" not in data:
        return []
    found: list[tuple[str, str]] = []
    if b"\\" in data:
        data = _CONTINUED.sub(b"", data)
    for statement in _IMPORT.finditer(data):
        start, names = statement.start(), statement[1]
        source = _FROM.search(data[max(data.rfind(b"\n", 0, start), data.rfind(b"\r", 0, start)) + 1 : start])
        if source is None:
            # In a text.
            continue
        origin = _text(b"".join((source[1] or b"").split()))
        if origin:
            found.append(("", origin))
        for name, alias in _NAME.findall(_COMMENT.sub(b"", names) if b"#" in names else names):
            module, bound = _text(name), _text(alias)
            if origin:
                found.append((bound or module, f"{origin}{module}" if origin.endswith(".") else f"{origin}.{module}"))
            else:
                parts = module.split(".")
                found += (("", ".".join(parts[:count])) for count in range(1, len(parts)))
                found.append((bound, module) if bound else (parts[0], parts[0]))
                if len(parts) > 1 and not bound:
                    found.append(("", module))
    if b"pytest_plugins" in data:
        found += (("", _text(name)) for names in _PLUGINS.findall(data) for name in _TEXT.findall(names))
    return found


def chains_in(data: bytes) -> Iterator[str]:
    """The dotted names of which an attribute is read: `shop.till` for `shop.till.count`. Those of a package may be
    modules that somebody else has imported."""
    # What stands before something is found faster from there on backwards than from anywhere before it.
    backwards, length = data[::-1], len(data)
    for inner in _INNER.finditer(data):
        start, end = inner.span()
        before = _DOTTED.match(backwards, length - start, length - start + _LONGEST)
        outer = before[0][::-1] if before is not None else b"."
        if not outer.startswith((b"self.", b"cls.", b".")) and outer not in (b"self", b"cls"):
            yield _text(data[start - len(outer) : end])


def modules_named(imports: Iterable[tuple[str, str]], chains: Iterable[str]) -> frozenset[str]:
    """The modules of imports, and those that dotted names may lead on to."""
    imports = list(imports)
    bound = {name: module for name, module in imports if name}
    split = (chain.partition(".") for chain in chains)
    led_to = (f"{bound[first]}.{rest}" for first, _, rest in split if first in bound)
    return frozenset(module for _, module in imports).union(led_to)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")


class Modules:
    """As they are on disk while this lasts. Names are dotted ones, from a folder on."""

    def __init__(self) -> None:
        self._listed: dict[str, frozenset[str]] = {}
        self._named: dict[str, frozenset[str]] = {}
        self._ways: dict[tuple[str, str], tuple[str, ...]] = {}

    @property
    def folders(self) -> Iterator[str]:
        """Those in which files were looked for, and were some."""
        return (folder for folder, entries in self._listed.items() if entries)

    def have_changed(self) -> bool:
        """Whether files have come or gone in the folders that were looked into, as far as these may be modules."""
        return any(any(map(_may_be_module, entries ^ _entries_of(folder))) for folder, entries in self._listed.items())

    def may_start(self, folder: str, name: str) -> bool:
        """Whether a folder has what a name may begin with."""
        return name.partition(".")[0] in self._names(folder)

    def files(self, folder: str, name: str) -> tuple[str, ...]:
        """Those of the module itself: one that is no package, the beginning of one that is, stubs."""
        outer, _, last = name.rpartition(".")
        inner = os.path.join(folder, *outer.split(".")) if outer else folder
        is_package = bool(last) and last in self.entries(inner)
        return (*self.named(inner, last), *(self.named(os.path.join(inner, last), "__init__") if is_package else ()))

    def on_the_way(self, folder: str, name: str) -> tuple[str, ...]:
        """The same, and those of the packages that are imported on the way to it, the folder's own among them."""
        if (folder, name) not in self._ways:
            outer = name.rpartition(".")[0]
            above = self.on_the_way(folder, outer) if outer else self.named(folder, "__init__")
            self._ways[folder, name] = (*above, *self.files(folder, name))
        return self._ways[folder, name]

    def named(self, folder: str, name: str) -> tuple[str, ...]:
        """The files of that name in a folder."""
        entries = self.entries(folder)
        return tuple(os.path.join(folder, name + suffix) for suffix in _SUFFIXES if name + suffix in entries)

    def entries(self, folder: str) -> frozenset[str]:
        if folder not in self._listed:
            self._listed[folder] = _entries_of(folder)
        return self._listed[folder]

    def _names(self, folder: str) -> frozenset[str]:
        if folder not in self._named:
            self._named[folder] = frozenset(entry.partition(".")[0] for entry in self.entries(folder))
        return self._named[folder]


def _entries_of(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return frozenset()


def _may_be_module(entry: str) -> bool:
    """Python's own caches are none, nor is what editors write beside a file for the time being. Of what is installed
    another version is said to be there."""
    if entry.endswith(".dist-info"):
        return True
    name = entry.partition(".")[0].removesuffix("-stubs")
    return name != "__pycache__" and name.isidentifier() and not entry.endswith("~")


def relative(module: str, folder: str) -> tuple[str, str]:
    """Where a relative import begins, and the name from there on: `..shop.till`."""
    name = module.lstrip(".")
    for _ in range(len(module) - len(name) - 1):
        folder = os.path.dirname(folder)
    return folder, name


def components(start: str, successors: Callable[[str], Iterable[str]], known: Container[str]) -> Iterator[list[str]]:
    """The strongly connected components that can be reached, each after all that it leads to (Tarjan 1972). What is
    known already is left out; each component has to be known before the next one is asked for."""
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    work: list[tuple[str, Iterator[str]]] = []

    def enter(node: str) -> None:
        index[node] = lowest[node] = len(index)
        stack.append(node)
        on_stack.add(node)
        work.append((node, iter(sorted(successors(node)))))

    enter(start)
    while work:
        node, remaining = work[-1]
        for other in remaining:
            if other in known:
                continue
            if other not in index:
                enter(other)
                break
            if other in on_stack:
                lowest[node] = min(lowest[node], index[other])
        else:
            work.pop()
            if work:
                lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
            if lowest[node] == index[node]:
                component: list[str] = []
                while not component or component[-1] != node:
                    component.append(stack.pop())
                    on_stack.discard(component[-1])
                yield component
