"""The cells of a notebook as one program: each is checked after the text of those above it.

Their text is that of Python: IPython's own commands give way to expressions that mean nothing. Lines stay where they
are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from spooky_asyncio.source import Source, UnreadableSource, split_lines

_CELL_COMMAND = re.compile(r"\s*%%")
_COMMAND = re.compile(r"(?P<indent>\s*)(?:[%!]|\?+\w)")
_ASKED = re.compile(r"(?P<indent>\s*)[\w.*]+\?+\s*$")
_ASSIGNED = re.compile(r"(?P<target>\s*[\w.,\[\]'\" ]+?=\s*)[%!](?!=)")
_NOTHING = "0"


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
        return "".join(map(_parseable, self.cells))

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


def python_text(text: str) -> str:
    """The text of a cell without what only IPython understands."""
    lines = split_lines(text)
    first = next((line for line in lines if line.strip()), "")
    if _CELL_COMMAND.match(first):
        # What follows is text for a command, and often no Python.
        return "".join(_like(line, "") for line in lines)
    return "".join(map(_python_line, lines))


def _python_line(line: str) -> str:
    if not any(mark in line for mark in "%!?"):
        return line
    command = _COMMAND.match(line) or _ASKED.match(line)
    if command is not None:
        return _like(line, command["indent"] + _NOTHING)
    assigned = _ASSIGNED.match(line)
    return _like(line, assigned["target"] + _NOTHING) if assigned is not None else line


def _like(line: str, replacement: str) -> str:
    """With the line's own end."""
    return replacement + line[len(line.rstrip("\r\n")) :]


def _parseable(cell: Cell) -> str:
    """The text of a cell that can be parsed whatever follows: one that can't must not spoil the others."""
    text = python_text(_ended(cell.text))
    try:
        source = Source.from_text(text)
    except UnreadableSource:
        return "".join(_like(line, "") for line in split_lines(text))
    return source.parsed if source.syntax_error is not None else text


def _ended(text: str) -> str:
    return text if text.endswith(("\n", "\r")) or not text else text + "\n"
