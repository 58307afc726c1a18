"""What stands in several places is the same in all of them."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import spooky_asyncio
from spooky_asyncio.cli.formats import FORMATS
from spooky_asyncio.model import Position, Severity
from spooky_asyncio.rules import ALL_RULES, RULES
from spooky_asyncio.settings import OF_PROJECTS, OFF, LogLevel, Scope, Settings, in_editors, in_pyproject
from spooky_asyncio.suppression.comments import Comment
from spooky_asyncio.suppression.peers import PEERS, silenced_by

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCS = ROOT / "server" / "docs"
PACKAGE = json.loads((ROOT / "vscode-client" / "package.json").read_text("utf-8"))
CLIENT_ONLY = {"importStrategy", "trace.server"}
"""What only VS Code's side of the connection knows."""
ALSO_CALLED = {"asyncio-dangling-task"}
"""Further names of what the README has by its usual one."""


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text("utf-8")


def test_settings_have_one_set_of_names() -> None:
    fields = [field.name for field in dataclasses.fields(Settings)]
    rows = re.findall(r"^\| `([\w-]+)` \|", page("settings"), re.MULTILINE)
    properties = {name.removeprefix("spooky.") for name in PACKAGE["contributes"]["configuration"]["properties"]}
    client_rows = re.findall(
        r"^\| `spooky\.([\w.]+)` \|", (ROOT / "vscode-client" / "README.md").read_text("utf-8"), re.M
    )
    assert rows == [in_pyproject(field) for field in fields]
    assert properties == {*(in_editors(field) for field in fields if field not in OF_PROJECTS), *CLIENT_ONLY}
    assert set(client_rows) == properties


def test_settings_have_one_set_of_defaults() -> None:
    properties = PACKAGE["contributes"]["configuration"]["properties"]
    defaults = Settings()
    for name, default in dataclasses.asdict(defaults).items():
        if name != "severity" and name not in OF_PROJECTS:
            assert properties[f"spooky.{in_editors(name)}"]["default"] == _in_json(default)
            assert f"\n| `{in_pyproject(name)}` | `{json.dumps(_in_json(default))}` |" in page("settings")
    for name, choices in {"scope": Scope, "logLevel": LogLevel}.items():
        assert properties[f"spooky.{name}"]["enum"] == [choice.value for choice in choices]
    severity = properties["spooky.severity"]
    expected = {rule: value.value for rule, value in defaults.severity.items() if value}
    assert severity["default"] == expected
    assert {rule: schema["default"] for rule, schema in severity["properties"].items()} == expected
    for schema in severity["properties"].values():
        assert set(schema["enum"]) == {*(value.value for value in Severity), OFF}


def _in_json(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def test_rules_have_one_set_of_names() -> None:
    assert re.findall(r"^\| \[`([\w-]+)`\]", README, re.MULTILINE) == [rule.name for rule in RULES]
    assert re.findall(r"^\| \[`([\w-]+)`\]", page("index"), re.MULTILINE) == [rule.name for rule in ALL_RULES]
    schema = PACKAGE["contributes"]["configuration"]["properties"]["spooky.severity"]["properties"]
    assert list(schema) == [rule.name for rule in ALL_RULES]


def test_the_formats_are_those_there_are() -> None:
    assert re.findall(r"^\| `([a-z][\w-]*)` \|", page("output-formats"), re.MULTILINE) == list(FORMATS)


def test_the_pages_in_the_web_are_those_of_the_repository() -> None:
    blobs = f"{spooky_asyncio.HOME}/blob/main/"
    paths = [rule.url.removeprefix(blobs) for rule in ALL_RULES if rule.url.startswith(spooky_asyncio.HOME)]
    assert paths
    assert all((ROOT / path).is_file() for path in paths)


def test_the_page_names_the_comments_of_other_checkers() -> None:
    table = dict(re.findall(r"^\| (`# noqa.*|`# type.*) \| (.*) \|$", page("suppression"), re.MULTILINE))
    both = {"coroutine-never-awaited", "task-never-awaited"}
    for comments, rules in table.items():
        meant = both if rules == "both of them" else {rules.strip("`")}
        for text in re.findall(r"`(#.*?)`", comments):
            alone = text.startswith("# noinspection")
            assert silenced_by(Comment(Position(0, 0), text, range(1), alone)) == meant, text
    named = page("suppression").lower()
    assert all(code.rpartition(":")[2] in named for peer in PEERS for code in peer.rules if code not in ALSO_CALLED)


def test_versions_agree() -> None:
    assert PACKAGE["version"] == spooky_asyncio.__version__
    for log in (ROOT / "server" / "CHANGELOG.md", ROOT / "vscode-client" / "CHANGELOG.md"):
        assert re.search(r"^## (\S+)", log.read_text("utf-8"), re.MULTILINE)[1] == spooky_asyncio.__version__


def test_links_lead_somewhere() -> None:
    for document in (ROOT / "README.md", *(ROOT / "server").rglob("*.md"), ROOT / "vscode-client" / "README.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
