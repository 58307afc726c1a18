"""What a rule is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import resources

from spooky_asyncio.analysis.flow import Use, UseKind
from spooky_asyncio.analysis.lifecycle import Life, LifeCycles, Step
from spooky_asyncio.model import Fix, Related
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
    """`check` reads the lives of a file; `fixes` builds the fixes of one finding, only when somebody asks."""

    name: str
    url: str
    """The page of Python's own documentation on the error."""
    check: Callable[[LifeCycles], Iterable[Finding]]
    fixes: Callable[[Finding, LifeCycles], list[Fix]]

    @property
    def page(self) -> str:
        """The rule's page, in Markdown: `spooky explain` prints it."""
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


def callee_text(call: ast.expr) -> str:
    """What is called, on one line and not longer than a message can bear: `self.client.fetch`."""
    text = ast.unparse(call.func if isinstance(call, ast.Call) else call)
    return text if len(text) <= 60 else "…" + text[-59:].partition(".")[2]


def shown_expression(node: ast.expr) -> str:
    """What makes a value, for a title: `self.client.fetch()`, `self.status`, `await connect()`."""
    return f"{callee_text(node)}()" if isinstance(node, ast.Call) else callee_text(node)


def shown_coroutine(life: Life) -> str:
    """The coroutine that a task runs, as the programmer wrote it: `hello()`, or the name of a variable."""
    made_by = life.node
    if life.starts is not Step.CREATED and isinstance(life.node, ast.Call) and life.node.args:
        made_by = life.node.args[0]
    return f"{life.name}()" if isinstance(made_by, ast.Call) else life.name


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
