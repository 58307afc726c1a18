from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp.editor import Editor, capabilities

pytestmark = pytest.mark.asyncio

URI = "untitled:Lost"
LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()\n"
RULE = "coroutine-never-awaited"


def severity(value: str) -> dict[str, Any]:
    return {"severity": {RULE: value}}


async def severities(editor: Editor, uri: str = URI) -> list[str]:
    await editor.answered(uri)
    return [found.severity.name.lower() for found in editor.published[uri][-1].diagnostics if found.severity]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (None, ["warning"]),
        ({}, ["warning"]),
        ({"severity": None, "exclude": None, "interpreter": None}, ["warning"]),
        ({"severity": {RULE: None}}, ["warning"]),
        (severity("hint"), ["hint"]),
        (severity("off"), []),
        ({"spooky": severity("hint")}, ["hint"]),
    ],
)
async def test_initialization_options(editor: Editor, settings: Any, expected: list[str]) -> None:
    await editor.start(settings=settings)
    editor.open(URI, LOST)
    assert await severities(editor) == expected
    assert editor.shown == []


async def test_changes_that_the_client_pushes(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    assert await severities(editor) == ["warning"]
    editor.set_settings({"spooky": severity("off")})
    assert await severities(editor) == []
    editor.set_settings({"spooky": severity("error")})
    assert await severities(editor) == ["error"]
    editor.set_settings({"other": {}})
    assert await severities(editor) == ["error"]
    # As Helix does.
    editor.set_settings(severity("hint"))
    assert await severities(editor) == ["hint"]
    editor.set_settings({"spooky": None})
    assert await severities(editor) == ["warning"]


@pytest.mark.parametrize("pushed", [None, {}])
async def test_changes_that_the_server_pulls(editor: Editor, pushed: Any) -> None:
    await editor.start(capabilities(configuration=True), settings={})
    editor.open(URI, LOST)
    assert await severities(editor) == ["warning"]
    editor.configuration = severity("information")
    editor.set_settings(pushed)
    await editor.until(
        lambda: editor.published[URI][-1].diagnostics[0].severity == types.DiagnosticSeverity.Information
    )


async def test_settings_are_pulled_at_the_start_if_none_were_sent(editor: Editor) -> None:
    editor.configuration = severity("error")
    await editor.start(capabilities(configuration=True))
    editor.open(URI, LOST)
    await editor.until(
        lambda: (
            bool(editor.published[URI])
            and editor.published[URI][-1].diagnostics[0].severity == types.DiagnosticSeverity.Error
        )
    )


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"severity": {RULE: "loud"}}, "loud"),
        ({"volume": 11}, "volume"),
        ({"exclude": "build"}, "exclude"),
        ("quiet", "quiet"),
        ({"interpreter": "/no/such/python"}, "/no/such/python"),
    ],
    ids=str,
)
async def test_a_bad_setting_is_one_warning(editor: Editor, settings: Any, word: str) -> None:
    await editor.start(settings=settings)
    editor.open(URI, LOST)
    editor.open("untitled:Other", LOST)
    assert await severities(editor) == ["warning"]
    editor.edit(URI, 2, ((0, 0), (0, 0), "\n"))
    editor.set_settings({"spooky": settings})
    assert await severities(editor) == ["warning"]
    assert await severities(editor, "untitled:Other") == ["warning"]
    (shown,) = editor.shown
    assert shown.type == types.MessageType.Warning
    assert word in shown.message
    await editor.until(lambda: any(word in one.message for one in editor.logged), "a line in the log")


async def test_a_broken_pyproject_is_one_warning(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.spooky\n")
    await editor.start(folders=[tmp_path])
    uri = (tmp_path / "a.py").as_uri()
    editor.open(uri, LOST)
    assert await severities(editor, uri) == ["warning"]
    (shown,) = editor.shown
    assert "pyproject.toml" in shown.message


async def test_editor_settings_go_over_those_of_the_project(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.spooky.severity]\n{RULE} = "error"\n')
    await editor.start(folders=[tmp_path], settings={})
    uri = (tmp_path / "a.py").as_uri()
    editor.open(uri, LOST)
    assert await severities(editor, uri) == ["error"]
    editor.set_settings({"spooky": severity("hint")})
    assert await severities(editor, uri) == ["hint"]
    editor.set_settings({"spooky": {}})
    assert await severities(editor, uri) == ["error"]


async def test_a_changed_pyproject_is_read_again(editor: Editor, tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text("")
    await editor.start(capabilities(watches_files=True), [tmp_path])
    uri = (tmp_path / "a.py").as_uri()
    editor.open(uri, LOST)
    assert await severities(editor, uri) == ["warning"]
    pyproject.write_text(f'[tool.spooky.severity]\n{RULE} = "error"\n')
    event = types.FileEvent(pyproject.as_uri(), types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert await severities(editor, uri) == ["error"]


async def test_excluded_files_have_no_diagnostics(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.spooky]\nexclude = ["generated/"]\n')
    await editor.start(folders=[tmp_path])
    left_out, checked = (tmp_path / "generated" / "a.py").as_uri(), (tmp_path / "a.py").as_uri()
    for uri in (left_out, checked):
        editor.open(uri, LOST)
    assert await editor.lines(left_out) == []
    assert await editor.lines(checked) == [4]


async def test_each_file_has_its_own_project(editor: Editor, tmp_path: Path) -> None:
    for name in ("a", "b", "b/inner", "outside"):
        (tmp_path / name).mkdir()
    for name, value in (("a", "error"), ("b", "hint"), ("b/inner", "information"), ("outside", "off")):
        (tmp_path / name / "pyproject.toml").write_text(f'[tool.spooky.severity]\n{RULE} = "{value}"\n')
    await editor.start(folders=[tmp_path / "a", tmp_path / "b"])
    found = []
    for name in ("a", "b", "b/inner", "outside"):
        uri = (tmp_path / name / "x.py").as_uri()
        editor.open(uri, LOST)
        found.append(await severities(editor, uri))
    editor.open(URI, LOST)
    found.append(await severities(editor))
    assert found == [["error"], ["hint"], ["information"], [], ["error"]]


async def test_a_folder_without_marks_is_the_project_of_what_lies_in_it(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "kitchen.py").write_text("async def brew(): ...\n")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    await editor.start(folders=[tmp_path])
    uri = (tmp_path / "deep" / "er" / "x.py").as_uri()
    editor.open(uri, "from kitchen import brew\nasync def main():\n    brew()\n")
    assert await editor.lines(uri) == [2]


async def test_folders_that_come_later(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.spooky.severity]\n{RULE} = "error"\n')
    await editor.start()
    editor.open(URI, LOST)
    assert await severities(editor) == ["warning"]
    change = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(tmp_path.as_uri(), "x")], [])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(change))
    assert await severities(editor) == ["error"]


async def test_switched_off(editor: Editor) -> None:
    await editor.start(settings={"enable": False})
    editor.open(URI, LOST)
    assert await severities(editor) == []
    editor.set_settings({"spooky": {"enable": True}})
    assert await severities(editor) == ["warning"]


@pytest.fixture
def two_folders(tmp_path: Path) -> list[Path]:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").write_text("")
    return [tmp_path / "a", tmp_path / "b"]


async def of_folders(editor: Editor, folders: list[Path]) -> list[list[str]]:
    found = []
    for folder in folders:
        uri = (folder / "x.py").as_uri()
        editor.open(uri, LOST)
        found.append(await severities(editor, uri))
    return found


async def test_a_folder_can_have_settings_of_its_own(editor: Editor, two_folders: list[Path]) -> None:
    of_b = {two_folders[1].as_uri(): severity("hint")}
    await editor.start(folders=two_folders, settings={**severity("error"), "folders": of_b})
    assert await of_folders(editor, two_folders) == [["error"], ["hint"]]
    editor.set_settings({"spooky": {"folders": {two_folders[0].as_uri(): {"enable": False}}}})
    assert await of_folders(editor, two_folders) == [[], ["warning"]]
    assert editor.shown == []


async def test_settings_of_folders_are_pulled(editor: Editor, two_folders: list[Path]) -> None:
    editor.configuration = severity("error")
    editor.configurations = {two_folders[0].as_uri(): severity("hint")}
    await editor.start(capabilities(configuration=True), two_folders)
    uris = [(folder / "x.py").as_uri() for folder in two_folders]
    for uri in uris:
        editor.open(uri, LOST)

    def shown() -> list[types.DiagnosticSeverity | None]:
        return [editor.published[uri][-1].diagnostics[0].severity for uri in uris if editor.published[uri]]

    await editor.until(lambda: shown() == [types.DiagnosticSeverity.Hint, types.DiagnosticSeverity.Error], str(shown()))


@pytest.mark.parametrize(
    ("keepers", "lines"),
    [
        ([], [9, 10, 11]),
        (["tools.note"], [10, 11]),
        (["tools.*"], [10, 11]),
        (["*.note", "*.call_soon"], [10]),
        (["main.start"], [9, 11]),
        (["note", "tools.start", "main.brew"], [9, 10, 11]),
    ],
    ids=str,
)
async def test_keepers_see_to_what_they_are_given(
    editor: Editor, tmp_path: Path, keepers: list[str], lines: list[int]
) -> None:
    (tmp_path / "tools.py").write_text("def note(work):\n    print(work)\n")
    await editor.start(folders=[tmp_path], settings={"keepers": keepers})
    uri = (tmp_path / "main.py").as_uri()
    editor.open(
        uri,
        """\
import asyncio
from tools import note as write

async def brew(): ...

def start(work) -> asyncio.Task:
    return asyncio.create_task(work)

async def main():
    write(brew())
    start(brew())
    asyncio.get_running_loop().call_soon(brew)
""",
    )
    assert await editor.lines(uri) == lines


async def test_the_log_tells_as_much_as_it_is_told_to(editor: Editor) -> None:
    await editor.start(settings={"logLevel": "error", "volume": 11})
    editor.open(URI, LOST)
    assert await severities(editor) == ["warning"]
    assert editor.logged == []
    editor.set_settings({"spooky": {"log-level": "warning", "volume": 12}})
    await editor.until(lambda: bool(editor.shown))
    editor.set_settings({"spooky": {"pitch": 12}})
    await editor.until(lambda: any("pitch" in one.message for one in editor.logged), "a line in the log")
