"""The place that a fixer looks at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.analysis.lifecycle import Life, LifeCycles
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.model import Fix, Target
from spooky_asyncio.rewriting.awaiting import can_await
from spooky_asyncio.rewriting.imports import Reference, asyncio_function
from spooky_asyncio.source import Source

Mentioning: TypeAlias = Callable[[str], Iterable[Callees]]
"""The files of the project in which a name occurs, that of the finding among them."""


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

    @property
    def life(self) -> Life:
        return self.lives[0]

    @property
    def source(self) -> Source:
        return self.lifecycles.source

    @property
    def scopes(self) -> Scopes:
        return self.lifecycles.scopes

    def can_await(self, node: ast.expr) -> bool:
        """Whether `await` may stand at an expression without changing what is around it."""
        return can_await(node, self.scopes, top_level=self.target.top_level_await)

    def asyncio(self, name: str, at: ast.expr | None = None) -> Reference | None:
        """How to write `asyncio.<name>` here; None where that can't be."""
        return asyncio_function(name, at or self.node, self.source, self.scopes)


Fixer: TypeAlias = Callable[[Site], Iterable[Fix]]
