"""Jupyter notebooks: the cells are one program, in which the upper ones come first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import ascii_letters

import pytest
from lsprotocol import types

from lsp.editor import Editor, applied, capabilities, changes

pytestmark = pytest.mark.asyncio

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = "source.fixAll.spooky"


class Notebook:
    """One that is open in an editor. Cells are called by the letters a, b, c."""

    def __init__(self, editor: Editor, path: Path, texts: Sequence[str]) -> None:
        self.editor = editor
        self.uri = path.as_uri()
        self.texts = {self.cell(index): text for index, text in enumerate(texts)}
        self.order = list(self.texts)
        self.version = 1
        cells = [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in self.order]
        documents = [types.TextDocumentItem(uri, "python", 1, self.texts[uri]) for uri in self.order]
        notebook = types.NotebookDocument(self.uri, "jupyter-notebook", 1, cells)
        editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, documents))

    def cell(self, index: int) -> str:
        return self.uri.replace("file:", "vscode-notebook-cell:") + f"#{ascii_letters[index]}"

    def change(self, cells: types.NotebookDocumentCellChanges) -> None:
        self.version += 1
        identifier = types.VersionedNotebookDocumentIdentifier(self.version, self.uri)
        change = types.NotebookDocumentChangeEvent(cells=cells)
        self.editor.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(identifier, change))

    def write(self, index: int, text: str, version: int = 2) -> None:
        whole = types.TextDocumentContentChangeWholeDocument(text)
        identifier = types.VersionedTextDocumentIdentifier(version, self.cell(index))
        content = types.NotebookDocumentCellContentChanges(identifier, [whole])
        self.change(types.NotebookDocumentCellChanges(text_content=[content]))

    def restructure(
        self, start: int, deleted: int, new: Sequence[str] = (), opened: Sequence[tuple[str, str]] = ()
    ) -> None:
        cells = [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in new]
        array = types.NotebookCellArrayChange(start, deleted, cells)
        documents = [types.TextDocumentItem(uri, "python", 1, text) for uri, text in opened]
        closed = [types.TextDocumentIdentifier(uri) for uri in self.order[start : start + deleted] if uri not in new]
        structure = types.NotebookDocumentCellChangeStructure(array, documents or None, closed or None)
        self.order[start : start + deleted] = new
        self.change(types.NotebookDocumentCellChanges(structure=structure))

    async def lines(self) -> list[list[int]]:
        """Of each cell, the lines with findings."""
        found = []
        for uri in self.order:
            await self.editor.answered(uri)
            found.append([one.range.start.line for one in self.editor.published[uri][-1].diagnostics])
        return found


BREW = "import asyncio\n\nasync def brew():\n    return 'tea'"


async def start(editor: Editor, path: Path, *texts: str) -> Notebook:
    result = await editor.start(capabilities(notebooks=True))
    assert result.capabilities.notebook_document_sync is not None
    return Notebook(editor, path / "tea.ipynb", texts)


async def test_names_of_upper_cells_are_known(editor: Editor, tmp_path: Path) -> None:
    notebook = await start(editor, tmp_path, BREW, "brew()\nawait brew()", "brew()")
    assert await notebook.lines() == [[], [0], [0]]


async def test_those_of_lower_cells_are_not(editor: Editor, tmp_path: Path) -> None:
    notebook = await start(editor, tmp_path, "brew()", BREW)
    assert await notebook.lines() == [[], []]


@pytest.mark.parametrize(
    "command",
    [
        "%matplotlib inline",
        "!pip install tea",
        "brew?",
        "??brew",
        "files = !ls",
        "%%bash\nfor x in y; do\n",
        "def (",
        "'''",
    ],
)
async def test_what_is_no_python_spoils_nothing(editor: Editor, tmp_path: Path, command: str) -> None:
    notebook = await start(editor, tmp_path, BREW, command, f"{command}\n" if "%%" in command else "", "\nbrew()")
    assert await notebook.lines() == [[], [], [], [1]]


async def test_a_command_beside_a_finding(editor: Editor, tmp_path: Path) -> None:
    notebook = await start(editor, tmp_path, BREW, "%time x = 1\nbrew()\n!ls")
    assert await notebook.lines() == [[], [1]]


async def test_a_value_may_be_awaited_in_another_cell(editor: Editor, tmp_path: Path) -> None:
    notebook = await start(editor, tmp_path, BREW, "pot = brew()", "await pot")
    assert await notebook.lines() == [[], [], []]


async def test_edits_of_an_upper_cell_change_what_is_found_below(editor: Editor, tmp_path: Path) -> None:
    notebook = await start(editor, tmp_path, BREW, "brew()")
    assert await notebook.lines() == [[], [0]]
    notebook.write(0, BREW.replace("async ", ""))
    assert await notebook.lines() == [[], []]
    notebook.write(0, "\n\n" + BREW, 3)
    assert await notebook.lines() == [[], [0]]


async def test_cells_come_move_and_go(editor: Editor, tmp_path: Path) -> None:
    notebook = await start(editor, tmp_path, BREW, "brew()")
    first, second = notebook.order
    assert await notebook.lines() == [[], [0]]
    notebook.restructure(0, 2, [second, first])
    assert await notebook.lines() == [[], []]
    notebook.restructure(0, 2, [first, second])
    assert await notebook.lines() == [[], [0]]
    third = notebook.cell(2)
    notebook.restructure(2, 0, [third], [(third, "\nbrew()")])
    assert await notebook.lines() == [[], [0], [1]]
    notebook.restructure(0, 1)
    await editor.until(lambda: not editor.published[first][-1].diagnostics)
    assert await notebook.lines() == [[], []]


async def test_a_closed_notebook_has_no_findings(editor: Editor, tmp_path: Path) -> None:
    notebook = await start(editor, tmp_path, BREW, "brew()")
    assert await notebook.lines() == [[], [0]]
    cells = [types.TextDocumentIdentifier(uri) for uri in notebook.order]
    identifier = types.NotebookDocumentIdentifier(notebook.uri)
    editor.client.notebook_document_did_close(types.DidCloseNotebookDocumentParams(identifier, cells))
    await editor.until(lambda: not editor.published[notebook.order[1]][-1].diagnostics)


def everywhere(text: str) -> types.Range:
    return types.Range(types.Position(0, 0), types.Position(text.count("\n") + 1, 0))


@pytest.mark.parametrize(
    ("cell", "fixed"),
    [
        ("brew()", "await brew()"),
        ("print('é', brew())", "print('é', await brew())"),
        ("async def main():\n    brew()\n", "async def main():\n    await brew()\n"),
    ],
)
async def test_fixes_are_in_the_cell(editor: Editor, tmp_path: Path, cell: str, fixed: str) -> None:
    notebook = await start(editor, tmp_path, BREW + "\n\n%pip install tea", cell)
    uri = notebook.order[1]
    for action in await editor.actions(uri, everywhere(cell), [QUICK_FIX]):
        if action.is_preferred:
            ((where, version), edits) = next(iter(changes(action.edit).items()))
            assert (where, version) == (uri, 1)
            assert applied(cell, edits) == fixed
            break
    else:
        raise AssertionError("no preferred fix")


async def test_an_import_goes_to_where_the_imports_are(editor: Editor, tmp_path: Path) -> None:
    upper, cell = "import os\n\nasync def brew():\n    return 'tea'", "brew()\nbrew()"
    notebook = await start(editor, tmp_path, upper, cell)
    actions = await editor.actions(notebook.order[1], everywhere(cell), [QUICK_FIX])
    gather = next(action for action in actions if "ather" in action.title)
    texts = {uri: applied(notebook.texts[uri], edits) for (uri, _), edits in changes(gather.edit).items()}
    assert texts == {
        notebook.order[0]: "import asyncio\n" + upper,
        notebook.order[1]: "await asyncio.gather(brew(), brew())",
    }


async def test_what_follows_the_last_line_stays_in_its_cell(editor: Editor, tmp_path: Path) -> None:
    cell = "async def main():\n    asyncio.create_task(brew())"
    notebook = await start(editor, tmp_path, BREW, cell, "x = 1")
    actions = await editor.actions(notebook.order[1], everywhere(cell), [QUICK_FIX])
    texts = [
        applied(cell, edits)
        for action in actions
        for (uri, _), edits in changes(action.edit).items()
        if uri == notebook.order[1]
    ]
    assert "async def main():\n    await brew()" in texts or any(text.endswith("await brew_task") for text in texts)
    assert not any(uri == notebook.order[2] for action in actions for uri, _ in changes(action.edit))


async def test_fix_all_is_about_one_cell(editor: Editor, tmp_path: Path) -> None:
    cell = "async def main():\n    print(brew())\n\n\nasync def other():\n    print(brew())\n"
    notebook = await start(editor, tmp_path, BREW + "\nprint(brew())\n", cell)
    (action,) = await editor.actions(notebook.order[1], everywhere(cell), [FIX_ALL])
    ((where, edits),) = changes(action.edit).items()
    assert where[0] == notebook.order[1]
    assert applied(cell, edits) == cell.replace("print(brew", "print(await brew")


async def test_the_hover_explains(editor: Editor, tmp_path: Path) -> None:
    notebook = await start(editor, tmp_path, BREW, "x = 1\nbrew()")
    hover = await editor.hover(notebook.order[1], 1, 1)
    assert hover is not None
    assert hover.range == types.Range(types.Position(1, 0), types.Position(1, 6))
    assert await editor.hover(notebook.order[1], 0, 0) is None


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        # What goes on in the next line is no command.
        ("pot = await brew()\nprint(\n    'got %s'\n    % pot\n)\nbrew()", [5]),
        ("async def f():\n    c = brew()\n    print(\n        'got %s'\n        % await c\n    )", []),
        ('text = """\n%time\n!ls\n"""\n%time\nbrew()', [5]),
        ("!ls \\\n  -l\nbrew()", [2]),
        ("%time brew()", [0]),
        ("%time await brew()", []),
        ("%timeit -n 3 brew(\nbrew()", [1]),
        ("async def f():\n    c = brew()\n    %time await c", []),
        ("%%time\nbrew()", [1]),
        ("%%writefile x.py\nbrew()", []),
    ],
)
async def test_commands(editor: Editor, tmp_path: Path, cell: str, lines: list[int]) -> None:
    notebook = await start(editor, tmp_path, BREW, cell)
    assert await notebook.lines() == [[], lines]


async def test_what_a_timed_cell_defines_is_known(editor: Editor, tmp_path: Path) -> None:
    notebook = await start(editor, tmp_path, "%%time\n" + BREW, "brew()")
    assert await notebook.lines() == [[], [0]]


async def test_comments_for_the_whole_notebook(editor: Editor, tmp_path: Path) -> None:
    first = "# spooky: ignore-file[coroutine-never-awaited]\n" + BREW
    notebook = await start(editor, tmp_path, first, "brew()", "x = 1\n# spooky: ignore")
    assert await notebook.lines() == [[], [], []]
    assert await editor.actions(notebook.order[0], everywhere(first), [FIX_ALL]) == []


async def test_fixes_spoil_no_cell_above(editor: Editor, tmp_path: Path) -> None:
    texts = ["import asyncio", "%%bash\nls", "async def brew(): ...\n\nasync def main():\n    brew()\n    print(1)"]
    notebook = await start(editor, tmp_path, *texts)
    actions = await editor.actions(notebook.order[2], everywhere(texts[2]), [QUICK_FIX])
    assert actions
    for action in actions:
        for (uri, _), edits in changes(action.edit).items():
            fixed = applied(notebook.texts[uri], edits)
            assert uri == notebook.order[2] or fixed.replace("import logging", "").strip() == "import asyncio"


async def test_what_is_typed_does_not_wait_for_all_the_cells_below(editor: Editor, tmp_path: Path) -> None:
    lost = "async def brew(cups):\n    return cups\n\nbrew(2)"
    notebook = await start(editor, tmp_path, *[lost] * 30)
    first, *others = notebook.order
    assert await notebook.lines() == [[3]] * 30
    told = lambda cells: sum(len(editor.published[cell]) for cell in cells)  # noqa: E731
    for version in range(2, 6):
        before = told(others)
        notebook.write(0, f"{lost}\n# {version}", version)
        assert await editor.lines(first, version) == [3]
        assert told(others) - before < len(others) / 2
    # In the end, all of them were checked, and one that somebody asks about is not the last of them.
    before = told(others)
    notebook.write(0, "def brew(cups): ...", 6)
    await editor.answered(others[-1])
    assert told(others) - before < len(others) / 2
    await editor.until(lambda: told(others) >= before + len(others))
    assert await notebook.lines() == [[], *[[3]] * 29]
