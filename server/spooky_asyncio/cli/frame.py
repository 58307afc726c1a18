"""The lines that a finding is about, with its exact range underlined.

A terminal shows a character in no, one or two cells and a tab in several, so every column is measured in the cells of
what is printed before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from spooky_asyncio.model import Range
from spooky_asyncio.workspace.foreign import printable

_TAB = 4
_ELLIPSIS = "..."
_MOST_LINES = 6
_FIRST_LINES = 4


def code_frame(lines: Sequence[str], span: Range, width: int, style: str) -> Iterator[Text]:
    """The frame's lines, each at most about `width` cells wide."""
    numbers = _line_numbers(span, len(lines))
    gutter = max(len(str(number + 1)) for number in numbers if number is not None)
    for number in numbers:
        if number is None:
            yield Text(_ELLIPSIS, "dim")
            continue
        code = lines[number].rstrip("\r\n") if number < len(lines) else ""
        start, end = _underlined(code, span, number)
        shown, before, under = _fitted(code, start, end, width - gutter - 3)
        yield Text.assemble((f"{number + 1:>{gutter}} |", "dim"), f" {shown}" if shown else "")
        if under:
            yield Text.assemble((" " * gutter + " |", "dim"), " " * (before + 1), ("^" * under, style))


def _line_numbers(span: Range, count: int) -> list[int | None]:
    """The lines of the range, None for those left out of a long one."""
    last = max(span.start.line, min(span.end.line, count - 1))
    numbers: list[int | None] = [*range(span.start.line, last + 1)]
    return numbers if len(numbers) <= _MOST_LINES else [*numbers[:_FIRST_LINES], None, last]


def _underlined(code: str, span: Range, number: int) -> tuple[int, int]:
    """The part of a line that the range covers, without the white space around it."""
    text = code.rstrip()
    first = span.start.column if number == span.start.line else len(text) - len(text.lstrip())
    last = span.end.column if number == span.end.line else len(text)
    if span.start.line == span.end.line:
        # Even where there is nothing, as at the end of a line, something must point there.
        last = max(last, first + 1)
    return first, max(last, first)


def _fitted(code: str, start: int, end: int, width: int) -> tuple[str, int, int]:
    """What to print of a line; the cells before its underlined part; the cells of that part."""
    # No line is longer than this for a reader, and one of a megabyte would take long to measure.
    low, high = max(start - 2 * width, 0), min(max(end, start), start + 2 * width) + 2 * width
    shown, starts = _expanded(code[low:high])
    first, last = (starts[min(index - low, len(starts) - 1)] for index in (start, min(end, high)))
    cut_left, cut_right = low > 0, high < len(code)
    if cell_len(shown) > width or cut_left or cut_right:
        left, right = _window(shown, first, last, width - 2 * len(_ELLIPSIS))
        cut_left, cut_right = cut_left or left > 0, cut_right or right < len(shown)
    else:
        left, right = 0, len(shown)
    head, tail = _ELLIPSIS * cut_left, _ELLIPSIS * cut_right
    before = cell_len(head + shown[left:first])
    under = cell_len(head + shown[left : min(last, right)]) - before
    return f"{head}{shown[left:right]}{tail}", before, max(under, 1) if end > start else 0


def _expanded(code: str) -> tuple[str, list[int]]:
    """The text as it is printed, and where in it each character of `code` starts, and the last one ends."""
    shown, starts = "", []
    for character in code:
        starts.append(len(shown))
        shown += " " * (_TAB - cell_len(shown) % _TAB) if character == "\t" else printable(character)
    return shown, [*starts, len(shown)]


def _window(shown: str, first: int, last: int, width: int) -> tuple[int, int]:
    """The part of a line that fits: around the underlined part, or from its beginning if that does not fit itself."""
    left = first
    room = max(width - cell_len(shown[first:last]), 0)
    while left > 0 and cell_len(shown[left - 1 : first]) <= room // 2:
        left -= 1
    right = left
    while right < len(shown) and cell_len(shown[left : right + 1]) <= width:
        right += 1
    while left > 0 and cell_len(shown[left - 1 : right]) <= width:
        left -= 1
    return left, right
