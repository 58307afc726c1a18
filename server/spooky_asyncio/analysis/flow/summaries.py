"""What functions do with what they are given, each found out once."""

from __future__ import annotations

from collections.abc import Callable

from spooky_asyncio.analysis.flow.calls import Readable
from spooky_asyncio.analysis.flow.targets import is_private
from spooky_asyncio.analysis.flow.uses import HANDLED, Move, Place
from spooky_asyncio.analysis.scopes import Scopes, Section

MAX_NESTING = 20
"""As many functions that hand a value on to one another are followed."""

MOST_EFFORT = 200
"""As many functions are looked into for one value: those that call one another are looked into again and again."""


class Summaries:
    """The summaries of the functions of one file."""

    def __init__(self, scopes: Scopes, everywhere: Callable[[Place], Move]) -> None:
        """`everywhere` follows a value to all of its uses."""
        self._scopes = scopes
        self._everywhere = everywhere
        self._open: list[tuple[Readable, str, int]] = []
        self._outermost = MAX_NESTING
        self._effort = 0
        self._moves: dict[tuple[Readable, str, int], tuple[Move, set[Section]]] = {}

    def of(self, function: Readable, parameter: str, depth: int) -> Move:
        """What a function does with a value that it is given: nothing but its uses, or it hands it back, or more."""
        key = (function, parameter, depth)
        if key in self._moves:
            move, read = self._moves[key]
            self._scopes.look_into(*read)
            return move
        if key in self._open:
            # A function that calls itself does no more with it than it does besides.
            self._outermost = min(self._outermost, self._open.index(key))
            return Move()
        self._effort = self._effort + 1 if self._open else 1
        if len(self._open) >= MAX_NESTING or self._effort > MOST_EFFORT:
            self._outermost = -1
            return HANDLED
        self._open.append(key)
        with self._scopes.noting_what_is_read() as read:
            move = self._find_out(function, parameter, depth)
        self._open.pop()
        if self._outermost >= len(self._open):
            # No answer went in that was not complete.
            self._moves[key] = move, read
        if self._outermost >= len(self._open) or not self._open:
            self._outermost = MAX_NESTING
        return move

    def _find_out(self, function: Readable, parameter: str, depth: int) -> Move:
        scope = self._scopes.opened_by(function)
        if not is_private(scope, parameter, self._scopes):
            return HANDLED
        moves = [self._everywhere(Place(load, depth)) for load in scope.loads.get(parameter, [])]
        returned = {move.returned for move in moves if move.handled}
        if len(returned) > 1 or None in returned:
            return HANDLED
        uses = tuple(use for move in moves for use in move.uses)
        return next((move for move in moves if move.handled), Move(uses=uses))
