"""Await several coroutines together."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from spooky_asyncio.analysis.lifecycle import Step
from spooky_asyncio.fixes.site import Site, is_of_asyncio
from spooky_asyncio.model import Applicability, Edit, Fix, Position, Range
from spooky_asyncio.rewriting.lines import block_of, shifted, stands_alone


def gather_neighbours(site: Site) -> Iterator[Fix]:
    """Calls that stand one below the other and are all dropped: they run at the same time."""
    statements = _neighbours(site)
    gather = site.asyncio("gather")
    if len(statements) < 2 or gather is None:
        return
    source = site.source
    calls = [statement.value for statement in statements]
    start, end = source.start(statements[0]), source.end(statements[-1])
    lines = range(start.line, end.line + 1)
    is_plain = len(lines) == len(statements) and not any("#" in source.line(line) for line in lines)
    one_line = f"await {gather.text}({', '.join(source.segment(call) for call in calls)})"
    title = f"Await these {len(calls)} together with {gather.text}()"
    edits: tuple[Edit, ...]
    if is_plain and start.column + len(one_line) <= site.target.line_length:
        edits = (Edit(Range(start, end), one_line),)
    else:
        first = Position(start.line, 0)
        margin = source.line(start.line)[: start.column]
        edits = (
            Edit(Range(first, first), f"{margin}await {gather.text}({source.newline}"),
            *shifted(statements, source),
            *(Edit(Range(place, place), ",") for place in map(source.end, statements[:-1])),
            *_closed(statements[-1], margin, site),
        )
    yield Fix(title, (*edits, *gather.edits), Applicability.UNSAFE)


def gather_display(site: Site) -> Iterator[Fix]:
    """The coroutines of a list, none of which anybody awaits: it then holds their results."""
    display = site.scopes.parent(site.node)
    gather = site.asyncio("gather")
    if not isinstance(display, (ast.List, ast.ListComp)) or gather is None or not site.can_await(display):
        return
    if not isinstance(site.scopes.parent(display), (ast.Assign, ast.Expr, ast.For, ast.Return)):
        return
    lost = {life.node for life in site.lifecycles.lives if life.reaches is Step.CREATED and not life.is_cared_for}
    source = site.source
    span = source.range(display)
    if isinstance(display, ast.ListComp):
        if display.elt is not site.node:
            return
        edits = [Edit(Range(span.start, span.start), f"await {gather.text}(*"), Edit(Range(span.end, span.end), ")")]
    else:
        if len(display.elts) < 2 or not lost.issuperset(display.elts):
            return
        opening = Range(span.start, Position(span.start.line, span.start.column + 1))
        closing = Range(Position(span.end.line, span.end.column - 1), span.end)
        edits = [Edit(opening, f"await {gather.text}("), Edit(closing, ")")]
    title = f"Await them together with {gather.text}(): the list holds their results"
    yield Fix(title, (*edits, *gather.edits), Applicability.UNSAFE)


def _neighbours(site: Site) -> Sequence[ast.Expr]:
    """The statements around that of the finding that do nothing but drop a coroutine, without a gap between them."""
    statement = site.scopes.parent(site.node)
    if site.life.is_cared_for or not isinstance(statement, ast.Expr) or not site.can_await(site.node):
        return []
    dropped = {
        life.node
        for life in site.lifecycles.lives
        if life.reaches is Step.CREATED and not life.is_cared_for and not is_of_asyncio(life)
    } - site.silenced
    found: list[ast.Expr] = []
    for other in block_of(statement, site.scopes):
        is_one = isinstance(other, ast.Expr) and other.value in dropped and stands_alone(other, site.source)
        is_next = not found or not _has_gap(found[-1], other, site)
        if isinstance(other, ast.Expr) and is_one and is_next:
            found.append(other)
        elif statement in found:
            break
        else:
            found = [other] if isinstance(other, ast.Expr) and is_one else []
    return found if statement in found else []


def _has_gap(one: ast.stmt, other: ast.stmt, site: Site) -> bool:
    between = range(one.end_lineno or one.lineno, other.lineno - 1)
    return any(not site.source.line(line).strip() for line in between)


def _closed(last: ast.Expr, margin: str, site: Site) -> tuple[Edit, ...]:
    """A comma behind the last argument, and the parenthesis on a line of its own."""
    source = site.source
    end = source.end(last)
    rest = source.line(end.line)[end.column :]
    text = f",{rest}{source.newline}{margin})"
    return (Edit(Range(end, Position(end.line, end.column + len(rest))), text),)
