"""Methods that hand out what the method of the same name of another object makes, of which nothing is known.

`def reply(self): ... return self._endpoint.reply(data)`: what that is shows on another way through the method. If it
returns a future there that it has made itself, whoever calls it has to await what comes, and so it is on all ways.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from spooky_asyncio.analysis.scopes import Function, Scopes
from spooky_asyncio.analysis.syntax import last_name

_MAKING_FUTURES = frozenset({"Future", "create_future"})


def hands_out_awaitable(function: Function, values: Sequence[ast.expr | None], scopes: Scopes) -> bool:
    """Whether the values that a function returns are futures of its own, and what its like makes."""
    own = [value for value in values if _is_own_future(value, scopes)]
    others = [value for value in values if value not in own]
    return bool(own and others) and all(_is_of_same_name(value, function) for value in others)


def _is_of_same_name(value: ast.expr | None, function: Function) -> bool:
    func = value.func if isinstance(value, ast.Call) else None
    is_of_another = isinstance(func, ast.Attribute) and isinstance(func.value, ast.Attribute)
    return is_of_another and func is not None and last_name(func) == function.name  # type: ignore[arg-type]


def _is_own_future(value: ast.expr | None, scopes: Scopes) -> bool:
    """Whether a value is a name that holds a future made here: `error = asyncio.Future()`."""
    if not isinstance(value, ast.Name):
        return False
    stores = scopes.of(value).stores.get(value.id, [])
    made = [getattr(scopes.parent(store), "value", None) for store in stores]
    return bool(made) and all(map(makes_future, made))


def makes_future(node: ast.AST | None) -> bool:
    """Whether a node is a call that makes a future, which asks for an event loop."""
    func = node.func if isinstance(node, ast.Call) else None
    return isinstance(func, (ast.Name, ast.Attribute)) and last_name(func) in _MAKING_FUTURES
