"""Where an event loop may be running: what a file tells of who calls whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from spooky_asyncio.analysis.scopes import Function, Scopes
from spooky_asyncio.analysis.syntax import last_name


def runs_outside_loop(node: ast.expr, scopes: Scopes) -> bool:
    """Whether code is sure enough to run while no event loop does, as `asyncio.run` needs.

    Module level does. A plain function does unless something may call it from async code: judged by names, over the
    whole file, so that a name shared with something else can only lead to a no.
    """
    function = scopes.function(node)
    if function is None:
        return True
    if isinstance(function, (ast.AsyncFunctionDef, ast.Lambda)):
        return False
    scope = scopes.of(function)
    if isinstance(scope.node, (ast.AsyncFunctionDef, ast.FunctionDef, ast.Lambda)):
        return False
    if isinstance(scope.node, ast.ClassDef) and function.name.startswith("__"):
        return False
    bases = scope.node.bases if isinstance(scope.node, ast.ClassDef) else []
    if not all(_calls_outside_loop(one, scopes) for one in (*bases, *function.decorator_list)):
        return False
    return not may_call_in_loop(scopes, function.name)


_OUTSIDE_LOOP = frozenset(
    {"staticmethod", "classmethod", "cache", "lru_cache", "ABC", "object"}
    | {"TestCase", "fixture", "parametrize", "skipif", "usefixtures", "patch"}
    | {"Process", "Thread", "shared_task"}
    | {"argument", "command", "group", "option", "pass_context", "pass_obj", "route"}
)
"""Base classes and decorators that leave it to the program to call a function, or call it while no event loop runs:
those of tests, of threads and processes, of command lines and of plain web servers."""


_ASYNC_SERVERS = frozenset({"aiohttp", "fastapi", "quart", "robyn", "sanic", "starlette"})
"""Web servers that call plain handlers too while their loop runs."""


def _calls_outside_loop(node: ast.expr, scopes: Scopes) -> bool:
    while isinstance(node, (ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if not isinstance(node, (ast.Name, ast.Attribute)) or last_name(node) not in _OUTSIDE_LOOP:
        return False
    if last_name(node) != "route":
        return True
    imported = {one.origin.partition(".")[0] for scope in scopes.all for one in scope.imports.values()}
    return imported.isdisjoint(_ASYNC_SERVERS)


def seems_in_loop(node: ast.expr, scopes: Scopes) -> bool:
    """Whether plain code is likely to run while an event loop does: async code of the file mentions its function, the
    loop calls it back, or it is a protocol's method."""
    function = scopes.function(node)
    if isinstance(function, ast.FunctionDef):
        owner = scopes.of(function).node
        if isinstance(owner, ast.ClassDef) and any(_is_protocol(base, scopes) for base in owner.bases):
            return True
        if _called_as(function, scopes) in _names_reached_from_async(scopes):
            return True
    return isinstance(function, (ast.FunctionDef, ast.Lambda)) and _is_called_back(function, scopes)


_PROTOCOLS = frozenset({"BaseProtocol", "BufferedProtocol", "DatagramProtocol", "Protocol", "SubprocessProtocol"})


def _is_protocol(base: ast.expr, scopes: Scopes) -> bool:
    """Whether a base class is one of asyncio's protocols, and not the `Protocol` of typing."""
    root = base.value if isinstance(base, ast.Attribute) else base
    imported = scopes.module.imports.get(root.id) if isinstance(root, ast.Name) else None
    is_of_asyncio = imported is not None and imported.origin.partition(".")[0] == "asyncio"
    return is_of_asyncio and isinstance(base, (ast.Name, ast.Attribute)) and last_name(base) in _PROTOCOLS


_CALLING_BACK = frozenset(
    {"add_done_callback", "add_reader", "add_signal_handler", "add_writer"}
    | {"call_at", "call_later", "call_soon", "call_soon_threadsafe"}
)
"""Methods of event loops and tasks that call a function back from the loop."""


def _is_called_back(function: ast.FunctionDef | ast.Lambda, scopes: Scopes) -> bool:
    handed = [function] if isinstance(function, ast.Lambda) else _mentions(function.name, scopes)
    calls = (scopes.parent(value) for value in handed)
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _CALLING_BACK
        for call in calls
    )


def _mentions(name: str, scopes: Scopes) -> Iterator[ast.AST]:
    return (node for node in scopes.order if _loaded_name(node) == name)


def may_call_in_loop(scopes: Scopes, name: str) -> bool:
    """Whether a file may call a function of some name while an event loop runs, itself or by handing it around."""
    return _is_used_as_value(name, scopes) or name in _names_reached_from_async(scopes)


def is_test(function: Function, scopes: Scopes) -> bool:
    """Whether a test runner calls a plain function, which it does while no event loop runs."""
    is_plain = isinstance(function, ast.FunctionDef) and function.name.startswith("test")
    return is_plain and isinstance(scopes.of(function).node, (ast.Module, ast.ClassDef))


def loop_runs_for_good(node: ast.expr, scopes: Scopes) -> bool:
    """Whether plain code starts something and then hands over to the loop for good: `loop.run_forever()`."""
    scope = scopes.of(node)
    return not isinstance(scope.node, ast.AsyncFunctionDef) and any(
        isinstance(other, ast.Attribute) and other.attr == "run_forever" and scopes.of(other) is scope
        for other in scope.section.nodes
    )


def _is_used_as_value(name: str, scopes: Scopes) -> bool:
    """Whether something of a name is handed around, to be called by who knows whom."""
    return any(not _is_only_called(node, scopes) for node in _mentions(name, scopes))


def _is_only_called(node: ast.AST, scopes: Scopes) -> bool:
    parent = scopes.parent(node)
    if isinstance(parent, ast.Call):
        return parent.func is node
    # A sub-command of a command line: `parser.set_defaults(run=fetch_all)`.
    call = scopes.parent(parent) if isinstance(parent, ast.keyword) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "set_defaults"


def _names_reached_from_async(scopes: Scopes) -> set[str]:
    """The names that async functions mention, and those that functions of these names mention, and so on."""
    mentioned: dict[str, set[str]] = {}
    reached: set[str] = set()
    for node in scopes.order:
        name = _loaded_name(node)
        if name is None:
            continue
        for scope in scopes.of(node).enclosing():
            if isinstance(scope.node, ast.AsyncFunctionDef):
                reached.add(name)
            elif isinstance(scope.node, ast.FunctionDef):
                mentioned.setdefault(_called_as(scope.node, scopes), set()).add(name)
    pending = list(reached)
    while pending:
        for name in mentioned.get(pending.pop(), set()) - reached:
            reached.add(name)
            pending.append(name)
    return reached


def _called_as(function: ast.FunctionDef, scopes: Scopes) -> str:
    """The name under which a function is called: its special methods are where the name of the class stands."""
    owner = scopes.of(function).node
    is_special = function.name.startswith("__") and function.name.endswith("__")
    return owner.name if is_special and isinstance(owner, ast.ClassDef) else function.name


def _loaded_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        return node.attr
    return None
