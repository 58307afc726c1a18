"""The comments of a file, and what of it each one is about."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from spooky_asyncio.model import Position
from spooky_asyncio.source import BYTE_ORDER_MARK, Source, tokens

_LAYOUT = frozenset((tokenize.NL, tokenize.INDENT, tokenize.DEDENT))


@dataclass(frozen=True)
class Comment:
    """Behind code it is about its line. On a line of its own it is about what follows, after blank lines and further
    comments: all of a simple statement, the header of any other with its decorators; within brackets, the next line.
    One that is indented further than what follows belongs to the block that ends there, and is about nothing."""

    start: Position
    text: str
    """From its `#` to the end of the line."""
    lines: range
    """Those that it is about, its own one too."""
    is_alone: bool
    """Whether its line has nothing else."""


def comments(source: Source) -> Iterator[Comment]:
    """In no order. Of a broken file, those of the lines that could be parsed."""
    alone: list[tuple[Position, str]] = []
    within: list[tuple[Position, str]] = []
    inside = decorated = False
    code_ends = 0
    for token in tokens(source.parsed):
        line = token.start[0] - 1
        if token.type == tokenize.COMMENT:
            start = _place(token, source)
            if token.start[0] == code_ends:
                yield Comment(start, token.string, range(line, line + 1), False)
            elif inside:
                within.append((start, token.string))
            else:
                alone.append((start, token.string))
        elif token.type == tokenize.NEWLINE:
            inside = False
            if not decorated:
                yield from _about(alone, line)
                alone = []
        elif token.type == tokenize.ENDMARKER:
            yield from _about(alone, None)
        elif token.type not in _LAYOUT:
            code_ends = token.end[0]
            if not inside:
                inside, decorated = True, token.string == "@"
                ending = [one for one in alone if one[0].column > token.start[1]]
                alone = [one for one in alone if one not in ending]
                yield from _about(ending, None)
            yield from _about(within, line)
            within = []


def _about(alone: list[tuple[Position, str]], last: int | None) -> Iterator[Comment]:
    for start, text in alone:
        yield Comment(start, text, range(start.line, (start.line if last is None else last) + 1), True)


def _place(token: tokenize.TokenInfo, source: Source) -> Position:
    line, column = token.start[0] - 1, token.start[1]
    marked = line == 0 and source.text.startswith(BYTE_ORDER_MARK)
    return Position(line, column + len(BYTE_ORDER_MARK) * marked)


def statement_above(line: int, source: Source) -> int | None:
    """The line above which a comment is about what stands in `line`."""
    first, decorated, inside = 0, False, False
    for token in tokens(source.parsed):
        if token.type == tokenize.NEWLINE:
            inside = False
            if not decorated and first <= line < token.start[0]:
                return first
        elif token.type not in _LAYOUT and token.type != tokenize.COMMENT and not inside:
            if not decorated:
                first = token.start[0] - 1
            inside, decorated = True, token.string == "@"
    return None


def first_statement(source: Source) -> int:
    """The line on which the first statement begins, or the last line's end. A docstring is none."""
    body = source.tree.body
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        first = body[1] if len(body) > 1 else None
    if first is None:
        return len(source.lines)
    decorators: list[ast.expr] = getattr(first, "decorator_list", [])
    return min([first.lineno, *(decorator.lineno for decorator in decorators)]) - 1
