"""The names of what is called: as imports and inference have them, and where they stand."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence

from spooky_asyncio.analysis.catalog import KNOWN_BY_NAME, LOOP, LOOP_NAMES, TORNADO_METHODS
from spooky_asyncio.analysis.facts import Facts
from spooky_asyncio.analysis.keepers import Keepers
from spooky_asyncio.analysis.scopes import Import, Scopes
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.inference import Inference
from spooky_asyncio.model import Position
from spooky_asyncio.source import Source


class CalledNames:
    """Of one file."""

    def __init__(
        self, source: Source, scopes: Scopes, facts: Facts, inference: Inference, keepers: Sequence[str]
    ) -> None:
        self._source = source
        self._scopes = scopes
        self._facts = facts
        self._inference = inference
        self._keepers = Keepers(keepers)
        self._asked: dict[tuple[str, str], Position] = {}

    def of(self, func: ast.Name | ast.Attribute) -> frozenset[str]:
        """The qualified names of what is called.

        Inference often does not know what a name like `loop` holds: a parameter without an annotation, an attribute of
        an object that came from elsewhere. In asyncio programs that is an event loop.
        """
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
        found = self._import_of(func)
        return ".".join([found.origin, *reversed(parts)]) if found is not None else None

    def _import_of(self, name: ast.Name) -> Import | None:
        """The import that a name stands for, if nothing else binds it."""
        for scope in self._scopes.of(name).enclosing():
            if scope.rebinds(name.id):
                return None
            if name.id in scope.imports:
                return scope.imports[name.id]
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
        """The same, for inference: where that identifier was asked about first, if it is imported, as it is the same
        then wherever it stands. jedi looks through all places of such a name for each of them."""
        position = self.position_of(func)
        base = func.value if isinstance(func, ast.Attribute) else func
        if not isinstance(base, ast.Name) or self.is_misplaced(func):
            return position
        found = self._import_of(base)
        # What a module has can't be narrowed by a test, and neither can what is called itself.
        if found is None or (base is not func and not isinstance(found.node, ast.Import)):
            return position
        return self._asked.setdefault((found.origin, last_name(func)), position)

    def is_misplaced(self, node: ast.expr) -> bool:
        """Before Python 3.12, `ast` can be wrong about where an expression in an f-string stands."""
        if sys.version_info >= (3, 12) or not any(isinstance(n, ast.JoinedStr) for n in self._scopes.ancestors(node)):
            return False
        try:
            return ast.dump(ast.parse(self._source.segment(node), mode="eval").body) != ast.dump(node)
        except SyntaxError:
            return True
