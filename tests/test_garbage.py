"""A process that analyzes looks for garbage where nobody waits, and finds all that there is."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gc
from spooky_asyncio import garbage

class Tree:
    def __init__(self):
        self.inner = [self]

def grow():
    return [Tree() for _ in range(garbage.YOUNG)]

def living():
    return sum(isinstance(one, Tree) for one in gc.get_objects())

garbage.look_when_told(2 * garbage.YOUNG)
kept = grow()
looked = 0
for _ in range(60):
    before = grow()  # alive while the next ones come: nothing young is garbage
    garbage.look_at_new()
del before
most = living()
garbage.look_at_all()
print(most, living(), gc.get_freeze_count() > len(kept))
"""


def test_memory_is_bounded_and_nothing_stays() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    most, left, is_frozen = done.stdout.split()
    assert int(most) < 10 * 50_000
    assert int(left) == 0
    assert is_frozen == "True"
