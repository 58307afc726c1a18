"""Findings that were accepted once, kept in a file, so that later runs tell only what is new.

An entry is about a finding as `identity` knows it, in a file. One whose file is gone stands for the same in any other
file, for the file may have been renamed, or split; one whose function is gone, for the same in another function of its
file. Nothing else can be taken for it: what was mended here and made again there is new.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from spooky_asyncio.batch.check import Projects
from spooky_asyncio.batch.identity import Identity, functions_in, identities
from spooky_asyncio.batch.outcome import Finding, Outcome
from spooky_asyncio.workspace.project import Project
from spooky_asyncio.workspace.writing import replace_file

_VERSION = 1


class UnusableBaseline(Exception):
    """The message says why in one line, and names the file."""


@dataclass(frozen=True, order=True)
class Entry:
    path: str
    """From the folder of the baseline on, with forward slashes."""
    identity: Identity


@dataclass(frozen=True)
class Baseline:
    file: Path
    entries: frozenset[Entry] = frozenset()

    @classmethod
    def at(cls, file: Path) -> Baseline:
        """One that may not be there yet. Raises UnusableBaseline."""
        return cls.read(file) if os.path.lexists(file) else cls(Path(os.path.abspath(file)))

    @classmethod
    def read(cls, file: Path) -> Baseline:
        """Raises UnusableBaseline."""
        file = Path(os.path.abspath(file))
        if os.path.lexists(file) and not file.is_file():
            # A pipe would keep us waiting for ever.
            raise UnusableBaseline(f"the baseline {file} is not a file")
        try:
            return cls(file, frozenset(_entries(json.loads(file.read_bytes().decode("utf-8", "surrogatepass")))))
        except FileNotFoundError as error:
            raise UnusableBaseline(f"there is no baseline {file}: `spooky check --write-baseline` makes one") from error
        except OSError as error:
            raise UnusableBaseline(f"the baseline {file} cannot be read: {error.strerror or error}") from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UnusableBaseline(f"{file} is no baseline, or a broken one: {_described(error, file)}") from error

    def write(self) -> None:
        """Sorted, an entry in each line, so that two changes of it merge like two changes of code. Raises OSError."""
        lines = [json.dumps(_written(entry), ensure_ascii=False) for entry in sorted(self.entries)]
        listed = ",\n".join(f"    {line}" for line in lines)
        text = f'{{\n  "version": {_VERSION},\n  "accepted": [\n{listed}\n  ]\n}}\n'
        replace_file(Path(os.path.realpath(self.file)), text.encode("utf-8", "surrogatepass"))

    def place(self, entry: Entry) -> Path:
        return Path(os.path.abspath(self.file.parent / entry.path))

    def named(self, path: Path) -> str:
        try:
            return Path(os.path.relpath(path, self.file.parent)).as_posix()
        except ValueError:
            # On another drive.
            return path.as_posix()

    def accepting(self, path: Path, found: Sequence[Identity], functions: Collection[str]) -> list[Entry | None]:
        """For each finding of a file, the entry that accepts it. `functions` are those of the file."""
        name = self.named(path)
        same = set(found)
        own = [entry for entry in self._by_path.get(name, ()) if entry.identity not in same]
        moved = [entry for entry in own if entry.identity.function and entry.identity.function not in functions]
        accepting: list[Entry | None] = []
        for identity in found:
            entry: Entry | None = Entry(name, identity)
            if entry not in self.entries:
                entry = next((one for one in moved if _is_alike(one.identity, identity)), None)
                if entry is not None:
                    moved.remove(entry)
            accepting.append(entry or self._homeless.get(identity))
        return accepting

    @property
    def gone(self) -> frozenset[Entry]:
        """Those whose files are not there any more."""
        return frozenset(self._homeless.values())

    @cached_property
    def _by_path(self) -> dict[str, list[Entry]]:
        return {path: list(those) for path, those in groupby(sorted(self.entries), lambda entry: entry.path)}

    @cached_property
    def _homeless(self) -> dict[Identity, Entry]:
        gone = [those for those in self._by_path.values() if not self.place(those[0]).exists()]
        return {entry.identity: entry for those in gone for entry in those}


@dataclass(frozen=True)
class Looked:
    """At what a run has looked."""

    paths: Sequence[Path]
    """Those that were named to it."""
    files: Sequence[Path]
    """All of them that were checked."""
    projects: Projects
    is_whole: bool = True
    """Whether none of the files in `paths` is left to somebody else."""


class Baselines:
    """The one that was chosen for a run, else those of its projects."""

    def __init__(self, chosen: Path | None) -> None:
        """Raises UnusableBaseline."""
        self._chosen = None if chosen is None else Baseline.read(chosen)
        self._read: dict[Path, Baseline] = {}

    def of(self, project: Project) -> Baseline | None:
        """Raises UnusableBaseline."""
        if self._chosen is not None or not project.settings.baseline:
            return self._chosen
        file = project.root / project.settings.baseline
        if file not in self._read:
            self._read[file] = Baseline.read(file)
        return self._read[file]

    def withdraw(self, outcome: Outcome, looked: Looked) -> None:
        """Take what is accepted out of the findings, and note what was mended."""
        around = looked.projects.around
        used: set[Entry] = set()
        new: list[Finding] = []
        for path, group in groupby(outcome.findings, lambda finding: finding.path):
            findings, baseline = list(group), self.of(around(path))
            entries = accepting(baseline, findings) if baseline is not None else [None] * len(findings)
            used.update(filter(None, entries))
            new += [finding for finding, entry in zip(findings, entries, strict=True) if entry is None]
        outcome.accepted += len(outcome.findings) - len(new)
        outcome.findings = new
        for baseline in dict.fromkeys(filter(None, (self.of(around(file)) for file in looked.files))):
            number = len(settled(baseline, outcome, looked) - used)
            if number:
                entries_are = "entry is" if number == 1 else "entries are"
                outcome.notes.append(
                    f"{number} {entries_are} mended of {baseline.file}: `spooky check --write-baseline` takes them out"
                )


def accepting(baseline: Baseline, findings: Sequence[Finding]) -> list[Entry | None]:
    """For each finding of one file, the entry that accepts it."""
    functions = set(functions_in(findings[0].lines).values())
    return baseline.accepting(findings[0].path, identities(findings), functions)


def settled(baseline: Baseline, outcome: Outcome, looked: Looked) -> frozenset[Entry]:
    """The entries of which a run knows whether there still is something to accept: their rules were looked at, and
    their files without a failure. That of a file which is gone may be in any other file below the same path."""
    failed = {failure.path for failure in outcome.failures}
    checked = {baseline.named(file): file for file in looked.files if file not in failed}
    folders = [Path(os.path.abspath(path)) for path in looked.paths if looked.is_whole and not failed]

    def has_looked(entry: Entry) -> bool:
        file = checked.get(entry.path, baseline.file)
        return looked.projects.around(file).settings.severity.get(entry.identity.rule) is not None

    of_files = {entry for entry in baseline.entries if entry.path in checked}
    of_gone = {entry for entry in baseline.gone if any(folder in baseline.place(entry).parents for folder in folders)}
    return frozenset(filter(has_looked, of_files | of_gone))


def renewed(baseline: Baseline, outcome: Outcome, looked: Looked) -> Baseline:
    """With an entry for each finding, and those that the run knows nothing of."""
    found = zip(outcome.findings, identities(outcome.findings), strict=True)
    entries = {Entry(baseline.named(finding.path), identity) for finding, identity in found}
    followed = {
        entry
        for _, group in groupby(outcome.findings, lambda finding: finding.path)
        for entry in accepting(baseline, list(group))
        if entry is not None
    }
    unknown = baseline.entries - settled(baseline, outcome, looked) - followed
    return Baseline(baseline.file, frozenset(entries | unknown))


def _is_alike(one: Identity, other: Identity) -> bool:
    return (one.rule, one.code) == (other.rule, other.code)


def _entries(written: Any) -> Iterator[Entry]:
    if written["version"] != _VERSION:
        raise ValueError(f"version {written['version']!r} is not known here")
    yield from _numbered(
        (one["path"], Identity(one["function"], one["rule"], one["code"])) for one in written["accepted"]
    )


def _numbered(found: Iterable[tuple[str, Identity]]) -> Iterator[Entry]:
    seen: Counter[tuple[str, Identity]] = Counter()
    for path, identity in found:
        if not all(isinstance(part, str) for part in (path, identity.function, identity.rule, identity.code)):
            raise TypeError("an entry is made of texts")
        yield Entry(path, Identity(identity.function, identity.rule, identity.code, seen[path, identity]))
        seen[path, identity] += 1


def _written(entry: Entry) -> dict[str, str]:
    identity = entry.identity
    return {"path": entry.path, "function": identity.function, "rule": identity.rule, "code": identity.code}


def _described(error: Exception, file: Path) -> str:
    if re.search(rb"^<{7} ", file.read_bytes(), re.MULTILINE):
        return "the marks of a merge are in it; keep the entries of both sides, with a comma after each but the last"
    return f"there is no {error}" if isinstance(error, KeyError) else str(error)
