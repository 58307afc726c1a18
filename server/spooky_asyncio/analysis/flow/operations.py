"""The steps of a value that takes part in an operation, or is tested."""

from __future__ import annotations

import ast
from dataclasses import replace

from spooky_asyncio.analysis.flow.context import Context, Step
from spooky_asyncio.analysis.flow.uses import HANDLED, Move, Place, inspected


def _awaited(context: Context, place: Place, parent: ast.Await) -> Move:
    if place.later is None or not place.later.awaited:
        return HANDLED
    uses = context.waits.uses(place)
    return Move((Place(parent, place.depth),), uses)


def _choice(context: Context, place: Place, parent: ast.IfExp) -> Move:
    if place.node is parent.test:
        return inspected(parent)
    return Move((replace(place, node=parent),))


def _boolean(context: Context, place: Place, parent: ast.BoolOp) -> Move:
    if place.node is parent.values[-1] or isinstance(parent.op, ast.Or):
        return Move((replace(place, node=parent),))
    return inspected(parent)


def _operated(context: Context, place: Place, parent: ast.BinOp) -> Move:
    # Containers are joined and repeated; nothing else takes part in arithmetic.
    if place.depth and not (isinstance(parent.op, ast.Mod) and place.node is parent.right):
        return Move((Place(parent, place.depth),))
    return HANDLED if context.operators.is_defined(parent.op) else inspected(parent)


def _compared(context: Context, place: Place, parent: ast.Compare) -> Move:
    if all(isinstance(op, (ast.Is, ast.IsNot)) for op in parent.ops):
        return Move()
    return HANDLED if any(map(context.operators.is_defined, parent.ops)) else _tested(context, place, parent)


def _tested(context: Context, place: Place, parent: ast.AST) -> Move:
    if place.depth or place.later is not None:
        # Whether anything is in a container is a fair question.
        return Move()
    return inspected(parent if isinstance(parent, ast.expr) else place.node)


def _matched(context: Context, place: Place, parent: ast.Match) -> Move:
    # Under a name, the cases may be there to tell what it is.
    is_new = not place.depth and place.later is None and not isinstance(place.node, ast.Name)
    return inspected(place.node) if is_new else HANDLED


def _shown(context: Context, place: Place, parent: ast.FormattedValue) -> Move:
    return inspected(parent)


STEPS: dict[type[ast.AST], Step] = {
    ast.Await: _awaited,
    ast.IfExp: _choice,
    ast.BoolOp: _boolean,
    ast.BinOp: _operated,
    ast.Compare: _compared,
    ast.UnaryOp: _tested,
    ast.If: _tested,
    ast.While: _tested,
    ast.Assert: _tested,
    ast.match_case: _tested,
    ast.Match: _matched,
    ast.FormattedValue: _shown,
}
