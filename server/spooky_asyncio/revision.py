"""The next version of a file, where one function at most has other statements than before: all else is kept.

Most of what is typed is typed into one function. To parse that alone takes a hundredth of the time.
"""

from __future__ import annotations

import ast
import bisect
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from spooky_asyncio.model import Range
from spooky_asyncio.source import BYTE_ORDER_MARK, MAX_BYTES, Source, outermost_functions, split_lines

Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"

MOST_TREE_LINES = 200_000
"""Each version counts lines of its own for what is new in it. From here on it is time to count afresh."""

_MIXING = re.compile(r"^ *[\t\f]", re.MULTILINE)
"""Indentation of which it is not certain how deep it is."""


@dataclass(frozen=True)
class Revision:
    """`apply` makes the tree of the former version that of this one: the former does not own it any more."""

    function: Function | None
    """None where the tree stays as it is, as it does while somebody types on in a line that is broken."""
    body: list[ast.stmt]
    source: Source
    replaced: range
    """The lines of the former text, from 0, that have given way to others."""
    shift: int
    """By so many lines what follows them has moved."""

    def moved(self, span: Range) -> Range | None:
        """Where something stands now that was not replaced."""
        if span.start.line in self.replaced:
            return None
        shift = self.shift if span.start.line >= self.replaced.stop else 0
        start, end = (replace(one, line=one.line + shift) for one in (span.start, span.end))
        return Range(start, end)

    def apply(self) -> None:
        self.source.take_over_tree()
        if self.function is not None:
            self.function.body = self.body
            self.function.end_lineno = self.body[-1].end_lineno
            self.function.end_col_offset = self.body[-1].end_col_offset


def next_version(former: Source, text: str) -> Revision | Source:
    """The version of a file with a new text: a revision, or, where more may have changed than the statements of one
    outermost function, one that was parsed as a whole. Raises UnreadableSource."""
    if BYTE_ORDER_MARK in (former.text[:1], text[:1]) or len(text) > MAX_BYTES:
        return Source.from_text(text, former.path)
    lines = split_lines(text)
    if text != former.parsed:
        revision = _revised(former, text, lines, None)
        if revision is not None:
            return revision
    source = Source.from_text(text, former.path, former)
    if source.tree is former.tree:
        changed = _changed(former.lines, lines)
        if not "".join(former.parsed_lines[changed.start : changed.stop]).strip():
            return Revision(None, [], replace(source, lines_of_tree=former.lines_of_tree), range(0), 0)
        # A header in place of the broken line is a node, whose place is looked up in the line as it is.
        source = Source.from_text(text, former.path)
    if source.syntax_error is None:
        return source
    # Where the broken lines are, only a look at all of the file can tell. What is left without them may be a revision.
    return _revised(former, text, source.parsed_lines, source) or source


def _revised(former: Source, text: str, new: list[str], broken: Source | None) -> Revision | None:
    old = former.parsed_lines
    changed = _changed(old, new)
    function = _function_at(changed.start, former)
    if function is None:
        return None
    start, end = _body_of(function, former, old)
    if not start <= changed.start or changed.stop > end:
        return None
    end_in_new = end + len(new) - len(old)
    tree_line = _unused_line(former)
    body = _parsed(function, new[start:end_in_new], tree_line, old[_line(function, former)])
    if body is None:
        return None
    lines = former.lines_of_tree.replaced(start + 1, end - start, tree_line, end_in_new - start, len(old))
    error, parsed = (broken.syntax_error, broken.parsed) if broken is not None else (None, text)
    source = Source(text, former.tree, error, former.path, parsed, lines)
    if broken is None:
        vars(source)["lines"] = new  # which it would split the text into once more
    return Revision(function, body, source, range(start, end), len(new) - len(old))


def _changed(old: Sequence[str], new: Sequence[str]) -> range:
    """The lines of a former text that are not those of the new one."""
    first = _common(old, new)
    return range(first, len(old) - _common(old[first:][::-1], new[first:][::-1]))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines both begin with."""
    # bisect compares whole slices, which costs less than a step for each line.
    return bisect.bisect_left(
        range(1, min(len(one), len(other)) + 1), True, key=lambda count: one[:count] != other[:count]
    )


def _function_at(line: int, source: Source) -> Function | None:
    """The last outermost function that begins above a line, by lines of the text from 0."""
    above = (node for node in outermost_functions(source.tree.body) if _line(node, source) < line)
    return max(above, key=lambda node: _line(node, source), default=None)


def _line(node: ast.stmt | ast.expr, source: Source) -> int:
    return source.lines_of_tree.in_text(node.lineno) - 1


def _body_of(function: Function, source: Source, lines: Sequence[str]) -> tuple[int, int]:
    """The lines from which on and before which its statements stand, blank ones and comments around them included."""
    first = function.body[0]
    if lines[_line(first, source)][: first.col_offset].strip():
        # `def f(): return 1`
        return len(lines), 0
    start = min(_line(node, source) for node in (first, *getattr(first, "decorator_list", ())))
    while _is_blank(lines[start - 1]):
        start -= 1
    end = source.lines_of_tree.in_text(function.end_lineno or function.lineno)
    while end < len(lines) and _is_blank(lines[end]):
        end += 1
    return start, end


def _is_blank(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _unused_line(source: Source) -> int:
    """The first line from which on no node of the tree counts."""
    pieces = source.lines_of_tree.pieces
    return max((piece.tree + piece.count for piece in pieces), default=len(source.lines) + 1) + 1


def _parsed(function: Function, lines: Sequence[str], tree_line: int, head: str) -> list[ast.stmt] | None:
    """The statements in some lines, parsed as those of a function, so that the first line is `tree_line`."""
    body = "".join(lines)
    if tree_line > MOST_TREE_LINES or getattr(function, "type_params", None) or _MIXING.search(f"{head}{body}"):
        return None
    keyword = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse("\n" * (tree_line - 2) + f"{keyword} _():\n{body}")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    parsed: list[ast.stmt] = tree.body[0].body  # type: ignore[attr-defined]
    is_inside = len(tree.body) == 1 and parsed[0].col_offset > function.col_offset
    return parsed if is_inside else None
