"""One statement on the lines that `ruff format` (and black) would give it; of a compound statement, its header."""

from __future__ import annotations

import ast
import re
import tokenize
from functools import cached_property
from itertools import pairwise

from spooky_asyncio.model import Position
from spooky_asyncio.rewriting.document import Document, Group, IfBroken, Indent, Line, columns, joined, parts, rendered
from spooky_asyncio.rewriting.expressions import Expressions, NotSure, in_parentheses, unbroken
from spooky_asyncio.rewriting.lines import starts_its_line
from spooky_asyncio.source import Source, blocks, split_lines, tokens

_PRAGMA = re.compile(r"#\s*(?:type:|noqa|pyright:|pylint:|flake8:|ruff:|isort:|nosec)", re.IGNORECASE)
"""Comments of which a formatter does not count the length."""


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
        if "#" in text and any(token.type == tokenize.COMMENT for token in tokens(text)):
            return None
        comment = "" if _PRAGMA.match(rest.lstrip()) else rest.rstrip()
        indentation = source.indentation(self._node)
        try:
            documents = _Documents(source)
            document = documents.statement(self._node, text)
            kept = sum(part.count("(") for part in parts(document) if isinstance(part, str))
            lines = rendered((document, comment), line_length, indentation, source.indent)
            result = source.newline.join(lines).removesuffix(comment)
            if kept != text.count("(") - documents.dropped or not self._means(result):
                return None
        except (NotSure, RecursionError):
            return None
        # A comment for us stays beside what it is about.
        is_moved = len(lines) > 1 and "spooky:" in comment
        is_too_long = any(columns(line) > line_length for line in [indentation + lines[0], *lines[1:]])
        return None if is_moved or is_too_long else result

    def _means(self, text: str) -> bool:
        """Whether a new layout of the text says the same; only then are parentheses and commas sure to be right."""
        body = " pass" if self._body else ""
        ours, theirs = (part.removeprefix("el" if body else "") + body for part in (text, self.text))
        try:
            return text == self.text or ast.dump(ast.parse(ours)) == ast.dump(ast.parse(theirs))
        except SyntaxError:
            return False


class _Documents:
    """The documents of statements."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._expressions = Expressions(source)
        self.dropped = 0
        """How many pairs of parentheses are there only for the sake of line breaks; all others must stay."""

    def statement(self, node: ast.stmt, text: str) -> Document:
        if isinstance(node, ast.ImportFrom):
            return self._names(node, text)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._parameters(text)
        if isinstance(node, (ast.If, ast.While)):
            return self._around(node, node.test, text)
        if isinstance(node, (ast.For, ast.AsyncFor)):
            return self._around(node, node.iter, text)
        if isinstance(node, (ast.With, ast.AsyncWith)) and len(node.items) == 1:
            return self._around(node, node.items[0].context_expr, text)
        if isinstance(node, ast.Raise) and node.exc and not node.cause:
            return self._around(node, node.exc, text)
        if isinstance(node, ast.Assert) and isinstance(node.msg, (ast.Constant, ast.JoinedStr)):
            return self._with_message(node, node.msg, text)
        value = getattr(node, "value", None)
        if isinstance(value, ast.Yield):
            value = value.value
        return self._around(node, value, text) if isinstance(value, ast.expr) else unbroken(text)

    def _names(self, node: ast.ImportFrom, text: str) -> Document:
        head, _, names = text.partition("import")
        self.dropped += names.count("(")
        names = names.strip().removeprefix("(").removesuffix(")").strip()
        items = [unbroken(" ".join(name.split())) for name in names.removesuffix(",").split(",")]
        listed = (joined(items, (",", Line(" "))), IfBroken(","))
        inner = (IfBroken("("), Indent((Line(), listed)), Line(), IfBroken(")"))
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
        return (
            unbroken(text[: opening + 1]),
            Group((Indent((Line(), group)), Line())),
            unbroken(text[closing:]),
        )

    def _with_message(self, node: ast.Assert, message: ast.expr, text: str) -> Document:
        head = text[: self._source.offset(self._source.start(message)) - self._source.offset(self._source.start(node))]
        if head.rstrip().endswith("("):
            head = head.rstrip()[:-1]
            self.dropped += 1
        return (unbroken(head), in_parentheses(self._expressions.expression(message)))

    def _around(self, node: ast.stmt, value: ast.expr, text: str) -> Document:
        start, span = self._source.offset(self._source.start(node)), self._source.range(value)
        head = text[: self._source.offset(span.start) - start]
        tail = text[self._source.offset(span.end) - start :]
        while head.rstrip().endswith("(") and tail.lstrip().startswith(")") and not isinstance(node, ast.Expr):
            head, tail = head.rstrip()[:-1], tail.lstrip()[1:]
            self.dropped += 1
        return (unbroken(head), self._expressions.value(value, is_statement=isinstance(node, ast.Expr)), unbroken(tail))


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
