"""What is checked by the texts of open documents, and the cells of notebooks."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from lsp.editor import Editor, applied, capabilities, changes
from spooky_asyncio.lsp.documents import Document
from spooky_asyncio.lsp.projects import Projects
from spooky_asyncio.settings import EditorSettings

LOST = "async def brew():\n    pass\n\nbrew()\n"
CALLER = "from shelf import keep\n\nasync def brew(): ...\n\nasync def main():\n    keep(brew())\n"
KEEPS = "kept = []\n\ndef keep(value):\n    kept.append(value)\n"
DROPS = "def keep(value):\n    print('gone')\n"
ALL = types.Range(types.Position(0, 0), types.Position(99, 0))


@pytest.mark.asyncio
async def test_other_files_are_read_as_they_stand_in_the_editor(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.spooky]\n", "utf-8")
    shelf, caller = tmp_path / "shelf.py", tmp_path / "caller.py"
    shelf.write_text(KEEPS, "utf-8")
    caller.write_text(CALLER, "utf-8")
    await editor.start(folders=[tmp_path])
    editor.open(caller.as_uri(), CALLER)
    assert await editor.lines(caller.as_uri()) == []
    editor.open(shelf.as_uri(), KEEPS)
    editor.replace(shelf.as_uri(), DROPS, 2)
    editor.replace(caller.as_uri(), CALLER + "\n", 2)
    assert await editor.lines(caller.as_uri(), 2) == [5]
    editor.close(shelf.as_uri())
    editor.replace(caller.as_uri(), CALLER, 3)
    assert await editor.lines(caller.as_uri(), 3) == []


@pytest.mark.asyncio
@pytest.mark.parametrize(("encoding", "width"), [("utf-8", 7), ("utf-16", 3), ("utf-32", 2)])
async def test_related_places_are_those_of_the_text_in_the_editor(
    editor: Editor, tmp_path: Path, encoding: str, width: int
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.spooky]\n", "utf-8")
    shelf, caller = tmp_path / "shelf.py", tmp_path / "caller.py"
    text = "async def 茶𠮷(): ...\n"
    shelf.write_text(text, "utf-8")
    await editor.start(capabilities(encodings=[encoding]), [tmp_path])
    editor.open(shelf.as_uri(), text)
    editor.replace(shelf.as_uri(), f"# one\n# two\n{text}", 2)
    editor.open(caller.as_uri(), "from shelf import 茶𠮷\n\nasync def main():\n    茶𠮷()\n")
    (found,) = await editor.diagnostics(caller.as_uri())
    assert found.related_information is not None
    expected = types.Range(types.Position(2, 10), types.Position(2, 10 + width))
    assert [one.location for one in found.related_information] == [types.Location(shelf.as_uri(), expected)]


def test_a_document_stands_in_for_its_file_while_it_is_open(tmp_path: Path) -> None:
    projects, file = Projects(), tmp_path / "tea.py"
    (tmp_path / "pyproject.toml").write_text("[tool.spooky]\n", "utf-8")
    project = projects.of(file)
    assert project.overlay(file) is None
    for text in ("one", "two"):
        projects.replace({file: text})
        assert project.overlay(file) == text
    # Projects that are loaded anew, because something is different, know of it too.
    projects.configure((tmp_path,), EditorSettings())
    assert projects.of(file) is project
    projects.configure((tmp_path,), EditorSettings({"exclude": ["*.txt"]}))
    assert projects.of(file) is not project
    assert projects.of(file).overlay(file) == "two"
    projects.replace({file: None})
    assert projects.of(file).overlay(file) is None


def cell_uri(notebook: Path, cell: str = "W0sZmlsZQ%3D%3D") -> str:
    return notebook.as_uri().replace("file://", "vscode-notebook-cell:", 1) + f"#{cell}"


@pytest.mark.parametrize("machine", ["", "//ssh-remote%2Bkitchen"])
def test_a_cell_lies_where_its_notebook_does(tmp_path: Path, machine: str) -> None:
    notebook = tmp_path / "tea time.ipynb"
    uri = cell_uri(notebook).replace("vscode-notebook-cell:", f"vscode-notebook-cell:{machine}")
    snapshot = Document(uri, LOST, 1, "python").snapshot()
    assert snapshot.is_cell
    assert snapshot.path is None
    assert snapshot.notebook == snapshot.place == notebook


def test_a_cell_of_a_notebook_that_was_never_saved() -> None:
    snapshot = Document("vscode-notebook-cell:Untitled-1.ipynb#W0sdW50aXRsZWQ%3D", LOST, 1, "python").snapshot()
    assert snapshot.is_cell
    assert snapshot.place is None


def test_other_documents_are_no_cells(tmp_path: Path) -> None:
    for uri in ((tmp_path / "tea.py").as_uri(), "untitled:Tea"):
        assert not Document(uri, LOST, 1, "python").snapshot().is_cell


@pytest.mark.asyncio
async def test_cells(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.spooky]\nexclude = ["old.ipynb"]\nseverity.coroutine-never-awaited = "error"\n', "utf-8"
    )
    await editor.start(capabilities(resolves=["edit"]))
    for number in (1, 2):
        uri = cell_uri(tmp_path / "tea.ipynb", f"cell{number}")
        editor.open(uri, LOST)
        (found,) = await editor.diagnostics(uri)
        # By the settings of the project that the notebook lies in.
        assert found.severity == types.DiagnosticSeverity.Error
        actions = await editor.actions(uri, ALL, ["quickfix"])
        assert [action.title for action in actions if "Ignore" not in action.title] == ["Await 'brew()'"]
        edit = (await editor.resolve(actions[0])).edit
        assert applied(LOST, changes(edit)[uri, 1]) == LOST.replace("\nbrew()", "\nawait brew()")
        (fix_all,) = await editor.actions(uri, ALL, ["source.fixAll"])
        edit = (await editor.resolve(fix_all)).edit
        assert applied(LOST, changes(edit)[uri, 1]) == LOST.replace("\nbrew()", "\nawait brew()")
    old = cell_uri(tmp_path / "old.ipynb")
    editor.open(old, LOST)
    assert await editor.diagnostics(old) == ()
    file = (tmp_path / "tea.py").as_uri()
    editor.open(file, LOST)
    await editor.diagnostics(file)
    assert "asyncio.run" in (await editor.actions(file, ALL, ["quickfix"]))[0].title


SPELLINGS = [
    ("file:///tea%28green%29.py", "file:///tea(green).py"),
    ("file:///C:/tea.py", "file:///c%3A/tea.py"),
    ("file:///c:/tea.py", "file:///C%3a/tea.py"),
    ("untitled:tea%20pot", "untitled:tea pot"),
]


@pytest.mark.asyncio
@pytest.mark.parametrize("spellings", SPELLINGS)
async def test_a_document_is_one_however_its_uri_is_spelled(editor: Editor, spellings: tuple[str, str]) -> None:
    one, other = spellings
    await editor.start(capabilities(pulls=True))
    editor.open(one, LOST)
    editor.edit(other, 2, ((0, 0), (0, 0), "\n"))
    for uri in spellings:
        report = await editor.pull(uri)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert [found.range.start.line for found in report.items] == [4]
        assert await editor.hover(uri, 4, 0) is not None
        assert await editor.actions(uri, ALL)
    editor.close(other)
    assert await editor.hover(one, 4, 0) is None


@pytest.mark.asyncio
async def test_what_was_found_in_a_file_is_not_there_twice(editor: Editor, tmp_path: Path) -> None:
    """The check of the workspace finds out files' URIs by itself, and need not spell them as the client does."""
    path = tmp_path / "tea(green).py"
    path.write_text(LOST, "utf-8")
    await editor.start(folders=[tmp_path], settings={"scope": "workspace"})
    await editor.until(lambda: any(sent[-1].diagnostics for sent in editor.published.values()))
    (ours,) = editor.published
    theirs = ours.replace("%28", "(").replace("%29", ")") if "%28" in ours else path.as_uri()
    assert ours != theirs
    editor.open(theirs, LOST)
    assert await editor.lines(theirs) == [3]
    assert not editor.published[ours][-1].diagnostics
