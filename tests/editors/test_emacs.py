"""In a real Emacs with eglot, which is set up as the README says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from editors.driving import HERE, check, configuration, each_case
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


@each_case
def test_emacs(case: Case, tmp_path: Path) -> None:
    init = tmp_path / "init.el"
    init.write_text(configuration("elisp"), "utf-8")
    scripts = ["--load", init, "--load", HERE / "emacs.el"]
    check(case, [EMACS, *ALONE, *scripts], "eglot-code-actions", tmp_path)
