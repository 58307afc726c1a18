"""The name that holds the value, where one does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from spooky_asyncio.analysis.scopes import Scope, Scopes
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.rewriting.lines import block_of

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True)
class Binding:
    """A statement that gives the value a name of the function's own."""

    target: ast.Name
    statement: ast.Assign | ast.AnnAssign
    scope: Scope
    scopes: Scopes

    @classmethod
    def of(cls, site: Site) -> Binding | None:
        """That of the value itself."""
        return cls._of(site.node, site)

    @classmethod
    def of_container(cls, site: Site) -> Binding | None:
        """That of a new list, tuple or set with the value in it, and with nothing but others of its kind."""
        display = site.scopes.parent(site.node)
        made = {life.node for life in site.lifecycles.lives if life.reaches is site.life.reaches}
        if isinstance(display, (ast.List, ast.Tuple, ast.Set)) and made.issuperset(display.elts):
            return cls._of(display, site)
        if isinstance(display, (ast.ListComp, ast.SetComp)) and display.elt is site.node:
            return cls._of(display, site)
        return None

    @classmethod
    def _of(cls, value: ast.expr, site: Site) -> Binding | None:
        statement = site.scopes.statement(site.node)
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
            return None
        scope = site.scopes.of(site.node)
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for name in (node for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)):
            is_its_value = bound_value(name, site.scopes) is value
            if len(targets) == 1 and is_its_value and (scope is site.scopes.module or scope.is_local(name.id)):
                return cls(name, statement, scope, site.scopes)
        return None

    @property
    def is_whole(self) -> bool:
        """Whether the statement does nothing else."""
        return self.scopes.parent(self.target) is self.statement

    @property
    def is_module_name(self) -> bool:
        return self.scope is self.scopes.module

    @property
    def name(self) -> str:
        return self.target.id

    @property
    def loads(self) -> list[ast.Name]:
        """Where the name is read, in the order of the text."""
        return sorted(self.scope.loads.get(self.name, []), key=lambda load: (load.lineno, load.col_offset))

    @property
    def is_only_one(self) -> bool:
        """Whether nothing else gives the name another value."""
        return len(self.scope.stores[self.name]) == 1 and not self.scope.rebinds_otherwise(self.name)

    @property
    def following(self) -> list[ast.stmt]:
        """The statements that come after it in its block."""
        block = list(block_of(self.statement, self.scopes))
        return block[block.index(self.statement) + 1 :]

    @property
    def is_read_only_in_block(self) -> bool:
        """Whether the name is read nowhere but in the statements that follow in the same block."""
        following = set(self.following)
        return all(following & {load, *self.scopes.ancestors(load)} for load in self.loads)

    def is_followed_by(self, node: ast.AST) -> bool:
        """Whether a node is or stands in one of the statements that follow in the same block."""
        return not set(self.following).isdisjoint({node, *self.scopes.ancestors(node)})

    def is_in_same_loops(self, node: ast.AST) -> bool:
        return set(self._loops(node)) == set(self._loops(self.statement))

    def _loops(self, node: ast.AST) -> Iterator[ast.AST]:
        """The loops around a node within the function, comprehensions too."""
        for ancestor in self.scopes.ancestors(node):
            if ancestor is self.scope.node:
                return
            if isinstance(ancestor, (*_LOOPS, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
                yield ancestor


def bound_value(target: ast.Name, scopes: Scopes) -> ast.expr | None:
    """The very expression that an assignment gives to a name, alone or among others: the `b` of `x, y = a, b`."""
    path: list[int] = []
    inner: ast.AST = target
    parent = scopes.parent(target)
    while isinstance(parent, (ast.Tuple, ast.List)):
        if any(isinstance(element, ast.Starred) for element in parent.elts):
            return None
        path.append(parent.elts.index(inner))  # type: ignore[arg-type]
        inner, parent = parent, scopes.parent(parent)
    value = parent.value if isinstance(parent, (ast.Assign, ast.AnnAssign)) else None
    for index in reversed(path):
        if not isinstance(value, (ast.Tuple, ast.List)) or index >= len(value.elts):
            return None
        value = value.elts[index]
    return value
