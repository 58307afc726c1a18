"""The steps of a value that is given to a call, or that a call gets by calling a function it is given."""

from __future__ import annotations

import ast
from dataclasses import replace

from spooky_asyncio.analysis.catalog import EXTENDING_METHODS, FILLING_METHODS, CallbackResult, Effect
from spooky_asyncio.analysis.flow.context import Context, Step
from spooky_asyncio.analysis.flow.uses import HANDLED, Later, Move, Place, inspected, returned
from spooky_asyncio.analysis.flow.waits import wait_argument


def called_back(context: Context, result: CallbackResult, call: ast.Call) -> Move:
    """What becomes of a value that `call` gets from a function handed to it, which it calls like a plain one."""
    if result is CallbackResult.TESTED:
        return inspected(call) if _is_iterated(context, call) else HANDLED
    if result is CallbackResult.HANDED_BACK:
        return Move((Place(call, 0, Later(call, starts=True)),))
    if result is CallbackResult.RETURNED:
        return Move((Place(call),))
    if result is CallbackResult.AWAITED_BACK:
        return Move((Place(call, 0, Later(call)),))
    if result is CallbackResult.EACH_AT_ONCE:
        return Move((Place(call, 1, Later(call, awaited=False, starts=True)),))
    if result is CallbackResult.EACH:
        return Move((Place(call, 1, Later(call, awaited=False)),))
    return inspected(call)


def _is_iterated(context: Context, node: ast.expr) -> bool:
    """Whether somebody asks an iterator for its elements."""
    parent = context.scopes.parent(node)
    if isinstance(parent, (ast.For, ast.comprehension)):
        return parent.iter is node
    if isinstance(parent, ast.Call):
        effects = (Effect.COLLECT, Effect.CONSUME, Effect.NEXT, Effect.ENUMERATE)
        return node in parent.args and context.calls.effect_of(parent) in effects
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        loads = context.scopes.of(node).loads.get(parent.targets[0].id, [])
        read = [load for load in loads if not isinstance(context.scopes.parent(load), ast.Assign)]
        return any(_is_iterated(context, load) for load in read)
    return isinstance(parent, (ast.Starred, ast.Assign))


def _called(context: Context, place: Place, parent: ast.Call) -> Move:
    if place.node is parent.func:
        return HANDLED if place.depth or place.later else inspected(parent)
    return _argument(context, place, parent)


def _keyword(context: Context, place: Place, parent: ast.keyword) -> Move:
    call = context.scopes.parent(parent)
    if parent.arg is None and not place.depth:
        return inspected(place.node)
    return _argument(context, place, call) if isinstance(call, ast.Call) else HANDLED


def _lambda(context: Context, place: Place, parent: ast.Lambda) -> Move:
    """The value is what the lambda returns, to whoever calls it."""
    user = context.scopes.parent(parent)
    if isinstance(user, ast.Call) and user.func is parent:
        return Move((replace(place, node=user),))
    call = context.scopes.parent(user) if isinstance(user, ast.keyword) else user
    result = context.calls.calls_back(call, parent) if isinstance(call, ast.Call) else None
    if result is None or not isinstance(call, ast.Call):
        return returned(place)
    return called_back(context, result, call)


def _argument(context: Context, place: Place, call: ast.Call) -> Move:
    func, argument = call.func, place.node
    if isinstance(func, ast.Attribute) and call.args and argument is call.args[-1]:
        if func.attr in FILLING_METHODS and context.containers.is_fresh(func.value):
            return context.targets.put_into(func.value, replace(place, depth=place.depth + 1))
        if func.attr in EXTENDING_METHODS and place.depth:
            return context.targets.put_into(func.value, replace(place, later=None))
    if not place.depth and place.later is None and context.calls.calls_back(call, argument) is not None:
        # `Thread(target=fetch())`: no function, and calling it fails.
        return inspected(call)
    effect = context.calls.effect_of(call)
    if effect is not None:
        return _affected(context, effect, place, call)
    parameter = context.calls.parameter_of(call, argument)
    if parameter is None or place.later is not None:
        return HANDLED
    flow, function, name, deeper = parameter
    move = flow.passed(function, name, place.depth + deeper)
    if move.returned is not None and not isinstance(function, ast.AsyncFunctionDef):
        return Move((Place(call, move.returned),))
    # Who waits for somebody else's tasks may leave it to them to read the results.
    return HANDLED if move.handled or move.waits else inspected(call)


def _affected(context: Context, effect: Effect, place: Place, call: ast.Call) -> Move:
    waits = place.later is not None and place.later.awaited
    if effect is Effect.INSPECT:
        return HANDLED if place.later is not None else inspected(call)
    if effect is Effect.CONSUME and not waits:
        return inspected(call)
    if effect in (Effect.COLLECT, Effect.ENUMERATE):
        later = place.later if waits else None
        is_pairs = effect is Effect.ENUMERATE
        return Move((Place(call, place.depth + is_pairs, later),)) if place.depth else inspected(call)
    if effect is Effect.DICT and not waits:
        return _into_dict(place, call)
    if effect is Effect.NEXT and not waits:
        return Move((Place(call, place.depth - 1),)) if place.depth else inspected(call)
    if effect is Effect.WAIT and place.depth == 1 and place.node is wait_argument(call):
        return Move((Place(call, 2, Later(call)),))
    is_first = bool(call.args) and place.node is call.args[0]
    if effect is Effect.AWAIT and waits and is_first:
        return Move((replace(place, node=call),))
    if effect is Effect.RUN and is_first and isinstance(context.scopes.function(call), ast.AsyncFunctionDef):
        # It fails before it has a look at what it is given.
        return inspected(call)
    if effect is Effect.RUN and waits and is_first:
        return Move((Place(call, place.depth),), context.waits.uses(place))
    if effect in (Effect.SPAWN, Effect.ADOPT, Effect.SHIELD) and waits and is_first:
        return Move((replace(place, node=call, later=Later(_awaited_call(place), starts=True)),))
    if effect is Effect.GATHER and waits and not place.depth:
        return Move((Place(call, 1, Later(_awaited_call(place), starts=True)),))
    return HANDLED


def _into_dict(place: Place, call: ast.Call) -> Move:
    """`dict(name=value)`, `dict(pairs)`"""
    if any(keyword.value is place.node for keyword in call.keywords):
        return Move((Place(call, place.depth + 1),))
    return Move((Place(call, place.depth - 1),)) if place.depth > 1 else inspected(call)


def _awaited_call(place: Place) -> ast.expr:
    """What is awaited in the end, through whatever waits for it."""
    return place.later.node if place.later is not None else place.node


STEPS: dict[type[ast.AST], Step] = {
    ast.Call: _called,
    ast.keyword: _keyword,
    ast.Lambda: _lambda,
}
