"""What the best known other tools find in the labelled suite, beside what spooky-asyncio finds: one Markdown table.

The newest release of each is installed from PyPI into a virtual environment of its own, and run on a copy of the suite
with everything switched on that it has for these errors.

usage: python tests/peers.py [--tools FOLDER] [--write FILE]
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

import suite

ROOT = Path(__file__).resolve().parents[1]
START, END = "<!-- peers: start -->", "<!-- peers: end -->"
COROUTINE, TASK, EXCEPTION = suite.RULES


@dataclass(frozen=True)
class Report:
    """What a tool says of one line."""

    path: str
    line: int
    code: str
    message: str


@dataclass(frozen=True)
class Meant:
    """Which of a tool's reports are meant for one of our rules."""

    rule: str
    code: str
    about: str = ""
    """What the message says then, where the code stands for other things too."""

    def __contains__(self, report: Report) -> bool:
        return report.code == self.code and re.search(self.about, report.message) is not None


@dataclass(frozen=True)
class Tool:
    name: str
    requirement: str
    """What pip is to install; nothing for the tool that is checked out here."""
    arguments: tuple[str, ...]
    """After `python -m NAME`; {python} is the interpreter of the tools' environment."""
    settings: tuple[str, str]
    """The settings file that it finds in the folder it checks, so that it finds no other one further up."""
    meant: tuple[Meant, ...]
    read: Callable[[str], Iterator[Report]]


# The settings switch on two kinds of rules that are off: those meant for these errors, which are counted below; and
# general ones on unused values, unused names and pointless conditions, which only the number in parentheses knows.

_PYRIGHT = """{
  "reportUnusedCoroutine": "error", "reportUnnecessaryComparison": "error", "reportUnnecessaryContains": "error",
  "reportUnusedExpression": "error", "reportUnusedVariable": "error", "reportUnusedCallResult": "error"
}"""

_MYPY = """[mypy]
check_untyped_defs = True
strict_equality = True
strict_equality_for_none = True
enable_error_code = unused-awaitable, truthy-bool, redundant-expr
"""

_RUFF = """preview = true
[lint]
extend-select = ["RUF006", "ASYNC105", "F841", "RUF059", "B015", "B018"]
"""

_TY = """[rules]
unused-awaitable = "warn"
redundant-condition = "warn"
redundant-condition-strict = "warn"
"""

_PYREFLY = """[errors]
unused-coroutine = "error"
redundant-condition = "error"
unused-call-result = "error"
implicit-bool = "error"
"""


def _read_spooky(output: str) -> Iterator[Report]:
    for item in json.loads(output):
        yield Report(item["filename"], item["location"]["row"], item["code"], item["message"])


def _read_pyright(output: str) -> Iterator[Report]:
    for item in json.loads(output)["generalDiagnostics"]:
        yield Report(item["file"], item["range"]["start"]["line"] + 1, item.get("rule", ""), item["message"])


def _read_mypy(output: str) -> Iterator[Report]:
    for item in map(json.loads, output.splitlines()):
        yield Report(item["file"], item["line"], item["code"] or "", item["message"])


def _read_ruff(output: str) -> Iterator[Report]:
    for item in json.loads(output):
        yield Report(item["filename"], item["location"]["row"], item["code"] or "", item["message"])


def _read_ty(output: str) -> Iterator[Report]:
    for item in json.loads(output):
        place = item["location"]
        yield Report(place["path"], place["positions"]["begin"]["line"], item["check_name"], item["description"])


def _read_pyrefly(output: str) -> Iterator[Report]:
    for item in json.loads(output)["errors"]:
        yield Report(item["path"], item["line"], item["name"], item["description"])


TOOLS = (
    Tool(
        "spooky-asyncio", "", ("check", "--no-cache", "--output-format", "json", "."),
        ("pyproject.toml", "[tool.spooky]\n"),
        tuple(Meant(rule, rule) for rule in suite.RULES),
        _read_spooky,
    ),
    Tool(
        "pyright", "pyright[nodejs]", ("--outputjson", "--pythonpath", "{python}"),
        ("pyrightconfig.json", _PYRIGHT),
        (
            Meant(COROUTINE, "reportUnusedCoroutine"),
            Meant(COROUTINE, "reportUnnecessaryComparison", "references coroutine"),
        ),
        _read_pyright,
    ),
    Tool(
        "mypy", "mypy", ("--output", "json", "--python-executable", "{python}", "."),
        ("mypy.ini", _MYPY),
        (
            Meant(COROUTINE, "unused-coroutine"),
            Meant(COROUTINE, "unused-awaitable", r'type "(?!Task|Future)'),
            Meant(TASK, "unused-awaitable", r'type "(Task|Future)\b'),
            Meant(COROUTINE, "truthy-bool", r'(type|returns) "(Coroutine|Awaitable)\b'),
            Meant(TASK, "truthy-bool", r'(type|returns) "(Task|Future)\b'),
        ),
        _read_mypy,
    ),
    Tool(
        "ruff", "ruff", ("check", "--output-format", "json", "."),
        ("ruff.toml", _RUFF),
        (Meant(TASK, "RUF006"), Meant(COROUTINE, "ASYNC105")),
        _read_ruff,
    ),
    Tool(
        "ty", "ty", ("check", "--output-format", "gitlab", "--no-progress", "--python", "{python}", "."),
        ("ty.toml", _TY),
        (
            Meant(COROUTINE, "unused-awaitable", r"type `(?!Task|Future)"),
            Meant(TASK, "unused-awaitable", r"type `(Task|Future)\b"),
            Meant(COROUTINE, "redundant-condition", r"type `(Coroutine|CoroutineType)\b"),
            Meant(TASK, "redundant-condition", r"type `(Task|Future)\b"),
            Meant(COROUTINE, "redundant-condition-strict", r"type `(Coroutine|CoroutineType)\b"),
            Meant(TASK, "redundant-condition-strict", r"type `(Task|Future)\b"),
        ),
        _read_ty,
    ),
    Tool(
        "pyrefly", "pyrefly",
        ("check", "--output-format", "json", "--min-severity", "warn", "--python-interpreter-path", "{python}"),
        ("pyrefly.toml", _PYREFLY),
        (Meant(COROUTINE, "unused-coroutine"), Meant(COROUTINE, "redundant-condition", r"(?i)coroutine")),
        _read_pyrefly,
    ),
)  # fmt: skip


def say(text: str) -> None:
    """Standard output is the table's."""
    print(text, file=sys.stderr, flush=True)


# Installing


def cache_folder() -> Path:
    """Where this system's programs keep what can be had again."""
    return platformdirs.user_cache_path("spooky-asyncio", appauthor=False) / "peers"


def make_environment(folder: Path) -> Path:
    """The interpreter of the tools' virtual environment."""
    python = folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return python.absolute()  # not resolved: the link is what makes it the environment's


def install(tool: Tool, python: Path) -> str:
    """The version that there is now; empty if there is none.

    One tool at a time: what can't be had on this machine or for this Python shall not keep the others away.
    """
    say(f"{tool.name}: installing")
    pip = [str(python), "-m", "pip", "install", "--upgrade", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, tool.requirement], stdout=sys.stderr, check=False)
    ask = f"from importlib.metadata import version; print(version({tool.name!r}))"
    return subprocess.run([str(python), "-c", ask], capture_output=True, text=True, check=False).stdout.strip()


def own_version() -> str:
    text = (ROOT / "server" / "spooky_asyncio" / "__init__.py").read_text("utf-8")
    match = re.search(r'__version__ = "(.+)"', text)
    assert match is not None
    return match[1]


# Running


def environment(own: bool) -> dict[str, str]:
    """Ours is run from the checkout. The peers see nothing of it, and speak English: messages are compared."""
    variables = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MYPYPATH")}
    variables |= {"PYTHONUTF8": "1", "NO_COLOR": "1", "LC_ALL": "en_US.UTF-8", "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    if own:
        variables["PYTHONPATH"] = str(ROOT / "server")
    return variables


def run(tool: Tool, python: Path) -> tuple[list[Report], float]:
    """What it says of the suite's files, and the seconds that it took.

    On a copy: the settings of this project are no peer's business, and neither are caches of earlier runs.
    """
    say(f"{tool.name}: running")
    with tempfile.TemporaryDirectory(prefix="peers-") as temporary:
        folder = Path(temporary).resolve() / "suite"
        shutil.copytree(suite.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        (folder / tool.settings[0]).write_text(tool.settings[1], "utf-8")
        program = python if tool.requirement else Path(sys.executable)
        arguments = [argument.format(python=python) for argument in tool.arguments]
        begun = time.perf_counter()
        done = subprocess.run(
            [str(program), "-m", tool.name.replace("-", "_"), *arguments],
            cwd=folder, env=environment(not tool.requirement), capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - begun
        try:
            return list(_of_suite(tool.read(done.stdout), folder)), seconds
        except (ValueError, KeyError, TypeError):
            say(done.stderr[-1000:])
            raise RuntimeError(f"{tool.name} did not answer as expected") from None


def _of_suite(reports: Iterable[Report], folder: Path) -> Iterator[Report]:
    """Without those on the modules that the suite's files import: nothing is labelled there."""
    for report in reports:
        path = (folder / report.path).resolve()
        if path.parent == folder:
            yield Report(path.name, report.line, report.code, report.message)


# Counting

Place = tuple[str, int]


@dataclass(frozen=True)
class Count:
    """How a tool does on one rule."""

    found: int
    said: int
    """Marked lines on which it says anything at all."""
    false: int


def marks() -> dict[Place, tuple[str, ...]]:
    return {(file.name, label.line): label.rules for file in suite.files() for label in suite.labels(file)}


@cache
def _tree(name: str) -> ast.Module:
    return ast.parse((suite.FOLDER / name).read_text("utf-8"))


def origins(report: Report) -> set[Place]:
    """The lines that bound the names which the reported line reads.

    The suite marks the line on which a coroutine or task is made; another tool may say so only where it is tested or
    dropped, further down. That is the same error, and no false alarm.
    """
    around: ast.AST = _tree(report.path)
    for node in ast.walk(around):  # the inner functions come after the outer ones
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if node.lineno < report.line <= (node.end_lineno or 0):
            around = node
    names = [node for node in ast.walk(around) if isinstance(node, ast.Name)]
    read = {name.id for name in names if name.lineno == report.line and isinstance(name.ctx, ast.Load)}
    bound: dict[str, int] = {}
    for name in names:
        if name.id in read and isinstance(name.ctx, ast.Store) and name.lineno < report.line:
            bound[name.id] = max(bound.get(name.id, 0), name.lineno)
    return {(report.path, line) for line in bound.values()}


def count(reports: list[Report], meant: tuple[Meant, ...], rule: str, told: dict[Place, tuple[str, ...]]) -> Count:
    marked = {place for place, rules in told.items() if rule in rules}
    found: set[Place] = set()
    false: set[Place] = set()
    for report in reports:
        if not any(item.rule == rule and report in item for item in meant):
            continue
        place = (report.path, report.line)
        if place in marked:
            found.add(place)
        elif elsewhere := origins(report) & marked:
            found |= elsewhere
        elif not told.get(place):  # a line marked for another rule is not silent
            false.add(place)
    said = {(report.path, report.line) for report in reports} & marked
    return Count(len(found), len(found | said), len(false))


# Telling


def head(told: dict[Place, tuple[str, ...]]) -> str:
    titles = ["Tool"]
    for rule in suite.RULES:
        titles += [f"`{rule}`: found, of {sum(rule in rules for rules in told.values())}", "false"]
    return f"{_row([*titles, 'seconds'])}\n|---|{'--:|' * len(titles)}"


def row(tool: Tool, version: str, python: Path, told: dict[Place, tuple[str, ...]]) -> str:
    reports, seconds = run(tool, python)
    cells = [f"{tool.name} {version}"]
    for rule in suite.RULES:
        counted = count(reports, tool.meant, rule, told)
        cells += [f"{counted.found} ({counted.said})" if tool.requirement else str(counted.found), str(counted.false)]
    return _row([*cells, f"{seconds:.1f}"])


def _row(cells: Iterable[Any]) -> str:
    return f"| {' | '.join(cells)} |"


def legend(told: dict[Place, tuple[str, ...]], missing: list[str]) -> str:
    silent = sum(not rules for rules in told.values())
    codes = "; ".join(
        f"{tool.name}: {', '.join(dict.fromkeys(f'`{item.code}`' for item in tool.meant))}"
        for tool in TOOLS
        if tool.requirement
    )
    lines = [
        f"False: reports of that kind on other lines, {silent} of which are labelled as silent. "
        "In parentheses: marked lines on which the tool says anything at all, its general rules on unused values and "
        "pointless conditions switched on, whether or not it is about this error.",
        f"Counted: {codes}. Where a code stands for other things too, only what names a coroutine, task or future "
        "counts. A report on a later line that reads what the marked line bound counts as found.",
    ]
    if missing:
        lines.append(f"Left out, as not to be had or run here: {', '.join(missing)}.")
    return "\n\n".join(lines)


def table(folder: Path) -> str:
    told, python = marks(), make_environment(folder)
    rows, missing = [head(told)], []
    for tool in TOOLS:
        version = install(tool, python) if tool.requirement else own_version()
        try:
            if not version:
                raise RuntimeError(f"{tool.name} could not be installed")
            rows.append(row(tool, version, python, told))
        except RuntimeError as problem:
            say(str(problem))
            missing.append(tool.name)
    return "\n".join(rows) + "\n\n" + legend(told, missing)


def around_table(file: Path) -> tuple[str, str]:
    """The text before and after the place of the table."""
    before, start, rest = file.read_bytes().decode("utf-8").partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise SystemExit(f"{file} has no {START} ... {END}")
    return before + start, end + after


def write(text: str, file: Path) -> None:
    """Replace what stands between the two comments, and touch nothing else of the file, not even its line ends."""
    before, after = around_table(file)
    newline = "\r\n" if "\r\n" in before + after else "\n"
    block = f"\n{text}\n".replace("\n", newline)
    file.write_bytes(f"{before}{block}{after}".encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--tools", type=Path, default=cache_folder(), help="the tools' virtual environment")
    parser.add_argument("--write", type=Path, metavar="FILE", help=f"put the table between {START} and {END} there")
    options = parser.parse_args()
    if options.write:
        around_table(options.write)  # better to fail now than when everything has been run
    text = table(options.tools)
    print(text)
    if options.write:
        write(text, options.write)


if __name__ == "__main__":
    main()
