"""What the server asks of the process that analyzes, and what that answers: values, and none of what makes them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from spooky_asyncio.lsp.snapshots import Snapshot
from spooky_asyncio.model import Diagnostic, Edit, Range
from spooky_asyncio.settings import EditorSettings, LogLevel

T_co = TypeVar("T_co", covariant=True)

QUICK_FIX = "quickfix"
REWRITE = "refactor.rewrite"
FIX_ALL = "source.fixAll.spooky"


class Request(Generic[T_co]):
    """Is answered by a `T_co`."""

    lasts: ClassVar[bool] = False
    """Whether another process has to be told of it too, if it is the last of its kind."""


@dataclass(frozen=True)
class Configure(Request["Configured"]):
    """Forget all projects, and read those of the folders anew."""

    lasts = True
    folders: tuple[Path, ...]
    settings: EditorSettings


@dataclass(frozen=True)
class Refresh(Request[None]):
    """Python files have changed on disk."""


@dataclass(frozen=True)
class TidyUp(Request[None]):
    """There is time for it, as nobody types just now."""


@dataclass(frozen=True)
class Keep(Request[None]):
    """Write down what was found in files, for the next start."""


@dataclass(frozen=True)
class OfDocument(Request[T_co]):
    """Something about one version of a document, which is all that there is to know of it."""

    document: Snapshot


@dataclass(frozen=True)
class Check(OfDocument["Verdict"]):
    """What is found in it?"""

    may_be_saved: bool = False
    """Whether it may be told what a former run has found in its file, and leave what it finds to later ones."""


@dataclass(frozen=True)
class FindOffers(OfDocument["tuple[Offer, ...]"]):
    """What is there to do about the findings that touch `span`, and about the whole document?"""

    span: Range
    only: tuple[str, ...] | None
    """The kinds that are wanted, each for its sub-kinds too; None for all."""
    with_edits: bool
    """Whether their edits are wanted with them; then those that come out empty are left out."""


@dataclass(frozen=True)
class BuildEdits(OfDocument["tuple[Edit, ...]"]):
    """The edits of an offer, found again by its kind, its title and its findings; none if it is not possible now."""

    kind: str
    title: str
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """A request, and what must be known before it."""

    request: Request[object]
    texts: Mapping[Path, str | None]
    """Those that stand in for files, as far as they are new; None for a file that counts itself again."""
    seconds: float
    """How long it may take. A process that takes longer ends, and says where it was."""
    number: int = field(default_factory=itertools.count(1).__next__)


@dataclass(frozen=True)
class GiveUp:
    """While a call is being answered: any answer will do, as nobody waits for the right one any more."""

    number: int


@dataclass(frozen=True)
class Answer:
    value: object


@dataclass(frozen=True)
class Failed:
    """Instead of an answer: something went wrong inside, and the process goes on."""

    error: str


@dataclass(frozen=True)
class Said:
    """Before an answer: a line for the log."""

    level: int
    message: str


@dataclass(frozen=True)
class LooksInto:
    """Before an answer: what happens from here on may be another document's fault, until it is over (None)."""

    path: Path | None


@dataclass(frozen=True)
class ProjectProblems:
    """What is wrong with the settings of a project."""

    root: Path
    problems: tuple[str, ...] = ()
    interpreter_is_own: bool = False
    """Whether it is the project's own settings that name its interpreter."""


@dataclass(frozen=True)
class Configured:
    """What the settings say."""

    projects: tuple[ProjectProblems, ...]
    """Of the open folders."""
    problems: tuple[str, ...]
    """What is wrong with the editor's settings."""
    enabled: tuple[Path, ...]
    """The folders in which anything is checked at all."""
    to_check: tuple[Path, ...]
    """The folders that are to be checked as a whole."""
    log_level: LogLevel


@dataclass(frozen=True)
class Verdict:
    """What was found in one version of a document; nothing if it is excluded or unreadable, and if the check failed or
    was given up."""

    diagnostics: tuple[Diagnostic, ...] = ()
    project: ProjectProblems | None = None
    unreadable: str | None = None
    failures: tuple[str, ...] = ()
    is_recalled: bool = False
    """Whether a former run has found it, so that the text is still to be analyzed, for edits to start from that."""


@dataclass(frozen=True)
class Offer:
    """Something that the user may do. The edits may come out empty: then there is nothing to do."""

    title: str
    kind: str
    findings: tuple[Diagnostic, ...] = ()
    """Those that it is about."""
    is_preferred: bool = False
    edits: tuple[Edit, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(map(name, self.findings))


def name(diagnostic: Diagnostic) -> str:
    """What a finding is called between client and server."""
    start, end = diagnostic.range.start, diagnostic.range.end
    return f"{diagnostic.rule} {start.line}:{start.column}-{end.line}:{end.column}"


def is_wanted(kind: str, only: tuple[str, ...] | None) -> bool:
    """A client may ask for some kinds; each stands for its sub-kinds too, the empty one for all."""
    return only is None or any(asked == "" or f"{kind}.".startswith(f"{asked}.") for asked in only)
