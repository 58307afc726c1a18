"""Comments that keep nothing quiet, in an editor."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from lsp.editor import Editor, applied, changes
from spooky_asyncio.rules import rule_named

pytestmark = pytest.mark.asyncio

URI = "untitled:Lost"
ALL = types.Range(types.Position(0, 0), types.Position(99, 0))
HEAD = "async def brew():\n    pass\n\nasync def main():\n"
IDLE = f"{HEAD}    await brew()  # spooky: ignore[task-never-awaited]\n    print(1)  # tea  # spooky: ignore\n"


async def test_shown_and_explained(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, IDLE)
    found = await editor.diagnostics(URI)
    assert [(one.code, one.range.start.line) for one in found] == [("unused-suppression", 4), ("unused-suppression", 5)]
    hover = await editor.hover(URI, 4, 30)
    rule = rule_named("unused-suppression")
    assert hover is not None and rule is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert rule.explanation in hover.contents.value
    assert "At run time: nothing" in hover.contents.value
    assert hover.contents.value.endswith(f"[All about such comments]({rule.url})")


async def test_removed_one_by_one_and_all_at_once(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, IDLE)
    first, *others = await editor.actions(URI, types.Range(types.Position(4, 20), types.Position(4, 20)))
    assert (first.title, first.is_preferred) == ("Remove the comment", True)
    assert [one.title for one in others] == [
        "Fix all 2 of unused-suppression in this file",
        "Ignore for this line: unused-suppression",
        "Spooky: Fix all that is safe to fix",
    ]
    assert applied(IDLE, changes(first.edit)[URI, 1]) == IDLE.replace("  # spooky: ignore[task-never-awaited]", "")
    for one in (others[0], others[2]):
        text = applied(IDLE, changes(one.edit)[URI, 1])
        assert text == f"{HEAD}    await brew()\n    print(1)  # tea\n"
    editor.replace(URI, applied(IDLE, changes(others[1].edit)[URI, 1]), 2)
    assert await editor.lines(URI, 2) == [5]


async def test_ignoring_adds_to_the_comment_above(editor: Editor) -> None:
    await editor.start()
    text = f"{HEAD}    # spooky: ignore[task-never-awaited, unused-suppression]\n    brew()\n"
    editor.open(URI, text)
    assert await editor.lines(URI) == [5]
    action = next(one for one in await editor.actions(URI, ALL) if one.title.startswith("Ignore for this line"))
    fixed = applied(text, changes(action.edit)[URI, 1])
    assert fixed == text.replace("suppression]", "suppression, coroutine-never-awaited]")
    editor.replace(URI, fixed, 2)
    assert await editor.lines(URI, 2) == []


async def test_cells_of_a_notebook(editor: Editor, tmp_path: Path) -> None:
    """What other cells do is not known, so nobody knows what a comment is for."""
    (tmp_path / "pyproject.toml").write_text("[tool.spooky]\n", "utf-8")
    await editor.start()
    uri = (tmp_path / "tea.ipynb").as_uri().replace("file://", "vscode-notebook-cell:", 1) + "#cell"
    editor.open(uri, "from_another_cell()  # spooky: ignore\nprint(1)  # spooky: ignore\n")
    assert await editor.lines(uri) == []
