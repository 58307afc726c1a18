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


class FixKind(str, Enum):
    QUICK_FIX = "quick fix"
    """A small change at one place."""
    REWRITE = "rewrite"
    """A change of how functions are called, perhaps in many files, which wants to be looked at first."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace what stands in `range` by `content`. An empty range inserts. Without a path it is in the diagnosed file
    itself."""

    range: Range
    content: str
    path: Path | None = None
    label: str = ""
    """What the edit does, for one who is asked to confirm it; edits of a quick fix need none."""


@dataclass(frozen=True, slots=True)
class Fix:
    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability
    kind: FixKind = FixKind.QUICK_FIX
    preferred: bool = False
    """The one of a finding's fixes to take if in doubt."""

    @property
    def wants_a_look(self) -> bool:
        """Whether somebody has to see it before it is applied, however sure it is: it changes more than one place."""
        return self.kind is FixKind.REWRITE or any(edit.path is not None for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Target:
    """What fixed code has to fit."""

    python: tuple[int, int] = (3, 10)
    """The oldest version of Python that the project supports."""
    top_level_await: bool = False
    """Whether a running event loop executes the module's own statements, as it does with the cells of a notebook."""
    line_length: int = 88
    """The longest line that the project's formatter leaves alone, in columns."""
    entry_points: frozenset[str] = frozenset()
    """The names of functions that installed scripts and plugins call: plain ones, outside of any event loop."""


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
