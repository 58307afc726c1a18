"""`spooky check --watch`: checked again after each change, until Ctrl-C."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cli.running import FINE, LOST, Project
from cli.test_cache import checked  # noqa: F401 - a fixture
from spooky_asyncio.batch.outcome import Overrides
from spooky_asyncio.cli import watch

PATIENCE = 60
"""Seconds after which nothing will come any more: much longer than it ever takes."""


class Watching:
    """What a process says, up to each time that it waits."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def next(self) -> str:
        """All that comes until it waits for the next change."""
        return self._said.get(timeout=PATIENCE)

    def _read(self) -> None:
        assert self._process.stdout is not None
        said: list[str] = []
        for line in self._process.stdout:
            if b"Waiting for changes; Ctrl-C ends it." in line:
                self._said.put("".join(said))
                said.clear()
            else:
                said.append(line.decode())


@contextmanager
def watching(project: Project, *arguments: object) -> Iterator[Watching]:
    process = project.process("check", "--watch", "--output-format", "concise", *arguments, stderr=subprocess.STDOUT)
    try:
        yield Watching(process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


STEPS: list[tuple[Callable[[Project], object], str]] = [
    (lambda project: project.write("pot.py", FINE), "No problems in 1 file."),
    (lambda project: project.write("sub/new.py", LOST), "Found 1 problem in 1 of 2 files."),
    (lambda project: project.write("sub/new.py", "def (\n" + LOST), "sub/new.py:1: syntax error: "),
    (lambda project: (project.root / "pot.py").unlink(), "Found 1 problem in 1 of 1 file"),
    (
        lambda project: project.write("pyproject.toml", "[tool.spooky]\nexclude = ['sub']\n"),
        "no Python files found in .",
    ),
    (
        lambda project: project.write("pyproject.toml", "[tool.spooky]\nbaseline = 'no'\n"),
        "Error: there is no baseline ",
    ),
    (lambda project: project.write("pyproject.toml", ""), "Found 1 problem in 1 of 1 file"),
    (lambda project: (project.root / "sub").rename(project.root / "sup"), "sup/new.py:7:5: warning "),
]


def test_each_change_is_seen(project: Project) -> None:
    project.write("pot.py", LOST)
    with watching(project) as watched:
        assert "Found 1 problem in 1 of 1 file." in watched.next()
        for change, said in STEPS:
            change(project)
            while said not in watched.next():
                # It may have looked in the middle of the change.
                pass
    assert {path.name for path in project.root.rglob("*")} == {"pyproject.toml", "sup", "new.py"}


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_ends_it(project: Project) -> None:
    project.write("pot.py", LOST)
    process = project.process("check", "--watch")
    assert process.stdout is not None
    said = b""
    while b"Ctrl-C" not in said:
        said += process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert re.search(rb"\n\[\d\d:\d\d:\d\d\] Waiting for changes; Ctrl-C ends it\.\n$", said)


def test_only_what_has_changed_is_checked_again(
    project: Project,
    checked: list[str],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project.write("pot.py", FINE)
    path = project.write("can.py", FINE)
    seen: list[list[str]] = []

    def wait(seconds: float) -> None:
        assert seconds >= watch.PAUSE
        seen.append(checked.copy())
        checked.clear()
        if len(seen) == 2:
            raise KeyboardInterrupt
        path.write_text(FINE + "\n# more\n")

    monkeypatch.setattr(watch.time, "sleep", wait)
    assert project.check("--watch").status == 130
    assert seen == [["can.py", "pot.py"], ["can.py"]]


def test_files_are_looked_up_only_where_a_folder_has_changed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project.write("pot.py", FINE)
    project.write("sub/can.py", FINE)
    lookups, waits, runs = [], [], []
    look_up = watch.python_files
    monkeypatch.setattr(watch, "python_files", lambda *asked: lookups.append(len(waits)) or look_up(*asked))
    monkeypatch.setattr(watch, "_SHARE", 0)
    monkeypatch.setattr(watch, "_SELDOM", float("inf"))
    changes = {
        # Each by the number of looks before it.
        1: lambda: path.write_text(FINE + "# more\n"),
        3: lambda: project.write("sub/other.txt"),
        5: lambda: project.write("sub/new.py"),
        7: lambda: project.write(".gitignore", "sub/new.py\n"),
        9: lambda: project.write(".gitignore", "nothing.py\n"),
    }

    def wait(seconds: float) -> None:
        waits.append(seconds)
        changes.get(len(waits), lambda: None)()
        if len(waits) == 11:
            raise KeyboardInterrupt

    monkeypatch.setattr(watch.time, "sleep", wait)
    with pytest.raises(KeyboardInterrupt):
        watch.watch(lambda: runs.append(len(waits)), [project.root], Overrides(), [])
    assert lookups == [0, 3, 5, 7, 9]
    assert runs == [0, 1, 5, 7, 9]


def test_the_settings_around_a_named_file_count(project: Project) -> None:
    project.write("pot.py", LOST)
    with watching(project, "pot.py") as watched:
        assert "warning" in watched.next()
        project.write("pyproject.toml", "[tool.spooky.severity]\ncoroutine-never-awaited = 'error'\n")
        while " error " not in watched.next():
            pass


@pytest.mark.parametrize(
    "arguments", [["-"], ["--output-format", "json"], ["--output-file", "a"], ["--write-baseline", "a"]]
)
def test_what_does_not_go_together(project: Project, arguments: list[str]) -> None:
    ran = project.check("--watch", *arguments, stdin=FINE)
    assert (ran.status, ran.out) == (2, "")
    assert "the formats are `text` and `concise`" in " ".join(ran.err.split())
