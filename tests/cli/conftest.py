from __future__ import annotations

from pathlib import Path

import pytest

from cli.running import ABOUT_LINKS, Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty project, which is the current folder."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE", *ABOUT_LINKS):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "tried"\n')
    monkeypatch.chdir(root)
    return Project(root)
