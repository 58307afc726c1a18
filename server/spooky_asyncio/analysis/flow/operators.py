"""Which operators the classes of a file have of their own."""

from __future__ import annotations

import ast
from functools import cached_property

from spooky_asyncio.analysis.scopes import Scopes, Section

_OPERATOR_NAMES: dict[type[ast.AST], str] = {
    ast.Div: "truediv",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.BitOr: "or",
    ast.BitAnd: "and",
    ast.BitXor: "xor",
    ast.NotEq: "eq",
    ast.LtE: "le",
    ast.GtE: "ge",
    ast.In: "contains",
    ast.NotIn: "contains",
}
"""Those of the methods behind operators that are not called like the nodes of `ast`."""


class Operators:
    """The operators of one file."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes

    def is_defined(self, operator: ast.AST) -> bool:
        """Whether a class of this file has an operator of its own, which may well keep what it is given."""
        name = _OPERATOR_NAMES.get(type(operator), type(operator).__name__.lower())
        return not {f"__{name}__", f"__r{name}__", f"__i{name}__"}.isdisjoint(self._method_names)

    @cached_property
    def _method_names(self) -> frozenset[str]:
        """The names of all that is defined in classes of the file."""
        return frozenset[str]().union(*self._scopes.facts(_method_names_in))


def _method_names_in(section: Section) -> frozenset[str]:
    classes = (scope for scope in section.scopes if isinstance(scope.node, ast.ClassDef))
    return frozenset(name for scope in classes for name in scope.definitions)
