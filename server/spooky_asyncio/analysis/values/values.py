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
from spooky_asyncio.analysis.functions import leaving
from spooky_asyncio.analysis.known_types import (
    CASTS,
    CONTAINING_BUILTINS,
    GENERIC_TYPES,
    GIVING_CONTAINERS,
    GIVING_ONE_ELEMENT,
    PLAIN_ATTRIBUTES,
    PLAIN_BUILTINS,
    TYPING,
)
from spooky_asyncio.analysis.scopes import Function, Section
from spooky_asyncio.analysis.values.annotations import Annotations
from spooky_asyncio.analysis.values.containers import elements, part, sliced
from spooky_asyncio.analysis.values.documentation import tells_result
from spooky_asyncio.analysis.values.dotted import has_decorator
from spooky_asyncio.analysis.values.generics import at_least, closed, given_of, said, substituted
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
    Elements,
    File,
    Given,
    Inquiry,
    Instance,
    Iterated,
    Kind,
    Known,
    Reader,
    Returning,
    Routine,
    Together,
    Type,
    Types,
    Variable,
    are_unknown,
    class_of,
    each,
    has_unknown,
    is_no_awaitable,
    is_no_awaitable_or_unknown,
    is_unknown,
    joined,
    of_made,
    only_kinds,
    without_given,
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
            return self._of_call(node)
        if isinstance(node, ast.Await):
            return self._awaited(node.value)
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
        return each(whole, lambda one: self._declared_key(one, index) or part(one, self, index))

    def _declared_key(self, one: Type, key: object) -> Types:
        """What a `TypedDict` has under a key."""
        is_declaring = isinstance(one, Instance) and one.values.joining(self).members.is_typed_dict(one.node)
        return self.member(one, key) if is_declaring and isinstance(key, str) else None

    def _of_call(self, call: ast.Call) -> Types:
        func = call.func
        if isinstance(func, ast.Name) and self.names.is_builtin(func):
            return self._of_builtin(func.id, call)
        imported = self.file.names.imported(func)
        if self._is_plain(imported):
            return PLAIN
        if imported in CASTS:
            return self.annotations.of(call.args[0]) if call.args else None
        if imported is not None and imported.startswith(TYPING):
            return CONTAINER if imported.rpartition(".")[2] in GENERIC_TYPES else None
        whole = self.receiver(func) if isinstance(func, ast.Attribute) else None
        if whole is None or not isinstance(func, ast.Attribute):
            return each(self.of(func), self._result)
        key = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
        found = each(whole, lambda one: self._result_of_method(one, func.attr, key))
        is_or_default = func.attr in ("get", "pop", "setdefault") and len(call.args) == 2
        return joined((found, self.of(call.args[1]))) if is_or_default else found

    def _of_builtin(self, name: str, call: ast.Call) -> Types:
        if name in PLAIN_BUILTINS:
            return PLAIN
        if name == "dict" and not call.args and not call.keywords:
            return OBJECTS
        if name == "super" and not call.args:
            function = self._scopes.function(call)
            owner = self._scopes.parent(function) if function is not None else None
            return frozenset((Instance(self, owner, above=True),)) if isinstance(owner, ast.ClassDef) else None
        if name == "enumerate" and call.args:
            item = Together(Kind.CONTAINER, (PLAIN, elements(self.of(call.args[0]), self)))
            return frozenset((Iterated(Kind.CONTAINER, frozenset((item,))),))
        return CONTAINER if name in CONTAINING_BUILTINS else None

    def _result_of_method(self, one: Type, name: str, key: object) -> Types:
        if isinstance(one, Elements):
            if name in GIVING_ONE_ELEMENT:
                return part(one, self)
            if name == "copy":
                return frozenset((one,))
            if name == "values" and one.key is not None:
                return frozenset((replace(one, key=None),))
            if name == "items" and one.key is not None:
                item = Together(Kind.CONTAINER, (said(one, one.key, self), said(one, one.annotation, self)))
                return frozenset((Iterated(Kind.CONTAINER, frozenset((item,))),))
            return CONTAINER if name in GIVING_CONTAINERS else None
        if isinstance(one, (Together, Iterated)):
            return None
        if isinstance(one, Kind):
            return frozenset((one,)) if one is Kind.PLAIN or name in GIVING_CONTAINERS else None
        if name in GIVING_ONE_ELEMENT:
            declared = self._declared_key(one, key)
            if declared is not None:
                return declared
        return each(self.member(one, name), self._result)

    def _awaited(self, node: ast.expr) -> Types:
        """What awaiting something gives."""
        func = node.func if isinstance(node, ast.Call) else None
        is_async = func is not None and any(map(_is_async, self.of(func) or ()))
        return each(self.of(func), self.awaited_result) if func is not None and is_async else self._got(self.of(node))

    def awaited_result(self, one: Type) -> Types:
        """What awaiting what calling something gives gives: of an async function, what it is said to return."""
        if isinstance(one, Routine) and one.values.joining(self).is_async_generator(one.node):
            return None
        return self._returned(one) if _is_async(one) else self._got(self._result(one))

    def is_async_generator(self, function: Function | ast.Lambda) -> bool:
        """Whether an async function makes no coroutine, as something is yielded in it."""
        return isinstance(function, ast.AsyncFunctionDef) and not all(
            isinstance(node, ast.Return) for node in self.leaving(function)
        )

    def _got(self, types: Types) -> Types:
        """What awaiting objects gives, as their `__await__` says."""
        return each(types, lambda one: each(self.member(one, "__await__"), self._end))

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
        name, result = ("__aenter__", self.awaited_result) if is_async else ("__enter__", self._result)
        return each(types, lambda one: PLAIN if one is Kind.PLAIN else each(self.member(one, name), result))

    def _result(self, one: Type) -> Types:
        """What calling something gives."""
        if isinstance(one, ClassItself):
            return frozenset((Instance(one.values, one.node, is_made=True),))
        if isinstance(one, Returning):
            return said(one, one.annotation, self)
        if isinstance(one, Routine) and one.values.joining(self).is_async_generator(one.node):
            return self._returned(one)
        return None if _is_async(one) else self._returned(one)

    def _returned(self, one: Type) -> Types:
        """What a function returns, an async one to who awaits it."""
        if not isinstance(one, Routine):
            return None
        values = one.values.joining(self)
        if one.of is not None and values.is_self(one.node):
            given = one.of.given if isinstance(one.of, Instance) else ()
            returned: Types = frozenset((Instance(one.of.values, one.of.node, given=given),))
        else:
            returned = closed(substituted(values.returned(one.node), one.given or ()), self)
        return of_made(returned) if isinstance(one.of, Instance) and one.of.is_made else returned

    def is_self(self, function: Function | ast.Lambda) -> bool:
        """Whether a method returns an object of the class that it is called on."""
        returns = None if isinstance(function, ast.Lambda) else function.returns
        return returns is not None and self.names.well_known(returns) == "Self"

    def returned(self, function: Function | ast.Lambda) -> Types:
        """What a function returns, as its annotation says, else what stands in it."""
        if isinstance(function, ast.Lambda):
            return without_given(self.of(function.body))
        if function.returns is not None:
            declared = self.annotations.of(function.returns)
            # What says nothing leaves it to the code.
            if not are_unknown(declared) or self.names.well_known(function.returns) == "object":
                return declared
        found = self.leaving(function)
        if not found or not all(isinstance(node, ast.Return) and node.value is not None for node in found):
            return None
        values = (self.of(value) for node in found if (value := node.value) is not None)
        returned = without_given(self.joined_of((function, ""), values))
        return None if has_unknown(returned) and tells_result(function) else returned

    def leaving(self, function: Function) -> list[ast.Return | ast.Yield | ast.YieldFrom]:
        self._scopes.look_into(self._scopes.opened_by(function))
        return leaving(function, self._scopes)

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
            return each(
                types, lambda found: frozenset((replace(found, of=one) if isinstance(found, Routine) else found,))
            )
        return None

    def _may_have_any(self, one: Instance | ClassItself) -> bool:
        """Whether a class tells by itself what its attributes are of which nothing else is known."""
        members = one.values.joining(self).members
        names = ("__getattr__", "__getattribute__")
        return any(members.of(one.node, name, False, set()) != ABSENT for name in names)

    def _of_attribute(self, node: ast.Attribute) -> Types:
        imported = self.file.names.imported(node)
        if node.attr in PLAIN_ATTRIBUTES or self._is_plain(imported):
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
        if self._is_plain(imported):
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

    def _is_plain(self, imported: str | None) -> bool:
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

    def returns_no_awaitable(self, function: Function | ast.Lambda, given: Given | None = None) -> bool:
        """Whether a function returns none, as its annotation says, or because it returns nothing at all; with what is
        given for type variables."""
        if isinstance(function, ast.Lambda):
            return is_no_awaitable(self.of(function.body))
        if isinstance(function, ast.AsyncFunctionDef):
            return False
        if function.returns is not None:
            return self.annotations.means_no_awaitable(function.returns, given)
        return all(
            isinstance(node, ast.Return) and (node.value is None or is_no_awaitable(self.of(node.value)))
            for node in self.leaving(function)
        )

    def casts_to_no_awaitable(self, func: ast.expr) -> bool:
        call = self._scopes.parent(func)
        return isinstance(call, ast.Call) and bool(call.args) and self.annotations.means_no_awaitable(call.args[0])

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

    def only_store(self, one: Type, name: str) -> tuple[File, ast.AST] | None:
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


def _is_async(one: Type) -> bool:
    return isinstance(one, Routine) and isinstance(one.node, ast.AsyncFunctionDef)
