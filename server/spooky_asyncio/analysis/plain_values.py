"""What certainly makes no awaitable when it is called, as the types of values show."""

from __future__ import annotations

import ast

from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.analysis.catalog import MODULES_MAKING_NO_AWAITABLES, gives_plain_values
from spooky_asyncio.analysis.known_types import (
    BUILTINS_WITHOUT_AWAITABLES,
    CASTS,
    GIVING_ELEMENTS,
    GIVING_ONE_ELEMENT,
    UNKNOWN_TYPES,
)
from spooky_asyncio.analysis.values import (
    ABSENT,
    ClassItself,
    Elements,
    Instance,
    Kind,
    Returning,
    Routine,
    Type,
    Values,
    is_no_awaitable,
)


class PlainValues:
    """Of one file."""

    def __init__(self, callees: Callees) -> None:
        self._callees = callees
        self._scopes = callees.scopes

    def makes_no_awaitable(self, func: ast.Name | ast.Attribute) -> bool:
        """Whether calling this certainly gives no awaitable, or one that nobody could know of."""
        if isinstance(func, ast.Name) and self._scopes.is_builtin(func):
            return func.id in BUILTINS_WITHOUT_AWAITABLES
        imported = self._callees.names.imported(func)
        if imported is not None and (gives_plain_values(imported) or _makes_other_things(imported)):
            return True
        values = self._callees.values.asked()
        if imported in CASTS:
            return values.casts_to_no_awaitable(func)
        if isinstance(func, ast.Attribute):
            if func.attr == "__init__":
                return True
            known = values.receiver(func)
            if known:
                return all(_method_is_plain(one, func.attr, values) for one in known)
        called = [one for one in values.of(func) or () if one is not Kind.PLAIN]
        return bool(called) and all(_is_plain(one, values) for one in called)


def _method_is_plain(one: Type, name: str, values: Values) -> bool:
    if isinstance(one, Elements) and name in GIVING_ONE_ELEMENT:
        # What nobody knows, inference does not know either.
        if getattr(one.annotation, "id", "") in UNKNOWN_TYPES or one.kind is Kind.OBJECTS:
            return True
        return one.values.joining(values).annotations.means_no_awaitable(one.annotation)
    if isinstance(one, (Kind, Elements)):
        kind = one.kind if isinstance(one, Elements) else one
        return kind >= Kind.OBJECTS or name not in GIVING_ELEMENTS
    if not isinstance(one, (Instance, ClassItself)):
        return False
    found = values.member(one, name)
    if found:
        return all(_is_plain(member, values) for member in found)
    # What a container has by itself.
    members = one.values.joining(values).members
    return members.of(one.node, name, False, set()) == ABSENT and members.is_container(one.node)


def _is_plain(one: Type, values: Values) -> bool:
    """Whether calling this gives no awaitable."""
    if isinstance(one, Routine):
        return one.values.joining(values).returns_no_awaitable(one.node)
    if isinstance(one, ClassItself):
        return is_no_awaitable(frozenset((one,)))
    if isinstance(one, Returning):
        return one.values.joining(values).annotations.means_no_awaitable(one.annotation)
    found = values.member(one, "__call__") if isinstance(one, Instance) else None
    return bool(found) and all(isinstance(call, Routine) and _is_plain(call, values) for call in found or ())


def _makes_other_things(imported: str) -> bool:
    return imported.partition(".")[0] in MODULES_MAKING_NO_AWAITABLES
