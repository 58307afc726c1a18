"""The article that describes the three errors: its programs get their findings, and its fixes do what it says.

The article is not part of this project. Where it does not lie beside the checkout, this is left out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cases import analyze, applied, run, runs_here

ARTICLE = Path(__file__).parents[2] / "shared" / "article.md"

pytestmark = pytest.mark.skipif(not ARTICLE.exists(), reason="left out: the article is not beside this checkout")


def programs() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", ARTICLE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def program(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / "program.py"
    path.write_text(programs()[request.param], "utf-8")
    return path


PRINTED = {
    (0, "Run 'do_something()' with asyncio.run()"): "I'm done\n",
    (4, "Keep the tasks and wait for them with asyncio.wait()"): "Hello\nWorld\n",
    (4, "Keep the tasks and gather them: the first exception is raised here"): "Hello\nWorld\n",
    (4, "Start the tasks in an asyncio.TaskGroup, which waits and raises what goes wrong"): "Hello\nWorld\n",
    (6, "Gather the tasks: the first exception is raised here"): "",
    (6, "Gather the tasks and catch the first exception"): "Caught exception: division by zero\n",
    (6, "Gather all results and exceptions, and print them"): "[2.0, ZeroDivisionError('division by zero')]\n",
    (6, "Start the tasks in an asyncio.TaskGroup and catch all exceptions with except*"): (
        "Caught exception: division by zero\n"
    ),
}
RAISED = {
    (6, "Gather the tasks: the first exception is raised here"): "ZeroDivisionError",
    (6, "Go through the finished tasks: raise the exception or print the result of each"): "ZeroDivisionError",
}


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (0, ["coroutine-never-awaited"]),
        (4, ["task-never-awaited", "task-never-awaited"]),
        (6, ["task-exception-never-retrieved"]),
    ],
    indirect=["program"],
)
def test_programs(program: Path, expected: list[str], request: pytest.FixtureRequest) -> None:
    report = analyze(program)
    assert [item.rule for item in report.diagnostics] == expected
    number = request.node.callspec.params["program"]
    for diagnostic in report.diagnostics:
        fixes = report.fixes(diagnostic)
        titles = {title for known, title in {**PRINTED, **RAISED} if known == number}
        # What keeps tasks in the background does not wait for them.
        assert {fix.title for fix in fixes if "background" not in fix.title} == titles
        for fix in fixes:
            if fix.title not in titles or not runs_here(applied(report.source, fix)):
                continue
            fixed = program.with_name("fixed.py")
            fixed.write_text(applied(report.source, fix), "utf-8")
            after = run(fixed)
            assert not after.complaints
            assert after.raised == RAISED.get((number, fix.title))
            if (number, fix.title) in PRINTED:
                assert after.printed == PRINTED[number, fix.title]


@pytest.mark.parametrize("program", range(10), indirect=True)
def test_everything_else_is_silent_about_what_it_fixes(program: Path, request: pytest.FixtureRequest) -> None:
    number = request.node.callspec.params["program"]
    if number in (0, 4, 6):
        pytest.skip("one of the three programs with an error")
    rules = {item.rule for item in analyze(program).diagnostics}
    # The fix of forgotten tasks waits without a look at their results, which is the article's third error.
    assert rules <= ({"task-exception-never-retrieved"} if number == 5 else set())
