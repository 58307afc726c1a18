"""All files of the workspace, open or not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.editor import Editor, capabilities

pytestmark = pytest.mark.asyncio

LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()\n"
FINE = LOST.replace("    brew()", "    await brew()")
COMMAND = "spooky.server.checkWorkspace"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.spooky]\nexclude = ["left_out.py"]\n')
    for name, text in (("lost.py", LOST), ("fine.py", FINE), ("left_out.py", LOST)):
        (tmp_path / name).write_text(text)
    return tmp_path


def shown(editor: Editor) -> dict[str, list[int]]:
    return {
        Path(uri).name: [found.range.start.line for found in published[-1].diagnostics]
        for uri, published in editor.published.items()
    }


async def test_the_setting_shows_what_is_in_closed_files(editor: Editor, project: Path) -> None:
    await editor.start(folders=[project], settings={"scope": "workspace"})
    await editor.until(lambda: shown(editor) == {"lost.py": [4]})
    editor.set_settings({"spooky": {"scope": "open"}})
    await editor.until(lambda: shown(editor) == {"lost.py": []})


async def test_the_project_can_say_so_too(editor: Editor, project: Path) -> None:
    with (project / "pyproject.toml").open("a") as file:
        file.write('scope = "workspace"\n')
    await editor.start(folders=[project])
    await editor.until(lambda: shown(editor) == {"lost.py": [4]})


async def test_a_file_that_is_opened_and_closed(editor: Editor, project: Path) -> None:
    await editor.start(folders=[project], settings={"scope": "workspace"})
    await editor.until(lambda: shown(editor) == {"lost.py": [4]})
    uri = (project / "lost.py").as_uri()
    editor.open(uri, "\n" + LOST)
    assert await editor.lines(uri) == [5]
    editor.close(uri)
    await editor.until(lambda: shown(editor) == {"lost.py": [4]})


async def test_who_asks_for_what_is_in_an_open_file_is_not_told_twice(editor: Editor, project: Path) -> None:
    await editor.start(capabilities(pulls=True), [project], settings={"scope": "workspace"})
    await editor.until(lambda: shown(editor) == {"lost.py": [4]})
    uri = (project / "lost.py").as_uri()
    editor.open(uri, "\n" + LOST)
    report = await editor.pull(uri)
    assert [found.range.start.line for found in report.items] == [5]
    assert shown(editor) == {"lost.py": []}
    editor.close(uri)
    await editor.until(lambda: shown(editor) == {"lost.py": [4]})


async def test_what_is_saved_is_checked_again(editor: Editor, project: Path) -> None:
    await editor.start(folders=[project], settings={"scope": "workspace"})
    await editor.until(lambda: shown(editor) == {"lost.py": [4]})
    (project / "lost.py").write_text("\n" + LOST)
    (project / "fine.py").write_text(LOST)
    editor.files_changed(project / "lost.py", project / "fine.py")
    await editor.until(lambda: shown(editor) == {"lost.py": [5], "fine.py": [4]})
    (project / "lost.py").unlink()
    editor.files_changed(project / "lost.py")
    await editor.until(lambda: shown(editor) == {"lost.py": [], "fine.py": [4]})


async def test_open_files_alone_by_default(editor: Editor, project: Path) -> None:
    await editor.start(folders=[project])
    uri = (project / "fine.py").as_uri()
    editor.open(uri, FINE)
    assert await editor.lines(uri) == []
    assert shown(editor) == {"fine.py": []}


async def test_the_command(editor: Editor, project: Path) -> None:
    started = await editor.start(capabilities(progress=True), [project])
    assert started.capabilities.execute_command_provider is not None
    assert COMMAND in started.capabilities.execute_command_provider.commands
    said = await editor.execute(COMMAND)
    assert said == "Found 1 problem in 1 of 2 files."
    await editor.until(lambda: bool(editor.shown))
    assert editor.shown[0].message == f"Spooky: {said}"
    assert shown(editor) == {"lost.py": [4]}
    begin, *_, end = editor.progress
    assert (begin["kind"], begin["cancellable"]) == ("begin", True)
    assert (end["kind"], end["message"]) == ("end", said)


async def test_the_command_without_a_folder(editor: Editor) -> None:
    await editor.start()
    assert "No folder is open" in await editor.execute(COMMAND)


async def test_the_command_is_cancelled(editor: Editor, project: Path) -> None:
    for index in range(300):
        (project / f"more{index}.py").write_text(LOST * 30)
    await editor.start(capabilities(progress=True), [project])
    command = asyncio.create_task(editor.execute(COMMAND))
    await editor.until(lambda: bool(editor.progress), "the beginning of the progress")
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(editor.tokens[0]))
    assert await command == "The workspace was not checked to the end."
    # And the server goes on.
    assert await editor.hover((project / "fine.py").as_uri(), 0, 0) is None


async def test_so_is_the_request(editor: Editor, project: Path) -> None:
    for index in range(300):
        (project / f"more{index}.py").write_text(LOST * 30)
    await editor.start(capabilities(progress=True), [project])
    # Without a future for the answer, which pygls could not resolve with an error.
    request = {"jsonrpc": "2.0", "id": "check", "method": types.WORKSPACE_EXECUTE_COMMAND}
    editor.client.protocol._send_data({**request, "params": {"command": COMMAND}})
    await editor.until(lambda: bool(editor.progress), "the beginning of the progress")
    editor.client.protocol.notify(types.CANCEL_REQUEST, types.CancelParams("check"))
    await editor.until(lambda: editor.progress[-1]["kind"] == "end", "the end of the progress")
    # Nothing goes on: another check is one of its own.
    for index in range(300):
        (project / f"more{index}.py").unlink()
    assert "Found " in await editor.execute(COMMAND)


async def test_what_cannot_be_checked_is_said(editor: Editor, project: Path) -> None:
    (project / "broken.py").write_text("def (\n")
    await editor.start(folders=[project])
    said = await editor.execute(COMMAND)
    assert said == "Found 1 problem in 1 of 2 files; 1 file could not be checked, see the log."
    await editor.until(lambda: any("broken.py" in one.message for one in editor.logged), "a line in the log")


async def test_wrong_settings_are_reported_where_they_stand(editor: Editor, tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(
        '[project]\nname = "x"\n\n[tool.spooky]\nexclude = "build"\nvolume = 11\n\n'
        '[tool.spooky.severity]\ncoroutine-never-awaited = "loud"\n'
    )
    await editor.start(folders=[tmp_path])
    await editor.until(lambda: bool(editor.published[file.as_uri()]))
    found = {one.range.start.line: one.message for one in editor.published[file.as_uri()][-1].diagnostics}
    assert list(found) == [4, 5, 8]
    assert found[5].startswith("unknown setting 'volume'; there are enable, ")
    assert "loud" in found[8]

    file.write_text("[tool.spooky]\nexclude = [\n")
    editor.files_changed(file)
    await editor.until(lambda: len(editor.published[file.as_uri()]) == 2)
    (broken,) = editor.published[file.as_uri()][-1].diagnostics
    assert "cannot be read" in broken.message

    file.write_text("")
    editor.files_changed(file)
    await editor.until(lambda: not editor.published[file.as_uri()][-1].diagnostics)


async def test_what_is_switched_off_is_not_checked(editor: Editor, project: Path) -> None:
    await editor.start(folders=[project], settings={"enable": False, "scope": "workspace"})
    assert "switched off" in await editor.execute(COMMAND)
    assert shown(editor) == {}
    editor.set_settings({"spooky": {"scope": "workspace"}})
    await editor.until(lambda: shown(editor) == {"lost.py": [4]})
    editor.set_settings({"spooky": {"scope": "workspace", "enable": False}})
    await editor.until(lambda: shown(editor) == {"lost.py": []})


async def test_a_folder_without_marks_is_a_project_for_closed_files_too(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "lib.py").write_text("async def brew(): ...\n")
    (tmp_path / "scripts" / "a.py").write_text("from lib import brew\n\nasync def main():\n    brew()\n")
    (tmp_path / "scripts" / "b.py").write_text(LOST)
    await editor.start(folders=[tmp_path], settings={"scope": "workspace", "exclude": ["scripts/b.py"]})
    await editor.until(lambda: shown(editor) == {"a.py": [3]})


async def test_what_was_mended_does_not_come_back(editor: Editor, project: Path) -> None:
    await editor.start(folders=[project])
    await editor.execute(COMMAND)
    assert shown(editor) == {"lost.py": [4]}
    uri = (project / "lost.py").as_uri()
    editor.open(uri, LOST)
    editor.replace(uri, FINE, 2)
    assert await editor.lines(uri, 2) == []
    (project / "lost.py").write_text(FINE)
    editor.save(uri)
    editor.close(uri)
    await editor.answered(uri)
    assert shown(editor) == {"lost.py": []}


async def test_new_settings_do_not_cut_off_a_check(editor: Editor, project: Path) -> None:
    for index in range(60):
        (project / f"more{index}.py").write_text(LOST * 5)
    await editor.start(capabilities(progress=True), [project])
    command = asyncio.create_task(editor.execute(COMMAND))
    await editor.until(lambda: bool(editor.progress), "the beginning of the progress")
    editor.set_settings({"spooky": {"severity": {"coroutine-never-awaited": "hint"}}})
    assert (await command).startswith("Found ")
    found = [one.severity for published in editor.published.values() for one in published[-1].diagnostics]
    assert set(found) == {types.DiagnosticSeverity.Hint}


async def test_settings_of_a_project_within_a_folder(editor: Editor, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    file = inner / "pyproject.toml"
    file.write_text('[tool.spooky]\nvolume = 11\nexclude = ["!"]\ninterpreter = "nowhere/python"\n')
    await editor.start(folders=[tmp_path])
    uri = (inner / "a.py").as_uri()
    editor.open(uri, LOST)
    assert await editor.lines(uri) == [4]
    await editor.until(lambda: bool(editor.published[file.as_uri()]))
    found = {one.range.start.line: one.message for one in editor.published[file.as_uri()][-1].diagnostics}
    assert {line: message.split(";")[0] for line, message in found.items()} == {
        1: "unknown setting 'volume'",
        2: "setting 'exclude': '!' is no pattern, and leaves out nothing",
        3: "interpreter 'nowhere/python' does not exist",
    }
    file.write_text("[tool.spooky]\n")
    editor.files_changed(file)
    await editor.until(lambda: not editor.published[file.as_uri()][-1].diagnostics)


async def test_what_is_still_true_stays_when_a_file_is_closed(editor: Editor, project: Path) -> None:
    await editor.start(capabilities(pulls=True), folders=[project])
    await editor.execute(COMMAND)
    assert shown(editor) == {"lost.py": [4]}
    uri = (project / "lost.py").as_uri()
    editor.open(uri, LOST)
    await editor.pull(uri)
    assert shown(editor) == {"lost.py": []}
    editor.close(uri)
    await editor.answered(uri)
    assert shown(editor) == {"lost.py": [4]}
