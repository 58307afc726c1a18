"""Which of a variable's values may still be there where it is read."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from itertools import pairwise

from spooky_asyncio.analysis.scopes import Scope, Scopes

_TRYING: tuple[type[ast.stmt], ...] = (ast.Try, ast.TryStar) if sys.version_info >= (3, 11) else (ast.Try,)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Reaching:
    """The stores that may have given a variable the value that it has where its own function, or module, reads it.

    From there it goes back, statement by statement, to the one that certainly gives it another value. What stands on
    the way in branches and loops may have done that or not."""

    def __init__(self, load: ast.Name, scope: Scope, scopes: Scopes) -> None:
        self._scopes = scopes
        self._within = scope.stores_within(load.id, scopes)
        self._found: dict[ast.Name, None] = {}
        self.from_start = not self._is_given(load, scope)
        """Whether it may still be what it is where the function starts: its parameter."""
        self.stores = list(self._found)

    def _is_given(self, load: ast.Name, scope: Scope) -> bool:
        """Whether it certainly gets a value on the way from the start of the scope."""
        path = [load, *self._scopes.ancestors(load)]
        for node, around in pairwise(path):
            if node is scope.node:
                break
            if isinstance(node, ast.stmt) and self._is_given_before(node, around):
                return True
            if isinstance(around, _COMPREHENSIONS):
                # What it goes through first is evaluated outside of it.
                is_inside = around.generators[0].iter not in path
                own = [store for clause in around.generators for store in self._within.get(clause.target, ())]
                if is_inside and own:
                    self._found |= dict.fromkeys(own)
                    return True
            elif around is not scope.node and self._is_given_by(around, node):
                return True
        return False

    def _is_given_before(self, statement: ast.stmt, around: ast.AST) -> bool:
        """Whether a statement that stands before it in the same block certainly gives the value."""
        blocks = (block for _, block in ast.iter_fields(around) if isinstance(block, list) and statement in block)
        block = next(blocks, [])
        before = reversed(block[: block.index(statement)] if block else [])
        return any(self._add(one) and self._gives(one) for one in before)

    def _gives(self, statement: ast.stmt) -> bool:
        """Whether running it certainly gives the value."""
        if isinstance(statement, ast.If):
            return all(any(map(self._gives, block)) for block in (statement.body, statement.orelse))
        targets: list[ast.expr] = []
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        # `:=` may stand where it is not evaluated, and what `with` goes through may swallow what is raised.
        return any(target in self._within for target in targets)

    def _is_given_by(self, around: ast.AST, inner: ast.AST) -> bool:
        """Whether the statement certainly gives the value in which another one, or an expression, stands."""
        if isinstance(around, (ast.For, ast.AsyncFor, ast.While)) and inner is not getattr(around, "iter", None):
            is_target = not isinstance(around, ast.While) and inner in around.body and self._add(around.target)
            self._add(around)
            return is_target
        if isinstance(around, _TRYING) and inner not in getattr(around, "body", ()):
            self._add(around)
        if isinstance(around, (ast.With, ast.AsyncWith)):
            are_given = [self._add(item) for item in around.items]
            return any(are_given) and inner in around.body
        if isinstance(around, ast.stmt):
            self._count(
                store for store in self._within.get(around, ()) if isinstance(self._scopes.parent(store), ast.NamedExpr)
            )
        return False

    def _add(self, node: ast.AST) -> bool:
        """Whether there are stores in a node, which now count."""
        return self._count(self._within.get(node, ()))

    def _count(self, stores: Iterable[ast.Name]) -> bool:
        """What a comprehension gives its own names counts only in there."""
        outside = [store for store in stores if not self._scopes.is_comprehension_target(store)]
        self._found |= dict.fromkeys(outside)
        return bool(outside)
