"""Patterns as in a .gitignore file, matched as git does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

from pathspec import GitIgnoreSpec

_FOLDER_MARK = "ps_d"
"""The group in pathspec's expressions for the slash after a folder's name."""

Patterns: TypeAlias = "tuple[tuple[re.Pattern[str], bool], ...]"


def bad_patterns(patterns: Iterable[str]) -> list[str]:
    """Those that are no gitignore patterns, and leave out nothing."""
    return [pattern for pattern in patterns if not _is_pattern(pattern)]


def verdict(patterns: Patterns, base: str, path: str, is_folder: bool) -> bool | None:
    """What the last pattern that matches says: True to leave it out, False to take it in again."""
    relative = path[len(base) :].replace(os.sep, "/").strip("/")
    if not relative:
        # A folder's own file says nothing of the folder itself.
        return None
    relative += "/" * is_folder
    return next((include for regex, include in reversed(patterns) if _matches(regex, relative)), None)


def _matches(regex: re.Pattern[str], path: str) -> bool:
    """Whether it matches the path itself: pathspec's expressions match all that lies in a matching folder, too.

    That is no use here. Who walks knows of a folder that it is left out; but a folder that is taken in again has only
    been opened, and what lies in it is judged by all the patterns.
    """
    for match in regex.finditer(path):
        mark = match.start(_FOLDER_MARK) if _FOLDER_MARK in regex.groupindex else -1
        if mark in (-1, len(path) - 1):
            return True
    return False


@lru_cache(maxsize=256)
def compile_patterns(lines: tuple[str, ...]) -> Patterns:
    spec = GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))
    # A comment is a pattern without an expression.
    return tuple((pattern.regex, bool(pattern.include)) for pattern in spec.patterns if pattern.regex is not None)


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        # pathspec lets through the regular expression's own error for a range like `[z-a]`, which git never matches.
        return False
    return True
