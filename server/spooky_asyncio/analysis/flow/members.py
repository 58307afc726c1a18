"""The steps of a value of which an attribute or an item is asked for."""

from __future__ import annotations

import ast
from dataclasses import replace

from spooky_asyncio.analysis.catalog import EMPTYING_METHODS, NEUTRAL_METHODS, OBSERVING_ATTRIBUTES
from spooky_asyncio.analysis.flow.context import Context, Step
from spooky_asyncio.analysis.flow.uses import HANDLED, Move, Place, element, inspected
from spooky_asyncio.analysis.syntax import last_name


def _attribute(context: Context, place: Place, parent: ast.Attribute) -> Move:
    if place.later is not None and place.later.awaited:
        return _of_future(context, place, parent)
    if place.depth:
        return _container_method(context, place, parent)
    if parent.attr in OBSERVING_ATTRIBUTES:
        return HANDLED
    if parent.attr == "done" and _is_polled(context, parent):
        return HANDLED
    return inspected(parent)


def _of_future(context: Context, place: Place, attribute: ast.Attribute) -> Move:
    call = context.scopes.parent(attribute)
    is_called = isinstance(call, ast.Call) and call.func is attribute
    if attribute.attr == "result" and is_called and isinstance(call, ast.Call):
        return Move((Place(call, place.depth),), context.waits.uses(place))
    is_look = attribute.attr in ("exception", "done", "running", "cancelled", "get_name")
    return Move() if is_look and place.later is not None and not context.waits.uses(place) else HANDLED


def _is_polled(context: Context, done: ast.Attribute) -> bool:
    """Whether a loop asks a task again and again whether it has finished, or a test makes sure of it."""
    inner: ast.AST = done
    is_asked = is_one_of_many = False
    for ancestor in context.scopes.ancestors(done):
        if isinstance(ancestor, (ast.If, ast.While)) and inner is ancestor.test:
            is_asked = True
        if isinstance(ancestor, ast.Assert) or (isinstance(ancestor, ast.Call) and _asserts(ancestor)):
            return not is_one_of_many
        is_one_of_many |= isinstance(ancestor, (ast.GeneratorExp, ast.ListComp))
        if isinstance(ancestor, ast.While) and is_asked:
            return True
        inner = ancestor
    return False


def _asserts(call: ast.Call) -> bool:
    return isinstance(call.func, (ast.Name, ast.Attribute)) and last_name(call.func).startswith("assert")


def _container_method(context: Context, place: Place, attribute: ast.Attribute) -> Move:
    call = context.scopes.parent(attribute)
    if not isinstance(call, ast.Call) or call.func is not attribute:
        return HANDLED
    if attribute.attr in NEUTRAL_METHODS:
        return Move()
    if attribute.attr in EMPTYING_METHODS:
        return Move((Place(call, place.depth + EMPTYING_METHODS[attribute.attr]),))
    return HANDLED


def _subscript(context: Context, place: Place, parent: ast.Subscript) -> Move:
    if place.node is not parent.value:
        # As an index; in an assignment it becomes a key of the container.
        is_index = place.node is parent.slice and isinstance(parent.ctx, ast.Load)
        return inspected(parent) if is_index and not place.depth else HANDLED
    if not place.depth:
        return inspected(parent)
    if not isinstance(parent.ctx, ast.Load):
        return Move()
    if context.waits.is_result(place.node) and isinstance(parent.slice, ast.Constant) and parent.slice.value == 1:
        # What is still pending has no result yet.
        return Move()
    if isinstance(parent.slice, ast.Slice):
        return Move((replace(place, node=parent),))
    return Move((element(place, parent),))


def _sliced(context: Context, place: Place, parent: ast.Slice) -> Move:
    return HANDLED if place.depth or place.later is not None else inspected(place.node)


STEPS: dict[type[ast.AST], Step] = {
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _sliced,
}
