"""Hand the coroutine on: a plain method returns it, and async callers await it there.

For objects that are used either way, async or plain, as a flag of theirs says. The method has to stay plain for its
plain callers, which are known to call it only where there is no coroutine.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from spooky_asyncio.analysis.callers import CallSite, Defined
from spooky_asyncio.analysis.flow import UseKind
from spooky_asyncio.analysis.lifecycle import Step
from spooky_asyncio.analysis.modes import Modes, modes_at, rules_out
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Edit, Fix, FixKind, Range
from spooky_asyncio.rewriting.awaiting import can_await, surround
from spooky_asyncio.rewriting.lines import after, before, block_of, stands_alone
from spooky_asyncio.rewriting.names import Names
from spooky_asyncio.rewriting.wording import listed, shown_expression


def hand_on(site: Site) -> Iterator[Fix]:
    function, life = site.function, site.life
    if function is None or life.starts is not Step.CREATED or not all(use.kind is UseKind.LOST for use in life.uses):
        return
    wanted = modes_at(site.node, site.scopes)
    returned = _returned(site, function)
    calls = site.callers.calls_of(function) if wanted and returned is not None else None
    if returned is None or not calls or not all(_is_dropped(call) for call in calls):
        return
    concerned = [call for call in calls if not rules_out(modes_at(call.node, call.callees.scopes), wanted)]
    if not concerned or not all(can_await(call.node, call.callees.scopes, site.target) for call in concerned):
        return
    awaited = [edit for call in concerned for edit in _awaited(call, wanted, site)]
    names = dict.fromkeys(f"{call.caller.node.name}()" for call in concerned if call.caller is not None)
    title = f"Return '{shown_expression(site.node)}' from '{function.node.name}()' and await it in {listed(names)}"
    returning = (replace(edit, label=f"return it from '{function.node.name}'") for edit in returned)
    yield Fix(title, (*returning, *awaited), Applicability.UNSAFE, FixKind.REWRITE)


def _is_dropped(call: CallSite) -> bool:
    statement = call.callees.scopes.parent(call.node)
    return isinstance(statement, ast.Expr) and stands_alone(statement, call.callees.source)


def _awaited(call: CallSite, wanted: Modes, site: Site) -> Iterator[Edit]:
    """Await what a call returns, where it is sure to be something, or else if it is."""
    callees = call.callees
    source, statement = callees.source, callees.scopes.statement(call.node)
    if wanted <= modes_at(call.node, callees.scopes):
        edits = surround(call.node, "await ", "", source)
    else:
        name = Names(callees.scopes, call.node).fresh("coroutine")
        lines = [f"if {name} is not None:", f"\tawait {name}"]
        edits = (*surround(call.node, f"{name} = ", "", source), after(statement, lines, source))
    path = None if callees is site.lifecycles.callees else source.path
    yield from (replace(edit, path=path, label=f"await '{shown_expression(call.node)}' here") for edit in edits)


def _returned(site: Site, function: Defined) -> tuple[Edit, ...] | None:
    """What makes the function return the coroutine when it has done the rest; None where it ends in other ways too."""
    scopes, source, node = site.scopes, site.source, function.node
    statement = scopes.statement(site.node)
    inside = (n for n in scopes.opened_by(node).section.nodes if scopes.function(n) is node)
    ends = any(isinstance(n, (ast.Return, ast.Yield, ast.YieldFrom)) for n in inside)
    # What it is annotated to return would not be true any more.
    if (
        ends
        or node.returns is not None
        or not isinstance(node, ast.FunctionDef)
        or scopes.parent(site.node) is not statement
    ):
        return None
    branches = _branches(statement, node, scopes)
    if branches is None:
        return None
    start = Range(source.start(statement), source.start(statement))
    if all(block_of(one, scopes)[-1] is one for one in (statement, *branches)):
        return (Edit(start, "return "),)
    outermost, last = [statement, *branches][-1], node.body[-1]
    if not stands_alone(outermost, source) or not stands_alone(last, source):
        return None
    name = Names(scopes, site.node).fresh("coroutine")
    first = [before(outermost, [f"{name} = None"], source)] if branches else []
    return (*first, Edit(start, f"{name} = "), after(last, [f"return {name}"], source))


def _branches(statement: ast.stmt, function: ast.AST, scopes: Scopes) -> list[ast.If] | None:
    """The branches around a statement, from the inside out; None if it stands in anything else as well."""
    found: list[ast.If] = []
    for outer in scopes.ancestors(statement):
        if outer is function:
            return found
        if not isinstance(outer, ast.If):
            return None
        found.append(outer)
    return None
