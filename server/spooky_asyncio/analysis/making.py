"""What awaitables a call, or another expression, makes: inference is asked, and what it misses is read in the project's
own functions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from spooky_asyncio.analysis.bindings import is_filled, is_of_filled, narrowed_to, only_value
from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.analysis.catalog import Effect
from spooky_asyncio.analysis.decorators import is_started, made_by_decorated, runs_itself
from spooky_asyncio.analysis.delegates import hands_out_awaitable, makes_future
from spooky_asyncio.analysis.functions import values_returned
from spooky_asyncio.analysis.methods import exact_class, is_final
from spooky_asyncio.analysis.modes import modes_at, rules_out
from spooky_asyncio.analysis.plain_values import PlainValues, Told
from spooky_asyncio.analysis.scopes import Function, Section
from spooky_asyncio.analysis.stream_handlers import StreamHandlers
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.analysis.values import ClassItself
from spooky_asyncio.inference import Made, Makes

MAX_DEPTH = 30
"""Functions that hand out what the next one makes: as many are looked through."""


_MODULES_OF_FUTURES = ("_asyncio", "asyncio.tasks", "asyncio.futures")


class _TooDeepError(Exception):
    """More functions than MAX_DEPTH: an answer that was cut short there is none, and not kept."""


class Making:
    """In one file."""

    def __init__(self, callees: Callees) -> None:
        self._callees = callees
        self._scopes = callees.scopes
        self._facts = callees.facts
        self._names = callees.names
        self._effects = callees.effects
        self._inference = callees.inference
        self._made_when_called: dict[ast.expr, tuple[Made | None, set[Section]]] = {}

    @classmethod
    def of(cls, callees: Callees) -> Making:
        """The one that there is for the file."""
        return callees.part(cls)

    def made_by(self, node: ast.expr, depth: int = 0) -> Made | None:
        """What awaitable an expression makes and hands out; None if it may be anything else, or in other hands too."""
        try:
            return self._made_by(node, depth)
        except _TooDeepError:
            if depth:
                raise
            return None

    def made_when_called(self, func: ast.expr, depth: int = 0) -> Made | None:
        """What awaitable calling the value of an expression makes."""
        if depth > MAX_DEPTH:
            raise _TooDeepError
        if func not in self._made_when_called:
            # Who knows what comes of something that calls itself.
            self._made_when_called[func] = None, set()
            try:
                with self._scopes.noting_what_is_read() as read:
                    made = self._ask_made_when_called(func, depth)
                # A task that a keeper returns is kept. A coroutine does nothing, whoever has made it.
                is_kept = made is not None and made.kind is Makes.FUTURE and self._names.is_keeper(func)
                self._made_when_called[func] = None if is_kept else made, read
            except _TooDeepError:
                del self._made_when_called[func]
                if depth:
                    raise
                return None
        made, read = self._made_when_called[func]
        self._scopes.look_into(*read)
        return made

    def awaited_members(self, made: ast.expr) -> frozenset[str]:
        """Which special methods the result has of awaiting what a call makes; none if that is not known."""
        func = made.func if isinstance(made, ast.Call) else None
        if not isinstance(func, (ast.Name, ast.Attribute)):
            return frozenset()
        return self._inference.awaited_members(self._names.place_to_ask(func))

    def is_plain(self, func: ast.Name | ast.Attribute) -> bool:
        """Whether types show that calling something makes no awaitable."""
        return self.told_of(func) is Told.PLAIN

    def told_of(self, func: ast.Name | ast.Attribute) -> Told:
        return self._plain_values.told_of(func)

    def is_cheap(self, node: ast.expr) -> bool:
        """Whether it costs little to know what an expression makes: types tell it, or inference has told it before."""
        func = node.func if isinstance(node, ast.Call) else node
        if not isinstance(func, (ast.Name, ast.Attribute)):
            return False
        is_told = func is not node and self.told_of(func) is not Told.NOTHING
        return is_told or self._inference.remembers(self._names.place_to_ask(func))

    def may_hand_out(self, name: str) -> bool:
        """Whether an async function of that name may return an awaitable: one of this file, as far as is known."""
        return name in self._facts.handing_out

    def may_make_future(self, function: Function, around: frozenset[Function] = frozenset()) -> bool:
        """Whether a plain function makes a future, or one does whose result it returns."""
        nodes = self._scopes.opened_by(function).section.nodes
        if any(makes_future(node) and self._scopes.function(node) is function for node in nodes):
            return True
        calls = [value.func for value in values_returned(function, self._scopes) if isinstance(value, ast.Call)]
        found = [self._callees.plain_function(func) for func in calls]
        inside = around | {function}
        return any(
            one is not None and one[1] not in inside and Making.of(one[0]).may_make_future(one[1], inside)
            for one in found
        )

    def _made_by(self, node: ast.expr, depth: int) -> Made | None:
        if depth > MAX_DEPTH:
            raise _TooDeepError
        if isinstance(node, ast.Call):
            effect = self._effects.of(node)
            if effect is Effect.SHIELD and not self._makes_what_it_shields(node):
                # The task goes on without the shield.
                return None
            if effect in (Effect.SPAWN, Effect.GATHER, Effect.SHIELD):
                return Made(Makes.FUTURE, _name_of(node.args[0] if node.args else None), False, None)
            if effect is None or effect in (Effect.WAIT, Effect.AWAIT, Effect.INSPECT):
                made = self.made_when_called(node.func, depth)
                is_nameless = made is not None and made.kind is Makes.FUTURE and not made.name
                return replace(made, name=_name_of(node.args[0])) if is_nameless and made and node.args else made
        elif isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            return self._handed_out(node.value, depth)
        elif isinstance(node, ast.IfExp):
            return _agreed([node.body, node.orelse], self.made_by, depth)
        elif isinstance(node, ast.Name):
            value = only_value(node, self._scopes, self._callees.flow)
            return self.made_by(value, depth + 1) if value is not None else None
        return None

    def _makes_what_it_shields(self, shield: ast.Call) -> bool:
        shielded = shield.args[0] if shield.args else None
        if isinstance(shielded, ast.Attribute):
            return self._inference.may_read_awaitable(shielded.attr)
        return isinstance(shielded, ast.Call)

    def _ask_made_when_called(self, func: ast.expr, depth: int) -> Made | None:
        if isinstance(func, (ast.Name, ast.Attribute)):
            if not self._callees.may_make(last_name(func)) or last_name(func) in self._facts.patched_names:
                return None
            told = self.told_of(func)
            if told is Told.PLAIN:
                return None
            made = self._made_by_function(func) if told is Told.NOTHING else None
            if made is None and told is Told.NOTHING:
                made = self._inference.made_by_call(self._names.place_to_ask(func))
            if isinstance(func, ast.Attribute) and self._facts.is_assigned(func):
                # Inference knows the method of the class, and not what an object has in its place.
                made = None
            if (
                made is not None
                and made.is_async_function
                and isinstance(func, ast.Name)
                and is_of_filled(func, self._scopes, self._facts)
            ):
                return None
            if made is not None and made.kind is Makes.COROUTINE and not is_started(func, self._callees):
                return made
            streamed = (
                self._stream_handlers.coroutine(func) if made is None and isinstance(func, ast.Attribute) else None
            )
            if streamed is not None:
                return Made(Makes.COROUTINE, streamed, True, None)
            narrowed = narrowed_to(func, self._scopes) if made is None and isinstance(func, ast.Attribute) else []
            if narrowed:
                return self._inference.made_by_method(self._names.place_to_ask(narrowed[0]), last_name(func))
            # A function that returns a task may have kept it too.
            return self._made_by_definitions(func, depth)
        if isinstance(func, ast.Lambda):
            return self.made_by(func.body, depth + 1)
        if isinstance(func, ast.IfExp):
            return _agreed([func.body, func.orelse], self.made_when_called, depth)
        if isinstance(func, ast.Subscript):
            value = (
                only_value(func.value, self._scopes, self._callees.flow)
                if isinstance(func.value, ast.Name)
                else func.value
            )
            entries = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [])
            made = _agreed(entries, self.made_when_called, depth)
            made = made or self._inference.made_by_call(self._callees.source.end(func))
            return None if made is not None and made.is_async_function and is_filled(func.value, self._facts) else made
        if isinstance(func, ast.Call):
            return self._made_by_result_of(func, depth)
        return None

    def _in_code(self, there: object, node: ast.AST) -> tuple[Callees, ast.AST] | None:
        """Where something is written that is async in a stub, too, if it is found in one."""
        if not isinstance(there, Callees) or not there.is_stub:
            return (there, node) if isinstance(there, Callees) else None
        return there.code_of(node) if isinstance(node, ast.AsyncFunctionDef) else None

    def _made_by_function(self, func: ast.Name | ast.Attribute) -> Made | None:
        """What the one function makes that this can only be, as types tell: the obvious, that inference need not be
        asked about."""
        found = [self._in_code(*one) for one in self._callees.values.asked().definitions(func) or ()]
        there, function = found[0] if len(set(found)) == 1 and found[0] else (None, None)
        if there is None or not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        # A generator makes something else.
        if not all(isinstance(node, ast.Return) for node in there.values.calls.leaving(function)):
            return None
        is_async = isinstance(function, ast.AsyncFunctionDef)
        kind = _declared(there, function)
        if is_async:
            kind = None if function.decorator_list else Makes.COROUTINE
        if kind is None:
            return None
        definition = there.definition_of(function)
        if definition is not None and definition.path == self._callees.source.path:
            definition = replace(definition, path=None)
        return Made(kind, there.qualified_name(function), is_async, definition)

    @cached_property
    def _plain_values(self) -> PlainValues:
        return PlainValues(self._callees)

    @cached_property
    def _stream_handlers(self) -> StreamHandlers:
        return StreamHandlers(self._scopes, self._facts.calls_starting_servers, self._names.imported)

    def _made_by_result_of(self, call: ast.Call, depth: int) -> Made | None:
        """What calling the result of a call makes: `partial(fetch, url)()`, `make_reader("rain")()`, `Oven()()`."""
        if self._effects.is_partial(call):
            first = call.args[0]
            if isinstance(first, (ast.Name, ast.Attribute)) and self._effects.spawns(first):
                return Made(Makes.FUTURE, "", False, None)
            return self.made_when_called(first, depth + 1)
        if isinstance(call.func, (ast.Name, ast.Attribute)):
            made = self._inference.made_by_calling_result(self._names.place_to_ask(call.func))
            if made is not None:
                return made
        found = self._callees.function_called(call)
        if found is None:
            return None
        callees, function, _ = found
        return _agreed(values_returned(function, callees.scopes), Making.of(callees).made_when_called, depth)

    def _made_by_definitions(self, func: ast.Name | ast.Attribute, depth: int) -> Made | None:
        """What the project's own code says of a function that inference can't answer for."""
        if self._effects.spawns(func):
            return Made(Makes.FUTURE, "", False, None)
        definitions = self._callees.definitions(func)
        made = [self._made_by_definition(*found, func, depth) if found else None for found in definitions]
        return made[0] if made and all(made) and len({one.kind for one in made if one}) == 1 else None

    def _made_by_definition(
        self, callees: Callees, node: ast.AST, func: ast.Name | ast.Attribute, depth: int
    ) -> Made | None:
        making = Making.of(callees)
        if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
            if making._plain_values.told_of_annotated(node) is not Told.NOTHING:
                return None
            return callees.inference.made_by_call(callees.facts.place_of(node))
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            return making.made_when_called(node.value, depth + 1)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.decorator_list:
            made = made_by_decorated(node, callees, _made_by)
            if made is not None:
                return made
        if not isinstance(node, ast.FunctionDef) or not runs_itself(node, callees, _made_by):
            return None
        if not is_final(node, exact_class(func, self._scopes), callees.scopes, callees.facts):
            return None
        values = [
            value for value in values_returned(node, callees.scopes) if not self._is_ruled_out(value, callees, func)
        ]
        made = _agreed(values, making.made_by, depth)
        if made is not None and made.kind is Makes.FUTURE:
            # What runs in it is known by a name that only the function itself may have for it.
            return replace(made, name="") if made.name in callees.scopes.opened_by(node).parameters else made
        if made is None and hands_out_awaitable(node, values, callees.scopes):
            return Made(Makes.COROUTINE, callees.qualified_name(node), False, callees.definition_of(node))
        if made is None:
            return None
        return Made(made.kind, callees.qualified_name(node), False, callees.definition_of(node))

    def _is_ruled_out(self, value: ast.expr | None, callees: Callees, func: ast.Name | ast.Attribute) -> bool:
        """Whether an object's method can't return a value where another method of the object calls it."""
        is_on_self = isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == "self"
        wanted = modes_at(value, callees.scopes) if is_on_self and value is not None else None
        return bool(wanted) and rules_out(modes_at(func, self._scopes), wanted or frozenset())

    def _handed_out(self, call: ast.Call, depth: int) -> Made | None:
        """What awaiting a call gives, if an async function makes an awaitable and returns it as it is."""
        if not isinstance(call.func, (ast.Name, ast.Attribute)) or not self.may_hand_out(last_name(call.func)):
            return None
        found = self._callees.function_called(call)
        if found is None or not isinstance(found[1], ast.AsyncFunctionDef):
            return None
        callees, function, _ = found
        return _agreed(values_returned(function, callees.scopes), Making.of(callees).made_by, depth)


def _made_by(node: ast.expr, callees: Callees) -> Made | None:
    return Making.of(callees).made_by(node)


def _declared(there: Callees, function: Function) -> Makes | None:
    """What a plain function makes, if its annotation names that and nothing else."""
    returns = function.returns
    if returns is None or there.is_stub:
        return None
    named = there.values.asked().names.denoted(returns.value if isinstance(returns, ast.Subscript) else returns)
    only = next(iter(named)) if named is not None and len(named) == 1 else None
    file = only.values.file if isinstance(only, ClassItself) else None
    if not isinstance(only, ClassItself) or not isinstance(file, Callees):
        return None
    is_future = file.standard_module in _MODULES_OF_FUTURES and only.node.name in ("Task", "Future")
    return Makes.FUTURE if is_future else None


def _agreed(
    nodes: Sequence[ast.expr | None], question: Callable[[ast.expr, int], Made | None], depth: int
) -> Made | None:
    """The answer, if it is of the same kind for each node."""
    answers = [question(node, depth + 1) if node is not None else None for node in nodes]
    kinds = {answer.kind for answer in answers if answer is not None}
    return answers[0] if answers and all(answers) and len(kinds) == 1 else None


def _name_of(coroutine: ast.expr | None) -> str:
    """A task is known by the coroutine that it runs: `hello` for `create_task(hello())`."""
    if isinstance(coroutine, ast.Call) and isinstance(coroutine.func, (ast.Name, ast.Attribute)):
        return last_name(coroutine.func)
    if isinstance(coroutine, (ast.Name, ast.Attribute)):
        return last_name(coroutine)
    return ""
