"""The next version of a file, where one function at most has other statements than before: all else is kept.

Most of what is typed is typed into one function. To parse that alone takes a hundredth of the time.
"""

from __future__ import annotations

import ast
import copy
import operator
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias, TypeVar

from spooky_asyncio.model import Range
from spooky_asyncio.source import BYTE_ORDER_MARK, MAX_BYTES, Source, outermost_functions, split_lines

Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"

MOST_TREE_LINES = 200_000
"""Each version counts lines of its own for what is new in it. From here on it is time to count afresh."""

MOST_PIECES = 1000
"""So many lines of the text are found by a look at each of them."""

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
    if function is None or len(former.lines_of_tree.pieces) > MOST_PIECES:
        return None
    start, end = _body_of(function, former, old)
    if not start <= changed.start or changed.stop > end:
        return None
    tree_line, head = _unused_line(former), old[_line(function, former)]
    parsed_in: dict[tuple[int, int], list[ast.stmt] | None] = {}
    for part in (*_parts(function, changed, former), _Part((), function.body, 0, len(function.body), start, end)):
        end_in_new = part.end + len(new) - len(old)
        lines_in_new = part.start, end_in_new
        if lines_in_new not in parsed_in:
            parsed_in[lines_in_new] = _parsed(function, new[slice(*lines_in_new)], tree_line, head)
        parsed = parsed_in[lines_in_new]
        if parsed is None or not part.may_be(parsed, former, old):
            continue
        count = part.end - part.start
        lines = former.lines_of_tree.replaced(part.start + 1, count, tree_line, end_in_new - part.start, len(old))
        error, parsed_text = (broken.syntax_error, broken.parsed) if broken is not None else (None, text)
        source = Source(text, former.tree, error, former.path, parsed_text, lines)
        if broken is None:
            vars(source)["lines"] = new  # which it would split the text into once more
        return Revision(function, part.replaced(parsed), source, range(part.start, part.end), len(new) - len(old))
    return None


class _Step(NamedTuple):
    """From a block to one within a statement of it."""

    block: list[ast.stmt]
    number: int
    inside: tuple[str, int] | None
    """Which of its `handlers` or `cases` it is."""
    field: str


@dataclass(frozen=True)
class _Part:
    """Statements of a function that follow one another in a block, and the lines that they take up, from 0."""

    way: tuple[_Step, ...]
    """From the statements of the function to the block."""
    block: list[ast.stmt]
    first: int
    last: int
    """Before this one."""
    start: int
    end: int

    def may_be(self, statements: list[ast.stmt], source: Source, lines: Sequence[str]) -> bool:
        """Whether others may take their place: in the same block, and on lines of their own."""
        before, after = self.block[: self.first], self.block[self.last :]
        if not (before or statements or after):
            return False
        if not self.way and not before and not after:
            return True
        first = self.block[0]
        if lines[_line(first, source)][first.col_offset :].startswith("elif"):
            # It is all of an `else`, and not one statement of a block.
            return False
        if lines[_line(first, source)][: first.col_offset].strip() or lines[self.start - 1].rstrip().endswith("\\"):
            return False
        if statements and statements[0].col_offset != first.col_offset:
            return False
        is_after = not before or _end(before[-1], source) <= self.start
        return is_after and (not after or _start(after[0], source) >= self.end)

    def replaced(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """The statements of the function with these in their place. What is around them is copied: what is remembered
        of a statement is remembered with all that is in it."""
        block = [*self.block[: self.first], *statements, *self.block[self.last :]]
        for step in reversed(self.way):
            around = step.block[step.number]
            if step.inside is None:
                around = _copied(around, step.field, block)
            else:
                among, which = step.inside
                others = [*getattr(around, among)]
                others[which] = _copied(others[which], step.field, block)
                around = _copied(around, among, others)
            block = [*step.block[: step.number], around, *step.block[step.number + 1 :]]
        return block


N = TypeVar("N", bound=ast.AST)


def _copied(node: N, field: str, inner: Sequence[ast.AST]) -> N:
    """With other nodes in a field, whose end is its own if it was that of the former ones."""
    copied, former, last = copy.copy(node), _ending(getattr(node, field)[-1]), _ending(inner[-1])
    setattr(copied, field, inner)
    end = ("end_lineno", "end_col_offset")
    if all(getattr(node, name, None) == getattr(former, name, 0) for name in end):
        for name in end:
            setattr(copied, name, getattr(last, name))
    return copied


def _ending(node: ast.AST) -> ast.AST:
    """What something ends with that has no place of its own."""
    return node.body[-1] if isinstance(node, ast.match_case) else node


def _parts(function: Function, changed: range, source: Source) -> Iterator[_Part]:
    """The fewest statements that lines of a function may belong to: none, where these stand between two, in a block or
    at the end of one within; and one more than those."""
    way: list[_Step] = []
    block = function.body
    while True:
        first = sum(_end(node, source) <= changed.start for node in block)
        last = sum(_start(node, source) < changed.stop for node in block)
        step = _step_into(block, first, changed, source) if last - first == 1 else None
        if step is None:
            break
        way.append(step)
        block = _inner(step)
    if first >= last:
        yield _Part(tuple(way), block, first, first, changed.start, changed.stop)
        yield from _ends_of_blocks(tuple(way), block, first, changed)
        first = max(first - 1, 0)
        last = first + 1
    start, end = min(_start(block[first], source), changed.start), max(_end(block[last - 1], source), changed.stop)
    yield _Part(tuple(way), block, first, last, start, end)


def _ends_of_blocks(way: tuple[_Step, ...], block: list[ast.stmt], after: int, changed: range) -> Iterator[_Part]:
    """Behind the last statement of the last block in a statement, and so on within that."""
    while after:
        steps = [step for step in _steps_from(block, after - 1) if isinstance(next(iter(_inner(step)), None), ast.stmt)]
        if not steps:
            return
        step = max(steps, key=lambda step: _inner(step)[0].lineno)
        way, block = (*way, step), _inner(step)
        after = len(block)
        yield _Part(way, block, after, after, changed.start, changed.stop)


def _step_into(block: list[ast.stmt], index: int, changed: range, source: Source) -> _Step | None:
    """To the block within a statement that has all of the changed lines between its own."""
    for step in _steps_from(block, index):
        inner = _inner(step)
        if inner and isinstance(inner[0], ast.stmt):
            start, end = _start(inner[0], source), _end(inner[-1], source)
            is_elif = inner[0].col_offset <= block[index].col_offset
            # Lines between two blocks belong to the first one, which they may go on.
            is_before = not changed and is_elif and changed.start == start
            if start <= changed.start and changed.stop <= end and not is_before:
                return step
    return None


def _steps_from(block: list[ast.stmt], index: int) -> Iterator[_Step]:
    for field in ("body", "orelse", "finalbody"):
        yield _Step(block, index, None, field)
    for among in ("handlers", "cases"):
        for number in range(len(getattr(block[index], among, ()))):
            yield _Step(block, index, (among, number), "body")


def _inner(step: _Step) -> list[ast.stmt]:
    holder: ast.AST = step.block[step.number]
    if step.inside is not None:
        among, which = step.inside
        holder = getattr(holder, among)[which]
    found = getattr(holder, step.field, [])
    return found if isinstance(found, list) else []


def _start(node: ast.stmt, source: Source) -> int:
    """The first line of a statement, its decorators included, from 0."""
    return min(_line(one, source) for one in (node, *getattr(node, "decorator_list", ())))


def _end(node: ast.stmt, source: Source) -> int:
    """The line after its last one."""
    return source.lines_of_tree.in_text(node.end_lineno or node.lineno)


def _changed(old: Sequence[str], new: Sequence[str]) -> range:
    """The lines of a former text that are not those of the new one."""
    first = _common(old, new)
    most = min(len(old), len(new)) - first
    return range(first, len(old) - min(most, _common(reversed(old), reversed(new))))


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """How many lines both begin with."""
    differs = [*map(operator.ne, one, other)]
    return differs.index(True) if True in differs else len(differs)


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
    start = _start(first, source)
    while _is_blank(lines[start - 1]):
        start -= 1
    end = _end(function, source)
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
    if all(map(_is_blank, lines)):
        return []
    if any(line.strip() == "\\" for line in lines):
        # What follows is indented as this line is, and not as it looks.
        return None
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
