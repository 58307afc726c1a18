"""Text with places where a line may break, and its lines: Wadler's "prettier printer", as formatters use it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, Union

Document: TypeAlias = Union[str, "Line", "IfBroken", "Indent", "Group", tuple["Document", ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line break where the group around it is broken, else `flat`."""

    flat: str = ""


@dataclass(frozen=True, slots=True)
class IfBroken:
    """Text that is there only where the group around it is broken."""

    text: str


@dataclass(frozen=True, slots=True)
class Indent:
    """Line breaks inside are one level further in."""

    inner: Document


@dataclass(frozen=True, slots=True)
class Group:
    """Broken at all of its own places or at none: at none if what comes up to the next break fits on the line."""

    inner: Document
    broken: bool = False
    """Broken although it might fit, and with it every group around it."""


_Task: TypeAlias = tuple[int, bool, Document]
"""Levels of indentation, whether the group around it is broken, what to print."""


def rendered(document: Document, width: int, indentation: str, indent: str) -> list[str]:
    """The lines of a document that begins at `indentation`; one level more is `indent`. The first line is given
    without its indentation."""
    lines = [""]
    tasks: list[_Task] = [(0, True, document)]
    while tasks:
        level, broken, item = tasks.pop()
        if isinstance(item, Line) and broken:
            lines.append(indentation + indent * level)
        elif isinstance(item, Group):
            used = columns(lines[-1]) + (columns(indentation) if len(lines) == 1 else 0)
            tasks.append((level, True, item.inner))
            if not _must_break(item) and _fits((level, False, item.inner), tasks[:-1], width - used):
                tasks[-1] = (level, False, item.inner)
        else:
            text = _text(item, broken)
            lines[-1] += text
            tasks += _inner(level, broken, item)
    return [line if line.strip() else "" for line in lines]


def columns(text: str) -> int:
    """How wide a text is: a tab counts for four, a wide letter for two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text.expandtabs(4))


def _fits(first: _Task, following: Sequence[_Task], room: int) -> bool:
    """Whether what comes up to the next line break has room on this line."""
    tasks = [*following, first]
    while tasks and room >= 0:
        level, broken, item = tasks.pop()
        if isinstance(item, Line) and broken:
            return True
        room -= columns(_text(item, broken))
        tasks += [(level, broken, item.inner)] if isinstance(item, Group) else _inner(level, broken, item)
    return room >= 0


def _text(item: Document, broken: bool) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, Line):
        return item.flat
    return item.text if isinstance(item, IfBroken) and broken else ""


def _inner(level: int, broken: bool, item: Document) -> list[_Task]:
    if isinstance(item, Indent):
        return [(level + 1, broken, item.inner)]
    return [(level, broken, part) for part in reversed(item)] if isinstance(item, tuple) else []


def _must_break(item: Document) -> bool:
    return any(isinstance(part, Group) and part.broken for part in parts(item))


def parts(item: Document) -> Iterator[Document]:
    """A document and all that it is made of."""
    yield item
    inner: Iterable[Document] = item if isinstance(item, tuple) else ()
    if isinstance(item, (Indent, Group)):
        inner = (item.inner,)
    for part in inner:
        yield from parts(part)


def joined(items: Iterable[Document], separator: Document) -> Document:
    found: list[Document] = []
    for item in items:
        found += [separator, item] if found else [item]
    return tuple(found)
