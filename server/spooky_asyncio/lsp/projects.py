"""The projects that the open documents belong to, with the editor's settings over their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from spooky_asyncio.inference.memory import Memory
from spooky_asyncio.lsp.documents import Snapshot
from spooky_asyncio.settings import EditorSettings, LogLevel, Scope, Settings
from spooky_asyncio.source import UnreadableSource, read_text
from spooky_asyncio.workspace.project import Project, find_root


@dataclass(frozen=True)
class Configured:
    """What the settings say."""

    projects: tuple[Project, ...]
    """Of the open folders."""
    problems: tuple[str, ...]
    """What is wrong with the editor's settings."""
    enabled: tuple[Path, ...]
    """The folders in which anything is checked at all."""
    to_check: tuple[Path, ...]
    """The folders that are to be checked as a whole."""
    log_level: LogLevel


class Projects:
    """Used on the worker thread only: projects read files, and hold jedi's state."""

    def __init__(self) -> None:
        self._folders: list[Path] = []
        self._settings = EditorSettings()
        self._known: dict[Path, Project] = {}
        self._open: dict[Path, Snapshot] = {}
        self._changed: set[Path] = set()
        """Files whose text in the editor is not the one that jedi knows."""

    def configure(self, folders: list[Path], settings: EditorSettings) -> Configured:
        """Forget all projects and load the folders' anew."""
        self._folders, self._settings = folders, settings
        self._known.clear()
        projects = {folder: self._at(find_root(folder)) for folder in folders}
        everywhere, problems = Settings().updated(settings.everywhere, by_editor=True)
        return Configured(
            tuple(projects.values()),
            tuple(problems),
            tuple(folder for folder, project in projects.items() if project.settings.enable),
            tuple(
                folder
                for folder, project in projects.items()
                if project.settings.enable and project.settings.scope is Scope.WORKSPACE
            ),
            everywhere.log_level,
        )

    def refresh(self) -> None:
        """Python files have changed on disk."""
        for project in self._known.values():
            project.refresh()

    def open(self, document: Snapshot) -> None:
        """A document was opened or edited: its text now stands in for that of its file."""
        if document.path is not None:
            if self._current(document.path) != document.text:
                self._changed.add(document.path)
            self._open[document.path] = document
            self._forget(document.path)

    def close(self, document: Snapshot) -> None:
        if document.path is not None:
            self._open.pop(document.path, None)
            self._changed.add(document.path)
            self._forget(document.path)

    def open_document(self, path: Path) -> Snapshot | None:
        return self._open.get(path)

    def of(self, path: Path | None) -> Project:
        """The project of a file that is to be checked now."""
        project = self._at(self._root(path))
        for changed in self._changed - {path}:
            project.reread(changed)
        # The check of a file tells jedi of its text only if it has a question.
        self._changed &= {path}
        return project

    def _at(self, root: Path) -> Project:
        if root not in self._known:
            self._known[root] = Project.at(root, self._settings.at(root))
            self._known[root].overlay = self._text
            self._known[root].memory = Memory()
        return self._known[root]

    def _text(self, path: Path) -> str | None:
        document = self._open.get(path)
        return document.text if document else None

    def _current(self, path: Path) -> str | None:
        if path in self._open:
            return self._open[path].text
        try:
            return read_text(path)
        except UnreadableSource:
            return None

    def _forget(self, path: Path) -> None:
        for project in self._known.values():
            project.forget(path)

    def _root(self, path: Path | None) -> Path:
        if path is None:
            return find_root(self._folders[0]) if self._folders else Path.cwd()
        return find_root(path, self._folders)
