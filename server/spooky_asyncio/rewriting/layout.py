"""The statements that a fix writes or changes, on the lines that `ruff format` (and black) would give them.

What was not in that layout before is left as it stands, and so is what can't be told for sure: statements with comments
or strings of several lines inside, those that share a line, and those whose comment behind would move.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spooky_asyncio.model import Edit, Range
from spooky_asyncio.rewriting.document import columns
from spooky_asyncio.rewriting.statements import Statement
from spooky_asyncio.source import Source, UnreadableSource, split_lines


@dataclass(frozen=True, slots=True)
class _Change:
    """What stands at `old` in the text stands at `new` in the fixed one; all are offsets."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    label: str


def laid_out(edits: Sequence[Edit], source: Source, line_length: int) -> tuple[Edit, ...]:
    """The edits of a fix, merged and in order, with the line breaks that the statements they touch need then.

    Edits of other files are left alone.
    """
    own = [edit for edit in edits if edit.path is None]
    text = source.edited(own)
    if not _may_need_layout(own, text, source, line_length):
        return tuple(edits)
    try:
        fixed = Source.from_text(text)
    except UnreadableSource:
        return tuple(edits)
    if fixed.syntax_error is not None:
        return tuple(edits)
    changes = _changes(own, source)
    replacements = []
    first, last = (fixed.position_at(offset).line for offset in (changes[0].new_start, changes[-1].new_end))
    for node in _on_lines(first, last, fixed):
        after = Statement(node, fixed)
        if any(change.new_start <= after.limit and after.start <= change.new_end for change in changes):
            wanted = after.laid_out(line_length)
            if wanted is None or wanted == after.text:
                continue
            was = _overlapping(after, changes, source)
            if all(statement.laid_out(line_length) == statement.text for statement in was):
                replacements.append((after.start, after.end, wanted))
    if not replacements:
        return tuple(edits)
    others = [edit for edit in edits if edit.path is not None]
    return (*_composed(changes, replacements, fixed, source), *others)


def _may_need_layout(edits: Sequence[Edit], text: str, source: Source, line_length: int) -> bool:
    """A cheap look before the fixed text is parsed: whether a line became too long, or a statement that is touched
    has several lines."""
    known = set(source.lines)
    for line in split_lines(text):
        if line not in known and columns(line.rstrip("\r\n")) > line_length:
            return True
    touched = {line for edit in edits for line in range(edit.range.start.line, edit.range.end.line + 1)}
    for node in _on_lines(min(touched, default=0), max(touched, default=-1), source):
        lines = Statement(node, source).lines if node.end_lineno != node.lineno else ()
        if len(lines) > 1 and not touched.isdisjoint(lines):
            return True
    return False


def _changes(edits: Sequence[Edit], source: Source) -> list[_Change]:
    found, shift = [], 0
    for edit in edits:
        start, end = source.offset(edit.range.start), source.offset(edit.range.end)
        found.append(_Change(start, end, start + shift, start + shift + len(edit.content), edit.label))
        shift = found[-1].new_end - end
    return found


def _overlapping(statement: Statement, changes: Sequence[_Change], source: Source) -> list[Statement]:
    """The statements of which this one was made; none where it is new."""
    start, end = statement.start, statement.end
    for change in reversed(changes):
        if change.new_start <= statement.start:
            inside = statement.start < change.new_end or statement.start == change.new_start
            start = change.old_start if inside else change.old_end + statement.start - change.new_end
            break
    for change in reversed(changes):
        if change.new_start < statement.end:
            inside = statement.end <= change.new_end
            end = change.old_end if inside else change.old_end + statement.end - change.new_end
            break
    first, last = (source.position_at(offset).line for offset in (start, end))
    originals = (Statement(node, source) for node in _on_lines(first, last, source))
    return [it for it in originals if it.start < end and start < it.limit and start < it.end]


def _on_lines(first: int, last: int, source: Source) -> Iterator[ast.stmt]:
    """The statements that have a part on one of these lines, in a file that may have very many others."""
    for node in source.statements:
        if node.lineno - 1 <= last and first < (node.end_lineno or node.lineno):
            yield node


def _composed(
    changes: Sequence[_Change], replacements: Sequence[tuple[int, int, str]], fixed: Source, source: Source
) -> Iterator[Edit]:
    """The changes and, on top of them, replacements in the fixed text, as edits of the source."""
    spans = sorted([(change.new_start, change.new_end) for change in changes] + [item[:2] for item in replacements])
    merged = [spans[0]]
    for start, end in spans[1:]:
        if start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    for start, end in merged:
        parts, reached = [], start
        for first, last, text in replacements:
            if start <= first and last <= end:
                parts += [fixed.text[reached:first], text]
                reached = last
        labels = dict.fromkeys(
            change.label for change in changes if start <= change.new_start and change.new_end <= end
        )
        before = [change for change in changes if change.new_end < start]
        until = [change for change in changes if change.new_start <= end]
        old_start = start + (before[-1].old_end - before[-1].new_end if before else 0)
        old_end = end + (until[-1].old_end - until[-1].new_end if until else 0)
        span = Range(source.position_at(old_start), source.position_at(old_end))
        content = "".join([*parts, fixed.text[reached:end]])
        yield Edit(span, content, label=", ".join(filter(None, labels)))
