"""The pages for users of each editor: all are there and linked, and what they name exists."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from editor_pages import BY_DOCUMENTATION, FOLDER, TRIED, blocks, text
from spooky_asyncio.cli.main import main
from spooky_asyncio.lsp.code_actions import KINDS
from spooky_asyncio.lsp.server import CHECK_WORKSPACE
from spooky_asyncio.settings import Settings, in_editors

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
PAGES = [*TRIED, *BY_DOCUMENTATION]
CLIENT_ONLY = {"importStrategy", "trace.server"}
"""What only VS Code's side of the connection knows."""
TABLES = {"initialization_options", "initializationOptions", "config"}
"""What the editors call the settings that they send at the start."""

each_page = pytest.mark.parametrize("name", PAGES)


def test_each_page_is_there_and_linked() -> None:
    assert {page.stem for page in FOLDER.iterdir()} == {*PAGES}
    assert set(re.findall(r"\(server/editors/([\w-]+)\.md\)", README)) == {*PAGES}


def test_what_was_not_tried_says_so() -> None:
    assert {name for name in PAGES if "not tried" in text(name).partition("\n## ")[0]} == {*BY_DOCUMENTATION}
    untried = {name for name in PAGES if re.search(rf"/{name}\.md\).*by its documentation", README)}
    assert untried == {*BY_DOCUMENTATION}


@each_page
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text(name)):
        assert (FOLDER / target).exists(), target


@each_page
def test_settings_and_the_command_are_what_the_server_knows(name: str) -> None:
    settings, commands = Settings(), []
    for table in (table for data in parsed(name) for table in tables(data)):
        sent = [value for key, value in table.items() if key in TABLES]
        of_vscode = {key.removeprefix("spooky."): value for key, value in table.items() if key.startswith("spooky.")}
        alone = table if name == "pycharm" and "scope" in table else {}
        for values in filter(None, [*sent, of_vscode, alone]):
            settings, problems = settings.updated(values, by_editor=True)
            assert problems == []
        if "selector" in table or "url" in table or "args" in table:
            command = table["command"]
            commands.append([*([command] if isinstance(command, str) else command), *table.get("args", ())])
    commands = [command for command in commands if command[0] != "lsp_execute"]
    if name in ("helix", "sublime-text", "kate"):
        assert commands == [["spooky", "server"]]
        assert CliRunner().invoke(main, [*commands[0][1:], "--help"]).exit_code == 0
    if name != "neovim" and name != "emacs":  # theirs are read by the editors
        assert settings.severity["task-never-awaited"].value == "error"
        assert settings.scope.value == "workspace"


@each_page
def test_names_in_the_text_exist(name: str) -> None:
    known = {in_editors(field.name) for field in fields(Settings)}
    assert {*re.findall(r"""[`{:"(\s](\w+)["'`]? *[:=]? *["']workspace["']""", text(name))} <= known
    if name == "vscode":
        assert {*re.findall(r"\bspooky\.([\w.]*\w)", text(name))} <= known | CLIENT_ONLY
    assert {*re.findall(r"spooky\.server\.\w+", text(name))} <= {CHECK_WORKSPACE}
    assert {*re.findall(r"source\.fix[\w.]+", text(name))} <= {*map(str, KINDS)}


def parsed(name: str) -> Iterator[Any]:
    for _, block in blocks(name, "json"):
        yield json.loads(block)
    for _, block in blocks(name, "toml"):
        yield tomllib.loads(block)


def tables(data: Any) -> Iterator[dict[str, Any]]:
    """All of them, also those within others."""
    if isinstance(data, dict):
        yield data
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for value in inner:
        yield from tables(value)
