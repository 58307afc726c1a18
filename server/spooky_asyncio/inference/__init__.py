"""What a call makes: the questions that the syntax tree alone can't answer.

The analysis knows only this protocol; `with_jedi` answers it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from spooky_asyncio.model import Position, Range


class Makes(Enum):
    COROUTINE = "coroutine"
    """Does nothing until it is awaited or scheduled."""
    FUTURE = "future"
    """A task or future: works by itself from the moment it is made."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a function is defined: the range of its name. Without a path it is the file that was asked about."""

    path: Path | None
    range: Range


@dataclass(frozen=True, slots=True)
class Named:
    """What is defined somewhere, by names alone: these stay when something else in its file changes. `name` is the
    qualified one; without a path it is in the file that was asked about."""

    path: Path | None
    name: str


@dataclass(frozen=True, slots=True)
class Made:
    """What a call makes. `name` is what the interpreter calls the coroutine: the qualified name of its function."""

    kind: Makes
    name: str
    is_async_function: bool
    definition: Definition | None


SPECIAL_METHODS = ("__enter__", "__aenter__", "__iter__", "__aiter__")
"""What makes a value one for `with`, `async with`, `for` and `async for`."""


class Inference(Protocol):
    """Answers about one text. A position is that of the last identifier of a callee, in code points."""

    def may_make_awaitable(self, name: str) -> bool:
        """Whether calling something of that name can make an awaitable at all: a cheap no, or a perhaps."""
        ...

    def may_read_awaitable(self, name: str) -> bool:
        """Whether reading an attribute of that name can make an awaitable at all: a cheap no, or a perhaps."""
        ...

    def remembers(self, position: Position) -> bool:
        """Whether it has answered already what calling or reading the identifier makes."""
        ...

    def qualified_names(self, position: Position) -> frozenset[str]:
        """The full names of all that the identifier may stand for; empty when that is not known."""
        ...

    def made_by_call(self, position: Position) -> Made | None:
        """What calling the identifier makes, if every possible callee makes an awaitable of the same kind."""
        ...

    def made_by_reading(self, position: Position) -> Made | None:
        """What reading the attribute makes, if it is a property that makes a coroutine."""
        ...

    def made_by_calling_result(self, position: Position) -> Made | None:
        """What calling the result of calling the identifier makes: `Oven()()`."""
        ...

    def awaited_members(self, position: Position) -> frozenset[str]:
        """Those of SPECIAL_METHODS that the result has of calling the identifier and awaiting that; none if inference
        does not know."""
        ...

    def made_by_method(self, position: Position, name: str) -> Made | None:
        """What calling a method makes of an object of the class that the identifier stands for."""
        ...

    def definitions(self, position: Position) -> list[Definition]:
        """Where all that the identifier may stand for is defined, imports followed; empty when that is not known."""
        ...

    def sure_definitions(self, position: Position) -> frozenset[Named]:
        """All that the identifier may stand for, imports followed, by what the code says for sure: nothing is guessed
        from how a function happens to be called. Empty when that is not known."""
        ...
