"""What the text of a function of the project tells of calling it: whether that runs it, and with what."""

from __future__ import annotations

import ast
from typing import TypeAlias

from spooky_asyncio.analysis.scopes import Function, Scopes, Section

Readable: TypeAlias = "Function | ast.Lambda"

PASSED_BY_DECORATOR = frozenset({"staticmethod", "classmethod"})
"""Decorators that leave it to the function what calling it does and makes."""


def runs_as_written(function: Function, scopes: Scopes) -> bool:
    """Whether what stands in a function is what runs when it is called: it is no stub, nothing decorates it, and
    it runs at once."""
    decorators = {getattr(decorator, "id", "") for decorator in function.decorator_list}
    return decorators <= PASSED_BY_DECORATOR and runs_at_once(function, scopes)


def runs_at_once(function: Function, scopes: Scopes) -> bool:
    """Whether calling a function, without its decorators, runs its statements, and it has some."""
    return not _is_stub(function) and all(isinstance(node, ast.Return) for node in leaving(function, scopes))


def values_returned(function: Readable, scopes: Scopes) -> list[ast.expr | None]:
    """The values of its `return` statements."""
    if isinstance(function, ast.Lambda):
        return [function.body]
    return [node.value for node in leaving(function, scopes) if isinstance(node, ast.Return)]


def gets_fixtures(function: Function) -> bool:
    """Whether pytest may call a function, and give it what its parameters are named after."""
    return function.name.startswith("test") or any("fixture" in ast.unparse(one) for one in function.decorator_list)


def leaving(function: Function, scopes: Scopes) -> list[ast.Return | ast.Yield | ast.YieldFrom]:
    """Where a function itself hands something out."""
    return scopes.opened_by(function).section.fact(_leaving_in, scopes).get(function, [])


_Leaving: TypeAlias = "ast.Return | ast.Yield | ast.YieldFrom"
_LEAVING: tuple[type[_Leaving], ...] = (ast.Return, ast.Yield, ast.YieldFrom)


def _leaving_in(section: Section, scopes: Scopes) -> dict[ast.AST | None, list[_Leaving]]:
    found: dict[ast.AST | None, list[_Leaving]] = {}
    for node in section.of_kind(*_LEAVING):
        found.setdefault(scopes.function(node), []).append(node)
    return found


def parameter_of(
    call: ast.Call, argument: ast.expr, parameters: ast.arguments, *, skips_first: bool
) -> tuple[str, int] | None:
    """The name of the parameter that gets an argument, and how much deeper in containers it is there."""
    if argument not in call.args:
        keyword = next((kw.arg for kw in call.keywords if kw.value is argument), None)
        if keyword is None:
            # `**fields`, which may be for any parameter.
            only = parameters.kwarg is not None and not (parameters.args or parameters.kwonlyargs)
            return (parameters.kwarg.arg, 0) if only and parameters.kwarg is not None else None
        if any(parameter.arg == keyword for parameter in (*parameters.args, *parameters.kwonlyargs)):
            return keyword, 0
        return (parameters.kwarg.arg, 1) if parameters.kwarg is not None else None
    index = call.args.index(argument)
    by_position = [*parameters.posonlyargs, *parameters.args][skips_first:]
    if isinstance(argument, ast.Starred) and index < len(by_position):
        return None
    if any(isinstance(other, ast.Starred) for other in call.args[:index]):
        return None
    if index < len(by_position):
        return by_position[index].arg, 0
    if parameters.vararg is None:
        return None
    # What is starred is one container less already.
    return parameters.vararg.arg, 1


def _is_stub(function: Function) -> bool:
    """Whether a function has nothing to say: it stands for those that are to take its place."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return not body or isinstance(body[0], (ast.Raise, ast.Pass))
