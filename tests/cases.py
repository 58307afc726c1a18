"""Tests as data: Markdown files whose sections are cases.

A case is a `## ` heading, some prose, and fenced blocks:

- ```` ```python ````: the program; ```` ```python lib.py ````: another file beside it. A line that must have a
  finding ends in `# error: [rule] "part of the message"`, once for each; every finding must be marked so.
- ```` ```diff ````: what one fix changes, under a line `Fix: title`, or `Preferred fix: title`. All fixes of all
  findings are listed, each text once; of a fix that changes other modules too, each file under its name.
  `pytest --update-cases` rewrites these.
- a line `Not run: reason` for programs that CPython can't run; a line `Run: main.py` where it is not the program itself
  that is run, but another module that imports it; a line `Run: cell.py` for a cell of a notebook.
"""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from spooky_asyncio.engine import Report
from spooky_asyncio.model import Edit, Fix
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

NEWEST_NEEDED = (3, 11)
REQUIRED = {"requires-python": ">={}.{}".format(*NEWEST_NEEDED)}
"""The same fixes are offered whichever Python runs this."""

PROGRAM = "program.py"
CELL = "cell.py"
"""What runs in the event loop of a notebook."""
ORACLE = Path(__file__).with_name("oracle.py")

_FENCE = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"# error: \[([\w-]+)\](?: \"(.*?)\"(?=\s*(?:#|$)))?")
_RUN = re.compile(r"^Run: (\S+)$", re.MULTILINE)
_FIX_HEAD = re.compile(r"^(?:Preferred f|F)ix: .*\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    file: Path
    title: str
    text: str
    """The section as it stands in the file, heading included."""
    program: str
    modules: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file.stem}: {self.title}"

    @property
    def is_run(self) -> bool:
        return "\nNot run: " not in self.text

    @property
    def entry(self) -> str:
        """The name of the file that is run."""
        match = _RUN.search(self.text)
        return match[1] if match else PROGRAM

    @property
    def marks(self) -> list[tuple[int, str, str]]:
        """(line, rule, part of the message) of each finding that there must be."""
        found = []
        for line, text in enumerate(self.program.splitlines()):
            found += [(line, mark[1], mark[2] or "") for mark in _MARK.finditer(text)]
        return found

    def write(self, folder: Path) -> Path:
        for name, text in self.modules.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8", newline="")
        program = folder / (CELL if self.entry == CELL else PROGRAM)
        program.write_text(self.program, "utf-8", newline="")
        return program


def read_cases(file: Path) -> list[Case]:
    sections = re.split(r"^(?=## )", file.read_text("utf-8"), flags=re.MULTILINE)
    return [_case(file, section) for section in sections if section.startswith("## ")]


def _case(file: Path, text: str) -> Case:
    program, modules = "", {}
    for language, name, body in _FENCE.findall(text):
        if name:
            modules[name] = body
        elif language == "python":
            program = body
    return Case(file, text.splitlines()[0].removeprefix("## "), text, program, modules)


def analyze(program: Path, text: str | None = None) -> Report:
    source = Source.from_file(program) if text is None else Source.from_text(text, program)
    project = Project.at(program.parent)
    table = {**REQUIRED, **project.configuration.get("project", {})}
    return replace(project, configuration={**project.configuration, "project": table}).check(
        source, top_level_await=program.name == CELL
    )


def runs_here(text: str) -> bool:
    """Whether a program can be run by the Python that runs this."""
    return sys.version_info >= NEWEST_NEEDED or not any(
        new in text for new in ("TaskGroup", "asyncio.Runner", ", context=")
    )


def applied(source: Source, fix: Fix) -> str:
    """The text with all edits of a fix that changes no other file."""
    assert not any(edit.path for edit in fix.edits), f"{fix.title!r} changes other files too"
    return _edited(source, list(fix.edits), fix)


def applied_everywhere(source: Source, fix: Fix) -> dict[Path, str]:
    """The new text of each file that a fix changes."""
    assert source.path is not None
    others = {edit.path for edit in fix.edits if edit.path is not None}
    assert source.path not in others
    found = {source.path: _edited(source, [edit for edit in fix.edits if edit.path is None], fix)}
    for path in sorted(others):
        found[path] = _edited(Source.from_file(path), [edit for edit in fix.edits if edit.path == path], fix)
    return found


def _edited(source: Source, edits: list[Edit], fix: Fix) -> str:
    """The text with some edits of a fix, which must not overlap."""
    text, last = source.text, len(source.text) + 1
    numbered = sorted(enumerate(edits), key=lambda item: (item[1].range, item[0]), reverse=True)
    for _, edit in numbered:
        start, end = source.offset(edit.range.start), source.offset(edit.range.end)
        assert start <= end <= last, f"overlapping edits in {fix.title!r}"
        text, last = text[:start] + edit.content + text[end:], start
    return text


def all_fixes(report: Report) -> Iterator[Fix]:
    """Every fix of every finding, those with the same edits once."""
    seen = set()
    for diagnostic in report.diagnostics:
        for fix in report.fixes(diagnostic):
            if fix.edits not in seen:
                seen.add(fix.edits)
                yield fix


def with_fixes(case: Case, report: Report) -> str:
    """The case's section with the fixes that the report offers now."""
    head = _FIX_HEAD.sub("", re.sub(r"^```diff\n.*?^```\n+", "", case.text, flags=re.MULTILINE | re.DOTALL)).rstrip()
    parts = [head]
    for fix in all_fixes(report):
        changed = applied_everywhere(report.source, fix)
        body = "\n".join(
            line
            for path, text in changed.items()
            for line in _diff(Source.from_file(path).text, text, path.name if len(changed) > 1 else "")
        )
        label = "Preferred fix" if fix.preferred else "Fix"
        parts.append(f"{label}: {fix.title}\n\n```diff\n{body}\n```")
    return "\n\n".join(parts) + "\n"


def assert_marked(case: Case, report: Report) -> None:
    """That all that is marked is found, and nothing else, with messages of one line."""
    assert not report.failures
    found = [(item.range.start.line, item.rule, item.message) for item in report.diagnostics]
    assert [(line, rule) for line, rule, _ in found] == [(line, rule) for line, rule, _ in case.marks]
    for (_, _, message), (_, _, part) in zip(found, case.marks, strict=True):
        assert part in message
        assert "\n" not in message


def assert_fixes(case: Case, report: Report, *, update: bool) -> None:
    """That the fixes are as written down; with `update` they are written down anew."""
    now = with_fixes(case, report)
    if update:
        text = case.file.read_text("utf-8")
        following = "\n" if text.index(case.text) + len(case.text) < len(text) else ""
        case.file.write_text(text.replace(case.text, now + following), "utf-8")
        return
    assert now.split("\n") == (case.text.rstrip() + "\n").split("\n")


def _diff(before: str, after: str, name: str) -> list[str]:
    """The lines that go and come, under the file's name if there is one."""
    changes = list(difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, n=0, lineterm=""))
    return [line for line in changes[0 if name else 2 :] if not line.startswith("@@")]


@dataclass(frozen=True)
class Run:
    """What came of running a program: see oracle.py."""

    complaints: tuple[tuple[str, str], ...]
    raised: str | None
    printed: str

    @property
    def kinds(self) -> set[str]:
        return {kind for kind, _ in self.complaints}


def run(program: Path) -> Run:
    done = subprocess.run(
        [sys.executable, str(ORACLE), str(program)], capture_output=True, text=True, timeout=60, cwd=program.parent
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    return Run(tuple((kind, name) for kind, name in answer["complaints"]), answer["raised"], answer["printed"])
