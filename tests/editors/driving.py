"""What is the same for all editors. A script inside of the editor does what a user would, and tells what it saw."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cases import run
from editors.programs import CASES, Case

HERE = Path(__file__).parent
README = (HERE.parents[1] / "README.md").read_text("utf-8")
SCRIPTS = sysconfig.get_path("scripts")
"""Where this Python's `spooky` is."""

PATIENCE = 60
"""Seconds until what does not happen in the editor is a failure. No test depends on how long anything takes."""

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def configuration(language: str) -> str:
    """What users are told to put into their editor's configuration: the README's one block in this language."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return block


def check(case: Case, editor: Sequence[str | Path], command: str, folder: Path) -> None:
    """Do in an editor what the case says. The editor's arguments get the script going, and the file is added to them;
    `command` is what the script has to call."""
    workspace = folder / "workspace"
    opened = case.write(workspace)
    if case.entry is not None:
        assert run(workspace / case.entry).complaints != ()

    seen, log = _drive(case, [*editor, opened], command, folder)

    found = [(one["line"], one["text"]) for one in seen["findings"]]
    assert found == [(finding.line, finding.text) for finding in case.findings]
    for one, finding in zip(seen["findings"], case.findings, strict=True):
        assert finding.message in one["message"]
    assert {name: (workspace / name).read_bytes().decode() for name in case.files} == case.expected
    # An editor that declares so asks for the edit later, and is told what each change of several files is for.
    assert ("codeAction/resolve" in log) == seen["resolves"]
    assert ("annotationId" in log) == (seen["annotates"] and len(case.files) > 1)
    assert "Traceback" not in log
    if case.entry is not None:
        done = run(workspace / case.entry)
        assert (done.complaints, done.raised) == ((), None)


def _drive(case: Case, editor: Sequence[str | Path], command: str, folder: Path) -> tuple[dict[str, Any], str]:
    """What the script tells, and what the editor and the server said to each other."""
    home, plan, answer = folder / "home", folder / "plan.json", folder / "answer.json"
    home.mkdir()
    way = {"command": command, "title": case.action, "preferred": case.way == "preferred"}
    plan.write_text(json.dumps({**way, "patience": PATIENCE, "answer": str(answer)}), "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment |= {
        "PATH": os.pathsep.join([SCRIPTS, os.environ["PATH"]]),
        "HOME": str(home),
        "SPOOKY_PLAN": str(plan),
    }
    process = subprocess.run(
        editor,
        env=environment,
        cwd=folder / "workspace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=5 * PATIENCE,
    )
    log = "".join(file.read_text("utf-8", "replace") for file in home.rglob("lsp.log"))
    print(process.stdout, log, sep="\n")
    assert process.returncode == 0, process.stdout
    return json.loads(answer.read_text("utf-8")), log
