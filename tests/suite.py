"""The labelled suite: what its files say of each line, what the analysis finds, what CPython complains of.

As a program, it says where CPython disagrees with the labels, and what the analysis makes of them:

usage: python tests/suite.py [--analysis] [FILE ...]
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "suite"
ORACLE = Path(__file__).with_name("suite_oracle.py")
RULES = ("coroutine-never-awaited", "task-never-awaited", "task-exception-never-retrieved")

_LABEL = re.compile(r"#\s*(error|ok)(?::\s*([^;]*?))?\s*(?:;\s*(limit|unconfirmed):\s*(.+))?$")
_CASE = re.compile(r"(?:async )?def (case_\w+)")
_REQUIRES = re.compile(r"^# requires: (\d+)\.(\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Label:
    """What the suite says of one line. `rules` is empty for a line that is to be silent."""

    file: Path
    line: int
    case: str
    rules: tuple[str, ...]
    why_silent: str
    limit: str
    """Why the analysis gets it wrong, where it is known to."""
    unconfirmed: str
    """Why CPython can't confirm it."""
    text: str

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}: {self.text.strip()}"


def files() -> list[Path]:
    return [file for file in sorted(FOLDER.glob("*.py")) if is_for_this_python(file)]


def is_for_this_python(file: Path) -> bool:
    needed = _REQUIRES.search(file.read_text("utf-8"))
    return needed is None or sys.version_info >= (int(needed[1]), int(needed[2]))


def labels(file: Path) -> list[Label]:
    found, case = [], ""
    lines = file.read_text("utf-8").split("\n")
    comments = _comments(file)
    for number, text in enumerate(lines, 1):
        if text and not text[0].isspace() and not text.startswith(("#", ")", "]", "}", "@")):
            match = _CASE.match(text)
            case = match[1] if match else ""
        label = _LABEL.search(comments.get(number, ""))
        if label is None:
            continue
        kind, what, note, reason = label.groups()
        rules = tuple(sorted(re.split(r"[,\s]+", what or ""))) if kind == "error" else ()
        if kind == "error" and not set(rules) <= set(RULES):
            raise ValueError(f"{file.name}:{number}: no such rule: {what}")
        found.append(
            Label(
                file, number, case, rules, (what or "") if kind == "ok" else "",
                (reason or "") if note == "limit" else "", (reason or "") if note == "unconfirmed" else "", text,
            )
        )  # fmt: skip
    return found


def _comments(file: Path) -> dict[int, str]:
    with file.open("rb") as stream:
        return {
            token.start[0]: token.string
            for token in tokenize.tokenize(stream.readline)
            if token.type == tokenize.COMMENT
        }


def disagreements_of_cpython(file: Path) -> list[str]:
    """Where running the file's cases shows something else than the labels say."""
    done = subprocess.run([sys.executable, str(ORACLE), str(file)], capture_output=True, text=True, timeout=300)
    if done.returncode:
        return [f"{file.name}: could not be run: {done.stderr.strip()[-300:]}"]
    complaints = json.loads(done.stdout)
    told = labels(file)
    problems = []
    confirmed: set[tuple[int, str]] = set()
    by_line = {label.line: label for label in told}
    for case, found in complaints.items():
        for rule, name, lines in found:
            matching = [by_line[line] for line in lines if line in by_line]
            if not any(line for line in lines):
                # Made in a thread or by the loop: known by the function's name alone.
                last = name.rpartition(".")[2]
                matching = [label for label in told if label.case == case and re.search(rf"\b{last}\b", label.text)]
            errors = [label for label in matching if rule in label.rules]
            if errors:
                confirmed.update((label.line, rule) for label in errors)
            elif not any(label.unconfirmed or (label.why_silent and rule == RULES[1]) for label in matching):
                problems.append(
                    f"{file.name}:{lines[0] if lines else '?'}: CPython: {rule} ({name}) in {case or 'the module'}"
                )
    for label in told:
        for rule in label.rules:
            if (label.line, rule) not in confirmed and not label.unconfirmed:
                problems.append(f"{label}: CPython does not complain of {rule}")
    return problems


def findings(file: Path) -> set[tuple[int, str]]:
    """What the analysis reports: line and rule."""
    from cases import analyze

    report = analyze(file)
    assert not report.failures, report.failures
    return {(item.range.start.line + 1, item.rule) for item in report.diagnostics}


def disagreements_of_analysis(file: Path) -> list[str]:
    told = {(label.line, rule): label for label in labels(file) for rule in label.rules}
    by_line = {label.line: label for label in labels(file)}
    found = findings(file)
    lines = file.read_text("utf-8").split("\n")
    missed = [
        f"missed {rule}: {label}"
        for (line, rule), label in told.items()
        if (line, rule) not in found and not label.limit
    ]
    false = [
        f"false alarm {rule}: {file.name}:{line}: {lines[line - 1].strip()}"
        for line, rule in sorted(found - set(told))
        if not (line in by_line and by_line[line].limit)
    ]
    # A limit that is none any more is to be struck out.
    stale = [
        f"no longer a limit: {label}"
        for label in labels(file)
        if label.limit and {rule for line, rule in found if line == label.line} == set(label.rules)
    ]
    return missed + false + stale


def main(arguments: list[str]) -> int:
    checks = disagreements_of_analysis if "--analysis" in arguments else disagreements_of_cpython
    chosen = [Path(argument).resolve() for argument in arguments if not argument.startswith("-")] or files()
    problems = [problem for file in chosen for problem in checks(file)]
    told = [label for file in chosen for label in labels(file)]
    print(*problems, sep="\n")
    marked = sum(bool(label.rules) for label in told)
    print(f"{marked} marked lines, {len(told) - marked} silent ones, {len(problems)} disagreements")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
