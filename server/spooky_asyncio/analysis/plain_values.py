"""What certainly makes no awaitable when it is called, as the types of values show."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from enum import IntEnum

from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.analysis.catalog import MODULES_MAKING_NO_AWAITABLES, gives_plain_values
from spooky_asyncio.analysis.known_types import (
    BUILTINS_WITHOUT_AWAITABLES,
    CASTS,
    GIVING_ELEMENTS,
    GIVING_ONE_ELEMENT,
    UNKNOWN_TYPES,
)
from spooky_asyncio.analysis.scopes import Function
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.analysis.values import (
    ABSENT,
    CONTAINERS,
    ClassItself,
    Decorated,
    Elements,
    Instance,
    Kind,
    Returning,
    Routine,
    Type,
    Types,
    TypeVariable,
    Values,
    are_unknown,
    is_no_awaitable,
    is_no_awaitable_or_unknown,
    is_unknown,
    said,
    tells_result,
)


class Told(IntEnum):
    """What types tell of a call."""

    NOTHING = 0
    """Inference may know more."""
    UNKNOWN = 1
    """Inference does not know of any awaitable that it makes."""
    PLAIN = 2
    """It makes none."""


class PlainValues:
    """Of one file."""

    def __init__(self, callees: Callees) -> None:
        self._callees = callees

    def told_of(self, func: ast.Name | ast.Attribute) -> Told:
        """What is known of what comes of calling something."""
        values = self._callees.values.asked()
        scopes = self._callees.scopes
        if func in values.concluded:
            told, read = values.concluded[func]
            scopes.look_into(*read)
            return Told(told)
        with scopes.noting_what_is_read() as read:
            told = self._ask(func, values)
        values.concluded[func] = told, read
        return told

    def told_of_annotated(self, node: ast.arg | ast.AnnAssign) -> Told:
        """What is known of what comes of calling what is declared as something."""
        values = self._callees.values.asked()
        if isinstance(node, ast.AnnAssign):
            types = values.variables.of_declared(node)
        else:
            types = values.annotations.of(node.annotation) if node.annotation is not None else None
        known = values.at_least(types)
        # Inference may find out what is given where nobody says anything.
        return min((_told_of_calling(one, values) for one in known or () if not is_unknown(one)), default=Told.NOTHING)

    def _ask(self, func: ast.Name | ast.Attribute, values: Values) -> Told:
        if isinstance(func, ast.Name) and values.names.is_builtin(func):
            return Told.PLAIN if func.id in BUILTINS_WITHOUT_AWAITABLES else Told.NOTHING
        imported = self._callees.names.imported(func)
        if imported is not None and (gives_plain_values(imported) or _makes_other_things(imported)):
            return Told.PLAIN
        if imported in CASTS:
            return Told.PLAIN if values.calls.casts_to_no_awaitable(func) else Told.NOTHING
        if isinstance(func, ast.Attribute):
            if func.attr == "__init__":
                return Told.PLAIN
            known = values.receiver(func)
            if known:
                return min(_told_of_method(one, func.attr, values) for one in known)
        return _told_of_callees([one for one in values.of(func) or () if one is not Kind.PLAIN], values)


def _told_of_method(one: Type, name: str, values: Values) -> Told:
    if is_unknown(one) or isinstance(one, Decorated):
        return Told.UNKNOWN
    if isinstance(one, Elements) and name in GIVING_ONE_ELEMENT:
        # What nobody knows, inference does not know either.
        if getattr(one.annotation, "id", "") in UNKNOWN_TYPES or one.kind is Kind.OBJECTS:
            return Told.PLAIN
        means_none = one.values.joining(values).annotations.means_no_awaitable(one.annotation, one.given)
        return Told.PLAIN if means_none else Told.NOTHING
    if isinstance(one, (Kind, *CONTAINERS)):
        kind = one if isinstance(one, Kind) else one.kind
        return Told.PLAIN if kind >= Kind.OBJECTS or name not in GIVING_ELEMENTS else Told.NOTHING
    if not isinstance(one, (Instance, ClassItself)):
        return Told.NOTHING
    found = values.member(one, name)
    if found:
        return _told_of_callees(found, values)
    # What a container has by itself.
    members = one.values.joining(values).members
    is_own = members.of(one.node, name, False, set()) == ABSENT and members.is_container(one.node)
    return Told.PLAIN if is_own else Told.NOTHING


def _told_of_callees(callees: Iterable[Type], values: Values) -> Told:
    told = {one: _told_of_calling(one, values) for one in callees}
    least = min(told.values(), default=Told.NOTHING)
    # What is made depends on the arguments.
    return Told.UNKNOWN if least is not max(told.values(), default=least) and _is_overloaded(told, values) else least


def _is_overloaded(callees: Iterable[Type], values: Values) -> bool:
    """Whether these are the several ways to call one function, and that itself perhaps."""
    functions = [one for one in callees if isinstance(one, Routine) and not isinstance(one.node, ast.Lambda)]
    written = [one for one in functions if not one.values.joining(values).members.is_overload(one.node)]
    named = {(one.values.file.source.path, getattr(one.node, "name", "")) for one in functions}
    return len(functions) == len(list(callees)) and len(written) <= 1 and len(named) == 1


def _told_of_calling(one: Type, values: Values) -> Told:
    if is_unknown(one):
        return Told.UNKNOWN
    if isinstance(one, Routine):
        there = one.values.joining(values)
        if there.calls.is_async_generator(one.node) or there.calls.returns_no_awaitable(one.node, one.given):
            # What its decorators make of it stands in their code.
            return Told.UNKNOWN if there.members.is_same_by_type_alone(one.node) else Told.PLAIN
        returns = None if isinstance(one.node, (ast.Lambda, ast.AsyncFunctionDef)) else one.node.returns
        if returns is not None and _is_as_given(said(one, returns, values), values):
            return Told.UNKNOWN
        if _returns_what_nobody_knows(one, values):
            return Told.UNKNOWN
        # Of what a plain function returns inference tells all that it could find, which may not be all that there is.
        return (
            Told.NOTHING
            if isinstance(one.node, ast.AsyncFunctionDef) or says_what_it_returns(one.node)
            else Told.UNKNOWN
        )
    if isinstance(one, ClassItself):
        return Told.PLAIN if is_no_awaitable(frozenset((one,))) else Told.NOTHING
    if isinstance(one, Returning):
        if one.values.joining(values).annotations.means_no_awaitable(one.annotation, one.given):
            return Told.PLAIN
        types = said(one, one.annotation, values)
        return Told.UNKNOWN if are_unknown(types) or _is_as_given(types, values) else Told.NOTHING
    found = values.member(one, "__call__") if isinstance(one, Instance) else None
    told = (_told_of_calling(call, values) if isinstance(call, Routine) else Told.NOTHING for call in found or ())
    return min(told, default=Told.NOTHING)


def _is_as_given(types: Types, values: Values) -> bool:
    """Whether it is, or also may be, what the caller gives: nothing that is an awaitable by what it is declared as."""
    bounds = [one.bound(values) for one in types or () if isinstance(one, TypeVariable)]
    return bool(bounds) and all(bound is None or is_no_awaitable(bound) for bound in bounds)


def _returns_what_nobody_knows(one: Routine, values: Values) -> bool:
    """Whether nobody knows the type in a plain function's annotation, nor an awaitable that it returns."""
    function, there = one.node, one.values.joining(values)
    if not isinstance(function, ast.FunctionDef) or function.returns is None:
        return False
    if not are_unknown(there.annotations.of(function.returns)) or tells_result(function):
        return False
    return all(
        isinstance(node, ast.Return) and (node.value is None or is_no_awaitable_or_unknown(there.of(node.value)))
        for node in there.calls.leaving(function)
    )


def says_what_it_returns(function: Function | ast.Lambda) -> bool:
    """Whether its annotation may tell of an awaitable. One that says `Any` leaves that to the code, and who may return
    None returns no awaitable for sure."""
    returns = None if isinstance(function, ast.Lambda) else function.returns
    if returns is None or _last_name(returns) == "Any":
        return False
    return not _may_be_none(returns)


def _may_be_none(annotation: ast.expr) -> bool:
    if isinstance(annotation, ast.BinOp):
        return _may_be_none(annotation.left) or _may_be_none(annotation.right)
    is_optional = isinstance(annotation, ast.Subscript) and _last_name(annotation.value) == "Optional"
    return is_optional or (isinstance(annotation, ast.Constant) and annotation.value is None)


def _last_name(node: ast.expr) -> str:
    return last_name(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""


def _makes_other_things(imported: str) -> bool:
    return imported.partition(".")[0] in MODULES_MAKING_NO_AWAITABLES
