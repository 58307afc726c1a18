"""Small questions about dotted names, annotations and decorators."""

from __future__ import annotations

import ast

from spooky_asyncio.analysis.scopes import Function


def path_of(node: ast.expr) -> list[str] | None:
    """The parts of a dotted name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else None


def first_of(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node


def chain_of(node: ast.expr) -> str:
    return ".".join(path_of(node) or ())


def module_of(statement: ast.ImportFrom) -> str:
    return f"{'.' * statement.level}{statement.module or ''}"


def parts_of(subscript: ast.expr) -> list[ast.expr]:
    return subscript.elts if isinstance(subscript, ast.Tuple) else [subscript]


def is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def decorator_name(decorator: ast.expr) -> str:
    return decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")


def has_decorator(function: Function, name: str) -> bool:
    return any(decorator_name(decorator) == name for decorator in function.decorator_list)


def is_setter(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(isinstance(one, ast.Attribute) and one.attr in ("setter", "deleter") for one in decorators)
