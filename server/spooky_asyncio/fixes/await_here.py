"""Await the coroutine where it is made, or as close to that as `await` may stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Edit, Fix, Position, Range
from spooky_asyncio.rewriting.awaiting import await_edits
from spooky_asyncio.rewriting.wording import shown_expression


def await_here(site: Site) -> Iterator[Fix]:
    if site.life.is_cared_for or site.life.caller is not None:
        # Awaited here, it could not be awaited where it is now; handed over, it is not called here.
        return
    title = f"Await '{shown_expression(site.node)}'"
    called = _called_lambda(site)
    if site.can_await(site.node):
        edits = await_edits(site.node, site.source, site.scopes)
        yield Fix(title, (*edits, *_asynchronous(site)), Applicability.SAFE)
    elif called is not None and site.can_await(called):
        yield Fix(title, await_edits(called, site.source, site.scopes), Applicability.SAFE)
    else:
        yield from _in_list(site, title)


def _asynchronous(site: Site) -> tuple[Edit, ...]:
    """`async` for the `for` or `with` around a value that can only be iterated, or entered, asynchronously."""
    parent = site.scopes.parent(site.node)
    result = site.lifecycles.callees.awaited_members(site.node)
    owner = site.scopes.parent(parent) if isinstance(parent, ast.withitem) else parent
    if isinstance(owner, ast.With) and len(owner.items) == 1 and "__aenter__" in result - {"__enter__"}:
        is_only_async = "__enter__" not in result
    elif isinstance(owner, ast.For) and owner.iter is site.node and "__aiter__" in result:
        is_only_async = "__iter__" not in result
    else:
        return ()
    start = site.source.start(owner)
    return (Edit(Range(start, start), "async "),) if is_only_async else ()


def _called_lambda(site: Site) -> ast.Call | None:
    """The call of a lambda that is written right there, if the value is what the lambda returns."""
    function = site.scopes.parent(site.node)
    call = site.scopes.parent(function) if isinstance(function, ast.Lambda) else None
    is_returned = isinstance(function, ast.Lambda) and function.body is site.node
    return call if is_returned and isinstance(call, ast.Call) and call.func is function else None


def _in_list(site: Site, title: str) -> Iterator[Fix]:
    """A generator that a call uses up at once can as well be a list, in which `await` may stand."""
    generator = next((node for node in site.scopes.ancestors(site.node) if isinstance(node, ast.GeneratorExp)), None)
    call = site.scopes.parent(generator) if generator is not None else None
    if generator is None or not isinstance(call, ast.Call) or generator not in call.args:
        return
    if not site.can_await(generator) or not site.lifecycles.callees.uses_up(call):
        return
    if any(isinstance(node, (ast.Lambda, ast.GeneratorExp)) for node in _between(site, generator)):
        return
    source = site.source
    span = source.range(generator)
    is_bare = source.slice(Range(source.end(call.func), span.start)).strip() == ""
    opening = Range(span.start, Position(span.start.line, span.start.column + 1))
    closing = Range(Position(span.end.line, span.end.column - 1), span.end)
    brackets = (Edit(opening, "([" if is_bare else "["), Edit(closing, "])" if is_bare else "]"))
    edits = (*await_edits(site.node, source, site.scopes), *brackets)
    yield Fix(title, edits, Applicability.UNSAFE)


def _between(site: Site, outer: ast.AST) -> Iterator[ast.AST]:
    for ancestor in site.scopes.ancestors(site.node):
        if ancestor is outer:
            return
        yield ancestor
