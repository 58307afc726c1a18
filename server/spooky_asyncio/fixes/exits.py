"""Lines that are to run wherever a name is left with a value that nobody has taken care of."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from spooky_asyncio.analysis.control_flow import is_endless
from spooky_asyncio.analysis.flow import UseKind
from spooky_asyncio.fixes.binding import Binding
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Edit
from spooky_asyncio.rewriting.lines import (
    after,
    always_leaves,
    before,
    block_of,
    jumps_out,
    returns_in,
    stands_alone,
    starts_its_line,
)


def before_exits(lines: Sequence[str], binding: Binding, site: Site, *, may_be_read: bool = False) -> tuple[Edit, ...]:
    """Insert lines at the bad ends of a life: before its `return`, before the name is bound anew, and where its block
    is left. What they do may be done twice on one way, and, if `may_be_read`, before the name is read again. None
    where one of these places can't take them."""
    places: dict[ast.stmt, None] = {}
    at_end = False
    for use in site.life.uses:
        if use.kind is UseKind.OVERWRITTEN or isinstance(use.node, ast.Return):
            statement = site.scopes.statement(use.node)
            is_read = any(statement in (load, *site.scopes.ancestors(load)) for load in binding.loads)
            if (
                (is_read and not may_be_read)
                or not binding.is_followed_by(statement)
                or not _can_precede(statement, site)
            ):
                return ()
            places[statement] = None
        else:
            at_end = True
    if at_end:
        rebinding = _rebinding(binding)
        leaving = list(_leaving(binding, site, until=rebinding))
        if not may_be_read and not binding.is_read_only_in_block:
            return ()
        if not all(_can_precede(statement, site) for statement in leaving):
            return ()
        places.update(dict.fromkeys(leaving))
        last = block_of(binding.statement, site.scopes)[-1]
        if rebinding is not None:
            is_read = any(rebinding in site.scopes.ancestors(load) for load in binding.loads)
            if (is_read and not may_be_read) or not _can_precede(rebinding, site):
                return ()
            places[rebinding] = None
        elif not always_leaves([last]) and not is_endless(last):
            if not stands_alone(last, site.source):
                return ()
            return (*(before(one, lines, site.source) for one in places), after(last, lines, site.source))
    return tuple(before(statement, lines, site.source) for statement in places)


def _rebinding(binding: Binding) -> ast.stmt | None:
    """The first statement that follows in the block and gives the name another value, or none any more."""
    stores = set(binding.scope.stores[binding.name])
    return next((one for one in binding.following if not stores.isdisjoint(ast.walk(one))), None)


def _can_precede(statement: ast.stmt, site: Site) -> bool:
    return isinstance(statement, _SIMPLE) and starts_its_line(statement, site.source)


def _leaving(binding: Binding, site: Site, until: ast.stmt | None) -> Iterator[ast.stmt]:
    """What leads out of the block, as far as the statement `until`: `break`s and `continue`s, and the `return`s too
    where nobody takes care of the value on any way."""
    following = binding.following
    statements = following[: following.index(until)] if until is not None else following
    yield from jumps_out(statements, site.scopes)
    if not site.life.is_cared_for and isinstance(binding.scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from returns_in(statements, binding.scope.node, site.scopes)


_SIMPLE = (
    ast.Return,
    ast.Break,
    ast.Continue,
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Delete,
    ast.Expr,
    ast.Import,
)
