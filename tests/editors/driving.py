"""What is the same for all editors. A script inside of the editor does what a user would, and tells what it saw."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cases import run
from editors.programs import BACKGROUND, CASES, FIX_ALL, Case

HERE = Path(__file__).parent
SCRIPTS = sysconfig.get_path("scripts")
"""Where this Python's `spooky` is."""

PATIENCE = 60
"""Seconds until what does not happen in the editor is a failure. No test depends on how long anything takes."""

TYPED = "# Typed just before the file was saved.\n"

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def check(case: Case, editor: Sequence[str | Path], command: str, folder: Path) -> None:
    """Do in an editor what the case says. The editor's arguments get the script going, and the file is added to them;
    `command` is what the script has to call."""
    workspace = folder / "workspace"
    opened = case.write(workspace)
    if case.entry is not None:
        assert run(workspace / case.entry).complaints != ()

    way = {"command": command, "title": case.action, "preferred": case.way == "preferred"}
    seen, log = _drive("fix", [*editor, opened], folder, **way)

    found = [(one["line"], one["text"]) for one in seen["findings"]]
    assert found == [(finding.line, finding.text) for finding in case.findings]
    for one, finding in zip(seen["findings"], case.findings, strict=True):
        assert finding.message in one["message"]
    assert {name: (workspace / name).read_bytes().decode() for name in case.files} == case.expected
    # An editor that declares so asks for the edit later, and is told what each change of several files is for.
    assert ("codeAction/resolve" in log) == seen["resolves"]
    # One that can ask for what is found does so, and has it once.
    assert ("textDocument/diagnostic" in log) == seen["pulls"]
    assert ("annotationId" in log) == (seen["annotates"] and len(case.files) > 1)
    assert "Traceback" not in log
    if case.entry is not None:
        done = run(workspace / case.entry)
        assert (done.complaints, done.raised) == ((), None)


def check_saving(editor: Sequence[str | Path], folder: Path) -> None:
    """Whatever is safe to fix is fixed when the user saves the file, and what the user has just typed is kept."""
    opened = FIX_ALL.write(folder / "workspace")
    _drive("save", [*editor, opened], folder)
    assert opened.read_text("utf-8") == FIX_ALL.expected[opened.name] + TYPED


def check_workspace(
    editor: Sequence[str | Path], folder: Path, *, command: str = "", severity: str = "warning"
) -> None:
    """What is found in a file that is not open is listed too, and each finding once, also when the file is opened.

    That comes of the settings, or of a command. `severity` is what the settings make of a lost task.
    """
    opened = FIX_ALL.write(folder / "workspace")
    other = BACKGROUND.write(folder / "workspace")
    # To Emacs a project is what is under version control.
    subprocess.run(["git", "init", "-q", folder / "workspace"], check=True)
    severities = {opened.name: "warning", other.name: severity}
    expected = [
        [path.name, finding.line, severities[path.name]]
        for path, case in ((other, BACKGROUND), (opened, FIX_ALL))
        for finding in case.findings
    ]

    seen, log = _drive("workspace", [*editor, opened], folder, command=command, other=str(other))

    assert sorted(seen["found"]) == expected
    assert sorted(seen["found_when_open"]) == expected
    assert "Traceback" not in log


def _drive(scene: str, editor: Sequence[str | Path], folder: Path, **plan: object) -> tuple[dict[str, Any], str]:
    """What the script tells, and what the editor and the server said to each other."""
    written, answer = folder / "plan.json", folder / "answer.json"
    plan |= {"scene": scene, "patience": PATIENCE, "answer": str(answer), "typed": TYPED.rstrip()}
    written.write_text(json.dumps(plan), "utf-8")
    process = subprocess.run(
        editor,
        env={**environment(folder), "SPOOKY_PLAN": str(written)},
        cwd=folder / "workspace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=5 * PATIENCE,
    )
    log = log_of(folder)
    print(process.stdout, log, sep="\n")
    assert process.returncode == 0, process.stdout
    return json.loads(answer.read_text("utf-8")), log


def environment(folder: Path) -> dict[str, str]:
    """Of somebody whose home is in this folder, and who has installed the server."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    others = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return {**others, "PATH": os.pathsep.join([SCRIPTS, os.environ["PATH"]]), "HOME": str(home)}


def log_of(folder: Path) -> str:
    """What the editor of that somebody has written down."""
    logs = (file for name in ("lsp.log", "helix.log") for file in (folder / "home").rglob(name))
    return "".join(file.read_text("utf-8", "replace") for file in logs)
