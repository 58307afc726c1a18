"""Inference that goes by names alone: at once, and right about programs in which each name stands for one thing."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from spooky_asyncio.analysis.catalog import CALLERS, EFFECTS
from spooky_asyncio.inference import Definition, Made, Makes, Named
from spooky_asyncio.model import Position, Range
from spooky_asyncio.source import Source

_CATALOGUED = {name.rpartition(".")[2]: name for name in sorted((*CALLERS, *EFFECTS), reverse=True)}
_STANDARD = {
    **dict.fromkeys(("create_task", "ensure_future", "gather", "shield"), Makes.FUTURE),
    **dict.fromkeys(("sleep", "wait", "wait_for"), Makes.COROUTINE),
}


class ByName:
    def __init__(self, source: Source) -> None:
        self._lines = source.parsed_lines
        self._async: dict[str, set[bool]] = defaultdict(set)
        self._definitions: dict[str, list[Definition]] = defaultdict(list)
        for node in ast.walk(source.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._async[node.name].add(isinstance(node, ast.AsyncFunctionDef))
                start = source.start(node)
                column = max(self._lines[start.line].find(node.name, start.column), 0)
                span = Range(Position(start.line, column), Position(start.line, column + len(node.name)))
                self._definitions[node.name].append(Definition(None, span))

    def may_make_awaitable(self, name: str) -> bool:
        return name in _STANDARD or name in self._async

    def may_read_awaitable(self, name: str) -> bool:
        return False

    def remembers(self, position: Position) -> bool:
        return False

    def qualified_names(self, position: Position) -> frozenset[str]:
        name = self._name_at(position)
        full = f"program.{name}" if name in self._async else _CATALOGUED.get(name)
        return frozenset({full} if full else ())

    def made_by_call(self, position: Position) -> Made | None:
        name = self._name_at(position)
        if self._async.get(name) == {True}:
            return Made(Makes.COROUTINE, name, True, self._definitions[name][0])
        if name in _STANDARD and name not in self._async:
            return Made(_STANDARD[name], name, False, None)
        return None

    def made_by_reading(self, position: Position) -> Made | None:
        return None

    def made_by_calling_result(self, position: Position) -> Made | None:
        return None

    def awaited_members(self, position: Position) -> frozenset[str]:
        return frozenset()

    def made_by_method(self, position: Position, name: str) -> Made | None:
        return None

    def definitions(self, position: Position) -> list[Definition]:
        return self._definitions.get(self._name_at(position), [])

    def sure_definitions(self, position: Position) -> frozenset[Named]:
        name = self._name_at(position)
        return frozenset({Named(None, name)} if name in self._async else ())

    def _name_at(self, position: Position) -> str:
        line = self._lines[position.line] if position.line < len(self._lines) else ""
        found = re.compile(r"\w+").match(line, position.column)
        return found[0] if found else ""
