"""Fixes that reach into other files: one edit for all, to be confirmed where the editor can ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.editor import Editor, applied, capabilities, changes, patched

pytestmark = pytest.mark.asyncio

# A fixer that renames brew() in all files, as one would that has to change all callers of a function.
RENAMING = """
import ast
from spooky_asyncio.fixes import by_rule
from spooky_asyncio.model import Applicability, Edit, Fix, FixKind

def names(source):
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and node.id == "brew":
            yield source.range(node)

def rename(site):
    edits = [Edit(span, "steep", label="Rename where it is lost") for span in names(site.source)]
    for callees in filter(None, site.mentioning("brew")):
        edits += [Edit(span, "steep", callees.source.path) for span in names(callees.source)]
    yield Fix("Rename 'brew'", tuple(edits), Applicability.UNSAFE, FixKind.REWRITE)

by_rule.FIXERS |= {rule: (*fixers, rename) for rule, fixers in by_rule.FIXERS.items()}
"""
COMMAND = patched(RENAMING)
LOST = "from pot import brew\n\nasync def main():\n    '🫖'; brew()\n"
POT = "async def brew(): ...\n'茶🫖'; brew\n"
CUP = "from pot import brew as other\nfrom pot import brew\n'🫖🫖'; brew; '茶'; brew\n"
ALL = types.Range(types.Position(0, 0), types.Position(99, 0))
CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.spooky]\n", "utf-8")
    (tmp_path / "more").mkdir()
    for name, text in (("lost.py", LOST), ("pot.py", POT), ("more/cup.py", CUP)):
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


async def rewrite(editor: Editor, uri: str) -> types.CodeAction:
    (action,) = await editor.actions(uri, ALL, ["refactor"])
    assert action.kind == "refactor.rewrite"
    assert action.diagnostics is not None
    assert len(action.diagnostics) == 1
    return action


def renamed(text: str) -> str:
    return text.replace("; brew", "; steep")


@pytest.mark.parametrize("encoding", CODECS)
async def test_open_and_closed_files(editor: Editor, folder: Path, encoding: str) -> None:
    can = capabilities(encodings=[encoding], resolves=["edit"])
    await editor.start(can, [folder], command=COMMAND)
    lost, pot, cup = ((folder / name).as_uri() for name in ("lost.py", "pot.py", "more/cup.py"))
    unsaved = f"# {'🫖' * 3}\n'🫖'; brew\n{POT}"
    editor.open(lost, LOST, version=3)
    editor.open(pot, POT, version=4)
    await editor.diagnostics(lost, 3)
    editor.replace(pot, unsaved, 5)
    action = await rewrite(editor, lost)
    assert action.edit is None
    edit = (await editor.resolve(action)).edit
    assert edit is not None
    assert edit.change_annotations is None
    found = changes(edit)
    assert {*found} == {(lost, 3), (pot, 5), (cup, None)}
    codec = CODECS[encoding]
    for key, text in (((lost, 3), LOST), ((pot, 5), unsaved), ((cup, None), CUP)):
        assert applied(text, found[key], codec) == renamed(text)


async def test_a_change_of_another_file_after_the_offer_counts(editor: Editor, folder: Path) -> None:
    await editor.start(capabilities(resolves=["edit"]), [folder], command=COMMAND)
    lost, pot, cup = ((folder / name).as_uri() for name in ("lost.py", "pot.py", "more/cup.py"))
    editor.open(lost, LOST)
    editor.open(pot, POT)
    action = await rewrite(editor, lost)
    # In an editor, and without a word from it.
    editor.replace(pot, "\n\n" + POT, 2)
    (folder / "more" / "cup.py").write_bytes(("\n" + CUP).encode())
    found = changes((await editor.resolve(action)).edit)
    assert applied("\n\n" + POT, found[pot, 2]) == renamed("\n\n" + POT)
    assert applied("\n" + CUP, found[cup, None]) == renamed("\n" + CUP)
    # A document that is closed without being saved is what is on disk again.
    editor.close(pot)
    found = changes((await editor.resolve(action)).edit)
    assert applied(POT, found[pot, None]) == renamed(POT)


async def test_a_file_that_cannot_be_read_any_more(editor: Editor, folder: Path) -> None:
    await editor.start(capabilities(resolves=["edit"]), [folder], command=COMMAND)
    lost, cup = (folder / "lost.py").as_uri(), (folder / "more" / "cup.py").as_uri()
    editor.open(lost, LOST)
    action = await rewrite(editor, lost)
    (folder / "more" / "cup.py").unlink()
    found = changes((await editor.resolve(action)).edit)
    assert (lost, 1) in found
    assert (cup, None) not in found


async def test_confirmation(editor: Editor, folder: Path) -> None:
    await editor.start(capabilities(change_annotations=True), [folder], command=COMMAND)
    lost = (folder / "lost.py").as_uri()
    editor.open(lost, LOST)
    edit = (await rewrite(editor, lost)).edit
    assert edit is not None
    assert edit.change_annotations is not None
    edits: list[Any] = [one for of_file in changes(edit).values() for one in of_file]
    assert all(isinstance(one, types.AnnotatedTextEdit) for one in edits)
    assert {one.annotation_id for one in edits} == {*edit.change_annotations}
    shown = {(one.label, one.description, one.needs_confirmation) for one in edit.change_annotations.values()}
    assert shown == {
        ("Rename where it is lost", "lost.py", True),
        ("Rename 'brew'", "pot.py", True),
        ("Rename 'brew'", str(Path("more/cup.py")), True),
    }
    # Only what wants to be looked at first.
    for action in await editor.actions(lost, ALL, ["quickfix", "source"]):
        assert action.edit is not None
        assert action.edit.change_annotations is None


async def test_plain_changes_for_a_client_without_document_changes(editor: Editor, folder: Path) -> None:
    can = capabilities(document_changes=False, change_annotations=True)
    await editor.start(can, [folder], command=COMMAND)
    lost, pot, cup = ((folder / name).as_uri() for name in ("lost.py", "pot.py", "more/cup.py"))
    editor.open(lost, LOST)
    edit = (await rewrite(editor, lost)).edit
    assert edit is not None
    assert edit.document_changes is None
    assert edit.change_annotations is None
    found = changes(edit)
    assert {uri for uri, _ in found} == {lost, pot, cup}
    assert applied(CUP, found[cup, None]) == renamed(CUP)


async def test_a_rewrite_that_has_become_impossible(editor: Editor, folder: Path) -> None:
    await editor.start(capabilities(resolves=["edit"]), [folder], command=COMMAND)
    lost = (folder / "lost.py").as_uri()
    editor.open(lost, LOST)
    action = await rewrite(editor, lost)
    action.title = "Rename something else"
    with pytest.raises(JsonRpcException, match="not possible any more"):
        await editor.resolve(action)
