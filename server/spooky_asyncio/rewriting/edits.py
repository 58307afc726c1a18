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
            labels = dict.fromkeys(label for label in (last.label, edit.label) if label)
            span = Range(last.range.start, edit.range.end)
            edit = replace(last, range=span, content=last.content + edit.content, label=", ".join(labels))
        found.append(edit)
    return found


def difference(source: Source, text: str) -> tuple[Edit, ...]:
    """The edits that make `text` of a source's text. What is the same on both sides of a change stays untouched, and
    so do cursors and folded places there."""
    start, edits = 0, []
    for was, becomes in _aligned(source.lines, split_lines(text)):
        if was != becomes:
            first, last = _in_common(was, becomes)
            span = Range(source.position_at(start + first), source.position_at(start + len(was) - last))
            edits.append(Edit(span, becomes[first : len(becomes) - last]))
        start += len(was)
    return merged(edits)


def _aligned(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """All of the old lines, each or some together with what has become of them."""
    for _, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if end - start == new_end - new_start:
            yield from zip(old[start:end], new[new_start:new_end], strict=True)
        else:
            yield "".join(old[start:end]), "".join(new[new_start:new_end])


def _in_common(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts have in common at their start and at their end."""
    start = _common(zip(one, other, strict=False))
    end = _common(zip(reversed(one[start:]), reversed(other[start:]), strict=False))
    # No editor has a place between the two characters of a line end.
    start -= any(text[start - 1 : start + 1] == "\r\n" for text in (one, other) if start)
    end -= any(text[len(text) - end - 1 : len(text) - end + 1] == "\r\n" for text in (one, other) if end)
    return start, end


def _common(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
