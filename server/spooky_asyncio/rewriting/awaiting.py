"""Put `await` before a call, where that is right."""

from __future__ import annotations

import ast
from collections.abc import Collection

from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.model import Edit, Range
from spooky_asyncio.source import Source


def can_await(node: ast.expr, scopes: Scopes, *, top_level: bool = False, made_async: Collection[ast.AST] = ()) -> bool:
    """Whether `await` may stand at an expression without changing what is around it; `top_level` tells whether it may
    in the module's own statements, and `made_async` which functions are to become async."""
    function = scopes.function(node)
    if function is None:
        is_in_async = top_level and scopes.of(node) is scopes.module
    else:
        is_async = isinstance(function, ast.AsyncFunctionDef) or function in made_async
        is_in_async = is_async and scopes.of(node) is scopes.opened_by(function)
    return is_in_async and runs_in_place(node, scopes)


def runs_in_place(node: ast.expr, scopes: Scopes) -> bool:
    """Whether an expression is run where it stands by the frame around it, and neither by a generator nor where a
    function is defined."""
    function = scopes.function(node)
    inner: ast.AST = node
    for ancestor in scopes.ancestors(node):
        if ancestor is function:
            break
        if isinstance(ancestor, (ast.arguments, ast.arg)):
            return False
        # An await inside would make it an asynchronous generator. Its first iterable is evaluated outside.
        if isinstance(ancestor, ast.GeneratorExp) and inner is not ancestor.generators[0]:
            return False
        if isinstance(ancestor, ast.comprehension) and inner is not ancestor.iter:
            owner = scopes.parent(ancestor)
            if isinstance(owner, ast.GeneratorExp):
                return False
        inner = ancestor
    return True


def await_edits(node: ast.expr, source: Source, scopes: Scopes) -> tuple[Edit, ...]:
    """`await` before a call, in parentheses where what follows would bind more tightly."""
    parent = scopes.parent(node)
    if isinstance(node, ast.Await):
        return surround(node, "await (", ")", source)
    is_operand = (
        (isinstance(parent, (ast.Attribute, ast.Subscript)) and parent.value is node)
        or (isinstance(parent, ast.Call) and parent.func is node)
    )  # fmt: skip
    if is_operand and not _is_parenthesized(node, source):
        return surround(node, "(await ", ")", source)
    return surround(node, "await ", "", source)


def surround(node: ast.expr, before: str, after: str, source: Source) -> tuple[Edit, ...]:
    span = source.range(node)
    edits = [Edit(Range(span.start, span.start), before)]
    if after:
        edits.append(Edit(Range(span.end, span.end), after))
    return tuple(edits)


def _is_parenthesized(node: ast.expr, source: Source) -> bool:
    before = source.text[: source.offset(source.start(node))].rstrip()
    after = source.text[source.offset(source.end(node)) :].lstrip()
    return before.endswith("(") and after.startswith(")")
