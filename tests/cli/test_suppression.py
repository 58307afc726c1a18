"""Comments that keep findings quiet, and those that do not, on the command line."""

from __future__ import annotations

import pytest

from cli.running import FINE, LOST, Project

UNUSED = "unused-suppression"
IDLE = FINE.rstrip() + "  # spooky: ignore\n"
NAMED = FINE.rstrip() + "  # spooky: ignore[coroutine-never-awaited, xyz]\n"


@pytest.mark.parametrize(
    ("code", "arguments", "expected"),
    [
        (IDLE, [], ["warning"]),
        (IDLE, ["--severity", f"{UNUSED}=hint"], ["hint"]),
        (IDLE, ["--severity", f"{UNUSED}=off"], []),
        (IDLE, ["--ignore", UNUSED], []),
        # What would the others have found?
        (IDLE, ["--select", UNUSED], []),
        (IDLE, ["--select", f"coroutine-never-awaited,{UNUSED}"], []),
        (IDLE, ["--ignore", "task-never-awaited"], []),
        (NAMED, [], ["warning", "warning"]),
        (NAMED, ["--select", UNUSED], ["warning"]),
        (NAMED, ["--select", f"coroutine-never-awaited,{UNUSED}"], ["warning", "warning"]),
        (NAMED, ["--ignore", "task-never-awaited"], ["warning", "warning"]),
        (NAMED, ["--select", "coroutine-never-awaited"], []),
    ],
)
def test_when_it_is_told(project: Project, code: str, arguments: list[str], expected: list[str]) -> None:
    project.write("a.py", code)
    for _ in ("afresh", "as kept"):
        found = project.json(*arguments).findings
        assert [finding["severity"] for finding in found] == expected
        assert all(finding["code"] == UNUSED for finding in found)


def test_fixed(project: Project) -> None:
    path = project.write("a.py", IDLE)
    other = project.write("b.py", LOST)
    ran = project.spooky("fix", "--select", UNUSED)
    assert ran.out.startswith("a.py: fixed 1 problem\n")
    assert path.read_text("utf-8") == FINE
    assert other.read_text("utf-8") == LOST


def test_nothing_is_told_where_something_failed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from spooky_asyncio.analysis.making import Making

    project.write("a.py", IDLE.replace("await brew", "brew(2), await brew"))
    assert project.json("--no-cache").findings == []
    monkeypatch.setattr(Making, "made_when_called", lambda *_: 1 / 0)
    ran = project.check("--no-cache")
    assert UNUSED not in ran.out
    assert "internal error" in ran.err


def test_a_rule_that_failed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from spooky_asyncio import engine

    project.write("a.py", IDLE)
    monkeypatch.setattr(engine, "RULES", (*engine.RULES[:2], replace(engine.RULES[2], check=lambda lifecycles: 1 / 0)))
    ran = project.check("--no-cache")
    assert UNUSED not in ran.out
    assert "internal error in task-exception-never-retrieved" in ran.err


def test_the_setting_for_comments_of_other_checkers(project: Project) -> None:
    project.write("a.py", LOST.replace("brew(2)", "brew(2)  # type: ignore[unused-coroutine]"))
    assert project.json().findings == []
    project.write("pyproject.toml", "[tool.spooky]\npeer-suppressions = false\n")
    assert [finding["code"] for finding in project.json().findings] == ["coroutine-never-awaited"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_removed_from_any_text(project: Project, line_end: str, mark: str) -> None:
    code = f"# spooky: ignore-file\n\n{IDLE}# spooky: ignore".replace("\n", line_end)
    path = project.write("a.py", (mark + code).encode())
    assert project.spooky("fix").status == 0
    assert path.read_bytes() == (mark + FINE.replace("\n", line_end)).encode()
