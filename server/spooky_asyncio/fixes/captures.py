"""How forgotten tasks can be kept: the names and containers that will hold them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from spooky_asyncio.analysis.catalog import CONTAINERS, EXTENDING_METHODS, FILLING_METHODS
from spooky_asyncio.analysis.control_flow import is_endless
from spooky_asyncio.analysis.flow import UseKind
from spooky_asyncio.analysis.lifecycle import Life, LifeCycles, Step
from spooky_asyncio.analysis.scopes import Function
from spooky_asyncio.analysis.syntax import assigned_name
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Edit, Range
from spooky_asyncio.rewriting.awaiting import runs_in_place
from spooky_asyncio.rewriting.lines import (
    after,
    before,
    block_of,
    jumps_out,
    returns_in,
    stands_alone,
    starts_its_line,
)
from spooky_asyncio.rewriting.names import Names


@dataclass(frozen=True)
class Capture:
    """One forgotten task and the name that will hold it, or that of a container that does."""

    call: ast.expr
    anchor: ast.stmt
    """The statement that makes the task, or the outermost loop that it stands in."""
    name: str
    is_list: bool = False
    is_dict: bool = False
    """A list, whatever kind of container, or a dict with the tasks as its values."""
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All forgotten tasks of a function, captured block by block; each block waits for its own at its end."""

    function: Function | None
    """The function that they are all made in; none for a module."""
    captures: tuple[Capture, ...]

    def blocks(self, lifecycles: LifeCycles) -> list[tuple[Sequence[ast.stmt], list[Capture]]]:
        found: list[tuple[Sequence[ast.stmt], list[Capture]]] = []
        for capture in self.captures:
            block = block_of(capture.anchor, lifecycles.scopes)
            known = next((captures for other, captures in found if other is block), None)
            if known is None:
                found.append((block, [capture]))
            else:
                known.append(capture)
        return found


def planned(site: Site) -> Plan | None:
    """How to keep this task and the others that its function forgets, where they can be awaited; None if this one can't
    be kept. In a notebook a cell is like a function. Of coroutines, those that are in containers."""
    plan = captured(site)
    if plan is None:
        return None
    return plan if isinstance(plan.function, ast.AsyncFunctionDef) or site.target.top_level_await else None


def captured(site: Site) -> Plan | None:
    """The same in any code."""
    life, lifecycles, scopes = site.life, site.lifecycles, site.scopes
    function = scopes.function(life.node)
    if isinstance(function, ast.Lambda) or lifecycles.is_group(life):
        return None
    names = Names(scopes, life.node)
    captures, includes_this = [], False
    by_statement: dict[ast.stmt, Capture] = {}
    for other in lifecycles.lives:
        if other.reaches is not life.reaches or scopes.function(other.node) is not function:
            continue
        if lifecycles.is_group(other) or not runs_in_place(other.node, scopes) or other.node in site.silenced:
            continue
        capture = _capture(other, function, names, lifecycles)
        if capture is not None:
            # Of a choice, one name holds whichever task is made.
            first = by_statement.setdefault(scopes.statement(other.node), capture)
            captures.append(capture if first is capture else replace(first, call=other.node, edits=()))
            includes_this |= other is life
    return Plan(function, tuple(captures)) if includes_this else None


def _capture(life: Life, function: Function | None, names: Names, lifecycles: LifeCycles) -> Capture | None:
    scopes = lifecycles.scopes
    if not isinstance(life.node, ast.Call):
        return None
    statement = scopes.statement(life.node)
    container = _container(life.node, statement, lifecycles)
    if life.reaches is Step.CREATED and container is None:
        # A coroutine is awaited where it stands, not later.
        return None
    loops = [node for node in scopes.ancestors(statement) if isinstance(node, (ast.For, ast.While, ast.AsyncFor))]
    loops = [loop for loop in loops if scopes.function(loop) is function]
    if any(isinstance(loop, ast.AsyncFor) or _is_open(loop) for loop in loops):
        # Nobody knows when what comes after the loop is reached, and until then a list would only grow.
        return None
    anchor = loops[-1] if loops else statement
    if lifecycles.never_ends(life) or not _has_room(anchor, function, lifecycles):
        return None
    if _waits_for_block(life, statement, lifecycles):
        return None
    if life.is_cared_for and not (loops and all(use.kind is UseKind.OVERWRITTEN for use in life.uses)):
        # Where another way awaits it, it is to be awaited on the others.
        return None
    if container is not None:
        return _filled(container, life, statement, loops, lifecycles)
    if _is_dropped_comprehension(life.node, statement, lifecycles):
        return _named_comprehension(life, statement, anchor, names, lifecycles)
    if not _is_whole_value(life.node, statement, lifecycles):
        return None
    if loops:
        return _collected(life, statement, anchor, names, lifecycles)
    return _named(life, statement, names, lifecycles)


def _filled(
    container: Capture, life: Life, statement: ast.stmt, loops: Sequence[ast.stmt], lifecycles: LifeCycles
) -> Capture | None:
    """A container that can be awaited as a whole, once the loops that fill it have ended."""
    scopes, scope = lifecycles.scopes, lifecycles.scopes.of(life.node)
    stores, loads = scope.stores[container.name], scope.loads.get(container.name, ())
    is_rebound = len(stores) > 1 or (loops and not isinstance(statement, ast.Expr))
    is_emptied = any(getattr(scopes.parent(load), "attr", "") in _REMOVING for load in loads)
    if is_rebound or is_emptied or not _holds_only_what_is_lost(container.name, life, lifecycles):
        return None
    outside = [loop for loop in loops if not any(loop in scopes.ancestors(store) for store in stores)]
    return replace(container, anchor=outside[-1] if outside else statement)


def _waits_for_block(life: Life, statement: ast.stmt, lifecycles: LifeCycles) -> bool:
    """Whether a task wants what a block around it holds, `async with self.lock`: to wait for it there is a deadlock."""
    scopes = lifecycles.scopes
    around = [one for one in scopes.ancestors(statement) if isinstance(one, ast.AsyncWith)]
    held = {ast.unparse(item.context_expr) for one in around for item in one.items}
    definition = life.definition
    if not held or definition is None or definition.path not in (None, lifecycles.source.path):
        return False
    function = lifecycles.callees.facts.definition_at(definition.range.start)
    nodes = ast.walk(function) if function is not None else ()
    return any(isinstance(node, (ast.Name, ast.Attribute)) and ast.unparse(node) in held for node in nodes)


def _is_open(loop: ast.stmt) -> bool:
    """`while True`, however it is left."""
    return isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant) and bool(loop.test.value)


def _is_whole_value(call: ast.Call, statement: ast.stmt, lifecycles: LifeCycles) -> bool:
    """Whether what a statement binds or drops is the task; of a choice, whichever task is chosen."""
    value: ast.expr | None = call
    while value is not None and value is not getattr(statement, "value", None):
        choice = lifecycles.scopes.parent(value)
        is_chosen = isinstance(choice, ast.IfExp) and not isinstance(statement, ast.Expr)
        made = {life.node for life in lifecycles.lives}
        if not is_chosen or not isinstance(choice, ast.IfExp) or not {choice.body, choice.orelse} <= made:
            return False
        value = choice
    return True


def _named(life: Life, statement: ast.stmt, names: Names, lifecycles: LifeCycles) -> Capture | None:
    """A task under a name: the one that it has, where that names nothing else, or a new one."""
    source = lifecycles.source
    if isinstance(statement, ast.Expr):
        start = source.start(statement)
        name = names.for_task(life.name)
        return Capture(life.node, statement, name, edits=(Edit(Range(start, start), f"{name} = "),))
    target = assigned_name(statement)
    if target is None or _is_deleted(target, lifecycles):
        return None
    scope = lifecycles.scopes.of(target)
    if target.id != "_" and len(scope.stores[target.id]) == 1:
        return Capture(life.node, statement, target.id)
    if scope.loads.get(target.id) and not _is_overwritten_unread(life, statement, target, lifecycles):
        # It names other things too, some of which are read.
        return None
    name = names.for_task(life.name)
    return Capture(life.node, statement, name, edits=(Edit(source.range(target), name),))


def _is_overwritten_unread(life: Life, statement: ast.stmt, target: ast.Name, lifecycles: LifeCycles) -> bool:
    """Whether nothing reads the name until it is bound anew, further down in the same block."""
    block = list(block_of(statement, lifecycles.scopes))
    following = block[block.index(statement) + 1 :]
    ends = [lifecycles.scopes.statement(use.node) for use in life.uses if use.kind is UseKind.OVERWRITTEN]
    if len(ends) != len(life.uses) or not ends or not all(end in following for end in ends):
        return False
    last = max(following.index(end) for end in ends)
    between = {node for other in following[: last + 1] for node in ast.walk(other)}
    return between.isdisjoint(lifecycles.scopes.of(target).loads.get(target.id, []))


def _collected(life: Life, statement: ast.stmt, loop: ast.stmt, names: Names, lifecycles: LifeCycles) -> Capture | None:
    """The tasks that a loop makes, in a new list."""
    source = lifecycles.source
    target = assigned_name(statement)
    fill: tuple[Edit, ...]
    if isinstance(statement, ast.Expr):
        name = names.for_task(life.name, plural=True)
        span = source.range(statement)
        fill = (Edit(Range(span.start, span.start), f"{name}.append("), Edit(Range(span.end, span.end), ")"))
    elif target is not None and not _is_deleted(target, lifecycles) and stands_alone(statement, source):
        name = names.for_task(life.name, plural=True)
        fill = (after(statement, [f"{name}.append({target.id})"], source),)
    else:
        return None
    return Capture(life.node, loop, name, is_list=True, edits=(before(loop, [f"{name} = []"], source), *fill))


def _is_dropped_comprehension(call: ast.Call, statement: ast.stmt, lifecycles: LifeCycles) -> bool:
    """Whether a statement does nothing but make tasks: `[create_task(fetch(url)) for url in urls]`."""
    parent = lifecycles.scopes.parent(call)
    is_statement = isinstance(statement, ast.Expr) and statement.value is parent
    return is_statement and isinstance(parent, (ast.ListComp, ast.SetComp))


def _named_comprehension(
    life: Life, statement: ast.stmt, anchor: ast.stmt, names: Names, lifecycles: LifeCycles
) -> Capture:
    source, name = lifecycles.source, names.for_task(life.name, plural=True)
    span = source.range(statement)
    edits: tuple[Edit, ...]
    if anchor is statement:
        edits = (Edit(Range(span.start, span.start), f"{name} = "),)
    else:
        extended = Edit(Range(span.start, span.start), f"{name}.extend("), Edit(Range(span.end, span.end), ")")
        edits = (before(anchor, [f"{name} = []"], source), *extended)
    return Capture(life.node, anchor, name, is_list=True, edits=edits)


def _has_room(anchor: ast.stmt, function: Function | None, lifecycles: LifeCycles) -> bool:
    """Whether lines can be put at the end of the block and before each `return` that follows, and will be reached."""
    source, scopes = lifecycles.source, lifecycles.scopes
    block = list(block_of(anchor, scopes))
    following = block[block.index(anchor) :]
    return (
        starts_its_line(block[0], source)
        and stands_alone(block[-1], source)
        and not is_endless(block[-1])
        and all(starts_its_line(node, source) for node in returns_in(following, function, scopes))
        and all(starts_its_line(node, source) for node in jumps_out(following, scopes))
    )


_REMOVING = frozenset({"clear", "discard", "pop", "popitem", "popleft", "remove"})
"""Methods after which a container may not hold all of its tasks any more."""


def _container(call: ast.Call, statement: ast.stmt, lifecycles: LifeCycles) -> Capture | None:
    """The local container that already holds the task, and that nobody waits for."""
    parent = lifecycles.scopes.parent(call)
    if isinstance(parent, (ast.List, ast.Set, ast.ListComp, ast.SetComp, ast.Dict, ast.DictComp)):
        target = assigned_name(statement)
        is_bound = target is not None and getattr(statement, "value", None) is parent
        is_value = not isinstance(parent, (ast.Dict, ast.DictComp)) or _is_value(call, parent)
        if target is None or not is_bound or not is_value:
            return None
        return Capture(call, statement, target.id, is_list=True, is_dict=isinstance(parent, (ast.Dict, ast.DictComp)))
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.args[-1:] == [call]:
        filled = parent.func.value
        is_statement = isinstance(statement, ast.Expr) and statement.value is parent
        is_filled = is_statement and isinstance(filled, ast.Name) and parent.func.attr in FILLING_METHODS
        return Capture(call, statement, filled.id, is_list=True) if is_filled and isinstance(filled, ast.Name) else None
    if isinstance(statement, ast.Assign) and statement.value is call and len(statement.targets) == 1:
        item = statement.targets[0]
        if isinstance(item, ast.Subscript) and isinstance(item.value, ast.Name):
            scope = lifecycles.scopes.of(item.value)
            made = [getattr(lifecycles.scopes.parent(store), "value", None) for store in scope.stores[item.value.id]]
            if made and all(isinstance(value, ast.Dict) for value in made):
                return Capture(call, statement, item.value.id, is_list=True, is_dict=True)
    return None


def _holds_only_what_is_lost(name: str, life: Life, lifecycles: LifeCycles) -> bool:
    """Whether all that a container gets by its name is of one kind, so that it can be awaited as a whole."""
    scopes = lifecycles.scopes
    scope = scopes.of(life.node)
    lost = {other.node for other in lifecycles.lives if other.reaches is life.reaches}
    given = [getattr(scopes.parent(store), "value", None) for store in scope.stores.get(name, ())]
    for load in scope.loads.get(name, ()):
        parent = scopes.parent(load)
        outer = scopes.parent(parent) if parent is not None else None
        if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store):
            given.append(getattr(outer, "value", None))
        elif isinstance(parent, ast.Attribute) and isinstance(outer, ast.Call) and outer.func is parent and outer.args:
            given += outer.args[-1:] if parent.attr in FILLING_METHODS | EXTENDING_METHODS else []
    return all(_has_only(value, lost) for value in given)


def _has_only(value: ast.expr | None, lost: set[ast.expr]) -> bool:
    if isinstance(value, (ast.List, ast.Set, ast.Tuple)):
        return lost.issuperset(value.elts)
    if isinstance(value, ast.Dict):
        return lost.issuperset(value.values)
    if isinstance(value, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        return value.elt in lost
    if isinstance(value, ast.DictComp):
        return value.value in lost
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in CONTAINERS:
        return not value.args and not value.keywords
    return value in lost


def _is_value(call: ast.Call, parent: ast.expr) -> bool:
    return call in parent.values if isinstance(parent, ast.Dict) else getattr(parent, "value", None) is call


def _is_deleted(name: ast.Name, lifecycles: LifeCycles) -> bool:
    return any(isinstance(store.ctx, ast.Del) for store in lifecycles.scopes.of(name).stores[name.id])
