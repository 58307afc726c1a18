"""What is awaited on some ways through a function and lost on others."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from spooky_asyncio.analysis.flow import UseKind
from spooky_asyncio.analysis.lifecycle import Life, Step
from spooky_asyncio.fixes.binding import Binding, bound_value
from spooky_asyncio.fixes.captures import planned
from spooky_asyncio.fixes.exits import before_exits
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Edit, Fix, Range
from spooky_asyncio.rewriting.awaiting import await_edits
from spooky_asyncio.rewriting.lines import removed, stands_alone
from spooky_asyncio.rewriting.names import Names
from spooky_asyncio.rewriting.wording import shown_expression

_PLAIN = (ast.Name, ast.Constant, ast.Attribute, ast.UnaryOp, ast.unaryop, ast.BinOp, ast.operator, ast.keyword)
_DISPLAYS = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.JoinedStr, ast.FormattedValue, ast.Starred, ast.expr_context)


def call_where_awaited(site: Site) -> Iterator[Fix]:
    """Make the coroutine only where it is awaited: nothing else changes, as none of it has run before that."""
    binding = _of_some_ways(site)
    if binding is None or not binding.is_only_one or not isinstance(site.node, ast.Call):
        return
    if (
        not binding.is_whole
        or not stands_alone(binding.statement, site.source)
        or site.node.lineno != site.node.end_lineno
    ):
        return
    loads = binding.loads
    if not all(site.lifecycles.is_handled(load) and binding.is_in_same_loops(load) for load in loads):
        return
    if not binding.is_read_only_in_block or not _may_be_called_later(site.node, binding):
        return
    text = site.source.segment(site.node)
    edits = [*removed(binding.statement, site.source, site.scopes)]
    edits += [Edit(site.source.range(load), text) for load in loads]
    # What an attribute holds may have changed when it is read later.
    reads_attributes = any(
        isinstance(node, ast.Attribute) for argument in site.node.args for node in ast.walk(argument)
    )
    applicability = Applicability.UNSAFE if reads_attributes else Applicability.SAFE
    yield Fix(f"Call '{shown_expression(site.node)}' only where it is awaited", tuple(edits), applicability)


def await_where_used(site: Site) -> Iterator[Fix]:
    """Await it on the ways on which it is used as if it were its result."""
    binding = _of_some_ways(site)
    if binding is None or not binding.is_only_one:
        return
    inspected = [load for load in binding.loads if site.lifecycles.is_inspected(load)]
    others = [load for load in binding.loads if site.lifecycles.is_handled(load)]
    if not inspected or not all(site.can_await(load) for load in inspected):
        return
    if any(not _is_either_or(one, other, site) for one in inspected for other in binding.loads if one is not other):
        return
    if len(inspected) + len(others) != len(binding.loads) or _has_other_losses(site, inspected):
        return
    edits = [edit for load in inspected for edit in await_edits(load, site.source, site.scopes)]
    yield Fix(f"Await '{binding.name}' where it is used", tuple(edits), Applicability.SAFE)


def await_at_once(site: Site) -> Iterator[Fix]:
    """Await it where it is made, and nowhere else."""
    binding = _of_some_ways(site)
    if binding is None or not site.can_await(site.node) or isinstance(binding.statement, ast.AnnAssign):
        # A new type would make an annotation wrong.
        return
    makers = _lives_of(binding, site)
    if len(makers) != len(binding.scope.stores[binding.name]):
        return
    edits: list[Edit] = []
    for life in makers:
        edits += await_edits(life.node, site.source, site.scopes)
    for load in binding.loads:
        awaited = site.scopes.parent(load)
        if not isinstance(awaited, ast.Await):
            return
        statement = site.scopes.parent(awaited)
        if not isinstance(statement, ast.Expr):
            edits.append(Edit(Range(site.source.start(awaited), site.source.start(load)), ""))
        elif stands_alone(statement, site.source):
            edits += removed(statement, site.source, site.scopes)
        else:
            return
    title = f"Await '{shown_expression(site.node)}' where it is made: it runs on every way"
    yield Fix(title, tuple(edits), Applicability.UNSAFE)


def close_where_lost(site: Site) -> Iterator[Fix]:
    """Close it where nobody awaits it: what has ended, or never runs, may be closed any number of times."""
    if not site.life.is_cared_for or site.life.caller is not None or not site.life.is_async_function:
        return
    if any(isinstance(node, (ast.Call, ast.Await)) for node in ast.walk(site.node) if node is not site.node):
        # An argument may be a coroutine as well, which nobody would close.
        return
    if (binding := Binding.of(site)) is not None:
        edits = before_exits([f"{binding.name}.close()"], binding, site)
        title = f"Close '{binding.name}' where it is not awaited: it does not run there"
    elif (binding := Binding.of_container(site)) is not None:
        coroutine = Names(site.scopes, site.node).fresh("coroutine")
        lines = [f"for {coroutine} in {binding.name}:", f"\t{coroutine}.close()"]
        edits = before_exits(lines, binding, site)
        title = f"Close what is in '{binding.name}' where it is not awaited: it does not run there"
    else:
        return
    if edits:
        yield Fix(title, edits, Applicability.SAFE)


def await_on_every_way(site: Site) -> Iterator[Fix]:
    """Await a task wherever it is lost: who awaits it twice gets the same result twice."""
    if planned(site) is not None or not site.can_await(site.node):
        # Where it can be awaited once, at the end of its block, that is enough.
        return
    if site.lifecycles.never_ends(site.life):
        return
    imports: tuple[Edit, ...] = ()
    binding, what = Binding.of(site), "await {}"
    if binding is None and (binding := Binding.of_container(site)) is not None:
        gather = site.asyncio("gather")
        if gather is None:
            return
        imports, what = gather.edits, f"await {gather.text}(*{{}})"
    if binding is None or binding.is_module_name or binding.name == "_":
        return
    if any(getattr(site.scopes.parent(load), "attr", "") == "cancel" for load in binding.loads):
        # To await what was cancelled raises.
        return
    edits = before_exits([what.format(binding.name)], binding, site, may_be_read=True)
    if edits:
        whose = f"'{binding.name}'" if what == "await {}" else f"the tasks in '{binding.name}'"
        yield Fix(f"Await {whose} on every way", (*edits, *imports), Applicability.UNSAFE)


def _of_some_ways(site: Site) -> Binding | None:
    return Binding.of(site) if site.life.is_cared_for and site.life.caller is None else None


def _lives_of(binding: Binding, site: Site) -> list[Life]:
    """The lives that all the values of a name have, if each of them is a coroutine that is lost somewhere."""
    values = [bound_value(store, site.scopes) for store in binding.scope.stores[binding.name]]
    return [
        life
        for life in site.lifecycles.lives
        if life.node in values and life.reaches is Step.CREATED and site.can_await(life.node)
    ]


def _may_be_called_later(call: ast.Call, binding: Binding) -> bool:
    """Whether a call does the same further down: its arguments cost nothing, and none of its names changes."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    parts = [part for argument in arguments for part in ast.walk(argument)]
    if not all(isinstance(part, (*_PLAIN, *_DISPLAYS)) for part in parts):
        return False
    if not all(isinstance(part, (ast.Name, ast.Attribute, ast.expr_context)) for part in ast.walk(call.func)):
        return False
    names = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
    stores = [store for name in names for store in binding.scope.stores.get(name, [])]
    return not any(binding.is_followed_by(store) for store in stores)


def _is_either_or(one: ast.expr, other: ast.expr, site: Site) -> bool:
    """Whether two expressions stand in different branches, so that only one of them is evaluated."""
    path = [one, *site.scopes.ancestors(one)]
    inner: ast.AST = other
    for ancestor in site.scopes.ancestors(other):
        if ancestor in path:
            mine = path[path.index(ancestor) - 1]
            if not isinstance(ancestor, (ast.If, ast.IfExp)) or ancestor.test in (mine, inner):
                return False
            return _arm(mine, ancestor) != _arm(inner, ancestor)
        inner = ancestor
    return False


def _arm(node: ast.AST, branch: ast.If | ast.IfExp) -> bool:
    body = branch.body if isinstance(branch.body, list) else [branch.body]
    return node in body


def _has_other_losses(site: Site, inspected: list[ast.Name]) -> bool:
    """Whether the value is also lost on ways that lead past the places where it is used."""
    return any(use.kind is UseKind.OVERWRITTEN or isinstance(use.node, ast.Return) for use in site.life.uses)
