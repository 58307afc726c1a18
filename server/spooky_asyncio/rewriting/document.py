"""Text with places where a line may break, and its lines: Wadler's "prettier printer", with what `ruff format` adds."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, Union

Document: TypeAlias = Union[
    str,
    "Line",
    "BreakParent",
    "IfBroken",
    "Indent",
    "Group",
    "FitsExpanded",
    "BestFitParenthesized",
    "BestFitting",
    tuple["Document", ...],
]


class GroupId:
    """What other parts of a document know a group by, to ask whether it is broken."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line break where the group around it is broken, else `flat`."""

    flat: str = ""


@dataclass(frozen=True, slots=True)
class BreakParent:
    """Breaks all groups around it, even where they would fit."""


@dataclass(frozen=True, slots=True)
class IfBroken:
    """`broken` where a group is broken, else `flat`. The group is the one around it if no other is named."""

    broken: Document
    flat: Document = ""
    group: GroupId | None = None


@dataclass(frozen=True, slots=True)
class Indent:
    """Line breaks inside are one level further in: always, or only where some group is broken."""

    inner: Document
    if_broken: GroupId | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Broken at all of its own places or at none: at none if what comes up to the next break fits on the line.

    With `if_broken`, it is a group only where that one is broken.
    """

    inner: Document
    id: GroupId | None = None
    broken: bool = False
    if_broken: GroupId | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "broken", self.broken or breaks_parent(self.inner))


@dataclass(frozen=True, slots=True)
class FitsExpanded:
    """May be broken although what is around it is flat: where `unless_broken` is not, or always if none is named."""

    inner: Document
    unless_broken: GroupId | None = None


@dataclass(frozen=True, slots=True)
class BestFitParenthesized:
    """In parentheses, on a line of its own, if it does not fit without, but fits there."""

    inner: Document
    id: GroupId


class Measure(enum.Enum):
    """What has to fit for a group to be flat."""

    FIRST_LINE = enum.auto()
    ALL_LINES = enum.auto()
    NOTHING = enum.auto()


@dataclass(frozen=True, slots=True)
class BestFitting:
    """The first of the variants that fits when flat, as far as the next line break or altogether; else the last one,
    broken."""

    variants: tuple[Document, ...]
    all_lines: bool = False

    @property
    def measure(self) -> Measure:
        return Measure.ALL_LINES if self.all_lines else Measure.FIRST_LINE


def indented(inner: Document) -> Document:
    """On lines of its own, one level further in, where the group around it is broken."""
    return (Indent((Line(), inner)), Line())


def joined(items: Iterable[Document], separator: Document) -> Document:
    found: list[Document] = []
    for item in items:
        found += [separator, item] if found else [item]
    return tuple(found)


def columns(text: str) -> int:
    """How wide a text is: a tab counts for four, a wide letter for two, an accent added to one for none."""
    return len(text) if text.isascii() and "\t" not in text else sum(map(_columns_of, text.expandtabs(4)))


def _columns_of(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def rendered(document: Document, width: int, indentation: str, indent: str) -> list[str]:
    """The lines of a document that begins at `indentation`; one level more is `indent`. The first line is given
    without its indentation."""
    printer = _Printer(width, indentation, indent)
    printer.print(document)
    return printer.lines


class _Mode(NamedTuple):
    """How a part of a document is printed."""

    level: int
    broken: bool
    measure: Measure = Measure.FIRST_LINE


_Task: TypeAlias = tuple[_Mode, Document]


class _Printer:
    def __init__(self, width: int, indentation: str, indent: str) -> None:
        self.lines = [""]
        self._width = width
        self._indentation = indentation
        self._indent = indent
        self._used = columns(indentation)
        self._start = ""
        self._tasks: list[_Task] = []
        self._broken: dict[GroupId, bool] = {}
        # Whether what is flat around is known to fit, so that what is inside need not be measured.
        self._is_measured = False

    def print(self, document: Document) -> None:
        self._tasks = [(_Mode(0, broken=True), document)]
        while self._tasks:
            mode, item = self._tasks.pop()
            if isinstance(item, str):
                self._print_text(item)
            elif isinstance(item, Line):
                self._print_line(item, mode)
            elif isinstance(item, (Group, BestFitParenthesized, BestFitting, FitsExpanded)):
                self._tasks.append(self._chosen(item, mode))
            else:
                self._tasks += self._unfolded(item, mode)

    def _print_text(self, text: str) -> None:
        if text:
            self.lines[-1] = (self.lines[-1] or self._start) + text
            self._used += columns(text)

    def _print_line(self, line: Line, mode: _Mode) -> None:
        if not mode.broken:
            self._print_text(line.flat)
        elif self.lines[-1]:
            self.lines.append("")
            self._start = self._start_of_line(mode)
            self._used = columns(self._start)
            self._is_measured = False

    def _start_of_line(self, mode: _Mode) -> str:
        return self._indentation + self._indent * mode.level

    def _chosen(self, item: Group | BestFitParenthesized | BestFitting | FitsExpanded, mode: _Mode) -> _Task:
        """What is printed of it, broken or flat."""
        if isinstance(item, FitsExpanded):
            if item.unless_broken is None or not self._broken[item.unless_broken]:
                self._is_measured = False
            return mode, item.inner
        if isinstance(item, BestFitting):
            return self._best_fitting(item, mode)
        if isinstance(item, BestFitParenthesized):
            return self._best_fit_parenthesized(item, mode)
        if item.if_broken and not self._broken[item.if_broken]:
            return mode, item.inner
        broken = item.broken or not self._fits_flat(item, mode)
        if item.id:
            self._broken[item.id] = broken
        return mode._replace(broken=broken), item.inner

    def _best_fitting(self, item: BestFitting, mode: _Mode) -> _Task:
        flat = mode._replace(broken=False)
        if not mode.broken and self._is_measured:
            return flat, item.variants[0]
        self._is_measured = True
        for variant in item.variants[:-1]:
            if self._fits(flat._replace(measure=item.measure), variant):
                return flat, variant
        return mode._replace(broken=True), item.variants[-1]

    def _best_fit_parenthesized(self, item: BestFitParenthesized, mode: _Mode) -> _Task:
        broken, within = mode._replace(broken=True), ("(", indented(item.inner), ")")
        if not self._fits_flat(item, mode):
            self._broken[item.id] = True
            if self._fits(broken._replace(measure=Measure.ALL_LINES), within):
                return broken, within
        self._broken[item.id] = False
        return mode._replace(broken=False), item.inner

    def _fits_flat(self, item: Group | BestFitParenthesized, mode: _Mode) -> bool:
        if not mode.broken and self._is_measured:
            return True
        self._is_measured = True
        if item.id:
            self._broken[item.id] = False
        return self._fits(mode._replace(broken=False), item.inner)

    def _fits(self, mode: _Mode, document: Document) -> bool:
        """Whether a part, and what follows it up to the next line break, has room on this line."""
        tasks, following, used = [(mode, document)], reversed(self._tasks), self._used
        while task := tasks.pop() if tasks else next(following, None):
            mode, item = task
            if isinstance(item, Line) and mode.broken:
                if mode.measure is Measure.FIRST_LINE:
                    return True
                used = columns(self._start_of_line(mode))
            elif isinstance(item, (str, Line)):
                text = item if isinstance(item, str) else item.flat
                used += columns(text)
                if text and used > self._width and mode.measure is not Measure.NOTHING:
                    return False
            elif isinstance(item, FitsExpanded) and self._is_at_odds(item, mode):
                return False
            else:
                tasks += self._measured(item, mode)
        return True

    def _is_at_odds(self, item: FitsExpanded, mode: _Mode) -> bool:
        """Whether it must be broken, and must not."""
        is_flat = not mode.broken and item.unless_broken is not None and self._broken[item.unless_broken]
        return is_flat and breaks_parent(item.inner)

    def _measured(self, item: Document, mode: _Mode) -> list[_Task]:
        if isinstance(item, Group):
            if not item.if_broken or self._broken[item.if_broken]:
                mode = mode._replace(broken=item.broken or mode.broken)
            if item.id:
                self._broken[item.id] = mode.broken
            return [(mode, item.inner)]
        if isinstance(item, BestFitParenthesized):
            self._broken[item.id] = mode.broken
            return [(mode, item.inner)]
        if isinstance(item, BestFitting):
            measure = mode.measure if mode.broken else item.measure
            return [(mode._replace(measure=measure), item.variants[-1 if mode.broken else 0])]
        if isinstance(item, FitsExpanded):
            if not mode.broken and (item.unless_broken is None or not self._broken[item.unless_broken]):
                mode = _Mode(mode.level, broken=True, measure=Measure.NOTHING)
            return [(mode, item.inner)]
        return self._unfolded(item, mode)

    def _unfolded(self, item: Document, mode: _Mode) -> list[_Task]:
        if isinstance(item, tuple):
            return [(mode, part) for part in reversed(item)]
        if isinstance(item, Indent):
            deeper = item.if_broken is None or self._broken[item.if_broken]
            return [(mode._replace(level=mode.level + deeper), item.inner)]
        if isinstance(item, IfBroken):
            broken = self._broken[item.group] if item.group else mode.broken
            return [(mode, item.broken if broken else item.flat)]
        return []


def breaks_parent(item: Document) -> bool:
    """Whether what is around it is broken, even where it would fit."""
    if isinstance(item, tuple):
        return any(map(breaks_parent, item))
    if isinstance(item, Indent):
        return breaks_parent(item.inner)
    if isinstance(item, IfBroken):
        return breaks_parent(item.broken) or breaks_parent(item.flat)
    return isinstance(item, BreakParent) or (isinstance(item, Group) and item.broken)
