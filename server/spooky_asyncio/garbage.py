"""When Python looks for garbage in cycles: trees of code are cycles, large, and mostly there to stay. By default Python
goes through all of them again and again, for half a second each time in the middle of somebody's typing. Left alone, it
would not look for what has become old before it is garbage, as each version of a text does.

So what is there is taken to stay, and only what has come since then is looked through, where nobody waits.
"""

from __future__ import annotations

import atexit
import gc

YOUNG = 50_000
"""New objects, fewer those that are gone already, before the newest are looked through in a process that does not say
when: all but the old after a hundred times as many, and all that there are after a thousand times that."""

FEW = 500_000
"""New objects that are looked through at once: some 70 MB, and a tenth of a second."""

MANY = 5_000_000
"""For who rather takes memory than time, and lets go of most himself (`take_apart`)."""

UNASKED = 5_000_000
"""After so many, or twice as many as are looked through at once, what has come is looked through unasked, which stops
the work that is under way."""

TIMES = 20
"""So often only what has come is looked through, until much of what was there may have become garbage too."""

_most: int | None = None
_frozen_before = 0
"""Python itself has frozen some objects, depending on its version."""
_times = 0


def look_seldom() -> None:
    """For a process that never says when there is time to look: Python does so by itself, less often."""
    gc.set_threshold(YOUNG, 100, 1_000)
    # At its end Python would look through everything once more, for as long as half of the work took.
    atexit.register(gc.freeze)


def look_when_told(most: int = FEW) -> None:
    """For a process that analyzes code, and says when there is time to look; then it does after so many new objects.
    Saying so again changes only their number."""
    global _most, _frozen_before
    if _most is None:
        look_seldom()
        _frozen_before = gc.get_freeze_count()
    _most = most
    gc.set_threshold(max(2 * most, UNASKED))


def look_at_new() -> None:
    """Between two pieces of work: look through what has come since last time, if that is worth it. Nothing in a process
    that has not said that it tells when."""
    global _times
    if _most is None or gc.get_count()[0] < _most:
        return
    if _times >= TIMES:
        look_at_all()
        return
    _times += 1
    # What has come by the first time is what a program is made of, and its first trees.
    if gc.get_freeze_count() > _frozen_before:
        gc.collect()
        if len(gc.get_objects()) <= _most:
            return
    gc.freeze()


def look_at_all() -> None:
    """While nobody waits."""
    global _times
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    _times = 0
