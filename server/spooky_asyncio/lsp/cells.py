"""The cells of a notebook as one program: each is checked after the text of those above it.

Their text is that of Python: IPython's own commands give way to expressions that mean nothing. Lines stay where they
are.
"""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from spooky_asyncio.source import Source, UnreadableSource, split_lines

_CELL_COMMAND = re.compile(r"\s*%%(?P<name>\w*)")
_ABOUT_PYTHON = frozenset(("capture", "prun", "time", "timeit"))
"""Commands that run the rest of their cell, or of their line, as Python."""
_COMMAND = re.compile(r"(?P<indent>\s*)(?:[%!]|\?+\w)")
_RUNNING = re.compile(r"(?P<indent>\s*)(?P<command>%(?:prun|time|timeit)\s+)(?P<code>.*)")
_ASKED = re.compile(r"(?P<indent>\s*)[\w.*]+\?+\s*$")
_ASSIGNED = re.compile(r"(?P<target>\s*[\w.,\[\]'\" ]+?=\s*)[%!](?!=)")
_KEPT = 1000
"""Texts that are not read again for each of the cells below."""
_NOTHING = "0"
_AT_ONCE = "if 1:"
"""Stands for a command before the code that it runs, and is no longer than one."""


@dataclass(frozen=True)
class Cell:
    """One cell, as the client has it."""

    uri: str
    version: int | None
    text: str


@dataclass(frozen=True)
class Above:
    """The cells above another one."""

    cells: tuple[Cell, ...] = ()

    @cached_property
    def text(self) -> str:
        return "".join(_parseable(cell.text) for cell in self.cells)

    @cached_property
    def lines(self) -> int:
        return len(split_lines(self.text))

    def cell_at(self, line: int) -> tuple[Cell, int]:
        """The cell that a line of the program lies in, and the line of the program that it begins with."""
        first = 0
        for cell in self.cells:
            after = first + len(split_lines(_ended(cell.text)))
            if line < after:
                return cell, first
            first = after
        raise IndexError(line)

    def is_python(self, line: int) -> bool:
        """Whether nothing but Python is in the cell of a line: what is inserted above a command would spoil it."""
        cell, _ = self.cell_at(line)
        return python_text(cell.text) == cell.text


@lru_cache(maxsize=_KEPT)
def python_text(text: str) -> str:
    """The text of a cell without what only IPython understands."""
    if _parses(text):
        return text
    lines = split_lines(text)
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    command = _CELL_COMMAND.match(lines[first]) if lines else None
    if command is not None:
        if command["name"] not in _ABOUT_PYTHON:
            # What follows is text for another program.
            return "".join(_like(line, "") for line in lines)
        lines[first] = _like(lines[first], "")
    return "".join(_python_lines(lines))


def _python_lines(lines: Sequence[str]) -> Iterator[str]:
    begun = ""
    continues = False
    for line in lines:
        if continues:
            # Of a command in the line above.
            continues = line.rstrip().endswith("\\")
            yield _like(line, "")
            continue
        python = line if begun else _python_line(line)
        continues = python != line and line.rstrip().endswith("\\")
        begun += python
        if not _goes_on(begun):
            begun = ""
        yield python


def _python_line(line: str) -> str:
    if not any(mark in line for mark in "%!?"):
        return line
    running = _RUNNING.match(line)
    if running is not None:
        code = _like(line, running["indent"] + _AT_ONCE.ljust(len(running["command"])) + running["code"])
        if _parses(code.strip()):
            return code
    command = _COMMAND.match(line) or _ASKED.match(line)
    if command is not None:
        return _like(line, command["indent"] + _NOTHING)
    assigned = _ASSIGNED.match(line)
    return _like(line, assigned["target"] + _NOTHING) if assigned is not None else line


def _parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _goes_on(text: str) -> bool:
    """Whether a bracket, a string or a line is not closed at the end of a text."""
    if text.rstrip("\r\n").endswith("\\"):
        return True
    try:
        for _ in tokenize.generate_tokens(io.StringIO(textwrap.dedent(text)).readline):
            pass
    except tokenize.TokenError as error:
        return "EOF" in str(error)
    except (SyntaxError, ValueError):
        return False
    return False


def _like(line: str, replacement: str) -> str:
    """With the line's own end."""
    return replacement + line[len(line.rstrip("\r\n")) :]


@lru_cache(maxsize=_KEPT)
def _parseable(cell: str) -> str:
    """The text of a cell that can be parsed whatever follows: one that can't must not spoil the others."""
    text = python_text(_ended(cell))
    try:
        source = Source.from_text(text)
    except UnreadableSource:
        return "".join(_like(line, "") for line in split_lines(text))
    return source.parsed if source.syntax_error is not None else text


def _ended(text: str) -> str:
    return text if text.endswith(("\n", "\r")) or not text else text + "\n"
