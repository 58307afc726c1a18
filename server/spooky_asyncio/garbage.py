"""When Python looks for garbage in cycles: trees of code are cycles, large, and mostly there to stay. By default Python
goes through all of them again and again, for half a second each time in the middle of somebody's typing. Left alone, it
would not look for what has become old before it is garbage, as each version of a text does.

So what is there is taken to stay, and only what has come since then is looked through, where nobody waits.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Mapping

YOUNG = 50_000
"""New objects, fewer those that are gone already, before the newest are looked through: a round."""

LATER = 100
"""After so many rounds, or twice as many as are looked through at once, what has come in them is looked through
unasked, which stops the work that is under way."""

OLD = 1_000
"""After so many times as many, so is all that there is."""

FEW_ROUNDS = 10
"""What has come in them is some 70 MB, and is looked through in a tenth of a second."""

MANY_ROUNDS = 400
"""For who rather takes a hundred megabytes than a tenth of the time, and lets go of most himself (`take_apart`)."""

TIMES = 20
"""So often only what has come is looked through, until much of what was there may have become garbage too."""

_most = FEW_ROUNDS
_rounds = 0
_times = 0


def look_seldom(rounds: int = FEW_ROUNDS) -> None:
    """For a process that analyzes code, and says when there is time to look; then it does after so many rounds."""
    global _most
    _most = rounds
    gc.set_threshold(YOUNG, max(LATER, 2 * rounds), OLD)
    if _count not in gc.callbacks:
        gc.callbacks.append(_count)
        # At its end Python would look through everything once more, for as long as half of the work took.
        atexit.register(gc.freeze)


def look_at_new() -> None:
    """Between two pieces of work: look through what has come since last time, if that is worth it. Nothing where a
    process has not said that it is to be looked seldom, but has its own ways."""
    global _rounds, _times
    if _rounds < _most or _count not in gc.callbacks:
        return
    if _times >= TIMES:
        look_at_all()
        return
    _rounds = 0
    _times += 1
    if gc.get_freeze_count():
        gc.collect()
    if not gc.get_freeze_count() or len(gc.get_objects()) > _most * YOUNG:
        gc.freeze()


def look_at_all() -> None:
    """While nobody waits."""
    global _rounds, _times
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    _rounds = _times = 0


def _count(phase: str, info: Mapping[str, int]) -> None:
    global _rounds
    if phase == "start" and info["generation"] < 2:
        _rounds += 1
