"""What a rule is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from spooky_asyncio.analysis.flow import Use, UseKind
from spooky_asyncio.analysis.lifecycle import Life, LifeCycles
from spooky_asyncio.model import Related
from spooky_asyncio.source import Source


@dataclass(frozen=True, eq=False)
class Finding:
    """A bad end, as a rule reports it: the message on `node`, and the lives that end there."""

    node: ast.expr
    message: str
    lives: tuple[Life, ...]
    related: tuple[Related, ...] = ()
    complaint: str | None = None
    """What the interpreter will say of it, word for word; None where it says nothing."""


@dataclass(frozen=True)
class Rule:
    """What a finding is of: it has a name, a severity in the settings, and a page."""

    name: str
    url: str
    """Where more is said of it in the web."""
    documentation: str = "Python's documentation"
    """Whose page that is."""
    tags: tuple[str, ...] = ("asyncio", "correctness")

    @property
    def page(self) -> str:
        """The rule's page, in Markdown: `spooky explain` prints it."""
        # Imported here, as it takes a while, and checks want no page.
        from importlib import resources

        file = resources.files(__package__).joinpath(self.name.replace("-", "_") + ".md")
        return file.read_text("utf-8")

    @property
    def explanation(self) -> str:
        """The page's first paragraph: what happens, and what to do."""
        return self._introduction[0]

    @property
    def at_run_time(self) -> str:
        """The page's second paragraph: what the programmer sees of it."""
        return self._introduction[1]

    @property
    def _introduction(self) -> list[str]:
        """The paragraphs between the page's title and its first heading."""
        return self.page.partition("\n## ")[0].strip().split("\n\n")[1:]


@dataclass(frozen=True, kw_only=True)
class LifeRule(Rule):
    """One bad end. `check` reads the lives of a file; what fixes it says `fixes/by_rule.py`."""

    check: Callable[[LifeCycles], Iterable[Finding]]


def related_loss(loss: Use, message: str, source: Source) -> Related:
    """Where a value is lost: at a name that nobody reads or that is bound anew, where the function ends, or as
    `message` says."""
    if loss.kind is UseKind.OVERWRITTEN:
        message = (
            f"'{loss.node.id}' is {rebound(loss.node)} here" if isinstance(loss.node, ast.Name) else "it is lost here"
        )
    elif loss.kind is UseKind.LEFT:
        message = "the function returns here" if isinstance(loss.node, ast.Return) else "this test can lead past it"
    elif isinstance(loss.node, ast.Name) and isinstance(loss.node.ctx, ast.Store):
        message = f"'{loss.node.id}' is never read"
    return Related(message, source.range(loss.node))


def rebound(name: ast.Name) -> str:
    return "deleted" if isinstance(name.ctx, ast.Del) else "bound anew"
