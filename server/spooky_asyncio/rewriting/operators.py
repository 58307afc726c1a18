"""Operators, and how tightly they bind."""

from __future__ import annotations

import ast
import enum
from typing import TypeAlias

Part: TypeAlias = "ast.expr | tuple[str, Precedence]"
"""An operand, or an operator, of several operations in a row."""


class Precedence(enum.IntEnum):
    """Of operators: those that bind the least are broken first."""

    NONE = 0
    ATTRIBUTE = enum.auto()
    POWER = enum.auto()
    INVERSION = enum.auto()
    PRODUCT = enum.auto()
    SUM = enum.auto()
    SHIFT = enum.auto()
    BIT_AND = enum.auto()
    BIT_XOR = enum.auto()
    BIT_OR = enum.auto()
    COMPARISON = enum.auto()
    BOOLEAN = enum.auto()
    CONDITIONAL = enum.auto()


PRECEDENCE: dict[type[ast.operator], Precedence] = {
    ast.Add: Precedence.SUM,
    ast.Sub: Precedence.SUM,
    ast.Mult: Precedence.PRODUCT,
    ast.MatMult: Precedence.PRODUCT,
    ast.Div: Precedence.PRODUCT,
    ast.Mod: Precedence.PRODUCT,
    ast.FloorDiv: Precedence.PRODUCT,
    ast.Pow: Precedence.POWER,
    ast.LShift: Precedence.SHIFT,
    ast.RShift: Precedence.SHIFT,
    ast.BitOr: Precedence.BIT_OR,
    ast.BitXor: Precedence.BIT_XOR,
    ast.BitAnd: Precedence.BIT_AND,
}

SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.MatMult: "@",
    ast.Div: "/",
    ast.Mod: "%",
    ast.FloorDiv: "//",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not ",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
}


def symbol(part: Part) -> str:
    assert isinstance(part, tuple)
    return part[0]
