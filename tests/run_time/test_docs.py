"""What the page about pytest shows is what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = "pytester"
pytestmark = pytest.mark.once

PAGE = (Path(__file__).parents[2] / "server" / "docs" / "pytest.md").read_text("utf-8")


def test_the_example(pytester: pytest.Pytester) -> None:
    program, console = re.findall(r"^```(?:python|console)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    command, expected = console.split("\n", 1)
    assert command == "$ pytest --spooky"
    pytester.makepyfile(test_till=program)
    # Without the summary, which repeats it on machines that call themselves CI.
    ran = pytester.runpytest_subprocess("--spooky", "-rN")
    ran.assert_outcomes(failed=2, passed=1, warnings=1)
    # Once by reading, once at run time.
    assert ran.stdout.str().count(expected) == 2


def test_settings_of_the_page_are_known(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", pyproject=re.search(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1])
    pytester.makepyfile(test_fine="def test_fine():\n    pass\n")
    pytester.runpytest_subprocess().assert_outcomes(passed=2)
