"""What assignments and loops do with a value: bind it to names, part by part, or put it into a container."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from spooky_asyncio.analysis.flow.containers import Containers
from spooky_asyncio.analysis.flow.uses import HANDLED, Holder, Move, Place, element, inspected, joined, lost
from spooky_asyncio.analysis.flow.waits import Waits
from spooky_asyncio.analysis.scopes import Scope, Scopes
from spooky_asyncio.analysis.syntax import is_main_guard

_READ_BY_NAME = frozenset({"locals", "vars", "eval", "exec"})
"""Builtins that may read a local name without naming it."""


class Targets:
    """The targets of the assignments and loops of one file."""

    def __init__(
        self, scopes: Scopes, containers: Containers, waits: Waits, everywhere: Callable[[Place], Move]
    ) -> None:
        """`everywhere` follows a value to all of its uses."""
        self._scopes = scopes
        self._containers = containers
        self._waits = waits
        self._everywhere = everywhere
        self._taking_out: set[tuple[ast.expr, int]] = set()

    def bound(self, target: ast.expr, place: Place) -> Move:
        """The value is bound to a target as it is."""
        if isinstance(target, ast.Name):
            return self._name(target, place)
        if isinstance(target, (ast.Tuple, ast.List)):
            return self._unpacked(target, place) if place.depth else inspected(place.node)
        if isinstance(target, ast.Subscript):
            return self.put_into(target.value, replace(place, depth=place.depth + 1))
        return HANDLED

    def taken_out(self, target: ast.expr, place: Place) -> Move:
        """A target gets the elements of a container, one after the other: what is done with one is done with all."""
        if isinstance(target, (ast.Tuple, ast.List)):
            return self._unpacked(target, place) if place.depth else inspected(place.node)
        bound = self.bound(target, place)
        key = (target, place.depth)
        if not bound.held or key in self._taking_out:
            # What comes round again in a loop is followed already.
            return bound if bound.handled else Move(uses=bound.uses)
        self._taking_out.add(key)
        try:
            return joined(
                self._everywhere(Place(load, holder.depth, holder.later))
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
        single = element(place, place.node)
        if self._waits.is_result(place.node):
            # asyncio.wait returns (done, pending): only what is done has a result to look at.
            return self.bound(target.elts[0], single) if target.elts else HANDLED
        moves = [
            self.bound(part.value, Place(place.node, place.depth, single.later))
            if isinstance(part, ast.Starred)
            else self.taken_out(part, single)
            for part in target.elts
        ]
        displays = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp)
        is_flat = place.depth == 1 and isinstance(place.node, displays)
        if is_flat and isinstance(self._scopes.parent(target), ast.Assign) and not all(m.handled for m in moves):
            # Each gets another one of the elements.
            return joined(move for move in moves if not move.handled)
        return joined(moves)

    def _name(self, target: ast.Name, place: Place) -> Move:
        scope = self._scopes.of(target)
        if is_private(scope, target.id, self._scopes):
            if not scope.loads.get(target.id):
                return lost(place, target)
            return Move(held=(Holder(target.id, scope, place.depth, place.later),))
        if isinstance(scope.node, (ast.Module, ast.ClassDef)) and not {target.id} & (scope.captured | scope.shared):
            return Move(held=(Holder(target.id, scope, place.depth, place.later, outlives=True),))
        return HANDLED

    def put_into(self, container: ast.expr, place: Place) -> Move:
        """The value goes into a container: followed if the container is a fresh one of this scope."""
        if isinstance(container, ast.Subscript):
            # `by_name[name].append(value)`
            return self.put_into(container.value, replace(place, depth=place.depth + 1))
        if not isinstance(container, ast.Name) or not self._containers.is_fresh(container):
            return HANDLED
        return self._name(container, place)


def is_private(scope: Scope, name: str, scopes: Scopes) -> bool:
    """Whether all that happens to the name is in the scope's own statements."""
    if not _READ_BY_NAME.isdisjoint(scope.loads):
        return False
    if isinstance(scope.node, ast.Module):
        # Another module may import it, unless it only exists where this one is the program. A name that this
        # module reads itself is there for that, and a name that it never reads for others.
        in_program = name == "_" or all(_under_main_guard(store, scopes) for store in scope.stores[name])
        return name not in scope.captured and (in_program or name in scope.loads)
    return scope.is_local(name)


def _under_main_guard(node: ast.AST, scopes: Scopes) -> bool:
    return any(is_main_guard(ancestor) for ancestor in scopes.ancestors(node))
