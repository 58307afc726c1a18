"""New names that say what they hold and clash with nothing in the file."""

from __future__ import annotations

import ast
import builtins
import keyword

from spooky_asyncio.analysis.scopes import Scopes


class Names:
    """Gives out names that nothing uses yet, each only once."""

    def __init__(self, scopes: Scopes, at: ast.AST | None = None) -> None:
        """For the function that an expression stands in, outer ones included, where they hide no name of the module
        either; without one, for the whole file."""
        around = [scope for scope in scopes.of(at).enclosing() if scope is not scopes.module] if at is not None else []
        used = {name for scope in scopes.within(around[-1]) for name in scope.names} if around else scopes.names
        self._taken = {*used, *scopes.module.names, *keyword.kwlist, *dir(builtins)}

    def fresh(self, wanted: str, *others: str) -> str:
        """The first of some names that is free; if none is, the first one with a number."""
        name = next((name for name in (wanted, *others) if name not in self._taken), wanted)
        number = 1
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
