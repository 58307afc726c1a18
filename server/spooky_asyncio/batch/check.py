"""Check one file, and keep what is to be said of it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

from spooky_asyncio.batch.outcome import Failure, Finding, Outcome, Overrides
from spooky_asyncio.engine import Report
from spooky_asyncio.source import Source, UnreadableSource, decoded
from spooky_asyncio.workspace.files import list_folder
from spooky_asyncio.workspace.paths import CONFIGURATION
from spooky_asyncio.workspace.project import Project, configures, find_root, looks_like_root
from spooky_asyncio.workspace.writing import UnwritableFile

log = logging.getLogger(__name__)


MOST_MENDED = 200
"""As many findings of one file come with their fixes. A file with more is generated, or made to keep somebody busy:
what a fix has to look at grows with the file, so that all of them could take hours."""

NAMELESS = Path("<stdin>")
"""What is shown for the name of a text that came without one."""


Revise: TypeAlias = Callable[[Project, Report], Report]
"""What is done with a file once it was checked: takes its report, and returns that of the file as it is then.
Raises UnwritableFile."""


class Projects:
    """The projects that the files of a run belong to, each read once."""

    def __init__(self, overrides: Overrides) -> None:
        self._overrides = overrides
        self._around: dict[Path, Project] = {}
        self._roots: dict[Path, Path] = {}
        self._projects: dict[Path, Project] = {}
        self._configures, self._looks_like_root = cache(configures), cache(looks_like_root)
        self.listed = cache(list_folder)

    def around(self, path: Path) -> Project:
        if path not in self._around:
            # Asked several times about each file, and the disk is asked once.
            self._around[path] = self._find(path if os.path.isdir(path) else path.parent)
        return self._around[path]

    def _find(self, folder: Path) -> Project:
        if folder not in self._roots:
            self._roots[folder] = find_root(folder, self._overrides.folders, self._configures, self._looks_like_root)
        root = self._roots[folder]
        if root not in self._projects:
            self._projects[root] = self._read(root)
            self._projects[root].listed = self.listed
        return self._projects[root]

    def _read(self, root: Path) -> Project:
        wanted = self._overrides
        if wanted.editor is not None:
            return Project.at(root, wanted.editor.at(root))
        project = Project.at(root, {} if wanted.interpreter is None else {"interpreter": wanted.interpreter})
        severity = {rule: wanted.severity_of(rule, set_there) for rule, set_there in project.settings.severity.items()}
        project.settings = replace(project.settings, severity=severity)
        return project

    @property
    def folders(self) -> Collection[Path]:
        """Those that were asked about."""
        return self._roots.keys() | self._projects.keys()

    @property
    def problems(self) -> list[Failure]:
        """What is wrong with their settings. Some of it shows only when a file has been checked."""
        return [
            Failure.parsed(problem, project.root / CONFIGURATION)
            for project in self._projects.values()
            for problem in project.problems
        ]


class Checker:
    """Checks one file after the other."""

    def __init__(self, overrides: Overrides) -> None:
        self.projects = Projects(overrides)
        self._most_mended = MOST_MENDED if overrides.fixes else 0

    def check(self, file: Path, revise: Revise | None = None) -> Outcome:
        """What came of one file, and what is wrong with the settings as far as it has shown."""
        return self._outcome(file, lambda project: project.check_file(file), revise)

    def check_piped(self, data: bytes, path: Path | None) -> Outcome:
        """The same of what came by standard input, in place of a file that may look different by now, or not be there
        at all."""

        def report(project: Project) -> Report:
            text = decoded(data)
            if path is not None:
                # The project's other files see this text where they look into that file.
                project.overlay = {path: text}.get
                project.reread(path)
            return project.check(Source.from_text(text, path))

        return self._outcome(path or NAMELESS, report, None)

    def _outcome(self, file: Path, report: Callable[[Project], Report], revise: Revise | None) -> Outcome:
        outcome = Outcome()
        _check(file, self.projects, report, outcome, revise, self._most_mended)
        outcome.fail(*self.projects.problems)
        return outcome


def _check(
    file: Path,
    projects: Projects,
    check: Callable[[Project], Report],
    outcome: Outcome,
    revise: Revise | None,
    most_mended: int,
) -> None:
    try:
        project = projects.around(file.absolute())
        report = check(project)
    except UnreadableSource as error:
        outcome.unchecked += 1
        outcome.fail(Failure(str(error), file))
        return
    except Exception as error:
        outcome.unchecked += 1
        outcome.fail(_internal_error(file, error))
        return
    failures = []
    problem = report.source.syntax_error
    if problem is not None:
        rest = "the rest of the file was checked" + (", and nothing in it changed" if revise else "")
        failures.append(Failure(f"syntax error: {problem.message}; {rest}", file, problem.line, lasts=True))
    elif revise is not None:
        try:
            report = revise(project, report)
        except UnwritableFile as error:
            outcome.fail(Failure(f"left as it was: {error}", file))
        except Exception as error:
            outcome.fail(_internal_error(file, error))
    failures += [Failure.parsed(line, file) for line in report.failures]
    outcome.checked += 1
    outcome.partly += bool(failures)
    for number, diagnostic in enumerate(report.diagnostics):
        try:
            fixes = tuple(report.fixes(diagnostic)) if number < most_mended else ()
        except Exception as error:
            # Without its fixes, the finding is as true as before.
            fixes = ()
            failures.append(_internal_error(file, error))
        outcome.findings.append(Finding(file, report.source.lines, diagnostic, fixes))
    outcome.fail(*failures)


def _internal_error(file: Path, error: Exception) -> Failure:
    log.error("failed on %s", file, exc_info=error)
    return Failure(f"internal error: {type(error).__name__}: {error}", file)
