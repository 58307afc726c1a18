"""Comments of ours put into a text and taken out of it again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spooky_asyncio.model import Diagnostic, Edit, Position, Range
from spooky_asyncio.rewriting.document import columns
from spooky_asyncio.source import BYTE_ORDER_MARK, Source
from spooky_asyncio.suppression.comments import comments, statement_above
from spooky_asyncio.suppression.own import MARK, Name, Suppression, written_in

# `#12` is a number in somebody's explanation.
_NEXT_COMMENT = re.compile(r"(?:^|(?<=\s))#(?!\d)")


def suppress(
    diagnostic: Diagnostic, source: Source, others: Iterable[Diagnostic] = (), line_length: int | None = None
) -> Edit | None:
    """Add the comment, or its rule to one that is there. None where no comment can be about the finding alone.

    Of several places, it is the one where the fewest of `others` fall silent too. Where none of the finding's lines can
    hold a comment, it goes above the statement; also where a formatter would break the line for it, if `line_length` is
    given.
    """
    same = [other for other in others if other.rule == diagnostic.rule]
    places: list[tuple[int, bool, Edit]] = []
    broken: list[Edit] = []

    def add(lines: range, is_new: bool, edit: Edit) -> None:
        if line_length is not None and len(lines) == 1 and _breaks(edit, source, line_length):
            broken.append(edit)
        else:
            silent = sum(one.range.start.line in lines or one.range.end.line in lines for one in same)
            places.append((silent, is_new, edit))

    for one in written_in(comments(source), source) if MARK in source.text else ():
        if one.names is not None and not one.for_file and one.reaches(diagnostic):
            add(one.lines, False, _inserted(one.list_end, f", {diagnostic.rule}" if one.names else diagnostic.rule))
    written = f"# spooky: ignore[{diagnostic.rule}]"
    for line in dict.fromkeys((diagnostic.range.start.line, diagnostic.range.end.line)):
        if line in source.lines_that_take_comments:
            # After whatever comment is there: those of other tools end where another one begins.
            end = Position(line, len(source.line(line).rstrip()))
            add(range(line, line + 1), True, _inserted(end, f"  {written}"))
    if places:
        return min(places, key=lambda place: place[:2])[2]
    return _above(written, diagnostic.range.start.line, source) or next(iter(broken), None)


def _breaks(edit: Edit, source: Source, line_length: int) -> bool:
    """Whether a formatter would break a line that this is added to: it is too long then, or it has several of what
    brackets hold, after which there is no room for a comment."""
    line = edit.range.start.line
    written = source.line(line).rstrip()
    if columns(written + edit.content) > line_length:
        return True
    code = written.removesuffix(source.comments.get(line, "").rstrip()).rstrip()
    return line not in source.lines_that_end_statements and not code.endswith((",", "(", "[", "{"))


def _above(written: str, line: int, source: Source) -> Edit | None:
    first = statement_above(line, source) if source.syntax_error is None else None
    if first is None:
        return None
    text = source.line(first)
    column = len(text) - len(text.lstrip(BYTE_ORDER_MARK + " \t\f"))
    return _inserted(Position(first, column), written + source.newline + text[:column].lstrip(BYTE_ORDER_MARK))


def removed(suppression: Suppression, source: Source) -> Edit:
    """Take it away, with what explains it: a comment that another one follows on its line leaves that one there, and
    one that is alone on its line takes the line along."""
    comment, line = suppression.comment, suppression.span.start.line
    text, start = comment.text, suppression.span.start.column - comment.start.column
    written = suppression.span.end.column - comment.start.column
    following = _NEXT_COMMENT.search(text[written:])
    end = written + following.start() if following else len(text)
    if end < len(text):
        return _deleted(Position(line, comment.start.column + start), Position(line, comment.start.column + end))
    before = source.line(line)[: comment.start.column + start]
    if before.strip(BYTE_ORDER_MARK + " \t\f"):
        return _deleted(Position(line, len(before.rstrip())), Position(line, len(source.line(line))))
    marked = len(BYTE_ORDER_MARK) if before.startswith(BYTE_ORDER_MARK) else 0
    next_line = source.offset(Position(line + 1 + _blank_lines_to_go(line, source), 0))
    return _deleted(Position(line, marked), source.position_at(next_line))


def without(name: Name, suppression: Suppression) -> Edit:
    """Take one of several names out of the brackets."""
    names = suppression.names or ()
    index = names.index(name)
    if index:
        return _deleted(names[index - 1].range.end, name.range.end)
    return _deleted(name.range.start, names[1].range.start)


def _blank_lines_to_go(line: int, source: Source) -> int:
    """How many of the blank lines below go with a line, so that those around it do not add up."""
    above, below = 0, 0
    while line > above and not source.line(line - above - 1).strip():
        above += 1
    while line + below + 1 < len(source.lines) and not source.line(line + below + 1).strip():
        below += 1
    return below if line == above else min(above, below)


def _inserted(place: Position, text: str) -> Edit:
    return Edit(Range(place, place), text)


def _deleted(start: Position, end: Position) -> Edit:
    return Edit(Range(start, end), "")
