"""Follow a value from the expression that makes it to everything that uses it.

The value climbs: out of parentheses, branches and displays into the expression around it, through an assignment into
a name, from the name to every place that reads it, out of a container by a loop. Each way ends in a `Use`.

The order of statements is not looked at: a use anywhere in the scope counts, which can only make a value seem better
cared for than it is. Wherever the value leaves what can be seen here, it is in safe hands.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from spooky_asyncio.analysis.catalog import (
    CONTAINERS,
    EMPTYING_METHODS,
    FILLING_METHODS,
    NEUTRAL_METHODS,
    OBSERVING_ATTRIBUTES,
    Effect,
)
from spooky_asyncio.analysis.scopes import Scope, Scopes


class UseKind(IntEnum):
    """How far a use takes an awaitable that nobody awaits or observes. The order is that of the life."""

    LOST = 0
    """Thrown away, or bound to a name that nobody reads."""
    INSPECTED = 1
    """Used as if it were its own result."""
    WAITED = 2
    """Waited for until it has finished, without a look at its result."""


@dataclass(frozen=True, slots=True)
class Use:
    """`node` is the expression that does it: the call that inspects, the name that is never read."""

    kind: UseKind
    node: ast.expr


EffectOf: TypeAlias = Callable[[ast.Call], "Effect | None"]

_READ_BY_NAME = frozenset({"locals", "vars", "eval", "exec"})
"""Builtins that may read a local name without naming it."""

MAX_DEPTH = 4
"""Containers in containers in containers: nobody can say any more what happens to the value."""


@dataclass(frozen=True, slots=True)
class Place:
    """An expression that holds the value: the value itself at depth 0, a container it is in at 1, and so on."""

    node: ast.expr
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """The value goes on to other places, and is used where `uses` says; or it is in good hands: awaited, observed,
    or somebody else's from here on."""

    places: tuple[Place, ...] = ()
    uses: tuple[Use, ...] = ()
    handled: bool = False


_HANDLED = Move(handled=True)


class Flow:
    """The flow of values through one file. `effect_of` says what a call does with its arguments."""

    def __init__(self, scopes: Scopes, effect_of: EffectOf) -> None:
        self._scopes = scopes
        self._effect_of = effect_of

    def uses(self, made: ast.expr) -> tuple[Use, ...] | None:
        """All uses of the value that the expression makes; None as soon as one of them takes good care of it."""
        pending = [Place(made)]
        seen = set(pending)
        found: list[Use] = []
        while pending:
            move = self._step(pending.pop())
            if move.handled or any(place.depth > MAX_DEPTH for place in move.places):
                return None
            found += move.uses
            for place in move.places:
                if place not in seen:
                    seen.add(place)
                    pending.append(place)
        return tuple(found)

    # Each of the following methods answers for one kind of parent: where does the value go from `place`?

    def _step(self, place: Place) -> Move:
        parent = self._scopes.parent(place.node)
        if parent is None:
            return _HANDLED
        step = _STEPS.get(type(parent))
        return _HANDLED if step is None else step(self, place, parent)

    def _dropped(self, place: Place, parent: ast.Expr) -> Move:
        return _HANDLED if _is_lazy(place.node) else _lost(place.node)

    def _assigned(self, place: Place, parent: ast.Assign | ast.AnnAssign) -> Move:
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        return _joined(self._bound(target, place) for target in targets)

    def _augmented(self, place: Place, parent: ast.AugAssign) -> Move:
        if place.node is parent.target or not place.depth:
            return _HANDLED
        return self._put_into(parent.target, place.depth)

    def _named(self, place: Place, parent: ast.NamedExpr) -> Move:
        bound = self._bound(parent.target, place)
        # The expression goes on being the value; when nobody reads the name, what happens to it here decides.
        return Move((*bound.places, Place(parent, place.depth)), handled=bound.handled)

    def _bound(self, target: ast.expr, place: Place) -> Move:
        if isinstance(target, ast.Name):
            return self._name(target, place.depth)
        if isinstance(target, (ast.Tuple, ast.List)):
            return self._unpacked(target, place) if place.depth else _inspected(place.node)
        if isinstance(target, ast.Subscript):
            return self._put_into(target.value, place.depth + 1)
        return _HANDLED

    def _unpacked(self, target: ast.Tuple | ast.List, place: Place) -> Move:
        element = Place(place.node, place.depth - 1)
        if self._is_wait_result(place.node):
            # asyncio.wait returns (done, pending): only what is done has a result to look at.
            return self._bound(target.elts[0], element) if target.elts else _HANDLED
        return _joined(
            self._bound(part.value, place) if isinstance(part, ast.Starred) else self._bound(part, element)
            for part in target.elts
        )

    def _name(self, target: ast.Name, depth: int) -> Move:
        scope = self._scopes.of(target)
        if not self._is_private(scope, target.id):
            return _HANDLED
        loads = scope.loads.get(target.id, [])
        if not loads:
            return _lost(target)
        return Move(tuple(Place(load, depth) for load in loads))

    def _is_private(self, scope: Scope, name: str) -> bool:
        """Whether all that happens to the name is in the scope's own statements."""
        if not _READ_BY_NAME.isdisjoint(scope.loads):
            return False
        if isinstance(scope.node, ast.Module):
            # Another module may import it, unless it only exists where this one is the program. A name that this
            # module reads itself is there for that, and a name that it never reads for others.
            in_program = all(self._under_main_guard(store) for store in scope.stores[name])
            return name not in scope.captured and (in_program or name in scope.loads)
        return scope.is_local(name)

    def _under_main_guard(self, node: ast.AST) -> bool:
        return any(is_main_guard(ancestor) for ancestor in self._scopes.ancestors(node))

    def _put_into(self, container: ast.expr, depth: int) -> Move:
        """The value goes into a container: followed if the container is a fresh one of this scope."""
        if not isinstance(container, ast.Name):
            return _HANDLED
        scope = self._scopes.of(container)
        stores = scope.stores.get(container.id, [])
        if container.id in scope.parameters or not stores or not all(map(self._holds_fresh_container, stores)):
            return _HANDLED
        return self._name(container, depth)

    def _holds_fresh_container(self, store: ast.Name) -> bool:
        statement = self._scopes.parent(store)
        if isinstance(statement, ast.AugAssign):
            return True
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
            return False
        value = statement.value
        if isinstance(value, ast.Call):
            return isinstance(value.func, (ast.Name, ast.Attribute)) and last_name(value.func) in CONTAINERS
        return isinstance(value, (ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp))

    def _choice(self, place: Place, parent: ast.IfExp) -> Move:
        if place.node is parent.test:
            return _inspected(parent)
        return Move((Place(parent, place.depth),))

    def _boolean(self, place: Place, parent: ast.BoolOp) -> Move:
        if place.node is parent.values[-1] or isinstance(parent.op, ast.Or):
            return Move((Place(parent, place.depth),))
        return _inspected(parent)

    def _displayed(self, place: Place, parent: ast.Tuple | ast.List | ast.Set) -> Move:
        # `a, b = f(), g()`: each value has a target of its own.
        statement = self._scopes.parent(parent)
        if isinstance(statement, ast.Assign) and place.node in parent.elts:
            index = parent.elts.index(place.node)
            pairs = [_paired(target, parent, index) for target in statement.targets]
            if all(pairs):
                return _joined(self._bound(target, place) for target in pairs if target)
        return Move((Place(parent, place.depth + 1),))

    def _collected(self, place: Place, parent: ast.expr) -> Move:
        return Move((Place(parent, place.depth + 1),))

    def _starred(self, place: Place, parent: ast.Starred) -> Move:
        # What is starred gives its elements to the call or display around it, and so is one container less.
        return Move((Place(parent, place.depth - 1),)) if place.depth else _inspected(parent)

    def _looped(self, place: Place, parent: ast.For | ast.comprehension) -> Move:
        if isinstance(parent, ast.comprehension) and place.node in parent.ifs:
            return _inspected(place.node)
        if place.node is not parent.iter:
            return _HANDLED
        if not place.depth:
            is_async = isinstance(parent, ast.comprehension) and parent.is_async
            return _HANDLED if is_async else _inspected(place.node)
        return self._bound(parent.target, Place(place.node, place.depth - 1))

    def _called(self, place: Place, parent: ast.Call) -> Move:
        if place.node is parent.func:
            return _HANDLED if place.depth else _inspected(parent)
        return self._argument(place, parent)

    def _keyword(self, place: Place, parent: ast.keyword) -> Move:
        call = self._scopes.parent(parent)
        return self._argument(place, call) if isinstance(call, ast.Call) and parent.arg else _HANDLED

    def _argument(self, place: Place, call: ast.Call) -> Move:
        func, argument = call.func, place.node
        if isinstance(func, ast.Attribute) and func.attr in FILLING_METHODS and argument is call.args[-1]:
            return self._put_into(func.value, place.depth + 1)
        effect = self._effect_of(call)
        if effect is Effect.INSPECT:
            return _HANDLED if _is_lazy(argument) else _inspected(call)
        if effect is Effect.COLLECT:
            return Move((Place(call, place.depth),)) if place.depth else _inspected(call)
        if effect is Effect.ENUMERATE:
            return Move((Place(call, place.depth + 1),)) if place.depth else _inspected(call)
        if effect is Effect.WAIT and place.depth == 1 and argument is wait_argument(call):
            return self._waited(call)
        return _HANDLED

    def _waited(self, call: ast.Call) -> Move:
        awaited = self._scopes.parent(call)
        if not isinstance(awaited, ast.Await):
            return _HANDLED
        result = self._step(Place(awaited, depth=2))
        return Move(result.places, (Use(UseKind.WAITED, call),), result.handled)

    def _is_wait_result(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Await)
            and isinstance(node.value, ast.Call)
            and self._effect_of(node.value) is Effect.WAIT
        )

    def _attribute(self, place: Place, parent: ast.Attribute) -> Move:
        if place.depth:
            return self._container_method(place, parent)
        if parent.attr in OBSERVING_ATTRIBUTES or parent.attr.startswith(("cr_", "__")):
            return _HANDLED
        return _inspected(parent) if isinstance(parent.ctx, ast.Load) else _HANDLED

    def _container_method(self, place: Place, attribute: ast.Attribute) -> Move:
        call = self._scopes.parent(attribute)
        if not isinstance(call, ast.Call) or call.func is not attribute:
            return _HANDLED
        if attribute.attr in NEUTRAL_METHODS:
            return Move()
        if attribute.attr in EMPTYING_METHODS:
            return Move((Place(call, place.depth + EMPTYING_METHODS[attribute.attr]),))
        return _HANDLED

    def _subscript(self, place: Place, parent: ast.Subscript) -> Move:
        if place.node is not parent.value:
            return _HANDLED
        if not place.depth:
            return _inspected(parent)
        if not isinstance(parent.ctx, ast.Load):
            return Move()
        return Move((Place(parent, place.depth - (not isinstance(parent.slice, ast.Slice))),))

    def _operated(self, place: Place, parent: ast.BinOp) -> Move:
        # Containers are joined and repeated; nothing else takes part in arithmetic.
        return Move((Place(parent, place.depth),)) if place.depth else _inspected(parent)

    def _tested(self, place: Place, parent: ast.AST) -> Move:
        return _inspected(parent if isinstance(parent, ast.expr) else place.node)

    def _deleted(self, place: Place, parent: ast.Delete) -> Move:
        return Move()


def wait_argument(call: ast.Call) -> ast.expr | None:
    """The tasks that a call of `asyncio.wait` waits for."""
    if call.args:
        return call.args[0]
    return next((keyword.value for keyword in call.keywords if keyword.arg == "fs"), None)


def _paired(target: ast.expr, display: ast.Tuple | ast.List | ast.Set, index: int) -> ast.expr | None:
    """The part of an assignment's target that the element at `index` of its value goes to, if that is certain."""
    if not isinstance(target, (ast.Tuple, ast.List)) or len(target.elts) != len(display.elts):
        return None
    if any(isinstance(element, ast.Starred) for element in (*target.elts, *display.elts)):
        return None
    return target.elts[index]


def last_name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def is_main_guard(node: ast.AST) -> bool:
    """`if __name__ == "__main__":`"""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides) and any(
        isinstance(side, ast.Constant) and side.value == "__main__" for side in sides
    )


def _is_lazy(node: ast.expr) -> bool:
    """A generator that nobody runs never makes what it would yield."""
    return isinstance(node, ast.GeneratorExp)


def _inspected(node: ast.expr) -> Move:
    return Move(uses=(Use(UseKind.INSPECTED, node),))


def _lost(node: ast.expr) -> Move:
    return Move(uses=(Use(UseKind.LOST, node),))


def _joined(moves: Iterator[Move]) -> Move:
    places: tuple[Place, ...] = ()
    uses: tuple[Use, ...] = ()
    handled = False
    for move in moves:
        places += move.places
        uses += move.uses
        handled |= move.handled
    return Move(places, uses, handled)


_STEPS: dict[type[ast.AST], Callable[..., Move]] = {
    ast.Expr: Flow._dropped,
    ast.Assign: Flow._assigned,
    ast.AnnAssign: Flow._assigned,
    ast.AugAssign: Flow._augmented,
    ast.NamedExpr: Flow._named,
    ast.IfExp: Flow._choice,
    ast.BoolOp: Flow._boolean,
    ast.Tuple: Flow._displayed,
    ast.List: Flow._displayed,
    ast.Set: Flow._displayed,
    ast.Dict: Flow._collected,
    ast.ListComp: Flow._collected,
    ast.SetComp: Flow._collected,
    ast.DictComp: Flow._collected,
    ast.GeneratorExp: Flow._collected,
    ast.Starred: Flow._starred,
    ast.For: Flow._looped,
    ast.comprehension: Flow._looped,
    ast.Call: Flow._called,
    ast.keyword: Flow._keyword,
    ast.Attribute: Flow._attribute,
    ast.Subscript: Flow._subscript,
    ast.BinOp: Flow._operated,
    ast.UnaryOp: Flow._tested,
    ast.Compare: Flow._tested,
    ast.FormattedValue: Flow._tested,
    ast.If: Flow._tested,
    ast.While: Flow._tested,
    ast.Assert: Flow._tested,
    ast.Delete: Flow._deleted,
}
"""What is not listed (return, yield, await, raise, with, match, ...) hands the value to somebody else."""
