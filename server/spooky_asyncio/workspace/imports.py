"""What the answer about a file rests on: its own content and that of all that it imports, as one digest.

Inference reads a file and the modules it imports, theirs, and so on, and nothing else of a project. So as long as the
digest stays the same, and packages and settings do too, so do the findings. Imports are found by a scan that takes more
for one than there are; what may be imported from several places counts in all of them.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spooky_asyncio.workspace.paths import inside

_IMPORT = re.compile(rb"\b(?:from\s*([.\w\x80-\xff]+)\s+)?import\b\s*(\((?:[^)#]|#[^\n]*)*\)|[^\n;#]*)")
_NAME = re.compile(rb"([.\w\x80-\xff]+)(?:\s+as\s+[\w\x80-\xff]+)?")
_SUFFIXES = (".py", ".pyi")


@dataclass(frozen=True)
class Content:
    """One file as it was read."""

    digest: bytes
    modules: tuple[str, ...]
    """What it imports, by dotted names as they are written, relative ones with their dots first. The last part may be a
    name in a module."""

    @classmethod
    def of(cls, data: bytes) -> Content:
        return cls(hashlib.blake2b(data, digest_size=20).digest(), tuple(sorted(set(_modules(data)))))


def _modules(data: bytes) -> Iterator[str]:
    if b"import" not in data:
        return
    for source, names in _IMPORT.findall(data.replace(b"\\\n", b"").replace(b"\\\r\n", b"")):
        origin = source.decode("utf-8", "replace")
        joined = origin if not origin or origin.endswith(".") else f"{origin}."
        if origin:
            yield origin
        for name in _NAME.findall(re.sub(rb"#[^\n]*", b"", names)):
            yield joined + name.decode("utf-8", "replace")


class Imports:
    """Of one project, as it is while a run lasts. `read` gives the content of a file, None where it can't be read."""

    def __init__(self, root: Path, read: Callable[[str], Content | None]) -> None:
        self._root = os.fspath(root)
        self._sources = os.path.join(self._root, "src")
        self._read = read
        self._contents: dict[str, Content | None] = {}
        self._listed: dict[str, frozenset[str]] = {}
        self._named: dict[str, frozenset[str]] = {}
        self._chains: dict[str, list[str]] = {}
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}
        self._successors: dict[str, frozenset[str]] = {}
        self._digests: dict[str, bytes] = {}

    def digest(self, file: Path) -> bytes | None:
        """None for a file that can't be read."""
        path = os.fspath(file)
        if self._content(path) is None:
            return None
        if path not in self._digests:
            for component in _components(path, self._imported, self._digests):
                self._add(component)
        return self._digests[path]

    @property
    def files(self) -> Iterator[str]:
        """Those that digests rest on which were asked for."""
        return (path for path, content in self._contents.items() if content is not None)

    @property
    def folders(self) -> Iterator[str]:
        """Those in which files were looked for."""
        return (folder for folder, entries in self._listed.items() if entries)

    def digest_of_all(self, files: Iterable[Path]) -> bytes:
        """Of what all these files hold."""
        digest = hashlib.blake2b(digest_size=20)
        for path in map(os.fspath, files):
            content = self._content(path)
            digest.update(f"{inside(path, self._root)}\n".encode("utf-8", "surrogateescape"))
            digest.update(content.digest if content is not None else b"?")
        return digest.digest()

    def _add(self, component: Sequence[str]) -> None:
        """Files that import each other rest on the same: on all of them, and on what any of them imports besides."""
        members = frozenset(component)
        digest = hashlib.blake2b(digest_size=20)
        for path in sorted(members):
            content = self._content(path)
            digest.update(f"{inside(path, self._root)}\n".encode("utf-8", "surrogateescape"))
            digest.update(content.digest if content is not None else b"?")
        for other in sorted({self._digests[path] for one in members for path in self._imported(one) - members}):
            digest.update(other)
        for path in members:
            self._digests[path] = digest.digest()

    def _content(self, path: str) -> Content | None:
        if path not in self._contents:
            self._contents[path] = self._read(path)
        return self._contents[path]

    def _imported(self, path: str) -> frozenset[str]:
        """The files of the project that a file imports, and each `conftest.py` around it, which pytest does."""
        if path not in self._successors:
            content, folder = self._content(path), os.path.dirname(path)
            modules = content.modules if content is not None else ()
            found = {file for module in modules for file in self._files_of(module, folder)}
            for around in self._around(folder):
                found.update(self._modules_in(around, "conftest"), self._modules_in(around, "__init__"))
            self._successors[path] = frozenset(found - {path})
        return self._successors[path]

    def _around(self, folder: str) -> list[str]:
        """A folder and those around it, up to that of the project."""
        if folder not in self._chains:
            inside = folder.startswith(self._root + os.sep)
            self._chains[folder] = [folder, *(self._around(os.path.dirname(folder)) if inside else ())]
        return self._chains[folder]

    def _files_of(self, module: str, folder: str) -> Iterator[str]:
        name = module.lstrip(".")
        if name == module:
            first = name.partition(".")[0]
            for start in (*self._around(folder), self._sources):
                if first in self._names(start):
                    yield from self._along(start, name)
            return
        for _ in range(len(module) - len(name) - 1):
            folder = os.path.dirname(folder)
        yield from self._along(folder, name)

    def _along(self, start: str, name: str) -> tuple[str, ...]:
        """The files that are read on the way from a folder to a module."""
        if (start, name) not in self._found:
            outer, _, last = name.rpartition(".")
            found = self._along(start, outer) if outer else self._modules_in(start, "__init__")
            folder = os.path.join(start, *outer.split("."))
            self._found[start, name] = (*found, *self._modules_in(folder, last), *self._package(folder, last))
        return self._found[start, name]

    def _package(self, folder: str, name: str) -> tuple[str, ...]:
        is_there = name in self._entries(folder)
        return self._modules_in(os.path.join(folder, name), "__init__") if name and is_there else ()

    def _modules_in(self, folder: str, name: str) -> tuple[str, ...]:
        entries = self._entries(folder)
        return tuple(os.path.join(folder, name + suffix) for suffix in _SUFFIXES if name + suffix in entries)

    def _names(self, folder: str) -> frozenset[str]:
        """What can be imported from a folder, and what else is there."""
        if folder not in self._named:
            self._named[folder] = frozenset(entry.partition(".")[0] for entry in self._entries(folder))
        return self._named[folder]

    def _entries(self, folder: str) -> frozenset[str]:
        if folder not in self._listed:
            try:
                self._listed[folder] = frozenset(os.listdir(folder))
            except OSError:
                self._listed[folder] = frozenset()
        return self._listed[folder]


def _components(start: str, successors: Callable[[str], Iterable[str]], known: dict[str, bytes]) -> Iterator[list[str]]:
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
