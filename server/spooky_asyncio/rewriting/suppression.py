"""The comment that keeps a finding quiet: `# spooky: ignore`, or `# spooky: ignore[rule, rule]` for some rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from spooky_asyncio.model import Diagnostic, Edit, Position, Range
from spooky_asyncio.source import Source

_COMMENT = re.compile(r"#\s*spooky:\s*ignore(?:\[([^\]]*)\])?")


def is_suppressed(diagnostic: Diagnostic, source: Source) -> bool:
    for line in _lines(diagnostic):
        match = _comment(line, source)
        if match and (match[1] is None or diagnostic.rule in re.split(r"[\s,]+", match[1].strip())):
            return True
    return False


def suppress(diagnostic: Diagnostic, source: Source, others: Iterable[Diagnostic] = ()) -> Edit | None:
    """Add the comment, or its rule to one that is there. None where neither of its lines can hold a comment.

    Of two lines that can, it is the one where fewer of `others` fall silent too.
    """
    lines = [line for line in _lines(diagnostic) if line in source.lines_that_take_comments]
    if len(lines) > 1:
        silent = Counter(line for other in others if other.rule == diagnostic.rule for line in _lines(other))
        lines.sort(key=lambda line: (silent[line], not _comment(line, source)))
    return _added(diagnostic.rule, lines[0], source) if lines else None


def _lines(diagnostic: Diagnostic) -> tuple[int, ...]:
    """Those where the comment counts: on which the finding begins, and on which it ends."""
    return tuple(dict.fromkeys((diagnostic.range.start.line, diagnostic.range.end.line)))


def _comment(line: int, source: Source) -> re.Match[str] | None:
    if "spooky:" not in source.line(line):
        # Without a look at all of the file's comments.
        return None
    return _COMMENT.search(source.comments.get(line, ""))


def _added(rule: str, line: int, source: Source) -> Edit:
    text = source.line(line)
    match = _comment(line, source)
    if match is None or match[1] is None:
        # After whatever comment is there: those of other tools end where another one begins.
        return _inserted(line, len(text.rstrip()), f"  # spooky: ignore[{rule}]")
    rules = match[1].rstrip(" \t,")
    column = text.rindex(source.comments[line]) + match.start(1) + len(rules)
    return _inserted(line, column, f", {rule}" if rules else rule)


def _inserted(line: int, column: int, text: str) -> Edit:
    place = Position(line, column)
    return Edit(Range(place, place), text)
