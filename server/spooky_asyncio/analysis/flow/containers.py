"""Containers that a function makes and still has for itself, so that what is put into them can be followed."""

from __future__ import annotations

import ast

from spooky_asyncio.analysis.catalog import CONTAINERS
from spooky_asyncio.analysis.flow.calls import CallEffects
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.analysis.syntax import last_name

_KEEPING = (
    *(ast.Subscript, ast.Starred, ast.For, ast.AsyncFor, ast.comprehension, ast.Compare, ast.If, ast.While, ast.BoolOp),
    *(ast.UnaryOp, ast.BinOp, ast.Expr, ast.FormattedValue, ast.AugAssign, ast.Delete, ast.Assert),
)
"""Where a container is read and stays with the name."""


class Containers:
    """The containers of one file."""

    def __init__(self, scopes: Scopes, calls: CallEffects) -> None:
        self._scopes = scopes
        self._calls = calls

    def is_fresh(self, node: ast.expr) -> bool:
        """Whether a name holds a container that its scope has made, at this place, or a subscript is one in such."""
        while isinstance(node, ast.Subscript):
            node = node.value
        return isinstance(node, ast.Name) and self._is_fresh(node)

    def _is_fresh(self, container: ast.Name) -> bool:
        scope = self._scopes.of(container)
        stores = [store for store in scope.stores.get(container.id, []) if not isinstance(store.ctx, ast.Del)]
        reaching = self._reaching(stores, container)
        if container.id in scope.parameters or not reaching or not all(map(self._gets_fresh_container, reaching)):
            return False
        earlier = [
            load for load in scope.loads.get(container.id, ()) if self._may_come_between(load, container, reaching)
        ]
        return not any(map(self._lets_go, earlier))

    def _may_come_between(self, load: ast.Name, use: ast.Name, stores: list[ast.Name]) -> bool:
        """Whether a name may be read between its binding and this use of it: further up, or in an earlier turn of a
        loop around both that does not bind it anew."""
        if min(map(_position, stores)) < _position(load) < _position(use):
            return True
        loops = [node for node in self._scopes.ancestors(use) if isinstance(node, (ast.For, ast.AsyncFor, ast.While))]
        again = [loop for loop in loops if not all(loop in self._scopes.ancestors(store) for store in stores)]
        return any(ancestor in again for ancestor in self._scopes.ancestors(load))

    def _lets_go(self, load: ast.Name) -> bool:
        """Whether somebody else gets hold of a container here, and sees what is put into it later."""
        parent = self._scopes.parent(load)
        if isinstance(parent, ast.Attribute):
            call = self._scopes.parent(parent)
            is_kept = call is not None and isinstance(self._scopes.parent(call), (ast.Assign, ast.keyword))
            return is_kept and parent.attr in ("values", "items", "keys")
        if isinstance(parent, ast.keyword):
            parent = self._scopes.parent(parent)
        if isinstance(parent, ast.Call):
            if self._calls.effect_of(parent) is not None:
                return False
            parameter = self._calls.parameter_of(parent, load)
            return parameter is None or parameter[0].passed(parameter[1], parameter[2], 1 + parameter[3]).handled
        return not isinstance(parent, _KEEPING)

    def _reaching(self, stores: list[ast.Name], use: ast.Name) -> list[ast.Name]:
        """The bindings of a name that may hold where it is used: those further up, and those of an earlier turn of a
        loop around the use, unless each turn begins with one of its own."""
        before = [store for store in stores if _position(store) < _position(use)]
        loops = [node for node in self._scopes.ancestors(use) if isinstance(node, (ast.For, ast.AsyncFor, ast.While))]
        for loop in loops:
            inside = [store for store in stores if loop in self._scopes.ancestors(store)]
            around = {use, *self._scopes.ancestors(use)}
            if any(
                store in before and self._scopes.parent(self._scopes.statement(store)) in around for store in inside
            ):
                return [store for store in inside if store in before]
            before += [store for store in inside if store not in before]
        return before

    def _gets_fresh_container(self, store: ast.Name) -> bool:
        statement = self._scopes.parent(store)
        index = None
        if isinstance(statement, (ast.Tuple, ast.List)):
            # `ready, waiting = [], []`
            index, statement = statement.elts.index(store), self._scopes.parent(statement)
        if isinstance(statement, ast.AugAssign):
            return True
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
            return False
        if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
            # `tasks = self.tasks = []`
            return False
        value = statement.value
        if index is not None:
            if not isinstance(value, (ast.Tuple, ast.List)) or index >= len(value.elts):
                return False
            value = value.elts[index]
        if isinstance(value, ast.Call):
            return isinstance(value.func, (ast.Name, ast.Attribute)) and last_name(value.func) in CONTAINERS
        return isinstance(value, (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp))


def _position(node: ast.expr) -> tuple[int, int]:
    return (node.lineno, node.col_offset)
