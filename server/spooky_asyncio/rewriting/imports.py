"""Name a function of asyncio the way the file does, and import asyncio where nothing does yet."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace

from spooky_asyncio.analysis.scopes import Scope, Scopes
from spooky_asyncio.model import Edit, Range
from spooky_asyncio.rewriting.lines import insert_lines
from spooky_asyncio.source import Source


@dataclass(frozen=True, slots=True)
class Reference:
    """How to write a function of asyncio at some place, and the edits that make that name known there."""

    text: str
    edits: tuple[Edit, ...] = ()


def asyncio_function(name: str, at: ast.expr, source: Source, scopes: Scopes) -> Reference | None:
    """How to call `asyncio.<name>` at an expression; None where the name `asyncio` means something else."""
    seen: list[Scope] = []
    for scope in scopes.of(at).enclosing():
        if isinstance(scope.node, ast.ClassDef) and scope is not scopes.of(at):
            continue
        for alias, imported in scope.imports.items():
            comes_later = imported.node.lineno > at.lineno and scope is scopes.of(at)
            if comes_later or scope.rebinds(alias) or any(nearer.binds(alias) for nearer in seen):
                continue
            if imported.origin == "asyncio":
                return Reference(f"{alias}.{name}")
            if imported.origin == f"asyncio.{name}":
                return Reference(alias)
        seen.append(scope)
    if any(scope.binds("asyncio") for scope in seen):
        return None
    added = _added_import("asyncio", source)
    return Reference(f"asyncio.{name}", (added,)) if added is not None else None


def module_import(name: str, source: Source, scopes: Scopes) -> Reference | None:
    """How to write a module of the standard library inside the functions of a file; None where its name means something
    else at module level."""
    for alias, imported in scopes.module.imports.items():
        if imported.origin == name and not scopes.module.rebinds(alias):
            return Reference(alias)
    if any(scope.binds(name) for scope in scopes.all):
        return None
    added = _added_import(name, source)
    return Reference(name, (added,)) if added is not None else None


def in_one_block(edits: Iterable[Edit], source: Source) -> tuple[Edit, ...]:
    """Added imports, those at one place with no blank lines between them."""
    found: dict[Range, Edit] = {}
    for edit in edits:
        first = found.get(edit.range)
        if first is not None:
            edit = replace(edit, content=first.content.rstrip("\r\n") + source.newline + edit.content.lstrip("\r\n"))
        found[edit.range] = edit
    return tuple(found.values())


def _added_import(name: str, source: Source) -> Edit | None:
    """None where there is no line for it: the docstring shares its own with code."""
    key, line = (1, False, name), f"import {name}"
    body = source.tree.body
    docstring = body[0] if ast.get_docstring(source.tree, clean=False) is not None else None
    start = 1 if docstring else 0
    imports: list[ast.Import | ast.ImportFrom] = []
    for statement in body[start:]:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            break
        imports.append(statement)
    if not imports:
        return _first_import(line, source, docstring, body[start])
    later = next((statement for statement in imports if _sort_key(statement) > key), None)
    if later is None:
        last = imports[-1]
        gap = source.newline if _sort_key(last)[0] < key[0] else ""
        return insert_lines(source, last.end_lineno or last.lineno, gap + line + source.newline)
    gap = source.newline if _sort_key(later)[0] > key[0] else ""
    return insert_lines(source, first_line(source, later), line + source.newline + gap)


def _first_import(text: str, source: Source, docstring: ast.stmt | None, before: ast.stmt) -> Edit | None:
    is_definition = isinstance(before, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    gap = 2 if is_definition else 1
    if docstring is not None and docstring.end_lineno == before.lineno:
        return None
    if docstring is None or docstring.end_lineno is None:
        return insert_lines(source, first_line(source, before), text + source.newline * (1 + gap))
    # Right below the docstring, where the blank lines that follow it are a gap already.
    line = docstring.end_lineno
    blank = next(count for count in range(before.lineno) if source.line(line + count).strip())
    return insert_lines(source, line, source.newline + text + source.newline * (1 + max(gap - blank, 0)))


def first_line(source: Source, statement: ast.stmt) -> int:
    """The line where a statement begins, with its decorators and the comment above it.

    A comment that opens the file is the file's, not the statement's.
    """
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    line = first
    while line > 0 and source.line(line - 1).lstrip().startswith("#"):
        line -= 1
    return first if line == 0 else line


def _sort_key(statement: ast.Import | ast.ImportFrom) -> tuple[int, bool, str]:
    """The order that isort and ruff put imports in: section, plain imports first, name."""
    if isinstance(statement, ast.Import):
        module, level = statement.names[0].name, 0
    else:
        module, level = statement.module or "", statement.level
    root = module.partition(".")[0]
    if level:
        section = 3
    elif root == "__future__":
        section = 0
    else:
        section = 1 if root in sys.stdlib_module_names else 2
    return section, isinstance(statement, ast.ImportFrom), module
