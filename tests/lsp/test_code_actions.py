from __future__ import annotations

import pytest
from lsprotocol import types

from lsp.editor import Editor, capabilities

pytestmark = pytest.mark.asyncio

URI = "untitled:Lost"
LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()  # tea\n    brew()\n"


def span(*places: int) -> types.Range:
    first, start, last, end = places
    return types.Range(types.Position(first, start), types.Position(last, end))


FIRST, BOTH = span(4, 4, 4, 10), span(4, 0, 5, 99)


async def test_fields(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST, version=3)
    found = await editor.diagnostics(URI, 3)
    actions = await editor.actions(URI, FIRST)
    assert actions
    assert [action.is_preferred for action in actions] == [True, *[False] * (len(actions) - 1)]
    for action in actions:
        assert action.title
        assert action.kind == "quickfix"
        assert action.diagnostics is not None
        assert [*action.diagnostics] == [found[0]]
        assert action.edit is not None
        assert action.edit.changes is None
        assert action.edit.document_changes is not None
        (change,) = action.edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        assert (change.text_document.uri, change.text_document.version) == (URI, 3)


async def test_plain_changes_for_a_client_without_document_changes(editor: Editor) -> None:
    await editor.start(capabilities(document_changes=False))
    editor.open(URI, LOST)
    action = (await editor.actions(URI, FIRST))[0]
    assert action.edit is not None
    assert action.edit.document_changes is None
    assert action.edit.changes is not None
    assert [*action.edit.changes] == [URI]


async def test_only_what_the_range_touches(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    for asked, count in (
        (span(4, 4, 4, 4), 1),
        (span(4, 10, 4, 10), 1),
        (span(4, 11, 4, 11), 0),
        (span(4, 3, 4, 3), 0),
        (span(3, 0, 4, 4), 1),
        (BOTH, 2),
        (span(0, 0, 99, 0), 2),
        (span(0, 0, 0, 0), 0),
    ):
        preferred = [action for action in await editor.actions(URI, asked) if action.is_preferred]
        assert len(preferred) == count, asked


async def test_only_some_kinds(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    for only in (None, ["quickfix"], [""], ["source", "quickfix"]):
        assert await editor.actions(URI, FIRST, only), only
    for only in ([], ["refactor"], ["quickfix.other"], ["source.fixAll"]):
        assert not await editor.actions(URI, FIRST, only), only


async def test_the_preferred_fix_removes_the_diagnostic(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    action = (await editor.actions(URI, FIRST))[0]
    assert action.edit is not None
    assert action.edit.document_changes is not None
    (change,) = action.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    edits = [edit for edit in change.edits if isinstance(edit, types.TextEdit)]
    editor.edit(URI, 2, *(_as_edit(edit) for edit in reversed(edits)))
    assert await editor.lines(URI, 2) == [5]


async def test_right_after_an_edit_the_fresh_report_counts(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    await editor.diagnostics(URI)
    editor.edit(URI, 2, ((0, 0), (0, 0), "\n\n"))
    action = (await editor.actions(URI, span(6, 4, 6, 4)))[0]
    assert action.edit is not None
    assert action.edit.document_changes is not None
    change = action.edit.document_changes[0]
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == 2
    assert change.edits[0].range.start == types.Position(6, 4)


def _as_edit(edit: types.TextEdit) -> tuple[tuple[int, int], tuple[int, int], str]:
    start, end = edit.range.start, edit.range.end
    return (start.line, start.character), (end.line, end.character), edit.new_text
