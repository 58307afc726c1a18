"""Modules that jedi looks for and that are not there, or that it reads only when it needs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from parso.grammar import Grammar

from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

CONFTEST = """\
import pytest
from oven import Oven


@pytest.fixture
def oven() -> Oven:
    return Oven()
"""


def test_a_fixture_is_known_where_no_conftest_stands_beside_the_test(tmp_path: Path) -> None:
    tests = tmp_path / "tests" / "bread"
    tests.mkdir(parents=True)
    (tmp_path / "oven.py").write_text("class Oven:\n    async def heat(self): ...\n", "utf-8")
    (tests.parent / "conftest.py").write_text(CONFTEST, "utf-8")
    test = tests / "test_oven.py"
    test.write_text("def test_heat(oven):\n    oven.heat()\n", "utf-8")
    report = Project.at(tmp_path).check(Source.from_file(test))
    assert report.failures == ()
    assert [found.range.start.line for found in report.diagnostics] == [1]


def test_a_module_that_nobody_looks_into_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("oven", "bread"):
        (tmp_path / f"{name}.py").write_text(f"class {name.title()}:\n    async def heat(self): ...\n", "utf-8")
    program = tmp_path / "program.py"
    program.write_text("import bread\nimport oven\n\n\nfor one in [oven.Oven()]:\n    one.heat()\n", "utf-8")
    parsed: list[str] = []
    parse = Grammar.parse

    def noted(self: Grammar, *given: object, **more: object) -> object:
        parsed.append(Path(str(getattr(more.get("file_io"), "path", more.get("path")))).name)
        return parse(self, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Grammar, "parse", noted)
    report = Project.at(tmp_path).check(Source.from_file(program))
    assert [found.range.start.line for found in report.diagnostics] == [5]
    assert "oven.py" in parsed
    assert not {"bread.py", "tasks.py"} & {*parsed}
