"""What other programs may rely on: `spooky_asyncio.check` and `check_text`, and what they return.

Everything here is public and documented in docs/library.md; nothing below it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from spooky_asyncio.batch import outcome as batch
from spooky_asyncio.batch.check import Checker
from spooky_asyncio.batch.run import run
from spooky_asyncio.model import Applicability as Applicability
from spooky_asyncio.model import Edit as Edit
from spooky_asyncio.model import Fix as Fix
from spooky_asyncio.model import Position as Position
from spooky_asyncio.model import Range as Range
from spooky_asyncio.model import Related as Related
from spooky_asyncio.model import Severity as Severity
from spooky_asyncio.rules import ALL_RULES, rule_named
from spooky_asyncio.settings import closest

if TYPE_CHECKING:
    StrPath: TypeAlias = "str | os.PathLike[str]"


@dataclass(frozen=True)
class Finding:
    """One error. Lines and columns count from 0, columns in code points; a range ends before its `end`."""

    rule: str
    message: str
    path: Path
    """Absolute; `<stdin>` for a text without a path."""
    range: Range
    severity: Severity
    url: str
    """Where the web says more about it."""
    related: tuple[Related, ...] = ()
    """Places that explain it. One without a path is in the same file."""
    fixes: tuple[Fix, ...] = ()
    """The preferred one first. An edit without a path is in the same file."""


@dataclass(frozen=True)
class Failure:
    """Something that was not checked, or not as wanted: a file that can't be read, a wrong setting."""

    message: str
    path: Path | None = None
    line: int | None = None
    """Counted from 0."""


@dataclass(frozen=True)
class Result:
    findings: tuple[Finding, ...]
    """By path, then by place."""
    failures: tuple[Failure, ...]
    checked: int
    """How many files were checked, also if only in part."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found, and nothing failed either: what could not be checked is not clean."""
        return not self.findings and not self.failures


def check(
    paths: StrPath | Iterable[StrPath],
    *,
    python: StrPath | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    severity: Mapping[str, Severity | str] | None = None,
) -> Result:
    """Check files and folders, as `spooky check` does, with the settings of the projects that they are in.

    `python` is the project's interpreter or the folder of its environment; `select` and `ignore` name rules, `severity`
    has severities by rule. A missing path is one of the result's failures. Raises ValueError for a rule or severity
    that there isn't.
    """
    named = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    overrides = _overrides(python, select, ignore, severity)
    return _result(run([Path(path) for path in named], overrides))


def check_text(
    text: str,
    path: StrPath | None = None,
    *,
    python: StrPath | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    severity: Mapping[str, Severity | str] | None = None,
) -> Result:
    """Check a text; `path` says which file it stands for, whose project and imports count, and need not exist.

    Everything else as for `check`.
    """
    overrides = _overrides(python, select, ignore, severity)
    file = None if path is None else Path(os.path.abspath(path))
    return _result(Checker(overrides).check_piped(text.encode("utf-8", "surrogatepass"), file))


def _overrides(
    python: StrPath | None,
    select: Iterable[str],
    ignore: Iterable[str],
    severity: Mapping[str, Severity | str] | None,
) -> batch.Overrides:
    severities: dict[str, Severity | None] = {_rule(name): _severity(one) for name, one in (severity or {}).items()}
    severities |= dict.fromkeys(map(_rule, ignore))
    interpreter = None if python is None else os.path.abspath(python)
    return batch.Overrides(interpreter=interpreter, select=frozenset(map(_rule, select)), severity=severities)


def _rule(name: str) -> str:
    if rule_named(name) is None:
        raise ValueError(_unknown("rule", name, [rule.name for rule in ALL_RULES]))
    return name


def _severity(name: Severity | str) -> Severity:
    try:
        return Severity(name)
    except ValueError:
        raise ValueError(_unknown("severity", str(name), [severity.value for severity in Severity])) from None


def _unknown(what: str, name: str, names: list[str]) -> str:
    meant = closest(name, names)
    hint = f" (did you mean '{meant}'?)" if meant else ""
    return f"there is no {what} '{name}'{hint}: there are {', '.join(names)}"


def _result(outcome: batch.Outcome) -> Result:
    return Result(
        findings=tuple(map(_finding, outcome.findings)),
        failures=tuple(Failure(one.message, one.path, one.line) for one in outcome.failures),
        checked=outcome.checked,
    )


def _finding(found: batch.Finding) -> Finding:
    seen = found.diagnostic
    return Finding(seen.rule, seen.message, found.path, seen.range, seen.severity, seen.url, seen.related, found.fixes)
