"""Who calls a function, in all files of a project: every place that mentions it, and whether that is a call.

Scopes say which places mean the function, and inference says it where scopes don't tell. One place of which nobody can
be sure, or that hands the function around, and the answer is that its callers are not known.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.analysis.catalog import Effect
from spooky_asyncio.analysis.event_loop import is_test, runs_outside_loop
from spooky_asyncio.analysis.functions import PASSED_BY_DECORATOR
from spooky_asyncio.analysis.occurrences import Occurrences
from spooky_asyncio.analysis.scopes import Function, Scope
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.inference import Named

_LOOP_RUNNING = frozenset({"run_until_complete", "run_forever"})
"""Methods of event loops that no other class is likely to have, and that fail where a loop is running."""


@dataclass(frozen=True)
class Defined:
    """A function, and the file that it is in."""

    callees: Callees
    node: Function

    @property
    def key(self) -> Named:
        return self.callees.key_of(self.node)

    @property
    def scope(self) -> Scope:
        """The one that it is defined in."""
        return self.callees.scopes.of(self.node)

    @property
    def is_nested(self) -> bool:
        return not isinstance(self.scope.node, (ast.Module, ast.ClassDef))

    @property
    def owner(self) -> ast.ClassDef | None:
        return self.scope.node if isinstance(self.scope.node, ast.ClassDef) else None


@dataclass(frozen=True)
class CallSite:
    """A call, and the file that it is in."""

    callees: Callees
    node: ast.Call

    @property
    def function(self) -> Function | ast.Lambda | None:
        """The function whose frame makes the call; None for the module's own statements."""
        return self.callees.scopes.function(self.node)

    @property
    def caller(self) -> Defined | None:
        """That function, if it is one with a name."""
        function = self.function
        is_named = isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        return Defined(self.callees, function) if is_named else None  # type: ignore[arg-type]


class Callers:
    def __init__(self, occurrences: Occurrences) -> None:
        self._occurrences = occurrences
        self._calls: dict[Named, tuple[CallSite, ...] | None] = {}

    def calls_of(self, function: Defined) -> tuple[CallSite, ...] | None:
        """All calls of a function in the project; None where that is not sure."""
        if function.key not in self._calls:
            self._calls[function.key] = self._find_calls(function)
        return self._calls[function.key]

    def runs_outside_loop(self, call: CallSite, made_async: Collection[Named] = ()) -> bool:
        """Whether a call is sure enough to be made while no event loop runs, if the functions of `made_async` are run
        by one."""
        caller = call.caller
        if caller is None:
            return call.function is None
        if not runs_outside_loop(call.node, call.callees.scopes) and not is_test(caller.node, call.callees.scopes):
            return False
        return self.is_called_in_loop(caller, made_async) is False

    def is_called_in_loop(self, function: Defined, made_async: Collection[Named] = ()) -> bool | None:
        """Whether async code calls a function, or one that calls it, and so on; None where that is not sure."""
        is_sure = True
        for current in self.chain(function):
            calls = self.calls_of(current)
            is_sure &= calls is not None and not _is_called_by_others(current)
            for call in calls or ():
                caller = call.caller
                if caller is None:
                    is_sure &= call.function is None
                elif isinstance(caller.node, ast.AsyncFunctionDef) or caller.key in made_async:
                    return True
        return False if is_sure else None

    def chain(self, function: Defined) -> Iterator[Defined]:
        """A function and the plain ones that call it, as far as they are known, and so on."""
        seen, pending = {function.key}, [function]
        while pending:
            current = pending.pop()
            yield current
            for call in self.calls_of(current) or ():
                caller = call.caller
                if caller is not None and isinstance(caller.node, ast.FunctionDef) and caller.key not in seen:
                    seen.add(caller.key)
                    pending.append(caller)

    def starts_loop(self, function: Defined) -> bool:
        """Whether a function, or a plain one of the project that it calls, runs a loop until something is done, which
        fails where one is running. Judged by names, so that one shared with something else can only lead to a yes."""
        seen: set[ast.AST] = set()
        pending: list[tuple[Callees, ast.AST]] = [(function.callees, function.node)]
        while pending:
            callees, node = pending.pop()
            if node in seen:
                continue
            seen.add(node)
            for call in ast.walk(node):
                if not isinstance(call, ast.Call) or not isinstance(call.func, (ast.Name, ast.Attribute)):
                    continue
                name = callees.facts.aliases.get(last_name(call.func), last_name(call.func))
                if name in _LOOP_RUNNING or (name == "run" and callees.effect_of(call) is Effect.RUN):
                    return True
                origin = callees.names.imported(call.func) or ""
                is_elsewhere = origin and origin.partition(".")[0] not in sys.stdlib_module_names
                for other in self._occurrences.files(name) if is_elsewhere else [callees]:
                    pending += [(other, found) for found in _plain_functions(other, name)]
        return False

    def _find_calls(self, function: Defined) -> tuple[CallSite, ...] | None:
        name = function.node.name
        if not _is_defined_once(function):
            return None
        within = [(function.callees, name)] if function.is_nested else self._occurrences.aliased(name)
        if within is None:
            return None
        calls: list[CallSite] = []
        for callees, called in within:
            for node in callees.scopes.order:
                if not isinstance(node, (ast.Name, ast.Attribute)) or last_name(node) != called:
                    continue
                is_meant = _means(callees, node, function) if not callees.names.is_misplaced(node) else None
                parent = callees.scopes.parent(node)
                if is_meant is None or (is_meant and not (isinstance(parent, ast.Call) and parent.func is node)):
                    return None
                if is_meant and isinstance(parent, ast.Call):
                    calls.append(CallSite(callees, parent))
        return tuple(calls)


def _plain_functions(callees: Callees, name: str) -> Iterator[ast.FunctionDef]:
    nodes = callees.facts.definitions
    return (node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == name)


def _is_called_by_others(function: Defined) -> bool:
    """Whether a function is likely to be called where its name does not stand: by the interpreter, by what a decorator
    made of it, by a framework that knows its class."""
    node, owner = function.node, function.owner
    if is_test(node, function.callees.scopes):
        return False
    is_special = node.name.startswith("__") and node.name.endswith("__")
    decorators = {getattr(decorator, "id", "") for decorator in node.decorator_list}
    return is_special or not decorators <= PASSED_BY_DECORATOR or (owner is not None and bool(owner.bases))


def _is_defined_once(function: Defined) -> bool:
    """Whether nothing else ever stands under the function's name in its place."""
    scopes, scope, name = function.callees.scopes, function.scope, function.node.name
    if (
        name in scope.stores
        or name in scope.parameters
        or name in scope.shared
        or _imports(function.callees, scope, name)
    ):
        return False
    if any(name in other.shared and (name in other.stores or name in other.definitions) for other in scopes.all):
        return False
    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return not any(
        isinstance(node, named) and node.name == name and scopes.of(node) is scope and node is not function.node
        for node in scopes.order
    )


def _means(callees: Callees, node: ast.Name | ast.Attribute, function: Defined) -> bool | None:
    """Whether a name or attribute stands for a function; None where that is not sure."""
    if isinstance(node, ast.Name):
        bound = callees.scopes.binding(node, node.id)
        if bound is function.scope:
            return True
        if function.is_nested or function.owner is not None:
            return False
        if bound is not None and not _imports(callees, bound, node.id):
            return False
        if bound is None and callees.scopes.is_builtin(node):
            return False
    elif function.is_nested or (function.owner is None and not _may_be_module(callees, node.value)):
        return False
    elif not isinstance(node.ctx, ast.Load):
        # Something else takes the function's place.
        return None
    known = callees.sure_definitions(node)
    if function.key in known:
        return True if len(known) == 1 else None
    return False if known else None


def _imports(callees: Callees, scope: Scope, name: str) -> bool:
    """Whether a scope imports something under a name, if only in a branch."""
    return any(
        isinstance(node, (ast.Import, ast.ImportFrom))
        and callees.scopes.of(node) is scope
        and any(name == (alias.asname or alias.name.partition(".")[0]) for alias in node.names)
        for node in callees.scopes.order
    )


def _may_be_module(callees: Callees, receiver: ast.expr) -> bool:
    """Whether an expression is a name, dotted or not, that imports made."""
    while isinstance(receiver, ast.Attribute):
        receiver = receiver.value
    if not isinstance(receiver, ast.Name):
        return False
    bound = callees.scopes.binding(receiver, receiver.id)
    return bound is None or _imports(callees, bound, receiver.id)
