"""What a call does with what it is given, awaitables and functions, where the catalog knows who is called."""

from __future__ import annotations

import ast
from dataclasses import replace

from spooky_asyncio.analysis.called_names import CalledNames
from spooky_asyncio.analysis.catalog import (
    CALLER_NAMES,
    CALLERS,
    EFFECTS,
    LAST_NAMES,
    MAKERS,
    PARTIAL,
    CallbackResult,
    CalledIn,
    Caller,
    Effect,
    Passing,
    is_plain_module,
)
from spooky_asyncio.analysis.facts import Facts
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.analysis.syntax import last_name


class Effects:
    """Of the calls of one file."""

    def __init__(self, scopes: Scopes, facts: Facts, names: CalledNames) -> None:
        self._scopes = scopes
        self._facts = facts
        self._names = names
        self._known: dict[ast.Call, Effect | None] = {}

    # With an awaitable

    def of(self, call: ast.Call) -> Effect | None:
        """What the call does with an awaitable that it is given; None when that is not known."""
        if call not in self._known:
            self._known[call] = self._ask(call)
        return self._known[call]

    def uses_up(self, call: ast.Call) -> bool:
        """Whether a call iterates what it is given, and is done with it when it returns."""
        return self.of(call) in (Effect.COLLECT, Effect.CONSUME, Effect.DICT)

    def spawns(self, func: ast.Name | ast.Attribute) -> bool:
        """Whether calling a function starts a task."""
        name = last_name(func)
        return self._facts.aliases.get(name, name) in MAKERS and any(
            EFFECTS.get(known) is Effect.SPAWN for known in self._names.of(func)
        )

    def _ask(self, call: ast.Call) -> Effect | None:
        func = call.func
        if not isinstance(func, (ast.Name, ast.Attribute)) or self._names.is_keeper(func):
            return None
        imported = self._names.imported(func)
        if imported is not None and is_plain_module(imported.rpartition(".")[0]):
            return Effect.INSPECT
        name = last_name(func)
        if isinstance(func, ast.Attribute) and isinstance(func.value, (ast.Constant, ast.JoinedStr)):
            return EFFECTS.get(f"builtins.str.{name}")
        if self._facts.aliases.get(name, name) not in LAST_NAMES:
            return None
        if isinstance(func, ast.Name) and self._scopes.is_builtin(func):
            return EFFECTS.get(f"builtins.{name}")
        names = self._names.of(func)
        if isinstance(func, ast.Attribute) and any(
            name.count(".") == 1 and name.startswith("builtins.") for name in names
        ):
            # `self.show(...)`, where a class has `show = print`: a hook, which others may set.
            return None
        effects = {EFFECTS.get(known) for known in names}
        return effects.pop() if len(effects) == 1 else None

    # With a function

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
        if not isinstance(func, (ast.Name, ast.Attribute)) or self._names.is_keeper(func):
            return None
        name = last_name(func)
        if self._facts.aliases.get(name, name) not in CALLER_NAMES:
            return None
        if isinstance(func, ast.Name) and self._scopes.is_builtin(func):
            return CALLERS.get(f"builtins.{name}")
        callers = {CALLERS.get(known) for known in self._names.of(func)}
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
        return (self._names.imported(func) or "").partition(".")[0] in ("atexit", "click")

    def is_partial(self, call: ast.Call) -> bool:
        """Whether a call makes a function of another one: `partial(fetch, url)`."""
        name = last_name(call.func) if isinstance(call.func, (ast.Name, ast.Attribute)) else ""
        return self._facts.aliases.get(name, name) in PARTIAL and bool(call.args)
