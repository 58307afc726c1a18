"""In a real Neovim, old or new, which is set up as its page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from editor_pages import block, blocks
from editors.driving import HERE, SCRIPTS, check, check_saving, check_workspace, each_case
from editors.programs import Case

OLDEST = 7
"""The minor version of the first one with all that the script needs."""
NEW = 11
"""That of the first one which reads the configurations of servers."""

PREFERRED, FIX_ALL = (command.strip().removeprefix(":lua ") for _, command in blocks("neovim", "vim"))
COMMANDS = {"menu": "vim.lsp.buf.code_action()", "preferred": PREFERRED, "fix all": FIX_ALL}


def neovims() -> dict[str, str]:
    """Each version that is on the PATH, also behind another one."""
    found: dict[str, str] = {}
    for folder in (SCRIPTS, *os.get_exec_path()):
        program = shutil.which("nvim", path=folder)
        if program is not None:
            told = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
            version = re.match(r"NVIM v(0\.(\d+)\S*|\S+)", told)
            if version and int(version[2] or NEW) >= OLDEST:
                found.setdefault(version[1], program)
    return found


def is_new(version: str) -> bool:
    minor = re.match(r"0\.(\d+)", version)
    return minor is None or int(minor[1]) >= NEW


NEOVIMS = neovims()
CONFIGURED = {True: block("neovim", "lua", "Configure"), False: block("neovim", "lua", "Neovim 0.7 to 0.10")}


def each(versions: list[str], oldest: int) -> pytest.MarkDecorator:
    missing = pytest.mark.skip(reason=f"no nvim from 0.{oldest} on is on the PATH")
    return pytest.mark.parametrize("version", versions or [pytest.param("none", marks=missing)])


each_version = each([*NEOVIMS], OLDEST)
each_new_version = each([version for version in NEOVIMS if is_new(version)], NEW)

pytestmark = pytest.mark.editors


def editor(version: str, folder: Path, *more: str) -> list[str | Path]:
    """With the configuration of the page, and more of its blocks."""
    init = folder / "init.lua"
    init.write_text("\n".join([CONFIGURED[is_new(version)], *more]), "utf-8")
    before, after = f"luafile {HERE / 'neovim.lua'}", "lua DriveNeovim()"
    return [NEOVIMS[version], "--headless", "-u", init, "--cmd", before, "-c", after]


@each_version
@each_case
def test_neovim(version: str, case: Case, tmp_path: Path) -> None:
    check(case, editor(version, tmp_path), COMMANDS[case.way], tmp_path)


@each_new_version
def test_fix_on_save(version: str, tmp_path: Path) -> None:
    check_saving(editor(version, tmp_path, block("neovim", "lua", "Fix on save")), tmp_path)


@each_new_version
def test_settings(version: str, tmp_path: Path) -> None:
    settings = block("neovim", "lua", "Settings")
    check_workspace(editor(version, tmp_path, settings), tmp_path, severity="error")


@each_new_version
def test_checking_the_whole_workspace(version: str, tmp_path: Path) -> None:
    command = block("neovim", "lua", "Check the whole workspace")
    check_workspace(editor(version, tmp_path, command), tmp_path, command="SpookyCheckWorkspace")
