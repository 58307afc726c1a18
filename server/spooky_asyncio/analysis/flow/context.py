"""What the steps of a value know of the file around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from spooky_asyncio.analysis.flow.calls import CallEffects
from spooky_asyncio.analysis.flow.containers import Containers
from spooky_asyncio.analysis.flow.operators import Operators
from spooky_asyncio.analysis.flow.targets import Targets
from spooky_asyncio.analysis.flow.uses import Move, Place
from spooky_asyncio.analysis.flow.waits import Waits
from spooky_asyncio.analysis.scopes import Scopes


@dataclass(frozen=True, slots=True)
class Context:
    scopes: Scopes
    calls: CallEffects
    containers: Containers
    waits: Waits
    targets: Targets
    operators: Operators


Step: TypeAlias = Callable[[Context, Place, Any], Move]
"""Answers for one kind of syntax: where does the value go from a place, by the node around it?"""
