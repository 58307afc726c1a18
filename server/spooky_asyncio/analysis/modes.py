"""Objects that are used in one of two ways, async or plain, as a flag of theirs says: `if self.is_async:`.

A method of such an object may hand out a coroutine under the flag and nothing otherwise, and others call it as they
know the flag to be. They know it by a test around the call, or by a method that raises where the flag is wrong:
`self.assert_sync()`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from spooky_asyncio.analysis.control_flow import conjuncts, tests_that_hold
from spooky_asyncio.analysis.scopes import Function, Scopes

Modes: TypeAlias = "frozenset[tuple[str, bool]]"
"""Tests of attributes of `self`, as they are written, and how they turned out."""


def modes_at(node: ast.expr, scopes: Scopes) -> Modes:
    """What is known of the object's flags wherever an expression of a method is evaluated."""
    tests = [*tests_that_hold(node, scopes), *_guarded(node, scopes)]
    return frozenset((ast.dump(test), truth) for test, truth in tests if _is_of_self(test))


def rules_out(known: Modes, wanted: Modes) -> bool:
    """Whether what is known in one method of an object contradicts what must hold in another."""
    return any((test, not truth) in known for test, truth in wanted)


def _guarded(node: ast.expr, scopes: Scopes) -> Iterator[tuple[ast.expr, bool]]:
    """The tests of methods that were called on every way here, and raise unless these turn out as they should."""
    inner: ast.AST = scopes.statement(node)
    for outer in scopes.ancestors(inner):
        for block in (getattr(outer, name, None) for name in ("body", "orelse", "finalbody")):
            if isinstance(block, list) and inner in block:
                for earlier in block[: block.index(inner)]:
                    guard = _own_method(earlier, scopes)
                    if guard is not None:
                        scopes.look_into(scopes.opened_by(guard))
                        yield from _raising(guard.body)
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return
        inner = outer


def _own_method(statement: ast.stmt, scopes: Scopes) -> Function | None:
    """The method of the same class that a statement calls: `self.assert_sync()`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    func = call.func if isinstance(call, ast.Call) else None
    if not isinstance(func, ast.Attribute) or not _is_self(func.value):
        return None
    owner = next((outer for outer in scopes.ancestors(statement) if isinstance(outer, ast.ClassDef)), None)
    named = (part for part in (owner.body if owner is not None else ()) if isinstance(part, ast.FunctionDef))
    return next((method for method in named if method.name == func.attr and not method.decorator_list), None)


def _raising(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.expr, bool]]:
    """What holds once the statements have been run to their end."""
    for statement in body:
        if isinstance(statement, ast.Assert):
            yield from conjuncts(statement.test, truth=True)
        elif isinstance(statement, ast.If) and not statement.orelse and isinstance(statement.body[-1], ast.Raise):
            yield from conjuncts(statement.test, truth=False)


def _is_of_self(test: ast.expr) -> bool:
    """Whether a test asks for attributes of the object, and nothing else."""
    if any(isinstance(node, ast.Call) for node in ast.walk(test)):
        return False
    names = [node for node in ast.walk(test) if isinstance(node, ast.Name)]
    return bool(names) and all(map(_is_self, names)) and not isinstance(test, ast.Name)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"
