"""What the parameters of a stream server's handler are: `asyncio.start_server(handle, port=80)` calls
`handle(reader, writer)`, which the standard library's own examples write without annotations."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from spooky_asyncio.analysis.scopes import Scopes

STARTING = frozenset({"asyncio.start_server", "asyncio.start_unix_server"})

STREAM_COROUTINES = {
    "StreamReader": frozenset({"read", "readexactly", "readline", "readuntil"}),
    "StreamWriter": frozenset({"drain", "start_tls", "wait_closed"}),
}
"""The class of each parameter, in their order, and which of its methods are async
(docs.python.org/3/library/asyncio-stream.html)."""


class StreamHandlers:
    def __init__(
        self, scopes: Scopes, starting: Iterable[ast.Call], imported_name: Callable[[ast.expr], str | None]
    ) -> None:
        """`starting` are the calls of which any may start a server."""
        self._scopes = scopes
        handlers = [handler for call in starting if imported_name(call.func) in STARTING for handler in _handlers(call)]
        self._functions = {handler.id for handler in handlers if isinstance(handler, ast.Name)}
        self._methods = {
            (handler.attr, self._class_around(handler))
            for handler in handlers
            if isinstance(handler, ast.Attribute) and isinstance(handler.value, ast.Name) and handler.value.id == "self"
        }

    def _class_around(self, node: ast.expr) -> ast.AST | None:
        return next((around for around in self._scopes.ancestors(node) if isinstance(around, ast.ClassDef)), None)

    def coroutine(self, func: ast.Attribute) -> str | None:
        """The name of the coroutine that calling a method of a handler's parameter makes: `StreamWriter.drain`."""
        parameter = func.value
        if not (self._functions or self._methods) or not isinstance(parameter, ast.Name):
            return None
        function = self._scopes.taking(parameter)
        if function is None or function.decorator_list:
            return None
        owner = self._scopes.parent(function)
        is_method = isinstance(owner, ast.ClassDef)
        is_handler = (function.name, owner) in self._methods if is_method else function.name in self._functions
        if not is_handler:
            return None
        given = function.args.args[is_method:]
        for argument, (kind, methods) in zip(given, STREAM_COROUTINES.items(), strict=False):
            if argument.arg == parameter.id and argument.annotation is None and func.attr in methods:
                return f"{kind}.{func.attr}"
        return None


def _handlers(call: ast.Call) -> list[ast.expr]:
    return [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "client_connected_cb")]
