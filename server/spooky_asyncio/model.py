"""The vocabulary every layer shares: places in a text, diagnostics, fixes.

Nothing here knows the language server protocol, jedi or `ast`. Lines and columns count from 0, and columns count
code points; `source` converts from what `ast` counts and `lsp.convert` to what a client counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Severity(str, Enum):
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


class Applicability(str, Enum):
    """Whether a fix may be applied without a look at it."""

    SAFE = "safe"
    """The program's other behaviour stays as it is."""
    UNSAFE = "unsafe"
    """Something else changes too: an exception rises, a line is printed, the order of effects."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """From `start` up to, not including, `end`."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a diagnostic. Without a path it lies in the diagnosed file itself."""

    message: str
    range: Range
    path: Path | None = None


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace what stands in `range` of the diagnosed file by `content`. An empty range inserts."""

    range: Range
    content: str


@dataclass(frozen=True, slots=True)
class Fix:
    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    rule: str
    message: str
    range: Range
    severity: Severity
    url: str
    related: tuple[Related, ...] = ()
    complaint: str | None = None
    """What the interpreter says at run time, word for word; None where it says nothing."""
