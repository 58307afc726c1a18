"""Outcomes of former runs: those of files of which nothing has changed that they rest on.

The key of an outcome is a digest of the file, of what it imports, and of all around: the checker itself, settings,
packages. A file with findings rests on the whole project besides, for their fixes look for callers everywhere. All of
that goes by what is there, not by dates and the place of the project, so that it holds in the next checkout too.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import spooky_asyncio
from spooky_asyncio.batch.check import Projects
from spooky_asyncio.batch.outcome import Failure, Finding, Outcome
from spooky_asyncio.model import Applicability, Diagnostic, Edit, Fix, FixKind, Position, Range, Related, Severity
from spooky_asyncio.source import Source, UnreadableSource
from spooky_asyncio.workspace.cache import Cache
from spooky_asyncio.workspace.imports import Imports
from spooky_asyncio.workspace.installed import digest_of_packages, digest_of_texts
from spooky_asyncio.workspace.paths import inside
from spooky_asyncio.workspace.project import Project

log = logging.getLogger(__name__)


class Kept:
    """What one run takes from the cache, and what it leaves there."""

    def __init__(self, cache: Cache, projects: Projects) -> None:
        self._cache = cache
        self._projects = projects
        self._states: dict[Path, _State] = {}
        self._keys: dict[Path, bytes] = {}
        self._new: dict[bytes, str] = {}

    def known(self, files: Sequence[Path]) -> dict[Path, Outcome]:
        """The outcomes that are still true, by file."""
        for file in files:
            key = self._state(file).key(file)
            if key is not None:
                self._keys[file] = key
        results = self._cache.results(self._keys.values())
        found = {}
        for file, key in self._keys.items():
            outcome = self._restored(results[key], file) if key in results else None
            if outcome is not None:
                found[file] = outcome
        return found

    def keep(self, file: Path, outcome: Outcome) -> None:
        """What went wrong may go well next time, and is not kept."""
        others = [one for one in outcome.failures if not one.lasts and one not in self._projects.problems]
        if file in self._keys and outcome.checked == 1 and not others:
            self._new[self._keys[file]] = self._text(file, outcome)

    def save(self) -> list[str]:
        """After a run in which no file has changed: else nobody knows of which text an outcome is. Returns what is to
        be said of the cache."""
        if not self._new or not self._cache.has_changed():
            self._cache.save(self._new)
        return [self._cache.problem] if self._cache.problem is not None else []

    def _state(self, file: Path) -> _State:
        project = self._projects.around(file)
        if project.root not in self._states:
            self._states[project.root] = _State(project, self._cache)
        return self._states[project.root]

    def _text(self, file: Path, outcome: Outcome) -> str:
        found = [[asdict(finding.diagnostic), [asdict(fix) for fix in finding.fixes]] for finding in outcome.findings]
        state = self._state(file)
        failures = [[failure.message, failure.line] for failure in outcome.failures if failure.lasts]
        return json.dumps([state.everything if found else "", found, failures], default=state.named)

    def _restored(self, text: str, file: Path) -> Outcome | None:
        try:
            rests_on, found, failed = json.loads(text)
            failures = [Failure(message, file, line, lasts=True) for message, line in failed]
            if found == []:
                return Outcome([], 1, len(failures), failures=failures)
            if rests_on != self._state(file).everything:
                return None
            lines, root = Source.from_file(file).lines, self._state(file).root
            findings = [
                Finding(file, lines, _diagnostic(one, root), tuple(_fix(fix, root) for fix in fixes))
                for one, fixes in found
            ]
            return Outcome(findings, 1, len(failures), failures=failures)
        except UnreadableSource:
            return None
        except Exception:
            # Whatever somebody may have put there.
            log.warning("what the cache says of %s makes no sense, and is not used", file, exc_info=True)
            return None


class _State:
    """Of one project, as the run has found it."""

    def __init__(self, project: Project, cache: Cache) -> None:
        cache.load(os.fspath(project.root))
        self.root = project.root
        self._project = project
        self._imports = Imports(project.root, cache.content)

    def key(self, file: Path) -> bytes | None:
        digest = self._imports.digest(file)
        if digest is None:
            return None
        return hashlib.blake2b(self._around + digest + os.fsencode(self.named(file)), digest_size=20).digest()

    def named(self, path: Path) -> str:
        """A file, wherever the project is."""
        return inside(os.fspath(path), os.fspath(self.root))

    @cached_property
    def everything(self) -> str:
        """The contents of all files of the project."""
        return self._imports.digest_of_all(self._project.files).hex()

    @cached_property
    def _around(self) -> bytes:
        project = self._project
        target = project.target
        fits = [target.python, target.line_length, sorted(target.entry_points)]
        # It only says where the packages are, which is looked into below.
        settings = replace(project.settings, interpreter="")
        packages = [(self.named(folder), digest_of_packages(folder)) for folder in project.package_folders]
        parts = [_checker(), sys.version, settings, fits, packages]
        return hashlib.blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=20).digest()


@cache
def _checker() -> list[object]:
    """This program, as it is installed or being worked on."""
    package = Path(spooky_asyncio.__file__).parent
    return [[metadata.version(name) for name in ("jedi", "parso")], digest_of_texts(package)]


def _range(read: Any) -> Range:
    return Range(Position(**read["start"]), Position(**read["end"]))


def _path(read: str | None, root: Path) -> Path | None:
    return None if read is None else root / read


def _diagnostic(read: Any, root: Path) -> Diagnostic:
    related = (Related(one["message"], _range(one["range"]), _path(one["path"], root)) for one in read["related"])
    read |= {"range": _range(read["range"]), "severity": Severity(read["severity"]), "related": tuple(related)}
    return Diagnostic(**read)


def _fix(read: Any, root: Path) -> Fix:
    edits = (
        Edit(_range(one["range"]), one["content"], _path(one["path"], root), one["label"]) for one in read["edits"]
    )
    read |= {
        "edits": tuple(edits),
        "applicability": Applicability(read["applicability"]),
        "kind": FixKind(read["kind"]),
    }
    return Fix(**read)
