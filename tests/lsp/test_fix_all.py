"""All fixes of a file, all of one rule, and leaving a line as it is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from lsprotocol import types

from lsp.editor import Editor, applied, capabilities, changes

pytestmark = pytest.mark.asyncio

URI = "untitled:Lost"
LAZY = capabilities(resolves=["edit", "command"])
ALL = types.Range(types.Position(0, 0), types.Position(999, 0))

# Of both rules; the fixes of the last two change more than the error, as main() and kettle() may be called in a loop.
MIXED = """\
import asyncio


async def brew(cup):
    await asyncio.sleep(0)
    return cup


async def serve():
    brew(1)  # 🫖
    print(brew(2), brew(3))
    asyncio.create_task(brew(4))


def main():
    print(brew(5))


def kettle():
    brew(6)
"""


async def fix_alls(editor: Editor, only: Sequence[str] | None = None) -> list[types.CodeAction]:
    actions = await editor.actions(URI, ALL, only)
    return [action for action in actions if action.title.startswith(("Fix all", "Spooky"))]


async def after(editor: Editor, action: types.CodeAction, text: str, version: int = 1) -> str:
    """What the editor makes of a text by an action."""
    resolved = await editor.resolve(action)
    return applied(text, changes(resolved.edit)[URI, version])


@pytest.mark.parametrize("can", [LAZY, capabilities()], ids=["lazy", "eager"])
@pytest.mark.parametrize("only", ["source.fixAll", "source.fixAll.spooky"])
async def test_on_save_what_is_safe_is_fixed(editor: Editor, can: types.ClientCapabilities, only: str) -> None:
    await editor.start(can)
    editor.open(URI, MIXED)
    (action,) = await editor.actions(URI, ALL, [only])
    assert action.kind == "source.fixAll.spooky"
    assert not action.is_preferred
    text = await after(editor, action, MIXED)
    for line in ("    await brew(1)  # 🫖\n", "    print(await brew(2), await brew(3))\n"):
        assert line in text
    # main() and kettle() may be called in a loop, where asyncio.run() would fail.
    assert text.endswith(MIXED[MIXED.index("def main") :])
    editor.replace(URI, text, 2)
    await editor.diagnostics(URI, 2)
    assert await editor.actions(URI, ALL, [only]) == []


async def test_edits_leave_alone_what_stays(editor: Editor) -> None:
    await editor.start(LAZY)
    editor.open(URI, MIXED)
    (action,) = await editor.actions(URI, ALL, ["source.fixAll"])
    edits = changes((await editor.resolve(action)).edit)[URI, 1]
    assert [edit.range.start for edit in edits[:2]] == [types.Position(9, 4), types.Position(10, 10)]
    assert edits[0] == types.TextEdit(types.Range(types.Position(9, 4), types.Position(9, 4)), "await ")


async def test_not_offered_where_nothing_is_safe_to_fix(editor: Editor) -> None:
    await editor.start(LAZY)
    editor.open(URI, "async def brew(): ...\n\ndef main():\n    brew()\n")
    assert await editor.lines(URI) == [3]
    assert await editor.actions(URI, ALL, ["source.fixAll"]) == []
    assert await editor.actions(URI, ALL, ["quickfix"]) != []
    editor.replace(URI, "async def brew(): ...\n", 2)
    assert await editor.actions(URI, ALL) == []


async def test_not_offered_while_there_is_a_syntax_error(editor: Editor) -> None:
    await editor.start(LAZY)
    editor.open(URI, MIXED + "x = (\n")
    assert len(await editor.diagnostics(URI)) >= 6
    assert await fix_alls(editor) == []


async def test_all_of_a_rule(editor: Editor) -> None:
    await editor.start(LAZY)
    editor.open(URI, MIXED)
    found = await editor.diagnostics(URI)
    rule = "coroutine-never-awaited"
    action = next(one for one in await fix_alls(editor, ["quickfix"]))
    assert action.title == f"Fix all 5 of {rule} in this file (not all fixes are safe)"
    assert action.kind == "quickfix"
    assert not action.is_preferred
    assert action.diagnostics is not None
    assert [*action.diagnostics] == [one for one in found if one.code == rule]
    text = await after(editor, action, MIXED)
    editor.replace(URI, text, 2)
    assert {one.code for one in await editor.diagnostics(URI, 2)} == {"task-never-awaited"}
    assert "asyncio.run(brew(6))" in text


async def test_all_of_a_rule_says_nothing_of_safety_where_all_are_safe(editor: Editor) -> None:
    await editor.start(LAZY)
    text = MIXED.split("def main")[0]
    editor.open(URI, text)
    (action,) = await fix_alls(editor, ["quickfix"])
    assert action.title == "Fix all 3 of coroutine-never-awaited in this file"
    # Of one finding alone there is no more to fix than what its own fix does.
    editor.replace(URI, text.replace("    print(brew(2), brew(3))\n", ""), 2)
    assert await fix_alls(editor, ["quickfix"]) == []


async def test_ignore(editor: Editor) -> None:
    await editor.start(LAZY)
    editor.open(URI, MIXED)
    found = await editor.diagnostics(URI)
    line = MIXED.splitlines().index("    print(brew(2), brew(3))")
    actions = await editor.actions(URI, types.Range(types.Position(0, 0), types.Position(line, 15)), ["quickfix"])
    titles = [action.title for action in actions]
    ignoring = [action for action in actions if action.title == "Ignore for this line: coroutine-never-awaited"]
    assert actions[-2:] == ignoring
    assert len([title for title in titles if title.startswith("Fix all")]) == 1
    text = await after(editor, ignoring[0], MIXED)
    assert text == MIXED.replace("# 🫖", "# 🫖  # spooky: ignore[coroutine-never-awaited]")
    editor.replace(URI, text, 2)
    assert await editor.diagnostics(URI, 2) == found[1:]


async def test_ignore_findings_that_share_a_line(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, MIXED)
    found = await editor.diagnostics(URI)
    line = types.Range(types.Position(10, 0), types.Position(10, 30))
    ignoring = (await editor.actions(URI, line, ["quickfix"]))[-1]
    assert ignoring.diagnostics is not None
    assert [*ignoring.diagnostics] == [one for one in found if one.range.start.line == 10]
    editor.replace(URI, await after(editor, ignoring, MIXED), 2)
    assert [*await editor.diagnostics(URI, 2)] == [one for one in found if one.range.start.line != 10]
