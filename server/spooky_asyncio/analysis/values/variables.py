"""What the variables of a scope are: as declared, by all that is stored in them, by what parameters are given."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import partial

from spooky_asyncio.analysis.functions import gets_fixtures
from spooky_asyncio.analysis.known_types import SAYING_NOTHING
from spooky_asyncio.analysis.scopes import Scope
from spooky_asyncio.analysis.values.containers import elements, part
from spooky_asyncio.analysis.values.documentation import tells_parameter
from spooky_asyncio.analysis.values.dotted import is_none
from spooky_asyncio.analysis.values.reaching import Reaching
from spooky_asyncio.analysis.values.types import (
    ABSENT,
    GIVEN,
    OBJECTS,
    PLAIN,
    UNKNOWN,
    Elements,
    Kind,
    Reader,
    Types,
    are_unknown,
    each,
    is_unknown,
    joined,
    only_kinds,
)

_TEXT = ast.Name("str", ast.Load())
"""The annotation of what keywords are."""


class Variables:
    """Of one file."""

    def __init__(self, values: Reader) -> None:
        self._values = values
        self._scopes = values.file.scopes

    def of(self, scope: Scope, name: str) -> Types:
        """What a variable is, whoever reads it."""
        return self._values.joined_of((scope.node, name), self._given_by(scope, name, scope.stores.get(name, [])))

    def read(self, load: ast.Name, scope: Scope) -> Types:
        """What it is where it is read."""
        stores = scope.stores.get(load.id, [])
        if (
            self._scopes.of(load) is scope
            and not isinstance(scope.node, ast.ClassDef)
            and self._is_declared_nowhere(stores)
        ):
            reaching = Reaching(load, scope, self._scopes)
            given = self._given_by(scope, load.id, reaching.stores, from_start=reaching.from_start)
            is_all = reaching.from_start and len(reaching.stores) == len(stores)
            return self._values.joined_of((scope.node if is_all else load, load.id), given)
        if any(not self.is_visible(store, load) for store in stores):
            return None
        return self.of(scope, load.id)

    def _is_declared_nowhere(self, stores: Iterable[ast.AST]) -> bool:
        return all(self.annotation_of(store) is None for store in stores)

    def _given_by(self, scope: Scope, name: str, stores: list[ast.Name], *, from_start: bool = True) -> Iterator[Types]:
        if from_start and name in scope.parameters:
            yield self._of_parameter(scope, name)
        # What is declared once is that, whatever it gets.
        declared = [store for store in stores if self.annotation_of(store) is not None]
        given = (store for store in stores if not is_none(self.value_given(store)))
        yield from map(self.of_store, declared or given)

    def of_declared(self, statement: ast.AnnAssign) -> Types:
        """By the annotation; that it is final alone says nothing."""
        if self._values.names.well_known(statement.annotation) in SAYING_NOTHING and statement.value is not None:
            return self._values.of(statement.value)
        return self._values.annotations.of(statement.annotation)

    def annotation_of(self, store: ast.AST) -> ast.expr | None:
        statement = self._scopes.parent(store)
        is_declared = isinstance(statement, ast.AnnAssign) and statement.target is store
        return statement.annotation if is_declared and isinstance(statement, ast.AnnAssign) else None

    def value_given(self, store: ast.AST) -> ast.expr | None:
        """The value that is given to exactly this target."""
        statement = self._scopes.parent(store)
        if isinstance(statement, ast.Assign) and store in statement.targets:
            return statement.value
        if isinstance(statement, (ast.AnnAssign, ast.NamedExpr)) and statement.target is store:
            return statement.value
        return None

    def is_visible(self, store: ast.Name, load: ast.Name) -> bool:
        """A comprehension's names count to the scope around it, but are none of what stands outside of it."""
        clause = self._scopes.parent(self._target_and_path(store)[0])
        outer = self._scopes.parent(clause) if isinstance(clause, ast.comprehension) else None
        return outer is None or outer in self._scopes.ancestors(load)

    def of_store(self, store: ast.Name | ast.Attribute) -> Types:
        statement = self._scopes.parent(store)
        if isinstance(store.ctx, ast.Del):
            return ABSENT
        if isinstance(statement, ast.AnnAssign):
            return self.of_declared(statement)
        if isinstance(statement, ast.AugAssign):
            return only_kinds(self._values.of(statement.value))
        value = self.value_given(store)
        if value is not None:
            return self._values.of(value)
        target, path = self._target_and_path(store)
        binding = self._scopes.parent(target)
        whole = self._taken_apart(binding)
        types = self._values.of(whole) if whole is not None else None
        # What is in something plain is plain as well.
        if types is None or all(one is Kind.PLAIN or is_unknown(one) for one in types):
            return types
        if isinstance(binding, (ast.For, ast.comprehension)) and not getattr(binding, "is_async", 0):
            types = elements(types, self._values)
        elif isinstance(binding, ast.withitem):
            is_async = isinstance(self._scopes.parent(binding), ast.AsyncWith)
            types = self._values.calls.entered(types, is_async=is_async)
        elif not isinstance(binding, ast.Assign):
            return None
        for index in path:
            types = each(types, partial(part, asking=self._values, index=index)) if index is not None else None
        return types

    def _target_and_path(self, store: ast.AST) -> tuple[ast.AST, list[int | None]]:
        """The whole of a target, and by which indices a part of it is got from that: None beside a `*`."""
        path: list[int | None] = []
        parent = self._scopes.parent(store)
        while isinstance(parent, (ast.Tuple, ast.List, ast.Starred)):
            parts = [] if isinstance(parent, ast.Starred) else parent.elts
            is_sure = bool(parts) and not any(isinstance(part, ast.Starred) for part in parts)
            path.append(parts.index(store) if is_sure else None)  # type: ignore[arg-type]  # it is one of them
            store, parent = parent, self._scopes.parent(parent)
        return store, path[::-1]

    def _taken_apart(self, binding: ast.AST | None) -> ast.expr | None:
        """What a name gets a part of: `for line in text`, `head, tail = text.split()`, `with open(path) as file`."""
        if isinstance(binding, (ast.For, ast.comprehension)):
            return binding.iter
        if isinstance(binding, ast.withitem):
            return binding.context_expr
        return binding.value if isinstance(binding, ast.Assign) else None

    def _of_parameter(self, scope: Scope, name: str) -> Types:
        arguments = getattr(scope.node, "args", None)
        if not isinstance(arguments, ast.arguments):
            return None
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None and rest.arg == name:
                is_mapping = rest is arguments.kwarg
                return None if tells_parameter(scope.node, name) else self._of_rest(rest, is_mapping=is_mapping)
        for parameter, default in _with_defaults(arguments):
            if parameter.arg == name:
                annotation = parameter.annotation
                declared = self._values.annotations.of(annotation) if annotation is not None else UNKNOWN
                return self._given(scope, name, default) if are_unknown(declared) else declared
        return None

    def _of_rest(self, rest: ast.arg, *, is_mapping: bool) -> Types:
        """What `*` and `**` give: a container of what is annotated."""
        if rest.annotation is None or _is_of_parameters(rest.annotation):
            return OBJECTS
        if self._values.annotations.of(rest.annotation) == PLAIN:
            return PLAIN
        kind = Kind.OBJECTS if self._values.annotations.means_no_awaitable(rest.annotation) else Kind.CONTAINER
        key = _TEXT if is_mapping else None
        return frozenset((Elements(kind, self._values, rest.annotation, key),))

    def _given(self, scope: Scope, name: str, default: ast.expr | None) -> Types:
        """What a parameter is of which no type is declared: not known where inference finds that elsewhere."""
        if self._is_told_elsewhere(scope.node, name):
            return None
        return GIVEN if default is None or is_none(default) else joined((GIVEN, self._values.of(default)))

    def _is_told_elsewhere(self, function: ast.AST, name: str) -> bool:
        """Whether calls in this file, a documentation or pytest's fixtures may tell what a parameter is."""
        parent = self._scopes.parent(function)
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr))
        # Who calls a class gives its `__init__` what it is given.
        owner = parent if isinstance(parent, ast.ClassDef) and function.name == "__init__" else function
        return (
            owner.name in self._values.file.facts.called_here
            or tells_parameter(function, name)
            or tells_parameter(owner, name)
            or gets_fixtures(function)
        )


def _is_of_parameters(annotation: ast.expr) -> bool:
    """`*args: P.args, **kwargs: P.kwargs`, which say nothing."""
    return isinstance(annotation, ast.Attribute) and annotation.attr in ("args", "kwargs")


def _with_defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    by_position = [*arguments.posonlyargs, *arguments.args]
    none = [None] * (len(by_position) - len(arguments.defaults))
    yield from zip(by_position, [*none, *arguments.defaults], strict=True)
    yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
