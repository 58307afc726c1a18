"""The steps of a value that is put into a container where that is written out, or unpacked into another one."""

from __future__ import annotations

import ast
from dataclasses import replace

from spooky_asyncio.analysis.flow.context import Context, Step
from spooky_asyncio.analysis.flow.uses import HANDLED, Later, Move, Place, element, inspected, joined

MOST_ELEMENTS = 1000
"""What is written out longer than this is data, in which nobody looks for one value among the others."""


def _displayed(context: Context, place: Place, parent: ast.Tuple | ast.List | ast.Set) -> Move:
    if len(parent.elts) > MOST_ELEMENTS:
        return HANDLED
    # `a, b = f(), g()`: each value has a target of its own.
    path: list[tuple[ast.Tuple | ast.List, int]] = []
    inner, outer = place.node, context.scopes.parent(place.node)
    while isinstance(outer, (ast.Tuple, ast.List)) and inner in outer.elts:
        path.append((outer, outer.elts.index(inner)))
        inner, outer = outer, context.scopes.parent(outer)
    if isinstance(outer, ast.Assign) and inner is outer.value:
        found = [_paired(target, path[::-1]) for target in outer.targets]
        if all(found):
            return joined(
                context.targets.bound(pair[0], replace(place, depth=place.depth + pair[1]))
                for pair in found
                if pair is not None
            )
    return _collected(context, place, parent)


def _collected(context: Context, place: Place, parent: ast.expr) -> Move:
    # What a generator yields is made when somebody asks for it; what is to come of an awaitable stays so.
    later = place.later
    if isinstance(parent, ast.GeneratorExp) and later is None:
        later = Later(parent, awaited=False)
    return Move((Place(parent, place.depth + 1, later),))


def _in_dict(context: Context, place: Place, parent: ast.Dict) -> Move:
    index = parent.values.index(place.node) if place.node in parent.values else None
    if index is not None and parent.keys[index] is None:
        # `{**found}`
        return Move((replace(place, node=parent),)) if place.depth else inspected(place.node)
    return _collected(context, place, parent)


def _starred(context: Context, place: Place, parent: ast.Starred) -> Move:
    # What is starred gives its elements to the call or display around it, and so is one container less.
    return Move((element(place, parent),)) if place.depth else inspected(parent)


def _paired(target: ast.expr, path: list[tuple[ast.Tuple | ast.List, int]]) -> tuple[ast.expr, int] | None:
    """The part of an assignment's target that gets the value at the end of a path through displays, and how many
    containers that then has around it; None if that is not certain."""
    for count, (display, index) in enumerate(path):
        if not isinstance(target, (ast.Tuple, ast.List)) or any(isinstance(e, ast.Starred) for e in display.elts):
            # One name for all that the rest of the path leads through.
            return (target, len(path) - count) if count and isinstance(target, ast.Name) else None
        starred = next((i for i, part in enumerate(target.elts) if isinstance(part, ast.Starred)), None)
        if starred is None:
            if len(target.elts) != len(display.elts):
                return None
            target = target.elts[index]
            continue
        after = len(target.elts) - starred - 1
        if index < starred:
            target = target.elts[index]
        elif index >= len(display.elts) - after:
            target = target.elts[index - len(display.elts)]
        else:
            rest = target.elts[starred]
            return (rest.value, len(path) - count) if isinstance(rest, ast.Starred) else None
    return target, 0


STEPS: dict[type[ast.AST], Step] = {
    ast.Tuple: _displayed,
    ast.List: _displayed,
    ast.Set: _displayed,
    ast.Dict: _in_dict,
    ast.ListComp: _collected,
    ast.SetComp: _collected,
    ast.DictComp: _collected,
    ast.GeneratorExp: _collected,
    ast.Starred: _starred,
}
