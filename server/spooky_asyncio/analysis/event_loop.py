"""Where an event loop may be running: what a file tells of who calls whom."""

from __future__ import annotations

import ast

from spooky_asyncio.analysis.scopes import Function, Scopes


def runs_outside_loop(node: ast.expr, scopes: Scopes) -> bool:
    """Whether code is sure enough to run while no event loop does, as `asyncio.run` needs.

    Module level does. A plain function does unless something may call it from async code: judged by names, over the
    whole file, so that a name shared with something else can only lead to a no.
    """
    function = scopes.function(node)
    if function is None:
        return True
    if isinstance(function, (ast.AsyncFunctionDef, ast.Lambda)):
        return False
    scope = scopes.of(function)
    if isinstance(scope.node, (ast.AsyncFunctionDef, ast.FunctionDef, ast.Lambda)):
        return False
    if isinstance(scope.node, ast.ClassDef) and (scope.node.bases or function.name.startswith("__")):
        return False
    if any(
        getattr(decorator, "id", "") not in ("staticmethod", "classmethod") for decorator in function.decorator_list
    ):
        return False
    return not may_call_in_loop(scopes, function.name)


def may_call_in_loop(scopes: Scopes, name: str) -> bool:
    """Whether a file may call a function of some name while an event loop runs, itself or by handing it around."""
    return _is_used_as_value(name, scopes) or name in _names_reached_from_async(scopes)


def is_test(function: Function, scopes: Scopes) -> bool:
    """Whether a test runner calls a plain function, which it does while no event loop runs."""
    is_plain = isinstance(function, ast.FunctionDef) and function.name.startswith("test")
    return is_plain and isinstance(scopes.of(function).node, (ast.Module, ast.ClassDef))


def loop_runs_for_good(node: ast.expr, scopes: Scopes) -> bool:
    """Whether plain code starts something and then hands over to the loop for good: `loop.run_forever()`."""
    scope = scopes.of(node)
    return not isinstance(scope.node, ast.AsyncFunctionDef) and any(
        isinstance(other, ast.Attribute) and other.attr == "run_forever" and scopes.of(other) is scope
        for other in scopes.order
    )


def _is_used_as_value(name: str, scopes: Scopes) -> bool:
    """Whether something of a name is handed around, to be called by who knows whom."""
    for node in scopes.order:
        if _loaded_name(node) == name:
            parent = scopes.parent(node)
            if not isinstance(parent, ast.Call) or parent.func is not node:
                return True
    return False


def _names_reached_from_async(scopes: Scopes) -> set[str]:
    """The names that async functions mention, and those that functions of these names mention, and so on."""
    mentioned: dict[str, set[str]] = {}
    reached: set[str] = set()
    for node in scopes.order:
        name = _loaded_name(node)
        if name is None:
            continue
        for scope in scopes.of(node).enclosing():
            if isinstance(scope.node, ast.AsyncFunctionDef):
                reached.add(name)
            elif isinstance(scope.node, ast.FunctionDef):
                mentioned.setdefault(_called_as(scope.node, scopes), set()).add(name)
    pending = list(reached)
    while pending:
        for name in mentioned.get(pending.pop(), set()) - reached:
            reached.add(name)
            pending.append(name)
    return reached


def _called_as(function: ast.FunctionDef, scopes: Scopes) -> str:
    """The name under which a function is called: its special methods are where the name of the class stands."""
    owner = scopes.of(function).node
    is_special = function.name.startswith("__") and function.name.endswith("__")
    return owner.name if is_special and isinstance(owner, ast.ClassDef) else function.name


def _loaded_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        return node.attr
    return None
