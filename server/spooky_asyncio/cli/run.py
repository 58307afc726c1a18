"""Run a program in a process of its own, and report what the interpreter complained of."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import click

from spooky_asyncio import runtime
from spooky_asyncio.batch.beside import Comparison, compare
from spooky_asyncio.batch.check import Checker
from spooky_asyncio.batch.outcome import Failure, Overrides
from spooky_asyncio.cli import streams
from spooky_asyncio.cli.page import Page
from spooky_asyncio.cli.report import saved
from spooky_asyncio.cli.sightings import write, write_json
from spooky_asyncio.cli.summary import count
from spooky_asyncio.runtime.complaints import Complaint, merged
from spooky_asyncio.runtime.program import BEGIN, COMPLAINT, END, FILES, MADE
from spooky_asyncio.workspace.environment import InterpreterError, python

_BOOTSTRAP = Path(runtime.__file__).with_name("__main__.py")
_UNSEEN = "the end of the program was not seen (os._exit, or a signal): what Python would have said last is not known"


@dataclass
class Heard:
    """What the program's process has written down."""

    complaints: list[Complaint] = field(default_factory=list)
    made: set[tuple[str, int]] = field(default_factory=set)
    files: set[Path] = field(default_factory=set)
    has_begun: bool = False
    is_whole: bool = False


def run_program(
    target: str,
    arguments: Sequence[str],
    is_module: bool,
    interpreter: str | None,
    strict: bool,
    output_format: str,
    output_file: Path | None,
    color: str,
) -> int:
    """Returns the exit status. Raises click.ClickException for what can't be run at all."""
    script = None if is_module else Path(target)
    if script is not None and not script.exists():
        raise click.UsageError(f"there is no script '{target}'.")
    checker = Checker(Overrides(interpreter=interpreter))
    project = checker.projects.around((script or Path()).absolute())
    try:
        program = python(project.settings.interpreter, project.root)
    except InterpreterError as error:
        raise click.UsageError(f"{error}.") from error
    with tempfile.TemporaryDirectory(prefix="spooky-") as folder:
        report = Path(folder) / "report"
        command = [str(program), str(_BOOTSTRAP), str(report), "module" if is_module else "script", target, *arguments]
        status = _run(command)
        heard = read_report(report)
    if not heard.has_begun:
        # Whatever kept the interpreter from that has been said.
        return status or 2
    comparison = compare(merged(heard.complaints), checker, sorted(heard.files), heard.made)
    if not heard.is_whole:
        comparison.failures.append(Failure(_UNSEEN))
    is_written = _report(comparison, len(heard.files), output_format, output_file, color)
    if strict and status == 0:
        status = 2 if not heard.is_whole else int(bool(comparison.seen))
    return status if is_written else status or 2


def _run(command: Sequence[str]) -> int:
    try:
        process = subprocess.Popen(command)
    except OSError as error:
        raise click.ClickException(f"cannot start {command[0]}: {error.strerror or error}") from error
    with _signals_to(process):
        status = process.wait()
    return 128 - status if status < 0 else status


@contextmanager
def _signals_to(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whether the program ends is its own decision. Ctrl-C reaches it as it reaches this process."""

    def hand_on(number: int, frame: FrameType | None) -> None:
        process.send_signal(number)

    before = {signal.SIGINT: signal.signal(signal.SIGINT, lambda number, frame: None)}
    if sys.platform != "win32":
        before |= {number: signal.signal(number, hand_on) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def read_report(report: Path) -> Heard:
    heard = Heard()
    for line in report.read_text("utf-8").splitlines() if report.exists() else ():
        kind, content = json.loads(line)
        if kind == COMPLAINT:
            heard.complaints.append(Complaint.from_json(content))
        elif kind == MADE:
            heard.made |= {(file, number) for file, number in content}
        elif kind == FILES:
            heard.files |= set(map(Path, content))
        heard.has_begun |= kind == BEGIN
        heard.is_whole |= kind == END
    return heard


def _report(comparison: Comparison, files: int, output_format: str, output_file: Path | None, color: str) -> bool:
    put = write_json if output_format == "json" else write
    summary = _summary(comparison, files)
    if output_file is not None:
        text = io.StringIO()
        put(comparison, Page(text, "never" if color == "auto" else color, [summary]))
        streams.complain(summary)
        return saved(text.getvalue(), output_file)
    try:
        put(comparison, Page(sys.stderr, color, [summary]))
    except OSError:
        # Nobody reads it; the exit status still tells.
        return True
    return True


def _summary(comparison: Comparison, files: int) -> str:
    seen = comparison.seen
    unread = sum(not sighting.is_read for sighting in seen)
    said = [f"{count(len(seen), 'error')} seen at run time" if seen else "no errors seen at run time"]
    said += [f"{unread} of them not found by reading"] if unread else []
    only = len(comparison.sightings) - len(seen)
    said += [f"{only} found by reading only" if only else f"none found by reading only in {count(files, 'file')}"]
    said += [f"{comparison.silenced} kept quiet"] if comparison.silenced else []
    return f"spooky: {', '.join(said)}."
