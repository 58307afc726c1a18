"""Tasks that set results others wait for, kept on an attribute of their object and only ever cancelled.

Who keeps a task on an attribute may read it later, so nothing is said of such tasks, and a poller that dies is most
often no more than a poller that died. It is otherwise with the task that reads answers from a connection and hands them
to those who wait: with it dies every request under way, and nobody is told. It is told apart by what it does: it sets
results of futures that it was given, not within a `try` that catches all exceptions, and nobody ever does more with it
than to cancel it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from spooky_asyncio.analysis.scopes import Function, Scopes, Section
from spooky_asyncio.analysis.syntax import last_name

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class AnsweringTask:
    method: Function
    """What the task runs."""
    cancel: ast.Call
    """The first call that cancels it."""


def answering_task(made: ast.Call, scopes: Scopes) -> AnsweringTask | None:
    """What is known of the task that a call makes, if it is one: `self._reader = create_task(self._read())`."""
    statement, function = scopes.parent(made), scopes.function(made)
    owner = scopes.of(function).node if isinstance(function, _FUNCTIONS) else None
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    if not isinstance(owner, ast.ClassDef) or not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return None
    attribute, run = targets[0], made.args[0] if made.args else None
    if len(targets) != 1 or not isinstance(attribute, ast.Attribute) or not _is_private(attribute.attr):
        return None
    if not isinstance(run, ast.Call) or not isinstance(run.func, ast.Attribute) or not _is_of_self(run.func):
        return None
    # Whatever section is edited next may be the one that reads the task.
    scopes.look_into(*scopes.sections)
    method = _method(owner, run.func.attr)
    cancel = _only_cancelled(attribute.attr, scopes)
    if method is None or cancel is None or not _Answers(owner, scopes).are_at_risk_in(method):
        return None
    return AnsweringTask(method, cancel)


def _is_private(name: str) -> bool:
    """Whether other files have no business with an attribute."""
    return name.startswith("_") and not name.endswith("__")


def _is_of_self(attribute: ast.Attribute) -> bool:
    return isinstance(attribute.value, ast.Name) and attribute.value.id == "self"


def _method(owner: ast.ClassDef, name: str) -> Function | None:
    found = [node for node in owner.body if isinstance(node, _FUNCTIONS) and node.name == name]
    return found[0] if len(found) == 1 else None


def _mentions_in(section: Section) -> dict[str, list[ast.Attribute | ast.Constant]]:
    """The attributes of the section by their names, and the texts that may name one."""
    found: dict[str, list[ast.Attribute | ast.Constant]] = defaultdict(list)
    for node in section.of_kind(ast.Attribute, ast.Constant):
        if isinstance(node, ast.Attribute):
            found[node.attr].append(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found[node.value].append(node)
    return found


def _only_cancelled(name: str, scopes: Scopes) -> ast.Call | None:
    """The first call that cancels what an attribute holds; None if anything else is done with it, or nothing."""
    cancels = []
    for mentions in scopes.facts(_mentions_in):
        for mention in mentions.get(name, ()):
            if not isinstance(mention, ast.Attribute) or not _is_of_self(mention):
                return None
            if isinstance(mention.ctx, ast.Load):
                call = _called_method(mention, scopes)
                if call is not None and call[0] == "cancel" and isinstance(scopes.parent(call[1]), ast.Expr):
                    cancels.append(call[1])
                elif not _is_look(mention, scopes):
                    return None
    return min(cancels, key=lambda call: (call.lineno, call.col_offset), default=None)


def _called_method(receiver: ast.expr, scopes: Scopes) -> tuple[str, ast.Call] | None:
    """`cancel` and the call, of `self._reader` in `self._reader.cancel()`."""
    attribute = scopes.parent(receiver)
    call = scopes.parent(attribute) if isinstance(attribute, ast.Attribute) else None
    is_called = isinstance(attribute, ast.Attribute) and isinstance(call, ast.Call) and call.func is attribute
    return (attribute.attr, call) if is_called else None  # type: ignore[union-attr,return-value]  # told by is_called


def _is_look(task: ast.expr, scopes: Scopes) -> bool:
    """Whether it is only asked whether there is a task, and whether it has ended, or the task is put into a future when
    it has ended, which asks it for nothing."""
    called = _called_method(task, scopes)
    if called is not None and called[0] == "add_done_callback":
        callbacks = called[1].args
        return len(callbacks) == 1 and isinstance(callbacks[0], ast.Attribute) and callbacks[0].attr == "set_result"
    looked_at = called[1] if called is not None and called[0] in ("done", "cancelled") else task
    parent = scopes.parent(looked_at)
    if isinstance(parent, ast.Compare):
        return all(isinstance(one, ast.Constant) and one.value is None for one in parent.comparators)
    if isinstance(parent, (ast.If, ast.While, ast.IfExp)):
        return parent.test is looked_at
    while isinstance(parent, (ast.BoolOp, ast.UnaryOp)):
        looked_at, parent = parent, scopes.parent(parent)
    return isinstance(parent, (ast.If, ast.While)) and parent.test is looked_at


class _Answers:
    """Where the methods of a class set results for others."""

    def __init__(self, owner: ast.ClassDef, scopes: Scopes) -> None:
        self._owner = owner
        self._scopes = scopes
        self._seen: set[Function] = set()

    def are_at_risk_in(self, method: Function) -> bool:
        """Whether an exception can leave a method, or the ones that it calls, at a place that sets such a result."""
        self._seen.add(method)
        return any(self._gives_answer(call) and not self._is_safe(call, method) for call in self._calls_in(method))

    def _calls_in(self, method: Function) -> Iterator[ast.Call]:
        calls = self._scopes.opened_by(method).section.of_kind(ast.Call)
        return (call for call in calls if self._scopes.function(call) is method)

    def _gives_answer(self, call: ast.Call) -> bool:
        func = call.func
        if isinstance(func, (ast.Name, ast.Attribute)) and last_name(func).strip("_") == "set_result":
            future = func.value if isinstance(func, ast.Attribute) else call.args[0] if call.args else None
            # One on an attribute is no request among others, but most often says that the task has come so far.
            return not (future is None or isinstance(future, ast.Attribute) or self._is_made_here(future))
        if isinstance(func, ast.Attribute) and _is_of_self(func):
            method = _method(self._owner, func.attr)
            return method is not None and method not in self._seen and self.are_at_risk_in(method)
        return False

    def _is_made_here(self, future: ast.expr) -> bool:
        """Whether a future is one that this very function has made by a call of its own: `create_future()`."""
        if not isinstance(future, ast.Name):
            return False
        stores = self._scopes.of(future).stores.get(future.id, [])
        values = [getattr(self._scopes.parent(store), "value", None) for store in stores]
        called = [value.func for value in values if isinstance(value, ast.Call)]
        named = [last_name(func) for func in called if isinstance(func, (ast.Name, ast.Attribute))]
        return any(name in ("Future", "create_future") for name in named)

    def _is_safe(self, call: ast.Call, method: Function) -> bool:
        """Whether a `try` around it sees every exception, or cleans up after any."""
        inner: ast.AST = call
        for outer in self._scopes.ancestors(call):
            if outer is method:
                return False
            catches = isinstance(outer, ast.Try) and inner in outer.body and any(map(_catches_all, outer.handlers))
            if catches or getattr(outer, "finalbody", None):
                return True
            inner = outer
        return False


def _catches_all(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {last_name(kind) for kind in kinds if isinstance(kind, (ast.Name, ast.Attribute))}
    return handler.type is None or bool(names & {"Exception", "BaseException"})
