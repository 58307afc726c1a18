"""Make the plain function around a coroutine async, and with it all that call it, through all files.

A function becomes async where it awaits something now; its callers await it, or run it where no event loop runs yet.
The whole is only right if all callers are known and each of them can do so, else there is no fix.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.analysis.callers import CallSite, Defined
from spooky_asyncio.analysis.catalog import Effect
from spooky_asyncio.analysis.families import Families
from spooky_asyncio.analysis.functions import PASSED_BY_DECORATOR, values_returned
from spooky_asyncio.analysis.lifecycle import Step
from spooky_asyncio.analysis.making import Making
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.inference import Named
from spooky_asyncio.model import Applicability, Edit, Fix, FixKind, Range
from spooky_asyncio.rewriting.awaiting import await_edits, can_await, runs_in_place, surround
from spooky_asyncio.rewriting.imports import asyncio_function
from spooky_asyncio.rewriting.wording import shown_expression

MOST_FUNCTIONS = 30
"""A change of more functions is nothing that anybody could look through and confirm."""


def make_async(site: Site) -> Iterator[Fix]:
    function, life = site.function, site.life
    if function is None or life.starts is not Step.CREATED or life.is_cared_for or life.caller is not None:
        return
    if not can_await(site.node, site.scopes, site.target, made_async=(function.node,)):
        return
    cascade = _Cascade(site, function)
    if not cascade.is_sure():
        return
    if not cascade.calls and site.runs_outside_loop():
        # Run right here, the coroutine leaves everything around it as it is.
        return
    yield Fix(_title(site, function, cascade), cascade.edits(), Applicability.UNSAFE, FixKind.REWRITE)


def _title(site: Site, function: Defined, cascade: _Cascade) -> str:
    title = f"Make '{function.node.name}()' async and await '{shown_expression(site.node)}' in it"
    if not cascade.calls:
        return title
    count = len(cascade.calls)
    files = {call.callees.source.path for call in cascade.calls}
    callers = "1 caller changes" if count == 1 else f"{count} callers change"
    if files == {site.source.path}:
        return f"{title}: {callers} too"
    subject, verb = callers.rsplit(" ", 1)
    where = f"{len(files)} files" if len(files) > 1 else "another file"
    return f"{title}: {subject} in {where} {verb} too"


class _Cascade:
    """The functions that become async, from the one of the finding on to their callers, and the calls of them."""

    def __init__(self, site: Site, start: Defined) -> None:
        self._site = site
        self._families = Families(site.occurrences)
        self.functions: dict[Named, Defined] = {start.key: start}
        self.calls: list[CallSite] = []

    def is_sure(self) -> bool:
        """Whether every function can become async, and every call of it is known and can be awaited or run."""
        new = self.functions
        while new:
            if len(self.functions) > MOST_FUNCTIONS or not all(map(self._may_become_async, new.values())):
                return False
            calls = self._all_calls()
            if calls is None:
                return False
            self.calls = calls
            new = {caller.key: caller for call in calls if (caller := self._new_caller(call)) is not None}
            self.functions = {**self.functions, **new}
        return all(self._can_change(call) for call in self.calls) and all(
            self._is_free(function) for function in self.functions.values()
        )

    def _may_become_async(self, function: Defined) -> bool:
        return _may_become_async(function) and function.node.name not in self._site.target.entry_points

    def _all_calls(self) -> list[CallSite] | None:
        found: list[CallSite] = []
        for function in self.functions.values():
            calls = self._site.callers.calls_of(function)
            if calls is None:
                return None
            found += calls
        return found

    def _new_caller(self, call: CallSite) -> Defined | None:
        """The plain function that has to become async for a call."""
        caller = call.caller
        if caller is None or isinstance(caller.node, ast.AsyncFunctionDef) or caller.key in self.functions:
            return None
        return None if self._site.callers.runs_outside_loop(call, self.functions) else caller

    def _is_awaited(self, call: CallSite) -> bool:
        """Whether the call is awaited after the change; else it is run in a loop of its own."""
        caller = call.caller
        if caller is not None:
            return isinstance(caller.node, ast.AsyncFunctionDef) or caller.key in self.functions
        return call.callees is self._site.lifecycles.callees and self._site.target.top_level_await

    def _can_change(self, call: CallSite) -> bool:
        scopes, parent = call.callees.scopes, call.callees.scopes.parent(call.node)
        if isinstance(parent, ast.Await) or _takes_coroutine(parent, call):
            # The function hands out something to await, and would be awaited twice.
            return False
        if isinstance(call.function, ast.Lambda):
            return False
        if not self._is_awaited(call):
            return runs_in_place(call.node, scopes) and self._run(call) is not None
        made_async = [function.node for function in self.functions.values()]
        return can_await(call.node, scopes, self._site.target, made_async=made_async)

    def _is_free(self, function: Defined) -> bool:
        """Whether nothing but its callers depends on that a function is plain. The dearest question."""
        callees = function.callees
        if function.owner is not None and not self._is_only_method(function, function.owner):
            return False
        values = values_returned(function.node, callees.scopes)
        if any(value is not None and Making.of(callees).made_by(value) is not None for value in values):
            return False
        return not self._site.callers.starts_loop(function)

    def _is_only_method(self, function: Defined, owner: ast.ClassDef) -> bool:
        """Whether a method stands for no other one, and no other one for it."""
        name = function.node.name
        family = self._families.around(function.callees, owner)
        if family is None or self._families.is_wanted_by_protocol(name):
            return False
        return not any(node is not owner and callees.scopes.opened_by(node).binds(name) for callees, node in family)

    def _run(self, call: CallSite) -> tuple[Edit, ...] | None:
        source = call.callees.source
        run = asyncio_function("run", call.node, source, call.callees.scopes)
        if run is None:
            return None
        label = f"run '{shown_expression(call.node)}' with {run.text}() here"
        wrapped = _labelled(label, surround(call.node, f"{run.text}(", ")", source))
        return (*_labelled("import asyncio", run.edits), *wrapped)

    def edits(self) -> tuple[Edit, ...]:
        """For those at one place, the one that has to stand first comes first: imports, then the outer of two calls."""
        found: dict[tuple[Callees, Edit], None] = {}
        for function in self.functions.values():
            start = function.callees.source.start(function.node)
            edit = Edit(Range(start, start), "async ", label=f"make '{function.node.name}' async")
            found[function.callees, edit] = None
        changed: list[tuple[Callees, ast.expr, tuple[Edit, ...]]] = []
        for call in self.calls:
            edits = self._awaited(call.callees, call.node) if self._is_awaited(call) else self._run(call)
            changed.append((call.callees, call.node, edits or ()))
        site = self._site
        changed.append((site.lifecycles.callees, site.node, self._awaited(site.lifecycles.callees, site.node)))
        changed.sort(key=lambda change: (change[0].source.start(change[1]), _size(change[1])))
        for callees, _, edits in changed:
            found.update(dict.fromkeys((callees, edit) for edit in edits))
        imports_first = sorted(found, key=lambda item: item[1].label != "import asyncio")
        return tuple(self._placed(callees, edit) for callees, edit in imports_first)

    def _awaited(self, callees: Callees, node: ast.expr) -> tuple[Edit, ...]:
        edits = await_edits(node, callees.source, callees.scopes)
        return _labelled(f"await '{shown_expression(node)}' here", edits)

    def _placed(self, callees: Callees, edit: Edit) -> Edit:
        is_own = callees is self._site.lifecycles.callees
        return edit if is_own else replace(edit, path=callees.source.path)


_KEEPING_METHODS = frozenset({"dataclass", "final", "runtime_checkable", "total_ordering", "define", "frozen"})
"""Decorators of classes that call no method but the special ones."""

_CALLED_BY_NAME = re.compile(r"__\w*__|test.*|pytest_\w+|(setup|teardown)(_(module|class|method|function))?")
"""The names of functions that the interpreter or a test runner calls, and expects to be plain."""

_TAKING_COROUTINES = frozenset(
    {Effect.SPAWN, Effect.ADOPT, Effect.GATHER, Effect.SHIELD, Effect.WAIT, Effect.AWAIT, Effect.RUN}
)


def _may_become_async(function: Defined) -> bool:
    """Whether a function can become async as far as its definition tells: the cheap question."""
    node, scopes = function.node, function.callees.scopes
    owner = function.owner
    decorators = {_decorator_name(decorator) for decorator in node.decorator_list}
    around = {_decorator_name(decorator) for decorator in owner.decorator_list} if owner is not None else set()
    is_generator = any(
        isinstance(inner, (ast.Yield, ast.YieldFrom)) and scopes.function(inner) is node for inner in ast.walk(node)
    )
    return (
        isinstance(node, ast.FunctionDef)
        and decorators <= PASSED_BY_DECORATOR
        and around <= _KEEPING_METHODS
        and not is_generator
        and _CALLED_BY_NAME.fullmatch(node.name) is None
    )


def _decorator_name(decorator: ast.expr) -> str:
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return last_name(named) if isinstance(named, (ast.Name, ast.Attribute)) else ""


def _takes_coroutine(parent: ast.AST | None, call: CallSite) -> bool:
    if not isinstance(parent, ast.Call) or call.node not in parent.args:
        return False
    return call.callees.effect_of(parent) in _TAKING_COROUTINES


def _labelled(label: str, edits: Collection[Edit]) -> tuple[Edit, ...]:
    return tuple(replace(edit, label=label) for edit in edits)


def _size(node: ast.expr) -> tuple[int, int]:
    """Sorts the outer of two expressions before the inner one."""
    return -(node.end_lineno or 0), -(node.end_col_offset or 0)
