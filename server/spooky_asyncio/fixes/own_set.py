"""Keep the task where the project keeps its others: in a set of the object or the module, until it has ended."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from spooky_asyncio.analysis.flow import UseKind
from spooky_asyncio.analysis.lifecycle import Step
from spooky_asyncio.analysis.scopes import Function, Scopes
from spooky_asyncio.fixes.background import runs_the_loop
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Fix
from spooky_asyncio.rewriting.awaiting import surround
from spooky_asyncio.rewriting.lines import after, stands_alone
from spooky_asyncio.rewriting.names import Names
from spooky_asyncio.rewriting.wording import shown_coroutine


def keep_in_own_set(site: Site) -> Iterator[Fix]:
    """For a task that is dropped where a set is at hand that other code puts its tasks into, and takes them out of when
    they have ended."""
    life, statement = site.life, site.scopes.parent(site.node)
    if life.starts is not Step.SCHEDULED or life.caller is not None or site.lifecycles.is_group(life):
        return
    if not isinstance(statement, ast.Expr) or not stands_alone(statement, site.source):
        return
    if not all(use.kind is UseKind.LOST for use in life.uses) or runs_the_loop(site):
        return
    kept = next(_sets_at_hand(site), None)
    if kept is not None:
        task = Names(site.scopes, site.node).for_task(life.name)
        lines = [f"{kept}.add({task})", f"{task}.add_done_callback({kept}.discard)"]
        edits = (*surround(site.node, f"{task} = ", "", site.source), after(statement, lines, site.source))
        what = f"the task of '{shown_coroutine(life)}'" if life.name else "the task"
        yield Fix(f"Keep {what} in '{kept}', as other tasks are kept: it runs on", edits, Applicability.UNSAFE)


def _sets_at_hand(site: Site) -> Iterator[str]:
    """The sets that tasks are kept in, as they are written where the node stands."""
    scopes = site.scopes
    owner = _class_around(site.node, scopes)
    for node in scopes.order:
        kept = _kept_in(node, scopes)
        if isinstance(kept, ast.Attribute) and owner is not None and _class_around(node, scopes) is owner:
            yield ast.unparse(kept)
        elif isinstance(kept, ast.Name) and scopes.binding(site.node, kept.id) is scopes.module:
            yield kept.id


def _kept_in(node: ast.AST, scopes: Scopes) -> ast.expr | None:
    """The set of which a callback takes a task out when it has ended: `task.add_done_callback(self._tasks.discard)`,
    where the same function has put it in."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or len(node.args) != 1:
        return None
    callback, function = node.args[0], scopes.function(node)
    if node.func.attr != "add_done_callback" or not isinstance(callback, ast.Attribute) or callback.attr != "discard":
        return None
    kept = callback.value
    is_on_self = isinstance(kept, ast.Attribute) and isinstance(kept.value, ast.Name) and kept.value.id == "self"
    is_of_module = isinstance(kept, ast.Name) and scopes.binding(kept, kept.id) is scopes.module
    put_in = f"{ast.unparse(kept)}.add({ast.unparse(node.func.value)})"
    nodes = scopes.of(node).section.nodes
    is_put_in = any(
        isinstance(one, ast.Call) and scopes.function(one) is function and ast.unparse(one) == put_in for one in nodes
    )
    return kept if (is_on_self or is_of_module) and is_put_in else None


def _class_around(node: ast.AST, scopes: Scopes) -> ast.ClassDef | None:
    """The class whose object is `self` at a node."""
    for outer in scopes.ancestors(node):
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)) and isinstance(
            scopes.parent(outer), ast.ClassDef
        ):
            owner = scopes.parent(outer)
            return owner if _takes_self(outer) and isinstance(owner, ast.ClassDef) else None
    return None


def _takes_self(method: Function) -> bool:
    return bool(method.args.args) and method.args.args[0].arg == "self"
