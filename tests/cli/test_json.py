"""The JSON output: its shape, its positions, and nothing else on standard output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cli.running import FINE, LOST, Project

LOCATION = {"row": int, "column": int}
PLACE: dict[str, Any] = {"filename": str, "location": LOCATION, "end_location": LOCATION}
EDIT = {**PLACE, "content": str}
FIX = {"title": str, "kind": str, "preferred": bool, "applicability": str, "edits": [EDIT]}
FINDING = {
    **PLACE,
    "code": str,
    "message": str,
    "severity": str,
    "url": str,
    "related": [{**PLACE, "message": str}],
    "fixes": [FIX],
}


def conforms(value: Any, shape: Any) -> bool:
    if isinstance(shape, dict):
        return (
            isinstance(value, dict)
            and value.keys() == shape.keys()
            and all(conforms(value[key], shape[key]) for key in shape)
        )
    if isinstance(shape, list):
        return isinstance(value, list) and all(conforms(item, shape[0]) for item in value)
    return type(value) is shape


def applied(text: str, fix: dict[str, Any]) -> str:
    """As a program does that knows nothing but the output."""
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:row])) for row in range(len(lines) + 1)]
    for edit in sorted(fix["edits"], key=lambda edit: list(edit["location"].values()), reverse=True):
        first, last = (
            starts[place["row"] - 1] + place["column"] - 1 for place in (edit["location"], edit["end_location"])
        )
        text = text[:first] + edit["content"] + text[last:]
    return text


def test_shape(project: Project) -> None:
    tasks = "\n\nimport asyncio\n\n\nasync def noon():\n    asyncio.create_task(brew(3))\n    asyncio.gather(brew(4))\n"
    project.write("b.py", LOST + tasks)
    project.write("a.py", LOST)
    ran = project.json()
    findings = ran.findings
    assert ran.status == 1
    assert ran.err == ""
    assert conforms(findings, [FINDING])
    assert {finding["code"] for finding in findings} >= {"coroutine-never-awaited", "task-never-awaited"}
    for finding in findings:
        assert Path(finding["filename"]).is_absolute()
        assert finding["severity"] in ("error", "warning", "information", "hint")
        assert finding["url"].startswith("https://")
        assert sum(fix["preferred"] for fix in finding["fixes"]) <= 1
        assert all(fix["applicability"] in ("safe", "unsafe") for fix in finding["fixes"])
        assert all(fix["kind"] in ("quick fix", "rewrite") for fix in finding["fixes"])
        assert all(edit["filename"] == finding["filename"] for fix in finding["fixes"] for edit in fix["edits"])
    order = [(finding["filename"], *finding["location"].values()) for finding in findings]
    assert order == sorted(order)


def test_positions_count_from_one_in_code_points(project: Project) -> None:
    code = LOST.replace("    brew(2)", "    x = '🎉é'; brew('日')")
    path = project.write("pot.py", code)
    (finding,) = project.json().findings
    assert finding["filename"] == str(path)
    assert finding["location"] == {"row": 6, "column": 15}
    assert finding["end_location"] == {"row": 6, "column": 24}
    assert applied(code, finding["fixes"][0]) == code.replace("brew('日')", "await brew('日')")


def test_severity_comes_from_the_settings(project: Project) -> None:
    project.write("pyproject.toml", '[tool.spooky.severity]\ncoroutine-never-awaited = "hint"\n')
    project.write("pot.py")
    assert [finding["severity"] for finding in project.json().findings] == ["hint"]


def test_empty_array(project: Project) -> None:
    project.write("fine.py", FINE)
    assert project.json().out == "[]\n"


def test_what_could_not_be_checked_has_no_code(project: Project) -> None:
    project.write("fine.py", FINE)
    path = project.write("bad.py", b"\xff")
    ran = project.json()
    (failure,) = json.loads(ran.out)
    assert failure.keys() == FINDING.keys()
    assert failure["code"] is None
    assert failure["filename"] == str(path)
    assert failure["message"] == "not UTF-8 text: byte 0xff at offset 0"
    assert ran.status == 2
    assert "bad.py" in ran.err


def test_related_places_in_other_files(project: Project) -> None:
    pot = project.write("pot.py", FINE)
    project.write("use.py", "from pot import brew\n\n\nasync def noon():\n    brew(3)\n")
    (finding,) = project.json("use.py").findings
    assert [related["filename"] for related in finding["related"]] == [str(pot)]
