"""What the flow wants to know of calls."""

from __future__ import annotations

import ast
from typing import Protocol, TypeAlias

from spooky_asyncio.analysis.catalog import CallbackResult, Effect
from spooky_asyncio.analysis.flow.uses import Move
from spooky_asyncio.analysis.scopes import Function

Readable: TypeAlias = "Function | ast.Lambda"


class Follower(Protocol):
    """Who follows values through the file of a function: its `Flow`."""

    def passed(self, function: Readable, parameter: str, depth: int) -> Move: ...


Parameter: TypeAlias = "tuple[Follower, Readable, str, int]"
"""A parameter of a function, and how much deeper in containers the value is there."""


class CallEffects(Protocol):
    """What the flow wants to know of calls."""

    def effect_of(self, call: ast.Call) -> Effect | None: ...
    def calls_back(self, call: ast.Call, argument: ast.expr) -> CallbackResult | None: ...
    def parameter_of(self, call: ast.Call, argument: ast.expr) -> Parameter | None: ...
