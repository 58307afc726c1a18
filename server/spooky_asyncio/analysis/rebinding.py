"""Whether the variables of a function are still what they were, after an edit has changed some of its statements."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from spooky_asyncio.analysis.scopes import Scopes, Section
from spooky_asyncio.analysis.syntax import NAMING, names_given_by


class Bindings:
    """What tells of the variables of one version of a section."""

    def __init__(self, section: Section, scopes: Scopes) -> None:
        self._loads = [(name, loads) for scope in section.scopes for name, loads in scope.loads.items()]
        bound: defaultdict[tuple[ast.AST, str], list[ast.AST]] = defaultdict(list)
        for scope in section.scopes:
            for name, stores in scope.stores.items():
                bound[scope.node, name] += stores
        for node in section.of_kind(*NAMING):
            for name in names_given_by(node):
                bound[scopes.of(node).node, name].append(node)
        self._bound = dict(bound)
        self._telling = list(filter(_tells, section.of_kind(*_TELLING)))
        self._texts = [node.value for node in section.of_kind(ast.Constant) if isinstance(node.value, str)]

    def tell_as_much_as(self, former: Bindings) -> bool:
        """Whether they say the same of all that is read in statements which have stayed the nodes they were."""
        if self._telling != former._telling:
            return False
        mine, theirs = self._bound, former._bound
        changed = {key[1] for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)}
        if not changed:
            return True
        # A type may be written as a text.
        named = re.compile(rf"\b(?:{'|'.join(map(re.escape, changed))})\b")
        if any(map(named.search, self._texts)):
            return False
        return self._reading(changed).isdisjoint(former._reading(changed))

    def _reading(self, names: set[str]) -> set[ast.Name]:
        return {load for name, loads in self._loads if name in names for load in loads}


_TELLING: tuple[type[ast.AST], ...] = (
    *(ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Return, ast.Yield, ast.YieldFrom),
    *(ast.Attribute, ast.Match, ast.Call, ast.Global, ast.Nonlocal),
)
"""Besides the names that are bound: what functions give, what attributes are set to, what is tested for its type."""


def _tells(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return not isinstance(node.ctx, ast.Load)
    return not isinstance(node, ast.Call) or getattr(node.func, "id", "") in ("isinstance", "issubclass")
