"""A Python file as the analysis sees it: text, tree, comments; and the one place that converts columns."""

from __future__ import annotations

import ast
import bisect
import io
import stat
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from spooky_asyncio.line_map import LineMap
from spooky_asyncio.model import Edit, Position, Range
from spooky_asyncio.recovery import STRING_ENDS, STRING_STARTS, SyntaxProblem, parse

MAX_BYTES = 4 * 1024 * 1024
"""About 100,000 lines. A larger file is generated code or data, and would keep the checker busy for minutes."""

_LINE_ENDS = frozenset((tokenize.NEWLINE, tokenize.NL))

# An editor may leave it in the text. It is no part of the program, yet it takes a column of the first line.
_PLACED = (ast.stmt, ast.excepthandler, ast.pattern)

BYTE_ORDER_MARK = "\ufeff"


class UnreadableSource(Exception):
    """The file can't be checked at all; the message says why in one line."""


def split_lines(text: str) -> list[str]:
    """The lines of `text` with their line ends. A text that ends in a line end has no further, empty line."""
    # What ends a line for Python, jedi and the protocol alike, and is kept as it is; `str.splitlines` also splits at
    # form feeds and the like.
    return io.StringIO(text, newline="").readlines()


@dataclass(frozen=True)
class Source:
    """One version of one file. `path` is None for a text that was never saved."""

    text: str
    tree: ast.Module
    syntax_error: SyntaxProblem | None
    path: Path | None = None
    parsed: str = field(default="", repr=False)
    """The text that the tree is of: without a byte-order mark, and with broken lines blanked out."""
    lines_of_tree: LineMap = field(default_factory=LineMap, repr=False, compare=False)
    """Where the lines are that the nodes of the tree count."""

    @classmethod
    def from_text(cls, text: str, path: Path | None = None, former: Source | None = None) -> Source:
        """Raises UnreadableSource when there is no Python in `text` to be found. The tree is that of a former version,
        if it is of the same text."""
        if len(text) > MAX_BYTES:
            raise UnreadableSource(_too_large(len(text)))
        known = {former.parsed: former.tree} if former is not None else {}
        tree, problem, parsed = parse(split_lines(text.removeprefix(BYTE_ORDER_MARK)), known)
        if problem is not None and (tree is None or not tree.body):
            raise UnreadableSource(f"not valid Python: {problem}")
        assert tree is not None
        return cls(text, tree, problem, path, parsed)

    def take_over_tree(self) -> None:
        """The tree is going to be that of this version, and of no former one any more."""
        self.tree.version = self  # type: ignore[attr-defined]

    @property
    def owns_tree(self) -> bool:
        return getattr(self.tree, "version", self) is self

    @classmethod
    def from_file(cls, path: Path) -> Source:
        """Raises UnreadableSource for a file that is missing, not readable, too large, not text or not Python."""
        return cls.from_text(read_text(path), path)

    def compiles(self, top_level_await: bool = False) -> bool:
        """Whether Python would run it: the compiler refuses some of what the parser takes, `await` outside of async
        functions, say, if not for a cell of a notebook."""
        if self.syntax_error is not None:
            return False
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if top_level_await else 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                compile(self.tree, "source", "exec", flags, dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return False
        return True

    @cached_property
    def lines(self) -> list[str]:
        return split_lines(self.text)

    @property
    def parsed_lines(self) -> list[str]:
        return self.lines if self.parsed == self.text else split_lines(self.parsed)

    @cached_property
    def newline(self) -> str:
        """The line end that new lines get: the one the file uses."""
        first = self.lines[0] if self.lines else "\n"
        return first[len(first.rstrip("\r\n")) :] or "\n"

    @cached_property
    def indent(self) -> str:
        """One level of indentation, as the file's first indented block has it."""
        for node in ast.walk(self.tree):
            for block in blocks(node):
                inner = self.indentation(block[0])
                owner = node.pattern if isinstance(node, ast.match_case) else node
                outer = self.indentation(owner) if isinstance(owner, _PLACED) else ""
                if len(inner) > len(outer) and inner.startswith(outer):
                    return inner[len(outer) :]
        return "    "

    def indentation(self, node: ast.stmt | ast.excepthandler | ast.pattern) -> str:
        line = self.line(self.lines_of_tree.in_text(node.lineno) - 1)
        # What stands before a form feed does not count.
        return line[: len(line) - len(line.lstrip(" \t\f"))].rpartition("\f")[2]

    def line(self, index: int) -> str:
        """The text of a line without its end, empty past the last one."""
        return self.lines[index].rstrip("\r\n") if index < len(self.lines) else ""

    def position(self, lineno: int, utf8_column: int) -> Position:
        """From what `ast` counts: lines from 1, columns in UTF-8 bytes."""
        lineno = self.lines_of_tree.in_text(lineno)
        line = self.lines[lineno - 1] if lineno <= len(self.lines) else ""
        if lineno == 1 and line.startswith(BYTE_ORDER_MARK):
            utf8_column += len(BYTE_ORDER_MARK.encode())
        if line.isascii():
            return Position(lineno - 1, utf8_column)
        before = line.encode("utf-8", "surrogatepass")[:utf8_column]
        return Position(lineno - 1, len(before.decode("utf-8", "replace")))

    def start(self, node: ast.expr | ast.stmt) -> Position:
        return self.position(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> Position:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.position(node.end_lineno, node.end_col_offset)

    def range(self, node: ast.expr | ast.stmt) -> Range:
        return Range(self.start(node), self.end(node))

    def slice(self, span: Range) -> str:
        return self.text[self.offset(span.start) : self.offset(span.end)]

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """The source text of a node, as it was written."""
        return self.slice(self.range(node))

    def offset(self, position: Position) -> int:
        """The index in `text` of a position, which may lie just past the last line."""
        return self._line_offsets[min(position.line, len(self._line_offsets) - 1)] + position.column

    def position_at(self, offset: int) -> Position:
        """The position of an index in `text`."""
        line = bisect.bisect_right(self._line_offsets, offset) - 1
        if line == len(self.lines) and line and not self.lines[-1].endswith(("\r", "\n")):
            line -= 1
        return Position(line, offset - self._line_offsets[line])

    def edited(self, edits: Iterable[Edit], span: Range | None = None) -> str:
        """The text, or that of a span, after edits in it that do not overlap. Those at one place keep their order."""
        start, end = (self.offset(span.start), self.offset(span.end)) if span else (0, len(self.text))
        parts, reached = [], start
        for edit in sorted(edits, key=lambda edit: edit.range):
            parts += [self.text[reached : self.offset(edit.range.start)], edit.content]
            reached = self.offset(edit.range.end)
        return "".join([*parts, self.text[reached:end]])

    @cached_property
    def statements(self) -> list[ast.stmt]:
        """All statements, each before those inside of it."""
        found: list[ast.stmt] = []
        stack: list[ast.AST] = [self.tree]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.stmt):
                found.append(node)
            inner = [statement for block in blocks(node) for statement in block]
            stack += reversed([*inner, *getattr(node, "handlers", []), *getattr(node, "cases", [])])
        return found

    @cached_property
    def _line_offsets(self) -> list[int]:
        offsets = [0]
        for line in self.lines:
            offsets.append(offsets[-1] + len(line))
        return offsets

    @property
    def comments(self) -> dict[int, str]:
        """The comment of each line that has one, by line."""
        return self._comments_and_line_ends[0]

    @property
    def lines_that_take_comments(self) -> set[int]:
        """Those that do not end inside a string or in a backslash."""
        return self._comments_and_line_ends[1]

    @property
    def lines_that_end_statements(self) -> set[int]:
        """Those on which a simple statement ends, or the header of another one."""
        return self._comments_and_line_ends[2]

    @cached_property
    def _comments_and_line_ends(self) -> tuple[dict[int, str], set[int], set[int]]:
        comments, ends, statements, in_strings = {}, set(), set(), 0
        for token in tokens(self.text):
            if token.type == tokenize.COMMENT:
                comments[token.start[0] - 1] = token.string
            elif token.type in _LINE_ENDS and not in_strings:
                ends.add(token.start[0] - 1)
                if token.type == tokenize.NEWLINE:
                    statements.add(token.start[0] - 1)
            # Between the braces of an f-string there may be comments since Python 3.12 only.
            in_strings += (token.type in STRING_STARTS) - (token.type in STRING_ENDS)
        return comments, ends, statements


def tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """Those of a program or a part of one: of half-typed code, those up to the broken place."""
    plain = "".join(line.rstrip("\r\n") + "\n" for line in split_lines(text))
    try:
        yield from tokenize.generate_tokens(io.StringIO(plain).readline)
    except (tokenize.TokenError, SyntaxError):
        return


def blocks(node: ast.AST) -> list[list[ast.stmt]]:
    """The statement lists that `node` itself holds: a body, an `else`, a `finally`."""
    found = []
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            found.append(block)
    return found


def outermost_functions(body: Iterable[ast.AST]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions in some statements that are not inside of others, in the order of the text."""
    # Without recursion, as each `elif` is in the one before it.
    pending = list(body)[::-1]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
        else:
            for block in reversed(parts_with_statements(node)):
                pending += reversed(block)


BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")


def parts_with_statements(node: ast.AST) -> list[list[ast.AST]]:
    """What a statement holds: statements, or the handlers of a `try` and the cases of a `match`, which hold them."""
    parts = [getattr(node, name, None) for name in BLOCKS]
    return [part for part in parts if isinstance(part, list)]


def read_text(path: Path) -> str:
    """The decoded text of a Python file, line ends untouched, without a byte-order mark.

    Raises UnreadableSource.
    """
    try:
        return decoded(read_bytes(path))
    except UnsuitableFile as error:
        raise UnreadableSource(str(error)) from error
    except OSError as error:
        raise UnreadableSource(f"cannot be read: {error.strerror or error}") from error


class UnsuitableFile(OSError):
    """It could be read, but not in a short time; the message says why in one line."""


def read_bytes(path: Path) -> bytes:
    """What is in a file, for all that reads those of a workspace.

    Raises OSError: also for a pipe or a device, which would keep us waiting for ever, and for what is too large.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnsuitableFile("not a file")
    if status.st_size > MAX_BYTES:
        raise UnsuitableFile(_too_large(status.st_size))
    return path.read_bytes()


def decoded(data: bytes) -> str:
    """The text of a Python file of these bytes. Raises UnreadableSource."""
    try:
        return data.decode(encoding_of(data))
    except UnicodeDecodeError as error:
        raise UnreadableSource(
            f"not {error.encoding.upper()} text: byte 0x{error.object[error.start]:02x} at offset {error.start}"
        ) from error
    except (SyntaxError, LookupError, ValueError) as error:
        # Some codecs raise no better error than a ValueError: idna, punycode, undefined.
        raise UnreadableSource(f"unusable encoding: {error}") from error


def encoding_of(data: bytes) -> str:
    """The encoding of a Python file, by its byte-order mark (`utf-8-sig`) or its declaration.

    Raises SyntaxError for one that is of no use, and UnicodeDecodeError.
    """
    # Python ends lines at carriage returns before it looks for the declaration in the first two.
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
    try:
        return tokenize.detect_encoding(io.BytesIO(lines).readline)[0]
    except SyntaxError:
        # It says so of any first lines that are not UTF-8. Where no other encoding is declared, that is the trouble.
        data.decode("utf-8")
        raise


def _too_large(size: int) -> str:
    return f"too large to check: {size / 1024 / 1024:.1f} MiB, the limit is {MAX_BYTES // 1024 // 1024} MiB"
