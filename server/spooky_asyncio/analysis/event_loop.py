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
    return not _is_used_as_value(function, scopes) and function.name not in _names_reached_from_async(scopes)


def loop_runs_for_good(node: ast.expr, scopes: Scopes) -> bool:
    """Whether plain code starts something and then hands over to the loop for good: `loop.run_forever()`."""
    scope = scopes.of(node)
    return not isinstance(scope.node, ast.AsyncFunctionDef) and any(
        isinstance(other, ast.Attribute) and other.attr == "run_forever" and scopes.of(other) is scope
        for other in scopes.order
    )


def _is_used_as_value(function: Function, scopes: Scopes) -> bool:
    """Whether the function is handed around, to be called by who knows whom."""
    for node in scopes.order:
        if _loaded_name(node) == function.name:
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
                mentioned.setdefault(scope.node.name, set()).add(name)
    pending = list(reached)
    while pending:
        for name in mentioned.get(pending.pop(), set()) - reached:
            reached.add(name)
            pending.append(name)
    return reached


def _loaded_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        return node.attr
    return None
