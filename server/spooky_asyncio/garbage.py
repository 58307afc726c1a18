"""When Python looks for garbage in cycles: trees of code are cycles, large, and mostly there to stay. By default Python
goes through all of them again and again, for half a second each time in the middle of somebody's typing."""

from __future__ import annotations

import gc

YOUNG = 50_000
"""New objects before the newest are looked through."""

OLD = 1_000
"""Rounds before all that there is is looked through, if nobody has asked for it by then."""


def look_seldom() -> None:
    """For a process that analyzes code."""
    gc.set_threshold(YOUNG, 10, OLD)
