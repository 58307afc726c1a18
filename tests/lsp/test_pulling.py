"""Diagnostics for clients that ask for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.protocol import default_converter

from lsp.editor import Editor, capabilities

pytestmark = pytest.mark.asyncio

URI = "untitled:Lost"
LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()\n"
FINE = LOST.replace("    brew()", "    await brew()")
RULE = "coroutine-never-awaited"
PULLS = {"pulls": True, "refreshes": True}


def lines(report: object) -> list[int]:
    assert isinstance(report, (types.RelatedFullDocumentDiagnosticReport, types.WorkspaceFullDocumentDiagnosticReport))
    return [found.range.start.line for found in report.items]


async def test_only_those_who_can_ask_are_not_sent_any(editor: Editor) -> None:
    started = await editor.start(capabilities(**PULLS))
    provider = started.capabilities.diagnostic_provider
    assert isinstance(provider, types.DiagnosticOptions)
    assert provider.inter_file_dependencies
    assert provider.workspace_diagnostics
    editor.open(URI, LOST)
    assert lines(await editor.pull(URI)) == [4]
    assert editor.published == {}


async def test_others_are_not_offered_to_ask(editor: Editor) -> None:
    started = await editor.start()
    assert started.capabilities.diagnostic_provider is None
    editor.open(URI, LOST)
    assert await editor.lines(URI) == [4]


async def test_the_same_is_not_told_twice(editor: Editor) -> None:
    await editor.start(capabilities(**PULLS))
    editor.open(URI, LOST)
    first = await editor.pull(URI)
    again = await editor.pull(URI, first.result_id)
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    assert again.result_id == first.result_id
    editor.replace(URI, FINE, 2)
    fixed = await editor.pull(URI, first.result_id)
    assert lines(fixed) == []
    assert fixed.result_id != first.result_id
    editor.replace(URI, LOST, 3)
    assert (await editor.pull(URI)).result_id == first.result_id


async def test_a_file_that_is_not_open(editor: Editor, tmp_path: Path) -> None:
    await editor.start(capabilities(**PULLS), [tmp_path])
    file = tmp_path / "a.py"
    file.write_text(LOST)
    assert lines(await editor.pull(file.as_uri())) == [4]
    assert lines(await editor.pull((tmp_path / "none.py").as_uri())) == []


async def test_what_changes_elsewhere_is_asked_for_again(editor: Editor, tmp_path: Path) -> None:
    await editor.start(capabilities(**PULLS), [tmp_path])
    kitchen, main = tmp_path / "kitchen.py", tmp_path / "main.py"
    kitchen.write_text("def brew(): ...\n")
    editor.open(main.as_uri(), "from kitchen import brew\n\nasync def main():\n    brew()\n")
    assert lines(await editor.pull(main.as_uri())) == []
    kitchen.write_text("async def brew(): ...\n")
    editor.files_changed(kitchen)
    await editor.until(lambda: editor.refreshes > 0, "a refresh")
    assert lines(await editor.pull(main.as_uri())) == [3]


async def test_so_are_new_settings(editor: Editor) -> None:
    await editor.start(capabilities(**PULLS))
    editor.open(URI, LOST)
    assert lines(await editor.pull(URI)) == [4]
    editor.set_settings({"spooky": {"severity": {RULE: "off"}}})
    await editor.until(lambda: editor.refreshes > 0, "a refresh")
    assert lines(await editor.pull(URI)) == []


async def test_typing_is_no_reason_to_ask_again(editor: Editor) -> None:
    await editor.start(capabilities(**PULLS))
    editor.open(URI, LOST)
    await editor.pull(URI)
    for version in range(2, 6):
        editor.replace(URI, FINE if version % 2 else LOST, version)
        await editor.pull(URI)
    await editor.answered(URI)
    assert editor.refreshes == 0


async def test_the_workspace(editor: Editor, tmp_path: Path) -> None:
    for name, text in (("a.py", LOST), ("b.py", FINE), ("c.py", LOST)):
        (tmp_path / name).write_text(text)
    a, b, c = ((tmp_path / name).as_uri() for name in ("a.py", "b.py", "c.py"))
    await editor.start(capabilities(**PULLS), [tmp_path])
    editor.open(c, "\n" + LOST, 7)
    found = await editor.pull_workspace()
    assert {uri: lines(one) for uri, one in found.items()} == {a: [4], c: [5]}
    assert (found[a].version, found[c].version) == (None, 7)

    results = {uri: one.result_id for uri, one in found.items()}
    again = await editor.pull_workspace(results)
    assert {type(one) for one in again.values()} == {types.WorkspaceUnchangedDocumentDiagnosticReport}
    assert {uri: one.result_id for uri, one in again.items()} == results

    (tmp_path / "a.py").write_text(FINE)
    (tmp_path / "b.py").write_text("\n\n" + LOST)
    editor.files_changed(tmp_path / "a.py", tmp_path / "b.py")
    changed = await editor.pull_workspace(results)
    assert isinstance(changed.pop(c), types.WorkspaceUnchangedDocumentDiagnosticReport)
    assert {uri: lines(one) for uri, one in changed.items()} == {a: [], b: [6]}


async def test_the_workspace_in_parts(editor: Editor, tmp_path: Path) -> None:
    for name, text in (("a.py", LOST), ("b.py", FINE), ("c.py", LOST), ("d.py", LOST)):
        (tmp_path / name).write_text(text)
    a, b, c, d = ((tmp_path / name).as_uri() for name in ("a.py", "b.py", "c.py", "d.py"))
    await editor.start(capabilities(watches_files=True, **PULLS), [tmp_path])
    editor.open(d, "\n" + LOST, 7)

    async def told(previous: dict[str, str | None]) -> list[dict[str, Any]]:
        editor.progress.clear()
        assert await editor.pull_workspace(previous, "parts") == {}
        return [{item["uri"]: item for item in structured(part)["items"]} for part in editor.progress]

    # What is in files comes as it is found, one by one; of documents that are open nothing comes from their files.
    first = await told({})
    assert [{uri: rows(item) for uri, item in part.items()} for part in first] == [{a: [4]}, {c: [4]}, {d: [5]}]
    results = {uri: item["resultId"] for part in first for uri, item in part.items()}

    # Nothing has changed.
    [again] = await told(results)
    assert {uri: item["kind"] for uri, item in again.items()} == dict.fromkeys((a, c, d), "unchanged")

    (tmp_path / "a.py").write_text(FINE)
    (tmp_path / "b.py").write_text("\n\n" + LOST)
    editor.files_changed(tmp_path / "a.py", tmp_path / "b.py")
    seen = {uri: item for part in await told(results) for uri, item in part.items()}
    assert {uri: rows(item) for uri, item in seen.items() if item["kind"] == "full"} == {a: [], b: [6]}


def structured(part: Any) -> dict[str, Any]:
    return part if isinstance(part, dict) else default_converter().unstructure(part)


def rows(item: dict[str, Any]) -> list[int]:
    return [found["range"]["start"]["line"] for found in item.get("items", ())]


async def test_the_workspace_before_the_settings_are_known(editor: Editor, tmp_path: Path) -> None:
    for index in range(5):
        (tmp_path / f"m{index}.py").write_text(LOST)
    await editor.start(capabilities(configuration=True, **PULLS), [tmp_path])
    assert len(await editor.pull_workspace()) == 5
    assert editor.published == {}


async def test_an_edit_of_another_open_file(editor: Editor, tmp_path: Path) -> None:
    await editor.start(capabilities(**PULLS), [tmp_path])
    kitchen, main = (tmp_path / "kitchen.py").as_uri(), (tmp_path / "main.py").as_uri()
    (tmp_path / "kitchen.py").write_text("async def brew(): ...\n")
    editor.open(kitchen, "def brew(): ...\n")
    editor.open(main, "from kitchen import brew\n\nasync def main():\n    brew()\n")
    assert lines(await editor.pull(main)) == []
    editor.replace(kitchen, "async def brew(): ...\n", 2)
    assert lines(await editor.pull(kitchen)) == []
    assert lines(await editor.pull(main)) == [3]


@pytest.mark.parametrize("uri", ["file://[x", "untitled:none", "http://x.y/z.py"])
async def test_what_is_no_file(editor: Editor, uri: str) -> None:
    await editor.start(capabilities(**PULLS), settings={"folders": {uri: {}}})
    assert lines(await editor.pull(uri)) == []


async def test_what_is_no_python(editor: Editor, tmp_path: Path) -> None:
    await editor.start(capabilities(**PULLS), [tmp_path])
    for name in ("a.toml", "b.md"):
        (tmp_path / name).write_text(LOST)
    assert lines(await editor.pull((tmp_path / "a.toml").as_uri())) == []
    editor.open((tmp_path / "b.md").as_uri(), LOST, language="markdown")
    assert lines(await editor.pull((tmp_path / "b.md").as_uri())) == []
