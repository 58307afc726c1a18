"""The other files that a check looks into, of the project or installed: each is read once, until it is known that files
have changed."""

from __future__ import annotations

import os
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.inference.on_demand import InferenceOnDemand, Names
from spooky_asyncio.inference.stubs import module_of_stub, stub_of
from spooky_asyncio.source import Source, UnreadableSource
from spooky_asyncio.workspace.cache import stamp_of
from spooky_asyncio.workspace.paths import is_package

if TYPE_CHECKING:
    from spooky_asyncio.workspace.project import Project

MOST_CHARACTERS = 2_000_000
"""Of other files that are kept in memory with their trees, some 50 MB of them. A run that checks each file once, and
then ends, keeps twice as much."""


class _NamesLater:
    """The names that count in a file of which most is never looked at: found when somebody asks."""

    def __init__(self, project: Project, source: Source) -> None:
        self._project = project
        self._source = source

    @cached_property
    def _names(self) -> Names:
        return self._project.names_in_reach(self._source)

    def may_make(self, name: str) -> bool:
        return self._names.may_make(name)

    def may_read(self, name: str) -> bool:
        return self._names.may_read(name)


class OtherFiles:
    """Those of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._opened: dict[Path, Callees | None] = {}
        self._characters = 0
        self._asked: dict[Path, InferenceOnDemand] = {}
        self._found: dict[tuple[str, Path], Path | None] = {}
        self._standard: dict[Path, Callees | None] = {}
        self._glanced_at: set[Path] = set()
        """Files of which others know by their texts that they have no such name."""
        self._stamps: dict[Path, str | None] = {}
        """Of those that were looked into as they are on disk."""

    def open(self, path: Path) -> Callees | None:
        if path not in self._opened:
            self._opened[path] = self._read(path)
        return self._opened[path]

    def read(self, path: Path, text: str) -> Callees | None:
        """What was read of a file, if it had this text then."""
        read = self._opened.get(path)
        return read if read is not None and read.source.text == text else None

    def asked(self, read: Callees) -> InferenceOnDemand:
        """The inference about a file that was read."""
        assert read.source.path is not None
        return self._asked[read.source.path]

    def keep(self, read: Callees, asked: InferenceOnDemand) -> None:
        """What a check has read of its file others may look into, too."""
        path = read.source.path
        if path is not None and path not in self._opened:
            self._opened[path], self._asked[path] = read, asked
            self._characters += len(read.source.text)

    def find(self, module: str, here: Path | None) -> Path | None:
        key = module, here.parent if here is not None else self._project.root
        if key not in self._found:
            self._found[key] = self._look_for(*key)
        return self._found[key]

    def _look_for(self, module: str, folder: Path) -> Path | None:
        index = self._project.async_names
        found = [Path(file) for file in index.files_of(module, os.fspath(folder))]
        if not module.startswith(".") and all(map(index.is_standard, found)):
            return stub_of(module)
        # Where a stub stands beside the code, inference reads one for this and the other for that.
        return found[0] if len(found) == 1 else None

    def is_missing(self, module: str, here: Path | None) -> bool:
        folder = here.parent if here is not None else self._project.root
        is_absolute = bool(module) and not module.startswith(".")
        return is_absolute and self._project.async_names.is_missing(module, os.fspath(folder))

    def may_have(self, path: Path, name: str) -> bool:
        self._glanced_at.add(path)
        self._note_stamp(path)
        has = self._project.mentions_in
        return path in self._opened or has(path, name) or has(path, "import *")

    def standard_module(self, stub: Path) -> str | None:
        return module_of_stub(stub)

    def module_name(self, path: Path) -> str | None:
        parts = [] if path.stem == "__init__" else [path.stem]
        folder = path.parent
        while is_package(folder):
            parts.append(folder.name)
            folder = folder.parent
        root = self._project.root
        starts = (root, root / "src", *self._project.package_folders)
        return ".".join(reversed(parts)) if parts and folder in starts else None

    def standard_code(self, module: str) -> Callees | None:
        index = self._project.async_names
        files = [file for file in index.files_of(module, os.fspath(self._project.root)) if index.is_standard(file)]
        path = Path(files[0]) if len(files) == 1 else None
        if path is not None and path not in self._standard:
            self._standard[path] = self._parsed(path)
        return self._standard[path] if path is not None else None

    def forget(self, path: Path | None = None) -> None:
        if path is None:
            self._characters = 0
            self._opened.clear()
            self._asked.clear()
            self._found.clear()
            self._standard.clear()
            self._glanced_at.clear()
            self._stamps.clear()
        elif path in self._opened or path in self._standard or path in self._glanced_at:
            for known in (self._opened, self._standard, self._asked, self._stamps):
                known.pop(path, None)
            self._glanced_at.discard(path)
            self.ask_again()

    @property
    def have_asked(self) -> bool:
        """Whether inference was asked about one of them: then nobody knows what else it has looked into for that."""
        return any(asked.was_asked for asked in self._asked.values())

    def ask_again(self) -> None:
        """Find out anew what was found out with the help of other files. The trees stay."""
        for path, known in self._opened.items():
            # The standard library imports nothing else.
            if known is not None and known.standard_module is None:
                self._asked[path] = self._inference_about(known.source)
                self._opened[path] = known.renewed(self._asked[path])

    @property
    def changed(self) -> list[Path]:
        """Those that are others on disk now than when they were looked into."""
        return [path for path, stamp in self._stamps.items() if stamp_of(os.fspath(path)) != stamp]

    def _note_stamp(self, path: Path) -> None:
        """Before it is read: what is written later shows then."""
        if self._project.overlay(path) is None:
            self._stamps.setdefault(path, stamp_of(os.fspath(path)))

    def failures(self) -> list[str]:
        """What went wrong in them since this was asked last."""
        failed = [asked.failures for asked in self._asked.values() if asked.failures]
        found = [failure for failures in failed for failure in failures]
        for failures in failed:
            failures.clear()
        return found

    @property
    def are_too_many(self) -> bool:
        is_a_run = self._project.memory is None
        return self._characters > MOST_CHARACTERS * (1 + is_a_run)

    def take_apart(self) -> None:
        """Forget them all, for who knows that nobody else asks them any more."""
        for path, callees in self._opened.items():
            # Stubs belong to all projects.
            if callees is not None and module_of_stub(path) is None:
                callees.take_apart()
        self.forget()

    def _read(self, path: Path) -> Callees | None:
        # The catalog says what it does, and inference what it makes.
        return None if self._project.async_names.is_standard(path) else self._parsed(path)

    def _parsed(self, path: Path) -> Callees | None:
        self._note_stamp(path)
        text = self._project.overlay(path)
        try:
            if text is None and module_of_stub(path) is not None:
                source, scopes = read_stub(path)
            else:
                source = Source.from_file(path) if text is None else Source.from_text(text, path)
                scopes = Scopes(source.tree)
        except UnreadableSource:
            return None
        self._characters += len(source.text)
        self._asked[path] = self._inference_about(source)
        return Callees(source, self._asked[path], self, self._project.settings.keepers, scopes)

    def _inference_about(self, source: Source) -> InferenceOnDemand:
        return self._project.inference_about(source, _NamesLater(self._project, source))


@lru_cache(maxsize=60)
def read_stub(path: Path) -> tuple[Source, Scopes]:
    """A stub of the standard library, which stays as it is and is the same in all projects. Raises UnreadableSource."""
    source = Source.from_file(path)
    return source, Scopes(source.tree)
