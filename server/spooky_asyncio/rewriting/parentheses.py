"""Which expressions have parentheses, and whether `ruff format` (and black) would add some to break them."""

from __future__ import annotations

import ast
import enum
from collections.abc import Sequence

from spooky_asyncio.rewriting.operators import PRECEDENCE, SYMBOLS, Part, Precedence
from spooky_asyncio.rewriting.strings import literals
from spooky_asyncio.source import Source


class Needs(enum.Enum):
    """What becomes of an expression that does not fit."""

    PARENTHESES = enum.auto()
    """It has them even where it fits."""
    PARENTHESES_TO_BREAK = enum.auto()
    """It gets some around it, if it is not broken at the brackets in it."""
    PARENTHESES_TO_FIT = enum.auto()
    """It gets some if it fits on a line of its own."""
    NOTHING = enum.auto()
    """It is broken at its own brackets."""


_DISPLAYS = (ast.Dict, ast.List, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp)
_OPERATIONS = (ast.BoolOp, ast.BinOp, ast.Compare, ast.IfExp, ast.Lambda)
_PREFIXED = (ast.UnaryOp, ast.Lambda, ast.Await, ast.Yield, ast.YieldFrom, ast.Starred)
_WITHOUT_WALRUS = (
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Assert, ast.Return, ast.Delete, ast.For, ast.AsyncFor),
    *(ast.withitem, ast.Yield, ast.YieldFrom, ast.Await, ast.Lambda),
)
"""Parents within which a walrus has parentheses of its own."""


class Parentheses:
    """The parentheses of a file's expressions."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def are_around(self, node: ast.expr) -> bool:
        """Whether an expression is in parentheses which are not its own, nor those of a call."""
        start, end = self._span(node)
        opening, closing = self._skipped(start - 1, -1), self._skipped(end, 1)
        return self._letter(opening) == "(" and self._letter(closing) == ")" and not self._is_call(opening)

    def are_own(self, node: ast.Tuple | ast.GeneratorExp) -> bool:
        """Whether a tuple has parentheses, or a generator has other ones than those of a call."""
        start, _ = self._span(node)
        if self._letter(start) != "(" or (isinstance(node, ast.GeneratorExp) and self._is_call(start)):
            return False
        if isinstance(node, ast.GeneratorExp) or not node.elts:
            return True
        # In `(a), b`, those at the start are of the first element.
        first, end = self._span(node.elts[0])
        closing = self._skipped(end, 1)
        while self._letter(closing) == ")" and closing < self._span(node)[1] - 1:
            first, closing = self._skipped(first - 1, -1), self._skipped(closing + 1, 1)
        return first > start

    def own(self, node: ast.expr) -> bool | None:
        """Whether there is something in the brackets that an expression consists of or ends in; None without any."""
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.Subscript)):
            return True
        if isinstance(node, ast.GeneratorExp):
            return True if self.are_own(node) else None
        if isinstance(node, ast.Tuple) and not self.are_own(node):
            return None
        if isinstance(node, (ast.List, ast.Set, ast.Tuple)):
            return bool(node.elts)
        if isinstance(node, ast.Dict):
            return bool(node.values)
        return bool(node.args or node.keywords) if isinstance(node, ast.Call) else None

    def any(self, node: ast.expr) -> bool | None:
        """The same of all brackets, with those around it."""
        own = self.own(node)
        return own or (True if self.are_around(node) else own)

    def are_fluent(self, node: ast.expr) -> bool:
        """Whether a chain of calls, broken, is broken at its dots: from two on that follow brackets."""
        count = 0
        while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
            inner = node.func if isinstance(node, ast.Call) else node.value
            if self.are_around(inner):
                return count + isinstance(node, ast.Attribute) > 1
            count += isinstance(node, ast.Attribute) and isinstance(inner, (ast.Call, ast.Subscript))
            node = inner
        return count > 1

    def flattened(self, node: ast.expr) -> list[Part]:
        """The operands and operators of nested operations, but for those in parentheses."""
        if isinstance(node, ast.BinOp):
            operands, precedence = [node.left, node.right], PRECEDENCE[type(node.op)]
            operators: Sequence[ast.AST] = [node.op]
        elif isinstance(node, ast.Compare):
            operands, operators, precedence = [node.left, *node.comparators], node.ops, Precedence.COMPARISON
        elif isinstance(node, ast.BoolOp):
            operands, precedence = node.values, Precedence.BOOLEAN
            operators = [node.op] * (len(operands) - 1)
        else:
            return [node]
        found: list[Part] = []
        for number, operand in enumerate(operands):
            found += [(SYMBOLS[type(operators[number - 1])], precedence)] if number else []
            found += [operand] if self.are_around(operand) else self.flattened(operand)
        return found

    def is_concatenated(self, node: ast.expr) -> bool:
        """Whether it is several string literals side by side."""
        is_string = isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
        )
        return is_string and len(literals(self._source.segment(node))) > 1

    def needs(self, node: ast.expr, parent: ast.AST) -> Needs:
        if isinstance(node, (*_DISPLAYS, ast.Tuple)):
            return Needs.NOTHING
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return self._needs_of_yield(node, parent)
        if isinstance(node, ast.NamedExpr) and isinstance(parent, _WITHOUT_WALRUS):
            return Needs.PARENTHESES
        if isinstance(parent, ast.Await) and isinstance(node, (*_OPERATIONS, ast.UnaryOp, ast.GeneratorExp, ast.Await)):
            return Needs.PARENTHESES
        if isinstance(node, ast.GeneratorExp):
            return Needs.NOTHING
        if isinstance(node, (*_OPERATIONS, ast.NamedExpr, ast.Starred, ast.Slice)) or self.are_fluent(node):
            return Needs.PARENTHESES_TO_BREAK
        inner = _inner(node)
        if inner is None and self.is_concatenated(node):
            return Needs.PARENTHESES_TO_BREAK
        if inner is None:
            return Needs.PARENTHESES_TO_FIT
        return Needs.NOTHING if self.are_around(inner) else self.needs(inner, node)

    def _needs_of_yield(self, node: ast.Yield | ast.YieldFrom, parent: ast.AST) -> Needs:
        if not isinstance(parent, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return Needs.PARENTHESES
        if node.value is None or self.are_around(node.value):
            return Needs.NOTHING
        needs = self.needs(node.value, node)
        return Needs.NOTHING if needs is Needs.PARENTHESES_TO_FIT else needs

    def can_be_omitted(self, node: ast.expr) -> bool:
        """Whether an expression may be broken at the brackets in it rather than get parentheses around it."""
        survey = _Survey(self)
        survey.look_inside(node)
        if not survey.has_brackets or survey.count > 1:
            return False
        if survey.loosest <= Precedence.ATTRIBUTE:
            return True
        edges = (survey.first, survey.last)
        # A subscript that is broken looks odd.
        return any(edge and not isinstance(edge, ast.Subscript) and self.any(edge) for edge in edges)

    def _span(self, node: ast.expr) -> tuple[int, int]:
        return self._source.offset(self._source.start(node)), self._source.offset(self._source.end(node))

    def _letter(self, index: int) -> str:
        return self._source.text[index : index + 1] if index >= 0 else ""

    def _skipped(self, index: int, step: int) -> int:
        """The first place from an index on with more than space between tokens."""
        while (letter := self._letter(index)) and (letter.isspace() or letter == "\\"):
            index += step
        return index

    def _is_call(self, opening: int) -> bool:
        """Whether a parenthesis begins the arguments of a call."""
        before = self._letter(opening - 1)
        return before.isidentifier() or before.isdigit() or before in tuple(")]}\"'")


class _Survey:
    """What matters of an expression for whether parentheses can be omitted."""

    def __init__(self, parentheses: Parentheses) -> None:
        self.has_brackets = False
        self.loosest = Precedence.NONE
        self.count = 0
        """Of the operators that bind the least."""
        self.first: ast.expr | None = None
        """What it begins with; None for a word or sign."""
        self.last: ast.expr | None = None
        self._parentheses = parentheses
        self._has_begun = False

    def look_at(self, node: ast.expr) -> None:
        self.last = node
        if self._parentheses.are_around(node):
            self.has_brackets = True
        else:
            self.look_inside(node)
        self._begin(node)

    def look_inside(self, node: ast.expr) -> None:
        if isinstance(node, _DISPLAYS) or (
            isinstance(node, (ast.Tuple, ast.GeneratorExp)) and self._parentheses.are_own(node)
        ):
            self.has_brackets = True
        elif isinstance(node, (ast.Call, ast.Subscript, ast.Attribute)):
            inner = node.func if isinstance(node, ast.Call) else node.value
            self.has_brackets |= not isinstance(node, ast.Attribute)
            self.look_at(inner)
            if isinstance(node, ast.Attribute) and self._parentheses.any(inner) is not None:
                self._count(Precedence.ATTRIBUTE)
            self.last = node
        elif not isinstance(node, (ast.JoinedStr, ast.Slice)):
            self._count(*_precedence(node))
            if isinstance(node, _PREFIXED):
                self._begin(None)
            for child in _children(node):
                self.look_at(child)

    def _begin(self, node: ast.expr | None) -> None:
        if not self._has_begun:
            self._has_begun, self.first = True, node

    def _count(self, precedence: Precedence, count: int = 1) -> None:
        if precedence > self.loosest:
            self.loosest, self.count = precedence, count
        elif precedence == self.loosest:
            self.count += count


def _precedence(node: ast.expr) -> tuple[Precedence, int]:
    """That of an expression's operators, and how many these are."""
    if isinstance(node, ast.BoolOp):
        return Precedence.BOOLEAN, len(node.values) - 1
    if isinstance(node, ast.Compare):
        return Precedence.COMPARISON, len(node.ops)
    if isinstance(node, ast.BinOp):
        return PRECEDENCE[type(node.op)], 1
    if isinstance(node, ast.IfExp):
        return Precedence.CONDITIONAL, 2
    is_inversion = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert)
    return (Precedence.INVERSION, 1) if is_inversion else (Precedence.NONE, 0)


def _children(node: ast.AST) -> list[ast.expr]:
    """The expressions right inside of one, in the order of the text."""
    found: list[ast.expr] = []
    for child in ast.iter_child_nodes(node):
        found += [child] if isinstance(child, ast.expr) else _children(child)
    return sorted(found, key=lambda child: (child.lineno, child.col_offset))


def _inner(node: ast.expr) -> ast.expr | None:
    """The expression that decides what another one needs."""
    if isinstance(node, ast.Call):
        return node.func
    if isinstance(node, ast.UnaryOp):
        return node.operand
    return node.value if isinstance(node, (ast.Attribute, ast.Subscript, ast.Await)) else None
