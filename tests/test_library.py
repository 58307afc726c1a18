"""The public interface: what its page shows is true, and importing it costs nothing."""

from __future__ import annotations

import dataclasses
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import spooky_asyncio

PAGE = (Path(__file__).parents[1] / "server" / "docs" / "library.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "library.md", "exec"), {"__name__": "example"})


def test_the_page_names_all_there_is() -> None:
    rows = "\n".join(re.findall(r"^\| `.*", PAGE, re.MULTILINE))
    assert set(spooky_asyncio.__all__) - {"__version__"} <= set(re.findall(r"\w+", rows))
    for name in spooky_asyncio.__all__:
        if dataclasses.is_dataclass(getattr(spooky_asyncio, name)) and name not in ("Range", "Position"):
            row = re.search(rf"^\| `{name}` \| (.*) \|$", PAGE, re.MULTILINE)[1]
            fields = [field.name for field in dataclasses.fields(getattr(spooky_asyncio, name))]
            assert [word for word in re.findall(r"`(\w+)`", row) if word in fields] == fields


def test_signatures_agree() -> None:
    common = ["python", "select", "ignore", "severity"]
    assert list(inspect.signature(spooky_asyncio.check).parameters) == ["paths", *common]
    assert list(inspect.signature(spooky_asyncio.check_text).parameters) == ["text", "path", *common]


def test_results_can_not_be_changed() -> None:
    result = spooky_asyncio.check_text("1\n")
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.checked = 2


def test_importing_it_costs_nothing() -> None:
    script = (
        "import sys, spooky_asyncio; print([m for m in sys.modules if m.startswith('spooky_asyncio.') or m == 'jedi'])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            {"select": ["task-never-awaitd"]},
            "there is no rule 'task-never-awaitd' (did you mean 'task-never-awaited'?)",
        ),
        ({"ignore": ["xyz"]}, "there is no rule 'xyz': there are coroutine-never-awaited, "),
        ({"severity": {"task-never-awaited": "eror"}}, "there is no severity 'eror' (did you mean 'error'?)"),
    ],
)
def test_wrong_names_are_errors_of_the_caller(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        spooky_asyncio.check_text("", **wrong)


def test_there_is_nothing_else() -> None:
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        spooky_asyncio.chekc  # noqa: B018


def test_settings_and_severities_count(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.spooky.severity]\ncoroutine-never-awaited = "off"\n')
    file = tmp_path / "till.py"
    file.write_text("async def brew():\n    return 1\n\n\nasync def main():\n    brew()\n")
    assert spooky_asyncio.check(tmp_path).is_clean
    found = spooky_asyncio.check(tmp_path, severity={"coroutine-never-awaited": "error"}).findings
    assert [(one.path, one.severity) for one in found] == [(file, "error")]
    assert spooky_asyncio.check(tmp_path, select=["task-never-awaited"]).is_clean
    assert spooky_asyncio.check_text("brew(\n", file).failures


GARBAGE = """
import gc
import spooky_asyncio

def ways():
    return gc.get_threshold(), gc.get_freeze_count(), len(gc.callbacks)

before = ways()
assert len(spooky_asyncio.check(".").findings) == 3
assert ways() == before
"""


def test_garbage_is_the_business_of_the_program(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"bar{number}.py").write_text("import asyncio\nasync def main():\n    asyncio.sleep(1)\n", "utf-8")
    # In a process in which no command of ours has run.
    subprocess.run([sys.executable, "-c", GARBAGE], cwd=tmp_path, check=True)
