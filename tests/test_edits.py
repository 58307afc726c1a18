from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spooky_asyncio.model import Edit, Position, Range
from spooky_asyncio.recovery import parse
from spooky_asyncio.rewriting.edits import difference
from spooky_asyncio.source import Source


def source_of(text: str) -> Source:
    """Of a text that need not be Python."""
    tree, *_ = parse([])
    assert tree is not None
    return Source(text, tree, None)


def edit(line: int, start: int, end_line: int, end: int, content: str) -> Edit:
    return Edit(Range(Position(line, start), Position(end_line, end)), content)


@pytest.mark.parametrize(
    ("before", "after", "edits"),
    [
        ("", "", []),
        ("a\n", "a\n", []),
        ("a\nb\nc\n", "a\nx b\nc\n", [edit(1, 0, 1, 0, "x ")]),
        ("a\nfoo(1)\nc\nd\n", "a\nfoo(2)\nc\nd2\n", [edit(1, 4, 1, 5, "2"), edit(3, 1, 3, 1, "2")]),
        ("a\nb", "a\nb\nc", [edit(1, 1, 1, 1, "\nc")]),
        ("a\n", "import x\n\na\n", [edit(0, 0, 0, 0, "import x\n\n")]),
        ("a b\nc d\n", "a\nc\n", [edit(0, 1, 0, 3, ""), edit(1, 1, 1, 3, "")]),
        ("a\r\nb\r\n", "a\r\n", [edit(1, 0, 2, 0, "")]),
        # Not between the two characters of a line end.
        ("a\r\nb\n", "a\nb\n", [edit(0, 1, 1, 0, "\n")]),
        ("a\rb\n", "a\r\nb\n", [edit(0, 1, 1, 0, "\r\n")]),
    ],
)
def test_differences_are_small(before: str, after: str, edits: list[Edit]) -> None:
    assert list(difference(source_of(before), after)) == edits


TEXTS = st.text(st.sampled_from("ab \n\r\u2028茶🫖"), max_size=30)


@settings(deadline=None, derandomize=True)
@given(before=TEXTS, after=TEXTS)
def test_the_difference_makes_the_one_of_the_other(before: str, after: str) -> None:
    source = source_of(before)
    edits = difference(source, after)
    assert source.edited(edits) == after
    for one, other in pairwise(edits):
        assert one.range.end < other.range.start
    for place in (place for one in edits for place in (one.range.start, one.range.end)):
        offset = source.offset(place)
        assert source.position_at(offset) == place
        assert before[offset - 1 : offset + 1] != "\r\n"
