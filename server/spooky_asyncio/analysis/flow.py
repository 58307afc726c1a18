"""Follow a value from the expression that makes it to everything that uses it.

The value climbs: out of parentheses, branches and displays into the expression around it, through an assignment into
a name, from the name to the places that read it, out of a container by a loop, into a function of the project and back.
Each way ends in a `Use`. Wherever the value leaves what can be seen here, it is in good hands.

Names of the function that makes the value are followed along the ways through its statements (`ways`); what has been
taken out of a container again is followed wherever its name is read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from typing import Protocol, TypeAlias

from spooky_asyncio.analysis.catalog import (
    CONTAINERS,
    EMPTYING_METHODS,
    EXTENDING_METHODS,
    FILLING_METHODS,
    NEUTRAL_METHODS,
    OBSERVING_ATTRIBUTES,
    CallbackResult,
    Effect,
)
from spooky_asyncio.analysis.scopes import Function, Scope, Scopes, Section
from spooky_asyncio.analysis.syntax import is_main_guard, last_name


class UseKind(IntEnum):
    """How far a use takes an awaitable that nobody awaits or observes. The order is that of the life."""

    LOST = 0
    """Thrown away, or bound to a name that nobody reads."""
    OVERWRITTEN = 1
    """The name that holds it is bound anew, or deleted."""
    LEFT = 2
    """The function ends on a way on which nobody takes care of it: by this `return`, after this test."""
    INSPECTED = 3
    """Used as if it were its own result."""
    WAITED = 4
    """Waited for until it has finished, without a look at its result."""
    CANCELLED = 5
    """Kept, and nothing is ever done with it but to cancel it."""


@dataclass(frozen=True, slots=True)
class Use:
    """`node` is what does it: the call that inspects, the name that is never read."""

    kind: UseKind
    node: ast.expr | ast.stmt


MAX_DEPTH = 4
"""Containers in containers in containers: nobody can say any more what happens to the value."""

MOST_ELEMENTS = 1000
"""What is written out longer than this is data, in which nobody looks for one value among the others."""

MAX_NESTING = 20
"""As many functions that hand a value on to one another are followed."""

MOST_EFFORT = 200
"""As many functions are looked into for one value: those that call one another are looked into again and again."""

_READ_BY_NAME = frozenset({"locals", "vars", "eval", "exec"})
"""Builtins that may read a local name without naming it."""


@dataclass(frozen=True, slots=True)
class Later:
    """The value comes of `node` only when that is awaited, or else iterated. `starts` tells whether it comes anyway."""

    node: ast.expr
    awaited: bool = True
    starts: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """An expression that holds the value: the value itself at depth 0, a container it is in at 1, and so on."""

    node: ast.expr
    depth: int = 0
    later: Later | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """A local name that holds the value as a place does."""

    name: str
    scope: Scope
    depth: int
    later: Later | None
    outlives: bool = False
    """A name of a module or class, which others may read once the module has run."""


@dataclass(frozen=True, slots=True)
class Move:
    """The value goes on to other places, into names, and is used where `uses` says; or it is in good hands: awaited,
    observed, or somebody else's from here on."""

    places: tuple[Place, ...] = ()
    uses: tuple[Use, ...] = ()
    held: tuple[Holder, ...] = ()
    handled: bool = False
    returned: int | None = None
    """In the hands of the caller of this function, in as many containers."""

    @property
    def waits(self) -> list[ast.Call]:
        """The calls of asyncio.wait among the uses."""
        return [use.node for use in self.uses if use.kind is UseKind.WAITED and isinstance(use.node, ast.Call)]


_HANDLED = Move(handled=True)

Readable: TypeAlias = "Function | ast.Lambda"
Parameter: TypeAlias = "tuple[Flow, Readable, str, int]"


class CallEffects(Protocol):
    """What the flow wants to know of calls."""

    def effect_of(self, call: ast.Call) -> Effect | None: ...
    def calls_back(self, call: ast.Call, argument: ast.expr) -> CallbackResult | None: ...
    def parameter_of(self, call: ast.Call, argument: ast.expr) -> Parameter | None: ...


class Flow:
    """The flow of values through one file."""

    def __init__(self, scopes: Scopes, calls: CallEffects) -> None:
        self._scopes = scopes
        self._calls = calls
        self._open: list[tuple[Readable, str, int]] = []
        self._outermost = MAX_NESTING
        self._effort = 0
        self._taking_out: set[tuple[ast.expr, int]] = set()
        self._parameters: dict[tuple[Readable, str, int], tuple[Move, set[Section]]] = {}

    def everywhere(self, made: Place) -> Move:
        """All uses of the value, wherever the names that hold it are read; `handled` as soon as one takes good care
        of it."""
        move = self.spread(made)
        return move if move.handled else self.held_everywhere(move)

    def held_everywhere(self, move: Move) -> Move:
        """The uses of a move, and all of the names that it has bound."""
        pending = list(move.held)
        seen = set(pending)
        uses = list(move.uses)
        while pending:
            holder = pending.pop()
            if holder.outlives:
                return _HANDLED
            for load in holder.scope.loads.get(holder.name, []):
                further = self.spread(Place(load, holder.depth, holder.later))
                if further.handled:
                    return further
                uses += further.uses
                new = set(further.held) - seen
                seen |= new
                pending += new
        return Move(uses=tuple(dict.fromkeys(uses)))

    def spread(self, made: Place) -> Move:
        """Where the value goes within a statement: the names that it binds to it, and its uses."""
        pending = [made]
        seen = set(pending)
        uses: list[Use] = []
        held: list[Holder] = []
        while pending:
            move = self._step(pending.pop())
            if move.handled:
                return move
            # A container that is put into itself would go deeper for ever.
            if max((one.depth for held in (move.places, move.held) for one in held), default=0) > MAX_DEPTH:
                return _HANDLED
            uses += move.uses
            held += move.held
            for place in move.places:
                if place not in seen:
                    seen.add(place)
                    pending.append(place)
        return Move(uses=tuple(uses), held=tuple(held))

    def traced(self, made: Place) -> list[tuple[Place, ast.AST | None, Move]]:
        """The steps of `spread`: from which place, into what around it, and what came of that."""
        pending, seen = [made], {made}
        steps: list[tuple[Place, ast.AST | None, Move]] = []
        while pending and not (steps and steps[-1][2].handled):
            place = pending.pop(0)
            move = self._step(place)
            steps.append((place, self._scopes.parent(place.node), move))
            new = [further for further in move.places if further not in seen and further.depth <= MAX_DEPTH]
            seen.update(new)
            pending += new
        return steps

    def passed(self, function: Readable, parameter: str, depth: int) -> Move:
        """What a function does with a value that it is given: nothing but its uses, or it hands it back, or more."""
        key = (function, parameter, depth)
        if key in self._parameters:
            move, read = self._parameters[key]
            self._scopes.look_into(*read)
            return move
        if key in self._open:
            # A function that calls itself does no more with it than it does besides.
            self._outermost = min(self._outermost, self._open.index(key))
            return Move()
        self._effort = self._effort + 1 if self._open else 1
        if len(self._open) >= MAX_NESTING or self._effort > MOST_EFFORT:
            self._outermost = -1
            return _HANDLED
        self._open.append(key)
        with self._scopes.noting_what_is_read() as read:
            move = self._passed(function, parameter, depth)
        self._open.pop()
        if self._outermost >= len(self._open):
            # No answer went in that was not complete.
            self._parameters[key] = move, read
        if self._outermost >= len(self._open) or not self._open:
            self._outermost = MAX_NESTING
        return move

    def _passed(self, function: Readable, parameter: str, depth: int) -> Move:
        scope = self._scopes.opened_by(function)
        if not self._is_private(scope, parameter):
            return _HANDLED
        moves = [self.everywhere(Place(load, depth)) for load in scope.loads.get(parameter, [])]
        returned = {move.returned for move in moves if move.handled}
        if len(returned) > 1 or None in returned:
            return _HANDLED
        uses = tuple(use for move in moves for use in move.uses)
        return next((move for move in moves if move.handled), Move(uses=uses))

    # Each of the following methods answers for one kind of parent: where does the value go from `place`?

    def _step(self, place: Place) -> Move:
        parent = self._scopes.parent(place.node)
        if parent is None:
            return _HANDLED
        step = _STEPS.get(type(parent))
        return _HANDLED if step is None else step(self, place, parent)

    def _dropped(self, place: Place, parent: ast.Expr) -> Move:
        return _lost(place, place.node)

    def _awaited(self, place: Place, parent: ast.Await) -> Move:
        if place.later is None or not place.later.awaited:
            return _HANDLED
        uses = self._waited(place)
        return Move((Place(parent, place.depth),), uses)

    def _waited(self, place: Place) -> tuple[Use, ...]:
        """The use that awaiting `place` is: of tasks that asyncio.wait waits for, and of nothing else."""
        call = place.later.node if place.later is not None else None
        is_wait = isinstance(call, ast.Call) and self._calls.effect_of(call) is Effect.WAIT
        return (Use(UseKind.WAITED, call),) if is_wait and call is not None else ()

    def _returned(self, place: Place, parent: ast.Return | ast.Lambda) -> Move:
        return Move(handled=True, returned=place.depth if place.later is None else None)

    def _assigned(self, place: Place, parent: ast.Assign | ast.AnnAssign) -> Move:
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        return _joined(self._bound(target, place) for target in targets)

    def _augmented(self, place: Place, parent: ast.AugAssign) -> Move:
        if place.node is parent.target:
            return _HANDLED
        if place.depth:
            return self._put_into(parent.target, place)
        return _HANDLED if self._is_defined(parent.op) else _inspected(place.node)

    def _named(self, place: Place, parent: ast.NamedExpr) -> Move:
        bound = self._bound(parent.target, place)
        # The expression goes on being the value; when nobody reads the name, what happens to it here decides.
        return replace(bound, places=(Place(parent, place.depth, place.later),), uses=())

    def _bound(self, target: ast.expr, place: Place) -> Move:
        """The value is bound to a target as it is."""
        if isinstance(target, ast.Name):
            return self._name(target, place)
        if isinstance(target, (ast.Tuple, ast.List)):
            return self._unpacked(target, place) if place.depth else _inspected(place.node)
        if isinstance(target, ast.Subscript):
            return self._put_into(target.value, replace(place, depth=place.depth + 1))
        return _HANDLED

    def _taken_out(self, target: ast.expr, place: Place) -> Move:
        """A target gets the elements of a container, one after the other: what is done with one is done with all."""
        if isinstance(target, (ast.Tuple, ast.List)):
            return self._unpacked(target, place) if place.depth else _inspected(place.node)
        bound = self._bound(target, place)
        key = (target, place.depth)
        if not bound.held or key in self._taking_out:
            # What comes round again in a loop is followed already.
            return bound if bound.handled else Move(uses=bound.uses)
        self._taking_out.add(key)
        try:
            return _joined(
                self.everywhere(Place(load, holder.depth, holder.later))
                for holder in bound.held
                for load in self._loads_for(target, holder.name)
            )
        finally:
            self._taking_out.discard(key)

    def _loads_for(self, target: ast.expr, name: str) -> list[ast.Name]:
        """Where the name of a loop's target is read. A name that other statements bind too, and that of a
        comprehension, means this value in the loop only."""
        scope = self._scopes.of(target)
        loads = scope.loads.get(name, [])
        if len(scope.stores[name]) == 1:
            return loads
        loop = next(
            (
                ancestor if isinstance(ancestor, ast.For) else self._scopes.parent(ancestor)
                for ancestor in self._scopes.ancestors(target)
                if isinstance(ancestor, (ast.For, ast.comprehension))
            ),
            None,
        )
        return [load for load in loads if loop is None or any(a is loop for a in self._scopes.ancestors(load))]

    def _unpacked(self, target: ast.Tuple | ast.List, place: Place) -> Move:
        element = _element(place, place.node)
        if self._is_wait_result(place.node):
            # asyncio.wait returns (done, pending): only what is done has a result to look at.
            return self._bound(target.elts[0], element) if target.elts else _HANDLED
        moves = [
            self._bound(part.value, Place(place.node, place.depth, element.later))
            if isinstance(part, ast.Starred)
            else self._taken_out(part, element)
            for part in target.elts
        ]
        displays = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp)
        is_flat = place.depth == 1 and isinstance(place.node, displays)
        if is_flat and isinstance(self._scopes.parent(target), ast.Assign) and not all(m.handled for m in moves):
            # Each gets another one of the elements.
            return _joined(move for move in moves if not move.handled)
        return _joined(moves)

    def _is_wait_result(self, node: ast.expr) -> bool:
        """Whether an expression is what asyncio.wait gives: awaited, run by a loop, or under a name."""
        for _ in range(MAX_DEPTH):
            if isinstance(node, ast.Await):
                node = node.value
            elif isinstance(node, ast.Name):
                values = [getattr(self._scopes.parent(store), "value", None) for store in self._stores_of(node)]
                if len(values) != 1 or not isinstance(values[0], ast.expr):
                    return False
                node = values[0]
            elif isinstance(node, ast.Call):
                effect = self._calls.effect_of(node)
                if effect is Effect.WAIT or not node.args:
                    return effect is Effect.WAIT
                if effect not in (Effect.RUN, Effect.AWAIT, Effect.SPAWN, Effect.ADOPT, Effect.SHIELD):
                    return False
                node = node.args[0]
            else:
                return False
        return False

    def _stores_of(self, name: ast.Name) -> list[ast.Name]:
        return self._scopes.of(name).stores.get(name.id, [])

    def _name(self, target: ast.Name, place: Place) -> Move:
        scope = self._scopes.of(target)
        if self._is_private(scope, target.id):
            if not scope.loads.get(target.id):
                return _lost(place, target)
            return Move(held=(Holder(target.id, scope, place.depth, place.later),))
        if isinstance(scope.node, (ast.Module, ast.ClassDef)) and not {target.id} & (scope.captured | scope.shared):
            return Move(held=(Holder(target.id, scope, place.depth, place.later, outlives=True),))
        return _HANDLED

    def _is_private(self, scope: Scope, name: str) -> bool:
        """Whether all that happens to the name is in the scope's own statements."""
        if not _READ_BY_NAME.isdisjoint(scope.loads):
            return False
        if isinstance(scope.node, ast.Module):
            # Another module may import it, unless it only exists where this one is the program. A name that this
            # module reads itself is there for that, and a name that it never reads for others.
            in_program = name == "_" or all(self._under_main_guard(store) for store in scope.stores[name])
            return name not in scope.captured and (in_program or name in scope.loads)
        return scope.is_local(name)

    def _under_main_guard(self, node: ast.AST) -> bool:
        return any(is_main_guard(ancestor) for ancestor in self._scopes.ancestors(node))

    def _put_into(self, container: ast.expr, place: Place) -> Move:
        """The value goes into a container: followed if the container is a fresh one of this scope."""
        if isinstance(container, ast.Subscript):
            # `by_name[name].append(value)`
            return self._put_into(container.value, replace(place, depth=place.depth + 1))
        if not isinstance(container, ast.Name) or not self._is_fresh_container(container):
            return _HANDLED
        return self._name(container, place)

    def _is_fresh_container(self, container: ast.Name) -> bool:
        """Whether the name holds a container that this scope has made, at this place."""
        scope = self._scopes.of(container)
        stores = [store for store in scope.stores.get(container.id, []) if not isinstance(store.ctx, ast.Del)]
        reaching = self._reaching(stores, container)
        if container.id in scope.parameters or not reaching or not all(map(self._holds_fresh_container, reaching)):
            return False
        earlier = [load for load in scope.loads[container.id] if self._may_come_between(load, container, reaching)]
        return not any(map(self._lets_go, earlier))

    def _may_come_between(self, load: ast.Name, use: ast.Name, stores: list[ast.Name]) -> bool:
        """Whether a name may be read between its binding and this use of it: further up, or in an earlier turn of a
        loop around both that does not bind it anew."""
        if min(map(_position, stores)) < _position(load) < _position(use):
            return True
        loops = [node for node in self._scopes.ancestors(use) if isinstance(node, (ast.For, ast.AsyncFor, ast.While))]
        again = [loop for loop in loops if not all(loop in self._scopes.ancestors(store) for store in stores)]
        return any(ancestor in again for ancestor in self._scopes.ancestors(load))

    def _lets_go(self, load: ast.Name) -> bool:
        """Whether somebody else gets hold of a container here, and sees what is put into it later."""
        parent = self._scopes.parent(load)
        if isinstance(parent, ast.Attribute):
            call = self._scopes.parent(parent)
            is_kept = call is not None and isinstance(self._scopes.parent(call), (ast.Assign, ast.keyword))
            return is_kept and parent.attr in ("values", "items", "keys")
        if isinstance(parent, ast.keyword):
            parent = self._scopes.parent(parent)
        if isinstance(parent, ast.Call):
            if self._calls.effect_of(parent) is not None:
                return False
            parameter = self._calls.parameter_of(parent, load)
            return parameter is None or parameter[0].passed(parameter[1], parameter[2], 1 + parameter[3]).handled
        return not isinstance(parent, _KEEPING)

    def _reaching(self, stores: list[ast.Name], use: ast.Name) -> list[ast.Name]:
        """The bindings of a name that may hold where it is used: those further up, and those of an earlier turn of a
        loop around the use, unless each turn begins with one of its own."""
        before = [store for store in stores if _position(store) < _position(use)]
        loops = [node for node in self._scopes.ancestors(use) if isinstance(node, (ast.For, ast.AsyncFor, ast.While))]
        for loop in loops:
            inside = [store for store in stores if loop in self._scopes.ancestors(store)]
            around = {use, *self._scopes.ancestors(use)}
            if any(
                store in before and self._scopes.parent(self._scopes.statement(store)) in around for store in inside
            ):
                return [store for store in inside if store in before]
            before += [store for store in inside if store not in before]
        return before

    def _holds_fresh_container(self, store: ast.Name) -> bool:
        statement = self._scopes.parent(store)
        index = None
        if isinstance(statement, (ast.Tuple, ast.List)):
            # `ready, waiting = [], []`
            index, statement = statement.elts.index(store), self._scopes.parent(statement)
        if isinstance(statement, ast.AugAssign):
            return True
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
            return False
        if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
            # `tasks = self.tasks = []`
            return False
        value = statement.value
        if index is not None:
            if not isinstance(value, (ast.Tuple, ast.List)) or index >= len(value.elts):
                return False
            value = value.elts[index]
        if isinstance(value, ast.Call):
            return isinstance(value.func, (ast.Name, ast.Attribute)) and last_name(value.func) in CONTAINERS
        return isinstance(value, (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp))

    def _choice(self, place: Place, parent: ast.IfExp) -> Move:
        if place.node is parent.test:
            return _inspected(parent)
        return Move((replace(place, node=parent),))

    def _boolean(self, place: Place, parent: ast.BoolOp) -> Move:
        if place.node is parent.values[-1] or isinstance(parent.op, ast.Or):
            return Move((replace(place, node=parent),))
        return _inspected(parent)

    def _displayed(self, place: Place, parent: ast.Tuple | ast.List | ast.Set) -> Move:
        if len(parent.elts) > MOST_ELEMENTS:
            return _HANDLED
        # `a, b = f(), g()`: each value has a target of its own.
        path: list[tuple[ast.Tuple | ast.List, int]] = []
        inner, outer = place.node, self._scopes.parent(place.node)
        while isinstance(outer, (ast.Tuple, ast.List)) and inner in outer.elts:
            path.append((outer, outer.elts.index(inner)))
            inner, outer = outer, self._scopes.parent(outer)
        if isinstance(outer, ast.Assign) and inner is outer.value:
            found = [_paired(target, path[::-1]) for target in outer.targets]
            if all(found):
                return _joined(
                    self._bound(pair[0], replace(place, depth=place.depth + pair[1]))
                    for pair in found
                    if pair is not None
                )
        return self._collected(place, parent)

    def _collected(self, place: Place, parent: ast.expr) -> Move:
        # What a generator yields is made when somebody asks for it; what is to come of an awaitable stays so.
        later = place.later
        if isinstance(parent, ast.GeneratorExp) and later is None:
            later = Later(parent, awaited=False)
        return Move((Place(parent, place.depth + 1, later),))

    def _in_dict(self, place: Place, parent: ast.Dict) -> Move:
        index = parent.values.index(place.node) if place.node in parent.values else None
        if index is not None and parent.keys[index] is None:
            # `{**found}`
            return Move((replace(place, node=parent),)) if place.depth else _inspected(place.node)
        return self._collected(place, parent)

    def _starred(self, place: Place, parent: ast.Starred) -> Move:
        # What is starred gives its elements to the call or display around it, and so is one container less.
        return Move((_element(place, parent),)) if place.depth else _inspected(parent)

    def _looped(self, place: Place, parent: ast.For | ast.comprehension) -> Move:
        if isinstance(parent, ast.comprehension) and place.node in parent.ifs:
            return _inspected(place.node)
        if place.node is not parent.iter:
            return _HANDLED
        if not place.depth:
            return _inspected(place.node)
        return self._taken_out(parent.target, _element(place, place.node))

    def _looped_asynchronously(self, place: Place, parent: ast.AsyncFor) -> Move:
        return _inspected(place.node) if not place.depth and place.later is None else _HANDLED

    def _raised(self, place: Place, parent: ast.Raise) -> Move:
        return _inspected(place.node) if not place.depth else _HANDLED

    def _entered(self, place: Place, parent: ast.withitem) -> Move:
        return _inspected(place.node) if not place.depth and place.later is None else _HANDLED

    def _called(self, place: Place, parent: ast.Call) -> Move:
        if place.node is parent.func:
            return _HANDLED if place.depth or place.later else _inspected(parent)
        return self._argument(place, parent)

    def _keyword(self, place: Place, parent: ast.keyword) -> Move:
        call = self._scopes.parent(parent)
        if parent.arg is None and not place.depth:
            return _inspected(place.node)
        return self._argument(place, call) if isinstance(call, ast.Call) else _HANDLED

    def _argument(self, place: Place, call: ast.Call) -> Move:
        func, argument = call.func, place.node
        if isinstance(func, ast.Attribute) and call.args and argument is call.args[-1]:
            if func.attr in FILLING_METHODS and self._is_container(func.value):
                return self._put_into(func.value, replace(place, depth=place.depth + 1))
            if func.attr in EXTENDING_METHODS and place.depth:
                return self._put_into(func.value, replace(place, later=None))
        if not place.depth and place.later is None and self._calls.calls_back(call, argument) is not None:
            # `Thread(target=fetch())`: no function, and calling it fails.
            return _inspected(call)
        effect = self._calls.effect_of(call)
        if effect is not None:
            return self._affected(effect, place, call)
        parameter = self._calls.parameter_of(call, argument)
        if parameter is None or place.later is not None:
            return _HANDLED
        flow, function, name, deeper = parameter
        move = flow.passed(function, name, place.depth + deeper)
        if move.returned is not None and not isinstance(function, ast.AsyncFunctionDef):
            return Move((Place(call, move.returned),))
        # Who waits for somebody else's tasks may leave it to them to read the results.
        return _HANDLED if move.handled or move.waits else _inspected(call)

    def _is_container(self, node: ast.expr) -> bool:
        while isinstance(node, ast.Subscript):
            node = node.value
        return isinstance(node, ast.Name) and self._is_fresh_container(node)

    def _affected(self, effect: Effect, place: Place, call: ast.Call) -> Move:
        waits = place.later is not None and place.later.awaited
        if effect is Effect.INSPECT:
            return _HANDLED if place.later is not None else _inspected(call)
        if effect is Effect.CONSUME and not waits:
            return _inspected(call)
        if effect in (Effect.COLLECT, Effect.ENUMERATE):
            later = place.later if waits else None
            is_pairs = effect is Effect.ENUMERATE
            return Move((Place(call, place.depth + is_pairs, later),)) if place.depth else _inspected(call)
        if effect is Effect.DICT and not waits:
            return self._into_dict(place, call)
        if effect is Effect.NEXT and not waits:
            return Move((Place(call, place.depth - 1),)) if place.depth else _inspected(call)
        if effect is Effect.WAIT and place.depth == 1 and place.node is wait_argument(call):
            return Move((Place(call, 2, Later(call)),))
        is_first = bool(call.args) and place.node is call.args[0]
        if effect is Effect.AWAIT and waits and is_first:
            return Move((replace(place, node=call),))
        if effect is Effect.RUN and is_first and isinstance(self._scopes.function(call), ast.AsyncFunctionDef):
            # It fails before it has a look at what it is given.
            return _inspected(call)
        if effect is Effect.RUN and waits and is_first:
            return Move((Place(call, place.depth),), self._waited(place))
        if effect in (Effect.SPAWN, Effect.ADOPT, Effect.SHIELD) and waits and is_first:
            return Move((replace(place, node=call, later=Later(self._awaited_call(place), starts=True)),))
        if effect is Effect.GATHER and waits and not place.depth:
            return Move((Place(call, 1, Later(self._awaited_call(place), starts=True)),))
        return _HANDLED

    def _awaited_call(self, place: Place) -> ast.expr:
        """What is awaited in the end, through whatever waits for it."""
        return place.later.node if place.later is not None else place.node

    def _into_dict(self, place: Place, call: ast.Call) -> Move:
        """`dict(name=value)`, `dict(pairs)`"""
        if any(keyword.value is place.node for keyword in call.keywords):
            return Move((Place(call, place.depth + 1),))
        return Move((Place(call, place.depth - 1),)) if place.depth > 1 else _inspected(call)

    def _lambda(self, place: Place, parent: ast.Lambda) -> Move:
        """The value is what the lambda returns, to whoever calls it."""
        user = self._scopes.parent(parent)
        if isinstance(user, ast.Call) and user.func is parent:
            return Move((replace(place, node=user),))
        call = self._scopes.parent(user) if isinstance(user, ast.keyword) else user
        result = self._calls.calls_back(call, parent) if isinstance(call, ast.Call) else None
        if result is None or not isinstance(call, ast.Call):
            return self._returned(place, parent)
        return self.called_back(result, call)

    def called_back(self, result: CallbackResult, call: ast.Call) -> Move:
        """What becomes of a value that `call` gets from a function handed to it, which it calls like a plain one."""
        if result is CallbackResult.TESTED:
            return _inspected(call) if self._is_iterated(call) else _HANDLED
        if result is CallbackResult.HANDED_BACK:
            return Move((Place(call, 0, Later(call, starts=True)),))
        if result is CallbackResult.RETURNED:
            return Move((Place(call),))
        if result is CallbackResult.AWAITED_BACK:
            return Move((Place(call, 0, Later(call)),))
        if result is CallbackResult.EACH_AT_ONCE:
            return Move((Place(call, 1, Later(call, awaited=False, starts=True)),))
        if result is CallbackResult.EACH:
            return Move((Place(call, 1, Later(call, awaited=False)),))
        return _inspected(call)

    def _is_iterated(self, node: ast.expr) -> bool:
        """Whether somebody asks an iterator for its elements."""
        parent = self._scopes.parent(node)
        if isinstance(parent, (ast.For, ast.comprehension)):
            return parent.iter is node
        if isinstance(parent, ast.Call):
            effects = (Effect.COLLECT, Effect.CONSUME, Effect.NEXT, Effect.ENUMERATE)
            return node in parent.args and self._calls.effect_of(parent) in effects
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
            loads = self._scopes.of(node).loads.get(parent.targets[0].id, [])
            read = [load for load in loads if not isinstance(self._scopes.parent(load), ast.Assign)]
            return any(map(self._is_iterated, read))
        return isinstance(parent, (ast.Starred, ast.Assign))

    def _attribute(self, place: Place, parent: ast.Attribute) -> Move:
        if place.later is not None and place.later.awaited:
            return self._of_future(place, parent)
        if place.depth:
            return self._container_method(place, parent)
        if parent.attr in OBSERVING_ATTRIBUTES:
            return _HANDLED
        if parent.attr == "done" and self._is_polled(parent):
            return _HANDLED
        return _inspected(parent)

    def _of_future(self, place: Place, attribute: ast.Attribute) -> Move:
        call = self._scopes.parent(attribute)
        is_called = isinstance(call, ast.Call) and call.func is attribute
        if attribute.attr == "result" and is_called and isinstance(call, ast.Call):
            return Move((Place(call, place.depth),), self._waited(place))
        is_look = attribute.attr in ("exception", "done", "running", "cancelled", "get_name")
        return Move() if is_look and place.later is not None and not self._waited(place) else _HANDLED

    def _is_polled(self, done: ast.Attribute) -> bool:
        """Whether a loop asks a task again and again whether it has finished, or a test makes sure of it."""
        inner: ast.AST = done
        is_asked = is_one_of_many = False
        for ancestor in self._scopes.ancestors(done):
            if isinstance(ancestor, (ast.If, ast.While)) and inner is ancestor.test:
                is_asked = True
            if isinstance(ancestor, ast.Assert) or (isinstance(ancestor, ast.Call) and _asserts(ancestor)):
                return not is_one_of_many
            is_one_of_many |= isinstance(ancestor, (ast.GeneratorExp, ast.ListComp))
            if isinstance(ancestor, ast.While) and is_asked:
                return True
            inner = ancestor
        return False

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
            # As an index; in an assignment it becomes a key of the container.
            is_index = place.node is parent.slice and isinstance(parent.ctx, ast.Load)
            return _inspected(parent) if is_index and not place.depth else _HANDLED
        if not place.depth:
            return _inspected(parent)
        if not isinstance(parent.ctx, ast.Load):
            return Move()
        if self._is_wait_result(place.node) and isinstance(parent.slice, ast.Constant) and parent.slice.value == 1:
            # What is still pending has no result yet.
            return Move()
        if isinstance(parent.slice, ast.Slice):
            return Move((replace(place, node=parent),))
        return Move((_element(place, parent),))

    def _sliced(self, place: Place, parent: ast.Slice) -> Move:
        return _HANDLED if place.depth or place.later is not None else _inspected(place.node)

    def _operated(self, place: Place, parent: ast.BinOp) -> Move:
        # Containers are joined and repeated; nothing else takes part in arithmetic.
        if place.depth and not (isinstance(parent.op, ast.Mod) and place.node is parent.right):
            return Move((Place(parent, place.depth),))
        return _HANDLED if self._is_defined(parent.op) else _inspected(parent)

    def _is_defined(self, operator: ast.AST) -> bool:
        """Whether a class of this file has an operator of its own, which may well keep what it is given."""
        name = _OPERATOR_NAMES.get(type(operator), type(operator).__name__.lower())
        return not {f"__{name}__", f"__r{name}__", f"__i{name}__"}.isdisjoint(self._method_names)

    @cached_property
    def _method_names(self) -> frozenset[str]:
        """The names of all that is defined in classes of the file."""
        return frozenset[str]().union(*self._scopes.facts(_method_names_in))

    def _compared(self, place: Place, parent: ast.Compare) -> Move:
        if all(isinstance(op, (ast.Is, ast.IsNot)) for op in parent.ops):
            return Move()
        return _HANDLED if any(map(self._is_defined, parent.ops)) else self._tested(place, parent)

    def _tested(self, place: Place, parent: ast.AST) -> Move:
        if place.depth or place.later is not None:
            # Whether anything is in a container is a fair question.
            return Move()
        return _inspected(parent if isinstance(parent, ast.expr) else place.node)

    def _matched(self, place: Place, parent: ast.Match) -> Move:
        # Under a name, the cases may be there to tell what it is.
        is_new = not place.depth and place.later is None and not isinstance(place.node, ast.Name)
        return _inspected(place.node) if is_new else _HANDLED

    def _shown(self, place: Place, parent: ast.FormattedValue) -> Move:
        return _inspected(parent)

    def _deleted(self, place: Place, parent: ast.Delete) -> Move:
        return Move()


_OPERATOR_NAMES: dict[type[ast.AST], str] = {
    ast.Div: "truediv",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.BitOr: "or",
    ast.BitAnd: "and",
    ast.BitXor: "xor",
    ast.NotEq: "eq",
    ast.LtE: "le",
    ast.GtE: "ge",
    ast.In: "contains",
    ast.NotIn: "contains",
}
"""Those of the methods behind operators that are not called like the nodes of `ast`."""

_KEEPING = (
    *(ast.Subscript, ast.Starred, ast.For, ast.AsyncFor, ast.comprehension, ast.Compare, ast.If, ast.While, ast.BoolOp),
    *(ast.UnaryOp, ast.BinOp, ast.Expr, ast.FormattedValue, ast.AugAssign, ast.Delete, ast.Assert),
)
"""Where a container is read and stays with the name."""


def wait_argument(call: ast.Call) -> ast.expr | None:
    """The tasks that a call of `asyncio.wait` waits for."""
    if call.args:
        return call.args[0]
    return next((keyword.value for keyword in call.keywords if keyword.arg == "fs"), None)


def _method_names_in(section: Section) -> frozenset[str]:
    classes = (scope for scope in section.scopes if isinstance(scope.node, ast.ClassDef))
    return frozenset(name for scope in classes for name in scope.definitions)


def _position(node: ast.expr) -> tuple[int, int]:
    return (node.lineno, node.col_offset)


def _asserts(call: ast.Call) -> bool:
    return isinstance(call.func, (ast.Name, ast.Attribute)) and last_name(call.func).startswith("assert")


def _paired(target: ast.expr, path: list[tuple[ast.Tuple | ast.List, int]]) -> tuple[ast.expr, int] | None:
    """The part of an assignment's target that gets the value at the end of a path through displays, and how many
    containers that then has around it; None if that is not certain."""
    for count, (display, index) in enumerate(path):
        if not isinstance(target, (ast.Tuple, ast.List)) or any(isinstance(e, ast.Starred) for e in display.elts):
            # One name for all that the rest of the path leads through.
            return (target, len(path) - count) if count and isinstance(target, ast.Name) else None
        starred = next((i for i, element in enumerate(target.elts) if isinstance(element, ast.Starred)), None)
        if starred is None:
            if len(target.elts) != len(display.elts):
                return None
            target = target.elts[index]
            continue
        after = len(target.elts) - starred - 1
        if index < starred:
            target = target.elts[index]
        elif index >= len(display.elts) - after:
            target = target.elts[index - len(display.elts)]
        else:
            rest = target.elts[starred]
            return (rest.value, len(path) - count) if isinstance(rest, ast.Starred) else None
    return target, 0


def _element(container: Place, node: ast.expr) -> Place:
    """What is in a container, as the value of `node`. Who has it has iterated, and may still have to await it."""
    later = container.later if container.later is not None and container.later.awaited else None
    return Place(node, container.depth - 1, later)


def _inspected(node: ast.expr) -> Move:
    return Move(uses=(Use(UseKind.INSPECTED, node),))


def _lost(place: Place, node: ast.expr) -> Move:
    # What nobody awaits or iterates does not even make the value.
    return _HANDLED if place.later is not None and not place.later.starts else Move(uses=(Use(UseKind.LOST, node),))


def _joined(moves: Iterable[Move]) -> Move:
    moves = list(moves)
    if any(move.handled for move in moves):
        return next(move for move in moves if move.handled)
    return Move(
        tuple(place for move in moves for place in move.places),
        tuple(use for move in moves for use in move.uses),
        tuple(holder for move in moves for holder in move.held),
    )


_STEPS: dict[type[ast.AST], Callable[..., Move]] = {
    ast.Expr: Flow._dropped,
    ast.Await: Flow._awaited,
    ast.Return: Flow._returned,
    ast.Lambda: Flow._lambda,
    ast.Assign: Flow._assigned,
    ast.AnnAssign: Flow._assigned,
    ast.AugAssign: Flow._augmented,
    ast.NamedExpr: Flow._named,
    ast.IfExp: Flow._choice,
    ast.BoolOp: Flow._boolean,
    ast.Tuple: Flow._displayed,
    ast.List: Flow._displayed,
    ast.Set: Flow._displayed,
    ast.Dict: Flow._in_dict,
    ast.ListComp: Flow._collected,
    ast.SetComp: Flow._collected,
    ast.DictComp: Flow._collected,
    ast.GeneratorExp: Flow._collected,
    ast.Starred: Flow._starred,
    ast.For: Flow._looped,
    ast.comprehension: Flow._looped,
    ast.withitem: Flow._entered,
    ast.Call: Flow._called,
    ast.keyword: Flow._keyword,
    ast.Attribute: Flow._attribute,
    ast.Subscript: Flow._subscript,
    ast.Slice: Flow._sliced,
    ast.BinOp: Flow._operated,
    ast.UnaryOp: Flow._tested,
    ast.Compare: Flow._compared,
    ast.FormattedValue: Flow._shown,
    ast.If: Flow._tested,
    ast.While: Flow._tested,
    ast.Assert: Flow._tested,
    ast.Delete: Flow._deleted,
    ast.AsyncFor: Flow._looped_asynchronously,
    ast.Match: Flow._matched,
    ast.match_case: Flow._tested,
    ast.Raise: Flow._raised,
}
"""What is not listed (yield, ...) hands the value to somebody else."""
