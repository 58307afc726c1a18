"""Expressions with the places where `ruff format` (and black) would break them."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from itertools import pairwise

from spooky_asyncio.model import Range
from spooky_asyncio.rewriting.document import Document, Group, IfBroken, Indent, Line, joined
from spooky_asyncio.source import Source

_DISPLAYS = (ast.List, ast.Set, ast.Dict, ast.Tuple, ast.ListComp, ast.SetComp, ast.DictComp)


class NotSure(Exception):
    """How a formatter would break it can't be told."""


class Expressions:
    """The documents of a file's expressions. What is never broken stays as it was written."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def value(self, node: ast.expr, *, is_statement: bool) -> Document:
        """What a statement ends in. A formatter puts some expressions into parentheses rather than break them."""
        bare = node
        while isinstance(bare, (ast.Await, ast.UnaryOp)):
            bare = bare.value if isinstance(bare, ast.Await) else bare.operand
        if isinstance(bare, _DISPLAYS) or (isinstance(bare, ast.Call) and _links(bare) < 2) or _awaited_first(bare):
            return self.expression(node)
        if not is_statement and _wants_parentheses(bare):
            return in_parentheses(self.expression(node))
        if isinstance(bare, (ast.BoolOp, ast.BinOp, ast.Compare)):
            last = _edges(bare)[1]
            head = self._source.slice(Range(self._source.start(node), self._source.start(last)))
            if _ends_in_brackets(last):
                return (unbroken(head), self.expression(last))
        return unbroken(self._text(node))

    def expression(self, node: ast.expr) -> Document:
        if isinstance(node, ast.Await):
            return ("await ", self.expression(node.value))
        if isinstance(node, ast.Starred):
            return ("*", self.expression(node.value))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ("not ", self.expression(node.operand))
        if isinstance(node, ast.Call) and _links(node) < 2:
            return self._call(node)
        inner = _awaited_first(node)
        if inner is not None:
            rest = self._source.slice(Range(self._source.end(inner), self._source.end(node))).lstrip()
            return ("(", Group((Indent((Line(), self.expression(inner))), Line())), unbroken(rest))
        if isinstance(node, (ast.List, ast.Set)) and node.elts:
            return self._display(node, [self.expression(item) for item in node.elts], node.elts[-1])
        if isinstance(node, ast.Tuple) and len(node.elts) > 1 and self._text(node, several_lines=True).startswith("("):
            return self._display(node, [self.expression(item) for item in node.elts], node.elts[-1])
        if isinstance(node, ast.Dict) and node.values:
            return self._display(
                node, [self._item(*item) for item in zip(node.keys, node.values, strict=True)], node.values[-1]
            )
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            return self._comprehension(node)
        if isinstance(node, (ast.BoolOp, ast.BinOp, ast.Compare)):
            return Group(self._operators(node))
        if isinstance(node, ast.IfExp):
            return Group(self._conditional(node))
        return unbroken(self._text(node))

    def _call(self, node: ast.Call) -> Document:
        function = self._text(node.func, several_lines=True)
        callee = self.expression(node.func) if isinstance(node.func, ast.Call) else unbroken(function)
        arguments: list[ast.expr | ast.keyword] = sorted(
            [*node.args, *node.keywords], key=lambda argument: (argument.lineno, argument.col_offset)
        )
        if not arguments:
            if isinstance(node.func, ast.Attribute) and _is_call_by_name(node.func.value):
                # The brackets before it are the last ones with something in them, and those are broken.
                return (self.expression(node.func.value), f".{node.func.attr}()")
            return (callee, "()")
        last = arguments[-1].value if isinstance(arguments[-1], ast.keyword) else arguments[-1]
        if isinstance(last, ast.GeneratorExp) and len(arguments) == 1:
            # Its parentheses are those of the call.
            return (callee, self._comprehension(last))
        has_last_comma = self._has_last_comma(node, last)
        # A single argument gets no comma where it is broken itself.
        comma = IfBroken(",") if len(arguments) > 1 or has_last_comma else ""
        inner = Group((joined(map(self._argument, arguments), (",", Line(" "))), comma), broken=has_last_comma)
        return (callee, "(", Group((Indent((Line(), inner)), Line())), ")")

    def _argument(self, node: ast.expr | ast.keyword) -> Document:
        if isinstance(node, ast.keyword):
            return (f"{node.arg}=" if node.arg else "**", self.expression(node.value))
        return self.expression(node)

    def _display(self, node: ast.expr, items: Sequence[Document], last: ast.expr) -> Document:
        opening, closing = self._brackets(node)
        has_last_comma = self._has_last_comma(node, last)
        comma = IfBroken(",") if len(items) > 1 or has_last_comma else ""
        inner = (Indent((Line(), joined(items, (",", Line(" "))), comma)), Line())
        return (opening, Group(inner, broken=has_last_comma), closing)

    def _item(self, key: ast.expr | None, value: ast.expr) -> Document:
        return ((self.expression(key), ": ") if key else "**", self.expression(value))

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Document:
        opening, closing = self._brackets(node)
        element = self._item(node.key, node.value) if isinstance(node, ast.DictComp) else self.expression(node.elt)
        parts: list[Document] = [element]
        for clause in node.generators:
            start = "async for " if clause.is_async else "for "
            parts.append((start, self.expression(clause.target), " in ", self.expression(clause.iter)))
            parts += [("if ", self.expression(test)) for test in clause.ifs]
        return (opening, Group((Indent((Line(), Group(joined(parts, Line(" "))))), Line())), closing)

    def _operators(self, node: ast.BoolOp | ast.BinOp | ast.Compare) -> Document:
        if isinstance(node, ast.BoolOp):
            operator = "and " if isinstance(node.op, ast.And) else "or "
            return joined(map(self.expression, node.values), (Line(" "), operator))
        operands = [node.left, *node.comparators] if isinstance(node, ast.Compare) else [node.left, node.right]
        parts: list[Document] = [self.expression(operands[0])]
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.BinOp) and _bind_alike(node.left, node):
            parts = [self._operators(node.left)]
        for left, right in pairwise(operands):
            between = self._source.slice(Range(self._source.end(left), self._source.start(right)))
            operator = " ".join(between.split())
            if not re.fullmatch(r"[-+*/%@&|^<>=!]+|(?:not )?in|is(?: not)?", operator) or operator == "**":
                raise NotSure
            parts += [Line(" "), f"{operator} ", self.expression(right)]
        return tuple(parts)

    def _conditional(self, node: ast.IfExp) -> Document:
        other = node.orelse
        rest = self._conditional(other) if isinstance(other, ast.IfExp) else self.expression(other)
        return (self.expression(node.body), Line(" "), "if ", self.expression(node.test), Line(" "), "else ", rest)

    def _text(self, node: ast.expr, *, several_lines: bool = False) -> str:
        text = self._source.segment(node)
        return text if several_lines else unbroken(text)

    def _brackets(self, node: ast.expr) -> tuple[str, str]:
        text = self._text(node, several_lines=True)
        return text[0], text[-1]

    def _has_last_comma(self, node: ast.expr, last: ast.expr) -> bool:
        """Whether a comma stands behind the last element, which tells formatters to give each a line of its own."""
        after = self._source.text[
            self._source.offset(self._source.end(last)) : self._source.offset(self._source.end(node)) - 1
        ]
        return after.rstrip().endswith(",")


def in_parentheses(document: Document) -> Document:
    """In parentheses of its own where it is broken."""
    return Group((IfBroken("("), Indent((Line(), document)), Line(), IfBroken(")")))


def unbroken(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise NotSure
    return text


def _links(node: ast.expr) -> int:
    """How many attributes of calls and subscripts a chain has: from two on, formatters break it at its dots."""
    count = 0
    inner: ast.expr | None = node
    while isinstance(inner, (ast.Attribute, ast.Call, ast.Subscript)):
        if isinstance(inner, ast.Attribute):
            count += not isinstance(inner.value, (ast.Name, ast.Attribute))
            inner = inner.value
        else:
            inner = inner.func if isinstance(inner, ast.Call) else inner.value
    return count


def _is_call_by_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _links(node) == 0


def _wants_parentheses(node: ast.expr) -> bool:
    """Whether a formatter rather adds parentheses than breaks at those which are there: where there are several
    operators of the kind, or no operand at the edge has brackets with something in them."""
    if not isinstance(node, (ast.BoolOp, ast.BinOp, ast.Compare)):
        return isinstance(node, ast.IfExp)
    if isinstance(node, ast.BinOp):
        operators, left = 1, node.left
        while isinstance(left, ast.BinOp) and _bind_alike(left, node):
            operators, left = operators + 1, left.left
    else:
        operators = len(node.ops) if isinstance(node, ast.Compare) else len(node.values) - 1
    first, last = _edges(node)
    return operators > 1 or not (_ends_in_brackets(first) or (_ends_in_brackets(last) and not _awaited_first(last)))


def _bind_alike(left: ast.BinOp, right: ast.BinOp) -> bool:
    kinds = ((ast.Add, ast.Sub), (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.MatMult))
    return type(left.op) is type(right.op) or any(
        isinstance(left.op, kind) and isinstance(right.op, kind) for kind in kinds
    )


def _edges(node: ast.BoolOp | ast.BinOp | ast.Compare) -> tuple[ast.expr, ast.expr]:
    """The first and the last operand."""
    if isinstance(node, ast.BoolOp):
        return node.values[0], node.values[-1]
    return node.left, node.comparators[-1] if isinstance(node, ast.Compare) else node.right


def _awaited_first(node: ast.expr) -> ast.Await | None:
    """`await f()` in `(await f()).name` and `(await f())[0]`."""
    inner = node.value if isinstance(node, (ast.Attribute, ast.Subscript)) else None
    return inner if isinstance(inner, ast.Await) else None


def _ends_in_brackets(node: ast.expr) -> bool:
    while isinstance(node, (ast.Await, ast.UnaryOp)):
        node = node.value if isinstance(node, ast.Await) else node.operand
    if isinstance(node, ast.Call):
        return bool(node.args or node.keywords)
    # Those within an operand may count or not.
    return not isinstance(node, (ast.Name, ast.Constant))
