"""Let an async function run itself: a decorator makes it a plain one, with an event loop of its own.

For what nobody can wrap where it is handed over: another process is given the function by its name, and a decorator
gets it where it is defined.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from spooky_asyncio.analysis.catalog import CalledIn
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Fix
from spooky_asyncio.rewriting.lines import insert_lines
from spooky_asyncio.rewriting.running import self_runner


def run_itself(site: Site) -> Iterator[Fix]:
    function = _handed_over(site)
    if function is None or not _is_handed_over_only(function, site):
        return
    runner = self_runner(function, site.source, site.scopes)
    if runner is not None:
        line = f"{site.source.indentation(function)}@{runner.name}{site.source.newline}"
        edits = (*runner.edits(), insert_lines(site.source, function.lineno - 1, line))
        title = f"Let '{function.name}()' run itself with asyncio.run(), in an event loop of its own"
        yield Fix(title, edits, Applicability.UNSAFE)


def _handed_over(site: Site) -> ast.AsyncFunctionDef | None:
    """The function of this file that is handed to a decorator, or to another process."""
    callees, caller = site.lifecycles.callees, site.life.caller
    outer = site.scopes.parent(site.node)
    if caller is site.node:
        return outer if isinstance(outer, ast.AsyncFunctionDef) else None
    known = callees.effects.caller_of(caller.func) if isinstance(caller, ast.Call) else None
    found = callees.defined_function(site.life.definition) if known and known.where is CalledIn.PROCESS else None
    if found is None or found[0] is not callees or not isinstance(found[1], ast.AsyncFunctionDef):
        return None
    return found[1] if not found[1].decorator_list and site.scopes.of(found[1]) is site.scopes.module else None


def _is_handed_over_only(function: ast.AsyncFunctionDef, site: Site) -> bool:
    """Whether nobody else needs the function to be async: it is not awaited, nor handed to anybody else."""
    scopes = site.scopes
    if len(site.occurrences.files(function.name)) > 1:
        return False
    mentions = (node for node in scopes.order if isinstance(node, (ast.Name, ast.Attribute)))
    for mention in mentions:
        if last_name(mention) != function.name or mention is site.node:
            continue
        call = scopes.parent(mention)
        is_started = isinstance(call, ast.Call) and call.func is mention and isinstance(scopes.parent(call), ast.Expr)
        if not (is_started and site.life.caller is site.node):
            return False
    return True
