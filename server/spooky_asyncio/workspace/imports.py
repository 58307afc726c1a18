"""What the answer about a file rests on: its own content and that of all that it imports, as one digest.

Inference reads a file and the modules it imports, theirs, and so on, and nothing else of a project. So as long as the
digest stays the same, and packages and settings do too, so do the findings. Imports are found by a scan that takes more
for one than there are; what may be imported from several places counts in all of them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spooky_asyncio.workspace.modules import (
    Modules,
    chains_in,
    components,
    imports_in,
    modules_named,
    relative,
)
from spooky_asyncio.workspace.paths import inside


@dataclass(frozen=True)
class Content:
    """One file as it was read."""

    digest: bytes
    modules: tuple[str, ...]
    """What it imports, by dotted names as they are written, relative ones with their dots first. The last part may be a
    name in a module."""

    @classmethod
    def of(cls, data: bytes) -> Content:
        modules = modules_named(imports_in(data), chains_in(data))
        return cls(hashlib.blake2b(data, digest_size=20).digest(), tuple(sorted(modules)))


class Imports:
    """Of one project, as it is while a run lasts. `read` gives the content of a file, None where it can't be read."""

    def __init__(self, root: Path, read: Callable[[str], Content | None]) -> None:
        self._root = os.fspath(root)
        self._sources = os.path.join(self._root, "src")
        self._read = read
        self._contents: dict[str, Content | None] = {}
        self._modules = Modules()
        self._chains: dict[str, list[str]] = {}
        self._starts: dict[tuple[str, str], list[str]] = {}
        self._successors: dict[str, frozenset[str]] = {}
        self._digests: dict[str, bytes] = {}

    def digest(self, file: Path) -> bytes | None:
        """None for a file that can't be read."""
        path = os.fspath(file)
        if self._content(path) is None:
            return None
        if path not in self._digests:
            for component in components(path, self._imported, self._digests):
                self._add(component)
        return self._digests[path]

    @property
    def files(self) -> Iterator[str]:
        """Those that digests rest on which were asked for."""
        return (path for path, content in self._contents.items() if content is not None)

    @property
    def folders(self) -> Iterator[str]:
        """Those in which files were looked for."""
        return self._modules.folders

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
            found: set[str] = set()
            for module in modules:
                found.update(*self._files_of(module, folder))
            for around in self._around(folder):
                found.update(self._modules.named(around, "conftest"), self._modules.named(around, "__init__"))
            self._successors[path] = frozenset(found - {path})
        return self._successors[path]

    def _around(self, folder: str) -> list[str]:
        """A folder and those around it, up to that of the project."""
        if folder not in self._chains:
            inside = folder.startswith(self._root + os.sep)
            self._chains[folder] = [folder, *(self._around(os.path.dirname(folder)) if inside else ())]
        return self._chains[folder]

    def _files_of(self, module: str, folder: str) -> list[tuple[str, ...]]:
        """By the places where it may begin."""
        if module.startswith("."):
            return [self._modules.on_the_way(*relative(module, folder))]
        on_the_way = self._modules.on_the_way
        return [on_the_way(start, module) for start in self._starts_of(module.partition(".")[0], folder)]

    def _starts_of(self, package: str, folder: str) -> list[str]:
        """Where a package or module may be that is imported in a folder: most are none of the project's."""
        if (package, folder) not in self._starts:
            places = (*self._around(folder), self._sources)
            self._starts[package, folder] = [place for place in places if self._modules.may_start(place, package)]
        return self._starts[package, folder]
