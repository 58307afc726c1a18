"""Who is called: what each call of a file does with the values that it is given, and what it makes.

Well-known functions are looked up in the catalog by the names that inference has for them, functions of the project are
read. What inference misses is made up for here.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from spooky_asyncio.analysis.catalog import (
    CALLER_NAMES,
    CALLERS,
    EFFECTS,
    KNOWN_BY_NAME,
    LAST_NAMES,
    LOOP,
    LOOP_NAMES,
    MAKERS,
    PARTIAL,
    TORNADO_METHODS,
    CallbackResult,
    CalledIn,
    Caller,
    Effect,
    Passing,
    is_plain_module,
)
from spooky_asyncio.analysis.control_flow import tests_that_hold
from spooky_asyncio.analysis.delegates import hands_out_awaitable, makes_future
from spooky_asyncio.analysis.facts import AWAITABLE_TYPES, Facts, has_method
from spooky_asyncio.analysis.flow import Flow, Parameter, Place
from spooky_asyncio.analysis.keepers import Keepers
from spooky_asyncio.analysis.known import Known
from spooky_asyncio.analysis.modes import modes_at, rules_out
from spooky_asyncio.analysis.plain_values import PlainValues
from spooky_asyncio.analysis.scopes import Function, Scopes, Section
from spooky_asyncio.analysis.stream_handlers import StreamHandlers
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.inference import Definition, Inference, Made, Makes, Named
from spooky_asyncio.model import Position, Range
from spooky_asyncio.source import Source

OpenModule: TypeAlias = "Callable[[Path], Callees | None]"
"""Reads another file of the project, or one that is installed; None where that can't be done."""

Readable: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda"

MAX_DEPTH = 30
"""Functions that hand out what the next one makes: as many are looked through."""


class _TooDeepError(Exception):
    """More functions than MAX_DEPTH: an answer that was cut short there is none, and not kept."""


PASSED_BY_DECORATOR = frozenset({"staticmethod", "classmethod"})
"""Decorators that leave it to the function what calling it does and makes."""


class Callees:
    """The callees of one file."""

    def __init__(
        self,
        source: Source,
        inference: Inference,
        open_module: OpenModule | None = None,
        keepers: Sequence[str] = (),
        scopes: Scopes | None = None,
    ) -> None:
        """`keepers` are patterns of qualified names: of functions that see to awaitables in ways of their own. `scopes`
        are those of the tree, if it was walked already."""
        self.source = source
        self.scopes = Scopes(source.tree) if scopes is None else scopes
        self.flow = Flow(self.scopes, self)
        self.facts = Facts(source, self.scopes, inference.may_make_awaitable)
        self._inference = inference
        self._open_module = open_module
        self._keepers = Keepers(keepers)
        self._patterns = keepers
        self._effects: dict[ast.Call, Effect | None] = {}
        self._made_when_called: dict[ast.expr, tuple[Made | None, set[Section]]] = {}
        self._called: dict[ast.Call, tuple[tuple[Callees, Readable, bool] | None, set[Section]]] = {}

    def revised(self, source: Source, inference: Inference) -> Callees:
        """Those of the next version of the file, for which the scopes have been walked again."""
        return Callees(source, inference, self._open_module, self._patterns, self.scopes)

    @cached_property
    def known(self) -> Known:
        return Known(self.source, self.scopes, self._inference, self.position_of)

    # What a call does

    def effect_of(self, call: ast.Call) -> Effect | None:
        """What the call does with an awaitable that it is given; None when that is not known."""
        if call not in self._effects:
            self._effects[call] = self._ask_effect(call)
        return self._effects[call]

    def uses_up(self, call: ast.Call) -> bool:
        """Whether a call iterates what it is given, and is done with it when it returns."""
        return self.effect_of(call) in (Effect.COLLECT, Effect.CONSUME, Effect.DICT)

    def awaited_members(self, made: ast.expr) -> frozenset[str]:
        """Which special methods the result has of awaiting what a call makes; none if that is not known."""
        func = made.func if isinstance(made, ast.Call) else None
        if not isinstance(func, (ast.Name, ast.Attribute)):
            return frozenset()
        return self._inference.awaited_members(self.position_of(func))

    def _ask_effect(self, call: ast.Call) -> Effect | None:
        func = call.func
        if not isinstance(func, (ast.Name, ast.Attribute)) or self._is_keeper(func):
            return None
        imported = self.imported_name(func)
        if imported is not None and is_plain_module(imported.rpartition(".")[0]):
            return Effect.INSPECT
        name = last_name(func)
        if isinstance(func, ast.Attribute) and isinstance(func.value, (ast.Constant, ast.JoinedStr)):
            return EFFECTS.get(f"builtins.str.{name}")
        if self.facts.aliases.get(name, name) not in LAST_NAMES:
            return None
        if isinstance(func, ast.Name) and self.scopes.is_builtin(func):
            return EFFECTS.get(f"builtins.{name}")
        names = self.names_of(func)
        if isinstance(func, ast.Attribute) and any(
            name.count(".") == 1 and name.startswith("builtins.") for name in names
        ):
            # `self.show(...)`, where a class has `show = print`: a hook, which others may set.
            return None
        effects = {EFFECTS.get(known) for known in names}
        return effects.pop() if len(effects) == 1 else None

    def _is_keeper(self, func: ast.expr) -> bool:
        """Whether the settings say of a function that it sees to awaitables. It is known by what inference and imports
        have for its name, or as the code has it where they know nothing."""
        if not isinstance(func, (ast.Name, ast.Attribute)) or not self._keepers.may_hold(
            last_name(func), self.facts.aliases
        ):
            return False
        imported = self.imported_name(func)
        written = {ast.unparse(func)} if imported is None else {imported}
        return self._keepers.hold(written | self._inference.qualified_names(self.position_of(func)))

    def names_of(self, func: ast.Name | ast.Attribute) -> frozenset[str]:
        """The qualified names of what is called.

        Inference often does not know what a name like `loop` holds: a parameter without an annotation, an attribute of
        an object that came from elsewhere. In asyncio programs that is an event loop.
        """
        names = self._inference.qualified_names(self.position_of(func))
        if not names and isinstance(func, ast.Attribute):
            receiver = func.value
            is_loop = isinstance(receiver, (ast.Name, ast.Attribute)) and last_name(receiver) in LOOP_NAMES
            if is_loop and func.attr not in TORNADO_METHODS:
                return frozenset({f"{LOOP}.{func.attr}"})
            if func.attr in KNOWN_BY_NAME:
                return frozenset({KNOWN_BY_NAME[func.attr]})
        return names

    def imported_name(self, func: ast.expr) -> str | None:
        """The dotted name of what an import brought here: `json.dumps`."""
        parts = []
        while isinstance(func, ast.Attribute):
            parts.append(func.attr)
            func = func.value
        if not isinstance(func, ast.Name):
            return None
        for scope in self.scopes.of(func).enclosing():
            if scope.rebinds(func.id):
                return None
            if func.id in scope.imports:
                return ".".join([scope.imports[func.id].origin, *reversed(parts)])
        return None

    # What a call calls back

    def calls_back(self, call: ast.Call, argument: ast.expr) -> CallbackResult | None:
        """What becomes of the result of a function that is handed to a call; None if the call may not call it, or is
        not known."""
        caller = self.caller_of(call.func)
        if caller is None:
            return None
        by_position = caller.position is not None and argument in call.args[caller.position : caller.position + 1]
        by_keyword = any(kw.arg == caller.keyword and kw.value is argument for kw in call.keywords)
        return caller.result if by_position or by_keyword else None

    def caller_of(self, func: ast.expr) -> Caller | None:
        """What a function does that calls one of its arguments."""
        if not isinstance(func, (ast.Name, ast.Attribute)) or self._is_keeper(func):
            return None
        name = last_name(func)
        if self.facts.aliases.get(name, name) not in CALLER_NAMES:
            return None
        if isinstance(func, ast.Name) and self.scopes.is_builtin(func):
            return CALLERS.get(f"builtins.{name}")
        callers = {CALLERS.get(known) for known in self.names_of(func)}
        if len(callers) > 1 and None not in callers:
            # They may agree on what becomes of the result, and not on where they call it.
            callers = {replace(known, where=None, passing=Passing(), once=False) for known in callers if known}
        return callers.pop() if len(callers) == 1 else None

    def calls_decorated(self, decorator: ast.expr) -> Caller | None:
        """What a decorator does that drops what its function returns: `@atexit.register`, `@click.command()`."""
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        caller = self.caller_of(func)
        if caller is None or caller.position != 0 or caller.result is not CallbackResult.DROPPED:
            return None
        # A command line's decorators are called first, and others never.
        is_called = isinstance(decorator, ast.Call)
        return caller if not is_called or caller.where is CalledIn.COMMAND else None

    def leaves_async(self, decorator: ast.expr) -> bool:
        """Whether a decorator is known to return a function that makes a coroutine where it is given one that does."""
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        return (self.imported_name(func) or "").partition(".")[0] in ("atexit", "click")

    # What a function of the project does with its parameters

    def parameter_of(self, call: ast.Call, argument: ast.expr) -> Parameter | None:
        """The parameter that gets an argument, where the function that is called can be read."""
        found = self.function_called(call)
        if found is None:
            return None
        callees, function, is_bound = found
        named = _parameter(call, argument, function.args, skips_first=is_bound)
        return (callees.flow, function, *named) if named is not None else None

    def function_called(self, call: ast.Call) -> tuple[Callees, Readable, bool] | None:
        """The one function that a call can only run, the file that it is in, and whether its first parameter gets the
        object whose method it is."""
        if call not in self._called:
            with self.scopes.noting_what_is_read() as read:
                found = self._find_called(call)
            self._called[call] = found, read
        found, read = self._called[call]
        self.scopes.look_into(*read)
        return found

    def _find_called(self, call: ast.Call) -> tuple[Callees, Readable, bool] | None:
        if not isinstance(call.func, (ast.Name, ast.Attribute)) or not self._may_be_readable(call.func):
            return None
        if self._is_keeper(call.func):
            return None
        func, exact, function = call.func, self._exact_class(call.func), self._defined(call.func)
        if function is None:
            return None
        callees, node = function
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            # A hook, which others may set too.
            return None
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute)):
            # Under another name: `write = ledger.write`.
            func = node.value
            exact = callees._exact_class(func)
            function = callees._defined(func)
            if function is None:
                return None
            callees, node = function
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            return callees, node.value, False
        name = "__init__"
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            # `ledger = Ledger()`, called itself.
            function = callees._defined(node.value.func)
            if function is None or not isinstance(function[1], ast.ClassDef):
                return None
            name, (callees, node) = "__call__", function
        if isinstance(node, ast.ClassDef):
            method = next((m for m in node.body if isinstance(m, ast.FunctionDef) and m.name == name), None)
            if method is None:
                return None
            callees.scopes.look_into(callees.scopes.opened_by(method))
            return (callees, method, True) if callees._is_plain(method) else None
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not callees._is_plain(node):
            return None
        if not callees._is_final(node, exact) or (exact is None and _may_be_replaced(node, func)):
            return None
        return callees, node, callees._is_bound(node, func)

    def _defined(self, func: ast.expr | None) -> tuple[Callees, ast.AST] | None:
        """The one definition that a name or attribute has, and the file that it is in."""
        if not isinstance(func, (ast.Name, ast.Attribute)):
            return None
        definitions = self._inference.definitions(self.position_of(func))
        found = [self._at(definition) for definition in definitions]
        return found[0] if len(found) == 1 else None

    def sure_definitions(self, name: ast.Name | ast.Attribute) -> frozenset[Named]:
        """All that a name or attribute may stand for, each with its path; empty when that is not known for sure."""
        found = self._inference.sure_definitions(self.position_of(name))
        return frozenset(Named(one.path or self.source.path, one.name) for one in found)

    def _at(self, definition: Definition) -> tuple[Callees, ast.AST] | None:
        callees = self if definition.path is None else self._opened(definition.path)
        node = callees.facts.definition_at(definition.range.start) if callees is not None else None
        return (callees, node) if callees is not None and node is not None else None

    def _opened(self, path: Path) -> Callees | None:
        if path.suffix != ".py" or self._open_module is None:
            return None
        return self._open_module(path)

    def _may_be_readable(self, func: ast.Name | ast.Attribute) -> bool:
        """Whether something of that name is defined here, or imported: the cheap question before the dear one."""
        name = last_name(func)
        if name in self.facts.defined_names or self.may_make(name):
            return True
        root: ast.expr = func
        while isinstance(root, ast.Attribute):
            root = root.value
        return isinstance(root, ast.Name) and any(root.id in scope.imports for scope in self.scopes.all)

    def _is_plain(self, function: Function) -> bool:
        """Whether what stands in a function is what runs when it is called: it is no stub, nothing decorates it, and
        it runs at once."""
        decorators = {getattr(decorator, "id", "") for decorator in function.decorator_list}
        return decorators <= PASSED_BY_DECORATOR and self._runs_at_once(function)

    def _runs_at_once(self, function: Function) -> bool:
        """Whether calling a function, without its decorators, runs its statements, and it has some."""
        return not _is_stub(function) and not any(
            isinstance(node, (ast.Yield, ast.YieldFrom)) and self.scopes.function(node) is function
            for node in ast.walk(function)
        )

    def _is_final(self, function: Function, exact: str | None) -> bool:
        """Whether no class of this file that derives from the method's own has another one in its place. `exact` is
        the class that the object is certainly of."""
        owner = self.scopes.parent(function)
        if not isinstance(owner, ast.ClassDef) or exact in (owner.name, "super"):
            return True
        return not any(
            has_method(other, function.name) and owner.name in self._bases(other) for other in self.facts.classes
        )

    def _exact_class(self, func: ast.expr) -> str | None:
        """The name of the class that the object of a method certainly is of: `Ledger().write(...)`."""
        receiver = func.value if isinstance(func, ast.Attribute) else None
        if isinstance(receiver, ast.Name):
            made = [getattr(node, "value", None) for node in self._assignments_of(receiver)]
            receiver = made[0] if len(made) == 1 else None
        if isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name):
            return receiver.func.id
        return None

    def _assignments_of(self, name: ast.Name) -> list[ast.AST | None]:
        for scope in self.scopes.of(name).enclosing():
            if scope.rebinds(name.id):
                return [self.scopes.parent(store) for store in scope.stores.get(name.id, [])]
        return []

    def _bases(self, node: ast.ClassDef) -> frozenset[str]:
        """The names of the classes that a class derives from, as far as this file tells."""
        classes = {other.name: other for other in self.facts.classes}
        found: set[str] = set()
        pending = [node]
        while pending:
            written = (b.value if isinstance(b, ast.Subscript) else b for b in pending.pop().bases)
            bases = {last_name(base) for base in written if isinstance(base, (ast.Name, ast.Attribute))} - found
            found |= bases
            pending += [classes[base] for base in bases if base in classes]
        return frozenset(found)

    def _is_bound(self, function: Function, func: ast.Name | ast.Attribute) -> bool:
        """Whether the first parameter gets the object, or class, whose method is called."""
        owner = self.scopes.parent(function)
        if not isinstance(owner, ast.ClassDef) or not isinstance(func, ast.Attribute):
            return False
        decorators = {getattr(decorator, "id", "") for decorator in function.decorator_list}
        if "staticmethod" in decorators:
            return False
        by_class = isinstance(func.value, (ast.Name, ast.Attribute)) and last_name(func.value) == owner.name
        return "classmethod" in decorators or not by_class

    # What an expression makes

    def may_make(self, name: str) -> bool:
        """Whether calling or reading something of that name can make an awaitable: a cheap no, or a perhaps."""
        return name in self.facts.makers or self._inference.may_make_awaitable(name)

    def made_by(self, node: ast.expr, depth: int = 0) -> Made | None:
        """What awaitable an expression makes and hands out; None if it may be anything else, or in other hands too."""
        try:
            return self._made_by(node, depth)
        except _TooDeepError:
            if depth:
                raise
            return None

    def _made_by(self, node: ast.expr, depth: int) -> Made | None:
        if depth > MAX_DEPTH:
            raise _TooDeepError
        if isinstance(node, ast.Call):
            effect = self.effect_of(node)
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
            return self._agreed([node.body, node.orelse], self.made_by, depth)
        elif isinstance(node, ast.Name):
            value = self._only_value(node)
            return self.made_by(value, depth + 1) if value is not None else None
        return None

    def _makes_what_it_shields(self, shield: ast.Call) -> bool:
        shielded = shield.args[0] if shield.args else None
        if isinstance(shielded, ast.Attribute):
            return self._inference.may_read_awaitable(shielded.attr)
        return isinstance(shielded, ast.Call)

    def made_when_called(self, func: ast.expr, depth: int = 0) -> Made | None:
        """What awaitable calling the value of an expression makes."""
        if depth > MAX_DEPTH:
            raise _TooDeepError
        if func not in self._made_when_called:
            # Who knows what comes of something that calls itself.
            self._made_when_called[func] = None, set()
            try:
                with self.scopes.noting_what_is_read() as read:
                    made = self._ask_made_when_called(func, depth)
                # A task that a keeper returns is kept. A coroutine does nothing, whoever has made it.
                is_kept = made is not None and made.kind is Makes.FUTURE and self._is_keeper(func)
                self._made_when_called[func] = None if is_kept else made, read
            except _TooDeepError:
                del self._made_when_called[func]
                if depth:
                    raise
                return None
        made, read = self._made_when_called[func]
        self.scopes.look_into(*read)
        return made

    def _ask_made_when_called(self, func: ast.expr, depth: int) -> Made | None:
        if isinstance(func, (ast.Name, ast.Attribute)):
            if not self.may_make(last_name(func)) or last_name(func) in self.facts.patched_names:
                return None
            if self.is_plain(func):
                return None
            made = self._inference.made_by_call(self.position_of(func))
            if isinstance(func, ast.Attribute) and self.facts.is_assigned(func):
                # Inference knows the method of the class, and not what an object has in its place.
                made = None
            if made is not None and made.is_async_function and isinstance(func, ast.Name) and self._is_of_filled(func):
                return None
            if made is not None and made.kind is Makes.COROUTINE and not self._is_started(func):
                return made
            streamed = (
                self._stream_handlers.coroutine(func) if made is None and isinstance(func, ast.Attribute) else None
            )
            if streamed is not None:
                return Made(Makes.COROUTINE, streamed, True, None)
            narrowed = self._narrowed_to(func) if made is None and isinstance(func, ast.Attribute) else []
            if narrowed:
                return self._inference.made_by_method(self.position_of(narrowed[0]), last_name(func))
            # A function that returns a task may have kept it too.
            return self._made_by_definitions(func, depth)
        if isinstance(func, ast.Lambda):
            return self.made_by(func.body, depth + 1)
        if isinstance(func, ast.IfExp):
            return self._agreed([func.body, func.orelse], self.made_when_called, depth)
        if isinstance(func, ast.Subscript):
            value = self._only_value(func.value) if isinstance(func.value, ast.Name) else func.value
            entries = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [])
            made = self._agreed(entries, self.made_when_called, depth)
            made = made or self._inference.made_by_call(self.source.end(func))
            return None if made is not None and made.is_async_function and self._is_filled(func.value) else made
        if isinstance(func, ast.Call):
            return self._made_by_result_of(func, depth)
        return None

    def is_plain(self, func: ast.Name | ast.Attribute) -> bool:
        """Whether the text alone shows that calling something makes no awaitable."""
        return self._plain_values.makes_no_awaitable(func)

    @cached_property
    def _plain_values(self) -> PlainValues:
        return PlainValues(self.scopes, self.imported_name)

    @cached_property
    def _stream_handlers(self) -> StreamHandlers:
        return StreamHandlers(self.scopes, self.facts.calls_starting_servers, self.imported_name)

    def _narrowed_to(self, func: ast.Attribute) -> list[ast.Name | ast.Attribute]:
        """The class that the object of a method is of by a test that holds here: `isinstance(entity, Book)`. Inference
        takes a name under it for all that it may be elsewhere."""
        found = []
        for test, truth in tests_that_hold(func, self.scopes):
            if truth and isinstance(test, ast.Call) and len(test.args) == 2 and not self._is_bound_between(test, func):
                tested, kind = test.args
                is_test = isinstance(test.func, ast.Name) and test.func.id == "isinstance"
                if is_test and isinstance(kind, (ast.Name, ast.Attribute)) and ast.dump(tested) == ast.dump(func.value):
                    found.append(kind)
        return found

    def _is_bound_between(self, test: ast.expr, use: ast.expr) -> bool:
        names = {node.id for node in ast.walk(use) if isinstance(node, ast.Name)}
        stores = (store for name in names for store in self.scopes.of(use).stores.get(name, []))
        return any(_place(test) < _place(store) < _place(use) for store in stores)

    def _is_filled(self, container: ast.expr) -> bool:
        """Whether a container gets elements one by one: what was in it first, by which inference knows it, does not
        tell for all."""
        return isinstance(container, (ast.Name, ast.Attribute)) and last_name(container) in self.facts.filled

    def _is_of_filled(self, name: ast.Name) -> bool:
        for statement in self._assignments_of(name):
            value = statement.iter if isinstance(statement, (ast.For, ast.comprehension)) else None
            value = value or getattr(statement, "value", None)
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
                value = value.func
            if isinstance(value, (ast.Attribute, ast.Subscript)) and self._is_filled(value.value):
                return True
        return False

    def _made_by_result_of(self, call: ast.Call, depth: int) -> Made | None:
        """What calling the result of a call makes: `partial(fetch, url)()`, `make_reader("rain")()`, `Oven()()`."""
        if self._is_partial(call):
            first = call.args[0]
            if isinstance(first, (ast.Name, ast.Attribute)) and self._spawns(first):
                return Made(Makes.FUTURE, "", False, None)
            return self.made_when_called(first, depth + 1)
        if isinstance(call.func, (ast.Name, ast.Attribute)):
            made = self._inference.made_by_calling_result(self.position_of(call.func))
            if made is not None:
                return made
        found = self.function_called(call)
        if found is None:
            return None
        callees, function, _ = found
        return callees._agreed(callees.values_returned(function), callees.made_when_called, depth)

    def _is_partial(self, call: ast.Call) -> bool:
        name = last_name(call.func) if isinstance(call.func, (ast.Name, ast.Attribute)) else ""
        return self.facts.aliases.get(name, name) in PARTIAL and bool(call.args)

    def _spawns(self, func: ast.Name | ast.Attribute) -> bool:
        name = last_name(func)
        return self.facts.aliases.get(name, name) in MAKERS and any(
            EFFECTS.get(known) is Effect.SPAWN for known in self.names_of(func)
        )

    def _made_by_definitions(self, func: ast.Name | ast.Attribute, depth: int) -> Made | None:
        """What the project's own code says of a function that inference can't answer for."""
        if self._spawns(func):
            return Made(Makes.FUTURE, "", False, None)
        definitions = [self._at(found) for found in self._inference.definitions(self.position_of(func))]
        made = [self._made_by_definition(*found, func, depth) if found else None for found in definitions]
        return made[0] if made and all(made) and len({one.kind for one in made if one}) == 1 else None

    def _made_by_definition(
        self, callees: Callees, node: ast.AST, func: ast.Name | ast.Attribute, depth: int
    ) -> Made | None:
        if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
            return callees._inference.made_by_call(callees._place_of(node))
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            return callees.made_when_called(node.value, depth + 1)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.decorator_list:
            made = callees._made_by_decorated(node)
            if made is not None:
                return made
        if not isinstance(node, ast.FunctionDef) or not callees._runs_itself(node):
            return None
        if not callees._is_final(node, self._exact_class(func)):
            return None
        values = [value for value in callees.values_returned(node) if not self._is_ruled_out(value, callees, func)]
        made = callees._agreed(values, callees.made_by, depth)
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
        return bool(wanted) and rules_out(modes_at(func, self.scopes), wanted or frozenset())

    def _is_started(self, func: ast.Name | ast.Attribute) -> bool:
        """Whether a decorator of the project starts what the function makes: inference takes what `ensure_future` and
        `update_wrapper` return for what they are given."""
        found = self._defined(func)
        if found is None:
            return False
        callees, function = found
        decorators = function.decorator_list if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
        for decorator in decorators:
            read = callees._plain_function(decorator.func if isinstance(decorator, ast.Call) else decorator)
            calls = [node.func for node in ast.walk(read[1]) if isinstance(node, ast.Call)] if read is not None else []
            names = {last_name(called) for called in calls if isinstance(called, (ast.Name, ast.Attribute))}
            if names & (MAKERS | {"update_wrapper"}):
                return True
        return False

    def _made_by_decorated(self, function: Function) -> Made | None:
        """What calling a decorated function makes, where its decorators return async functions of their own, or say so,
        or return what they are given."""
        for decorator in function.decorator_list:
            found = self._decorator(decorator)
            if found is None:
                return None
            callees, node, calls = found
            returns = _made_as_annotated(function.name, node.returns) is not None
            if returns or calls in callees._calls_to_wrapper(node):
                break
            if not callees._hands_back(node, calls):
                return None
        else:
            if not isinstance(function, ast.AsyncFunctionDef) or _is_generator(function):
                return None
        return Made(Makes.COROUTINE, self.qualified_name(function), True, self.definition_of(function))

    def _decorator(self, decorator: ast.expr) -> tuple[Callees, ast.FunctionDef, int] | None:
        """The function that a decorator is, and how many calls of it lead to what stands for the decorated one: two for
        `@retried(times=3)`, where the first call returns the decorator, and for `retried_thrice = retried(times=3)`."""
        if isinstance(decorator, ast.Call):
            found = self._plain_function(decorator.func)
            return (*found, 2) if found is not None else None
        defined = self._defined(decorator)
        if defined is not None and isinstance(defined[1], ast.Assign) and isinstance(defined[1].value, ast.Call):
            return defined[0]._decorator(defined[1].value)
        is_function = defined is not None and isinstance(defined[1], ast.FunctionDef)
        return (defined[0], defined[1], 1) if is_function else None  # type: ignore[index,return-value]

    def _runs_itself(self, function: ast.FunctionDef) -> bool:
        """Whether what stands in a function tells what calling it makes: its decorators return what it returns."""
        if self._is_plain(function):
            return True
        found = [self._decorator(one) for one in function.decorator_list]
        return self._runs_at_once(function) and all(
            one is not None and one[0]._hands_back(one[1], one[2]) for one in found
        )

    def _calls_to_wrapper(self, function: ast.FunctionDef, around: tuple[ast.FunctionDef, ...] = ()) -> frozenset[int]:
        """How many calls away the async functions are that a decorator returns: 1 for `@retried`, 2 for
        `@retried(times=3)`, both for a decorator that may be used either way. Empty if it may return anything else."""
        if function in around:
            # `return partial(retried, times=times)`
            return frozenset({1})
        found: set[int] = set()
        for value in self.values_returned(function):
            calls = self._calls_to_wrapper_from(value, (*around, function))
            if not calls or min(calls) < 0:
                return frozenset()
            found |= {count + 1 for count in calls}
        return frozenset(found)

    def _calls_to_wrapper_from(self, value: ast.expr | None, around: tuple[ast.FunctionDef, ...]) -> frozenset[int]:
        if isinstance(value, ast.IfExp):
            ways = [self._calls_to_wrapper_from(way, around) for way in (value.body, value.orelse)]
            return ways[0] | ways[1] if all(ways) else frozenset()
        if isinstance(value, ast.Call):
            if self._is_partial(value):
                return self._calls_to_wrapper_from(value.args[0], around)
            return frozenset(calls - 1 for calls in self._calls_to_wrapper_from(value.func, around))
        found = self._defined(value)
        if found is not None and _is_wrapper(found[1]):
            return frozenset({0})
        if found is None or not isinstance(found[1], ast.FunctionDef):
            return frozenset()
        return found[0]._calls_to_wrapper(found[1], around)

    def _hands_back(self, decorator: ast.FunctionDef, calls: int) -> bool:
        """Whether a decorator returns the function that it gets, or one that returns what that does."""
        values = self.values_returned(decorator)
        if calls > 1:
            found = [self._plain_function(value) for value in values]
            return bool(found) and all(one is not None and one[0]._hands_back(one[1], calls - 1) for one in found)
        parameters = decorator.args.args[isinstance(self.scopes.parent(decorator), ast.ClassDef) :]
        scope = self.scopes.opened_by(decorator)
        if not parameters or scope.stores.get(parameters[0].arg):
            return False
        return bool(values) and all(self._is_handed_back(value, parameters[0].arg) for value in values)

    def _is_handed_back(self, value: ast.expr | None, name: str) -> bool:
        if isinstance(value, ast.Name) and value.id == name:
            return True
        wrapper = self._plain_function(value)
        if wrapper is None or not _bears_at_most_a_name(wrapper[1]):
            return False
        returned = wrapper[0].values_returned(wrapper[1])
        own = [one for one in returned if isinstance(one, ast.Call) and getattr(one.func, "id", None) == name]
        others = [one for one in returned if one not in own]
        # On other ways it may run the function in a coroutine of its own: `return retry(partial(function, ...))`.
        return bool(own) and all(one is not None and wrapper[0]._makes_coroutine(one) for one in others)

    def _makes_coroutine(self, node: ast.expr) -> bool:
        made = self.made_by(node)
        return made is not None and made.kind is Makes.COROUTINE

    def _plain_function(self, func: ast.expr | None) -> tuple[Callees, ast.FunctionDef] | None:
        found = self._defined(func)
        return (found[0], found[1]) if found is not None and isinstance(found[1], ast.FunctionDef) else None

    def _handed_out(self, call: ast.Call, depth: int) -> Made | None:
        """What awaiting a call gives, if an async function makes an awaitable and returns it as it is."""
        if not isinstance(call.func, (ast.Name, ast.Attribute)) or not self.may_hand_out(last_name(call.func)):
            return None
        found = self.function_called(call)
        if found is None or not isinstance(found[1], ast.AsyncFunctionDef):
            return None
        callees, function, _ = found
        return callees._agreed(callees.values_returned(function), callees.made_by, depth)

    def may_hand_out(self, name: str) -> bool:
        """Whether an async function of that name may return an awaitable: one of this file, as far as is known."""
        return name in self.facts.handing_out

    def _agreed(
        self, nodes: Sequence[ast.expr | None], question: Callable[[ast.expr, int], Made | None], depth: int
    ) -> Made | None:
        """The answer, if it is of the same kind for each node."""
        answers = [question(node, depth + 1) if node is not None else None for node in nodes]
        kinds = {answer.kind for answer in answers if answer is not None}
        return answers[0] if answers and all(answers) and len(kinds) == 1 else None

    def _only_value(self, name: ast.Name) -> ast.expr | None:
        """The one value that a name ever has, if nobody else gets hold of it."""
        statements = self._assignments_of(name)
        statement = statements[0] if len(statements) == 1 else None
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
            return None
        scope = next(scope for scope in self.scopes.of(name).enclosing() if scope.rebinds(name.id))
        if isinstance(self.scopes.parent(name), ast.Return):
            if not scope.is_local(name.id):
                return None
            moves = [self.flow.everywhere(Place(load)) for load in scope.loads[name.id]]
            if any(move.handled and move.returned is None for move in moves):
                return None
        return statement.value

    def values_returned(self, function: Readable) -> list[ast.expr | None]:
        """The values of its `return` statements."""
        if isinstance(function, ast.Lambda):
            return [function.body]
        nodes = ast.walk(function)
        return [n.value for n in nodes if isinstance(n, ast.Return) and self.scopes.function(n) is function]

    def defined_function(self, definition: Definition | None) -> tuple[Callees, Function] | None:
        """The function that is defined somewhere, and the file that it is in."""
        found = self._at(definition) if definition is not None else None
        is_function = found is not None and isinstance(found[1], (ast.FunctionDef, ast.AsyncFunctionDef))
        return (found[0], found[1]) if is_function else None  # type: ignore[index,return-value]  # told by is_function

    def may_make_future(self, function: Function, around: frozenset[Function] = frozenset()) -> bool:
        """Whether a plain function makes a future, or one does whose result it returns."""
        nodes = self.scopes.opened_by(function).section.nodes
        if any(makes_future(node) and self.scopes.function(node) is function for node in nodes):
            return True
        calls = [value.func for value in self.values_returned(function) if isinstance(value, ast.Call)]
        found = [self._plain_function(func) for func in calls]
        inside = around | {function}
        return any(one is not None and one[1] not in inside and one[0].may_make_future(one[1], inside) for one in found)

    def key_of(self, node: Function | ast.ClassDef) -> Named:
        """What tells a function or class of this file from all others."""
        return Named(self.source.path, self.qualified_name(node))

    def qualified_name(self, function: Function | ast.ClassDef) -> str:
        """The `__qualname__` of a function or class: `Client.fetch`, `main.<locals>.fetch`."""
        parts = [function.name]
        for scope in self.scopes.of(function).enclosing():
            if isinstance(scope.node, ast.ClassDef):
                parts.append(scope.node.name)
            elif isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                parts.append(f"{scope.node.name}.<locals>")
        return ".".join(reversed(parts))

    def definition_of(self, function: Function) -> Definition | None:
        """Where the name of a function of this file stands."""
        start = self._place_of(function)
        return Definition(self.source.path, Range(start, Position(start.line, start.column + len(function.name))))

    def _place_of(self, definition: ast.AST) -> Position:
        return self.facts.place_of(definition)

    def position_of(self, func: ast.Name | ast.Attribute) -> Position:
        """Where the last identifier of a callee starts, which is what inference is asked about."""
        end = self.source.end(func)
        return Position(end.line, end.column - len(last_name(func)))

    def is_misplaced(self, node: ast.expr) -> bool:
        """Before Python 3.12, `ast` can be wrong about where an expression in an f-string stands."""
        if sys.version_info >= (3, 12) or not any(isinstance(n, ast.JoinedStr) for n in self.scopes.ancestors(node)):
            return False
        try:
            return ast.dump(ast.parse(self.source.segment(node), mode="eval").body) != ast.dump(node)
        except SyntaxError:
            return True


def _parameter(
    call: ast.Call, argument: ast.expr, parameters: ast.arguments, *, skips_first: bool
) -> tuple[str, int] | None:
    """The name of the parameter that gets an argument, and how much deeper in containers it is there."""
    if argument not in call.args:
        keyword = next((kw.arg for kw in call.keywords if kw.value is argument), None)
        if keyword is None:
            # `**fields`, which may be for any parameter.
            only = parameters.kwarg is not None and not (parameters.args or parameters.kwonlyargs)
            return (parameters.kwarg.arg, 0) if only and parameters.kwarg is not None else None
        if any(parameter.arg == keyword for parameter in (*parameters.args, *parameters.kwonlyargs)):
            return keyword, 0
        return (parameters.kwarg.arg, 1) if parameters.kwarg is not None else None
    index = call.args.index(argument)
    by_position = [*parameters.posonlyargs, *parameters.args][skips_first:]
    if isinstance(argument, ast.Starred) and index < len(by_position):
        return None
    if any(isinstance(other, ast.Starred) for other in call.args[:index]):
        return None
    if index < len(by_position):
        return by_position[index].arg, 0
    if parameters.vararg is None:
        return None
    # What is starred is one container less already.
    return parameters.vararg.arg, 1


def _is_stub(function: Function) -> bool:
    """Whether a function has nothing to say: it stands for those that are to take its place."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return not body or isinstance(body[0], (ast.Raise, ast.Pass))


def _made_as_annotated(name: str, annotation: ast.expr | None) -> Made | None:
    """What calling a parameter makes that is annotated `Callable[[...], Coroutine[...]]`."""
    if not isinstance(annotation, ast.Subscript) or not isinstance(annotation.slice, ast.Tuple):
        return None
    result = annotation.slice.elts[-1]
    made = result.value if isinstance(result, ast.Subscript) else result
    is_callable = isinstance(annotation.value, (ast.Name, ast.Attribute)) and last_name(annotation.value) == "Callable"
    if is_callable and isinstance(made, (ast.Name, ast.Attribute)) and last_name(made) in AWAITABLE_TYPES:
        return Made(Makes.COROUTINE, name, False, None)
    return None


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _may_be_replaced(method: Function, func: ast.Name | ast.Attribute) -> bool:
    """Whether a subclass in another file may well have a method of its own in the place of this one."""
    is_on_self = (
        isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in ("self", "cls")
    )
    return is_on_self and not method.name.startswith("_")


def _is_wrapper(node: ast.AST) -> bool:
    """Whether a function is async and bears at most the name of another."""
    return isinstance(node, ast.AsyncFunctionDef) and _bears_at_most_a_name(node)


def _bears_at_most_a_name(function: Function) -> bool:
    """Whether nothing decorates a function but `@functools.wraps(function)`, and it runs when it is called."""
    return not _is_generator(function) and all(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, (ast.Name, ast.Attribute))
        and last_name(decorator.func) == "wraps"
        for decorator in function.decorator_list
    )


def _is_generator(function: Function) -> bool:
    return any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in ast.walk(function))


def _name_of(coroutine: ast.expr | None) -> str:
    """A task is known by the coroutine that it runs: `hello` for `create_task(hello())`."""
    if isinstance(coroutine, ast.Call) and isinstance(coroutine.func, (ast.Name, ast.Attribute)):
        return last_name(coroutine.func)
    if isinstance(coroutine, (ast.Name, ast.Attribute)):
        return last_name(coroutine)
    return ""
