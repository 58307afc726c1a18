"""What is known of values: the words for it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

from spooky_asyncio.analysis.called_names import CalledNames
from spooky_asyncio.analysis.facts import Facts
from spooky_asyncio.analysis.known_types import MAY_BE_AWAITABLE
from spooky_asyncio.analysis.scopes import Function, Scope, Scopes, Section
from spooky_asyncio.source import Source


class Kind(IntEnum):
    GIVEN = -1
    """What a function is given, of which its file tells nothing: who calls it may know."""
    UNKNOWN = 0
    """Nobody knows, inference neither."""
    CONTAINER = 1
    """A builtin container of who knows what."""
    OBJECTS = 2
    """A builtin container of what is no awaitable itself, or is not known to anybody."""
    PLAIN = 3
    """No awaitable is in it, nor can be had from it."""


@dataclass(frozen=True)
class TypeVariable:
    """Whatever type a class or function is given under a name: `T = TypeVar("T")`."""

    values: Reader
    """Those of the file that declares it."""
    name: str

    def bound(self, asking: Reader) -> Types:
        """What it certainly stands for, or for something that derives from it."""
        return self.values.joining(asking).annotations.bound_of(self.name)


@dataclass(frozen=True)
class Elements:
    """A builtin container whose elements, of a mapping the values, are annotated."""

    kind: Kind
    values: Reader
    """Those of the file in which the annotation stands."""
    annotation: ast.expr
    key: ast.expr | None = None
    """The annotation of a mapping's keys."""
    given: Given | None = None


@dataclass(frozen=True)
class Together:
    """A tuple of which each part is known."""

    kind: Kind
    parts: tuple[Types, ...]


@dataclass(frozen=True)
class Iterated:
    """What gives values of a type one after the other."""

    kind: Kind
    elements: Types


@dataclass(frozen=True)
class Instance:
    """An object of a class that some file defines, or of one that derives from it."""

    values: Reader
    node: ast.ClassDef
    above: bool = False
    """Whether it is what `super()` gives: with the members of the classes above alone."""
    is_made: bool = False
    """Whether it is made here, of what its class is given."""
    given: Given = ()


@dataclass(frozen=True)
class ClassItself:
    values: Reader
    node: ast.ClassDef


@dataclass(frozen=True)
class Routine:
    """A function that some file defines."""

    values: Reader
    node: Function | ast.Lambda
    of: Instance | ClassItself | None = None
    """Whose method it is, of a class that may derive from the one that defines it."""
    given: Given | None = None


@dataclass(frozen=True)
class Decorated:
    """A function of which nobody knows what its decorators make. Inference takes it for what is written there."""

    node: Function


@dataclass(frozen=True)
class Returning:
    """Whatever can be called and returns what an annotation says."""

    values: Reader
    annotation: ast.expr
    given: Given | None = None


@dataclass(frozen=True)
class Variable:
    """What a module has under a name, a value or another name for a type."""

    values: Reader
    name: str


Type: TypeAlias = (
    "Kind | TypeVariable | Elements | Together | Iterated | Instance | ClassItself | Routine | Decorated | Returning"
    " | Variable"
)
Types: TypeAlias = "frozenset[Type] | None"
"""All that a value may be; None where that is not known."""

Given: TypeAlias = "tuple[tuple[TypeVariable, Types], ...]"
"""What stands for type variables in what is annotated; None where it still is to be told. Each class and each function
has variables of its own, whatever they are called."""

Known: TypeAlias = tuple[Types, set[Section]]
"""What is known of something, and the sections of the file that were looked into for it."""

PLAIN: Types = frozenset((Kind.PLAIN,))
OBJECTS: Types = frozenset((Kind.OBJECTS,))
CONTAINER: Types = frozenset((Kind.CONTAINER,))
CONTAINERS = (Elements, Together, Iterated)
"""Builtin containers of which is known what is in them."""

UNKNOWN: Types = frozenset((Kind.UNKNOWN,))
GIVEN: Types = frozenset((Kind.GIVEN,))
ABSENT: Types = frozenset()
"""Of an attribute that a class does not have."""


def joined(types: Iterable[Types]) -> Types:
    """What a value is that may be any of these."""
    found: frozenset[Type] = frozenset()
    for one in types:
        if one is None:
            return None
        found |= one
    return found


def each(types: Types, of: Callable[[Type], Types]) -> Types:
    """Nothing comes of what nobody knows."""
    return None if types is None else joined(frozenset((one,)) if is_unknown(one) else of(one) for one in types)


def class_of(one: Type) -> Types:
    return frozenset((ClassItself(one.values, one.node),)) if isinstance(one, Instance) else None


def is_unknown(one: Type) -> bool:
    return one is Kind.UNKNOWN or one is Kind.GIVEN


def has_unknown(types: Types) -> bool:
    return any(map(is_unknown, types or ()))


def are_unknown(types: Types) -> bool:
    """Whether inference certainly knows nothing of a value."""
    return bool(types) and all(map(is_unknown, types or ()))


def without_given(types: Types) -> Types:
    """Of what a function makes for somebody who gives it something."""
    return None if types is not None and Kind.GIVEN in types else types


def of_made(types: Types) -> Types:
    """Of what an object hands out that is made here: it has what its class is given, and so have others that it hands
    out."""
    known = without_given(types)
    made = (replace(one, is_made=True) if isinstance(one, Instance) else one for one in known or ())
    return None if known is None else frozenset(made)


def only_kinds(types: Types) -> Types:
    kinds = [one.kind if isinstance(one, CONTAINERS) else one for one in types or ()]
    is_known = types is not None and all(isinstance(one, Kind) for one in kinds)
    return frozenset(kinds) if is_known else None


def is_no_awaitable(types: Types) -> bool:
    """Whether a value of these types is none, as far as their names tell."""
    objects = (one for one in types or () if isinstance(one, (Instance, ClassItself)))
    is_open = any(is_unknown(one) or isinstance(one, (TypeVariable, Decorated)) for one in types or ())
    is_known = bool(types) and not is_open
    return is_known and not any(MAY_BE_AWAITABLE.search(one.node.name) for one in objects)


def is_no_awaitable_or_unknown(types: Types) -> bool:
    """Whether nobody knows it to be one, whoever is given what."""
    known = frozenset(one for one in types or () if one is not Kind.UNKNOWN)
    return bool(types) and (not known or is_no_awaitable(known))


MOST_DEPTH = 40
"""Names that get their values from one another: as many are looked through."""


class File(Protocol):
    """What has to be known of a file."""

    @property
    def source(self) -> Source: ...
    @property
    def scopes(self) -> Scopes: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def names(self) -> CalledNames: ...
    @property
    def values(self) -> Reader: ...
    @property
    def values_in_full(self) -> Reader: ...
    @property
    def is_stub(self) -> bool: ...
    @property
    def standard_module(self) -> str | None: ...
    def module(self, name: str, having: str) -> File | None: ...
    def place(self, module: str) -> Path | None: ...
    def is_missing(self, module: str) -> bool: ...


@dataclass
class Inquiry:
    """A question and those that it leads to, in whatever file."""

    asking: File
    depth: int = 0
    questions: int = 0
    open: set[tuple[ast.AST, str]] = field(default_factory=set)
    """Names and attributes that are being asked about."""
    assumed: set[tuple[ast.AST, str]] = field(default_factory=set)
    """Those of them on which the answer so far rests."""
    led_back: int = 0
    """How often it has led back to the file that asks: that is being written, and others must not remember it."""
    looked_for: set[tuple[ast.AST, str]] = field(default_factory=set)
    """Names of modules that are being looked for, and what decorators make of something."""
    is_looped: bool = False
    """Whether it led back to one of them."""

    @contextmanager
    def looking_for(self, question: tuple[ast.AST, str]) -> Iterator[bool]:
        """Whether it is not being looked for already: modules may get everything from each other."""
        if question in self.looked_for or len(self.looked_for) >= MOST_DEPTH:
            self.is_looped = True
            yield False
            return
        self.looked_for.add(question)
        try:
            yield True
        finally:
            self.looked_for.discard(question)


K = TypeVar("K")


class Reader(Protocol):
    """What those that find out about the values of a file may ask of one another, and of those of other files."""

    @property
    def file(self) -> File: ...
    @property
    def in_full(self) -> bool: ...
    @property
    def inquiry(self) -> Inquiry: ...
    @property
    def names(self) -> ReaderOfNames: ...
    @property
    def members(self) -> ReaderOfMembers: ...
    @property
    def variables(self) -> ReaderOfVariables: ...
    @property
    def annotations(self) -> ReaderOfAnnotations: ...
    @property
    def calls(self) -> ReaderOfCalls: ...
    def joining(self, asking: Reader) -> Reader: ...
    def deeper(self, ask: Callable[[], Types]) -> Types: ...
    def remembered(self, known: dict[K, Known], key: K, ask: Callable[[], Types]) -> Types: ...
    def of(self, node: ast.expr) -> Types: ...
    def joined_of(self, variable: tuple[ast.AST, str], types: Iterable[Types]) -> Types: ...
    def may_keep(self, found: Types, led_back: int) -> bool: ...
    def value_of(self, types: Types) -> Types: ...
    def receiver(self, node: ast.Attribute) -> Types: ...
    def member(self, one: Type, name: str) -> Types: ...
    def declared_key(self, one: Type, key: object) -> Types: ...
    def is_plain(self, imported: str | None) -> bool: ...


class ReaderOfNames(Protocol):
    @property
    def definitions(self) -> dict[tuple[ast.AST, str], list[ast.AST]]: ...
    def denoted(self, node: ast.expr) -> Types: ...
    def has(self, path: list[str]) -> Types: ...
    def of_builtins(self, name: str) -> Types: ...
    def is_shared(self, name: str) -> bool: ...
    def is_builtin(self, node: ast.Name) -> bool: ...
    def well_known(self, node: ast.expr) -> str: ...
    def is_of_plain_module(self, node: ast.expr) -> bool: ...
    def is_known(self, node: ast.expr) -> bool: ...
    def known_decorator(self, decorator: ast.expr) -> str: ...
    def may_be_of(self, text: ast.expr, names: Iterable[str]) -> bool: ...
    def has_not(self, name: str) -> bool: ...
    def is_type_variable(self, name: str) -> bool: ...
    def making_type_variable(self, name: str) -> list[ast.Call]: ...
    def is_type_parameter(self, name: str) -> bool: ...


class ReaderOfMembers(Protocol):
    def of(self, owner: ast.ClassDef, name: str, above: bool, seen: set[ast.ClassDef]) -> Types: ...
    def as_defined(self, node: ast.AST) -> Types: ...
    def hands_on(self, function: Function | ast.Lambda) -> bool: ...
    def says_same(self, function: Function | ast.Lambda, *, is_called: bool) -> bool: ...
    def is_same_by_type_alone(self, function: Function | ast.Lambda) -> bool: ...
    def is_typed_dict(self, owner: ast.ClassDef, depth: int = 0) -> bool: ...
    def is_container(self, owner: ast.ClassDef, depth: int = 0) -> bool: ...
    def is_overload(self, node: ast.AST) -> bool: ...
    def only_store(
        self, owner: ast.ClassDef, name: str, seen: set[ast.ClassDef]
    ) -> tuple[File, ast.Name | ast.Attribute] | None: ...
    def defined_in(
        self, owner: ast.ClassDef, name: str, above: bool, seen: set[ast.ClassDef]
    ) -> list[tuple[File, ast.AST]] | None: ...


class ReaderOfVariables(Protocol):
    def of(self, scope: Scope, name: str) -> Types: ...
    def of_declared(self, statement: ast.AnnAssign) -> Types: ...
    def of_store(self, store: ast.Name | ast.Attribute) -> Types: ...
    def annotation_of(self, store: ast.AST) -> ast.expr | None: ...
    def value_given(self, store: ast.AST) -> ast.expr | None: ...


class ReaderOfAnnotations(Protocol):
    def of(self, annotation: ast.expr) -> Types: ...
    def aliased(self, name: str) -> Types: ...
    def bound_of(self, name: str) -> Types: ...
    def parameters_of(self, owner: ast.ClassDef) -> list[TypeVariable]: ...
    def variables_in(self, pending: Iterable[ast.AST]) -> list[TypeVariable]: ...
    def alias_parameters(self, name: str) -> list[TypeVariable]: ...
    def means_no_awaitable(self, annotation: ast.expr, given: Given | None = None) -> bool: ...


class ReaderOfCalls(Protocol):
    def entered(self, types: Types, *, is_async: bool) -> Types: ...
    def returned(self, function: Function | ast.Lambda) -> Types: ...
    def leaving(self, function: Function) -> list[ast.Return | ast.Yield | ast.YieldFrom]: ...
    def is_async_generator(self, function: Function | ast.Lambda) -> bool: ...
    def is_self(self, function: Function | ast.Lambda) -> bool: ...
    def returns_no_awaitable(self, function: Function | ast.Lambda, given: Given | None = None) -> bool: ...
