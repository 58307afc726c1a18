"""Makes programs smaller, for as long as they go on showing what they show."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

_SIMPLE = ("work()", "asyncio.create_task(work())")
"""What any call may be replaced with."""

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
_LEAVING = (ast.Return, ast.Break, ast.Continue)

_Edit: TypeAlias = "Callable[[], object]"
"""Makes a tree smaller in one place."""


def shrunk(text: str, still_shows: Callable[[str], bool]) -> str:
    """The smallest program that leaving out and simplifying, one thing at a time, comes to."""
    seen = {text}
    while True:
        for smaller in _smaller(text):
            if smaller in seen:
                continue
            seen.add(smaller)
            if still_shows(smaller):
                text = smaller
                break
        else:
            return text


def _smaller(text: str) -> Iterator[str]:
    count = len(list(_edits(ast.parse(text))))
    for index in range(count):
        tree = ast.parse(text)
        list(_edits(tree))[index]()
        if not _has_dead_statements(tree):
            yield ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _edits(tree: ast.Module) -> Iterator[_Edit]:
    [function] = tree.body
    for node in ast.walk(function):
        for name in _BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield from _edits_of_block(block, may_be_empty=name in ("orelse", "finalbody"))
    for put, value in _expressions(function):
        # What fails is to go on failing: nothing is wrong with a wait for what does not.
        if isinstance(value, ast.Call) and ast.unparse(value) not in _SIMPLE and "fail" not in ast.unparse(value):
            for simple in _SIMPLE:
                yield functools.partial(put, ast.parse(simple, mode="eval").body)
        elif isinstance(value, ast.UnaryOp):
            yield functools.partial(put, value.operand)
    if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for index in range(len(function.args.args)):
            yield functools.partial(function.args.args.pop, index)


def _edits_of_block(block: list[Any], *, may_be_empty: bool) -> Iterator[_Edit]:
    """Leave out a statement, or all of it but one of its own blocks."""
    for index, statement in enumerate(block):
        here = slice(index, index + 1)
        if len(block) > 1 or may_be_empty:
            yield functools.partial(block.__delitem__, here)
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for inner in (case.body for case in getattr(statement, "cases", ())):
            yield functools.partial(block.__setitem__, here, inner)
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(statement, name, None)
            if isinstance(statement, ast.stmt) and inner:
                yield functools.partial(block.__setitem__, here, inner)


def _expressions(function: ast.AST) -> Iterator[tuple[Callable[[ast.expr], object], ast.expr]]:
    """The expressions within a function, each with what puts another one in its place."""
    for node in ast.walk(function):
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                yield functools.partial(setattr, node, name), value
            elif isinstance(value, list):
                for index, element in enumerate(value):
                    if isinstance(element, ast.expr):
                        yield functools.partial(value.__setitem__, index), element


def _has_dead_statements(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        for name in _BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list) and any(isinstance(statement, _LEAVING) for statement in block[:-1]):
                return True
    return False
