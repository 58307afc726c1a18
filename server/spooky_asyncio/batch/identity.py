"""What tells a finding from all others, and stays the same when the code around it changes.

A finding is known by its rule, by the function that it stands in, by its own code as a formatter can't change it, and
by how many before it in the file are the same in all of that. So it survives lines that move, code that is indented or
wrapped anew and files that are renamed; it changes with its own code. It tells findings of one file apart: whoever
wants more adds the file's name.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from spooky_asyncio.batch.outcome import Finding
from spooky_asyncio.model import Position, Range
from spooky_asyncio.source import Source, UnreadableSource

_LONGEST = 120
"""Characters of code that a person reads to know a finding again."""

# A formatter chooses between the quotes, and adds and removes the rest.
_CHOSEN_BY_FORMATTERS = ((r"\\\r?\n", " "), ('"', "'"), (r"\s+", " "), (r"(?<!\w) | (?!\w)", ""), (r",(?=[)\]}])", ""))


@dataclass(frozen=True, order=True)
class Identity:
    function: str
    """Its qualified name in the file, or that of a class; empty for what stands in none."""
    rule: str
    code: str
    nth: int = 0
    """How many of these come before it in the file."""

    @property
    def fingerprint(self) -> str:
        return hashed(self.rule, self.function, self.code, str(self.nth))


def identities(findings: Iterable[Finding]) -> list[Identity]:
    """One for each finding, in their order, in which those of a file stand together."""
    found: list[Identity] = []
    for _, of_file in groupby(findings, lambda finding: finding.path):
        found += _in_file(list(of_file))
    return found


def _in_file(findings: Sequence[Finding]) -> Iterator[Identity]:
    functions = functions_in(findings[0].lines)
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        function = _innermost(functions, finding.diagnostic.range.start)
        parts = function, finding.diagnostic.rule, _code(finding)
        yield Identity(*parts, seen[parts])
        seen[parts] += 1


def functions_in(lines: Sequence[str]) -> Mapping[Range, str]:
    """The functions and classes of a text by where they stand, each after the one that it stands in. None of a text
    that is no Python."""
    try:
        source = Source.from_text("".join(lines))
    except UnreadableSource:
        return {}
    found: dict[Range, str] = {}
    around: list[Range] = []
    for statement in source.statements:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            span = source.range(statement)
            while around and around[-1].end <= span.start:
                around.pop()
            found[span] = f"{found[around[-1]]}.{statement.name}" if around else statement.name
            around.append(span)
    return found


def _innermost(functions: Mapping[Range, str], place: Position) -> str:
    around = [name for span, name in functions.items() if span.start <= place < span.end]
    return around[-1] if around else ""


def snippet(finding: Finding) -> str:
    """The code that a finding is about, as it stands there."""
    start, end = finding.diagnostic.range.start, finding.diagnostic.range.end
    lines = list(finding.lines[start.line : end.line + 1])
    if end.line < len(finding.lines):
        lines[-1] = lines[-1][: end.column]
    return "".join(lines)[start.column :]


def _code(finding: Finding) -> str:
    code = snippet(finding).strip()
    for written, standard in _CHOSEN_BY_FORMATTERS:
        code = re.sub(written, standard, code)
    return code if len(code) <= _LONGEST else f"{code[: _LONGEST - 20]}... {hashed(code)[:16]}"


def hashed(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
