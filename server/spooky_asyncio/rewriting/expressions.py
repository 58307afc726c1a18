"""Expressions with the places where `ruff format` (and black) would break them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import singledispatchmethod
from typing import TypeAlias, TypeVar

from spooky_asyncio.model import Range
from spooky_asyncio.rewriting.document import (
    BestFitParenthesized,
    BestFitting,
    BreakParent,
    Document,
    FitsExpanded,
    Group,
    GroupId,
    IfBroken,
    Indent,
    Line,
    breaks_parent,
    indented,
    joined,
)
from spooky_asyncio.rewriting.operators import SYMBOLS, Part, symbol
from spooky_asyncio.rewriting.parentheses import Needs, Parentheses
from spooky_asyncio.rewriting.strings import literals, merged
from spooky_asyncio.source import Source


class NotSure(Exception):
    """How a formatter would break it can't be told."""


_INSIDE = GroupId()
"""Stands for any brackets that are there for sure."""

_Chain: TypeAlias = ast.Attribute | ast.Call | ast.Subscript
_Operation: TypeAlias = ast.BoolOp | ast.BinOp | ast.Compare
_Item = TypeVar("_Item")
_BRACKETS = {ast.ListComp: ("[", "]"), ast.SetComp: ("{", "}"), ast.GeneratorExp: ("(", ")")}


class Expressions:
    """The documents of a file's expressions."""

    def __init__(self, source: Source, brackets: GroupId | None = None) -> None:
        self._source = source
        self._parentheses = Parentheses(source)
        # What makes it possible to break a line here: brackets for sure, or those that a group may get.
        self._brackets = brackets

    def kept(self, node: ast.expr) -> Document:
        """An expression, in parentheses if it is now."""
        return self.parenthesized(node) if self._parentheses.are_around(node) else self.bare(node)

    def parenthesized(self, node: ast.expr) -> Document:
        return self._bracketed("(", self.inside.bare(node), ")")

    def value(self, node: ast.expr, parent: ast.AST) -> Document:
        """One that gets parentheses, or loses them, as it takes to break it."""
        needs = self._parentheses.needs(node, parent)
        if needs is Needs.PARENTHESES:
            return self.parenthesized(node)
        if self._brackets or needs is Needs.NOTHING:
            return self.bare(node)
        if needs is Needs.PARENTHESES_TO_BREAK:
            return self.in_parentheses_if_broken(node)
        group = GroupId()
        return BestFitParenthesized(self.within(group).bare(node), group)

    def in_parentheses_if_broken(self, node: ast.expr) -> Document:
        prefers_own = self._parentheses.can_be_omitted(node)
        return self.optional_parentheses(node, Expressions.bare, prefers_own=prefers_own)

    def optional_parentheses(
        self, node: _Item, form: Callable[[Expressions, _Item], Document], *, prefers_own: bool = False
    ) -> Document:
        """In parentheses where it is broken; or, preferably, broken only in brackets of its own."""
        group = GroupId()
        document = form(self.within(group) if prefers_own else self.inside, node)
        return Group((IfBroken("("), Indent((Line(), document), group), Line(), IfBroken(")")), group)

    @property
    def inside(self) -> Expressions:
        """For what is in brackets."""
        return self.within(_INSIDE)

    def within(self, group: GroupId) -> Expressions:
        """For what is in parentheses where a group is broken."""
        return Expressions(self._source, group)

    def bare(self, node: ast.expr) -> Document:
        """An expression without the parentheses around it."""
        return self._form(node)

    @singledispatchmethod
    def _form(self, node: ast.expr) -> Document:
        raise NotSure

    @_form.register(ast.Name)
    @_form.register(ast.Constant)
    @_form.register(ast.JoinedStr)
    def _atom(self, node: ast.expr) -> Document:
        if not self._parentheses.is_concatenated(node):
            return unbroken(self._source.segment(node))
        return self._group(self._string(node))

    def _string(self, node: Part) -> Document:
        assert isinstance(node, ast.expr)
        apart, in_one = self._literals(node)
        return IfBroken(apart, in_one) if self._brackets else in_one

    def last_string(self, node: ast.expr) -> Document:
        """Literals side by side at the end of a statement, as a whole."""
        apart, in_one = self.inside._literals(node)
        within = [("(", Group(indented(form), broken=True), ")") for form in (in_one, apart)]
        return BestFitting((in_one, *within), all_lines=True)

    def _literals(self, node: ast.expr) -> tuple[Document, str]:
        """Literals side by side: each on its own, and in one."""
        parts = literals(self._source.segment(node))
        in_one = merged(parts)
        if in_one is None:
            raise NotSure
        return joined(map(unbroken, parts), self._line()), in_one

    @_form.register(ast.Await)
    def _await(self, node: ast.Await) -> Document:
        return ("await ", self.value(node.value, node))

    @_form.register(ast.YieldFrom)
    def _yield_from(self, node: ast.YieldFrom) -> Document:
        return ("yield from ", self.kept_value(node.value, node))

    @_form.register(ast.Yield)
    def _yield(self, node: ast.Yield) -> Document:
        return ("yield ", self.kept_value(node.value, node)) if node.value else "yield"

    def kept_value(self, node: ast.expr, parent: ast.AST) -> Document:
        """One that may get parentheses, but loses none. It gets none only to be on a line of its own."""
        if self._parentheses.are_around(node):
            return self.parenthesized(node)
        if self._parentheses.needs(node, parent) is Needs.PARENTHESES_TO_FIT:
            return self.bare(node)
        return self.value(node, parent)

    @_form.register(ast.Starred)
    def _starred(self, node: ast.Starred) -> Document:
        return ("*", self.kept(node.value))

    @_form.register(ast.UnaryOp)
    def _unary(self, node: ast.UnaryOp) -> Document:
        is_power = isinstance(node.operand, ast.BinOp) and isinstance(node.operand.op, ast.Pow)
        operand = self.parenthesized(node.operand) if is_power else self.kept(node.operand)
        return (SYMBOLS[type(node.op)], operand)

    @_form.register(ast.NamedExpr)
    def _walrus(self, node: ast.NamedExpr) -> Document:
        return (Group((self.kept(node.target), self._line())), ":= ", self.kept(node.value))

    @_form.register(ast.IfExp)
    def _conditional(self, node: ast.IfExp) -> Document:
        return self._group(self._branches(node))

    def _branches(self, node: ast.IfExp) -> Document:
        other = node.orelse
        is_elif = isinstance(other, ast.IfExp) and not self._parentheses.are_around(other)
        rest = self._branches(other) if isinstance(other, ast.IfExp) and is_elif else self._group(self.kept(other))
        return (self.kept(node.body), self._line(), "if ", self.kept(node.test), self._line(), "else ", rest)

    @_form.register(ast.Lambda)
    def function(self, node: ast.Lambda, *, is_last: bool = False) -> Document:
        if any(isinstance(part, ast.Await) for part in ast.walk(node.args)):
            # It gets parentheses of its own, even though the parameters are never broken.
            raise NotSure
        start = self._source.start(node)
        head = self._source.slice(Range(start, self._source.start(node.body))).rstrip("( \t\r\n\\")
        body = self._lambda_body(node.body, node)
        return (unbroken(head), " ", FitsExpanded(body) if is_last else body)

    def _lambda_body(self, body: ast.expr, node: ast.Lambda) -> Document:
        needs = self._parentheses.needs(body, node)
        if needs is Needs.PARENTHESES:
            return self.parenthesized(body)
        if needs is not Needs.PARENTHESES_TO_BREAK:
            if isinstance(body, (ast.Call, ast.Subscript)):
                bare = self.bare(body)
                variants = (bare, Group(bare, broken=True), ("(", indented(bare), ")"))
                return (BreakParent() if breaks_parent(bare) else "", BestFitting(variants))
            if self._parentheses.own(body) is not None:
                return self.kept(body)
        return self.optional_parentheses(body, Expressions.bare)

    @_form.register(ast.BoolOp)
    @_form.register(ast.BinOp)
    @_form.register(ast.Compare)
    def _operation(self, node: _Operation) -> Document:
        parts = self._parentheses.flattened(node)
        if isinstance(node, ast.BoolOp) or not any(map(self._is_concatenated, parts)):
            return self._group(self._operations(parts))
        return self._group(self._around_strings(parts))

    def _is_concatenated(self, part: Part) -> bool:
        if not isinstance(part, ast.expr) or self._parentheses.are_around(part):
            return False
        return self._parentheses.is_concatenated(part)

    def _around_strings(self, parts: Sequence[Part]) -> Document:
        """Literals side by side are broken before the operations around them, and all of these literals at once."""
        found: list[Document] = []
        between: list[Document] = []
        start = 0
        for index in filter(lambda index: self._is_concatenated(parts[index]), range(len(parts))):
            if start < index:
                between += [self._operations(parts[start : index - 1]), self._line(), symbol(parts[index - 1])]
                found += [self._group(tuple(between)), " "]
            elif between:
                found.append(self._group(tuple(between)))
            found.append(self._string(parts[index]))
            if index + 1 == len(parts):
                return tuple(found)
            between = [self._line(), symbol(parts[index + 1]), " "]
            start = index + 2
        return (*found, self._group((*between, self._operations(parts[start:]))))

    def _operations(self, parts: Sequence[Part]) -> Document:
        """Broken at the operators that bind the least; what is between them is a group."""
        if isinstance(parts[0], ast.expr) and len(parts) == 1:
            return self.kept(parts[0])
        loosest = max(part[1] for part in parts if isinstance(part, tuple))
        places = [index for index, part in enumerate(parts) if isinstance(part, tuple) and part[1] == loosest]
        found: list[Document] = []
        start = 0
        for place in places:
            operator = symbol(parts[place])
            is_tight = operator == "**" and self._are_simple(parts[place - 1], parts[place + 1])
            space = "" if is_tight else " "
            gap = IfBroken(" ", group=self._group_id) if is_tight and self._brackets else space
            found += [self._operands(parts[start:place]), self._line(space), operator, gap]
            start = place + 1
        return (*found, self._operands(parts[start:]))

    def _operands(self, parts: Sequence[Part]) -> Document:
        document = self._operations(parts)
        return self._group(document) if len(parts) > 1 else document

    def _are_simple(self, *operands: Part) -> bool:
        """Whether a power of these has no spaces around its operator."""
        return all(
            isinstance(operand, ast.expr) and _is_simple(operand) and not self._parentheses.are_around(operand)
            for operand in operands
        )

    @_form.register(ast.Attribute)
    @_form.register(ast.Call)
    @_form.register(ast.Subscript)
    def _chain(self, node: _Chain) -> Document:
        is_fluent = bool(self._brackets) and self._parentheses.are_fluent(node)
        document = self._link(node, is_fluent=is_fluent)
        return Group(document) if is_fluent else document

    def _link(self, node: _Chain, *, is_fluent: bool) -> Document:
        inner = node.func if isinstance(node, ast.Call) else node.value
        is_root = self._parentheses.are_around(inner)
        if is_root:
            value = self.parenthesized(inner)
        elif isinstance(inner, (ast.Attribute, ast.Call, ast.Subscript)):
            # What is no longer a chain in itself is not asked whether it is one that is broken at its dots.
            value = self._link(inner, is_fluent=is_fluent)
        else:
            value = self.bare(inner)
        if isinstance(node, ast.Call):
            return (value, self._arguments(node))
        if isinstance(node, ast.Subscript):
            return (value, self._bracketed("[", self.inside._slice_in_brackets(node.slice), "]"))
        dot = Line() if is_fluent and (is_root or isinstance(inner, (ast.Call, ast.Subscript))) else ""
        return (value, dot, f".{node.attr}")

    def _arguments(self, node: ast.Call) -> Document:
        arguments: list[ast.expr | ast.keyword] = sorted(
            [*node.args, *node.keywords], key=lambda argument: (argument.lineno, argument.col_offset)
        )
        if not arguments:
            return "()"
        only = node.args[0] if len(arguments) == 1 and node.args else None
        if isinstance(only, ast.GeneratorExp) and not self._parentheses.are_own(only):
            items: Document = self.inside._loops(only.elt, only.generators)
        else:
            items = self._listed(map(self.inside._argument, arguments), node, arguments[-1])
        return self._bracketed("(", Group(items), ")")

    def _argument(self, node: ast.expr | ast.keyword) -> Document:
        if isinstance(node, ast.keyword):
            return (f"{node.arg}=" if node.arg else "**", self.kept(node.value))
        return self.kept(node)

    def _slice_in_brackets(self, node: ast.expr) -> Document:
        if not isinstance(node, ast.Tuple) or self._parentheses.are_own(node):
            return self.kept(node)
        if len(node.elts) == 1:
            return (self.kept(node.elts[0]), "," if self._has_last_comma(node, node.elts[0]) else "")
        return Group(self.elements(node))

    @_form.register(ast.Slice)
    def _slice(self, node: ast.Slice) -> Document:
        bounds = (node.lower, node.upper, node.step)
        space = "" if all(bound is None or _is_simple_bound(bound) for bound in bounds) else " "
        after = node.upper or node.lower
        rest = self._source.slice(
            Range(self._source.end(after) if after else self._source.start(node), self._source.end(node))
        )
        has_step = node.step is not None or rest.count(":") == (1 if node.upper else 2)
        document: Document = (self.kept(node.lower), space, ":") if node.lower else ":"
        document = (document, space, self.kept(node.upper)) if node.upper else document
        if has_step:
            document = (document, space if node.upper or not node.step else "", ":")
        return (document, space, self.kept(node.step)) if node.step else document

    @_form.register(ast.List)
    @_form.register(ast.Set)
    def _display(self, node: ast.List | ast.Set) -> Document:
        opening, closing = ("[", "]") if isinstance(node, ast.List) else ("{", "}")
        return self._bracketed(opening, self.inside.elements(node), closing) if node.elts else opening + closing

    @_form.register(ast.Dict)
    def _dict(self, node: ast.Dict) -> Document:
        if not node.values:
            return "{}"
        pairs = [Group(self.inside._pair(*pair)) for pair in zip(node.keys, node.values, strict=True)]
        return self._bracketed("{", self._listed(pairs, node, node.values[-1]), "}")

    def _pair(self, key: ast.expr | None, value: ast.expr) -> Document:
        return ((self.kept(key), ": ") if key else "**", self.kept(value))

    @_form.register(ast.Tuple)
    def _tuple(self, node: ast.Tuple) -> Document:
        if not node.elts:
            return "()"
        if len(node.elts) == 1:
            return self._bracketed("(", (self.inside.kept(node.elts[0]), ","), ")")
        if self._parentheses.are_own(node):
            return self._bracketed("(", self.inside.elements(node), ")")
        return self.optional_parentheses(node, Expressions.elements)

    def elements(self, node: ast.List | ast.Set | ast.Tuple) -> Document:
        return self._listed(map(self.kept, node.elts), node, node.elts[-1])

    @_form.register(ast.ListComp)
    @_form.register(ast.SetComp)
    @_form.register(ast.GeneratorExp)
    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Document:
        opening, closing = _BRACKETS[type(node)]
        return self._bracketed(opening, Group(self.inside._loops(node.elt, node.generators)), closing)

    @_form.register(ast.DictComp)
    def _dict_comprehension(self, node: ast.DictComp) -> Document:
        within = self.inside
        pair = (Group(within.kept(node.key)), ": ", within.kept(node.value))
        return self._bracketed("{", Group((pair, within._clauses(node.generators))), "}")

    def _loops(self, element: ast.expr, generators: Iterable[ast.comprehension]) -> Document:
        return (Group(self.kept(element)), self._clauses(generators))

    def _clauses(self, generators: Iterable[ast.comprehension]) -> Document:
        found: list[Document] = []
        for clause in generators:
            found += [Line(" "), "async for " if clause.is_async else "for ", self._target(clause.target)]
            found += [" in ", self.kept(clause.iter)]
            for test in clause.ifs:
                found += [Line(" "), "if ", self.kept(test)]
        return tuple(found)

    def _target(self, node: ast.expr) -> Document:
        if isinstance(node, ast.Tuple) and len(node.elts) > 1 and not self._parentheses.are_own(node):
            return joined(map(self.kept, node.elts), ", ")
        return self.kept(node)

    def targets(self, nodes: Sequence[ast.expr]) -> Document:
        return (joined(map(self.kept, nodes), (",", Line(" "))), IfBroken(","))

    def contexts(self, items: Sequence[ast.withitem], has_last_comma: bool) -> Document:
        listed = joined((self.context(item, is_only=len(items) == 1) for item in items), (",", Line(" ")))
        comma = IfBroken(",") if len(items) > 1 or has_last_comma else ""
        return (listed, comma, BreakParent() if has_last_comma else "")

    def context(self, item: ast.withitem, *, is_only: bool = True) -> Document:
        node, variable = item.context_expr, item.optional_vars
        if self._parentheses.are_around(node) and (variable or not is_only):
            is_walrus = self._parentheses.needs(node, item) is Needs.PARENTHESES
            context = self.parenthesized(node) if is_walrus else self.optional_parentheses(node, Expressions.bare)
        else:
            context = self.bare(node)
        return (context, " as ", self.kept(variable)) if variable else context

    def _listed(self, items: Iterable[Document], node: ast.expr, last: ast.expr | ast.keyword) -> Document:
        listed = [*items]
        is_kept_apart = self._has_last_comma(node, last)
        comma = IfBroken(",") if is_kept_apart or len(listed) > 1 else ""
        return (joined(listed, (",", Line(" "))), comma, BreakParent() if is_kept_apart else "")

    def _has_last_comma(self, node: ast.expr, last: ast.expr | ast.keyword) -> bool:
        """Whether a comma stands behind the last element, which tells formatters to give each a line of its own."""
        end = last.value if isinstance(last, ast.keyword) else last
        after = self._source.slice(Range(self._source.end(end), self._source.end(node)))
        return "," in after

    def _bracketed(self, opening: str, inner: Document, closing: str) -> Document:
        group: Document = Group(indented(inner))
        if self._group_id:
            # Rather than in the parentheses that the group may get, it is broken in these.
            group = FitsExpanded(group, unless_broken=self._group_id)
        return (opening, group, closing)

    @property
    def _group_id(self) -> GroupId | None:
        """The group that may get parentheses; None where there are some for sure, or none."""
        return None if self._brackets is _INSIDE else self._brackets

    def _line(self, flat: str = " ") -> Document:
        """A place where an expression can be broken if it is in parentheses."""
        if self._group_id:
            return IfBroken(Line(flat), flat, self._group_id)
        return Line(flat) if self._brackets else flat

    def _group(self, inner: Document) -> Document:
        return Group(inner, if_broken=self._group_id) if self._brackets else inner


def unbroken(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise NotSure
    return text


def _is_simple(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute) or (isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not)):
        node = node.value if isinstance(node, ast.Attribute) else node.operand
    return isinstance(node, ast.Name) or (isinstance(node, ast.Constant) and not isinstance(node.value, (str, bytes)))


def _is_simple_bound(node: ast.expr) -> bool:
    while isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not):
        node = node.operand
    return isinstance(node, (ast.Name, ast.Constant))
