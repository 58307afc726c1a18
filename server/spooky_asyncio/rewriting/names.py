"""New names that say what they hold and clash with nothing in the file."""

from __future__ import annotations

import builtins
import keyword

from spooky_asyncio.analysis.scopes import Scopes


class Names:
    """Gives out names that the file does not use yet, each only once."""

    def __init__(self, scopes: Scopes) -> None:
        self._taken = {*scopes.names, *keyword.kwlist, *dir(builtins)}

    def fresh(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name

    def for_task(self, coroutine: str, *, plural: bool = False) -> str:
        """`hello_task` for the task that runs the coroutine `hello`."""
        stem = coroutine.rpartition(".")[2].strip("_")
        noun = "tasks" if plural else "task"
        return self.fresh(f"{stem}_{noun}" if stem.isidentifier() else noun)
