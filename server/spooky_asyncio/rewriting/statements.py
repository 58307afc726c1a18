"""One statement on the lines that `ruff format` (and black) would give it; of a compound statement, its header."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from spooky_asyncio.model import Position, Range
from spooky_asyncio.rewriting.document import Document, Group, IfBroken, Indent, Line, columns, joined, rendered
from spooky_asyncio.rewriting.lines import starts_its_line
from spooky_asyncio.source import Source, blocks, split_lines, tokens

_PRAGMA = re.compile(r"#\s*(?:type:|noqa|pyright:|pylint:|flake8:|ruff:|isort:|nosec)", re.IGNORECASE)
"""Comments of which a formatter does not count the length."""


_DISPLAYS = (ast.List, ast.Set, ast.Dict, ast.Tuple, ast.ListComp, ast.SetComp, ast.DictComp)


class NotSure(Exception):
    """How a formatter would break it can't be told."""


class Statement:
    """A statement's text, from its first letter (behind decorators) to its last, or to the colon of its header."""

    def __init__(self, node: ast.stmt, source: Source) -> None:
        self._node = node
        self._source = source
        self.start = source.offset(source.start(node))
        inner = blocks(node)
        self.end = source.offset(source.end(node))
        if isinstance(node, ast.Match):
            self.end = self._colon(source.position(node.cases[0].pattern.lineno, node.cases[0].pattern.col_offset))
        elif inner:
            first = inner[0][0]
            self.end = self._colon(min(map(source.start, [first, *getattr(first, "decorator_list", [])])))
        self.text = source.text[self.start : self.end]

    def laid_out(self, line_length: int) -> str | None:
        """The text as a formatter would leave it; None where that can't be told."""
        source = self._source
        rest = self._rest_of_line
        if not starts_its_line(self._node, source) or (rest.strip() and not rest.lstrip().startswith("#")):
            return None
        if "#" in self.text and any(token.type == tokenize.COMMENT for token in tokens(self.text)):
            return None
        comment = "" if _PRAGMA.match(rest.lstrip()) else rest.rstrip()
        try:
            documents = _Documents(source)
            document = documents.statement(self._node, self.text)
        except NotSure:
            return None
        indentation = source.indentation(self._node)
        lines = rendered((document, comment), line_length, indentation, source.indent)
        widths = [columns(indentation) * (number == 0) + columns(line) for number, line in enumerate(lines)]
        text = source.newline.join(lines).removesuffix(comment)
        loses_parentheses = text.count("(") < self.text.count("(") - documents.dropped
        if max(widths) > line_length or loses_parentheses or not self._means(text):
            return None
        return text

    @property
    def last_line(self) -> int:
        return self._source.position_at(self.end).line + 1

    @cached_property
    def _rest_of_line(self) -> str:
        return self._source.text[self.end :].partition("\n")[0].rstrip("\r")

    def _colon(self, until: Position) -> int:
        """Where the header ends of a statement whose body begins at `until`."""
        header = self._source.slice(Range(self._source.start(self._node), until))
        depth, colon = 0, 0
        lines = split_lines(header)
        for token in tokens(header):
            if token.type == tokenize.OP:
                depth += (token.string in "([{") - (token.string in ")]}")
                if token.string == ":" and depth == 0:
                    colon = sum(map(len, lines[: token.end[0] - 1])) + token.end[1]
        return self.start + colon

    def _means(self, text: str) -> bool:
        """Whether a new layout of the text says the same; only then are parentheses and commas sure to be right."""
        body = " pass" if blocks(self._node) else ""
        ours, theirs = (part.removeprefix("el" if body else "") + body for part in (text, self.text))
        try:
            return text == self.text or ast.dump(ast.parse(ours)) == ast.dump(ast.parse(theirs))
        except SyntaxError:
            return False


class _Documents:
    """The documents of statements and expressions. What is never broken stays as it was written."""

    def __init__(self, source: Source) -> None:
        self._source = source
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
        return self._around(node, value, text) if isinstance(value, ast.expr) else _unbroken(text)

    def _names(self, node: ast.ImportFrom, text: str) -> Document:
        head, _, names = text.partition("import")
        self.dropped += names.count("(")
        names = names.strip().removeprefix("(").removesuffix(")").strip()
        items = [_unbroken(" ".join(name.split())) for name in names.removesuffix(",").split(",")]
        listed = (joined(items, (",", Line(" "))), IfBroken(","))
        inner = (IfBroken("("), Indent((Line(), listed)), Line(), IfBroken(")"))
        return (_unbroken(head), "import ", Group(inner, broken=names.endswith(",")))

    def _parameters(self, text: str) -> Document:
        opening, commas, closing = _outer_brackets(text)
        if closing is None:
            raise NotSure
        bounds = [opening + 1, *(comma + 1 for comma in commas), closing]
        items = [text[start:end].strip().removesuffix(",") for start, end in pairwise(bounds)]
        has_last_comma = not items[-1]
        items = [item for item in items if item]
        if not items:
            return _unbroken(text)
        listed = (joined(map(_unbroken, items), (",", Line(" "))), IfBroken(","))
        group = Group(listed, broken=has_last_comma)
        return (
            _unbroken(text[: opening + 1]),
            Group((Indent((Line(), group)), Line())),
            _unbroken(text[closing:]),
        )

    def _with_message(self, node: ast.Assert, message: ast.expr, text: str) -> Document:
        head = text[: self._source.offset(self._source.start(message)) - self._source.offset(self._source.start(node))]
        if head.rstrip().endswith("("):
            head = head.rstrip()[:-1]
            self.dropped += 1
        return (_unbroken(head), _in_parentheses(self.expression(message)))

    def _around(self, node: ast.stmt, value: ast.expr, text: str) -> Document:
        start, span = self._source.offset(self._source.start(node)), self._source.range(value)
        head = text[: self._source.offset(span.start) - start]
        tail = text[self._source.offset(span.end) - start :]
        while head.rstrip().endswith("(") and tail.lstrip().startswith(")") and not isinstance(node, ast.Expr):
            head, tail = head.rstrip()[:-1], tail.lstrip()[1:]
            self.dropped += 1
        return (_unbroken(head), self._value(value, is_statement=isinstance(node, ast.Expr)), _unbroken(tail))

    def _value(self, node: ast.expr, *, is_statement: bool) -> Document:
        """What a statement ends in. A formatter puts some expressions into parentheses rather than break them."""
        bare = node
        while isinstance(bare, (ast.Await, ast.UnaryOp)):
            bare = bare.value if isinstance(bare, ast.Await) else bare.operand
        if isinstance(bare, _DISPLAYS) or (isinstance(bare, ast.Call) and _links(bare) < 2) or _awaited_first(bare):
            return self.expression(node)
        if not is_statement and _wants_parentheses(bare):
            return _in_parentheses(self.expression(node))
        if isinstance(bare, (ast.BoolOp, ast.BinOp, ast.Compare)):
            last = _edges(bare)[1]
            head = self._source.slice(Range(self._source.start(node), self._source.start(last)))
            if _ends_in_brackets(last):
                return (_unbroken(head), self.expression(last))
        return _unbroken(self._text(node))

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
            return ("(", Group((Indent((Line(), self.expression(inner))), Line())), _unbroken(rest))
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
        return _unbroken(self._text(node))

    def _call(self, node: ast.Call) -> Document:
        function = self._text(node.func, several_lines=True)
        callee = self.expression(node.func) if isinstance(node.func, ast.Call) else _unbroken(function)
        arguments: list[ast.expr | ast.keyword] = sorted(
            [*node.args, *node.keywords], key=lambda argument: (argument.lineno, argument.col_offset)
        )
        if not arguments:
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
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.BinOp) and type(node.left.op) is type(node.op):
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
        return text if several_lines else _unbroken(text)

    def _brackets(self, node: ast.expr) -> tuple[str, str]:
        text = self._text(node, several_lines=True)
        return text[0], text[-1]

    def _has_last_comma(self, node: ast.expr, last: ast.expr) -> bool:
        """Whether a comma stands behind the last element, which tells formatters to give each a line of its own."""
        after = self._source.text[
            self._source.offset(self._source.end(last)) : self._source.offset(self._source.end(node)) - 1
        ]
        return after.rstrip().endswith(",")


def _unbroken(text: str) -> str:
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


def _wants_parentheses(node: ast.expr) -> bool:
    """Whether a formatter rather adds parentheses than breaks at those which are there: where there are several
    operators of the kind, or no operand at the edge has brackets with something in them."""
    if not isinstance(node, (ast.BoolOp, ast.BinOp, ast.Compare)):
        return isinstance(node, ast.IfExp)
    if isinstance(node, ast.BinOp):
        operators = 1
    else:
        operators = len(node.ops) if isinstance(node, ast.Compare) else len(node.values) - 1
    return operators > 1 or not any(map(_ends_in_brackets, _edges(node)))


def _edges(node: ast.BoolOp | ast.BinOp | ast.Compare) -> tuple[ast.expr, ast.expr]:
    """The first and the last operand."""
    if isinstance(node, ast.BoolOp):
        return node.values[0], node.values[-1]
    return node.left, node.comparators[-1] if isinstance(node, ast.Compare) else node.right


def _awaited_first(node: ast.expr) -> ast.Await | None:
    """`await f()` in `(await f()).name` and `(await f())[0]`."""
    inner = node.value if isinstance(node, (ast.Attribute, ast.Subscript)) else None
    return inner if isinstance(inner, ast.Await) else None


def _in_parentheses(document: Document) -> Document:
    """In parentheses of its own where it is broken."""
    return Group((IfBroken("("), Indent((Line(), document)), Line(), IfBroken(")")))


def _ends_in_brackets(node: ast.expr) -> bool:
    while isinstance(node, (ast.Await, ast.UnaryOp)):
        node = node.value if isinstance(node, ast.Await) else node.operand
    if isinstance(node, ast.Call):
        return bool(node.args or node.keywords)
    # Those within an operand may count or not.
    return not isinstance(node, (ast.Name, ast.Constant))


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
