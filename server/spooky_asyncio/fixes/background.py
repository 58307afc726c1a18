"""Let it run in the background: a task that the module keeps until it has ended, and whose failure is logged."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from spooky_asyncio.analysis.catalog import STANDARD_MAKERS, Effect
from spooky_asyncio.analysis.flow import UseKind
from spooky_asyncio.analysis.lifecycle import Step
from spooky_asyncio.analysis.making import Making
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.fixes.end_of_scope import gather_at_end
from spooky_asyncio.fixes.site import Site, is_of_asyncio
from spooky_asyncio.model import Applicability, Fix
from spooky_asyncio.rewriting.awaiting import surround
from spooky_asyncio.rewriting.background import failure_logger, keeper
from spooky_asyncio.rewriting.lines import after, stands_alone
from spooky_asyncio.rewriting.wording import shown_coroutine, shown_expression


def start_in_background(site: Site) -> Iterator[Fix]:
    """For a coroutine that is dropped where an event loop is running, in plain code that it calls too."""
    life = site.life
    if life.is_cared_for or life.caller is not None:
        return
    if life.name.rpartition(".")[2] in STANDARD_MAKERS or not all(use.kind is UseKind.LOST for use in life.uses):
        # What is no coroutine can't be made a task, and whose result is used can't be left to itself.
        return
    if is_of_asyncio(life) or not (site.seems_in_loop() or _needs_loop(site)) or _ends_the_program(site):
        return
    # What a plain function returns may also be a future, or any other awaitable.
    start = site.asyncio("create_task" if life.is_async_function else "ensure_future")
    keep = keeper(site.node, site.source, site.scopes)
    if keep is not None and start is not None:
        edits = surround(site.node, f"{keep.name}({start.text}(", "))", site.source)
        title = f"Start '{shown_expression(site.node)}' in the background: it runs on, and a failure is logged"
        yield Fix(title, (*keep.edits(start), *edits), Applicability.UNSAFE)


def start_endless(site: Site) -> Iterator[Fix]:
    """For a coroutine that goes on for ever, so that nobody can wait for it."""
    if site.lifecycles.never_ends(site.life):
        yield from start_in_background(site)


def keep_in_background(site: Site) -> Iterator[Fix]:
    """For a task that is forgotten, in sync code too."""
    life = site.life
    if life.starts is not Step.SCHEDULED or life.caller is not None or runs_the_loop(site):
        return
    if _ends_the_program(site) and any(gather_at_end(site)):
        return
    keep = keeper(site.node, site.source, site.scopes)
    if keep is None or (keep.is_typed and site.lifecycles.is_group(life)):
        return
    what = f"the task of '{shown_coroutine(life)}'" if life.name else "the task"
    if site.lifecycles.is_group(life):
        what = f"'{shown_expression(site.node)}'"
    edits = surround(site.node, f"{keep.name}(", ")", site.source)
    title = f"Keep {what} in the background: it runs on, and a failure is logged"
    yield Fix(title, (*keep.edits(), *edits), Applicability.UNSAFE)


def log_failure(site: Site) -> Iterator[Fix]:
    """For a task that is kept on an attribute, where nobody sees its exception."""
    life, statement = site.life, site.scopes.statement(site.node)
    if not any(use.kind is UseKind.CANCELLED for use in life.uses) or not isinstance(
        statement, (ast.Assign, ast.AnnAssign)
    ):
        return
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    logger = failure_logger(site.node, site.source, site.scopes)
    if logger is not None and stands_alone(statement, site.source):
        line = f"{site.source.segment(target)}.add_done_callback({logger.name})"
        title = f"Log the exception of the task of '{shown_coroutine(life)}' in a done callback"
        yield Fix(title, (*logger.edits(), after(statement, [line], site.source)), Applicability.UNSAFE)


def _ends_the_program(site: Site) -> bool:
    """Whether it stands in what `asyncio.run` runs in this file: there is no background once that has ended."""
    function = site.scopes.function(site.node)
    return isinstance(function, ast.AsyncFunctionDef) and any(
        isinstance(node, ast.Call)
        and node.args
        and isinstance(main := node.args[0], ast.Call)
        and isinstance(main.func, (ast.Name, ast.Attribute))
        and last_name(main.func) == function.name
        and site.lifecycles.effect_of(node) is Effect.RUN
        for node in site.scopes.order
    )


def _needs_loop(site: Site) -> bool:
    """Whether the plain function that makes the coroutine, or one whose result that returns, makes a future on some
    way: that asks for a loop."""
    function = site.lifecycles.callees.defined_function(site.life.definition)
    return function is not None and Making.of(function[0]).may_make_future(function[1])


def runs_the_loop(site: Site) -> bool:
    """Whether the code that starts a task also runs the loop, which ends with it: `loop.run_until_complete(...)`."""
    scope = site.scopes.of(site.node)
    return not isinstance(scope.node, ast.AsyncFunctionDef) and any(
        isinstance(node, ast.Call) and site.lifecycles.effect_of(node) is Effect.RUN and site.scopes.of(node) is scope
        for node in site.scopes.order
    )
