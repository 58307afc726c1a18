"""The steps of a value out of its expression: into names, through a loop, to the caller, or to nobody."""

from __future__ import annotations

import ast
from dataclasses import replace

from spooky_asyncio.analysis.flow.context import Context, Step
from spooky_asyncio.analysis.flow.uses import HANDLED, Move, Place, element, inspected, joined, lost, returned


def _dropped(context: Context, place: Place, parent: ast.Expr) -> Move:
    return lost(place, place.node)


def _returned(context: Context, place: Place, parent: ast.Return) -> Move:
    return returned(place)


def _assigned(context: Context, place: Place, parent: ast.Assign | ast.AnnAssign) -> Move:
    targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
    return joined(context.targets.bound(target, place) for target in targets)


def _augmented(context: Context, place: Place, parent: ast.AugAssign) -> Move:
    if place.node is parent.target:
        return HANDLED
    if place.depth:
        return context.targets.put_into(parent.target, place)
    return HANDLED if context.operators.is_defined(parent.op) else inspected(place.node)


def _named(context: Context, place: Place, parent: ast.NamedExpr) -> Move:
    bound = context.targets.bound(parent.target, place)
    # The expression goes on being the value; when nobody reads the name, what happens to it here decides.
    return replace(bound, places=(Place(parent, place.depth, place.later),), uses=())


def _looped(context: Context, place: Place, parent: ast.For | ast.comprehension) -> Move:
    if isinstance(parent, ast.comprehension) and place.node in parent.ifs:
        return inspected(place.node)
    if place.node is not parent.iter:
        return HANDLED
    if not place.depth:
        return inspected(place.node)
    return context.targets.taken_out(parent.target, element(place, place.node))


def _looped_asynchronously(context: Context, place: Place, parent: ast.AsyncFor) -> Move:
    return inspected(place.node) if not place.depth and place.later is None else HANDLED


def _entered(context: Context, place: Place, parent: ast.withitem) -> Move:
    return inspected(place.node) if not place.depth and place.later is None else HANDLED


def _raised(context: Context, place: Place, parent: ast.Raise) -> Move:
    return inspected(place.node) if not place.depth else HANDLED


def _deleted(context: Context, place: Place, parent: ast.Delete) -> Move:
    return Move()


STEPS: dict[type[ast.AST], Step] = {
    ast.Expr: _dropped,
    ast.Return: _returned,
    ast.Assign: _assigned,
    ast.AnnAssign: _assigned,
    ast.AugAssign: _augmented,
    ast.NamedExpr: _named,
    ast.For: _looped,
    ast.comprehension: _looped,
    ast.AsyncFor: _looped_asynchronously,
    ast.withitem: _entered,
    ast.Raise: _raised,
    ast.Delete: _deleted,
}
