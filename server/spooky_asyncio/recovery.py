"""Parse a file that does not parse, as a file does not while somebody types in it.

`ast` refuses a whole file for one broken line. So the line it names is blanked out and the rest parsed again, until
what is left parses. Line numbers and the columns of all other lines stay as they were.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
import tokenize
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

ATTEMPTS = 200
"""Parses before giving up. Half-typed code needs one to five, a file in the syntax of a newer Python than the one that
runs this up to some hundred; one that needs more is not Python."""

MOST_SWALLOWED = 50
"""So many lines further on at most, an f-string that is not closed is noticed."""

# A broken header must go on opening its block, or the block under it is lost with it.
_HEADERS = (
    (re.compile(r"async\s+def\b"), "async def _(): "),
    (re.compile(r"def\b"), "def _(): "),
    (re.compile(r"class\b"), "class _: "),
    (re.compile(r"elif\b"), "elif 0: "),
    (re.compile(r"else\b"), "else: "),
    (re.compile(r"except\b"), "except BaseException: "),
    (re.compile(r"finally\b"), "finally: "),
    (re.compile(r"try\b"), "try: "),
    (re.compile(r"case\b"), "case 0: "),
    (re.compile(r"match\b"), "match 0: "),
)
_ANY_HEADER = "if 0: "

_INTERPOLATED = re.compile(r"\b(?:[ft]r?|r[ft])[\"']", re.IGNORECASE)
# Python up to 3.11 has one token for all of an f-string.
STRING_STARTS = frozenset(getattr(tokenize, name, None) for name in ("FSTRING_START", "TSTRING_START"))
STRING_ENDS = frozenset(getattr(tokenize, name, None) for name in ("FSTRING_END", "TSTRING_END"))
_TRY = re.compile(r"\s*try\s*:")
_CLOSES_TRY = re.compile(r"\s*(except|finally)\b")
_DECORATED = re.compile(r"\s*(@|def\b|async\b|class\b)")


@dataclass(frozen=True)
class SyntaxProblem:
    """What is wrong with the text, where `ast` saw it first. `line` counts from 0."""

    message: str
    line: int

    def __str__(self) -> str:
        return f"{self.message} (line {self.line + 1})"


def parse(
    lines: list[str], known: Mapping[str, ast.Module] | None = None
) -> tuple[ast.Module | None, SyntaxProblem | None, str]:
    """The tree of the lines, what was wrong with them, and the text that the tree is of. No tree when nothing could be
    made of them. `known` are texts with their trees."""
    kept = list(lines)
    first: SyntaxProblem | None = None
    for _ in range(ATTEMPTS):
        text = "".join(kept)
        if known and text in known:
            return known[text], first, text
        try:
            return _parse(text), first, text
        except SyntaxError as error:
            line = min(max((error.lineno or 1) - 1, 0), max(len(kept) - 1, 0))
            first = first or SyntaxProblem(error.msg or "invalid syntax", line)
            if not _blank_out(kept, line, error):
                break
        except ValueError as error:
            return None, first or SyntaxProblem(str(error), 0), ""
        except (RecursionError, MemoryError):
            return None, first or SyntaxProblem("too deeply nested", 0), ""
    return None, first, ""


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        # Invalid escapes and the like are other tools' findings, and would be printed into the middle of ours.
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _blank_out(kept: list[str], line: int, error: SyntaxError) -> bool:
    """Take one line out of play: the one named, or the nearest one above it. False if there is none left."""
    guilty = _guilty_above(kept, line, error.msg or "")
    if guilty is not None:
        kept[guilty] = _innocent(kept, guilty)
        return True
    target = _previous_code(kept, line)
    if target is None:
        return False
    if not kept[target].lstrip().startswith("if 0:") and _opens_block(kept, target):
        kept[target] = _same_place(kept[target], _header(kept[target].strip()))
    else:
        kept[target] = _line_end(kept[target])
    return True


def _innocent(kept: list[str], guilty: int) -> str:
    """What takes the place of a line that is not finished yet."""
    line = kept[guilty]
    if _opens_block(kept, guilty):
        plain = _same_place(line, _ANY_HEADER)
    else:
        code = line.rpartition("#")[0].rstrip() if "#" in line else line.rstrip()
        # What is defined there is known elsewhere.
        plain = f"{code} pass{_line_end(line)}" if code.endswith(":") else _same_place(line, "pass")
    return plain if plain != line else _line_end(line)


def _guilty_above(kept: list[str], line: int, message: str) -> int | None:
    """The line above that is not finished yet, where the one that `ast` names is innocent."""
    above = _previous_code(kept, line - 1)
    if "expected an indented block" in message:
        return above
    if "'except' or 'finally'" in message:
        return _open_try(kept, line)
    if message.startswith(("f-string:", "t-string:")):
        near = range(line, max(line - MOST_SWALLOWED, -1), -1)
        return next((index for index in near if _leaves_string_open(kept[index])), None)
    if above is not None and kept[above].lstrip().startswith("@") and not _DECORATED.match(kept[line]):
        return above
    return None


def _leaves_string_open(line: str) -> bool:
    """Whether an f-string begins in a line, and has to end in it, and does not."""
    if not _INTERPOLATED.search(line):
        return False
    opened: list[str] = []
    # The line may be broken, or go on in the next one.
    with contextlib.suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(io.StringIO(line.strip()).readline):
            if token.type in STRING_STARTS:
                opened.append(token.string)
            elif token.type in STRING_ENDS:
                opened.pop()
    return bool(opened) and not opened[-1].endswith(('"""', "'''"))


def _open_try(kept: list[str], line: int) -> int | None:
    """The nearest `try:` above that no `except` or `finally` of its own depth follows."""
    for index in range(line, -1, -1):
        if not _TRY.match(kept[index]):
            continue
        depth = _depth(kept[index])
        after = (text for text in kept[index + 1 :] if text.strip() and not text.lstrip().startswith("#"))
        closing = next((text for text in after if _depth(text) <= depth), "")
        if _depth(closing) != depth or not _CLOSES_TRY.match(closing):
            return index
    return None


def _previous_code(kept: list[str], line: int) -> int | None:
    """The nearest line at or above `line` that still holds code."""
    for index in range(line, -1, -1):
        text = kept[index].strip()
        if text and not text.startswith("#"):
            return index
    return None


def _opens_block(kept: list[str], line: int) -> bool:
    following = (text for text in kept[line + 1 :] if text.strip() and not text.lstrip().startswith("#"))
    return next((_depth(text) > _depth(kept[line]) for text in following), False)


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())


def _header(text: str) -> str:
    replacement = next((header for pattern, header in _HEADERS if pattern.match(text)), _ANY_HEADER)
    # A header that was put there and still does not parse gives way to the plainest one.
    return _ANY_HEADER if text == replacement.strip() else replacement


def _same_place(line: str, text: str) -> str:
    return line[: _depth(line)] + text.rstrip() + _line_end(line)


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
