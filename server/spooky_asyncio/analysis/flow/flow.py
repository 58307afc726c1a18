"""Follow a value from the expression that makes it to everything that uses it.

The value climbs: out of parentheses, branches and displays into the expression around it, through an assignment into
a name, from the name to the places that read it, out of a container by a loop, into a function of the project and back.
Each way ends in a `Use`. Wherever the value leaves what can be seen here, it is in good hands.

Names of the function that makes the value are followed along the ways through its statements (`ways`); what has been
taken out of a container again is followed wherever its name is read.
"""

from __future__ import annotations

import ast

from spooky_asyncio.analysis.catalog import CallbackResult
from spooky_asyncio.analysis.flow import arguments, displays, members, operations, statements
from spooky_asyncio.analysis.flow.calls import CallEffects, Readable
from spooky_asyncio.analysis.flow.containers import Containers
from spooky_asyncio.analysis.flow.context import Context, Step
from spooky_asyncio.analysis.flow.operators import Operators
from spooky_asyncio.analysis.flow.summaries import Summaries
from spooky_asyncio.analysis.flow.targets import Targets
from spooky_asyncio.analysis.flow.uses import HANDLED, MAX_DEPTH, Holder, Move, Place, Use
from spooky_asyncio.analysis.flow.waits import Waits
from spooky_asyncio.analysis.scopes import Scopes

_STEPS: dict[type[ast.AST], Step] = {
    **statements.STEPS,
    **operations.STEPS,
    **displays.STEPS,
    **members.STEPS,
    **arguments.STEPS,
}
"""What is not listed (yield, ...) hands the value to somebody else."""


class Flow:
    """The flow of values through one file."""

    def __init__(self, scopes: Scopes, calls: CallEffects) -> None:
        self._scopes = scopes
        self._summaries = Summaries(scopes, self.everywhere)
        containers, waits = Containers(scopes, calls), Waits(scopes, calls)
        targets = Targets(scopes, containers, waits, self.everywhere)
        self._context = Context(scopes, calls, containers, waits, targets, Operators(scopes))

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
                return HANDLED
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
                return HANDLED
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
        return self._summaries.of(function, parameter, depth)

    def called_back(self, result: CallbackResult, call: ast.Call) -> Move:
        """What becomes of a value that `call` gets from a function handed to it, which it calls like a plain one."""
        return arguments.called_back(self._context, result, call)

    def _step(self, place: Place) -> Move:
        parent = self._scopes.parent(place.node)
        if parent is None:
            return HANDLED
        step = _STEPS.get(type(parent))
        return HANDLED if step is None else step(self._context, place, parent)
