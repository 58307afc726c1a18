"""Edits in the form that everybody applies alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from spooky_asyncio.model import Edit, Range


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
