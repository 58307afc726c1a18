"""Edits in the form that everybody applies alike."""

from __future__ import annotations

from collections.abc import Iterable

from spooky_asyncio.model import Edit, Range


def merged(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits in the order of the text, those that touch made one: editors differ in how they order inserts at one
    place. Edits must not overlap; of two at one place the one that comes first goes first."""
    found: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: edit.range):
        if found and found[-1].range.end == edit.range.start:
            last = found.pop()
            edit = Edit(Range(last.range.start, edit.range.end), last.content + edit.content)
        found.append(edit)
    return tuple(found)
