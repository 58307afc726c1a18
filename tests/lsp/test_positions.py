"""Places behind characters that clients count differently, in each encoding."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import PositionCodec

from lsp.editor import Editor, capabilities
from spooky_asyncio import model
from spooky_asyncio.lsp.client import Client
from spooky_asyncio.lsp.convert import Converter
from spooky_asyncio.lsp.diagnostics import to_protocol
from spooky_asyncio.lsp.documents import Document
from spooky_asyncio.lsp.snapshots import Snapshot

ENCODINGS = ["utf-8", "utf-16", "utf-32"]
URI = "untitled:Tea"

BEFORE = {
    "emoji": "'🫖'",
    "astral": "'𝒳𐍈'",
    "cjk": "'お茶'",
    "combining": "'e\u0301'",
    "line_separator": "'\u2028\u2029\x85'",
    "form_feed": "'\x0c\x1c\x0b'",
}


def units(text: str, encoding: str) -> int:
    widths = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
    codec, width = widths[encoding]
    return len(text.encode(codec, "surrogatepass")) // width


@pytest.mark.asyncio
@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_findings_hovers_edits_and_fixes(editor: Editor, encoding: str) -> None:
    result = await editor.start(capabilities(encodings=[encoding]))
    assert result.capabilities.position_encoding == encoding
    for name, before in BEFORE.items():
        uri = f"untitled:{name}"
        head = f"# {before}\nasync def brew(x): ...\nasync def main():\n"
        line = f"    {before}; brew({before})"
        editor.open(uri, f"{head}{line}\n")
        (found,) = await editor.diagnostics(uri)
        start = units(f"    {before}; ", encoding)
        assert found.range == types.Range(types.Position(3, start), types.Position(3, units(line, encoding)))
        assert await editor.hover(uri, 3, start - 1) is None
        hover = await editor.hover(uri, 3, start)
        assert hover is not None
        assert hover.range == found.range
        # An edit behind the strange characters: the server's text must stay the same as the editor's.
        editor.edit(uri, 2, ((3, start), (3, start + 4), "await brew"), ((0, 2), (0, 2), before))
        assert await editor.lines(uri, 2) == []
        editor.edit(uri, 3, ((3, start), (3, start + 6), ""))
        (again,) = await editor.diagnostics(uri, 3)
        assert again.range == found.range
        fixes = await editor.actions(uri, again.range)
        preferred = next(fix for fix in fixes if fix.is_preferred)
        assert preferred.edit is not None
        assert preferred.edit.document_changes is not None
        (change,) = preferred.edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        assert all(edit.range.start.line == 3 for edit in change.edits if isinstance(edit, types.TextEdit))
        assert change.edits[0].range.start == found.range.start


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("before", [*BEFORE.values(), "\ud83d", ""])
def test_columns_there_and_back(before: str, encoding: str) -> None:
    text = f"x\n{before}y"
    converter = Converter.of(text, encoding)
    for column in range(len(before) + 2):
        place = converter.to_client(_range(1, column, column)).start
        assert converter.position(place).column == column
        assert text[converter.offset(place) :] == f"{before}y"[column:]


@pytest.mark.parametrize(
    ("text", "line", "character", "offset"),
    [
        ("", 0, 0, 0),
        ("", 3, 3, 0),
        ("ab", 0, 9, 2),
        ("ab\n", 0, 9, 2),
        ("ab\r\ncd", 0, 9, 2),
        ("ab\r\ncd", 1, 1, 5),
        ("ab\rcd", 1, 1, 4),
        ("ab\n", 1, 0, 3),
        ("ab\n", 9, 9, 3),
        ("ab", 1, 0, 2),
        ("a🫖b", 0, 2, 1),
        ("a🫖b", 0, 3, 2),
        ("a\x0cb\u2028c\nd", 1, 0, 6),
    ],
)
def test_places_at_and_past_ends(text: str, line: int, character: int, offset: int) -> None:
    assert Converter.of(text, "utf-16").offset(types.Position(line, character)) == offset


def test_documents_end_lines_as_the_protocol_does() -> None:
    document = Document("untitled:x", "a\x0cb\u2028c\nd\x1ce\r\nf")
    span = types.Range(types.Position(1, 2), types.Position(2, 0))
    document.apply_change(types.TextDocumentContentChangePartial(span, "E+"))
    assert document.source == "a\x0cb\u2028c\nd\x1cE+f"


TEXTS = st.text(st.sampled_from("ab \n\r\x0c\x1c\x85\u2028é茶🫖𠮷\ud83d\udc00"), max_size=30)
EDITS = st.lists(st.tuples(TEXTS, st.integers(0, 30), st.integers(0, 30)), max_size=5)


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(deadline=None, derandomize=True)
@given(text=TEXTS, edits=EDITS)
def test_any_edits_make_the_text_that_the_editor_has(
    encoding: str, text: str, edits: list[tuple[str, int, int]]
) -> None:
    document = Document("untitled:x", text, position_codec=PositionCodec(encoding))
    for new, *places in edits:
        start, end = sorted(_between_characters(text, place, encoding) for place in places)
        span = types.Range(_place(text[:start], encoding), _place(text[:end], encoding))
        document.apply_change(types.TextDocumentContentChangePartial(span, new))
        text = text[:start] + new + text[end:]
        assert document.source == text


def _between_characters(text: str, place: int, encoding: str) -> int:
    """The nearest one in a text that an editor has a place for."""
    place = min(place, len(text))
    around = text[place - 1 : place + 1] if place else ""
    # Python has two characters for two surrogates that belong together, which are one for whoever counts in UTF-16.
    return place - 1 if around == "\r\n" or "\ud800" <= around[:1] < "\udc00" <= around[1:] <= "\udfff" else place


def _place(before: str, encoding: str) -> types.Position:
    lines = re.split("\r\n|\r|\n", before)
    return types.Position(len(lines) - 1, units(lines[-1], encoding))


@pytest.mark.parametrize(("encoding", "width"), [("utf-8", 7), ("utf-16", 3), ("utf-32", 2)])
def test_related_places_in_another_file_count_its_own_characters(tmp_path: Path, encoding: str, width: int) -> None:
    other = tmp_path / "kitchen.py"
    other.write_text("# \u2028\nasync def 茶𠮷(): ...\n", "utf-8")
    related = model.Related("defined here", _range(1, 10, 12), other)
    finding = model.Diagnostic("rule", "lost", _range(0, 0, 1), model.Severity.HINT, "https://x.y", (related,))
    here = Snapshot("untitled:x", 1, "x", None)
    shown = to_protocol(finding, here, Converter.of("x", encoding), Client(encoding, related_information=True))
    assert shown.related_information is not None
    expected = types.Range(types.Position(1, 10), types.Position(1, 10 + width))
    assert shown.related_information[0].location == types.Location(other.as_uri(), expected)


def _range(line: int, start: int, end: int) -> model.Range:
    return model.Range(model.Position(line, start), model.Position(line, end))
