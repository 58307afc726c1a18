"""`pytest --spooky` in a pytest of its own: which tests fail, and for which lines."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import junitparser
import pytest

from run_time.marked import Section

pytest_plugins = "pytester"

_MARK = re.compile(r"# fails: \[([\w-]+)\]")
_FAILURE = re.compile(r"^\S*test_it\.py:(\d+):\d+: \w+ .* \[([\w-]+)\]$", re.MULTILINE)


class Case(Section):
    @property
    def marks(self) -> set[tuple[int, str]]:
        return self.marked(_MARK)

    def words(self, head: str) -> list[str]:
        found = re.search(rf"^{head}: (.*)$", self.text, re.MULTILINE)
        return re.split(r",? +", found[1]) if found else []


PARSED = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")


@pytest.fixture(autouse=True)
def known_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where jedi has its parsed files, which a new home has not: pytest would be parsed anew for each test."""
    monkeypatch.setenv("XDG_CACHE_HOME", PARSED)


def cases() -> list[Case]:
    sections = Path(__file__).with_name("in_tests.md").read_text("utf-8").split("\n## ")[1:]
    return [Case(*section.split("\n", 1)) for section in sections]


def marked() -> list[Any]:
    return [
        pytest.param(case, id=case.title, marks=[pytest.mark.once] * ("\nOnce.\n" in case.text)) for case in cases()
    ]


@pytest.mark.parametrize("case", marked())
def test_which_tests_fail(case: Case, pytester: pytest.Pytester) -> None:
    missing = [name for name in case.words("Needs") if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"{missing} not installed")
    failed = failures(pytester, case.program, *case.words("Arguments"))
    expected, marks = set(case.words("Fails")), case.marks
    if case.title == "anyio" and sys.version_info < (3, 11):
        expected.discard("test_lost")
        marks = {mark for mark in marks if mark[1] != "task-never-awaited"}
    assert failed.keys() == expected
    told = "\n".join(text for name, text in failed.items() if name != "spooky")
    assert {(int(line), rule) for line, rule in _FAILURE.findall(told)} == marks


def failures(pytester: pytest.Pytester, program: str, *arguments: str) -> dict[str, str]:
    """The tests that failed, or had an error, and all that is said of them."""
    pytester.makepyfile(test_it=program)
    ran = pytester.runpytest_subprocess("--junitxml=report.xml", *arguments)
    # What is said beside another failure is not in the report.
    beside = re.findall(r"^-+ Captured spooky call -+$(.*?)^[_=]{8}", ran.stdout.str(), re.MULTILINE | re.DOTALL)
    found = {"test_both": "\n".join(beside)} if beside else {}
    for suite in junitparser.JUnitXml.fromfile(str(pytester.path / "report.xml")):
        for case in suite:
            for result in case.result:
                if isinstance(result, (junitparser.Failure, junitparser.Error)):
                    said = f"{result.text or ''}\n{case.system_out or ''}"
                    found[case.name] = f"{found.get(case.name, '')}\n{said}"
    return found


@pytest.mark.once
def test_what_a_failure_says(pytester: pytest.Pytester) -> None:
    program = "async def quick():\n    return 1\n\n\ndef test_dropped():\n    quick()\n"
    said = failures(pytester, program, "-o", "spooky=run-time")["test_dropped"]
    lines = [line.strip() for line in said.strip().splitlines()]
    assert lines == [
        "test_it.py:6:5: warning coroutine 'quick' was never awaited: the call only makes a coroutine object, and "
        "nothing in it runs [coroutine-never-awaited]",
        "6 |     quick()",
        "|     ^^^^^^^",
        "note: 'quick' is defined here (test_it.py:1:11)",
        "fix: Run 'quick()' with asyncio.run()",
        "at run time: coroutine 'quick' was never awaited",
        "by reading: found",
    ]


@pytest.mark.once
def test_whose_test_made_it(pytester: pytest.Pytester) -> None:
    case = next(case for case in cases() if case.title.startswith("The blame"))
    said = failures(pytester, case.program, "-o", "spooky=run-time")["test_let_go"]
    assert "ValueError: no beans, of test_it.py::test_keep" in said


@pytest.mark.once
@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
def test_what_no_test_is_to_blame_for(arguments: tuple[str, ...], pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="async def quick():\n    return 1\n\n\nquick()\n\n\ndef test_fine():\n    pass\n")
    ran = pytester.runpytest_subprocess("-o", "spooky=run-time", *arguments)
    ran.assert_outcomes(passed=1, warnings=2 if arguments else 1)
    assert ran.ret == 1
    ran.stdout.fnmatch_lines(["*asyncio errors outside of tests*", "test_it.py:5:1: * was never awaited*"])


@pytest.mark.once
def test_settings(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="def test_fine():\n    pass\n")
    ran = pytester.runpytest_subprocess("-o", "spooky=statics")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["*spooky = statics: the parts are run-time and static"])


@pytest.mark.once
def test_files_that_are_not_checked(pytester: pytest.Pytester) -> None:
    """Those that are left out have no item; one that can't be checked fails; wrong settings fail once."""
    pytester.makefile(".toml", pyproject='[tool.spooky]\nexclude = ["test_out.py"]\nnonsense = 1\n')
    pytester.makepyfile(test_out="async def f():\n    pass\n\n\ndef test_fine():\n    f()\n", good="1\n", better="2\n")
    pytester.makepyfile(broken="def f(:\n")
    failed = failures(pytester, "def test_fine():\n    pass\n", "--spooky", "-o", "spooky=static", "-k", "spooky")
    ran = pytester.runpytest_subprocess("-o", "spooky=static", "-k", "spooky")
    ran.assert_outcomes(failed=2, passed=2, deselected=2)
    ran.stdout.fnmatch_lines(["*nonsense*", "*broken.py*not valid Python*"])
    assert failed.keys() == {"spooky"}


def test_it_costs_nothing_unless_it_is_asked_for() -> None:
    script = "import sys, spooky_asyncio.pytest_plugin; print(sorted(m for m in sys.modules if 'spooky' in m))"
    names = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert names.strip() == "['spooky_asyncio', 'spooky_asyncio.pytest_plugin']"
