"""New lines among statements, and statements moved one level in."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterable, Iterator, Sequence

from spooky_asyncio.analysis.scopes import Function, Scopes
from spooky_asyncio.model import Edit, Position, Range
from spooky_asyncio.source import BYTE_ORDER_MARK, Source, blocks, split_lines, tokens


def insert_lines(source: Source, line: int, text: str) -> Edit:
    """Insert whole lines, each with its line end, before `line`, which may be the one after the last."""
    if line >= len(source.lines) and source.lines and not source.lines[-1].endswith(("\n", "\r")):
        end = Position(len(source.lines) - 1, len(source.lines[-1]))
        return Edit(Range(end, end), source.newline + text.removesuffix(source.newline))
    start = Position(line, 1 if line == 0 and source.text.startswith(BYTE_ORDER_MARK) else 0)
    return Edit(Range(start, start), text)


def stands_alone(statement: ast.stmt, source: Source) -> bool:
    """Whether a statement has its lines to itself, so that lines can be put before and after it."""
    end = source.end(statement)
    rest = source.line(end.line)[end.column :].strip()
    return starts_its_line(statement, source) and (not rest or rest.startswith("#"))


def starts_its_line(statement: ast.stmt, source: Source) -> bool:
    return not source.line(statement.lineno - 1)[: source.start(statement).column].strip()


def before(statement: ast.stmt, lines: Iterable[str], source: Source) -> Edit:
    """New lines right above a statement, decorators included; blank ones between them and a definition."""
    first = min([statement.lineno, *(decorator.lineno for decorator in getattr(statement, "decorator_list", []))])
    gap = _gap(statement) if isinstance(statement, _DEFINITIONS) else 0
    return insert_lines(source, first - 1, _as_block(lines, statement, source) + source.newline * gap)


def after(statement: ast.stmt, lines: Iterable[str], source: Source) -> Edit:
    """New lines right below a statement; blank ones between them and a definition."""
    gap = _gap(statement) if isinstance(statement, _DEFINITIONS) else 0
    text = source.newline * gap + _as_block(lines, statement, source)
    return insert_lines(source, statement.end_lineno or statement.lineno, text)


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _gap(definition: ast.stmt) -> int:
    """The blank lines around a definition: two in the module itself, one further in."""
    return 1 if definition.col_offset else 2


def removed(statement: ast.stmt, source: Source, scopes: Scopes) -> tuple[Edit, ...]:
    """Take out a statement that stands alone, with its lines; a comment behind it stays, and so does its block."""
    first, end = statement.lineno - 1, source.end(statement)
    is_last_one = len(block_of(statement, scopes)) == 1
    comment = source.line(end.line)[end.column :].strip()
    if is_last_one:
        return (Edit(source.range(statement), "pass"),)
    if comment:
        rest = source.line(end.line)[: end.column] + source.line(end.line)[end.column :]
        column = len(rest) - len(rest[end.column :].lstrip())
        return (Edit(Range(source.start(statement), Position(end.line, column)), ""),)
    return (Edit(Range(Position(first, 0), Position(end.line + 1, 0)), ""),)


def _as_block(lines: Iterable[str], like: ast.stmt, source: Source) -> str:
    """Lines at the indentation of a statement; a leading tab in a line stands for one level more."""
    indentation = source.indentation(like)
    return "".join(indentation + line.replace("\t", source.indent) + source.newline for line in lines)


def moved_in(statement: ast.stmt, edits: Iterable[Edit], source: Source) -> Edit | None:
    """A statement with some edits in it, one level further in; lines that begin inside of a string stay where they
    are. None where it can't be told which do."""
    span = Range(Position(statement.lineno - 1, 0), source.end(statement))
    text = source.edited(edits, span)
    kept = _lines_in_strings(text)
    if kept is None:
        return None
    lines = enumerate(split_lines(text))
    return Edit(span, "".join(line if number in kept else _one_level_in(line, source) for number, line in lines))


def _one_level_in(line: str, source: Source) -> str:
    content = line.lstrip(" \t\f")
    start = len(line) - len(content) - len(line[: len(line) - len(content)].rpartition("\f")[2])
    return line[:start] + source.indent + line[start:] if content.strip() else line


def _lines_in_strings(text: str) -> set[int] | None:
    """The lines, counted from 0, that begin inside of a string; None for what is no Python."""
    found: set[int] = set()
    opened = []
    for token in tokens(text):
        kind = tokenize.tok_name[token.type]
        if kind == "STRING":
            found.update(range(token.start[0], token.end[0]))
        elif kind in ("FSTRING_START", "TSTRING_START"):
            opened.append(token.start[0])
        elif kind in ("FSTRING_END", "TSTRING_END"):
            found.update(range(opened.pop(), token.end[0]))
        elif token.type == tokenize.ENDMARKER:
            return found
    return None


def shifted(statements: Sequence[ast.stmt], source: Source, levels: int = 1) -> list[Edit]:
    """Move statements further in, line by line, with the comments between them; the lines within strings stay."""
    within = {
        line
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, (ast.Constant, ast.JoinedStr))
        for line in range(node.lineno, node.end_lineno or node.lineno)
    }
    lines = range(statements[0].lineno - 1, statements[-1].end_lineno or statements[-1].lineno)
    places = [Position(line, 0) for line in lines if line not in within and source.line(line).strip()]
    return [Edit(Range(place, place), source.indent * levels) for place in places]


def block_of(statement: ast.stmt, scopes: Scopes) -> Sequence[ast.stmt]:
    """The statement list that a statement stands in."""
    parent = scopes.parent(statement)
    assert parent is not None
    return next(block for block in blocks(parent) if statement in block)


def returns_in(statements: Iterable[ast.stmt], function: Function | None, scopes: Scopes) -> list[ast.Return]:
    """The `return` statements of `function` anywhere in some of its statements, in the order of the text."""
    if function is None:
        return []
    inner = scopes.opened_by(function)
    found = [
        node
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Return) and scopes.of(node) is inner
    ]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def jumps_out(statements: Iterable[ast.stmt], scopes: Scopes) -> Iterator[ast.Break | ast.Continue]:
    """The `break`s and `continue`s in some statements that lead out of the block that these stand in."""
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, (ast.Break, ast.Continue)):
                loop = next((other for other in scopes.ancestors(node) if isinstance(other, _LOOPS)), None)
                # A file that lacks a line may have one in no loop: the parser takes it.
                if loop is not None and loop is not statement and statement not in scopes.ancestors(loop):
                    yield node


_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def always_leaves(block: Sequence[ast.stmt]) -> bool:
    """Whether the end of a block is never reached, as far as its last statement shows."""
    last = block[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and always_leaves(last.body) and always_leaves(last.orelse)
    if isinstance(last, (ast.With, ast.AsyncWith)):
        return always_leaves(last.body)
    return isinstance(last, (ast.Return, ast.Raise, ast.Break, ast.Continue))
