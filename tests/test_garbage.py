"""A process that analyzes looks for garbage where nobody waits, and finds all that there is."""

from __future__ import annotations

import subprocess
import sys

from spooky_asyncio.garbage import TIMES, YOUNG

PROGRAM = """
import gc
from spooky_asyncio import garbage

living = 0

class Tree:
    def __init__(self):
        global living
        living += 1
        self.inner = [self]

    def __del__(self):
        global living
        living -= 1

def grow():
    return [Tree() for _ in range(garbage.YOUNG)]

kept = grow()
most = 0
for _ in range(60):
    garbage.look_when_told(2 * garbage.YOUNG)  # as each round of `--watch` says
    before = grow()  # alive while the next ones come: nothing young is garbage
    grow()
    garbage.look_at_new()
    most = max(most, living)
del before
garbage.look_at_all()
print(most, living - len(kept), gc.get_freeze_count() > len(kept))
"""


def test_memory_is_bounded_and_nothing_stays() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    most, left, is_frozen = done.stdout.split()
    # What is alive is taken to stay each time, until all is looked through.
    assert int(most) < (TIMES + 5) * YOUNG
    assert int(left) == 0
    assert is_frozen == "True"
