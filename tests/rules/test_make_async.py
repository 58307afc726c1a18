"""What making functions async asks of the files around the finding: see the cases in coroutine-never-awaited.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases import applied_everywhere
from spooky_asyncio.engine import Report
from spooky_asyncio.model import Fix, FixKind
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

FETCH = "async def fetch():\n    pass\n\n\n"
REFRESH = "def refresh():\n    fetch()\n"
UPDATE = "def update():\n    print('update')\n"
CALLER = "import lib\n\n\nasync def main():\n    lib.{}()\n"


def rewrites(report: Report) -> list[Fix]:
    return [fix for item in report.diagnostics for fix in report.fixes(item) if fix.kind is FixKind.REWRITE]


@pytest.mark.parametrize(
    ("saved", "called", "is_open", "is_offered"),
    [
        (FETCH + REFRESH + "\n\n" + UPDATE, "refresh", False, True),
        ("# Other lines.\n" * 7 + UPDATE + FETCH + REFRESH, "refresh", False, True),
        # At the place where the function stands now, another one did when the file was saved.
        (FETCH + UPDATE + "\n\n" + REFRESH, "update", False, False),
        # Not saved yet at all: what stands in the editor counts, and without one nobody knows.
        (FETCH + UPDATE, "refresh", True, True),
        (FETCH + UPDATE, "refresh", False, False),
    ],
)
@pytest.mark.parametrize("checks_saved_first", [True, False])
def test_the_text_of_the_finding_need_not_be_saved(
    saved: str, called: str, is_open: bool, is_offered: bool, checks_saved_first: bool, tmp_path: Path
) -> None:
    library, caller = tmp_path / "lib.py", tmp_path / "caller.py"
    library.write_text(saved, "utf-8")
    caller.write_text(CALLER.format(called), "utf-8")
    project = Project.at(tmp_path)
    if checks_saved_first:
        project.check(Source.from_file(caller))
        project.check(Source.from_file(library))
    text = FETCH + REFRESH + "\n\n" + UPDATE
    if is_open:
        project.overlay = {library: text}.get
        project.forget(library)
        project.reread(library)
    report = project.check(Source.from_text(text, library))
    (fix, *others) = rewrites(report) or [None]
    assert not others
    if fix is None:
        assert not is_offered
        return
    assert is_offered
    assert applied_everywhere(report.source, fix) == {
        library: FETCH + "async def refresh():\n    await fetch()\n\n\n" + UPDATE,
        caller: CALLER.format(called).replace("lib.", "await lib."),
    }


def test_each_edit_says_what_it_does(tmp_path: Path) -> None:
    library, script = tmp_path / "lib.py", tmp_path / "script.py"
    script.write_text("from lib import refresh\n\nrefresh()\n", "utf-8")
    library.write_text(FETCH + REFRESH + "\n\nasync def main():\n    refresh()\n", "utf-8")
    (fix,) = rewrites(Project.at(tmp_path).check(Source.from_file(library)))
    assert fix.title == "Make 'refresh()' async and await 'fetch()' in it: 2 callers in 2 files change too"
    assert [(edit.path, edit.content, edit.label) for edit in fix.edits] == [
        (None, "async ", "make 'refresh' async"),
        (None, "await ", "await 'fetch()' here"),
        (None, "await ", "await 'refresh()' here"),
        (script, "import asyncio\n\n", "import asyncio"),
        (script, "asyncio.run(", "run 'refresh()' with asyncio.run() here"),
        (script, ")", "run 'refresh()' with asyncio.run() here"),
    ]


@pytest.mark.parametrize(
    ("configuration", "is_offered"),
    [
        ('[project.scripts]\nweather = "lib:refresh"\n', False),
        ('[project.entry-points.weather]\nnow = "lib:refresh [extra]"\n', False),
        ('[tool.poetry.scripts]\nweather = {reference = "lib:refresh", type = "console"}\n', False),
        ('[project.scripts]\nweather = "lib:update"\n', True),
    ],
)
def test_what_an_entry_point_calls_stays_sync(configuration: str, is_offered: bool, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(configuration, "utf-8")
    library = tmp_path / "lib.py"
    library.write_text(FETCH + REFRESH + "\n\nrefresh()\n", "utf-8")
    assert bool(rewrites(Project.at(tmp_path).check(Source.from_file(library)))) == is_offered


def test_a_package_in_src_is_known_to_the_tests_beside_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    library, test = tmp_path / "src" / "weather" / "lib.py", tmp_path / "tests" / "test_lib.py"
    for file in (library, test):
        file.parent.mkdir(parents=True)
    (library.parent / "__init__.py").write_text("from .lib import refresh\n", "utf-8")
    library.write_text(FETCH + REFRESH, "utf-8")
    test.write_text("from weather import refresh\n\n\nasync def test_refresh():\n    refresh()\n", "utf-8")
    (fix,) = rewrites(Project.at(tmp_path).check(Source.from_file(library)))
    assert applied_everywhere(Source.from_file(library), fix)[test].endswith("    await refresh()\n")
