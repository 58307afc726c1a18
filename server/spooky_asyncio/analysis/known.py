"""What inference knows of a file: where it does not know what is imported or called, it may miss what there is."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import TypeAlias

from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.inference import Inference
from spooky_asyncio.model import Position
from spooky_asyncio.source import Source

PlaceToAsk: TypeAlias = "Callable[[ast.Name | ast.Attribute], Position]"
"""Where inference is asked about a callee."""


class Known:
    def __init__(self, source: Source, scopes: Scopes, inference: Inference, place_to_ask: PlaceToAsk) -> None:
        self._source = source
        self._scopes = scopes
        self._inference = inference
        self._place_to_ask = place_to_ask

    @property
    def all_imports(self) -> bool:
        """Whether inference has found all that the file imports."""
        return not self._not_found

    @property
    def imports(self) -> bool:
        """The same, but for what the file only tries to import."""
        return all(
            any(isinstance(around, ast.Try) for around in self._scopes.ancestors(node)) for node, _ in self._not_found
        )

    def calls(self, lines: range) -> bool:
        """Whether inference knows who is called in some lines, where a call is not awaited at once: of one that it does
        not know, nothing is found."""
        missing = {alias.asname or alias.name.partition(".")[0] for _, alias in self._not_found}
        for node in dict.fromkeys(node for line in lines for node in self._by_line.get(line, ())):
            if isinstance(node, ast.Name):
                is_known = node.id not in missing
            else:
                is_known = isinstance(self._scopes.parent(node), ast.Await) or self._is_known(node.func)
            if not is_known:
                return False
        return True

    @cached_property
    def _by_line(self) -> dict[int, list[ast.Call | ast.Name]]:
        """The calls and names that begin or end on a line."""
        found: dict[int, list[ast.Call | ast.Name]] = defaultdict(list)
        for node in ast.walk(self._source.tree):
            if isinstance(node, (ast.Call, ast.Name)):
                for line in {node.lineno - 1, (node.end_lineno or node.lineno) - 1}:
                    found[line].append(node)
        return found

    @cached_property
    def _not_found(self) -> list[tuple[ast.Import | ast.ImportFrom, ast.alias]]:
        """What the file imports, and inference does not find."""
        return [
            (node, alias)
            for node in ast.walk(self._source.tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
            if alias.name != "*" and not self._is_known_at(self._position_of_import(alias))
        ]

    def _is_known(self, func: ast.expr) -> bool:
        return isinstance(func, (ast.Name, ast.Attribute)) and self._is_known_at(self._place_to_ask(func))

    def _is_known_at(self, position: Position) -> bool:
        return bool(self._inference.qualified_names(position) or self._inference.definitions(position))

    def _position_of_import(self, alias: ast.alias) -> Position:
        """Of the last identifier of what is imported."""
        start = self._source.position(alias.lineno, alias.col_offset)
        return Position(start.line, start.column + alias.name.rfind(".") + 1)
