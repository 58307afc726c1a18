"""Paths: what lies where, and how they are shown to people and written for programs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

CONFIGURATION = "pyproject.toml"


def shown(path: Path) -> str:
    """As the user would write it: relative, if it lies below the current folder."""
    text = str(_relative(path) or path)
    # At the beginning of a line, this is how commands to GitHub's runner begin.
    return f"./{text}" if text.startswith("::") else text


def slashed(path: Path) -> str:
    """The same with forward slashes, as programs on other systems expect it too."""
    return (_relative(path) or path).as_posix()


def relative_uri(path: Path) -> str | None:
    """The URI reference of a path below the current folder, from there; None for any other."""
    relative = _relative(path)
    if relative is None and path.is_absolute():
        return None
    return quote(os.fsencode((relative or path).as_posix()))


def inside(path: str, root: str) -> str:
    """A path from a folder on, if it lies in it."""
    return path[len(root) :].lstrip(os.sep) if path.startswith(root.rstrip(os.sep) + os.sep) else path


def lies_in(path: str | Path, folders: Iterable[str]) -> bool:
    """Whether a path is that of one of the folders, or of what is in it."""
    normal = os.path.normcase(path)
    return any(
        normal == folder or normal.startswith(folder.rstrip(os.sep) + os.sep)
        for folder in map(os.path.normcase, folders)
    )


def _relative(path: Path) -> Path | None:
    try:
        return path.relative_to(Path.cwd())
    except (ValueError, OSError):
        return None


def is_package(folder: str | Path) -> bool:
    """Whether a folder certainly is one. One without an `__init__.py` may be a part of the package that it lies in."""
    return os.path.exists(os.path.join(folder, "__init__.py"))
