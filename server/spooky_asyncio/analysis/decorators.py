"""What decorators of the project make of a function."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias

from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.analysis.catalog import MAKERS
from spooky_asyncio.analysis.facts import AWAITABLE_TYPES
from spooky_asyncio.analysis.functions import runs_as_written, runs_at_once, values_returned
from spooky_asyncio.analysis.scopes import Function
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.inference import Made, Makes

MadeBy: TypeAlias = "Callable[[ast.expr, Callees], Made | None]"
"""What an expression of a file makes."""


def made_by_decorated(function: Function, callees: Callees, made_by: MadeBy) -> Made | None:
    """What calling a decorated function makes, where its decorators return async functions of their own, or say so,
    or return what they are given."""
    for decorator in function.decorator_list:
        found = _decorator(decorator, callees)
        if found is None:
            return None
        there, node, calls = found
        returns = _made_as_annotated(function.name, node.returns) is not None
        if returns or calls in _calls_to_wrapper(node, there):
            break
        if not _hands_back(node, calls, there, made_by):
            return None
    else:
        if not isinstance(function, ast.AsyncFunctionDef) or _is_generator(function):
            return None
    return Made(Makes.COROUTINE, callees.qualified_name(function), True, callees.definition_of(function))


def runs_itself(function: ast.FunctionDef, callees: Callees, made_by: MadeBy) -> bool:
    """Whether what stands in a function tells what calling it makes: its decorators return what it returns."""
    if runs_as_written(function, callees.scopes):
        return True
    found = [_decorator(one, callees) for one in function.decorator_list]
    return runs_at_once(function, callees.scopes) and all(
        one is not None and _hands_back(one[1], one[2], one[0], made_by) for one in found
    )


def is_started(func: ast.Name | ast.Attribute, callees: Callees) -> bool:
    """Whether a decorator of the project starts what the function makes: inference takes what `ensure_future` and
    `update_wrapper` return for what they are given."""
    found = callees.defined(func)
    if found is None:
        return False
    there, function = found
    decorators = function.decorator_list if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
    for decorator in decorators:
        read = there.plain_function(decorator.func if isinstance(decorator, ast.Call) else decorator)
        calls = [node.func for node in ast.walk(read[1]) if isinstance(node, ast.Call)] if read is not None else []
        names = {last_name(called) for called in calls if isinstance(called, (ast.Name, ast.Attribute))}
        if names & (MAKERS | {"update_wrapper"}):
            return True
    return False


def _decorator(decorator: ast.expr, callees: Callees) -> tuple[Callees, ast.FunctionDef, int] | None:
    """The function that a decorator is, and how many calls of it lead to what stands for the decorated one: two for
    `@retried(times=3)`, where the first call returns the decorator, and for `retried_thrice = retried(times=3)`."""
    if isinstance(decorator, ast.Call):
        found = callees.plain_function(decorator.func)
        return (*found, 2) if found is not None else None
    defined = callees.defined(decorator)
    if defined is not None and isinstance(defined[1], ast.Assign) and isinstance(defined[1].value, ast.Call):
        return _decorator(defined[1].value, defined[0])
    is_function = defined is not None and isinstance(defined[1], ast.FunctionDef)
    return (defined[0], defined[1], 1) if is_function else None  # type: ignore[index,return-value]


def _calls_to_wrapper(
    function: ast.FunctionDef, callees: Callees, around: tuple[ast.FunctionDef, ...] = ()
) -> frozenset[int]:
    """How many calls away the async functions are that a decorator returns: 1 for `@retried`, 2 for
    `@retried(times=3)`, both for a decorator that may be used either way. Empty if it may return anything else."""
    if function in around:
        # `return partial(retried, times=times)`
        return frozenset({1})
    found: set[int] = set()
    for value in values_returned(function, callees.scopes):
        calls = _calls_to_wrapper_from(value, callees, (*around, function))
        if not calls or min(calls) < 0:
            return frozenset()
        found |= {count + 1 for count in calls}
    return frozenset(found)


def _calls_to_wrapper_from(
    value: ast.expr | None, callees: Callees, around: tuple[ast.FunctionDef, ...]
) -> frozenset[int]:
    if isinstance(value, ast.IfExp):
        ways = [_calls_to_wrapper_from(way, callees, around) for way in (value.body, value.orelse)]
        return ways[0] | ways[1] if all(ways) else frozenset()
    if isinstance(value, ast.Call):
        if callees.effects.is_partial(value):
            return _calls_to_wrapper_from(value.args[0], callees, around)
        return frozenset(calls - 1 for calls in _calls_to_wrapper_from(value.func, callees, around))
    found = callees.defined(value)
    if found is not None and _is_wrapper(found[1]):
        return frozenset({0})
    if found is None or not isinstance(found[1], ast.FunctionDef):
        return frozenset()
    return _calls_to_wrapper(found[1], found[0], around)


def _hands_back(decorator: ast.FunctionDef, calls: int, callees: Callees, made_by: MadeBy) -> bool:
    """Whether a decorator returns the function that it gets, or one that returns what that does."""
    values = values_returned(decorator, callees.scopes)
    if calls > 1:
        found = [callees.plain_function(value) for value in values]
        return bool(found) and all(one is not None and _hands_back(one[1], calls - 1, one[0], made_by) for one in found)
    parameters = decorator.args.args[isinstance(callees.scopes.parent(decorator), ast.ClassDef) :]
    scope = callees.scopes.opened_by(decorator)
    if not parameters or scope.stores.get(parameters[0].arg):
        return False
    return bool(values) and all(_is_handed_back(value, parameters[0].arg, callees, made_by) for value in values)


def _is_handed_back(value: ast.expr | None, name: str, callees: Callees, made_by: MadeBy) -> bool:
    if isinstance(value, ast.Name) and value.id == name:
        return True
    wrapper = callees.plain_function(value)
    if wrapper is None or not _bears_at_most_a_name(wrapper[1]):
        return False
    returned = values_returned(wrapper[1], wrapper[0].scopes)
    own = [one for one in returned if isinstance(one, ast.Call) and getattr(one.func, "id", None) == name]
    others = [one for one in returned if one not in own]
    # On other ways it may run the function in a coroutine of its own: `return retry(partial(function, ...))`.
    return bool(own) and all(one is not None and _is_coroutine(made_by(one, wrapper[0])) for one in others)


def _is_coroutine(made: Made | None) -> bool:
    return made is not None and made.kind is Makes.COROUTINE


def _made_as_annotated(name: str, annotation: ast.expr | None) -> Made | None:
    """What calling a parameter makes that is annotated `Callable[[...], Coroutine[...]]`."""
    if not isinstance(annotation, ast.Subscript) or not isinstance(annotation.slice, ast.Tuple):
        return None
    result = annotation.slice.elts[-1]
    made = result.value if isinstance(result, ast.Subscript) else result
    is_callable = isinstance(annotation.value, (ast.Name, ast.Attribute)) and last_name(annotation.value) == "Callable"
    if is_callable and isinstance(made, (ast.Name, ast.Attribute)) and last_name(made) in AWAITABLE_TYPES:
        return Made(Makes.COROUTINE, name, False, None)
    return None


def _is_wrapper(node: ast.AST) -> bool:
    """Whether a function is async and bears at most the name of another."""
    return isinstance(node, ast.AsyncFunctionDef) and _bears_at_most_a_name(node)


def _bears_at_most_a_name(function: Function) -> bool:
    """Whether nothing decorates a function but `@functools.wraps(function)`, and it runs when it is called."""
    return not _is_generator(function) and all(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, (ast.Name, ast.Attribute))
        and last_name(decorator.func) == "wraps"
        for decorator in function.decorator_list
    )


def _is_generator(function: Function) -> bool:
    return any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in ast.walk(function))
