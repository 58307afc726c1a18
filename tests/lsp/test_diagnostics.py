from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from lsp.editor import Editor, capabilities

pytestmark = pytest.mark.asyncio

URI = "untitled:Lost"
LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()\n"
CALL = types.Range(types.Position(4, 4), types.Position(4, 10))


async def test_all_fields(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST, version=7)
    (found,) = await editor.diagnostics(URI, 7)
    assert found.range == CALL
    assert found.message.startswith("coroutine 'brew' was never awaited")
    assert found.severity == types.DiagnosticSeverity.Warning
    assert found.code == "coroutine-never-awaited"
    assert found.source == "spooky"
    assert found.code_description is not None
    assert found.code_description.href.startswith("https://docs.python.org/3/library/asyncio")
    assert found.related_information is not None
    name = types.Range(types.Position(0, 10), types.Position(0, 14))
    assert types.Location(URI, name) in [related.location for related in found.related_information]


async def test_no_related_information_for_a_client_that_knows_none(editor: Editor) -> None:
    await editor.start(capabilities(related_information=False))
    editor.open(URI, LOST)
    (found,) = await editor.diagnostics(URI)
    assert found.related_information is None


async def test_a_client_is_told_what_it_can_make_something_of(editor: Editor) -> None:
    await editor.start(capabilities(links_codes=False, versions=False, prefers=False))
    editor.open(URI, LOST)
    await editor.until(lambda: bool(editor.published[URI]))
    (sent,) = editor.published[URI]
    (found,) = sent.diagnostics
    assert (sent.version, found.code, found.code_description) == (None, "coroutine-never-awaited", None)
    assert [action.is_preferred for action in await editor.actions(URI, CALL)][:1] == [None]


async def test_related_place_in_another_file(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    other = tmp_path / "kitchen.py"
    other.write_text("# \u2028\nasync def brew(): ...\n", "utf-8")
    uri = (tmp_path / "main.py").as_uri()
    await editor.start(folders=[tmp_path])
    editor.open(uri, "from kitchen import brew\nasync def main():\n    brew()\n")
    (found,) = await editor.diagnostics(uri)
    assert found.related_information is not None
    places = [related.location for related in found.related_information]
    assert places == [types.Location(other.as_uri(), types.Range(types.Position(1, 10), types.Position(1, 14)))]


async def test_incremental_edits(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    assert await editor.lines(URI, 1) == [4]
    editor.edit(URI, 2, ((4, 4), (4, 4), "await "))
    assert await editor.lines(URI, 2) == []
    editor.edit(URI, 3, ((4, 0), (5, 0), ""))
    editor.edit(URI, 4, ((4, 0), (4, 0), "    pass\n"), ((5, 0), (5, 0), "    brew()"))
    assert await editor.lines(URI, 4) == [5]
    editor.edit(URI, 5, ((0, 0), (0, 0), "\n\n"), ((7, 4), (7, 4), "x = "))
    assert await editor.lines(URI, 5) == [7]
    editor.replace(URI, LOST, 6)
    assert await editor.lines(URI, 6) == [4]


async def test_edits_with_all_kinds_of_line_ends(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST.replace("\n", "\r\n"))
    assert await editor.lines(URI, 1) == [4]
    editor.edit(URI, 2, ((4, 4), (4, 99), "pass"))
    assert await editor.lines(URI, 2) == []
    editor.edit(URI, 3, ((4, 4), (4, 8), "brew()"), ((3, 99), (3, 99), "\r    #"))
    assert await editor.lines(URI, 3) == [5]


async def test_a_syntax_error_elsewhere(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST + "\ndef half_typed(:\n    pass\n")
    assert await editor.lines(URI) == [4]


async def test_an_unreadable_text_is_no_news_but_for_the_log(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    assert await editor.lines(URI) == [4]
    editor.replace(URI, "(((", 2)
    assert await editor.lines(URI, 2) == []
    editor.replace(URI, "((((", 3)
    assert await editor.lines(URI, 3) == []
    assert await editor.hover(URI, 0, 0) is None
    assert await editor.actions(URI, CALL) == []
    editor.open("untitled:Other", LOST)
    assert await editor.lines("untitled:Other") == [4]
    editor.replace(URI, LOST, 4)
    assert await editor.lines(URI, 4) == [4]
    infos = [one.message for one in editor.logged if one.type == types.MessageType.Info]
    assert len([info for info in infos if URI in info]) == 1
    assert editor.shown == []


STRANGE = ["", "\n", "\x00", "\ud800", "x = '\ud83d'\n", "(" * 5_000, "-" * 20_000 + "1", "\ufeffx = 1\n"]


async def test_strange_texts(editor: Editor) -> None:
    await editor.start()
    for number, text in enumerate(STRANGE):
        editor.open(f"untitled:{number}", text)
        assert await editor.lines(f"untitled:{number}") == [], text
    editor.open(URI, LOST)
    assert await editor.lines(URI) == [4]
    assert [one.message for one in editor.logged if one.type == types.MessageType.Error] == []


async def test_close_clears(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    assert await editor.lines(URI) == [4]
    editor.close(URI)
    await editor.until(lambda: not editor.published[URI][-1].diagnostics, "an empty list")
    assert await editor.hover(URI, 4, 5) is None
    assert await editor.actions(URI, CALL) == []
    editor.open(URI, LOST)
    await editor.until(lambda: bool(editor.published[URI][-1].diagnostics), "the diagnostics again")


async def test_save_checks_what_imports_the_saved_file(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    kitchen, main = tmp_path / "kitchen.py", tmp_path / "main.py"
    kitchen.write_text("def brew(): ...\n")
    await editor.start(folders=[tmp_path])
    editor.open(kitchen.as_uri(), "def brew(): ...\n")
    editor.open(main.as_uri(), "from kitchen import brew\nasync def main():\n    brew()\n")
    assert await editor.lines(main.as_uri()) == []
    editor.edit(kitchen.as_uri(), 2, ((0, 0), (0, 0), "async "))
    kitchen.write_text("async def brew(): ...\n")
    editor.save(kitchen.as_uri())
    await editor.until(lambda: bool(editor.published[main.as_uri()][-1].diagnostics), "the new finding")


async def test_a_file_that_changes_on_disk_counts_for_what_imports_it(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    kitchen, main = tmp_path / "kitchen.py", (tmp_path / "main.py").as_uri()
    await editor.start(capabilities(watches_files=True), [tmp_path])
    editor.open(main, "from kitchen import brew\nasync def main():\n    brew()\n")
    assert await editor.lines(main) == []
    kitchen.write_text("async def brew(): ...\n")
    event = types.FileEvent(kitchen.as_uri(), types.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await editor.until(lambda: bool(editor.published[main][-1].diagnostics), "the new finding")


async def test_a_save_that_is_told_of_twice_is_a_reason_to_check_once(editor: Editor, tmp_path: Path) -> None:
    kitchen, main = tmp_path / "kitchen.py", (tmp_path / "main.py").as_uri()
    await editor.start(capabilities(watches_files=True), [tmp_path])
    kitchen.write_text("async def brew(): ...\n")
    editor.open(kitchen.as_uri(), "async def brew(): ...\n")
    editor.open(main, "from kitchen import brew\nasync def main():\n    brew()\n")
    assert await editor.lines(main) == [2]
    editor.save(kitchen.as_uri())
    editor.files_changed(kitchen)
    await editor.answered(main)
    assert len(editor.published[main]) == 2
    elsewhere = tmp_path.parent / "elsewhere.py"
    editor.save(elsewhere.as_uri())  # which nobody watches
    await editor.answered(main)
    assert len(editor.published[main]) == 3


async def test_the_newest_text_wins(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST, version=0)
    for version in range(1, 51):
        editor.edit(URI, version, ((0, 0), (0, 0), "\n"))
    assert await editor.lines(URI, 50) == [54]
    versions = [one.version or 0 for one in editor.published[URI]]
    assert versions == sorted(versions)
    assert versions[-1] == 50
    assert [one.diagnostics[0].range.start.line for one in editor.published[URI]] == [4 + one for one in versions]


async def test_other_languages_are_left_alone(editor: Editor) -> None:
    await editor.start()
    editor.open("untitled:Notes", LOST, language="markdown")
    editor.open(URI, LOST)
    assert await editor.lines(URI) == [4]
    assert editor.published["untitled:Notes"] == []


async def test_documents_that_are_no_files(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.spooky.severity]\ncoroutine-never-awaited = "error"\n')
    await editor.start(folders=[tmp_path])
    for uri in ("untitled:Untitled-1", f"vscode-notebook-cell:{tmp_path.as_uri()[7:]}/y.ipynb#A", "git:/x.py?ref", "x"):
        editor.open(uri, LOST)
        (found,) = await editor.diagnostics(uri)
        assert found.severity == types.DiagnosticSeverity.Error
        assert await editor.actions(uri, CALL)


async def test_a_path_with_strange_signs(editor: Editor, tmp_path: Path) -> None:
    file = tmp_path / "my projects #1 %20 é" / "täst 🫖.py"
    file.parent.mkdir()
    file.write_text(LOST)
    await editor.start(folders=[file.parent])
    editor.open(file.as_uri(), LOST)
    assert await editor.lines(file.as_uri()) == [4]
