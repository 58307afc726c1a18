"""Follow a value to everything that uses it."""

from __future__ import annotations

from spooky_asyncio.analysis.flow.calls import CallEffects, Parameter
from spooky_asyncio.analysis.flow.flow import Flow
from spooky_asyncio.analysis.flow.uses import Holder, Move, Place, Use, UseKind
from spooky_asyncio.analysis.flow.waits import wait_argument

__all__ = [
    "CallEffects",
    "Flow",
    "Holder",
    "Move",
    "Parameter",
    "Place",
    "Use",
    "UseKind",
    "wait_argument",
]
