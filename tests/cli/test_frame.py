"""Code frames: «» mark the range in the code; below it is what is printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from spooky_asyncio.cli.frame import code_frame
from spooky_asyncio.model import Position, Range

FRAMES = {
    "plain": (
        "import a\n    «brew(2)»  # why\n",
        ["2 |     brew(2)  # why", "  |     ^^^^^^^"],
    ),
    "tabs go to the next stop": (
        "\t«brew(2)»\n",
        ["1 |     brew(2)", "  |     ^^^^^^^"],
    ),
    "tabs within the line and the range": (
        "ab\t«f(\t1)»",
        ["1 | ab  f(  1)", "  |     ^^^^^^"],
    ),
    "wide characters before and in it": (
        "x = '日本'; «f('語')»",
        ["1 | x = '日本'; f('語')", "  |             ^^^^^^^"],
    ),
    "emoji": (
        "x = '🎉'; «f('🎉')»; y",
        ["1 | x = '🎉'; f('🎉'); y", "  |           ^^^^^^^"],
    ),
    "combining characters take no cell": (
        "x = 'e\u0301'; «f()»",
        ["1 | x = 'e\u0301'; f()", "  |          ^^^"],
    ),
    "control characters are spelled out": (
        "x = '\x1b[31m\x07'; «f('\u202e')»",
        ["1 | x = '\\x1b[31m\\x07'; f('\\u202e')", "  |                     ^^^^^^^^^^^"],
    ),
    "over some lines": (
        "«f(\n    1,\n\n)».g\n",
        ["1 | f(", "  | ^^", "2 |     1,", "  |     ^^", "3 |", "4 | ).g", "  | ^"],
    ),
    "over many lines": (
        "«f(\n" + "  1,\n" * 20 + ")»\n",
        [
            " 1 | f(",
            "   | ^^",
            " 2 |   1,",
            "   |   ^^",
            " 3 |   1,",
            "   |   ^^",
            " 4 |   1,",
            "   |   ^^",
            "...",
            "22 | )",
            "   | ^",
        ],
    ),
    "nothing, at the end of a line": ("f()«»\n", ["1 | f()", "  |    ^"]),
    "CRLF": ("x\r\n«f()»\r\n", ["2 | f()", "  | ^^^"]),
    "no line end": ("«f()»", ["1 | f()", "  | ^^^"]),
    "a long line is cropped on both sides": (
        "x = 1; " * 40 + "«f()»" + "; y = 2" * 40,
        ["1 | ... x = 1; x = 1; f(); y = 2; y = 2; ...", "  |                   ^^^"],
    ),
    "a long line is cropped at its end": (
        "«f()»" + "; y = 2" * 40,
        ["1 | f(); y = 2; y = 2; y = 2; y = 2; y...", "  | ^^^"],
    ),
    "a long range is cropped": (
        "x; «f(" + "1, " * 100 + ")»; y",
        ["1 | ...f(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,...", "  |    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"],
    ),
}


def marked(text: str) -> tuple[list[str], Range]:
    places = []
    for mark in "«»":
        before = text[: text.index(mark)]
        text = text.replace(mark, "", 1)
        places.append(Position(before.count("\n"), len(before) - (before.rfind("\n") + 1)))
    return text.splitlines(keepends=True), Range(*places)


@pytest.mark.parametrize("name", FRAMES)
def test_frame(name: str) -> None:
    code, expected = FRAMES[name]
    lines, span = marked(code)
    assert [line.plain for line in code_frame(lines, span, 44, "bold")] == expected


@given(st.text(st.characters(exclude_characters="\r\n"), max_size=200), st.data())
def test_any_line_fits_and_is_underlined_where_it_is(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    code, *below = (text.plain for text in code_frame([line], Range(Position(0, start), Position(0, end)), 60, ""))
    assert cell_len(code) <= 60
    assert code.isprintable() or any(not character.isspace() for character in code)
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in code)
    assert len(below) == 1
    assert set(below[0].split("|", 1)[1]) == {" ", "^"}


def test_a_line_of_megabytes_takes_no_time() -> None:
    line = "x = 1; " * 500_000
    span = Range(Position(0, 1_000_000), Position(0, 3_000_000))
    for _ in range(200):
        assert len([*code_frame([line], span, 80, "")]) == 2
