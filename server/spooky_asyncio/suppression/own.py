"""Our own comments: `# spooky: ignore[rule, rule]` and `# spooky: ignore-file[rule]`, each with brackets or without."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spooky_asyncio.model import Diagnostic, Position, Range
from spooky_asyncio.source import Source
from spooky_asyncio.suppression import UNUSED
from spooky_asyncio.suppression.comments import Comment, first_statement

MARK = "spooky:"
"""What every one of them has in it."""

# An open bracket, as while somebody types, makes it none at all rather than one for all rules.
_WRITTEN = re.compile(r"#\s*spooky:\s*(ignore(?:-file)?)(?![\w-])(?:\s*\[([^\]#]*)\]|(?!\s*\[))")
_NAME = re.compile(r"[^\s,]+")


@dataclass(frozen=True)
class Name:
    text: str
    range: Range


@dataclass(frozen=True)
class Suppression:
    comment: Comment
    span: Range
    """What is written: up to the end of the brackets, where an explanation or another comment may follow."""
    names: tuple[Name, ...] | None
    """The rules in the brackets; None where there are none, which stands for all."""
    lines: range
    """Those on which findings are silenced."""
    for_file: bool

    @property
    def is_misplaced(self) -> bool:
        return not self.lines

    @property
    def list_end(self) -> Position:
        """Where a further name goes, in brackets that are there."""
        if self.names:
            return self.names[-1].range.end
        column = self.comment.text.index("[", self.span.start.column - self.comment.start.column)
        return Position(self.span.start.line, self.comment.start.column + column + 1)

    def reaches(self, diagnostic: Diagnostic) -> bool:
        """Whether the finding begins or ends where this one counts."""
        return diagnostic.range.start.line in self.lines or diagnostic.range.end.line in self.lines

    def silences(self, diagnostic: Diagnostic, others: Iterable[Diagnostic] = ()) -> bool:
        """`others` are all findings of the file: see `_is_within`."""
        if self.names is None:
            is_meant = diagnostic.rule != UNUSED
        else:
            is_meant = any(name.text == diagnostic.rule for name in self.names)
        return is_meant and (self.reaches(diagnostic) or self._is_within(diagnostic, others))

    def _is_within(self, diagnostic: Diagnostic, others: Iterable[Diagnostic]) -> bool:
        """Whether it stands on a line between the finding's first and last one, and no finding within that one has
        to do with the line: of several around a comment, the innermost is meant."""
        return self._is_in_lines_of(diagnostic) and not any(
            other.range != diagnostic.range
            and diagnostic.range.start <= other.range.start
            and other.range.end <= diagnostic.range.end
            and self._is_in_lines_of(other)
            for other in others
        )

    def _is_in_lines_of(self, diagnostic: Diagnostic) -> bool:
        first, last = diagnostic.range.start.line, diagnostic.range.end.line
        return bool(self.lines) and first <= self.lines[-1] and self.lines[0] <= last


def written_in(comments: Iterable[Comment], source: Source) -> list[Suppression]:
    """In the order of the text."""
    found = [one for comment in comments for one in _in_comment(comment, source)]
    return sorted(found, key=lambda one: one.span)


def _in_comment(comment: Comment, source: Source) -> Iterator[Suppression]:
    for match in _WRITTEN.finditer(comment.text):
        names = None
        if match[2] is not None:
            names = tuple(
                Name(name[0], _span(comment, match.start(2) + name.start(), match.start(2) + name.end()))
                for name in _NAME.finditer(match[2])
            )
        for_file = match[1] == "ignore-file"
        lines = comment.lines
        if for_file:
            counts = comment.is_alone and comment.start.line < first_statement(source)
            lines = range(len(source.lines) + 1) if counts else range(0)
        yield Suppression(comment, _span(comment, match.start(), match.end()), names, lines, for_file)


def _span(comment: Comment, start: int, end: int) -> Range:
    line, column = comment.start.line, comment.start.column
    return Range(Position(line, column + start), Position(line, column + end))
