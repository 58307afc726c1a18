"""The names of what is called: as imports and inference have them, and where they stand."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence

from spooky_asyncio.analysis.catalog import KNOWN_BY_NAME, LOOP, LOOP_NAMES, TORNADO_METHODS
from spooky_asyncio.analysis.facts import Facts
from spooky_asyncio.analysis.keepers import Keepers
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.inference import Inference
from spooky_asyncio.model import Position
from spooky_asyncio.source import Source


class CalledNames:
    """Of one file."""

    def __init__(
        self,
        source: Source,
        scopes: Scopes,
        facts: Facts,
        inference: Inference,
        keepers: Sequence[str],
        by_types: Callable[[ast.Name | ast.Attribute], frozenset[str] | None],
    ) -> None:
        """`by_types` tells the names of what can only be functions and classes, and None where inference may know
        more."""
        self._by_types = by_types
        self._source = source
        self._scopes = scopes
        self._facts = facts
        self._inference = inference
        self._keepers = Keepers(keepers)
        self._asked: dict[tuple[bool, str, str | None], Position] = {}

    def of(self, func: ast.Name | ast.Attribute) -> frozenset[str]:
        """The qualified names of what is called.

        Inference often does not know what a name like `loop` holds: a parameter without an annotation, an attribute of
        an object that came from elsewhere. In asyncio programs that is an event loop.
        """
        if isinstance(func, ast.Name) and self._scopes.is_builtin(func):
            return frozenset({f"builtins.{func.id}"})
        names = self._by_types(func)
        if names is None:
            names = self._inference.qualified_names(self.place_to_ask(func))
        if not names and isinstance(func, ast.Attribute):
            receiver = func.value
            is_loop = isinstance(receiver, (ast.Name, ast.Attribute)) and last_name(receiver) in LOOP_NAMES
            if is_loop and func.attr not in TORNADO_METHODS:
                return frozenset({f"{LOOP}.{func.attr}"})
            if func.attr in KNOWN_BY_NAME:
                return frozenset({KNOWN_BY_NAME[func.attr]})
        return names

    def imported(self, func: ast.expr) -> str | None:
        """The dotted name of what an import brought here: `json.dumps`."""
        parts = []
        while isinstance(func, ast.Attribute):
            parts.append(func.attr)
            func = func.value
        if not isinstance(func, ast.Name):
            return None
        for scope in self._scopes.of(func).enclosing():
            if scope.rebinds(func.id):
                return None
            if func.id in scope.imports:
                return ".".join([scope.imports[func.id].origin, *reversed(parts)])
        return None

    def is_keeper(self, func: ast.expr) -> bool:
        """Whether the settings say of a function that it sees to awaitables. It is known by what inference and imports
        have for its name, or as the code has it where they know nothing."""
        if not isinstance(func, (ast.Name, ast.Attribute)) or not self._keepers.may_hold(
            last_name(func), self._facts.aliases
        ):
            return False
        imported = self.imported(func)
        written = {ast.unparse(func)} if imported is None else {imported}
        return self._keepers.hold(written | self._inference.qualified_names(self.place_to_ask(func)))

    def position_of(self, func: ast.Name | ast.Attribute) -> Position:
        """Where the last identifier of a callee starts."""
        end = self._source.end(func)
        return Position(end.line, end.column - len(last_name(func)))

    def place_to_ask(self, func: ast.Name | ast.Attribute) -> Position:
        """The same, for inference. What is imported is one and the same wherever it stands: it is asked about where
        that was done first, as jedi looks through all places of such a name for each of them."""
        position = self.position_of(func)
        base = func.value if isinstance(func, ast.Attribute) else func
        if not isinstance(base, ast.Name) or self.is_misplaced(func):
            return position
        scope = self._scopes.binding(base, base.id)
        if scope is None or base.id not in scope.imports or scope.rebinds(base.id):
            return position
        if base.id in scope.imported_otherwise or base.id in self._scopes.shared:
            return position
        found = scope.imports[base.id]
        is_module = isinstance(found.node, ast.Import)
        if isinstance(func, ast.Attribute) and not is_module:
            # `from bar import client` may be an object of which a test tells the class: `isinstance(client, Client)`.
            return position
        attribute = func.attr if isinstance(func, ast.Attribute) else None
        return self._asked.setdefault((is_module, found.origin, attribute), position)

    def is_misplaced(self, node: ast.expr) -> bool:
        """Before Python 3.12, `ast` can be wrong about where an expression in an f-string stands."""
        if sys.version_info >= (3, 12) or not any(isinstance(n, ast.JoinedStr) for n in self._scopes.ancestors(node)):
            return False
        try:
            return ast.dump(ast.parse(self._source.segment(node), mode="eval").body) != ast.dump(node)
        except SyntaxError:
            return True
