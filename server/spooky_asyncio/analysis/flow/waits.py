"""What `asyncio.wait` is given, and what it gives: it waits for tasks, and looks at no result."""

from __future__ import annotations

import ast

from spooky_asyncio.analysis.catalog import Effect
from spooky_asyncio.analysis.flow.calls import CallEffects
from spooky_asyncio.analysis.flow.uses import MAX_DEPTH, Place, Use, UseKind
from spooky_asyncio.analysis.scopes import Scopes


def wait_argument(call: ast.Call) -> ast.expr | None:
    """The tasks that a call of `asyncio.wait` waits for."""
    if call.args:
        return call.args[0]
    return next((keyword.value for keyword in call.keywords if keyword.arg == "fs"), None)


class Waits:
    """The calls of `asyncio.wait` in one file."""

    def __init__(self, scopes: Scopes, calls: CallEffects) -> None:
        self._scopes = scopes
        self._calls = calls

    def uses(self, place: Place) -> tuple[Use, ...]:
        """The use that awaiting `place` is: of tasks that asyncio.wait waits for, and of nothing else."""
        call = place.later.node if place.later is not None else None
        is_wait = isinstance(call, ast.Call) and self._calls.effect_of(call) is Effect.WAIT
        return (Use(UseKind.WAITED, call),) if is_wait and call is not None else ()

    def is_result(self, node: ast.expr) -> bool:
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
