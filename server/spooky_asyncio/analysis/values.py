"""What the values in a file are, as far as its text and annotations show: texts, numbers, containers, objects of
classes that this file defines or another one that can be read.

To see that here spares inference the question, which costs a thousand times as much. What is not certain is left to it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from typing import Protocol, TypeAlias

from spooky_asyncio.analysis.called_names import CalledNames
from spooky_asyncio.analysis.catalog import gives_plain_values
from spooky_asyncio.analysis.known_types import (
    CASTS,
    CONTAINING_BASES,
    CONTAINING_BUILTINS,
    ELEMENTS_LAST,
    EMPTY_BASES,
    GENERIC_TYPES,
    GIVING_CONTAINERS,
    GIVING_ONE_ELEMENT,
    MAPPING_TYPES,
    MAY_BE_AWAITABLE,
    PLAIN_ATTRIBUTES,
    PLAIN_BUILTINS,
    PLAIN_TYPES,
    PROPERTIES,
    TRANSPARENT_DECORATORS,
    TRANSPARENT_TYPES,
    TYPING,
)
from spooky_asyncio.analysis.scopes import Function, Scope, Scopes, Section, names_in_annotation
from spooky_asyncio.source import Source


class Kind(IntEnum):
    CONTAINER = 1
    """A builtin container of who knows what."""
    OBJECTS = 2
    """A builtin container of what is no awaitable itself, or is not known to anybody."""
    PLAIN = 3
    """No awaitable is in it, nor can be had from it."""


@dataclass(frozen=True)
class Elements:
    """A builtin container of which more is known: what its elements are, or the values of a mapping."""

    kind: Kind
    values: Values
    """Those of the file in which the following stands."""
    annotation: ast.expr
    """That of an element, or the display in which some stand: `[1, 2]`."""
    is_mapping: bool


@dataclass(frozen=True)
class Instance:
    """An object of a class that some file defines, or of one that derives from it."""

    values: Values
    node: ast.ClassDef
    above: bool = False
    """Whether it is what `super()` gives: with the members of the classes above alone."""


@dataclass(frozen=True)
class ClassItself:
    values: Values
    node: ast.ClassDef


@dataclass(frozen=True)
class Routine:
    """A function that some file defines."""

    values: Values
    node: Function | ast.Lambda
    of: Instance | ClassItself | None = None
    """Whose method it is, of a class that may derive from the one that defines it."""


@dataclass(frozen=True)
class Returning:
    """Whatever can be called and returns what an annotation says."""

    values: Values
    annotation: ast.expr


@dataclass(frozen=True)
class Variable:
    """What a module has under a name, a value or another name for a type."""

    values: Values
    name: str


Type: TypeAlias = "Kind | Elements | Instance | ClassItself | Routine | Returning | Variable"
Types: TypeAlias = "frozenset[Type] | None"
"""All that a value may be; None where that is not known."""


MOST_DEPTH = 40
"""Names that get their values from one another: as many are looked through."""

MOST_QUESTIONS = 2000
"""As many for one of them."""

MOST_ELEMENTS = 20
"""Of a display, as many are looked at."""

_DISPLAYS = (ast.List, ast.Set, ast.Dict)


class File(Protocol):
    """What has to be known of a file."""

    @property
    def source(self) -> Source: ...
    @property
    def scopes(self) -> Scopes: ...
    @property
    def names(self) -> CalledNames: ...
    @property
    def values(self) -> Values: ...
    @property
    def is_stub(self) -> bool: ...
    def module(self, name: str, having: str) -> File | None: ...


@dataclass
class _Inquiry:
    """A question and those that it leads to, in whatever file."""

    asking: File
    depth: int = 0
    questions: int = 0
    open: set[tuple[ast.AST, str]] = field(default_factory=set)
    """Names and attributes that are being asked about."""
    assumed: set[tuple[ast.AST, str]] = field(default_factory=set)
    """Those of them on which the answer so far rests."""
    is_cut: bool = False
    """Whether it led back to a name that is being looked for, or to the file that asks: that is being written, and is
    not what others have read of it."""


_PLAIN: Types = frozenset((Kind.PLAIN,))
_OBJECTS: Types = frozenset((Kind.OBJECTS,))
_CONTAINER: Types = frozenset((Kind.CONTAINER,))
_ABSENT: Types = frozenset()
"""Of an attribute that a class does not have."""
_MAKING_MEMBERS = re.compile(r"Enum\b|Flag\b")
"""Bases that make objects of what their classes are given."""


class Values:
    """Of one file."""

    def __init__(self, file: File) -> None:
        self.file = file
        self._scopes = file.scopes
        self._module = file.scopes.module
        self._types: dict[ast.AST, tuple[Types, set[Section]]] = {}
        self._variables: dict[tuple[ast.AST, str], tuple[Types, set[Section]]] = {}
        """What names and attributes are, once that is known."""
        self._names: dict[str, Types] = {}
        """What dotted names of the module stand for."""
        self._texts: dict[str, ast.expr | None] = {}
        self._inquiry = _Inquiry(file)

    def asked(self) -> Values:
        """For a new question."""
        self._inquiry = _Inquiry(self.file)
        return self

    def joining(self, asking: Values) -> Values:
        """For a question to this file that is a part of a question to another one."""
        self._inquiry = asking._inquiry
        return self

    # What an expression is

    def of(self, node: ast.expr) -> Types:
        if node in self._types:
            found, read = self._types[node]
            self._scopes.look_into(*read)
            return found
        inquiry = self._inquiry
        inquiry.questions = inquiry.questions + 1 if inquiry.depth else 0
        if inquiry.depth == MOST_DEPTH or inquiry.questions > MOST_QUESTIONS:
            return None
        inquiry.depth += 1
        try:
            with self._scopes.noting_what_is_read() as read:
                found = self._ask(node)
        finally:
            inquiry.depth -= 1
        if self._may_keep(found):
            self._types[node] = found, read
        return found

    def _may_keep(self, found: Types) -> bool:
        return not self._inquiry.is_cut if found is None else not self._inquiry.assumed

    def _ask(self, node: ast.expr) -> Types:
        if isinstance(node, (ast.Constant, ast.JoinedStr, ast.Compare)):
            return _PLAIN
        if isinstance(node, ast.Tuple):
            return self._of_tuple(node.elts)
        if isinstance(node, ast.Dict) and not node.keys:
            return _OBJECTS
        if isinstance(node, _DISPLAYS):
            return frozenset((Elements(Kind.CONTAINER, self, node, isinstance(node, ast.Dict)),))
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp)):
            return _CONTAINER
        if isinstance(node, ast.Name):
            return self._of_name(node)
        if isinstance(node, ast.Attribute):
            return self._of_attribute(node)
        if isinstance(node, ast.Call):
            return self._of_call(node)
        if isinstance(node, ast.Await):
            return self._awaited(node.value)
        if isinstance(node, ast.IfExp):
            return self._any_of([node.body, node.orelse])
        if isinstance(node, ast.BoolOp):
            return self._any_of(node.values)
        if isinstance(node, ast.BinOp):
            # Objects may have operators of their own.
            return _only_kinds(self._any_of([node.left, node.right]))
        if isinstance(node, ast.NamedExpr):
            return self.of(node.value)
        if isinstance(node, ast.Subscript):
            return self._of_subscript(node)
        if isinstance(node, ast.Lambda):
            return frozenset((Routine(self, node),))
        return None

    def _any_of(self, nodes: Iterable[ast.expr]) -> Types:
        return _joined(self.of(node) for node in nodes)

    def _of_tuple(self, parts: Iterable[ast.expr]) -> Types:
        """Other containers may be filled with anything later."""
        kinds = [self.of(part.value if isinstance(part, ast.Starred) else part) for part in parts]
        return _PLAIN if kinds and all(kind == _PLAIN for kind in kinds) else _CONTAINER

    def _of_subscript(self, node: ast.Subscript) -> Types:
        whole = self.of(node.value)
        if isinstance(node.slice, ast.Slice):
            return whole if whole and all(isinstance(one, (Kind, Elements)) for one in whole) else None
        return _each(whole, lambda one: _PLAIN if one is Kind.PLAIN else self._element(one))

    def _of_call(self, call: ast.Call) -> Types:
        func = call.func
        if isinstance(func, ast.Name) and self._scopes.is_builtin(func):
            return self._of_builtin(func.id, call)
        imported = self.file.names.imported(func)
        if imported is not None and gives_plain_values(imported):
            return _PLAIN
        if imported in CASTS:
            return self.of_annotation(call.args[0]) if call.args else None
        if imported is not None and imported.startswith(TYPING):
            return _CONTAINER if imported.rpartition(".")[2] in GENERIC_TYPES else None
        whole = self.receiver(func) if isinstance(func, ast.Attribute) else None
        if whole is None or not isinstance(func, ast.Attribute):
            return _each(self.of(func), lambda one: self._result(one, awaited=False))
        found = _each(whole, lambda one: self._result_of_method(one, func.attr))
        is_or_default = func.attr in ("get", "pop", "setdefault") and len(call.args) == 2
        return _joined((found, self.of(call.args[1]))) if is_or_default else found

    def _of_builtin(self, name: str, call: ast.Call) -> Types:
        if name in PLAIN_BUILTINS:
            return _PLAIN
        if name == "dict" and not call.args and not call.keywords:
            return _OBJECTS
        if name == "super" and not call.args:
            function = self._scopes.function(call)
            owner = self._scopes.parent(function) if function is not None else None
            return frozenset((Instance(self, owner, above=True),)) if isinstance(owner, ast.ClassDef) else None
        return _CONTAINER if name in CONTAINING_BUILTINS else None

    def _result_of_method(self, one: Type, name: str) -> Types:
        if isinstance(one, Elements):
            if name in GIVING_ONE_ELEMENT:
                return self._element(one)
            if name == "copy":
                return frozenset((one,))
            if name == "values" and one.is_mapping:
                return frozenset((replace(one, is_mapping=False),))
            return _CONTAINER if name in GIVING_CONTAINERS else None
        if isinstance(one, Kind):
            return frozenset((one,)) if one is Kind.PLAIN or name in GIVING_CONTAINERS else None
        return _each(self.member(one, name), lambda method: self._result(method, awaited=False))

    def _awaited(self, node: ast.expr) -> Types:
        """What an async function returns, as its annotation says."""
        return (
            _each(self.of(node.func), lambda one: self._result(one, awaited=True))
            if isinstance(node, ast.Call)
            else None
        )

    def _result(self, one: Type, *, awaited: bool) -> Types:
        """What calling something gives, or what awaiting that gives."""
        if isinstance(one, ClassItself):
            return None if awaited else frozenset((Instance(one.values, one.node),))
        if isinstance(one, Returning):
            return None if awaited else one.values.joining(self).of_annotation(one.annotation)
        if not isinstance(one, Routine) or isinstance(one.node, ast.AsyncFunctionDef) is not awaited:
            return None
        values = one.values.joining(self)
        if one.of is not None and values.is_self(one.node):
            return frozenset((Instance(one.of.values, one.of.node),))
        return values.returned(one.node)

    def is_self(self, function: Function | ast.Lambda) -> bool:
        """Whether a method returns an object of the class that it is called on."""
        returns = None if isinstance(function, ast.Lambda) else function.returns
        return returns is not None and self._well_known(returns) == "Self"

    def returned(self, function: Function | ast.Lambda) -> Types:
        """What a function returns, as its annotation says, else what stands in it."""
        if isinstance(function, ast.Lambda):
            return self.of(function.body)
        if function.returns is not None:
            return self.of_annotation(function.returns)
        found = self._leaving(function)
        if not found or not all(isinstance(node, ast.Return) and node.value is not None for node in found):
            return None
        return self._joined_of((function, ""), (self.of(value) for node in found if (value := node.value) is not None))

    def _leaving(self, function: Function) -> list[ast.Return | ast.Yield | ast.YieldFrom]:
        self._scopes.look_into(self._scopes.opened_by(function))
        leaving = (ast.Return, ast.Yield, ast.YieldFrom)
        found = (node for node in ast.walk(function) if isinstance(node, leaving))
        return [node for node in found if self._scopes.function(node) is function]

    def _element(self, one: Type) -> Types:
        return one.values.joining(self).element_of(one.annotation) if isinstance(one, Elements) else None

    def element_of(self, whole: ast.expr) -> Types:
        """What an element is by its annotation, or by the objects in a display: others are one more thing that it may
        be. Texts and numbers may stand there for what comes later."""
        if not isinstance(whole, _DISPLAYS):
            return self.of_annotation(whole)
        elements = whole.values if isinstance(whole, ast.Dict) else whole.elts
        known = [self.of(one) for one in elements[:MOST_ELEMENTS]]
        objects = [one for types in known for one in types or () if not isinstance(one, (Kind, Elements))]
        return frozenset(objects) or None

    # Attributes

    def receiver(self, node: ast.Attribute) -> Types:
        """What it is whose attribute is read; not known where a test may have told more of it."""
        chain = _chain(node.value)
        is_tested = bool(chain) and chain in self._scopes.of(node).section.fact(_tested_in)
        return None if is_tested else self.of(node.value)

    def member(self, one: Type, name: str) -> Types:
        """What reading an attribute of an object or a class gives."""
        if isinstance(one, (Instance, ClassItself)):
            above = isinstance(one, Instance) and one.above
            found = one.values.joining(self)._of_member(one.node, name, above, set())
            return (
                frozenset(replace(each, of=one) if isinstance(each, Routine) else each for each in found or ()) or None
            )
        return None

    def _of_attribute(self, node: ast.Attribute) -> Types:
        imported = self.file.names.imported(node)
        if node.attr in PLAIN_ATTRIBUTES or (imported is not None and gives_plain_values(imported)):
            return _PLAIN
        if node.attr == "__dict__":
            return _OBJECTS
        whole = self.receiver(node)
        if whole is not None:
            return _each(whole, lambda one: _PLAIN if one is Kind.PLAIN else self.member(one, node.attr))
        return self._value(self._denoted(node))

    def _of_member(self, owner: ast.ClassDef, name: str, above: bool, seen: set[ast.ClassDef]) -> Types:
        """An attribute by the first class that defines or declares it, else by all that it is set to. Of each class on
        the way has to be known what is in it."""
        seen.add(owner)
        own = _ABSENT
        if not above:
            self._scopes.look_into(self._scopes.of(owner))
            is_decided, own = self._own_member(owner, name)
            if is_decided or own is None:
                return own
        return _joined((own, *(self._inherited(base, name, seen) for base in owner.bases)))

    def _own_member(self, owner: ast.ClassDef, name: str) -> tuple[bool, Types]:
        """What it is by this class alone, and whether other classes have no say in it."""
        defined = self._definitions.get((owner, name), [])
        stores = self._members.get(name, [])
        own = [store for store in stores if self._owner_of_store(store) is owner]
        for store in stores:
            self._scopes.look_into(self._scopes.of(store))
        if defined:
            is_replaced = any(self._owner_of_store(store) in (owner, None) for store in stores)
            methods = (self._as_defined(node) for node in defined if not _is_setter(node))
            return True, None if is_replaced else _joined(methods)
        declared = next((store for store in own if self._annotation_of(store) is not None), None)
        if declared is not None:
            annotation = self._annotation_of(declared)
            return True, self.of_annotation(annotation) if annotation is not None else None
        if not own:
            return False, _ABSENT
        if any(_MAKING_MEMBERS.search(_chain(base)) for base in owner.bases):
            return True, None
        given = (self._of_set(store) for store in stores if not _is_none(self._value_given(store)))
        return False, self._joined_of((owner, name), given)

    def _of_set(self, store: ast.Name | ast.Attribute) -> Types:
        if isinstance(store.ctx, ast.Del):
            return _ABSENT
        value = self._value_given(store)
        found = self.of(value) if value is not None else None
        # An object in a class may be a descriptor, which makes something else of it.
        return _only_kinds(found) if isinstance(store, ast.Name) else found

    def _as_defined(self, node: ast.AST) -> Types:
        """What a member of a class or a module is that is defined there."""
        if isinstance(node, ast.ClassDef):
            return frozenset((ClassItself(self, node),))
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        names = [_decorator_name(one) for one in node.decorator_list]
        if any(name in PROPERTIES for name in names):
            is_annotated = len(names) == 1 and isinstance(node, ast.FunctionDef) and node.returns is not None
            return self.of_annotation(node.returns) if is_annotated and node.returns is not None else None
        return frozenset((Routine(self, node),)) if all(map(self._hands_back, node.decorator_list)) else None

    def _hands_back(self, decorator: ast.expr) -> bool:
        """Whether a decorator returns the function that it is given."""
        if _decorator_name(decorator) in TRANSPARENT_DECORATORS:
            return True
        found = self._value(self._denoted(decorator)) if isinstance(decorator, (ast.Name, ast.Attribute)) else None
        return bool(found) and all(isinstance(one, Routine) and one.values.hands_on(one.node) for one in found or ())

    def hands_on(self, function: Function | ast.Lambda) -> bool:
        """Whether a plain function can only return the first of its arguments."""
        if not isinstance(function, ast.FunctionDef) or function.decorator_list:
            return False
        parameters = [*function.args.posonlyargs, *function.args.args]
        found = self._leaving(function)
        own = self._scopes.opened_by(function)
        return bool(found and parameters) and all(
            isinstance(node.value, ast.Name)
            and isinstance(node, ast.Return)
            and node.value.id == parameters[0].arg
            and node.value.id not in own.stores
            for node in found
        )

    def _inherited(self, base: ast.expr, name: str, seen: set[ast.ClassDef]) -> Types:
        base = base.value if isinstance(base, ast.Subscript) else base
        known = self._well_known(base)
        if known in CONTAINING_BASES:
            return _ABSENT if name.startswith("__") else None
        if known in EMPTY_BASES:
            return _ABSENT
        found = self._denoted(base)
        one = next(iter(found)) if found is not None and len(found) == 1 else None
        if not isinstance(one, ClassItself):
            return None
        return _ABSENT if one.node in seen else one.values.joining(self)._of_member(one.node, name, False, seen)

    def is_container(self, owner: ast.ClassDef, depth: int = 0) -> bool:
        """Whether a class is a builtin container, as a `TypedDict` is."""
        for base in owner.bases:
            base = base.value if isinstance(base, ast.Subscript) else base
            if self._well_known(base) in CONTAINING_BASES:
                return True
            found = self._denoted(base) if depth < MOST_DEPTH else None
            for one in found or ():
                if isinstance(one, ClassItself) and one.values.joining(self).is_container(one.node, depth + 1):
                    return True
        return False

    def class_of_self(self, node: ast.expr) -> ast.ClassDef | None:
        """The class whose object, or which itself, the first parameter of a method is."""
        function = self._scopes.taking(node) if isinstance(node, ast.Name) else None
        owner = self._scopes.parent(function) if function is not None else None
        if function is None or not isinstance(owner, ast.ClassDef) or _has_decorator(function, "staticmethod"):
            return None
        parameters = [*function.args.posonlyargs, *function.args.args]
        return owner if isinstance(node, ast.Name) and parameters[:1] and parameters[0].arg == node.id else None

    def _owner_of_store(self, node: ast.AST) -> ast.ClassDef | None:
        """The class in whose body, or on whose `self`, something is set."""
        if isinstance(node, ast.Attribute):
            return self.class_of_self(node.value)
        owner = self._scopes.of(node).node
        return owner if isinstance(owner, ast.ClassDef) else None

    def _annotation_of(self, store: ast.AST) -> ast.expr | None:
        statement = self._scopes.parent(store)
        is_declared = isinstance(statement, ast.AnnAssign) and statement.target is store
        return statement.annotation if is_declared and isinstance(statement, ast.AnnAssign) else None

    @cached_property
    def _definitions(self) -> dict[tuple[ast.AST, str], list[ast.AST]]:
        """The functions, classes and imports by the scope and the name that they have there."""
        found: dict[tuple[ast.AST, str], list[ast.AST]] = {}
        for definitions in self._scopes.facts(_definitions_in):
            for name, node in definitions:
                found.setdefault((self._scopes.of(node).node, name), []).append(node)
        return found

    @cached_property
    def _members(self) -> dict[str, list[ast.Name | ast.Attribute]]:
        """Where the attributes of objects, and the names of class bodies, are set."""
        found: dict[str, list[ast.Name | ast.Attribute]] = {}
        for node in (store for stores in self._scopes.facts(_members_set_in) for store in stores):
            found.setdefault(node.id if isinstance(node, ast.Name) else node.attr, []).append(node)
        return found

    # Names

    def _of_name(self, node: ast.Name) -> Types:
        imported = self.file.names.imported(node)
        if imported is not None and gives_plain_values(imported):
            return _PLAIN
        scope = self._scopes.binding(node, node.id)
        if scope is None or self._is_shared(node.id):
            return self._value(self._starred(node.id)) if scope is None else None
        if node.id in scope.imports or node.id in scope.definitions:
            return self._value(self._in_scope(scope, [node.id]))
        owner = self.class_of_self(node)
        if owner is not None:
            function = self._scopes.taking(node)
            is_class = function is not None and _has_decorator(function, "classmethod")
            return frozenset((ClassItself(self, owner) if is_class else Instance(self, owner),))
        stores = scope.stores.get(node.id, [])
        if any(not self._is_visible(store, node) for store in stores):
            return None
        return self._of_variable(scope, node.id)

    def _of_variable(self, scope: Scope, name: str) -> Types:
        def types() -> Iterator[Types]:
            if name in scope.parameters:
                yield self._of_parameter(scope, name)
            stores = scope.stores.get(name, [])
            yield from (self._of_store(store) for store in stores if not _is_none(self._value_given(store)))

        return self._joined_of((scope.node, name), types())

    def _joined_of(self, variable: tuple[ast.AST, str], types: Iterable[Types]) -> Types:
        """What a variable is by all that it gets. What it gets of itself, its other values tell; one that is nothing
        but None is set by somebody else."""
        if variable in self._variables:
            known, read = self._variables[variable]
            self._scopes.look_into(*read)
            return known
        inquiry = self._inquiry
        if variable in inquiry.open:
            inquiry.assumed.add(variable)
            return _ABSENT
        inquiry.open.add(variable)
        with self._scopes.noting_what_is_read() as read:
            found = _joined(types)
        inquiry.open.discard(variable)
        inquiry.assumed.discard(variable)
        found = found or None
        if self._may_keep(found):
            self._variables[variable] = found, read
        return found

    def _is_visible(self, store: ast.Name, load: ast.Name) -> bool:
        """A comprehension's names count to the scope around it, but are none of what stands outside of it."""
        clause = self._target(store)
        outer = self._scopes.parent(clause) if isinstance(clause, ast.comprehension) else None
        return outer is None or outer in self._scopes.ancestors(load)

    def _value_given(self, store: ast.AST) -> ast.expr | None:
        """The value that is given to exactly this target."""
        statement = self._scopes.parent(store)
        if isinstance(statement, ast.Assign) and store in statement.targets:
            return statement.value
        if isinstance(statement, (ast.AnnAssign, ast.NamedExpr)) and statement.target is store:
            return statement.value
        return None

    def _is_shared(self, name: str) -> bool:
        return name in self._scopes.shared

    def _of_store(self, store: ast.Name) -> Types:
        statement = self._scopes.parent(store)
        if isinstance(store.ctx, ast.Del):
            return _ABSENT
        if isinstance(statement, ast.AnnAssign):
            return self.of_annotation(statement.annotation)
        if isinstance(statement, ast.AugAssign):
            return _only_kinds(self.of(statement.value))
        value = self._value_given(store)
        if value is not None:
            return self.of(value)
        # What is in something plain is plain as well.
        whole = self._iterated(store)
        types = self.of(whole) if whole is not None else None
        if types == _PLAIN:
            return _PLAIN
        is_element = isinstance(statement, (ast.For, ast.comprehension)) and not getattr(statement, "is_async", 0)
        if not is_element or types is None:
            return None
        # What else may be in it is one more thing that it may be.
        annotated = frozenset(one for one in types if isinstance(one, Elements)) or types
        return _each(annotated, self._iterated_element)

    def _iterated_element(self, one: Type) -> Types:
        """What iterating gives, of a mapping its keys."""
        is_mapping = isinstance(one, Elements) and one.is_mapping
        return _PLAIN if one is Kind.PLAIN else None if is_mapping else self._element(one)

    def _whole_target(self, store: ast.AST) -> ast.AST:
        parent = self._scopes.parent(store)
        while isinstance(parent, (ast.Tuple, ast.List, ast.Starred)):
            store, parent = parent, self._scopes.parent(parent)
        return store

    def _target(self, store: ast.AST) -> ast.AST | None:
        """What binds a name, alone or among others."""
        return self._scopes.parent(self._whole_target(store))

    def _iterated(self, store: ast.AST) -> ast.expr | None:
        """What a name gets a part of: `for line in text`, `head, tail = text.split()`, `with open(path) as file`."""
        target, parent = self._whole_target(store), self._target(store)
        if isinstance(parent, (ast.For, ast.comprehension)) and parent.target is target:
            return parent.iter
        if isinstance(parent, ast.withitem) and isinstance(self._scopes.parent(parent), ast.With):
            return parent.context_expr
        if isinstance(parent, ast.Assign) and target in parent.targets:
            return parent.value
        return None

    def _of_parameter(self, scope: Scope, name: str) -> Types:
        arguments = getattr(scope.node, "args", None)
        if not isinstance(arguments, ast.arguments):
            return None
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None and rest.arg == name:
                plain = rest.annotation is not None and self.of_annotation(rest.annotation) == _PLAIN
                return _PLAIN if plain else _OBJECTS
        for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if parameter.arg == name and parameter.annotation is not None:
                return self.of_annotation(parameter.annotation)
        return None

    # Where something is defined

    def definitions(self, func: ast.Name | ast.Attribute) -> list[tuple[File, ast.AST]] | None:
        """The functions and classes that a name or attribute can only be, each with its file: what is called so there,
        and not what is stored under another name. None where that is not known."""
        found = self._definitions_of_member(func) if isinstance(func, ast.Attribute) else None
        if found is not None:
            return found
        types = self._denoted(func)
        if not types or not all(isinstance(one, (Routine, ClassItself)) for one in types):
            return None
        return [(one.values.file, one.node) for one in types if isinstance(one, (Routine, ClassItself))]

    def _definitions_of_member(self, func: ast.Attribute) -> list[tuple[File, ast.AST]] | None:
        found: list[tuple[File, ast.AST]] = []
        for one in self.receiver(func) or ():
            if not isinstance(one, (Instance, ClassItself)):
                return None
            above = isinstance(one, Instance) and one.above
            inner = one.values.joining(self)._defined_in(one.node, func.attr, above, set())
            if not inner:
                return None
            found += inner
        return found or None

    def _defined_in(
        self, owner: ast.ClassDef, name: str, above: bool, seen: set[ast.ClassDef]
    ) -> list[tuple[File, ast.AST]] | None:
        """The members of that name that a class defines, or those above it where it does not."""
        seen.add(owner)
        if not above:
            defined = self._definitions.get((owner, name), [])
            if any(self._owner_of_store(store) in (owner, None) for store in self._members.get(name, [])):
                return None
            if defined:
                # Of several in code, inference takes the one that it finds on its way.
                is_one = len(defined) == 1 or self.file.is_stub
                known = is_one and all(self._as_defined(node) is not None for node in defined)
                return [(self.file, node) for node in defined] if known else None
        found: list[tuple[File, ast.AST]] = []
        for base in owner.bases:
            base = base.value if isinstance(base, ast.Subscript) else base
            if self._well_known(base) in EMPTY_BASES:
                continue
            denoted = self._denoted(base)
            one = next(iter(denoted)) if denoted is not None and len(denoted) == 1 else None
            if not isinstance(one, ClassItself):
                return None
            inner = [] if one.node in seen else one.values.joining(self)._defined_in(one.node, name, False, seen)
            if inner is None:
                return None
            found += inner
        return found

    # Names of other modules, and those of this one as others see them

    def _denoted(self, node: ast.expr) -> Types:
        """What a dotted name stands for where it is, as those of types and of functions do: a class, a function, a
        variable of a module."""
        path = _path(node)
        if path is None:
            return None
        return self._in_scope(self._scope_naming(node, path[0]), path)

    def _scope_naming(self, node: ast.expr, name: str) -> Scope:
        """The scope whose name it is; that of the module for builtins, and in a type that is written as a text."""
        first = _first(node)
        if self._scopes.parent(first) is None:
            return self._module
        return self._scopes.binding(first, name) or self._module

    def _in_scope(self, scope: Scope, path: list[str]) -> Types:
        """What a scope has under a dotted name."""
        name, rest = path[0], path[1:]
        if self._is_shared(name) or name in self._type_parameters or name in scope.parameters:
            return None
        found = self._definitions.get((scope.node, name), [])
        if name in scope.stores:
            is_variable = scope is self._module and not found and not rest
            return frozenset((Variable(self, name),)) if is_variable else None
        if not found:
            return self._starred(name, rest) if scope is self._module else None
        if all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in found):
            led = {ast.dump(node): node for node in found}
            only = next(iter(led.values())) if len(led) == 1 else None
            return self._brought(only, path) if isinstance(only, (ast.Import, ast.ImportFrom)) else None
        types = _joined(map(self._as_defined, found))
        for member in rest:
            types = self._members_of(types, member)
        return types

    def _members_of(self, types: Types, name: str) -> Types:
        return _each(types, lambda one: self.member(one, name))

    def _brought(self, statement: ast.Import | ast.ImportFrom, path: list[str]) -> Types:
        """What an import has brought under the first part of a dotted name, and what the rest of it is in there."""
        for alias in statement.names:
            if (alias.asname or alias.name.partition(".")[0]) != path[0]:
                continue
            if isinstance(statement, ast.ImportFrom):
                return self._in_module(_module_of(statement), [alias.name, *path[1:]])
            return self._in_module(alias.name if alias.asname else path[0], path[1:])
        return None

    def _starred(self, name: str, rest: Iterable[str] = ()) -> Types:
        """What has been brought by `import *`. Several may bring the same."""
        starred = [
            node for node in self._definitions.get((self._module.node, "*"), []) if isinstance(node, ast.ImportFrom)
        ]
        if not starred:
            return None
        found = [self._in_module(_module_of(node), [name, *rest]) for node in starred]
        known = {one for one in found if one is not None}
        return next(iter(known)) if len(known) == 1 else None

    def _in_module(self, module: str, path: list[str]) -> Types:
        if not path or self._inquiry.depth >= MOST_DEPTH:
            return None
        self._inquiry.depth += 1
        try:
            other = self.file.module(module, path[0])
            if other is not None and other.source.path == self._inquiry.asking.source.path:
                self._inquiry.is_cut = True
                return None
            found = other.values.joining(self).has(path) if other is not None else None
            if found is not None:
                return found
            inner = f"{module}{path[0]}" if module.endswith(".") else f"{module}.{path[0]}"
            return self._in_module(inner, path[1:])
        finally:
            self._inquiry.depth -= 1

    def has(self, path: list[str]) -> Types:
        """What the module has under a dotted name. It may get it from another one that gets it from this one."""
        name = ".".join(path)
        if name in self._names:
            return self._names[name]
        question = self._module.node, name
        if question in self._inquiry.open:
            self._inquiry.is_cut = True
            return None
        self._inquiry.open.add(question)
        found = self._in_scope(self._module, path)
        self._inquiry.open.discard(question)
        if self._may_keep(found):
            self._names[name] = found
        return found

    def _value(self, types: Types) -> Types:
        """What is meant where a name is read."""
        return _each(types, self._value_of_variable)

    def _value_of_variable(self, one: Type) -> Types:
        if not isinstance(one, Variable):
            return frozenset((one,))
        values = one.values.joining(self)
        return values._of_variable(values._module, one.name)

    @cached_property
    def _type_parameters(self) -> frozenset[str]:
        found = self._scopes.facts(_type_parameters_in)
        return frozenset[str]().union(*found)

    # Annotations

    def of_annotation(self, annotation: ast.expr) -> Types:
        """What something is that is annotated so."""
        if isinstance(annotation, ast.Constant):
            return self._of_text(annotation.value)
        if isinstance(annotation, ast.BinOp):
            return self._of_union([annotation.left, annotation.right])
        if isinstance(annotation, ast.Subscript):
            return self._of_generic(annotation)
        name = self._well_known(annotation)
        if name in PLAIN_TYPES or self._is_of_plain_module(annotation):
            return _PLAIN
        if name == "Self":
            owner = next((node for node in self._scopes.ancestors(annotation) if isinstance(node, ast.ClassDef)), None)
            return frozenset((Instance(self, owner),)) if owner is not None else None
        if name:
            return _CONTAINER if name in GENERIC_TYPES else None
        return _each(self._denoted(annotation), self._annotated_with)

    def _of_generic(self, annotation: ast.Subscript) -> Types:
        outer, parts = self._well_known(annotation.value), _parts(annotation.slice)
        if outer in TRANSPARENT_TYPES:
            return self._of_union(parts[:1] if outer == "Annotated" else parts)
        if outer == "Callable":
            return frozenset((Returning(self, parts[-1]),))
        if outer in ("Type", "type"):
            return _each(self.of_annotation(parts[0]), _class_of)
        if not outer:
            is_plain = self._is_of_plain_module(annotation.value)
            return _PLAIN if is_plain else self.of_annotation(annotation.value)
        if outer not in GENERIC_TYPES:
            return None
        parts = [part for part in parts if not (isinstance(part, ast.Constant) and part.value is ...)]
        if parts and all(self.of_annotation(part) == _PLAIN for part in parts):
            return _PLAIN
        is_safe = all(map(self._names_no_awaitable, names_in_annotation(annotation)))
        kind = Kind.OBJECTS if is_safe else Kind.CONTAINER
        is_known = outer in ELEMENTS_LAST and (len(parts) == 1 or outer in MAPPING_TYPES)
        return frozenset((Elements(kind, self, parts[-1], outer in MAPPING_TYPES) if parts and is_known else kind,))

    def _of_union(self, parts: list[ast.expr]) -> Types:
        """Nothing can be had from None."""
        return _joined(self.of_annotation(part) for part in parts if not _is_none(part))

    def _annotated_with(self, one: Type) -> Types:
        if isinstance(one, ClassItself):
            return frozenset((Instance(one.values, one.node),))
        if isinstance(one, Variable):
            return one.values.joining(self)._aliased(one.name)
        return None

    def _aliased(self, name: str) -> Types:
        """What a name of this module stands for in annotations."""
        stores = self._module.stores.get(name, [])
        statement = self._scopes.parent(stores[0]) if len(stores) == 1 else None
        if isinstance(statement, ast.AnnAssign) and self._well_known(statement.annotation) != "TypeAlias":
            return None
        value = getattr(statement, "value", None)
        if not isinstance(value, ast.expr) or isinstance(value, ast.Call):
            return None
        variable = (self._module.node, f"type {name}")
        return self._joined_of(variable, (self.of_annotation(one) for one in (value,)))

    # What is no awaitable

    def returns_no_awaitable(self, function: Function | ast.Lambda) -> bool:
        """Whether a function returns none, as its annotation says, or because it returns nothing at all."""
        if isinstance(function, ast.Lambda):
            return self.is_no_awaitable(self.of(function.body))
        if isinstance(function, ast.AsyncFunctionDef):
            return False
        if function.returns is not None:
            return self.means_no_awaitable(function.returns)
        return all(
            isinstance(node, ast.Return) and (node.value is None or self.is_no_awaitable(self.of(node.value)))
            for node in self._leaving(function)
        )

    def casts_to_no_awaitable(self, func: ast.expr) -> bool:
        call = self._scopes.parent(func)
        return isinstance(call, ast.Call) and bool(call.args) and self.means_no_awaitable(call.args[0])

    def holds_no_awaitable(self, whole: ast.expr) -> bool:
        """Whether an element is none, by its annotation or a display of some."""
        is_display = isinstance(whole, _DISPLAYS)
        return self.is_no_awaitable(self.element_of(whole)) if is_display else self.means_no_awaitable(whole)

    def means_no_awaitable(self, annotation: ast.expr) -> bool:
        """Whether what is annotated so is none, nor known to be one."""
        is_safe = all(map(self._names_no_awaitable, names_in_annotation(annotation)))
        return is_safe or self.is_no_awaitable(self.of_annotation(annotation))

    def is_no_awaitable(self, types: Types) -> bool:
        objects = (one for one in types or () if isinstance(one, (Instance, ClassItself)))
        return bool(types) and not any(MAY_BE_AWAITABLE.search(one.node.name) for one in objects)

    def _names_no_awaitable(self, name: str) -> bool:
        """Whether a type's name speaks against an awaitable. A type variable may stand for one, an alias too, and who
        knows of `Any`."""
        if MAY_BE_AWAITABLE.search(name) or name.endswith("T") or name in self._module.stores:
            return False
        found = self._definitions.get((self._module.node, name), [])
        bases = [base for node in found if isinstance(node, ast.ClassDef) for base in node.bases]
        return not any(MAY_BE_AWAITABLE.search(inner) for base in bases for inner in names_in_annotation(base))

    def _of_text(self, value: object) -> Types:
        """A type that is written as a text may name what comes later in the file, and is read in the same way."""
        if value is None:
            return _PLAIN
        if not isinstance(value, str):
            return None
        if value not in self._texts:
            try:
                self._texts[value] = ast.parse(value.strip(), mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._texts[value] = None
        parsed = self._texts[value]
        return self.of_annotation(parsed) if parsed is not None else None

    def _well_known(self, node: ast.expr) -> str:
        """The name of a builtin type, or of one of `typing` and `collections`; "" for any other."""
        path = _path(node)
        if path is None:
            return ""
        if self._scopes.parent(node) is None:
            # In a text, which may only name what the module has.
            return self._well_known_in_text(path)
        if isinstance(node, ast.Name) and self._scopes.is_builtin(node):
            return node.id
        imported = self._imported(node, path)
        return imported.rpartition(".")[2] if imported is not None and imported.startswith(TYPING) else ""

    def _imported(self, node: ast.expr, path: list[str]) -> str | None:
        imported = self.file.names.imported(node)
        if imported is None and self._scopes.binding(_first(node), path[0]) is self._module:
            return self._imported_for_types(path)
        return imported

    def _well_known_in_text(self, path: list[str]) -> str:
        if not self._module.binds(path[0]):
            return path[0] if len(path) == 1 else ""
        imported = self._imported_for_types(path)
        return imported.rpartition(".")[2] if imported is not None and imported.startswith(TYPING) else ""

    def _imported_for_types(self, path: list[str]) -> str | None:
        """The dotted name of what the module imports once, in a branch perhaps: `if TYPE_CHECKING:`."""
        found = self._definitions.get((self._module.node, path[0]), [])
        only = found[0] if len(found) == 1 and path[0] not in self._module.stores else None
        for alias in only.names if isinstance(only, (ast.Import, ast.ImportFrom)) else ():
            if (alias.asname or alias.name.partition(".")[0]) == path[0]:
                origin = f"{_module_of(only)}.{alias.name}" if isinstance(only, ast.ImportFrom) else alias.name
                return ".".join([origin, *path[1:]])
        return None

    def _is_of_plain_module(self, node: ast.expr) -> bool:
        path = _path(node)
        if path is None:
            return False
        is_in_text = self._scopes.parent(node) is None
        imported = self._imported_for_types(path) if is_in_text else self._imported(node, path)
        return imported is not None and gives_plain_values(imported)


def _joined(types: Iterable[Types]) -> Types:
    """What a value is that may be any of these."""
    found: frozenset[Type] = frozenset()
    for one in types:
        if one is None:
            return None
        found |= one
    return found


def _each(types: Types, of: Callable[[Type], Types]) -> Types:
    return None if types is None else _joined(map(of, types))


def _only_kinds(types: Types) -> Types:
    kinds = [one.kind if isinstance(one, Elements) else one for one in types or ()]
    is_known = types is not None and all(isinstance(one, Kind) for one in kinds)
    return frozenset(kinds) if is_known else None


def _class_of(one: Type) -> Types:
    return frozenset((ClassItself(one.values, one.node),)) if isinstance(one, Instance) else None


def _path(node: ast.expr) -> list[str] | None:
    """The parts of a dotted name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else None


def _first(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node


def _chain(node: ast.expr) -> str:
    return ".".join(_path(node) or ())


def _module_of(statement: ast.ImportFrom) -> str:
    return f"{'.' * statement.level}{statement.module or ''}"


def _parts(subscript: ast.expr) -> list[ast.expr]:
    return subscript.elts if isinstance(subscript, ast.Tuple) else [subscript]


def _is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _decorator_name(decorator: ast.expr) -> str:
    return decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")


def _has_decorator(function: Function, name: str) -> bool:
    return any(_decorator_name(decorator) == name for decorator in function.decorator_list)


def _is_setter(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(isinstance(one, ast.Attribute) and one.attr in ("setter", "deleter") for one in decorators)


def _definitions_in(section: Section) -> list[tuple[str, ast.AST]]:
    found: list[tuple[str, ast.AST]] = []
    for node in section.nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.append((node.name, node))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found += [(alias.asname or alias.name.partition(".")[0], node) for alias in node.names]
    return found


def _members_set_in(section: Section) -> list[ast.Name | ast.Attribute]:
    """Attributes of whatever, and names of class bodies, that something is stored in or deleted from."""
    classes = (scope for scope in section.scopes if isinstance(scope.node, ast.ClassDef))
    found: list[ast.Name | ast.Attribute] = [
        name for scope in classes for stores in scope.stores.values() for name in stores
    ]
    attributes = (node for node in section.nodes if isinstance(node, ast.Attribute))
    return [*found, *(node for node in attributes if not isinstance(node.ctx, ast.Load))]


def _tested_in(section: Section) -> frozenset[str]:
    """What `isinstance` and `match` are asked about: names and attributes."""
    found: set[str] = set()
    for node in section.nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("isinstance", "issubclass") and node.args:
            found.add(_chain(node.args[0]))
        elif isinstance(node, ast.Match):
            found.add(_chain(node.subject))
    return frozenset(found - {""})


def _type_parameters_in(section: Section) -> frozenset[str]:
    """`def first[T](items: list[T]) -> T`, from Python 3.12 on."""
    return frozenset(one.name for node in section.nodes for one in getattr(node, "type_params", ()))
