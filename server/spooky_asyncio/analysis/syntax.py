"""Small questions about single nodes of the syntax tree, which need nothing else to be answered."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache


def last_name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def is_main_guard(node: ast.AST) -> bool:
    """`if __name__ == "__main__":`"""
    return isinstance(node, ast.If) and is_main_test(node.test)


def is_main_test(test: ast.expr) -> bool:
    if not isinstance(test, ast.Compare):
        return False
    sides = [test.left, *test.comparators]
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides) and any(
        isinstance(side, ast.Constant) and side.value == "__main__" for side in sides
    )


NAMING: tuple[type[ast.AST], ...] = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom),
    *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping),
)
"""What binds names that stand in it as texts, and not as nodes."""


def names_given_by(node: ast.AST) -> list[str]:
    """The names that one of NAMING binds."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    name = node.rest if isinstance(node, ast.MatchMapping) else getattr(node, "name", None)
    return [name] if isinstance(name, str) else []


def children_of(node: ast.AST) -> list[ast.AST]:
    """Those that have a place in the text: a name's context and an operator have none, and are most of the nodes."""
    found: list[ast.AST] = []
    for name in _fields_of(type(node)):  # type: ignore[arg-type]  # a class is hashable
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif name in _WITH_GAPS:
            found += filter(None, value or ())
        elif isinstance(value, list) and value and not isinstance(value[0], str):
            found += value
    return found


_WITH_GAPS = frozenset(("keys", "kw_defaults"))
"""Fields that hold None among nodes."""

_WITHOUT_NODES = frozenset(
    ("ctx", "op", "ops", "id", "attr", "arg", "asname", "module", "level", "kind", "type_comment", "conversion")
)
"""Fields that hold texts, numbers or marks, in whatever node they are."""


@cache
def _fields_of(kind: type[ast.AST]) -> tuple[str, ...]:
    return () if kind is ast.Constant else tuple(name for name in kind._fields if name not in _WITHOUT_NODES)


def names_in_annotation(node: ast.expr) -> Iterator[str]:
    """Those of types that are written as texts too."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield from re.findall(r"\w+", inner.value)


def assigned_names(statement: ast.stmt) -> list[ast.Name]:
    """The names that an assignment binds to its value or to parts of it, those of `:=` included."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        targets = [statement.target]
    else:
        targets = [node.target for node in ast.walk(statement) if isinstance(node, ast.NamedExpr)]
    return [name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def assigned_name(statement: ast.stmt) -> ast.Name | None:
    """The one name that a statement binds to its value."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    else:
        return None
    return target if isinstance(target, ast.Name) else None
