"""What a name is bound to, by the assignments of its scope and by the tests that hold where it is used."""

from __future__ import annotations

import ast

from spooky_asyncio.analysis.control_flow import tests_that_hold
from spooky_asyncio.analysis.facts import Facts
from spooky_asyncio.analysis.flow import Flow, Place
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.analysis.syntax import last_name


def assignments_of(name: ast.Name, scopes: Scopes) -> list[ast.AST | None]:
    """The nodes that bind a name, in the scope that it belongs to; empty for what no scope around it binds."""
    for scope in scopes.of(name).enclosing():
        if scope.rebinds(name.id):
            return [scopes.parent(store) for store in scope.stores.get(name.id, [])]
    return []


def only_value(name: ast.Name, scopes: Scopes, flow: Flow) -> ast.expr | None:
    """The one value that a name ever has, if nobody else gets hold of it."""
    statements = assignments_of(name, scopes)
    statement = statements[0] if len(statements) == 1 else None
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return None
    scope = next(scope for scope in scopes.of(name).enclosing() if scope.rebinds(name.id))
    if isinstance(scopes.parent(name), ast.Return):
        if not scope.is_local(name.id):
            return None
        moves = [flow.everywhere(Place(load)) for load in scope.loads[name.id]]
        if any(move.handled and move.returned is None for move in moves):
            return None
    return statement.value


def narrowed_to(func: ast.Attribute, scopes: Scopes) -> list[ast.Name | ast.Attribute]:
    """The class that the object of a method is of by a test that holds here: `isinstance(entity, Book)`. Inference
    takes a name under it for all that it may be elsewhere."""
    found = []
    for test, truth in tests_that_hold(func, scopes):
        if truth and isinstance(test, ast.Call) and len(test.args) == 2 and not _is_bound_between(test, func, scopes):
            tested, kind = test.args
            is_test = isinstance(test.func, ast.Name) and test.func.id == "isinstance"
            if is_test and isinstance(kind, (ast.Name, ast.Attribute)) and ast.dump(tested) == ast.dump(func.value):
                found.append(kind)
    return found


def is_filled(container: ast.expr, facts: Facts) -> bool:
    """Whether a container gets elements one by one: what was in it first, by which inference knows it, does not
    tell for all."""
    return isinstance(container, (ast.Name, ast.Attribute)) and last_name(container) in facts.filled


def is_of_filled(name: ast.Name, scopes: Scopes, facts: Facts) -> bool:
    """Whether a name stands for an element of such a container."""
    for statement in assignments_of(name, scopes):
        value = statement.iter if isinstance(statement, (ast.For, ast.comprehension)) else None
        value = value or getattr(statement, "value", None)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            value = value.func
        if isinstance(value, (ast.Attribute, ast.Subscript)) and is_filled(value.value, facts):
            return True
    return False


def _is_bound_between(test: ast.expr, use: ast.expr, scopes: Scopes) -> bool:
    names = {node.id for node in ast.walk(use) if isinstance(node, ast.Name)}
    stores = (store for name in names for store in scopes.of(use).stores.get(name, []))
    return any(_place(test) < _place(store) < _place(use) for store in stores)


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset
