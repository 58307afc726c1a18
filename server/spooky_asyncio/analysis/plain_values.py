"""What has nothing to do with awaitables, as the text alone shows: texts, numbers, containers.

Most calls whose names an async function has too are of this kind: `prices.get(name)`, `match.group(1)`. To see that
here spares inference the question, which costs a thousand times as much. What is not certain is left to it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from functools import cached_property

from spooky_asyncio.analysis.catalog import MODULES_MAKING_NO_AWAITABLES, gives_plain_values
from spooky_asyncio.analysis.scopes import Function, Scope, Scopes, Section, names_in_annotation


class Kind(IntEnum):
    """What is known of a value. Of several values that it may be, the least is known."""

    UNKNOWN = 0
    CONTAINER = 1
    """A builtin container of who knows what."""
    OBJECTS = 2
    """A builtin container of what is no awaitable itself, or is not known to anybody."""
    PLAIN = 3
    """No awaitable is in it, nor can be had from it."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLAIN_TYPES = _words("str int float complex bool bytes bytearray range None memoryview slice")
_CONTAINER_TYPES = _words("dict list set frozenset tuple")
_GENERIC_TYPES = _CONTAINER_TYPES | _words(
    """Dict List Set FrozenSet Tuple DefaultDict OrderedDict Deque Counter Mapping MutableMapping Sequence defaultdict
    MutableSequence Collection Iterable Container AbstractSet MutableSet ItemsView KeysView ValuesView deque ChainMap"""
)
_TRANSPARENT_TYPES = _words("Optional Union Final ClassVar Annotated Required NotRequired")
_TYPING = ("typing.", "typing_extensions.", "collections.")

_PLAIN_BUILTINS = _PLAIN_TYPES | _words(
    """abs all any ascii bin callable chr divmod format hasattr hash hex id input isinstance issubclass len oct object
    open ord pow print repr round"""
)
_CONTAINING_BUILTINS = _CONTAINER_TYPES | _words("sorted reversed enumerate zip map filter iter dir")
_BUILTINS_WITHOUT_AWAITABLES = (
    _PLAIN_BUILTINS | _CONTAINING_BUILTINS | _words("type super vars globals locals staticmethod classmethod property")
)

_EMPTY_BASES = _words("object Protocol Generic Exception ValueError RuntimeError TypedDict NamedTuple")
"""Classes that give no attributes to those that derive from them, or plain ones."""

_GIVING_ELEMENTS = _words("get pop popitem popleft setdefault __getitem__ __next__")
"""What calling these makes depends on what is in the container."""
_GIVING_CONTAINERS = _words("items keys values copy union intersection difference elements most_common")

_PLAIN_ATTRIBUTES = _words("__name__ __qualname__ __doc__ __module__ __file__")

MOST_DEPTH = 40
"""Names that get their values from one another: as many are looked through."""

MOST_QUESTIONS = 2000
"""As many for one of them."""


class PlainValues:
    """Of one file. `imported_name` gives the dotted name of what an import brought: `json.dumps`."""

    def __init__(self, scopes: Scopes, imported_name: Callable[[ast.expr], str | None]) -> None:
        self._scopes = scopes
        self._imported_name = imported_name
        self._kinds: dict[ast.AST, tuple[Kind, set[Section]]] = {}
        self._variables: dict[tuple[ast.AST, str], tuple[Kind, set[Section]]] = {}
        """What names and attributes are, once that is known."""
        self._open: set[tuple[ast.AST, str]] = set()
        """Those that are being asked about."""
        self._assumed: set[tuple[ast.AST, str]] = set()
        """Those of them on which the answer so far rests."""
        self._depth = self._questions = 0

    def makes_no_awaitable(self, func: ast.Name | ast.Attribute) -> bool:
        """Whether calling this certainly gives no awaitable, or one that nobody could know of."""
        if isinstance(func, ast.Name) and self._scopes.is_builtin(func):
            return func.id in _BUILTINS_WITHOUT_AWAITABLES
        if self._is_of_plain_module(func) or self._makes_other_things(func):
            return True
        if isinstance(func, ast.Attribute):
            kind = self.kind(func.value)
            if kind is not Kind.UNKNOWN:
                return kind >= Kind.OBJECTS or func.attr not in _GIVING_ELEMENTS
        function = self._function(func)
        return function is not None and self._returns_no_awaitable(function)

    def _function(self, func: ast.Name | ast.Attribute) -> ast.FunctionDef | None:
        """The plain function of this file that a name, or a method of `self`, can only be."""
        if isinstance(func, ast.Name):
            scope = self._scopes.binding(func, func.id)
            if scope is None:
                return None
            is_other = func.id in scope.stores or func.id in scope.imports or func.id in scope.parameters
            return None if is_other or self._is_shared(scope, func.id) else self._only_function(scope.node, func.id)
        owner = self._class_of_self(func.value)
        return self._only_function(owner, func.attr) if owner is not None and func.attr not in self._members else None

    def _only_function(self, owner: ast.AST, name: str) -> ast.FunctionDef | None:
        """The function that a module, class or function defines once under a name, and that nothing decorates."""
        found = self._definitions.get((owner, name), [])
        only = found[0] if len(found) == 1 else None
        if not isinstance(only, ast.FunctionDef) or only.decorator_list or self._scopes.parent(only) is not owner:
            return None
        self._scopes.look_into(self._scopes.opened_by(only))
        return only

    @cached_property
    def _definitions(self) -> dict[tuple[ast.AST, str], list[ast.AST]]:
        found: dict[tuple[ast.AST, str], list[ast.AST]] = {}
        for definitions in self._scopes.facts(_definitions_in):
            for name, node in definitions:
                found.setdefault((self._scopes.of(node).node, name), []).append(node)
        return found

    def _returns_no_awaitable(self, function: ast.FunctionDef) -> bool:
        """As its annotation says, or because it returns nothing at all."""
        if function.returns is not None:
            return all(map(self._names_no_awaitable, names_in_annotation(function.returns)))
        leaving = (ast.Return, ast.Yield, ast.YieldFrom)
        found = [node for node in ast.walk(function) if isinstance(node, leaving)]
        return all(
            isinstance(node, ast.Return) and (node.value is None or self.kind(node.value) is not Kind.UNKNOWN)
            for node in found
            if self._scopes.function(node) is function
        )

    def kind(self, node: ast.expr) -> Kind:
        if node in self._kinds:
            found, read = self._kinds[node]
            self._scopes.look_into(*read)
            return found
        self._questions = self._questions + 1 if self._depth else 0
        if self._depth == MOST_DEPTH or self._questions > MOST_QUESTIONS:
            return Kind.UNKNOWN
        self._depth += 1
        try:
            with self._scopes.noting_what_is_read() as read:
                found = self._ask(node)
        finally:
            self._depth -= 1
        if not self._assumed or found is Kind.UNKNOWN:
            self._kinds[node] = found, read
        return found

    def _ask(self, node: ast.expr) -> Kind:
        if isinstance(node, (ast.Constant, ast.JoinedStr, ast.Compare)):
            return Kind.PLAIN
        if isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
            if isinstance(node, ast.Tuple):
                return self._containing(node.elts)
            return Kind.OBJECTS if isinstance(node, ast.Dict) and not node.keys else Kind.CONTAINER
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp)):
            return Kind.CONTAINER
        if isinstance(node, ast.Name):
            return self._of_name(node)
        if isinstance(node, ast.Attribute):
            return self._of_attribute(node)
        if isinstance(node, ast.Call):
            return self._of_call(node)
        if isinstance(node, ast.IfExp):
            return self._least([node.body, node.orelse])
        if isinstance(node, ast.BoolOp):
            return self._least(node.values)
        if isinstance(node, ast.BinOp):
            return self._least([node.left, node.right])
        if isinstance(node, ast.NamedExpr):
            return self.kind(node.value)
        if isinstance(node, ast.Subscript):
            whole = self.kind(node.value)
            return whole if whole is Kind.PLAIN or isinstance(node.slice, ast.Slice) else Kind.UNKNOWN
        return Kind.UNKNOWN

    def _least(self, nodes: Iterable[ast.expr]) -> Kind:
        return min(map(self.kind, nodes), default=Kind.UNKNOWN)

    def _containing(self, parts: Iterable[ast.expr]) -> Kind:
        """Of a tuple. Other containers may be filled with anything later."""
        kinds = [self.kind(part.value if isinstance(part, ast.Starred) else part) for part in parts]
        return Kind.PLAIN if kinds and min(kinds) is Kind.PLAIN else Kind.CONTAINER

    def _is_of_plain_module(self, node: ast.expr) -> bool:
        imported = self._imported_name(node)
        return imported is not None and gives_plain_values(imported)

    def _makes_other_things(self, func: ast.expr) -> bool:
        imported = self._imported_name(func)
        return imported is not None and imported.partition(".")[0] in MODULES_MAKING_NO_AWAITABLES

    def _of_call(self, call: ast.Call) -> Kind:
        func = call.func
        if isinstance(func, ast.Name) and self._scopes.is_builtin(func):
            if func.id in _PLAIN_BUILTINS:
                return Kind.PLAIN
            if func.id == "dict" and not call.args and not call.keywords:
                return Kind.OBJECTS
            return Kind.CONTAINER if func.id in _CONTAINING_BUILTINS else Kind.UNKNOWN
        imported = self._imported_name(func)
        if imported is not None:
            if gives_plain_values(imported):
                return Kind.PLAIN
            is_container = imported.startswith(_TYPING) and imported.rpartition(".")[2] in _GENERIC_TYPES
            return Kind.CONTAINER if is_container else Kind.UNKNOWN
        if isinstance(func, ast.Attribute):
            kind = self.kind(func.value)
            return kind if kind is Kind.PLAIN or func.attr in _GIVING_CONTAINERS else Kind.UNKNOWN
        return Kind.UNKNOWN

    def _of_attribute(self, node: ast.Attribute) -> Kind:
        if node.attr in _PLAIN_ATTRIBUTES or self._is_of_plain_module(node):
            return Kind.PLAIN
        if node.attr == "__dict__":
            return Kind.OBJECTS
        owner = self._class_of_self(node.value)
        if owner is not None:
            return self._of_member(owner, node.attr)
        whole = self.kind(node.value)
        return whole if whole is Kind.PLAIN else Kind.UNKNOWN

    def _class_of_self(self, node: ast.expr) -> ast.ClassDef | None:
        """The class whose object, or which itself, the first parameter of a method is."""
        function = self._scopes.taking(node) if isinstance(node, ast.Name) else None
        owner = self._scopes.parent(function) if function is not None else None
        if function is None or not isinstance(owner, ast.ClassDef) or _is_static(function):
            return None
        parameters = [*function.args.posonlyargs, *function.args.args]
        return owner if isinstance(node, ast.Name) and parameters[:1] and parameters[0].arg == node.id else None

    def _of_member(self, owner: ast.ClassDef, name: str) -> Kind:
        """An attribute by what the class declares, else by all that anything of that name is set to in the file."""
        declared, values = self._members.get(name, ({}, []))
        for store, _ in values:
            self._scopes.look_into(self._scopes.of(store))
        if owner in declared:
            return self._of_annotation(declared[owner])
        if not any(self._owner_of_store(store) is owner for store, _ in values) or not self._is_whole(owner):
            # It may be set elsewhere, in a base class perhaps.
            return Kind.UNKNOWN
        given = (self.kind(value) if value is not None else Kind.UNKNOWN for _, value in values if not _is_none(value))
        return self._least_of((owner, name), given)

    def _is_whole(self, owner: ast.ClassDef) -> bool:
        """Whether this file has all that a class is made of."""
        pending, seen = [owner], {owner}
        while pending:
            for base in pending.pop().bases:
                name = self._type_name(base.value if isinstance(base, ast.Subscript) else base)
                found = self._definitions.get((self._scopes.module.node, getattr(base, "id", "")), [])
                if len(found) == 1 and isinstance(found[0], ast.ClassDef):
                    pending += [found[0]] if found[0] not in seen else []
                    seen.add(found[0])
                elif name not in _EMPTY_BASES:
                    return False
        return True

    @cached_property
    def _members(self) -> dict[str, tuple[dict[ast.ClassDef, ast.expr], list[tuple[ast.AST, ast.expr | None]]]]:
        """The attributes of the file's classes: by which class which type is declared, and what is stored where."""
        found: dict[str, tuple[dict[ast.ClassDef, ast.expr], list[tuple[ast.AST, ast.expr | None]]]] = {}
        for node in (store for stores in self._scopes.facts(_members_set_in) for store in stores):
            owner = self._owner_of_store(node)
            statement = self._scopes.parent(node)
            declared, values = found.setdefault(node.id if isinstance(node, ast.Name) else node.attr, ({}, []))
            if isinstance(statement, ast.AnnAssign) and statement.target is node and owner is not None:
                declared.setdefault(owner, statement.annotation)
            if not isinstance(node.ctx, ast.Del) and not _only_declares(statement):
                values.append((node, _value_given(node, statement)))
        return found

    def _owner_of_store(self, node: ast.AST) -> ast.ClassDef | None:
        """The class in whose body, or on whose `self`, something is set."""
        if isinstance(node, ast.Attribute):
            return self._class_of_self(node.value)
        owner = self._scopes.of(node).node
        return owner if isinstance(owner, ast.ClassDef) else None

    def _of_name(self, node: ast.Name) -> Kind:
        if self._is_of_plain_module(node):
            return Kind.PLAIN
        scope = self._scopes.binding(node, node.id)
        if scope is None or node.id in scope.imports or node.id in scope.definitions or self._is_shared(scope, node.id):
            return Kind.UNKNOWN
        stores = scope.stores.get(node.id, [])
        if any(not self._is_visible(store, node) for store in stores):
            return Kind.UNKNOWN

        def kinds() -> Iterator[Kind]:
            if node.id in scope.parameters:
                yield self._of_parameter(scope, node.id)
            yield from (self._of_store(store) for store in stores if not _is_none(self._value_of(store)))

        return self._least_of((scope.node, node.id), kinds())

    def _least_of(self, variable: tuple[ast.AST, str], kinds: Iterable[Kind]) -> Kind:
        """What a variable is by all that it gets. What it gets of itself, its other values tell; one that is nothing
        but None is set by somebody else."""
        if variable in self._variables:
            known, read = self._variables[variable]
            self._scopes.look_into(*read)
            return known
        if variable in self._open:
            self._assumed.add(variable)
            return Kind.PLAIN
        self._open.add(variable)
        found = None
        with self._scopes.noting_what_is_read() as read:
            for kind in kinds:
                found = kind if found is None else min(found, kind)
                if found is Kind.UNKNOWN:
                    break
        self._open.discard(variable)
        self._assumed.discard(variable)
        found = Kind.UNKNOWN if found is None else found
        if not self._assumed or found is Kind.UNKNOWN:
            self._variables[variable] = found, read
        return found

    def _is_visible(self, store: ast.Name, load: ast.Name) -> bool:
        """A comprehension's names count to the scope around it, but are none of what stands outside of it."""
        clause = self._target(store)
        outer = self._scopes.parent(clause) if isinstance(clause, ast.comprehension) else None
        return outer is None or outer in self._scopes.ancestors(load)

    def _value_of(self, store: ast.AST) -> ast.expr | None:
        return _value_given(store, self._scopes.parent(store))

    def _is_shared(self, scope: Scope, name: str) -> bool:
        return name in self._scopes.shared

    def _of_store(self, store: ast.Name) -> Kind:
        statement = self._scopes.parent(store)
        if isinstance(store.ctx, ast.Del):
            return Kind.PLAIN
        if isinstance(statement, ast.AnnAssign):
            return self._of_annotation(statement.annotation)
        if isinstance(statement, ast.AugAssign):
            return self.kind(statement.value)
        value = _value_given(store, statement)
        if value is not None:
            return self.kind(value)
        # What is in something plain is plain as well.
        whole = self._iterated(store)
        return Kind.PLAIN if whole is not None and self.kind(whole) is Kind.PLAIN else Kind.UNKNOWN

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

    def _of_parameter(self, scope: Scope, name: str) -> Kind:
        arguments = getattr(scope.node, "args", None)
        if not isinstance(arguments, ast.arguments):
            return Kind.UNKNOWN
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None and rest.arg == name:
                plain = rest.annotation is not None and self._of_annotation(rest.annotation) is Kind.PLAIN
                return Kind.PLAIN if plain else Kind.OBJECTS
        for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if parameter.arg == name and parameter.annotation is not None:
                return self._of_annotation(parameter.annotation)
        return Kind.UNKNOWN

    def _of_annotation(self, annotation: ast.expr) -> Kind:
        if isinstance(annotation, ast.Constant):
            return self._of_text(annotation)
        if isinstance(annotation, ast.BinOp):
            return min(self._of_annotation(annotation.left), self._of_annotation(annotation.right))
        if isinstance(annotation, ast.Subscript):
            outer, parts = self._type_name(annotation.value), _parts(annotation.slice)
            if outer in _TRANSPARENT_TYPES:
                return min(map(self._of_annotation, parts[:1] if outer == "Annotated" else parts))
            if outer not in _GENERIC_TYPES:
                return Kind.PLAIN if self._is_of_plain_module(annotation.value) else Kind.UNKNOWN
            parts = [part for part in parts if not (isinstance(part, ast.Constant) and part.value is ...)]
            is_plain = bool(parts) and all(self._of_annotation(part) is Kind.PLAIN for part in parts)
            if is_plain:
                return Kind.PLAIN
            return (
                Kind.OBJECTS if all(map(self._names_no_awaitable, names_in_annotation(annotation))) else Kind.CONTAINER
            )
        name = self._type_name(annotation)
        if name in _PLAIN_TYPES or self._is_of_plain_module(annotation):
            return Kind.PLAIN
        return Kind.CONTAINER if name in _GENERIC_TYPES else Kind.UNKNOWN

    def _names_no_awaitable(self, name: str) -> bool:
        """Whether a type's name speaks against an awaitable. A type variable may stand for one, an alias too, and who
        knows of `Any`."""
        if _MAY_BE_AWAITABLE.search(name) or name.endswith("T") or name in self._scopes.module.stores:
            return False
        found = self._definitions.get((self._scopes.module.node, name), [])
        bases = [base for node in found if isinstance(node, ast.ClassDef) for base in node.bases]
        return not any(_MAY_BE_AWAITABLE.search(inner) for base in bases for inner in names_in_annotation(base))

    def _of_text(self, annotation: ast.Constant) -> Kind:
        """A type that is written as a text may name what comes later in the file, and is read in the same way."""
        if annotation.value is None:
            return Kind.PLAIN
        name = annotation.value
        is_known = isinstance(name, str) and name in _PLAIN_TYPES
        return Kind.PLAIN if is_known and not self._scopes.module.binds(str(name)) else Kind.UNKNOWN

    def _type_name(self, node: ast.expr) -> str:
        """The name of a builtin type, or of one of `typing` and `collections`; "" for any other."""
        if isinstance(node, ast.Name) and self._scopes.is_builtin(node):
            return node.id
        imported = self._imported_name(node)
        return imported.rpartition(".")[2] if imported is not None and imported.startswith(_TYPING) else ""


_MAY_BE_AWAITABLE = re.compile(r"coro|await|future|task|^(any|object|self|.{0,2})$|_co$", re.IGNORECASE)


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


def _value_given(target: ast.AST, statement: ast.AST | None) -> ast.expr | None:
    """The value that is given to exactly this target."""
    if isinstance(statement, ast.Assign) and target in statement.targets:
        return statement.value
    if isinstance(statement, (ast.AnnAssign, ast.NamedExpr)) and statement.target is target:
        return statement.value
    return None


def _is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _only_declares(statement: ast.AST | None) -> bool:
    return isinstance(statement, ast.AnnAssign) and statement.value is None


def _parts(subscript: ast.expr) -> list[ast.expr]:
    return subscript.elts if isinstance(subscript, ast.Tuple) else [subscript]


def _is_static(function: Function) -> bool:
    return any(getattr(decorator, "id", "") == "staticmethod" for decorator in function.decorator_list)
