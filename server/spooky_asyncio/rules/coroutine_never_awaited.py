"""created, never scheduled: the interpreter's `RuntimeWarning: coroutine 'f' was never awaited`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from spooky_asyncio.analysis.flow import UseKind
from spooky_asyncio.analysis.lifecycle import Life, LifeCycles, Step
from spooky_asyncio.model import Related
from spooky_asyncio.rewriting.wording import callee_text
from spooky_asyncio.rules.base import Finding, LifeRule, rebound, related_loss


def check(lifecycles: LifeCycles) -> Iterator[Finding]:
    for life in lifecycles.lives:
        if life.reaches is Step.CREATED:
            yield Finding(
                node=life.node,
                message=_message(life, lifecycles),
                lives=(life,),
                related=tuple(_related(life, lifecycles)),
                complaint=f"RuntimeWarning: {_warning(life)}" if life.is_async_function else None,
            )


def _message(life: Life, lifecycles: LifeCycles) -> str:
    if life.is_cared_for:
        return f"coroutine '{life.name}' is not awaited on every way: {_way(life)}"
    if life.is_async_function:
        subject = _warning(life)
    else:
        subject = f"the coroutine that '{life.name}()' returns was never awaited"
    return f"{subject}: {_consequence(life, lifecycles)}"


def _warning(life: Life) -> str:
    return f"coroutine '{life.name}' was never awaited"


def _consequence(life: Life, lifecycles: LifeCycles) -> str:
    if life.caller is not None:
        return f"'{callee_text(life.caller)}()' calls it like a plain function, and nobody awaits the coroutine"
    inspected = next((use.node for use in life.uses if use.kind is UseKind.INSPECTED), None)
    loss = life.loss
    if loss is not None and loss.kind is UseKind.OVERWRITTEN and isinstance(loss.node, ast.Name):
        return f"'{loss.node.id}' is {rebound(loss.node)} before anything awaits it"
    if inspected is None:
        if isinstance(life.node, ast.Await):
            return "awaiting the call only gives a coroutine object, and nothing in it runs"
        what = "property" if isinstance(life.node, ast.Attribute) else "call"
        return f"the {what} only makes a coroutine object, and nothing in it runs"
    if isinstance(inspected, ast.Call) and _is_given(life, inspected, lifecycles):
        return f"'{callee_text(inspected)}()' gets the coroutine object, not its result"
    if isinstance(inspected, ast.FormattedValue):
        return "the text shows the coroutine object, not its result"
    if _is_test(inspected, lifecycles):
        return "a coroutine object is always true"
    return "the coroutine object is used in place of its result"


def _way(life: Life) -> str:
    """On which way it is lost, where on another it is not."""
    loss = life.loss
    if loss is not None and loss.kind is UseKind.OVERWRITTEN and isinstance(loss.node, ast.Name):
        return f"'{loss.node.id}' may be {rebound(loss.node)} before anything awaits it"
    if loss is not None and isinstance(loss.node, ast.Return):
        return "the function may return before anything awaits it"
    return "a branch leads past what awaits it"


def _is_given(life: Life, call: ast.Call, lifecycles: LifeCycles) -> bool:
    """Whether a call gets the value itself, and not something with the value in it."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    is_under_a_name = isinstance(lifecycles.scopes.parent(life.node), (ast.Assign, ast.AnnAssign))
    return life.node in arguments or (is_under_a_name and any(isinstance(value, ast.Name) for value in arguments))


def _is_test(node: ast.AST, lifecycles: LifeCycles) -> bool:
    is_not = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    parent = lifecycles.scopes.parent(node)
    is_tested = isinstance(parent, (ast.If, ast.While, ast.Assert)) and node is parent.test
    if isinstance(node, ast.Compare):
        return False
    is_condition = isinstance(parent, ast.comprehension) and node in parent.ifs
    return is_not or is_tested or is_condition or isinstance(node, (ast.IfExp, ast.BoolOp))


def _related(life: Life, lifecycles: LifeCycles) -> Iterator[Related]:
    if life.loss is not None:
        used = "the coroutine object is used here, in place of its result"
        yield related_loss(life.loss, used if life.caller is None else "it is handed over here", lifecycles.source)
    if life.definition is not None:
        yield Related(f"'{life.name}' is defined here", life.definition.range, life.definition.path)


RULE = LifeRule(
    name="coroutine-never-awaited",
    url="https://docs.python.org/3/library/asyncio-dev.html#detect-never-awaited-coroutines",
    check=check,
)
