"""What a text about a function or class may tell of types, as inference reads it."""

from __future__ import annotations

import ast
import re

from spooky_asyncio.analysis.scopes import Function

_RESULT = re.compile(r"[:@]rtype|Returns\s*\n\s*-")


def tells_result(function: Function) -> bool:
    """Whether it may tell the type of what a function returns."""
    return _RESULT.search(_text_about(function)) is not None


def tells_parameter(documented: ast.AST, name: str) -> bool:
    """Whether it may tell the type of a parameter."""
    return any(name in line and (":" in line or "@" in line) for line in _text_about(documented).splitlines())


def _text_about(documented: ast.AST) -> str:
    body = getattr(documented, "body", [])
    first = body[0].value if isinstance(body, list) and body and isinstance(body[0], ast.Expr) else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
