"""The place that a fixer looks at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from spooky_asyncio.analysis.callers import Callers, Defined
from spooky_asyncio.analysis.event_loop import may_call_in_loop, runs_outside_loop, seems_in_loop
from spooky_asyncio.analysis.lifecycle import Life, LifeCycles
from spooky_asyncio.analysis.occurrences import Mentioning, Occurrences
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.analysis.stream_handlers import STREAM_COROUTINES
from spooky_asyncio.model import Fix, Target
from spooky_asyncio.rewriting.awaiting import can_await
from spooky_asyncio.rewriting.imports import Reference, asyncio_function
from spooky_asyncio.source import Source


@dataclass(frozen=True)
class Site:
    """What a finding stands on, and all that a fixer may want to know of it."""

    node: ast.expr
    lives: tuple[Life, ...]
    """The lives that end badly here."""
    lifecycles: LifeCycles
    target: Target = field(default_factory=Target)
    mentioning: Mentioning | None = None
    """None where only the one file is known."""
    silenced: frozenset[ast.expr] = frozenset()
    """What stands under findings that somebody wants ignored, and so is to stay as it is."""

    @property
    def life(self) -> Life:
        return self.lives[0]

    @property
    def function(self) -> Defined | None:
        """The function with a name whose frame evaluates the node."""
        function = self.scopes.function(self.node)
        is_named = isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        return Defined(self.lifecycles.callees, function) if is_named else None  # type: ignore[arg-type]

    @cached_property
    def occurrences(self) -> Occurrences:
        return Occurrences(self.lifecycles.callees, self.mentioning)

    @cached_property
    def callers(self) -> Callers:
        return Callers(self.occurrences)

    @property
    def source(self) -> Source:
        return self.lifecycles.source

    @property
    def scopes(self) -> Scopes:
        return self.lifecycles.scopes

    def runs_outside_loop(self) -> bool:
        """Whether the node is sure enough to run while no event loop does, in all that is known of the project. Where
        it is not known who calls a function, its name tells."""
        if not self.seems_outside_loop(self.node):
            return False
        function = self.function
        if function is None:
            return True
        is_called_in_loop = self.callers.is_called_in_loop(function)
        if is_called_in_loop is None:
            names = {caller.node.name for caller in self.callers.chain(function)}
            return not any(
                may_call_in_loop(other.scopes, name) for name in names for other in self.occurrences.files(name)
            )
        return not is_called_in_loop

    def seems_outside_loop(self, node: ast.expr) -> bool:
        """The same of any expression, by what its own file tells. All that a notebook calls runs in its loop."""
        return not self.target.top_level_await and runs_outside_loop(node, self.scopes)

    def seems_in_loop(self) -> bool:
        """Whether the node is in async code, or in plain code that is likely to run while an event loop does."""
        if isinstance(self.scopes.function(self.node), ast.AsyncFunctionDef) or seems_in_loop(self.node, self.scopes):
            return True
        function = self.function
        return function is not None and bool(self.callers.is_called_in_loop(function))

    def can_await(self, node: ast.expr) -> bool:
        """Whether `await` may stand at an expression without changing what is around it."""
        return can_await(node, self.scopes, self.target)

    def asyncio(self, name: str, at: ast.expr | None = None) -> Reference | None:
        """How to write `asyncio.<name>` here; None where that can't be."""
        return asyncio_function(name, at or self.node, self.source, self.scopes)


def is_of_asyncio(life: Life) -> bool:
    """Whether asyncio itself makes the coroutine: what waits for a lock, a queue, a stream or a time is to be awaited
    in its place and nowhere else."""
    path = life.definition.path if life.definition is not None else None
    is_of_stream = life.definition is None and life.name.partition(".")[0] in STREAM_COROUTINES
    return is_of_stream or (path is not None and path.parent.name == "asyncio")


Fixer: TypeAlias = Callable[[Site], Iterable[Fix]]
