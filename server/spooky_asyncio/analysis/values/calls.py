"""What calls give: called, awaited, and entered by `with`."""

from __future__ import annotations

import ast
from dataclasses import replace

from spooky_asyncio.analysis.functions import leaving
from spooky_asyncio.analysis.known_types import (
    CASTS,
    CONTAINING_BUILTINS,
    GENERIC_TYPES,
    GIVING_CONTAINERS,
    GIVING_ONE_ELEMENT,
    PLAIN_BUILTINS,
    TYPING,
)
from spooky_asyncio.analysis.scopes import Function
from spooky_asyncio.analysis.values.containers import elements, part
from spooky_asyncio.analysis.values.documentation import tells_result
from spooky_asyncio.analysis.values.generics import said, substituted
from spooky_asyncio.analysis.values.types import (
    CONTAINER,
    OBJECTS,
    PLAIN,
    ClassItself,
    Elements,
    Given,
    Instance,
    Iterated,
    Kind,
    Reader,
    Returning,
    Routine,
    Together,
    Type,
    Types,
    are_unknown,
    each,
    has_unknown,
    is_no_awaitable,
    joined,
    of_made,
    without_given,
)


class Calls:
    """Of one file."""

    def __init__(self, values: Reader) -> None:
        self._values = values
        self._scopes = values.file.scopes

    def of(self, call: ast.Call) -> Types:
        """What a call gives."""
        func = call.func
        if isinstance(func, ast.Name) and self._values.names.is_builtin(func):
            return self._of_builtin(func.id, call)
        imported = self._values.file.names.imported(func)
        if self._values.is_plain(imported):
            return PLAIN
        if imported in CASTS:
            return self._values.annotations.of(call.args[0]) if call.args else None
        if imported is not None and imported.startswith(TYPING):
            return CONTAINER if imported.rpartition(".")[2] in GENERIC_TYPES else None
        whole = self._values.receiver(func) if isinstance(func, ast.Attribute) else None
        if whole is None or not isinstance(func, ast.Attribute):
            return each(self._values.of(func), self._result)
        key = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
        found = each(whole, lambda one: self._result_of_method(one, func.attr, key))
        is_or_default = func.attr in ("get", "pop", "setdefault") and len(call.args) == 2
        return joined((found, self._values.of(call.args[1]))) if is_or_default else found

    def _of_builtin(self, name: str, call: ast.Call) -> Types:
        if name in PLAIN_BUILTINS:
            return PLAIN
        if name == "dict" and not call.args and not call.keywords:
            return OBJECTS
        if name == "super" and not call.args:
            function = self._scopes.function(call)
            owner = self._scopes.parent(function) if function is not None else None
            return frozenset((Instance(self._values, owner, above=True),)) if isinstance(owner, ast.ClassDef) else None
        if name == "enumerate" and call.args:
            item = Together(Kind.CONTAINER, (PLAIN, elements(self._values.of(call.args[0]), self._values)))
            return frozenset((Iterated(Kind.CONTAINER, frozenset((item,))),))
        return CONTAINER if name in CONTAINING_BUILTINS else None

    def _result_of_method(self, one: Type, name: str, key: object) -> Types:
        if isinstance(one, Elements):
            if name in GIVING_ONE_ELEMENT:
                return part(one, self._values)
            if name == "copy":
                return frozenset((one,))
            if name == "values" and one.key is not None:
                return frozenset((replace(one, key=None),))
            if name == "items" and one.key is not None:
                both = said(one, one.key, self._values), said(one, one.annotation, self._values)
                item = Together(Kind.CONTAINER, both)
                return frozenset((Iterated(Kind.CONTAINER, frozenset((item,))),))
            return CONTAINER if name in GIVING_CONTAINERS else None
        if isinstance(one, (Together, Iterated)):
            return None
        if isinstance(one, Kind):
            return frozenset((one,)) if one is Kind.PLAIN or name in GIVING_CONTAINERS else None
        if name in GIVING_ONE_ELEMENT:
            declared = self._values.declared_key(one, key)
            if declared is not None:
                return declared
        return each(self._values.member(one, name), self._result)

    def awaited(self, node: ast.expr) -> Types:
        """What awaiting something gives."""
        called = self._values.of(node.func) if isinstance(node, ast.Call) else None
        is_async = any(map(_is_async, called or ()))
        return each(called, self._awaited_result) if is_async else self._got(self._values.of(node))

    def _awaited_result(self, one: Type) -> Types:
        """What awaiting what calling something gives gives: of an async function, what it is said to return."""
        if not _is_async(one):
            return self._got(self._result(one))
        return None if self._is_generating(one) else self._returned(one)

    def _is_generating(self, one: Type) -> bool:
        return isinstance(one, Routine) and one.values.joining(self._values).calls.is_async_generator(one.node)

    def is_async_generator(self, function: Function | ast.Lambda) -> bool:
        """Whether an async function makes no coroutine, as something is yielded in it."""
        return isinstance(function, ast.AsyncFunctionDef) and not all(
            isinstance(node, ast.Return) for node in self.leaving(function)
        )

    def _got(self, types: Types) -> Types:
        """What awaiting objects gives, as their `__await__` says."""
        return each(types, lambda one: each(self._values.member(one, "__await__"), self._end))

    def _end(self, method: Type) -> Types:
        """What the generator returns that `__await__` makes."""
        made = self._result(method)
        ends = [
            one.given[-1][1]
            for one in made or ()
            if isinstance(one, Instance) and one.node.name == "Generator" and one.given
        ]
        return joined(ends) if made and len(ends) == len(made) else None

    def entered(self, types: Types, *, is_async: bool) -> Types:
        """What a `with` gives for an object."""
        name, result = ("__aenter__", self._awaited_result) if is_async else ("__enter__", self._result)
        return each(types, lambda one: PLAIN if one is Kind.PLAIN else each(self._values.member(one, name), result))

    def _result(self, one: Type) -> Types:
        """What calling something gives."""
        if isinstance(one, ClassItself):
            return frozenset((Instance(one.values, one.node, is_made=True),))
        if isinstance(one, Returning):
            return said(one, one.annotation, self._values)
        return self._returned(one) if not _is_async(one) or self._is_generating(one) else None

    def _returned(self, one: Type) -> Types:
        """What a function returns, an async one to who awaits it."""
        if not isinstance(one, Routine):
            return None
        values = one.values.joining(self._values)
        if one.of is not None and values.calls.is_self(one.node):
            given = one.of.given if isinstance(one.of, Instance) else ()
            returned: Types = frozenset((Instance(one.of.values, one.of.node, given=given),))
        else:
            returned = substituted(values.calls.returned(one.node), one.given or ())
        return of_made(returned) if isinstance(one.of, Instance) and one.of.is_made else returned

    def is_self(self, function: Function | ast.Lambda) -> bool:
        """Whether a method returns an object of the class that it is called on."""
        returns = None if isinstance(function, ast.Lambda) else function.returns
        return returns is not None and self._values.names.well_known(returns) == "Self"

    def returned(self, function: Function | ast.Lambda) -> Types:
        """What a function returns, as its annotation says, else what stands in it."""
        if isinstance(function, ast.Lambda):
            return without_given(self._values.of(function.body))
        if function.returns is not None:
            declared = self._values.annotations.of(function.returns)
            # What says nothing leaves it to the code.
            if not are_unknown(declared) or self._values.names.well_known(function.returns) == "object":
                return declared
        found = self.leaving(function)
        if not found or not all(isinstance(node, ast.Return) and node.value is not None for node in found):
            return None
        values = (self._values.of(value) for node in found if (value := node.value) is not None)
        returned = without_given(self._values.joined_of((function, ""), values))
        return None if has_unknown(returned) and tells_result(function) else returned

    def leaving(self, function: Function) -> list[ast.Return | ast.Yield | ast.YieldFrom]:
        self._scopes.look_into(self._scopes.opened_by(function))
        return leaving(function, self._scopes)

    def returns_no_awaitable(self, function: Function | ast.Lambda, given: Given | None = None) -> bool:
        """Whether a function returns none, as its annotation says, or because it returns nothing at all; with what is
        given for type variables."""
        if isinstance(function, ast.Lambda):
            return is_no_awaitable(self._values.of(function.body))
        if isinstance(function, ast.AsyncFunctionDef):
            return False
        if function.returns is not None:
            return self._values.annotations.means_no_awaitable(function.returns, given)
        return all(
            isinstance(node, ast.Return) and (node.value is None or is_no_awaitable(self._values.of(node.value)))
            for node in self.leaving(function)
        )

    def casts_to_no_awaitable(self, func: ast.expr) -> bool:
        call = self._scopes.parent(func)
        given = call.args[:1] if isinstance(call, ast.Call) else []
        return bool(given) and all(map(self._values.annotations.means_no_awaitable, given))


def _is_async(one: Type) -> bool:
    return isinstance(one, Routine) and isinstance(one.node, ast.AsyncFunctionDef)
