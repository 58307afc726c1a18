"""What a check goes by, and why a line has a finding or none."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from importlib import metadata
from pathlib import Path

import click

from spooky_asyncio.batch.check import Projects
from spooky_asyncio.batch.outcome import Overrides
from spooky_asyncio.batch.verdict import Verdict, verdicts
from spooky_asyncio.cli import streams
from spooky_asyncio.settings import Settings, in_pyproject
from spooky_asyncio.source import Source, UnreadableSource
from spooky_asyncio.workspace import cache
from spooky_asyncio.workspace.environment import InterpreterError, python
from spooky_asyncio.workspace.files import is_excluded
from spooky_asyncio.workspace.foreign import printable
from spooky_asyncio.workspace.paths import CONFIGURATION, shown
from spooky_asyncio.workspace.project import Project, own_settings

_PARTS = ("jedi", "parso", "pygls", "lsprotocol")


def examine(place: str | None, interpreter: str | None, cache_dir: Path | None) -> int:
    """Returns the exit status: 0, or 2 if something is wrong. Raises click.UsageError for a place that there isn't."""
    file, line = _parsed(place)
    project = Projects(Overrides(interpreter=interpreter)).around((file or Path()).absolute())
    if line is None:
        lines = list(_general(project, file, cache_dir))
    else:
        assert file is not None
        lines = list(_of_line(project, file.absolute(), line))
    is_written = streams.written(lambda: sys.stdout.writelines(f"{printable(one)}\n" for one in lines))
    for problem in project.problems:
        streams.complain(problem)
    return 0 if is_written and not project.problems else 2


def _parsed(place: str | None) -> tuple[Path | None, int | None]:
    """The file, and the line, which counts from 1."""
    if place is None:
        return None, None
    found = re.fullmatch(r"(.+?):(\d+)(?::\d+)?", place)
    path, line = (found[1], int(found[2])) if found and not Path(place).exists() else (place, None)
    if not Path(path).exists():
        raise click.UsageError(f"there is no file '{path}'.")
    if line is not None and Path(path).is_dir():
        raise click.UsageError(f"'{path}' is a folder, and has no lines.")
    return Path(path), line


def _general(project: Project, file: Path | None, cache_dir: Path | None) -> Iterator[str]:
    yield f"spooky-asyncio  {_version('spooky-asyncio')}, on Python {platform.python_version()} ({sys.executable})"
    yield f"uses            {', '.join(f'{name} {_version(name)}' for name in _PARTS)}"
    yield f"project         {project.root}"
    yield f"interpreter     {_interpreter(project)}"
    yield from _listed("packages in", map(str, project.package_folders))
    yield f"fixes fit       Python {'.'.join(map(str, project.target.python))}, lines of {project.target.line_length}"
    yield f"cache           {cache.folder(cache_dir)}"
    yield from _listed("settings", _settings(project))
    if file is not None and file.is_file() and is_excluded(file.absolute(), project):
        yield f"left out        {shown(file)}, by the settings 'exclude' or 'enable'; it is checked if it is named"


def _interpreter(project: Project) -> str:
    try:
        return str(python(project.settings.interpreter, project.root))
    except InterpreterError as error:
        return str(error)


def _settings(project: Project) -> Iterator[str]:
    changed = 0
    written = {in_pyproject(name.replace("-", "_")) for name in own_settings(project.configuration) or {}}
    defaults = Settings()
    for field in fields(Settings):
        value, name = getattr(project.settings, field.name), in_pyproject(field.name)
        if value != getattr(defaults, field.name):
            changed += 1
            origin = project.root / CONFIGURATION if name in written else "an option"
            yield f"{name} = {_shown(value)} (from {origin})"
    yield "all others have their defaults" if changed else "all have their defaults"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(one)}" for key, one in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "off" if value is None else str(getattr(value, "value", value))


def _listed(head: str, values: Iterable[str]) -> Iterator[str]:
    for index, value in enumerate(values):
        yield f"{head if not index else '':<16}{value}"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "(from a checkout)"


def _of_line(project: Project, file: Path, line: int) -> Iterator[str]:
    try:
        source = Source.from_file(file)
    except UnreadableSource as error:
        project.problems.append(f"{shown(file)}: {error}")
        return
    if not 1 <= line <= len(source.lines):
        raise click.UsageError(f"{shown(file)} has {len(source.lines)} lines, and no line {line}.")
    report = project.check(source)
    project.problems += report.failures
    if report.source.syntax_error is not None:
        project.problems.append(f"{shown(file)}: {report.source.syntax_error}; what is broken was not looked at")
    yield f"{shown(file)}:{line}: {source.line(line - 1).strip()}"
    if is_excluded(file, project):
        yield "The file is left out by the settings 'exclude' or 'enable', unless it is named."
    told = verdicts(report, line - 1, project.settings)
    for verdict in told:
        yield ""
        yield from _verdict(verdict, line)
    others = [one for one in report.diagnostics if one.range.start.line <= line - 1 <= one.range.end.line]
    known = [finding for verdict in told for finding in verdict.findings]
    for diagnostic in others:
        if diagnostic not in known:
            yield ""
            yield f"finding: {diagnostic.message} [{diagnostic.rule}]"
    if not told and not others:
        yield ""
        yield "Nothing stands here that could make something to await: no call, no async property."


def _verdict(verdict: Verdict, line: int) -> Iterator[str]:
    story = verdict.story
    yield f"'{story.subject}' {story.origin}."
    for step in story.steps:
        where = step.range.start.line + 1
        yield f"  {'here' if where == line else f'line {where}'}: {step.text}"
    for finding in verdict.findings:
        yield f"  finding: {finding.message} [{finding.rule}]"
    if verdict.silence:
        yield f"  no finding: {verdict.silence}"
