"""awaited, never observed: the interpreter's `Task exception was never retrieved`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from spooky_asyncio.analysis.catalog import FILLING_METHODS
from spooky_asyncio.analysis.flow import wait_argument
from spooky_asyncio.analysis.lifecycle import Life, LifeCycles, Step
from spooky_asyncio.analysis.scopes import Scope, Scopes
from spooky_asyncio.analysis.syntax import assigned_names
from spooky_asyncio.model import Related
from spooky_asyncio.rewriting.wording import listed, shown_coroutine
from spooky_asyncio.rules.base import Finding, LifeRule


def check(lifecycles: LifeCycles) -> Iterator[Finding]:
    for wait, lives in _by_wait(lifecycles).items():
        related = [
            Related(f"the task of '{shown_coroutine(life)}' is made here", lifecycles.source.range(life.node))
            for life in lives
        ]
        yield Finding(wait, _message(wait), tuple(lives), tuple(related), _COMPLAINT)
    for life in lifecycles.lives:
        if life.reaches is Step.AWAITED and not life.waits:
            yield _of_answering_task(life, lifecycles)


_COMPLAINT = "Task exception was never retrieved"


def _of_answering_task(life: Life, lifecycles: LifeCycles) -> Finding:
    message = (
        f"nobody reads the exception of the task of '{shown_coroutine(life)}', which sets results that others wait "
        f"for: if it fails, they wait for ever, and only '{_COMPLAINT}' may tell"
    )
    related = [Related("the task is only ever cancelled", lifecycles.source.range(use.node)) for use in life.uses]
    if life.definition is not None:
        related.append(Related(f"'{life.name}' is defined here", life.definition.range, life.definition.path))
    return Finding(life.node, message, (life,), tuple(related), _COMPLAINT)


def _by_wait(lifecycles: LifeCycles) -> dict[ast.Call, list[Life]]:
    """The lives that end unobserved, by the last call that waits for them."""
    found: dict[ast.Call, list[Life]] = {}
    for life in lifecycles.lives:
        if life.reaches is Step.AWAITED and life.waits:
            last = max(life.waits, key=lambda call: (call.lineno, call.col_offset))
            found.setdefault(last, []).append(life)
    return {wait: lives for wait, lives in found.items() if _knows_all(wait, lives, lifecycles)}


def _knows_all(wait: ast.Call, lives: list[Life], lifecycles: LifeCycles) -> bool:
    """Whether no task in the call is somebody else's, or read elsewhere: who reads one has thought of the others."""
    tasks = wait_argument(wait)
    made = {id(life.node) for life in lives}
    bound = {target.id for life in lives for target in assigned_names(lifecycles.scopes.statement(life.node))}
    bound |= _aliases(bound, lifecycles.scopes.of(wait), lifecycles.scopes)
    elements: list[ast.expr] = []
    if isinstance(tasks, ast.Name):
        elements = list(_elements_of(tasks, lifecycles.scopes))
    elif isinstance(tasks, (ast.List, ast.Tuple, ast.Set)):
        elements = tasks.elts
    elements = [task.value if isinstance(task, ast.Starred) else task for task in elements]
    return all(task.id in bound if isinstance(task, ast.Name) else id(task) in made for task in elements)


def _aliases(names: set[str], scope: Scope, scopes: Scopes) -> set[str]:
    """The names that are bound to others: `b = a`."""
    found = set()
    for name, stores in scope.stores.items():
        values = [getattr(scopes.parent(store), "value", None) for store in stores]
        if all(isinstance(value, ast.Name) and value.id in names for value in values):
            found.add(name)
    return found


def _elements_of(container: ast.Name, scopes: Scopes) -> Iterator[ast.expr]:
    """What is put into a local container one by one: in its display, by `append` and `add`."""
    scope = scopes.of(container)
    for store in scope.stores.get(container.id, []):
        value = getattr(scopes.parent(store), "value", None)
        if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
            yield from value.elts
    for load in scope.loads.get(container.id, []):
        method = scopes.parent(load)
        call = scopes.parent(method) if isinstance(method, ast.Attribute) and method.attr in FILLING_METHODS else None
        if isinstance(call, ast.Call) and call.args:
            yield call.args[-1]


def _message(wait: ast.Call) -> str:
    tasks = wait_argument(wait)
    if isinstance(tasks, (ast.List, ast.Tuple, ast.Set)) and all(isinstance(task, ast.Name) for task in tasks.elts):
        names = [task.id for task in tasks.elts if isinstance(task, ast.Name)]
        whose = f"the result of {listed(names)}" if len(names) == 1 else f"the results of {listed(names)}"
    elif isinstance(tasks, ast.Name):
        whose = f"the results of the tasks in '{tasks.id}'"
    else:
        whose = "the results of these tasks"
    return f"nobody reads {whose}: an exception would only show as '{_COMPLAINT}'"


RULE = LifeRule(
    name="task-exception-never-retrieved",
    url="https://docs.python.org/3/library/asyncio-dev.html#detect-never-retrieved-exceptions",
    check=check,
)
