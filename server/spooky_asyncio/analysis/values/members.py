"""The attributes of classes and of their objects."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cached_property

from spooky_asyncio.analysis.known_types import (
    CONTAINING_BASES,
    EMPTY_BASES,
    PROPERTIES,
    TRANSPARENT_DECORATORS,
    UNKNOWN_TYPES,
)
from spooky_asyncio.analysis.scopes import Function, Section
from spooky_asyncio.analysis.syntax import names_in_annotation
from spooky_asyncio.analysis.values.dotted import chain_of, has_decorator, is_none, is_setter, parts_of
from spooky_asyncio.analysis.values.generics import given_to, substituted
from spooky_asyncio.analysis.values.types import (
    ABSENT,
    MOST_DEPTH,
    ClassItself,
    Decorated,
    File,
    Instance,
    Reader,
    ReaderOfMembers,
    Routine,
    Type,
    Types,
    are_unknown,
    each,
    has_unknown,
    joined,
    only_kinds,
)

_MAKING_MEMBERS = re.compile(r"Enum\b|Flag\b")
"""Bases that make objects of what their classes are given."""


class Members:
    """Of the classes of one file."""

    def __init__(self, values: Reader) -> None:
        self._values = values
        self._scopes = values.file.scopes

    def go_on(self) -> None:
        """In the next version of the file, a function has other statements."""
        self.__dict__.pop("stores", None)

    def _of(self, one: ClassItself) -> ReaderOfMembers:
        """Those of the file that defines a class."""
        return one.values.joining(self._values).members

    def of(self, owner: ast.ClassDef, name: str, above: bool, seen: set[ast.ClassDef]) -> Types:
        """An attribute by the first class that defines or declares it, else by all that it is set to. Of each class on
        the way has to be known what is in it."""
        seen.add(owner)
        own = ABSENT
        if not above:
            self._scopes.look_into(self._scopes.of(owner))
            is_decided, own = self._own_member(owner, name)
            if is_decided or own is None:
                return own
        return self._values.deeper(lambda: joined((own, *(self._inherited(base, name, seen) for base in owner.bases))))

    def _own_member(self, owner: ast.ClassDef, name: str) -> tuple[bool, Types]:
        """What it is by this class alone, and whether other classes have no say in it."""
        defined = self._values.names.definitions.get((owner, name), [])
        stores = self.stores.get(name, [])
        own = [store for store in stores if self.owner_of_store(store) is owner]
        for store in stores:
            self._scopes.look_into(self._scopes.of(store))
        if defined:
            is_replaced = any(self.owner_of_store(store) in (owner, None) for store in stores)
            methods = (self.as_defined(node) for node in defined if not is_setter(node))
            return True, None if is_replaced else joined(methods)
        declared = next((store for store in own if self._says_type(store)), None)
        if declared is not None:
            return True, self._as_declared(declared, own)
        if not own:
            return False, ABSENT
        if any(_MAKING_MEMBERS.search(chain_of(base)) for base in owner.bases):
            return True, None
        given = (self._of_set(store) for store in stores if not is_none(self._values.variables.value_given(store)))
        return False, self._values.joined_of((owner, name), given)

    def _says_type(self, store: ast.AST) -> bool:
        """Whether it is declared where something is stored. A type that nobody knows leaves that to the value."""
        statement = self._scopes.parent(store)
        is_declared = isinstance(statement, ast.AnnAssign) and self._values.variables.annotation_of(store) is not None
        if not is_declared or not isinstance(statement, ast.AnnAssign):
            return False
        return statement.value is None or not are_unknown(self._values.variables.of_declared(statement))

    def _as_declared(self, declared: ast.AST, stores: Iterable[ast.Name | ast.Attribute]) -> Types:
        """By its annotation, and by what objects get in place of what a class declares for all of them. What a class
        has may be a descriptor, which makes something else of it."""
        statement = self._scopes.parent(declared)
        types = self._values.variables.of_declared(statement) if isinstance(statement, ast.AnnAssign) else None
        if isinstance(declared, ast.Attribute):
            return types
        value = self._values.variables.value_given(declared)
        if value is not None and not is_none(value):
            types = each(types, self._no_descriptor)
        given = (
            store
            for store in stores
            if isinstance(store, ast.Attribute) and self._values.variables.annotation_of(store) is None
        )
        return joined(
            (types, *(self._of_set(store) for store in given if not is_none(self._values.variables.value_given(store))))
        )

    def _no_descriptor(self, one: Type) -> Types:
        if isinstance(one, Instance):
            members = one.values.joining(self._values).members
            return frozenset((one,)) if members.of(one.node, "__get__", False, set()) == ABSENT else None
        return frozenset((one,))

    def _of_set(self, store: ast.Name | ast.Attribute) -> Types:
        if isinstance(store.ctx, ast.Del):
            return ABSENT
        value = self._values.variables.value_given(store)
        found = self._values.of(value) if value is not None else self._values.variables.of_store(store)
        # An object in a class may be a descriptor, which makes something else of it.
        return each(found, self._in_class) if isinstance(store, ast.Name) else found

    def _in_class(self, one: Type) -> Types:
        """What objects have of a value that stands in a class: of a function a method."""
        return self._no_descriptor(one) if isinstance(one, Instance) else only_kinds(frozenset((one,)))

    def as_defined(self, node: ast.AST) -> Types:
        """What a member of a class or a module is that is defined there."""
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return None
        names = [self._values.names.known_decorator(one) for one in node.decorator_list]
        if any(name in PROPERTIES for name in names):
            returns = node.returns if len(names) == 1 and isinstance(node, ast.FunctionDef) else None
            types = self._values.annotations.of(returns) if returns is not None else None
            return None if has_unknown(types) else types
        if isinstance(node, ast.ClassDef):
            return self._decorated(node, ClassItself(self._values, node))
        return self._decorated(node, Routine(self._values, node))

    def _decorated(self, node: Function | ast.ClassDef, written: Type) -> Types:
        """What decorators make of a function or class: what is written there, where they leave it what it is, as far as
        types go."""
        if not node.decorator_list:
            return frozenset((written,))
        is_async = isinstance(node, ast.AsyncFunctionDef)
        # `@size.setter` is what it decorates.
        with self._values.inquiry.looking_for((node, "decorated")) as may_look:
            if not may_look:
                return None
            if all(self._hands_back(one) or (not is_async and self._keeps_types(one)) for one in node.decorator_list):
                return frozenset((written,))
            decorators = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
            is_unknown = any(are_unknown(self._values.names.denoted(one)) for one in decorators)
            return frozenset((Decorated(node),)) if is_unknown and not isinstance(node, ast.ClassDef) else None

    def is_same_by_type_alone(self, function: Function | ast.Lambda) -> bool:
        """Whether only the annotations of a decorator say that it hands back what it is given."""
        decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
        return not all(map(self._hands_back, decorators))

    def is_overload(self, node: ast.AST) -> bool:
        """Whether it only says how the function of that name can be called that follows."""
        return any(self._values.names.known_decorator(one) == "overload" for one in getattr(node, "decorator_list", ()))

    def _hands_back(self, decorator: ast.expr) -> bool:
        """Whether a decorator returns the function or class that it is given."""
        if self._values.names.known_decorator(decorator) in TRANSPARENT_DECORATORS:
            return True
        if not isinstance(decorator, (ast.Name, ast.Attribute)):
            return False
        found = self._values.value_of(self._values.names.denoted(decorator)) or ()
        handing_on = [isinstance(one, Routine) and one.values.members.hands_on(one.node) for one in found]
        return bool(handing_on) and all(handing_on)

    def _keeps_types(self, decorator: ast.expr) -> bool:
        """Whether a decorator returns something of the type that it is given, as its annotations say."""
        is_called = isinstance(decorator, ast.Call)
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        found = self._values.value_of(self._values.names.denoted(func)) or ()
        return bool(found) and all(
            isinstance(one, Routine) and one.values.members.says_same(one.node, is_called=is_called) for one in found
        )

    def says_same(self, function: Function | ast.Lambda, *, is_called: bool) -> bool:
        """Whether a function is annotated so that it returns what it is given, or, where calling it makes the
        decorator, a function that does."""
        if not isinstance(function, ast.FunctionDef) or (function.decorator_list and not self.is_overload(function)):
            return False
        given, result = self._made_of_given(function.returns) if is_called else _annotations_of(function)
        if given is None or result is None or self._values.names.well_known(given):
            return False
        names = [*names_in_annotation(given)]
        is_variable = UNKNOWN_TYPES.isdisjoint(names) and any(map(self._values.names.is_type_variable, names))
        return is_variable and ast.dump(given) == ast.dump(result)

    def _made_of_given(self, annotation: ast.expr | None) -> tuple[ast.expr | None, ast.expr | None]:
        """What a `Callable` gets, if that is one thing, and what it returns."""
        if isinstance(annotation, ast.Subscript) and self._values.names.well_known(annotation.value) == "Callable":
            match parts_of(annotation.slice):
                case [ast.List(elts=[given]), result]:
                    return given, result
        return None, None

    def hands_on(self, function: Function | ast.Lambda) -> bool:
        """Whether a plain function can only return the first of its arguments."""
        if not isinstance(function, ast.FunctionDef) or function.decorator_list:
            return False
        parameters = [*function.args.posonlyargs, *function.args.args]
        found = self._values.calls.leaving(function)
        own = self._scopes.opened_by(function)
        return bool(found and parameters) and all(
            isinstance(node.value, ast.Name)
            and isinstance(node, ast.Return)
            and node.value.id == parameters[0].arg
            and node.value.id not in own.stores
            for node in found
        )

    def _inherited(self, base: ast.expr, name: str, seen: set[ast.ClassDef]) -> Types:
        if self._values.names.well_known(_without_parameters(base)) in EMPTY_BASES | CONTAINING_BASES:
            return ABSENT
        if self._is_unknown(base):
            return ABSENT
        one = self._class(base)
        if one is None:
            return None
        if one.node in seen:
            return ABSENT
        parts = parts_of(base.slice) if isinstance(base, ast.Subscript) else []
        given = map(self._values.annotations.of, parts)
        return substituted(self._of(one).of(one.node, name, False, seen), given_to(one, given, self._values))

    def _class(self, base: ast.expr) -> ClassItself | None:
        """The one class that a base is."""
        found = self._values.names.denoted(_without_parameters(base))
        one = next(iter(found)) if found is not None and len(found) == 1 else None
        return one if isinstance(one, ClassItself) else None

    def _is_unknown(self, base: ast.expr) -> bool:
        """Whether nobody knows what a class derives from there."""
        return are_unknown(self._values.names.denoted(_without_parameters(base)))

    def is_typed_dict(self, owner: ast.ClassDef, depth: int = 0) -> bool:
        """Whether it declares what its keys have."""
        if any(self._values.names.well_known(_without_parameters(base)) == "TypedDict" for base in owner.bases):
            return True
        above = [self._class(base) for base in owner.bases] if depth < MOST_DEPTH else []
        return any(one is not None and self._of(one).is_typed_dict(one.node, depth + 1) for one in above)

    def is_container(self, owner: ast.ClassDef, depth: int = 0) -> bool:
        """Whether a class is a builtin container of who knows what, as a `TypedDict` is."""
        for base in owner.bases:
            if self._values.names.well_known(_without_parameters(base)) in CONTAINING_BASES:
                return True
            one = self._class(base) if depth < MOST_DEPTH else None
            if one is not None and self._of(one).is_container(one.node, depth + 1):
                return True
        return False

    def class_of_self(self, node: ast.expr) -> ast.ClassDef | None:
        """The class whose object, or which itself, the first parameter of a method is."""
        function = self._scopes.taking(node) if isinstance(node, ast.Name) else None
        owner = self._scopes.parent(function) if function is not None else None
        if function is None or not isinstance(owner, ast.ClassDef) or has_decorator(function, "staticmethod"):
            return None
        parameters = [*function.args.posonlyargs, *function.args.args]
        return owner if isinstance(node, ast.Name) and parameters[:1] and parameters[0].arg == node.id else None

    def owner_of_store(self, node: ast.AST) -> ast.ClassDef | None:
        """The class in whose body, or on whose `self`, something is set."""
        if isinstance(node, ast.Attribute):
            return self.class_of_self(node.value)
        owner = self._scopes.of(node).node
        return owner if isinstance(owner, ast.ClassDef) else None

    @cached_property
    def stores(self) -> dict[str, list[ast.Name | ast.Attribute]]:
        """Where the attributes of objects, and the names of class bodies, are set."""
        found: dict[str, list[ast.Name | ast.Attribute]] = {}
        for node in (store for stores in self._scopes.facts(_members_set_in) for store in stores):
            found.setdefault(node.id if isinstance(node, ast.Name) else node.attr, []).append(node)
        return found

    def only_store(
        self, owner: ast.ClassDef, name: str, seen: set[ast.ClassDef]
    ) -> tuple[File, ast.Name | ast.Attribute] | None:
        """The one place where a class or its objects get an attribute, or those of a class above where they do not."""
        seen.add(owner)
        if self._values.names.definitions.get((owner, name)):
            return None
        stores = [store for store in self.stores.get(name, []) if self.owner_of_store(store) is owner]
        if stores:
            return (self._values.file, stores[0]) if len(stores) == 1 else None
        bases = [
            base for base in owner.bases if self._values.names.well_known(_without_parameters(base)) not in EMPTY_BASES
        ]
        above = self._class(bases[0]) if len(bases) == 1 else None
        if above is None or above.node in seen or len(seen) > MOST_DEPTH:
            return None
        return self._of(above).only_store(above.node, name, seen)

    def defined_in(
        self, owner: ast.ClassDef, name: str, above: bool, seen: set[ast.ClassDef]
    ) -> list[tuple[File, ast.AST]] | None:
        """The members of that name that a class defines, or those above it where it does not."""
        seen.add(owner)
        if not above:
            defined = self._values.names.definitions.get((owner, name), [])
            if any(self.owner_of_store(store) in (owner, None) for store in self.stores.get(name, [])):
                return None
            if defined:
                if not self._values.file.is_stub:
                    defined = [node for node in defined if not self.is_overload(node)] or defined
                # Of several in code, inference takes the one that it finds on its way.
                is_one = len(defined) == 1 or self._values.file.is_stub
                known = is_one and all(self.as_defined(node) is not None for node in defined)
                return [(self._values.file, node) for node in defined] if known else None
        found: list[tuple[File, ast.AST]] = []
        for base in owner.bases:
            if self._values.names.well_known(_without_parameters(base)) in EMPTY_BASES or self._is_unknown(base):
                continue
            one = self._class(base)
            if one is None or len(seen) > MOST_DEPTH:
                return None
            inner = [] if one.node in seen else self._of(one).defined_in(one.node, name, False, seen)
            if inner is None:
                return None
            found += inner
        return found


def _annotations_of(function: ast.FunctionDef) -> tuple[ast.expr | None, ast.expr | None]:
    """Of the first parameter, and of the result."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    return next((one.annotation for one in parameters), None), function.returns


def _without_parameters(base: ast.expr) -> ast.expr:
    return base.value if isinstance(base, ast.Subscript) else base


def _members_set_in(section: Section) -> list[ast.Name | ast.Attribute]:
    """Attributes of whatever, and names of class bodies, that something is stored in or deleted from."""
    classes = (scope for scope in section.scopes if isinstance(scope.node, ast.ClassDef))
    found: list[ast.Name | ast.Attribute] = [
        name for scope in classes for stores in scope.stores.values() for name in stores
    ]
    return [*found, *(node for node in section.of_kind(ast.Attribute) if not isinstance(node.ctx, ast.Load))]
