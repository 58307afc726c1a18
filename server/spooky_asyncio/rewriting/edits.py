"""Edits in the form that everybody applies alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import groupby, takewhile

from spooky_asyncio.model import Edit, Range
from spooky_asyncio.source import Source, split_lines


def merged(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits by file and in the order of the text, those that touch made one: editors differ in how they order
    inserts at one place. Edits must not overlap; of two at one place the one that comes first goes first."""
    found: list[Edit] = []
    by_file = sorted(edits, key=lambda edit: str(edit.path or ""))
    for _, of_file in groupby(by_file, key=lambda edit: edit.path):
        found += _merged(of_file)
    return tuple(found)


def _merged(edits: Iterable[Edit]) -> list[Edit]:
    found: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: edit.range):
        if found and found[-1].range.end == edit.range.start:
            last = found.pop()
            edit = replace(last, range=Range(last.range.start, edit.range.end), content=last.content + edit.content)
        found.append(edit)
    return found


def difference(source: Source, text: str) -> tuple[Edit, ...]:
    """The edits that make `text` of a source's text. What is the same on both sides of a change stays untouched, and
    so do cursors and folded places there."""
    return tuple(_difference(source, split_lines(text)))


def _difference(source: Source, lines: list[str]) -> Iterator[Edit]:
    start = 0
    old_start = new_start = 0
    for old, new, size in SequenceMatcher(None, source.lines, lines).get_matching_blocks():
        was, becomes = "".join(source.lines[old_start:old]), "".join(lines[new_start:new])
        if was != becomes:
            first, last = _differing(was, becomes)
            span = Range(source.position_at(start + first), source.position_at(start + len(was) - last))
            yield Edit(span, becomes[first : len(becomes) - last])
        start += len(was) + sum(map(len, source.lines[old : old + size]))
        old_start, new_start = old + size, new + size


def _differing(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts have in common at their start and at their end."""
    start = _common(zip(one, other, strict=False))
    end = _common(zip(reversed(one[start:]), reversed(other[start:]), strict=False))
    # No editor has a place between the two characters of a line end.
    start -= any(text[start - 1 : start + 1] == "\r\n" for text in (one, other) if start)
    end -= any(text[len(text) - end - 1 : len(text) - end + 1] == "\r\n" for text in (one, other) if end)
    return start, end


def _common(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
