"""scheduled, never awaited: nobody keeps or waits for the task, and no error tells when it is cut off."""

from __future__ import annotations

from collections.abc import Iterator

from spooky_asyncio.analysis.event_loop import loop_runs_for_good
from spooky_asyncio.analysis.lifecycle import Life, LifeCycles, Step
from spooky_asyncio.model import Related
from spooky_asyncio.rewriting.wording import callee_text, shown_coroutine
from spooky_asyncio.rules.base import Finding, LifeRule, related_loss


def check(lifecycles: LifeCycles) -> Iterator[Finding]:
    for life in lifecycles.lives:
        if life.reaches is Step.SCHEDULED and not loop_runs_for_good(life.node, lifecycles.scopes):
            yield Finding(life.node, _message(life, lifecycles), (life,), tuple(_related(life, lifecycles)))


def _message(life: Life, lifecycles: LifeCycles) -> str:
    if lifecycles.is_group(life):
        return f"'{callee_text(life.node)}()' is never awaited: the program may end before its tasks have finished"
    subject = f"the task of '{shown_coroutine(life)}'" if life.name else "this task"
    if life.is_cared_for:
        return f"{subject} is not awaited on every way: it may be cut off before it has finished, without an error"
    return f"{subject} is never awaited: it may be cut off before it has finished, without an error"


def _related(life: Life, lifecycles: LifeCycles) -> Iterator[Related]:
    if life.loss is not None:
        yield related_loss(life.loss, "the task is lost here", lifecycles.source)
    if life.definition is not None:
        yield Related(f"'{life.name}' is defined here", life.definition.range, life.definition.path)


RULE = LifeRule(
    name="task-never-awaited",
    url="https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task",
    check=check,
)
