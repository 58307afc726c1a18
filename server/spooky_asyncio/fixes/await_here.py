"""Await the coroutine where it is made, or as close to that as `await` may stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from spooky_asyncio.analysis.catalog import Effect
from spooky_asyncio.analysis.making import Making
from spooky_asyncio.fixes.read_results import await_as_gather
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Edit, Fix, Position, Range
from spooky_asyncio.rewriting.awaiting import await_edits
from spooky_asyncio.rewriting.wording import shown_expression


def await_here(site: Site) -> Iterator[Fix]:
    if site.life.is_cared_for or site.life.caller is not None:
        # Awaited here, it could not be awaited where it is now; handed over, it is not called here.
        return
    if any(await_as_gather(site)):
        return
    title = f"Await '{shown_expression(site.node)}'"
    called = _called_lambda(site)
    if site.can_await(site.node):
        around = _keyword_around(site)
        if around is not None:
            edits = (*await_edits(site.node, site.source, site.scopes), *around)
            is_safe = not site.lifecycles.never_ends(site.life) and not _shows_itself(site)
            # The results of the tasks that it waits for stay unread.
            is_safe &= not isinstance(site.node, ast.Call) or site.lifecycles.effect_of(site.node) is not Effect.WAIT
            yield Fix(title, edits, Applicability.SAFE if is_safe else Applicability.UNSAFE)
    elif called is not None and site.can_await(called):
        yield Fix(title, await_edits(called, site.source, site.scopes), Applicability.SAFE)
    else:
        yield from _in_list(site, title)


def _shows_itself(site: Site) -> bool:
    """Whether it stands in an f-string that shows the expression too: `f"{count()=}"`."""
    around = site.scopes.ancestors(site.node)
    value = next((one.value for one in around if isinstance(one, ast.FormattedValue)), None)
    end = site.source.offset(site.source.end(value)) if value is not None else 0
    return value is not None and site.source.text[end:].lstrip()[:1] == "="


def _keyword_around(site: Site) -> tuple[Edit, ...] | None:
    """Edits that give the `for` or `with` around a value its `async`, or take it away, as the result wants it; None
    where both kinds would be needed in one."""
    parent = site.scopes.parent(site.node)
    if isinstance(parent, ast.withitem):
        owner = site.scopes.parent(parent)
        assert isinstance(owner, (ast.With, ast.AsyncWith))
        wanted = {_wants_async(item.context_expr, site, "__enter__", "__aenter__") for item in owner.items}
        if wanted == {None}:
            return ()
        return _changed(owner, site.source.start(owner), wanted.pop(), site) if len(wanted) == 1 else None
    if isinstance(parent, (ast.For, ast.AsyncFor)) and parent.iter is site.node:
        wants_async = _wants_async(site.node, site, "__iter__", "__aiter__")
        return _changed(parent, site.source.start(parent), wants_async, site)
    if isinstance(parent, ast.comprehension) and parent.iter is site.node:
        return _changed(parent, _keyword_of(parent, site), _wants_async(site.node, site, "__iter__", "__aiter__"), site)
    return ()


def _wants_async(node: ast.expr, site: Site, plain: str, asynchronous: str) -> bool | None:
    """Whether only `async` will do for what a lost coroutine gives, or only without it; None where both may, and for
    anything else than a coroutine, which is as the programmer wrote it."""
    if node not in {life.node for life in site.lifecycles.lives}:
        return isinstance(site.scopes.parent(site.scopes.parent(node) or node), ast.AsyncWith)
    members = Making.of(site.lifecycles.callees).awaited_members(node)
    if (plain in members) == (asynchronous in members):
        return None
    return asynchronous in members


def _changed(owner: ast.AST, start: Position, wants_async: bool | None, site: Site) -> tuple[Edit, ...]:
    is_async = isinstance(owner, (ast.AsyncFor, ast.AsyncWith)) or bool(getattr(owner, "is_async", False))
    if wants_async is None or wants_async is is_async:
        return ()
    if wants_async:
        return (Edit(Range(start, start), "async "),)
    head = site.source.text[site.source.offset(start) :]
    return (Edit(Range(start, site.source.position_at(site.source.offset(start) + head.index("async") + 6)), ""),)


def _keyword_of(clause: ast.comprehension, site: Site) -> Position:
    """Where the `for`, or the `async` before it, of a comprehension's clause stands."""
    text = site.source.text[: site.source.offset(site.source.start(clause.target))]
    start = text.rindex("for")
    return site.source.position_at(text.rindex("async") if clause.is_async else start)


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
    if not site.can_await(generator) or not site.lifecycles.callees.effects.uses_up(call):
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
