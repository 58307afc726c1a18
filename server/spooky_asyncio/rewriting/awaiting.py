"""Put `await` before a call, where that is right."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.model import Edit, Range, Target
from spooky_asyncio.source import Source

NESTED_SINCE = (3, 11)
"""Since this version a comprehension with an `await` in it may stand in another one."""


def can_await(node: ast.expr, scopes: Scopes, target: Target, *, made_async: Collection[ast.AST] = ()) -> bool:
    """Whether `await` may stand at an expression without changing what is around it; `made_async` tells which functions
    are to become async."""
    function = scopes.function(node)
    if function is None:
        is_in_async = target.top_level_await and scopes.of(node) is scopes.module
    else:
        is_async = isinstance(function, ast.AsyncFunctionDef) or function in made_async
        is_in_async = is_async and scopes.of(node) is scopes.opened_by(function)
    is_nested = target.python < NESTED_SINCE and len(list(_comprehensions(node, scopes))) > 1
    return is_in_async and not is_nested and runs_in_place(node, scopes)


def _comprehensions(node: ast.expr, scopes: Scopes) -> Iterator[ast.AST]:
    """Those whose own frame evaluates a node: all around it, but for one that evaluates it before it begins."""
    inner: ast.AST = node
    for ancestor in scopes.ancestors(node):
        if isinstance(ancestor, ast.stmt):
            return
        if isinstance(ancestor, _COMPREHENSIONS):
            first = ancestor.generators[0]
            if inner is not first or node not in ast.walk(first.iter):
                yield ancestor
        inner = ancestor


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


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
