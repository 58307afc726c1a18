"""Patterns as in a .gitignore file, matched as git does."""

from __future__ import annotations

import itertools
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
    known = [(pattern.regex, bool(pattern.include)) for pattern in spec.patterns if pattern.regex is not None]
    return tuple((re.compile(without_hurry(regex.pattern)), include) for regex, include in known)


# What pathspec's expressions are made of.
_STAR, _ANY = "[^/]*", "[^/]"
_FOLDERS = "(?:/.+)?"
_ANYWHERE = "^(?:.+/)?"
_END = re.compile(r"(?:\(\?:)?\(\?P<ps_d>/\)(?:\|\$\))?$")
_CLASS_WITH_SLASH = re.compile(r"\[[^\]]*/")


def without_hurry(expression: str) -> str:
    """An expression of pathspec's that matches the same, but tries only one way to get there.

    With each further star it would try so many times as many, and a pattern that somebody has made for that would keep
    us busy for ever. What stands between two stars can as well be taken where it comes first: the next star takes the
    rest.
    """
    numbers = itertools.count()

    def once(part: str) -> str:
        # An atomic group, for which Python has no sign before 3.11.
        name = f"once{next(numbers)}"
        return f"(?=(?P<{name}>{part}))(?P={name})"

    def segment(part: str) -> str:
        first, *others = part.split(_STAR)
        between = "".join(once(f"{_STAR}?{other}") for other in others[:-1] if other)
        return first + between + (_STAR + others[-1] if others else "")

    def segments(part: str) -> str:
        marked = part.replace(_STAR, "\0").replace(_ANY, "\1")
        if _CLASS_WITH_SLASH.search(marked):
            return part
        return "/".join(segment(one.replace("\0", _STAR).replace("\1", _ANY)) for one in marked.split("/"))

    end = _END.search(expression)
    body, tail = (expression[: end.start()], end[0]) if end is not None else (expression, "")
    *middle, last = body.split(_FOLDERS)
    parts = []
    for number, part in enumerate(middle):
        if number:
            parts.append(once(f"(?:/.+?)??{segments(part)}(?=/)"))
        elif part.startswith(_ANYWHERE):
            parts.append("^" + once(f"(?:.+?/)??{segments(part.removeprefix(_ANYWHERE))}(?=/)"))
        else:
            parts.append(segments(part))
    anywhere = _ANYWHERE if last.startswith(_ANYWHERE) else ""
    return "".join([*parts, _FOLDERS if middle else "", anywhere, segments(last.removeprefix(anywhere)), tail])


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        # pathspec lets through the regular expression's own error for a range like `[z-a]`, which git never matches.
        return False
    return True
