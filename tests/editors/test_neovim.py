"""In a real Neovim, old or new, which is set up as the README says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from editors.driving import HERE, README, SCRIPTS, check, configuration, each_case
from editors.programs import Case

OLDEST = 7
"""The minor version of the first one with all that the script needs."""

COMMANDS = {
    "menu": "vim.lsp.buf.code_action()",
    "preferred": "vim.lsp.buf.code_action({ filter = function(action) return action.isPreferred end, apply = true })",
    "fix all": re.findall(r"^Neovim: `(.*)`\.$", README, re.MULTILINE)[0],
}


def neovims() -> dict[str, str]:
    """Each version that is on the PATH, also behind another one."""
    found: dict[str, str] = {}
    for folder in (SCRIPTS, *os.get_exec_path()):
        program = shutil.which("nvim", path=folder)
        if program is not None:
            told = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
            version = re.match(r"NVIM v(0\.(\d+)\S*|\S+)", told)
            if version and int(version[2] or OLDEST) >= OLDEST:
                found.setdefault(version[1], program)
    return found


NEOVIMS = [pytest.param(program, id=version) for version, program in neovims().items()]
NONE = pytest.param("", id="none", marks=pytest.mark.skip(reason=f"no nvim from 0.{OLDEST} on is on the PATH"))


@pytest.mark.editors
@pytest.mark.parametrize("neovim", NEOVIMS or [NONE])
@each_case
def test_neovim(neovim: str, case: Case, tmp_path: Path) -> None:
    init = tmp_path / "init.lua"
    init.write_text(configuration("lua"), "utf-8")
    before, after = f"luafile {HERE / 'neovim.lua'}", "lua DriveNeovim()"
    arguments = ["--headless", "-u", init, "--cmd", before, "-c", after]
    check(case, [neovim, *arguments], COMMANDS[case.way], tmp_path)
