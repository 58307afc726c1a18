"""The classes of a project that share their methods: those that a class derives from, and those that derive from it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TypeAlias

from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.analysis.occurrences import Occurrences
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.inference import Named

Class: TypeAlias = tuple[Callees, ast.ClassDef]
_Step: TypeAlias = Callable[[Callees, ast.ClassDef], "list[Class] | None"]

_CALL_NO_METHODS = frozenset({"object", "ABC", "Generic"})
"""Base classes from outside of the project that have no methods which a class of it could take the place of, and call
none by their names."""


class Families:
    def __init__(self, occurrences: Occurrences) -> None:
        self._occurrences = occurrences

    def around(self, callees: Callees, node: ast.ClassDef) -> list[Class] | None:
        """A class, those that derive from it, and all that any of these derives from. None if not all are known, or
        some are not the project's own: who knows when a framework calls a method, and how."""
        derived = self._reached([(callees, node)], self._derived)
        return self._reached(derived, self._bases) if derived is not None else None

    def is_wanted_by_protocol(self, method: str) -> bool:
        """Whether a protocol of the project has a method of that name: objects are passed for it that don't say so."""
        for callees in self._occurrences.files(method):
            for node in _classes(callees):
                names = {last_name(base) for base in _base_names(node)}
                if "Protocol" in names and callees.scopes.opened_by(node).binds(method):
                    return True
        return False

    def _reached(self, start: list[Class], step: _Step) -> list[Class] | None:
        found = {callees.key_of(node): (callees, node) for callees, node in start}
        pending = list(start)
        while pending:
            reached = step(*pending.pop())
            if reached is None:
                return None
            for callees, node in reached:
                if callees.key_of(node) not in found:
                    found[callees.key_of(node)] = (callees, node)
                    pending.append((callees, node))
        return list(found.values())

    def _bases(self, callees: Callees, node: ast.ClassDef) -> list[Class] | None:
        found: list[Class] = []
        names = list(_base_names(node))
        if len(names) != len(node.bases):
            return None
        for base in names:
            if last_name(base) in _CALL_NO_METHODS:
                continue
            known = callees.sure_definitions(base)
            one = self._class(next(iter(known))) if len(known) == 1 else None
            if one is None:
                return None
            found.append(one)
        return found

    def _class(self, known: Named) -> Class | None:
        """A class of the project."""
        for callees in self._occurrences.files(known.name.rpartition(".")[2]):
            if callees.source.path == known.path:
                found = [node for node in _classes(callees) if callees.key_of(node) == known]
                return (callees, found[0]) if len(found) == 1 else None
        return None

    def _derived(self, callees: Callees, node: ast.ClassDef) -> list[Class] | None:
        """The classes that name this one among their bases."""
        found: list[Class] = []
        occurrences = self._occurrences.aliased(node.name)
        if occurrences is None:
            return None
        for other, name in occurrences:
            for candidate in _classes(other):
                for base in _base_names(candidate):
                    if last_name(base) != name:
                        continue
                    known = other.sure_definitions(base)
                    if not known:
                        return None
                    if callees.key_of(node) in known:
                        found.append((other, candidate))
        return found


def _classes(callees: Callees) -> Iterator[ast.ClassDef]:
    return (node for node in callees.scopes.order if isinstance(node, ast.ClassDef))


def _base_names(node: ast.ClassDef) -> Iterator[ast.Name | ast.Attribute]:
    for base in node.bases:
        named = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(named, (ast.Name, ast.Attribute)):
            yield named
