"""In a real Emacs with eglot, which is set up as its page says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from editor_pages import block
from editors.driving import HERE, check, check_saving, check_workspace, each_case
from editors.programs import Case

EMACS = shutil.which("emacs") or ""
ALONE = ("--batch", "--funcall", "package-initialize")
"""Without the user's configuration, but with the packages that the system has."""


def has_eglot() -> bool:
    return subprocess.run([EMACS, *ALONE, "--eval", "(require 'eglot)"], capture_output=True).returncode == 0


pytestmark = [
    pytest.mark.editors,
    pytest.mark.skipif(not EMACS, reason="emacs is not on the PATH"),
    pytest.mark.skipif(bool(EMACS) and not has_eglot(), reason="this Emacs has no eglot: it is older than 29"),
]


def editor(folder: Path, *more: str) -> list[str | Path]:
    """With the configuration of the page, and more of its blocks."""
    init = folder / "init.el"
    init.write_text("\n".join([block("emacs", "elisp", "Configure"), *more]), "utf-8")
    return [EMACS, *ALONE, "--load", init, "--load", HERE / "emacs.el"]


@each_case
def test_emacs(case: Case, tmp_path: Path) -> None:
    check(case, editor(tmp_path), "eglot-code-actions", tmp_path)


def test_fix_on_save(tmp_path: Path) -> None:
    check_saving(editor(tmp_path, block("emacs", "elisp", "Fix on save")), tmp_path)


def test_settings(tmp_path: Path) -> None:
    settings = block("emacs", "elisp", "Settings")
    check_workspace(editor(tmp_path, settings), tmp_path, severity="error")


def test_checking_the_whole_workspace(tmp_path: Path) -> None:
    command = block("emacs", "elisp", "Check the whole workspace")
    check_workspace(editor(tmp_path, command), tmp_path, command="spooky-check-workspace")
