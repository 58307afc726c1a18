"""How messages and titles name things."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from spooky_asyncio.analysis.lifecycle import Life, Step


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


def listed(names: Iterable[str], conjunction: str = "and") -> str:
    """'a', 'b' and 'c': for messages."""
    quoted = [f"'{name}'" for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {conjunction} {quoted[-1]}"
