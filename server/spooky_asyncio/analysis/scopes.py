"""Who stands where: the parent of every node, and the names of every scope.

One walk over the tree, without recursion, so that no nesting is too deep for it. It goes by sections: the body of each
outermost function is one, and what is outside of these bodies is one. So a body that was edited can be walked anew by
itself, and what is found out about the others stays.
"""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from spooky_asyncio.analysis.syntax import NAMING, children_of, names_given_by

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
ScopeNode: TypeAlias = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

N = TypeVar("N", bound=ast.AST)
T = TypeVar("T")

_BINDING_BY_TEXT = frozenset((*NAMING, ast.Global, ast.Nonlocal))
_SCOPES = frozenset((ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))


@dataclass(frozen=True, slots=True)
class Import:
    """What an imported name stands for: `asyncio`, `asyncio.run`; relative imports keep their dots."""

    origin: str
    node: ast.Import | ast.ImportFrom


@dataclass(eq=False)
class Section:
    """The body of an outermost function, or all that is outside of such bodies."""

    function: Function | None
    nodes: list[ast.AST] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    _facts: dict[Callable[..., Any], Any] = field(default_factory=dict)
    _by_kind: dict[type[ast.AST], list[int]] = field(default_factory=dict)
    """The places of its nodes among them."""

    def of_kind(self, *kinds: type[N]) -> list[N]:
        """Its nodes of these very types, in their order."""
        if not self._by_kind:
            by_kind = defaultdict(list)
            for place, node in enumerate(self.nodes):
                by_kind[type(node)].append(place)
            self._by_kind = dict(by_kind)
        found = [place for kind in kinds for place in self._by_kind.get(kind, ())]
        return [self.nodes[place] for place in (sorted(found) if len(kinds) > 1 else found)]  # type: ignore[misc]

    def fact(self, of: Callable[..., T], *given: object) -> T:
        """What a function finds out about it, which it is asked once. It must not look at other sections."""
        if of not in self._facts:
            self._facts[of] = of(self, *given)
        found: T = self._facts[of]
        return found

    def clear(self) -> None:
        self.nodes.clear()
        self.scopes.clear()
        self._facts.clear()
        self._by_kind.clear()


@dataclass(eq=False)
class Scope:
    """A module, class, function or lambda. A comprehension's names count to the scope that it stands in, which can
    only make a name seem to have more uses than it has."""

    node: ScopeNode
    parent: Scope | None
    section: Section
    """That in which its own statements stand."""
    scopes: Scopes = field(repr=False)
    """All of the file's."""
    loads: dict[str, list[ast.Name]] = field(default_factory=lambda: defaultdict(list))
    stores: dict[str, list[ast.Name]] = field(default_factory=lambda: defaultdict(list))
    parameters: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    """Names declared `global` or `nonlocal` here."""
    definitions: set[str] = field(default_factory=set)
    """Names of the functions and classes defined in this scope, and of what `except` and `match` bind."""
    imports: dict[str, Import] = field(default_factory=dict)
    """What is imported directly in the body of this scope, by the name that it gets there: what is imported last."""
    imported_otherwise: set[str] = field(default_factory=set)
    """Names under which different things are imported."""
    _within: dict[str, dict[ast.AST, list[ast.Name]]] = field(default_factory=dict, repr=False)

    def binds(self, name: str) -> bool:
        return name in self.imports or self.rebinds(name)

    def rebinds(self, name: str) -> bool:
        """Whether something else than an import binds the name."""
        return name in self.stores or self._binds_by_text(name)

    def rebinds_otherwise(self, name: str) -> bool:
        """Whether anything else than assignments binds the name."""
        return name in self.imports or self._binds_by_text(name)

    def _binds_by_text(self, name: str) -> bool:
        return name in self.parameters or name in self.shared or name in self.definitions

    @property
    def captured(self) -> AbstractSet[str]:
        """Names that a scope inside of this one uses."""
        return self.scopes.captured.get(self, frozenset())

    @property
    def names(self) -> set[str]:
        """The names that are bound or read here."""
        bound = self.parameters | self.shared | self.captured | self.definitions
        return bound | set(self.imports) | set(self.loads) | set(self.stores)

    def is_local(self, name: str) -> bool:
        """Whether nothing outside of this scope's own statements can see the name."""
        return (
            isinstance(self.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            and name not in self.shared
            and name not in self.captured
        )

    def stores_within(self, name: str, scopes: Scopes) -> dict[ast.AST, list[ast.Name]]:
        """By each node in which something is stored under a name, or which is such a store itself, those stores."""
        if name not in self._within:
            within: dict[ast.AST, list[ast.Name]] = {}
            for store in self.stores.get(name, ()):
                for node in (store, *scopes.ancestors(store)):
                    within.setdefault(node, []).append(store)
            self._within[name] = within
        return self._within[name]

    def clear(self) -> None:
        """Forget all but the parameters."""
        named = (self.shared, self.definitions, self.imports, self.imported_otherwise, self._within)
        for names in (self.loads, self.stores, *named):
            names.clear()

    def enclosing(self) -> Iterator[Scope]:
        """This scope and those around it, from the inside out."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


class Scopes:
    """The scopes of one tree."""

    def __init__(self, tree: ast.Module) -> None:
        self.parents: dict[ast.AST, ast.AST] = {}
        self.outside = Section(None)
        self.sections = [self.outside]
        self.module = Scope(tree, None, self.outside, self)
        self._scope_of: dict[ast.AST, Scope] = {}
        self._own: dict[ast.AST, Scope] = {tree: self.module}
        self._read: set[Section] = set()
        self.outside.scopes.append(self.module)
        self._walk(self.outside, [tree], self.module)
        for section in self.sections[1:]:
            self._walk_body(section)

    def walk_again(self, section: Section) -> None:
        """The body of a function has other statements than before."""
        for node in section.nodes:
            for by_node in (self.parents, self._scope_of, self._own):
                by_node.pop(node, None)
        section.clear()
        assert section.function is not None
        self._own[section.function].clear()
        for outdated in ("order", "shared", "captured", "_imports_all"):
            self.__dict__.pop(outdated, None)
        self._walk_body(section)

    @property
    def all(self) -> Iterator[Scope]:
        return (scope for section in self.sections for scope in section.scopes)

    @cached_property
    def order(self) -> list[ast.AST]:
        """All nodes: in the order of the text, but for what the heads of functions are made of."""
        inside = {section.function: section.nodes for section in self.sections[1:]}
        found: list[ast.AST] = []
        for node in self.outside.nodes:
            found.append(node)
            found += inside.get(node, ())  # type: ignore[call-overload]  # most nodes are no functions
        return found

    @property
    def names(self) -> set[str]:
        """Every name that is bound or read anywhere in the file."""
        return {name for scope in self.all for name in scope.names}

    @cached_property
    def _imports_all(self) -> bool:
        """Whether some `import *` may have brought any name."""
        return any("*" in names for scope in self.all for names in (scope.imports, scope.definitions))

    @property
    def shared_outside(self) -> object:
        """What functions have to do with names that are bound outside of them, to be compared only."""
        return self.shared, [(scope, frozenset(filter(scope.binds, scope.captured))) for scope in self.outside.scopes]

    @cached_property
    def shared(self) -> frozenset[str]:
        """The names that are declared `global` or `nonlocal` anywhere."""
        return frozenset[str]().union(*(scope.shared for scope in self.all))

    @cached_property
    def captured(self) -> Mapping[Scope, AbstractSet[str]]:
        """By each scope, the names of it that a scope inside of it uses."""
        # What is bound outside of functions is the same as long as these scopes last.
        outside = self.outside.fact(_bound_in, self)
        found: defaultdict[Scope, set[str]] = defaultdict(set)
        for captures in self.facts(_captures_in, self, outside):
            for outer, name in captures:
                found[outer].add(name)
        return found

    def facts(self, of: Callable[..., T], *given: object) -> list[T]:
        """What a function finds out about each section."""
        return [section.fact(of, *given) for section in self.sections]

    @contextmanager
    def noting_what_is_read(self) -> Iterator[set[Section]]:
        """The sections that are looked into meanwhile."""
        around, self._read = self._read, set()
        try:
            yield self._read
        finally:
            around |= self._read
            self._read = around

    def look_into(self, *where: Scope | Section) -> None:
        """Whoever looks at statements because of what stands elsewhere in the file says so, and whoever has an answer
        from one who did."""
        self._read.update(one.section if isinstance(one, Scope) else one for one in where)

    def has(self, node: ast.AST) -> bool:
        """Whether a node is one of the tree."""
        return node in self._scope_of

    def is_outside(self, node: ast.AST, section: Section) -> bool:
        """Whether a node of the tree neither stands in a section nor opens it."""
        scope = self._scope_of.get(node)
        return scope is not None and section not in (scope.section, self._own.get(node, scope).section)

    def of(self, node: ast.AST) -> Scope:
        """The scope in which `node` is evaluated: for a default or a decorator, the one around the function."""
        return self._scope_of[node]

    def opened_by(self, node: ast.AST) -> Scope:
        """The scope that a module, class, function or lambda opens."""
        return self._own[node]

    def binding(self, node: ast.AST, name: str) -> Scope | None:
        """The scope whose variable a name is at a node; None for a builtin, and for what `import *` may have
        brought."""
        here = self.of(node)
        for scope in here.enclosing():
            hides = isinstance(scope.node, ast.ClassDef) and scope is not here
            if not hides and name not in scope.shared and scope.binds(name):
                return scope
        return None

    def is_builtin(self, name: ast.Name) -> bool:
        """Whether a name can only be a builtin: nothing in the file binds it."""
        if not hasattr(builtins, name.id) or self._imports_all:
            return False
        here = self.of(name)
        around = (scope for scope in here.enclosing() if scope is here or not isinstance(scope.node, ast.ClassDef))
        return not any(scope.binds(name.id) for scope in around)

    def taking(self, name: ast.Name) -> Function | None:
        """The function whose parameter a name is, and still has the value that it was given."""
        scope = self.binding(name, name.id)
        if scope is None or name.id not in scope.parameters or name.id in scope.stores:
            return None
        return scope.node if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None

    def within(self, outer: Scope) -> Iterator[Scope]:
        """A scope and all scopes inside of it."""
        return (scope for scope in self.all if outer in scope.enclosing())

    def parent(self, node: ast.AST) -> ast.AST | None:
        return self.parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around `node`, from the inside out."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that `node` is or stands in."""
        if isinstance(node, ast.stmt):
            return node
        return next(ancestor for ancestor in self.ancestors(node) if isinstance(ancestor, ast.stmt))

    def function(self, node: ast.AST) -> Function | ast.Lambda | None:
        """The function whose frame evaluates `node`; None for module and class bodies outside of any function."""
        for scope in self.of(node).enclosing():
            if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return scope.node
        return None

    def _walk_body(self, section: Section) -> None:
        function = section.function
        assert function is not None
        own = self._own[function]
        section.scopes.append(own)
        for statement in function.body:
            self.parents[statement] = function
        self._walk(section, function.body, own)

    def _walk(self, section: Section, roots: Iterable[ast.AST], around: Scope) -> None:
        # Every node of a file comes by here: names, attributes and constants, most of them, with few steps.
        nodes, parents, scope_of = section.nodes, self.parents, self._scope_of
        pending = [([*roots][::-1], around)]
        while pending:
            stack, scope = pending[-1]
            loads, stores = scope.loads, scope.stores
            while stack:
                node = stack.pop()
                nodes.append(node)
                scope_of[node] = scope
                kind = type(node)
                if kind is ast.Name:
                    (loads if isinstance(node.ctx, ast.Load) else stores)[node.id].append(node)  # type: ignore[attr-defined,arg-type]
                elif kind is ast.Attribute:
                    child = node.value  # type: ignore[attr-defined]
                    parents[child] = node
                    stack.append(child)
                elif kind in _SCOPES:
                    scope.definitions.update(names_given_by(node))
                    parts = [*self._enter(node, scope, section)]
                    pending += [([part], inner) for part, inner in reversed(parts)]
                    break
                elif kind is not ast.Constant:
                    if kind in _BINDING_BY_TEXT:
                        self._note_bound(node, scope)
                    children = children_of(node)
                    children.reverse()
                    for child in children:
                        parents[child] = node
                    stack += children
            else:
                pending.pop()

    def _enter(self, node: ast.AST, scope: Scope, section: Section) -> Iterator[tuple[ast.AST, Scope]]:
        """The parts of what opens a scope, each with the scope that evaluates it."""
        if isinstance(node, ast.Module):
            inner, outside, left_out = scope, set[int](), set[int]()
        else:
            outside, left_out = {id(child) for child in _evaluated_outside(node)}, set[int]()
            own = section
            if section is self.outside and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                own = Section(node)
                self.sections.append(own)
                left_out = {id(child) for child in node.body}
            inner = self._own[node] = Scope(node, scope, own, self)  # type: ignore[arg-type]  # it is one of _SCOPES
            if own is section:
                section.scopes.append(inner)
        for child in children_of(node):
            if id(child) in left_out:
                continue
            self.parents[child] = node
            if isinstance(child, ast.arguments):
                # Parameters belong inside, their defaults and annotations outside.
                inner.parameters.update(_parameter_names(child))
                yield child, scope
            else:
                yield child, scope if id(child) in outside else inner

    def _note_bound(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            scope.shared.update(node.names)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._note_imports(node, scope)
        else:
            scope.definitions.update(names_given_by(node))

    def _note_imports(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            if self.parents.get(node) is not scope.node:
                # In a branch: perhaps it is imported, perhaps not.
                scope.definitions.add(name)
                continue
            if isinstance(node, ast.Import):
                origin = alias.name if alias.asname else name
            else:
                origin = f"{'.' * node.level}{node.module or ''}.{alias.name}"
            if name in scope.imports and scope.imports[name].origin != origin:
                scope.imported_otherwise.add(name)
            scope.imports[name] = Import(origin, node)

    def is_comprehension_target(self, name: ast.AST) -> bool:
        parent = self.parents.get(name)
        while isinstance(parent, (ast.Tuple, ast.List, ast.Starred)):
            parent = self.parents.get(parent)
        return isinstance(parent, ast.comprehension)


def _bound_in(section: Section, scopes: Scopes) -> dict[Scope, set[str]]:
    """The names that each scope binds itself. Those of a comprehension are not the scope's."""
    bound = {}
    for scope in section.scopes:
        own = {name for name, stores in scope.stores.items() if not all(map(scopes.is_comprehension_target, stores))}
        bound[scope] = (own | scope.parameters | scope.definitions | set(scope.imports)) - scope.shared
    return bound


def _captures_in(section: Section, scopes: Scopes, outside: Mapping[Scope, set[str]]) -> list[tuple[Scope, str]]:
    """The names that its scopes use of those around them."""
    bound = {**outside, **section.fact(_bound_in, scopes)}
    found = []
    for scope in section.scopes:
        for name in (set(scope.loads) - bound[scope]) | scope.shared:
            for outer in scope.enclosing():
                if outer is scope:
                    continue
                found.append((outer, name))
                # A lambda among the type parameters of a function lies in that, and yet in no section of its own.
                if not isinstance(outer.node, ast.ClassDef) and name in bound.get(outer, ()):
                    break
    return found


def _evaluated_outside(node: ast.AST) -> list[ast.AST]:
    """The parts of a definition that the scope around it evaluates."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *node.keywords]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [*node.decorator_list, *([node.returns] if node.returns else [])]
    return []


def _parameter_names(arguments: ast.arguments) -> Iterator[str]:
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            yield rest.arg
