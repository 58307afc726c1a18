"""What fixed code has to fit in a project: read from its configuration and its environment, nothing is run."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from spooky_asyncio.model import Target
from spooky_asyncio.source import read_bytes

_MINORS = range(100)
_PATCHES = range(100)


def target(configuration: Mapping[str, Any], packages: Iterable[Path]) -> Target:
    """By a project's pyproject.toml and the package folders of its interpreter."""
    python = _oldest_supported(configuration) or _version_of(packages) or sys.version_info[:2]
    return Target(python=(python[0], python[1]), line_length=_line_length(configuration) or Target().line_length)


def _oldest_supported(configuration: Mapping[str, Any]) -> tuple[int, int] | None:
    required = _at(configuration, "project", "requires-python")
    if not isinstance(required, str):
        return None
    try:
        versions = SpecifierSet(required)
    except InvalidSpecifier:
        return None
    for minor in _MINORS:
        if any(versions.contains(f"3.{minor}.{patch}") for patch in _PATCHES):
            return (3, minor)
    return None


def _version_of(packages: Iterable[Path]) -> tuple[int, int] | None:
    """That of the interpreter whose package folders these are: `lib/python3.12/site-packages`, or by the environment's
    own file where the folders do not tell."""
    for folder in packages:
        match = re.fullmatch(r"python(\d+)\.(\d+)", folder.parent.name)
        if match is None:
            match = _version_line(folder.parent.parent / "pyvenv.cfg")
        if match is not None:
            return (int(match[1]), int(match[2]))
    return None


def _version_line(file: Path) -> re.Match[str] | None:
    try:
        return re.search(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", read_bytes(file).decode("utf-8"), re.MULTILINE)
    except (OSError, UnicodeDecodeError):
        return None


def _line_length(configuration: Mapping[str, Any]) -> int | None:
    for path in (("tool", "ruff", "line-length"), ("tool", "black", "line-length")):
        found = _at(configuration, *path)
        if isinstance(found, int) and not isinstance(found, bool) and found > 0:
            return found
    return None


def _at(table: object, *path: str) -> object:
    for key in path:
        table = table.get(key) if isinstance(table, Mapping) else None
    return table
