"""The projects that the open documents belong to, with the editor's settings over their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from spooky_asyncio.batch.state import State
from spooky_asyncio.inference.memory import Memory
from spooky_asyncio.lsp.requests import Configured, ProjectProblems
from spooky_asyncio.settings import EditorSettings, Scope, Settings
from spooky_asyncio.source import UnreadableSource, read_text
from spooky_asyncio.workspace.kept_names import KeptNames
from spooky_asyncio.workspace.project import Project, find_root, own_settings


class Projects:
    """They read files, and hold jedi's state."""

    def __init__(
        self, looks_into: Callable[[Path | None], None] = lambda path: None, kept_names: KeptNames | None = None
    ) -> None:
        """`looks_into` hears of the text, not asked for by anybody, that jedi is about to read; of None afterwards."""
        self._looks_into = looks_into
        self._kept_names = kept_names
        self._packages_since = self._files_since = time.time()
        """What is known of the disk is as it was then, or has been compared with it. Of packages, nothing is."""
        self._folders: tuple[Path, ...] = ()
        self._settings = EditorSettings()
        self._known: dict[Path, Project] = {}
        self._texts: dict[Path, str] = {}
        """Those of open documents, which stand in for their files."""
        self._changed: set[Path] = set()
        """Files whose text in the editor is not the one that jedi knows."""

    def configure(self, folders: tuple[Path, ...], settings: EditorSettings) -> Configured:
        """Load the projects anew. Those of which nothing has changed stay, with all that is known of their files: most
        clients say at their start what is not said of them, too."""
        self._folders, self._settings = folders, settings
        former, self._known = self._known, {}
        for root, project in former.items():
            configured = Project.at(root, settings.at(root))
            if configured.is_configured_like(project):
                project.problems[:] = configured.problems
                self._known[root] = project
        if not self._known:
            # Else some of what is known was read before.
            self._files_since = time.time()
        projects = {folder: self.at(find_root(folder)) for folder in folders}
        everywhere, problems = Settings().updated(settings.everywhere, by_editor=True)
        return Configured(
            tuple(problems_of(project) for project in projects.values()),
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
        self._files_since = time.time()
        for project in self._known.values():
            project.refresh()

    def replace(self, texts: Mapping[Path, str | None]) -> bool:
        """Documents were opened or edited, whose texts now stand in for those of their files, or closed. Returns
        whether any text is another one."""
        changed: set[Path] = set()
        for path, text in texts.items():
            former = self.text(path)
            if text is None:
                self._texts.pop(path, None)
                self._changed.add(path)
                if self.text(path) != former:
                    changed.add(path)
            elif former != text:
                changed.add(path)
            if text is not None:
                self._texts[path] = text
            for project in self._known.values():
                project.forget(path)
        self._changed |= changed
        return bool(changed)

    def of(self, path: Path | None) -> Project:
        """The project of a file that is to be checked now."""
        project = self.at(self._root(path))
        for changed in self._changed - {path}:
            self._looks_into(changed)
            project.reread(changed)
            self._looks_into(None)
        # The check of a file tells jedi of its text only if it has a question.
        self._changed &= {path}
        return project

    def rest_on(self, state: State) -> bool:
        """Whether what is known here of files is what a state of the disk says of those that were asked about there."""
        return not state.has_changed(self._files_since, self._packages_since, self._texts) and self.are_saved(state)

    def are_saved(self, state: State) -> bool:
        """Whether documents have the texts that their files have in a state of the disk."""
        try:
            return all(read_text(path) == self._texts[path] for path in state.files & self._texts.keys())
        except UnreadableSource:
            return False

    def at(self, root: Path) -> Project:
        if root not in self._known:
            self._known[root] = Project.at(root, self._settings.at(root))
            self._known[root].overlay = self._texts.get
            self._known[root].memory = Memory()
            self._known[root].kept_names = self._kept_names
        return self._known[root]

    def text(self, path: Path) -> str | None:
        """That of the document or else of the file; None for one that can't be read."""
        if path in self._texts:
            return self._texts[path]
        try:
            return read_text(path)
        except UnreadableSource:
            return None

    def _root(self, path: Path | None) -> Path:
        if path is None:
            return find_root(self._folders[0]) if self._folders else Path.cwd()
        return find_root(path, self._folders)


def problems_of(project: Project) -> ProjectProblems:
    """As far as they have shown: whether an interpreter can be used does so when packages are looked into."""
    own = own_settings(project.configuration) or {}
    named = own.get("interpreter") if isinstance(own, Mapping) else None
    return ProjectProblems(project.root, tuple(project.problems), named == project.settings.interpreter)
