"""What is seen while a program runs, and that the program runs as it does without anybody looking."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from run_time.marked import Section
from spooky_asyncio import runtime
from spooky_asyncio.cli.run import read_report
from spooky_asyncio.runtime.complaints import merged

BOOTSTRAP = Path(runtime.__file__).with_name("__main__.py")
_MARK = re.compile(r"# seen: \[([\w-]+)\]")
_ALSO = re.compile(r"^Also: line (\d+) \[([\w-]+)\]$", re.MULTILINE)


class Case(Section):
    @property
    def marks(self) -> set[tuple[int, str]]:
        return self.marked(_MARK) | {(int(line), rule) for line, rule in _ALSO.findall(self.text)}

    @property
    def is_possible(self) -> bool:
        needs = re.search(r"^Needs: (.+)$", self.text, re.MULTILINE)
        return needs is None or all(map(_is_there, needs[1].split()))


def _is_there(need: str) -> bool:
    if need == "fork":
        return hasattr(os, "fork")
    if need[0].isdigit():
        return sys.version_info >= tuple(map(int, need.split(".")))
    return importlib.util.find_spec(need) is not None


def cases() -> list[Case]:
    sections = Path(__file__).with_name("programs.md").read_text("utf-8").split("\n## ")[1:]
    return [Case(*section.split("\n", 1)) for section in sections]


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, cwd=cwd, env=env)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_what_is_seen(case: Case, tmp_path: Path) -> None:
    if not case.is_possible:
        pytest.skip("not on this Python")
    program, report = tmp_path / "program.py", tmp_path / "report"
    program.write_text(case.program, "utf-8")
    watched = run(BOOTSTRAP, report, "script", "program.py", "--strict", cwd=tmp_path)
    heard = read_report(report)
    seen = {(one.place.line if one.place else 0, one.rule) for one in merged(heard.complaints)}
    assert seen == case.marks
    assert all(one.place.file == str(program) for one in heard.complaints)
    assert heard.is_whole is ("os._exit" not in case.program)
    assert heard.files <= {program}
    alone = run("program.py", "--strict", cwd=tmp_path)
    assert (watched.stdout, watched.returncode) == (alone.stdout, alone.returncode)
    if "\nAt the end: " not in case.text:
        assert said(watched.stderr) == said(alone.stderr)


def said(errors: str) -> list[str]:
    """The lines of complaints and tracebacks, of whatever addresses and task numbers, in any order: when garbage is
    collected is nobody's promise."""
    lines = (re.sub(r"0x[0-9a-f]+|Task-\d+", "...", line) for line in errors.splitlines())
    return sorted(line for line in lines if "Error" in line or "Warning: coroutine" in line or "never" in line)


def test_a_module_runs_as_one(tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(
        "import sys\nfrom . import till\nprint(__name__, __package__, __spec__.name, sys.argv[1:], sys.path[0])\n"
    )
    (package / "till.py").write_text("async def open():\n    return 1\n\n\nopen()\n")
    report = tmp_path / "report"
    watched = run(BOOTSTRAP, report, "module", "shop", "-m", "--strict", cwd=tmp_path)
    alone = run("-m", "shop", "-m", "--strict", cwd=tmp_path)
    assert (watched.stdout, watched.returncode) == (alone.stdout, alone.returncode)
    heard = read_report(report)
    assert [(Path(one.place.file).name, one.place.line) for one in heard.complaints] == [("till.py", 5)]
    assert {file.name for file in heard.files} == {"__init__.py", "__main__.py", "till.py"}


@pytest.mark.parametrize("what", ["missing_module", "broken", "folder", "raising"])
def test_what_cannot_run_says_so_as_python_does(what: str, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def f(:\n")
    (tmp_path / "raising.py").write_text("def f():\n    return 1 / 0\n\n\nf()\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "__main__.py").write_text("import sys\nprint(sys.argv, sys.path[0], __name__)\n")
    target = what if what in ("missing_module", "folder") else f"{what}.py"
    kind = "module" if what == "missing_module" else "script"
    watched = run(BOOTSTRAP, tmp_path / "report", kind, target, cwd=tmp_path)
    alone = run(*(["-m"] if kind == "module" else []), target, cwd=tmp_path)
    assert (watched.stdout, watched.stderr, watched.returncode) == (alone.stdout, alone.stderr, alone.returncode)


def test_it_needs_nothing_but_the_standard_library(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "import json, sys\nprint(json.dumps(sorted(name for name in sys.modules if name.startswith('spooky'))))\n"
    )
    watched = run("-I", BOOTSTRAP, tmp_path / "report", "script", "program.py", cwd=tmp_path)
    assert {name.split(".")[1] for name in json.loads(watched.stdout) if "." in name} == {"runtime"}
