"""What the values in a file are, as far as its text and annotations show: texts, numbers, containers, objects of
classes that this file defines or another one that can be read.

To see that here spares inference the question, which costs a thousand times as much. What is not certain is left to it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from spooky_asyncio.analysis.catalog import gives_plain_values
from spooky_asyncio.analysis.known_types import (
    PLAIN_ATTRIBUTES,
)
from spooky_asyncio.analysis.scopes import Section
from spooky_asyncio.analysis.values.annotations import Annotations
from spooky_asyncio.analysis.values.calls import Calls
from spooky_asyncio.analysis.values.containers import part, sliced
from spooky_asyncio.analysis.values.dotted import has_decorator
from spooky_asyncio.analysis.values.generics import at_least, given_of, substituted
from spooky_asyncio.analysis.values.members import Members
from spooky_asyncio.analysis.values.names import DottedNames
from spooky_asyncio.analysis.values.tested import types_by_tests
from spooky_asyncio.analysis.values.types import (
    ABSENT,
    CONTAINER,
    MOST_DEPTH,
    OBJECTS,
    PLAIN,
    UNKNOWN,
    ClassItself,
    Decorated,
    File,
    Inquiry,
    Instance,
    Kind,
    Known,
    Reader,
    Routine,
    Together,
    Type,
    Types,
    Variable,
    are_unknown,
    class_of,
    each,
    has_unknown,
    is_no_awaitable_or_unknown,
    is_unknown,
    joined,
    of_made,
    only_kinds,
)
from spooky_asyncio.analysis.values.variables import Variables

K = TypeVar("K")

MOST_QUESTIONS = 2000
"""So many expressions are looked at for one of them."""


class Values:
    """Of one file."""

    def __init__(self, file: File, *, in_full: bool = False) -> None:
        """`in_full` also tells of which classes the values are that modules of the standard library give which have to
        do with no awaitable."""
        self.file = file
        self.in_full = in_full
        self.names = DottedNames(self)
        self.members = Members(self)
        self.variables = Variables(self)
        self.annotations = Annotations(self)
        self.calls = Calls(self)
        self.inquiry = Inquiry(file)
        self._scopes = file.scopes
        self._types: dict[ast.AST, Known] = {}
        self._variables: dict[tuple[ast.AST, str], Known] = {}
        """What names and attributes are, once that is known."""
        self.concluded: dict[ast.AST, tuple[Any, set[Section]]] = {}
        """What others have concluded about expressions, and what was looked into for it: here, as it stays known with
        what it was concluded from."""

    def go_on(self, file: File, edited: Section, *, binds_alike: bool) -> None:
        """With the next version of the file, in which a function has other statements: what was found out without
        looking at these stays, and where its variables are what they were, all about what is still there."""
        self.file = file
        self.inquiry = Inquiry(file)

        def is_elsewhere(node: ast.AST, read: set[Section]) -> bool:
            return edited not in read and self._scopes.is_outside(node, edited)

        def stays(node: ast.AST, read: set[Section]) -> bool:
            return self._scopes.has(node) if binds_alike else is_elsewhere(node, read)

        for known in (self._types, self.annotations.known, self.concluded):
            for node in [node for node, (_, read) in known.items() if not stays(node, read)]:
                del known[node]
        # What is known of a variable would be taken for what another one of its name is.
        for variable in [one for one, (_, read) in self._variables.items() if not is_elsewhere(one[0], read)]:
            del self._variables[variable]
        self.names.go_on()
        self.members.go_on()

    def asked(self) -> Values:
        """For a new question."""
        self.inquiry = Inquiry(self.file)
        return self

    def joining(self, asking: Reader) -> Values:
        """For a question to this file that is a part of a question to another one."""
        self.inquiry = asking.inquiry
        return self

    def of(self, node: ast.expr) -> Types:
        inquiry = self.inquiry
        if node not in self._types:
            inquiry.questions = inquiry.questions + 1 if inquiry.depth else 0
            if inquiry.questions > MOST_QUESTIONS:
                return None
        return self.remembered(self._types, node, lambda: self._ask(node))

    def remembered(self, known: dict[K, Known], key: K, ask: Callable[[], Types]) -> Types:
        """The answer to a question that leads to others, which is asked once."""
        if key in known:
            found, read = known[key]
            self._scopes.look_into(*read)
            return found
        led_back = self.inquiry.led_back
        with self._scopes.noting_what_is_read() as read:
            found = self.deeper(ask)
        if has_unknown(found) and self.file.facts.has_type_comments:
            found = None
        if self.may_keep(found, led_back) and self.inquiry.depth < MOST_DEPTH:
            known[key] = found, read
        return found

    def deeper(self, ask: Callable[[], Types]) -> Types:
        """The answer to a question that leads to others; None for one that is too many steps away from the first."""
        inquiry = self.inquiry
        if inquiry.depth >= MOST_DEPTH:
            return None
        inquiry.depth += 1
        try:
            return ask()
        finally:
            inquiry.depth -= 1

    def may_keep(self, found: Types, led_back: int) -> bool:
        """Whether an answer holds for others too, that was found after the inquiry had led back so often to the file
        that asks."""
        is_theirs = self.inquiry.led_back != led_back and self.inquiry.asking is not self.file
        return not is_theirs and (found is None or not self.inquiry.assumed)

    def _ask(self, node: ast.expr) -> Types:
        if isinstance(node, (ast.Constant, ast.JoinedStr, ast.Compare)):
            return PLAIN
        if isinstance(node, ast.Tuple):
            return self._of_tuple(node.elts)
        if isinstance(node, ast.Dict):
            is_safe = all(node.keys) and all(map(self._is_no_awaitable, node.values))
            return OBJECTS if is_safe else CONTAINER
        if isinstance(node, (ast.List, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp)):
            return CONTAINER
        if isinstance(node, (ast.Name, ast.Attribute)):
            by_tests = types_by_tests(node, self)
            untested = self._of_name(node) if isinstance(node, ast.Name) else self._of_attribute(node)
            return joined((by_tests, untested)) if by_tests != ABSENT else untested
        if isinstance(node, ast.Call):
            return self.calls.of(node)
        if isinstance(node, ast.Await):
            return self.calls.awaited(node.value)
        if isinstance(node, ast.IfExp):
            return self._any_of([node.body, node.orelse])
        if isinstance(node, ast.BoolOp):
            return self._any_of(node.values)
        if isinstance(node, ast.BinOp):
            both = self._any_of([node.left, node.right])
            # Objects may have operators of their own.
            kinds = only_kinds(both)
            return both if isinstance(node.op, ast.Add) and kinds is not None else kinds
        if isinstance(node, ast.NamedExpr):
            return self.of(node.value)
        if isinstance(node, ast.Subscript):
            return self._of_subscript(node)
        if isinstance(node, ast.Lambda):
            return frozenset((Routine(self, node),))
        return None

    def _is_no_awaitable(self, node: ast.expr) -> bool:
        """Whether it is none, nor known to anybody as one."""
        return is_no_awaitable_or_unknown(self.of(node))

    def _any_of(self, nodes: Iterable[ast.expr]) -> Types:
        return joined(self.of(node) for node in nodes)

    def _of_tuple(self, parts: Iterable[ast.expr]) -> Types:
        """Other containers may be filled with anything later."""
        parts = list(parts)
        types = [self.of(part.value if isinstance(part, ast.Starred) else part) for part in parts]
        if types and all(one == PLAIN for one in types):
            return PLAIN
        if not types or any(isinstance(part, ast.Starred) for part in parts):
            return CONTAINER
        return frozenset((Together(Kind.CONTAINER, tuple(types)),))

    def _of_subscript(self, node: ast.Subscript) -> Types:
        whole = self.of(node.value)
        if isinstance(node.slice, ast.Slice):
            return each(whole, sliced)
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        return each(whole, lambda one: self.declared_key(one, index) or part(one, self, index))

    def declared_key(self, one: Type, key: object) -> Types:
        """What a `TypedDict` has under a key."""
        is_declaring = isinstance(one, Instance) and one.values.joining(self).members.is_typed_dict(one.node)
        return self.member(one, key) if is_declaring and isinstance(key, str) else None

    def receiver(self, node: ast.Attribute) -> Types:
        """What it is whose attribute is read. Where only some have an attribute of that name, it is one of these."""
        found = self.at_least(self.of(node.value))
        if found is None or len(found) == 1:
            return found
        return frozenset(one for one in found if self._has(one, node.attr)) or found

    def at_least(self, types: Types) -> Types:
        """With what type variables certainly stand for."""
        return each(types, lambda one: at_least(one, self))

    def _has(self, one: Type, name: str) -> bool:
        """Whether something may have an attribute."""
        if not isinstance(one, (Instance, ClassItself)) or self._member(one, name) != ABSENT:
            return True
        return one.values.joining(self).members.is_container(one.node)

    def member(self, one: Type, name: str) -> Types:
        """What reading an attribute of an object or a class gives. Of one that is not in a class, nor in those that it
        derives from, nobody knows."""
        found = self._member(one, name)
        if found == ABSENT and self._lacks(one, name):
            return UNKNOWN
        return found or None

    def _lacks(self, one: Type, name: str) -> bool:
        """Whether what was not found in an object is nowhere else: every object has some special attributes, builtin
        containers have methods of their own, and what is still being looked for may yet be found."""
        is_object = isinstance(one, Instance) and not one.above and not name.startswith("__")
        return is_object and not self.inquiry.assumed and not self._has(one, name)

    def _member(self, one: Type, name: str) -> Types:
        if isinstance(one, Decorated):
            return UNKNOWN
        if isinstance(one, (Instance, ClassItself)):
            above = isinstance(one, Instance) and one.above
            types = one.values.joining(self).members.of(one.node, name, above, set())
            types = substituted(types, given_of(one, self))
            if isinstance(one, Instance) and one.is_made:
                types = of_made(types)
            if (types == ABSENT or has_unknown(types)) and self._may_have_any(one):
                return None
            bound = (replace(found, of=one) if isinstance(found, Routine) else found for found in types or ())
            return None if types is None else frozenset(bound)
        return None

    def _may_have_any(self, one: Instance | ClassItself) -> bool:
        """Whether a class tells by itself what its attributes are of which nothing else is known."""
        members = one.values.joining(self).members
        names = ("__getattr__", "__getattribute__")
        return any(members.of(one.node, name, False, set()) != ABSENT for name in names)

    def _of_attribute(self, node: ast.Attribute) -> Types:
        imported = self.file.names.imported(node)
        if node.attr in PLAIN_ATTRIBUTES or self.is_plain(imported):
            return PLAIN
        if node.attr == "__dict__":
            return OBJECTS
        whole = self.receiver(node)
        if node.attr == "__class__":
            return each(whole, class_of)
        if whole is not None:
            return each(whole, lambda one: PLAIN if one is Kind.PLAIN else self.member(one, node.attr))
        return self.value_of(self.names.denoted(node))

    def _of_name(self, node: ast.Name) -> Types:
        imported = self.file.names.imported(node)
        if self.is_plain(imported):
            return PLAIN
        scope = self._scopes.binding(node, node.id)
        if scope is None or self.names.is_shared(node.id):
            return self.value_of(self.names.starred(node.id)) if scope is None else None
        if node.id in scope.imports or node.id in scope.definitions:
            return self.value_of(self.names.in_scope(scope, [node.id]))
        owner = self.members.class_of_self(node)
        if owner is not None:
            function = self._scopes.taking(node)
            is_class = function is not None and has_decorator(function, "classmethod")
            return frozenset((ClassItself(self, owner) if is_class else Instance(self, owner),))
        return self.variables.read(node, scope)

    def is_plain(self, imported: str | None) -> bool:
        """Whether what an import has brought is plain, and so is all that comes of it."""
        return imported is not None and gives_plain_values(imported) and not self.in_full

    def joined_of(self, variable: tuple[ast.AST, str], types: Iterable[Types]) -> Types:
        """What a variable is by all that it gets. What it gets of itself, its other values tell; one that is nothing
        but None is set by somebody else."""
        if variable in self._variables:
            known, read = self._variables[variable]
            self._scopes.look_into(*read)
            return known
        inquiry = self.inquiry
        if variable in inquiry.open:
            inquiry.assumed.add(variable)
            return ABSENT
        inquiry.open.add(variable)
        led_back = inquiry.led_back
        with self._scopes.noting_what_is_read() as read:
            found = joined(types)
        inquiry.open.discard(variable)
        inquiry.assumed.discard(variable)
        found = found or None
        if self.may_keep(found, led_back):
            self._variables[variable] = found, read
        return found

    def value_of(self, types: Types) -> Types:
        """What is meant where a name is read."""
        return each(types, self._value_of_variable)

    def _value_of_variable(self, one: Type) -> Types:
        if not isinstance(one, Variable):
            return frozenset((one,))
        values = one.values.joining(self)
        return values.variables.of(values.file.scopes.module, one.name)

    def definitions(self, func: ast.Name | ast.Attribute) -> list[tuple[File, ast.AST]] | None:
        """The functions and classes that a name or attribute can only be, each with its file: what is called so there,
        and not what is stored under another name. None where that is not known."""
        receiver = self.receiver(func) if isinstance(func, ast.Attribute) else None
        if receiver and all(is_unknown(one) or isinstance(one, Decorated) for one in receiver):
            return []
        if isinstance(func, ast.Name) and self.names.is_of_missing_module(func):
            return []
        found = self._definitions_of_member(func) if isinstance(func, ast.Attribute) else None
        if found is not None:
            return found
        types = self.names.denoted(func)
        defined: list[tuple[File, ast.AST]] = []
        for one in types or ():
            if not isinstance(one, (Routine, ClassItself)):
                return None
            is_said_only = not one.values.file.is_stub and one.values.joining(self).members.is_overload(one.node)
            if not is_said_only or len(types or ()) == 1:
                defined.append((one.values.file, one.node))
        # Of several in code, inference takes the one that it finds on its way.
        is_sure = len(defined) == 1 or all(file.is_stub for file, _ in defined)
        return defined if defined and is_sure else None

    def only_store(self, one: Type, name: str) -> tuple[File, ast.Name | ast.Attribute] | None:
        """The one place where an object gets an attribute."""
        if not isinstance(one, Instance) or one.above:
            return None
        return one.values.joining(self).members.only_store(one.node, name, set())

    def _definitions_of_member(self, func: ast.Attribute) -> list[tuple[File, ast.AST]] | None:
        found: list[tuple[File, ast.AST]] = []
        receiver = self.receiver(func)
        if not receiver:
            return None
        for one in receiver:
            if not isinstance(one, (Instance, ClassItself)):
                return None
            above = isinstance(one, Instance) and one.above
            inner = one.values.joining(self).members.defined_in(one.node, func.attr, above, set())
            if not inner and not are_unknown(self.member(one, func.attr)):
                return None
            found += inner or []
        return list(dict.fromkeys(found))
