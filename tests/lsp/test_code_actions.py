from __future__ import annotations

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.editor import Editor, applied, capabilities, changes, patched

pytestmark = pytest.mark.asyncio

URI = "untitled:Lost"
LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()  # tea\n    brew()\n"
LAZY = capabilities(resolves=["edit"])


def span(*places: int) -> types.Range:
    first, start, last, end = places
    return types.Range(types.Position(first, start), types.Position(last, end))


FIRST, BOTH, ALL = span(4, 4, 4, 10), span(4, 0, 5, 99), span(0, 0, 99, 0)


async def test_fields(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST, version=3)
    found = await editor.diagnostics(URI, 3)
    actions = await editor.actions(URI, FIRST, ["quickfix"])
    assert actions
    assert [action.is_preferred for action in actions] == [True, *[None] * (len(actions) - 1)]
    for action in actions:
        assert action.title
        assert action.kind == "quickfix"
        assert action.data is None
        assert action.diagnostics is not None
        assert [*action.diagnostics] == [found[0]]
        assert [*changes(action.edit)] == [(URI, 3)]


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
        (ALL, 2),
        (span(0, 0, 0, 0), 0),
    ):
        actions = await editor.actions(URI, asked)
        assert len([action for action in actions if action.is_preferred]) == count, asked
        assert bool([action for action in actions if action.kind == "quickfix"]) == bool(count), asked


async def test_only_some_kinds(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    for only, kinds in (
        (None, {"quickfix", "source.fixAll.spooky"}),
        ([""], {"quickfix", "source.fixAll.spooky"}),
        (["quickfix"], {"quickfix"}),
        (["refactor", "quickfix"], {"quickfix"}),
        (["source"], {"source.fixAll.spooky"}),
        (["source.fixAll"], {"source.fixAll.spooky"}),
        (["source.fixAll.spooky"], {"source.fixAll.spooky"}),
        ([], set()),
        (["refactor"], set()),
        (["quickfix.other"], set()),
        (["source.fix"], set()),
        (["source.fixAll.ruff"], set()),
        (["source.fixAll.spooky.more"], set()),
    ):
        assert {action.kind for action in await editor.actions(URI, FIRST, only)} == kinds, only


async def test_the_preferred_fix_removes_the_diagnostic(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    action = (await editor.actions(URI, FIRST))[0]
    editor.replace(URI, applied(LOST, changes(action.edit)[URI, 1]), 2)
    assert await editor.lines(URI, 2) == [5]


async def test_right_after_an_edit_the_fresh_report_counts(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    await editor.diagnostics(URI)
    editor.edit(URI, 2, ((0, 0), (0, 0), "\n\n"))
    action = (await editor.actions(URI, span(6, 4, 6, 4)))[0]
    assert changes(action.edit)[URI, 2][0].range.start == types.Position(6, 4)


async def test_edits_come_when_they_are_asked_for(editor: Editor) -> None:
    await editor.start(LAZY)
    editor.open(URI, LOST, version=7)
    lazy = await editor.actions(URI, BOTH)
    other = Editor()
    await other.start()
    other.open(URI, LOST, version=7)
    eager = await other.actions(URI, BOTH)
    await other.stop()
    assert lazy
    assert all(action.data is not None and action.edit is None for action in lazy)
    assert all(action.data is None and action.edit is not None for action in eager)
    for action, at_once in zip(lazy, eager, strict=True):
        resolved = await editor.resolve(action)
        assert resolved.edit == at_once.edit
        for name in ("title", "kind", "diagnostics", "is_preferred"):
            assert getattr(action, name) == getattr(resolved, name) == getattr(at_once, name)


@pytest.mark.parametrize("can", [capabilities(), capabilities(resolves=["command"])])
async def test_edits_come_at_once_for_who_does_not_ask(editor: Editor, can: types.ClientCapabilities) -> None:
    await editor.start(can)
    editor.open(URI, LOST)
    for action in await editor.actions(URI, BOTH):
        assert action.edit is not None
        assert (await editor.resolve(action)).edit == action.edit


async def test_no_edit_for_a_text_that_has_changed(editor: Editor) -> None:
    await editor.start(LAZY)
    editor.open(URI, LOST)
    actions = await editor.actions(URI, BOTH)
    editor.edit(URI, 2, ((0, 0), (0, 0), "\n"))
    for action in actions:
        with pytest.raises(JsonRpcException, match="another version") as error:
            await editor.resolve(action)
        assert error.value.code == types.LSPErrorCodes.ContentModified
    editor.close(URI)
    with pytest.raises(JsonRpcException, match="another version"):
        await editor.resolve(actions[0])
    # A client that opens documents anew counts from 1 again.
    editor.open(URI, "async def brew(): ...\n")
    with pytest.raises(JsonRpcException, match="not possible any more") as error:
        await editor.resolve(actions[0])
    assert error.value.code == types.LSPErrorCodes.ContentModified
    assert [one for one in editor.logged if one.type != types.MessageType.Info] == []


async def test_data_that_is_not_ours(editor: Editor) -> None:
    await editor.start(LAZY)
    editor.open(URI, LOST)
    for data in ({"uri": URI}, 3, "x", []):
        with pytest.raises(JsonRpcException, match="not the data of a code action") as error:
            await editor.resolve(types.CodeAction("x", kind="quickfix", data=data))
        assert error.value.code == types.ErrorCodes.InvalidParams


async def test_a_fixer_that_fails_spoils_no_other_offer(editor: Editor) -> None:
    broken = """
from spooky_asyncio.fixes.by_rule import FIXERS
def fail(site):
    raise KeyError("broken on purpose")
FIXERS["coroutine-never-awaited"] = (fail,)
"""
    await editor.start(command=patched(broken))
    editor.open(URI, LOST)
    for _ in range(3):
        assert [action.title.split(":")[0] for action in await editor.actions(URI, FIRST)] == ["Ignore for this line"]
    (error,) = [one.message for one in editor.logged if one.type == types.MessageType.Error]
    assert URI in error
    assert "broken on purpose" in error


async def test_a_client_to_which_code_actions_are_commands(editor: Editor) -> None:
    await editor.start(capabilities(applies_edits=True))
    editor.open(URI, LOST)
    context = types.CodeActionContext(diagnostics=[])
    params = types.CodeActionParams(types.TextDocumentIdentifier(URI), FIRST, context)
    commands = await editor.client.text_document_code_action_async(params)
    assert commands
    assert {type(command) for command in commands} == {types.Command}
    first = commands[0]
    assert isinstance(first, types.Command)
    await editor.execute(first.command, *(first.arguments or ()))
    (sent,) = editor.applied
    assert sent.label == first.title
    ((place, edits),) = changes(sent.edit).items()
    assert place == (URI, 1)
    assert applied(LOST, edits) == LOST.replace("    brew()  # tea", "    await brew()  # tea")
    editor.replace(URI, LOST + "\n", 2)
    with pytest.raises(JsonRpcException, match="another version"):
        await editor.execute(first.command, *(first.arguments or ()))
    with pytest.raises(JsonRpcException, match="not the argument of a code action"):
        await editor.execute(first.command, "nonsense")
    assert len(editor.applied) == 1
