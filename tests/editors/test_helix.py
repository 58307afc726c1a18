"""In a real Helix, which is set up as its page says."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cases import run
from editor_pages import block, text
from editors.driving import PATIENCE, each_case, environment, log_of
from editors.programs import BACKGROUND, FIX_ALL, Case
from editors.terminal import Terminal, opened

HELIX = shutil.which("hx") or shutil.which("helix") or ""
SELECTED = "ffffff"
"""What is behind the chosen row of a menu, in Helix's own theme."""
ESCAPE, DOWN = "\x1b", "\x1b[B"
CHECK_WORKSPACE = ":lsp-workspace-command spooky.server.checkWorkspace"

pytestmark = [
    pytest.mark.editors,
    pytest.mark.skipif(not HELIX, reason="neither hx nor helix is on the PATH"),
    pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals"),
]


@contextmanager
def helix(folder: Path, file: Path, *more: str) -> Iterator[Terminal]:
    """With the configuration of the page, and more of its blocks."""
    configuration = folder / "home" / ".config" / "helix" / "languages.toml"
    configuration.parent.mkdir(parents=True)
    configuration.write_text("\n".join([block("helix", "toml", "Configure"), *more]), "utf-8")
    # For all that is done in it.
    with opened([HELIX, "-v", file], file.parent, environment(folder), 3 * PATIENCE) as terminal:
        # The number of findings that the status line shows.
        terminal.until("findings", lambda: re.search(r"● \d+ 1 sel", terminal.text) is not None)
        yield terminal
        terminal.type(":quit-all!\r")
        terminal.end()
    assert "Traceback" not in log_of(folder)


def choose(terminal: Terminal, title: str) -> None:
    """From the menu of code actions, as somebody who looks for the row."""
    shown = title[:60]
    terminal.type(" a")
    terminal.shows(shown)
    while SELECTED not in terminal.backgrounds(shown):
        terminal.change(DOWN)
    terminal.type("\r")
    terminal.hides("Ignore for this line")


@each_case
def test_helix(case: Case, tmp_path: Path) -> None:
    opened_file = case.write(tmp_path / "workspace")
    with helix(tmp_path, opened_file) as terminal:
        terminal.type("gg]d")
        terminal.shows(case.findings[0].message[:60])
        choose(terminal, case.action)
        terminal.until("the change", lambda: "[+]" in terminal.text)
        terminal.type(":write-all\r")
        terminal.shows("written")
        terminal.until("no findings", lambda: re.search(r"● \d+ 1 sel", terminal.text) is None)
    workspace = opened_file.parent
    assert {name: (workspace / name).read_bytes().decode() for name in case.files} == case.expected
    if case.entry is not None:
        done = run(workspace / case.entry)
        assert (done.complaints, done.raised) == ((), None)


def test_the_explanation(tmp_path: Path) -> None:
    with helix(tmp_path, FIX_ALL.write(tmp_path / "workspace")) as terminal:
        terminal.type("gg]d k")
        terminal.shows("Calling an async function runs nothing of it.")


def lists_findings(terminal: Terminal, wanted: str) -> bool:
    """Whether it is in the list, which shows what was there when it was opened; and no finding is there twice."""
    columns = "severity code path message"
    terminal.type(" D")
    terminal.shows(columns)
    terminal.shows("coroutine-never-awaited")
    terminal.settle()
    assert terminal.text.count("coroutine-never-awaited") == len(FIX_ALL.findings)
    listed = wanted in terminal.text
    terminal.type(ESCAPE)
    terminal.hides(columns)
    return listed


@pytest.mark.parametrize("way", ["settings", "command"])
def test_all_findings_of_the_workspace(way: str, tmp_path: Path) -> None:
    """Also those in a file that is not open, by the settings or on command."""
    file = FIX_ALL.write(tmp_path / "workspace")
    other = BACKGROUND.write(tmp_path / "workspace")
    settings = [block("helix", "toml", "Settings")] if way == "settings" else []
    with helix(tmp_path, file, *settings) as terminal:
        if way == "command":
            assert CHECK_WORKSPACE in text("helix")
            terminal.type(f"{CHECK_WORKSPACE}\r")
            terminal.shows("Spooky: ")
        severity = "ERROR" if way == "settings" else "WARN"
        while not lists_findings(terminal, f"{severity} task-never-awaited {other.name}"):
            pass
