"""A decorator that makes an async function a plain one: it runs in an event loop of its own when it is called."""

from __future__ import annotations

import ast

from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.rewriting.background import Helper, own_function, place_above
from spooky_asyncio.rewriting.imports import module_import
from spooky_asyncio.rewriting.names import Names
from spooky_asyncio.source import Source


def self_runner(function: ast.AsyncFunctionDef, source: Source, scopes: Scopes) -> Helper | None:
    """The decorator, for a function; None where there is no place for it. A file gets it once."""
    own = own_function(_is_runner, function, source, scopes)
    if own is not None:
        return Helper(own.name, source)
    place = place_above(function, source)
    asyncio, functools = (module_import(name, function, source, scopes) for name in ("asyncio", "functools"))
    if place is None or asyncio is None or functools is None:
        return None
    name = Names(scopes).fresh("run_in_own_loop")
    lines = [
        f"def {name}(function):",
        '\t"""Make an async function a plain one, which runs in an event loop of its own."""',
        "",
        f"\t@{functools.text}.wraps(function)",
        "\tdef run(*args, **kwargs):",
        f"\t\treturn {asyncio.text}.run(function(*args, **kwargs))",
        "",
        "\treturn run",
    ]
    edit = place.edit(["", *lines] if place.has_code_above else lines, source)
    return Helper(name, source, (*asyncio.edits, *functools.edits), edit, blank_lines_above=2)


def _is_runner(function: ast.FunctionDef) -> bool:
    """Whether a function does what ours does: returns one that runs what it is given, and no more."""
    inner = next((one for one in function.body if isinstance(one, ast.FunctionDef)), None)
    parameters = function.args.args
    if inner is None or len(parameters) != 1 or not isinstance(inner.body[-1], ast.Return):
        return False
    call = inner.body[-1].value
    returned = function.body[-1]
    runs = isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == "run" and len(call.args) == 1
    given = call.args[0] if isinstance(call, ast.Call) and runs else None
    is_given = isinstance(given, ast.Call) and ast.unparse(given.func) == parameters[0].arg
    return is_given and isinstance(returned, ast.Return) and getattr(returned.value, "id", "") == inner.name
