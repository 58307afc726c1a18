"""What came of one file, as the cache has it: text that any version may have written, and anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from spooky_asyncio.model import Applicability, Diagnostic, Edit, Fix, FixKind, Position, Range, Related, Severity


@dataclass(frozen=True)
class Stored:
    found: tuple[tuple[Diagnostic, tuple[Fix, ...]], ...]
    fixes_rest_on: str | None = ""
    """What the fixes rest on besides; None where nobody has made any."""
    failures: tuple[tuple[str, int | None], ...] = ()
    """The messages and lines of those that last."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(diagnostic for diagnostic, _ in self.found)

    def text(self, named: Callable[[Path], str]) -> str:
        """`named` says a file wherever the project is."""
        found = [[asdict(diagnostic), [asdict(fix) for fix in fixes]] for diagnostic, fixes in self.found]
        return json.dumps([self.fixes_rest_on, found, self.failures], default=named)

    @classmethod
    def parsed(cls, text: str, root: Path) -> Stored:
        """Of a project in this folder. Raises ValueError for what makes no sense."""
        try:
            rests_on, found, failures = json.loads(text)
            return cls(
                tuple((_diagnostic(one, root), tuple(_fix(fix, root) for fix in fixes)) for one, fixes in found),
                rests_on,
                tuple((message, line) for message, line in failures),
            )
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise ValueError(f"not what is kept of a file: {error}") from error


def _range(read: Any) -> Range:
    return Range(Position(**read["start"]), Position(**read["end"]))


def _path(read: str | None, root: Path) -> Path | None:
    return None if read is None else root / read


def _diagnostic(read: Any, root: Path) -> Diagnostic:
    related = (Related(one["message"], _range(one["range"]), _path(one["path"], root)) for one in read["related"])
    read |= {"range": _range(read["range"]), "severity": Severity(read["severity"]), "related": tuple(related)}
    return Diagnostic(**read)


def _fix(read: Any, root: Path) -> Fix:
    edits = (
        Edit(_range(one["range"]), one["content"], _path(one["path"], root), one["label"]) for one in read["edits"]
    )
    read |= {
        "edits": tuple(edits),
        "applicability": Applicability(read["applicability"]),
        "kind": FixKind(read["kind"]),
    }
    return Fix(**read)
