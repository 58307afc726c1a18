"""The words of the flow: where a value is, what uses it, and how it gets from one to the other."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from spooky_asyncio.analysis.scopes import Scope

MAX_DEPTH = 4
"""Containers in containers in containers: nobody can say any more what happens to the value."""


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


HANDLED = Move(handled=True)


def element(container: Place, node: ast.expr) -> Place:
    """What is in a container, as the value of `node`. Who has it has iterated, and may still have to await it."""
    later = container.later if container.later is not None and container.later.awaited else None
    return Place(node, container.depth - 1, later)


def inspected(node: ast.expr) -> Move:
    return Move(uses=(Use(UseKind.INSPECTED, node),))


def lost(place: Place, node: ast.expr) -> Move:
    # What nobody awaits or iterates does not even make the value.
    return HANDLED if place.later is not None and not place.later.starts else Move(uses=(Use(UseKind.LOST, node),))


def returned(place: Place) -> Move:
    """In the hands of whoever calls the function."""
    return Move(handled=True, returned=place.depth if place.later is None else None)


def joined(moves: Iterable[Move]) -> Move:
    moves = list(moves)
    if any(move.handled for move in moves):
        return next(move for move in moves if move.handled)
    return Move(
        tuple(place for move in moves for place in move.places),
        tuple(use for move in moves for use in move.uses),
        tuple(holder for move in moves for holder in move.held),
    )
