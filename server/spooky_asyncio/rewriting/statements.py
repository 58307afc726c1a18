"""One statement on the lines that `ruff format` (and black) would give it; of a compound statement, its header."""

from __future__ import annotations

import ast
import re
import tokenize
from functools import cached_property
from itertools import pairwise

from spooky_asyncio.model import Position, Range
from spooky_asyncio.rewriting.document import (
    BestFitting,
    Document,
    Group,
    IfBroken,
    Line,
    breaks_parent,
    indented,
    joined,
    rendered,
)
from spooky_asyncio.rewriting.expressions import Expressions, NotSure, unbroken
from spooky_asyncio.rewriting.lines import starts_its_line
from spooky_asyncio.rewriting.operators import PRECEDENCE, SYMBOLS, Precedence
from spooky_asyncio.rewriting.parentheses import Needs, Parentheses
from spooky_asyncio.source import Source, blocks, split_lines, tokens

_PRAGMA = re.compile(r"#\s*(?:type:|noqa|pyright:|pylint:|flake8:|ruff:|isort:|nosec)", re.IGNORECASE)
"""Comments of which a formatter does not count the length."""

_SKIPPED = re.compile(r"#\s*(?:fmt:\s*skip|yapf:\s*disable)")
_SWITCH = re.compile(r"#\s*(?:fmt:\s*(?:(off)|on)|yapf:\s*(?:(disable)|enable))")
"""Comments that tell a formatter to leave a statement alone, or all that follow."""

_KEEP_PARENTHESES = (Precedence.SUM, Precedence.SHIFT, Precedence.BIT_XOR, Precedence.BIT_OR)
"""Operations that keep the parentheses around them as statements, and may get some."""


class Statement:
    """A statement's text, from its first letter (behind decorators) to its last, or to the colon of its header."""

    def __init__(self, node: ast.stmt, source: Source) -> None:
        self._node = node
        self._source = source
        self.start = source.offset(source.start(node))
        self._body = _body_of(node, source)
        self.limit = source.offset(self._body or source.end(node))
        """Where it ends, or where its body begins."""

    @cached_property
    def end(self) -> int:
        return self.start + _colon(self._source.text[self.start : self.limit]) if self._body else self.limit

    @property
    def text(self) -> str:
        return self._source.text[self.start : self.end]

    @property
    def lines(self) -> range:
        """Those that it may have, without its body."""
        first, end = self._node.lineno - 1, self._source.end(self._node).line + 1
        return range(first, max(self._body.line, first + 1) if self._body else end)

    def laid_out(self, line_length: int) -> str | None:
        """The text as a formatter would leave it; None where that can't be told."""
        source, text = self._source, self.text
        rest = source.text[self.end :].partition("\n")[0].rstrip("\r")
        if not starts_its_line(self._node, source) or (rest.strip() and not rest.lstrip().startswith("#")):
            return None
        if self._is_left_alone(rest) or ("#" in text and any(token.type == tokenize.COMMENT for token in tokens(text))):
            return None
        comment = "" if _PRAGMA.match(rest.lstrip()) else rest.rstrip()
        indentation = source.indentation(self._node)
        try:
            document = _Documents(source).statement(self._node, text)
            lines = rendered((document, comment), line_length, indentation, source.indent)
        except (NotSure, RecursionError):
            return None
        result = source.newline.join(lines).removesuffix(comment)
        # A comment for us stays beside what it is about; others may go into the parentheses around a value.
        is_moved = len(lines) > 1 and ("spooky:" in comment or (rest.strip() and _takes_comment(self._node)))
        return None if is_moved or not self._means(result) else result

    def _is_left_alone(self, comment: str) -> bool:
        switches = [*_SWITCH.finditer(self._source.text, 0, self.start)]
        return _SKIPPED.search(comment) is not None or (bool(switches) and any(switches[-1].groups()))

    def _means(self, text: str) -> bool:
        """Whether a new layout of the text says the same; only then are parentheses and commas sure to be right."""
        body = ("\n case _: pass" if isinstance(self._node, ast.Match) else " pass") if self._body else ""
        ours, theirs = (part.removeprefix("el" if body else "") + body for part in (text, self.text))
        try:
            return text == self.text or ast.dump(ast.parse(ours)) == ast.dump(ast.parse(theirs))
        except SyntaxError:
            return False


class _Documents:
    """The documents of statements."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._parentheses = Parentheses(source)
        self._expressions = Expressions(source)

    def statement(self, node: ast.stmt, text: str) -> Document:
        if isinstance(node, ast.ImportFrom):
            return self._names(text)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._parameters(text)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return self._assignment(node)
        if isinstance(node, (ast.If, ast.While, ast.Match, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)):
            return (self._header(node, text), ":")
        return self._simple(node, text)

    def _simple(self, node: ast.stmt, text: str) -> Document:
        if isinstance(node, ast.Expr):
            is_sum = isinstance(node.value, ast.BinOp) and PRECEDENCE[type(node.value.op)] in _KEEP_PARENTHESES
            return self._expressions.kept_value(node.value, node) if is_sum else self._expressions.kept(node.value)
        if isinstance(node, ast.Return) and node.value:
            return ("return ", self._returned(node.value, node))
        if isinstance(node, ast.Raise) and node.exc:
            cause = (" from ", self._expressions.kept_value(node.cause, node)) if node.cause else ""
            return ("raise ", self._expressions.kept_value(node.exc, node), cause)
        if isinstance(node, ast.Assert):
            message = (", ", self._message(node.msg, node)) if node.msg else ""
            return ("assert ", self._expressions.value(node.test, node), message)
        if isinstance(node, ast.Delete):
            return self._delete(node)
        return unbroken(text)

    def _returned(self, node: ast.expr, parent: ast.Return) -> Document:
        if isinstance(node, ast.Tuple) and len(node.elts) > 1 and not self._parentheses.are_own(node):
            return self._expressions.optional_parentheses(node, Expressions.elements, prefers_own=len(node.elts) == 2)
        return self._last_value(node, parent)

    def _last_value(self, node: ast.expr, parent: ast.stmt) -> Document:
        if isinstance(node, ast.Lambda):
            # The body of a lambda gets the parentheses, rather than all of it.
            return self._expressions.optional_parentheses(node, lambda within, it: within.function(it, is_last=True))
        if self._parentheses.is_concatenated(node):
            return self._expressions.last_string(node)
        return self._expressions.value(node, parent)

    def _message(self, node: ast.expr, parent: ast.Assert) -> Document:
        if self._parentheses.needs(node, parent) in (Needs.PARENTHESES_TO_BREAK, Needs.PARENTHESES_TO_FIT):
            return self._expressions.in_parentheses_if_broken(node)
        return self._expressions.value(node, parent)

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> Document:
        kept = self._expressions.kept
        if isinstance(node, ast.AnnAssign):
            return (kept(node.target), ": ", self._annotation(node))
        if isinstance(node, ast.AugAssign):
            operator = f" {SYMBOLS[type(node.op)]}= "
            if self._has_own_brackets(node.target):
                return self._right_to_left(node.target, operator, node.value, node)
            return (kept(node.target), operator, self._last_value(node.value, node))
        first, *others = node.targets
        if others:
            middle = [(self._before_operator(target), " = ") for target in others[:-1]]
            return (kept(first), " = ", *middle, self._right_to_left(others[-1], " = ", node.value, node))
        if self._has_own_brackets(first):
            return self._right_to_left(first, " = ", node.value, node)
        return (kept(first), " = ", self._last_value(node.value, node))

    def _annotation(self, node: ast.AnnAssign) -> Document:
        if not node.value:
            return self._last_value(node.annotation, node)
        if _is_splittable(node.annotation):
            return self._right_to_left(node.annotation, " = ", node.value, node)
        return (self._expressions.bare(node.annotation), " = ", self._last_value(node.value, node))

    def _has_own_brackets(self, target: ast.expr) -> bool:
        has_some = isinstance(target, ast.Tuple) or self._parentheses.own(target) is not None
        return has_some and not self._parentheses.are_around(target)

    def _before_operator(self, node: ast.expr) -> Document:
        if isinstance(node, ast.Tuple) or self._parentheses.own(node) is not None or self._has_brackets(node):
            return self._expressions.bare(node)
        return self._expressions.in_parentheses_if_broken(node)

    def _has_brackets(self, node: ast.expr) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
            if self._parentheses.any(node) is not None:
                return True
        return False

    def _right_to_left(self, target: ast.expr, operator: str, value: ast.expr, parent: ast.stmt) -> Document:
        """An assignment to something that can be broken. The value is rather put into parentheses."""
        if self._parentheses.is_concatenated(value):
            raise NotSure
        left, is_prefixed = self._before_operator(target), isinstance(value, (ast.Await, ast.UnaryOp))
        if is_prefixed or self._parentheses.needs(value, parent) is not Needs.PARENTHESES_TO_FIT:
            return (left, operator, self._last_value(value, parent))
        right = self._expressions.bare(value)
        if breaks_parent(left):
            return (left, operator, right)
        in_own = [Group(right, broken=True)] if isinstance(value, (ast.Call, ast.Subscript, ast.Attribute)) else []
        within = ("(", Group(indented(right), broken=True), ")")
        variants = [(left, operator, part) for part in (right, *in_own, within)]
        return BestFitting((*variants, (Group(left, broken=True), operator, right)))

    def _delete(self, node: ast.Delete) -> Document:
        if len(node.targets) == 1:
            return ("del ", self._expressions.value(node.targets[0], node))
        return ("del ", self._expressions.optional_parentheses(node.targets, Expressions.targets))

    def _header(self, node: ast.stmt, text: str) -> Document:
        value, is_async = self._expressions.value, isinstance(node, (ast.AsyncFor, ast.AsyncWith))
        if isinstance(node, ast.If):
            return ("elif " if text.startswith("elif") else "if ", value(node.test, node))
        if isinstance(node, ast.While):
            return ("while ", value(node.test, node))
        if isinstance(node, ast.Match):
            return ("match ", value(node.subject, node))
        start = "async " if is_async else ""
        if isinstance(node, (ast.For, ast.AsyncFor)):
            return (start, "for ", self._target(node), " in ", value(node.iter, node))
        assert isinstance(node, (ast.With, ast.AsyncWith))
        return (start, "with ", self._contexts(node))

    def _target(self, node: ast.For | ast.AsyncFor) -> Document:
        target = node.target
        if isinstance(target, ast.Tuple) and len(target.elts) > 1:
            return self._expressions.optional_parentheses(target, Expressions.elements, prefers_own=True)
        return self._expressions.value(target, node)

    def _contexts(self, node: ast.With | ast.AsyncWith) -> Document:
        first, last = node.items[0], node.items[-1]
        end = self._source.end(last.optional_vars or last.context_expr)
        has_last_comma = "," in self._source.slice(Range(end, self._source.start(node.body[0]))).partition(":")[0]
        if len(node.items) > 1 or has_last_comma:
            return self._expressions.optional_parentheses(
                node.items, lambda within, items: within.contexts(items, has_last_comma)
            )
        variable = first.optional_vars
        if not variable or self._parentheses.are_around(first.context_expr):
            name = (" as ", self._expressions.kept(variable)) if variable else ""
            return (self._expressions.value(first.context_expr, first), name)
        prefers_own = self._parentheses.can_be_omitted(first.context_expr)
        return self._expressions.optional_parentheses(first, Expressions.context, prefers_own=prefers_own)

    def _names(self, text: str) -> Document:
        head, names = re.split(r"\bimport\b", text, maxsplit=1)
        names = names.strip().removeprefix("(").removesuffix(")").strip()
        items = [unbroken(" ".join(name.split())) for name in names.removesuffix(",").split(",")]
        listed = (joined(items, (",", Line(" "))), IfBroken(","))
        inner = (IfBroken("("), indented(listed), IfBroken(")"))
        return (unbroken(head), "import ", Group(inner, broken=names.endswith(",")))

    def _parameters(self, text: str) -> Document:
        opening, commas, closing = _outer_brackets(text)
        if closing is None:
            raise NotSure
        bounds = [opening + 1, *(comma + 1 for comma in commas), closing]
        items = [text[start:end].strip().removesuffix(",") for start, end in pairwise(bounds)]
        has_last_comma = not items[-1]
        items = [item for item in items if item]
        if not items:
            return unbroken(text)
        listed = (joined(map(unbroken, items), (",", Line(" "))), IfBroken(","))
        group = Group(listed, broken=has_last_comma)
        return (unbroken(text[: opening + 1]), Group(indented(group)), unbroken(text[closing:]))


def _body_of(node: ast.stmt, source: Source) -> Position | None:
    """Where the body of a compound statement begins."""
    if isinstance(node, ast.Match):
        pattern = node.cases[0].pattern
        return source.position(pattern.lineno, pattern.col_offset)
    inner = blocks(node)
    if not inner:
        return None
    first = inner[0][0]
    return min(map(source.start, [first, *getattr(first, "decorator_list", [])]))


def _takes_comment(node: ast.stmt) -> bool:
    """Whether the comment behind a statement goes into the parentheses around its value, if that gets some."""
    value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)) else None
    if isinstance(node, ast.AnnAssign) and value is None:
        value = node.annotation
    return isinstance(value, (ast.Name, ast.Constant, ast.JoinedStr))


def _is_splittable(annotation: ast.expr) -> bool:
    while isinstance(annotation, ast.Attribute):
        annotation = annotation.value
    return not isinstance(annotation, (ast.Name, ast.Constant))


def _colon(header: str) -> int:
    """The length of a header up to its colon."""
    depth, found = 0, 0
    lines = split_lines(header)
    for token in tokens(header):
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
            if token.string == ":" and depth == 0:
                found = sum(map(len, lines[: token.end[0] - 1])) + token.end[1]
    return found


def _outer_brackets(text: str) -> tuple[int, list[int], int | None]:
    """Offsets of the first parenthesis outside of brackets, of the commas right inside of it, and of its partner."""
    lines = split_lines(text)
    commas: list[int] = []
    depth, opening = 0, -1
    for token in tokens(text):
        if token.type != tokenize.OP:
            continue
        offset = sum(map(len, lines[: token.start[0] - 1])) + token.start[1]
        if token.string == "(" and depth == 0 and opening < 0:
            opening = offset
        depth += (token.string in "([{") - (token.string in ")]}")
        if opening >= 0 and depth == 0:
            return opening, commas, offset
        if token.string == "," and depth == 1 and opening >= 0:
            commas.append(offset)
    return 0, [], None
