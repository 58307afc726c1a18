"""What ARCHITECTURE.md says of the layers holds in the code."""

from __future__ import annotations

import ast
import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import spooky_asyncio
from spooky_asyncio.rules import ALL_RULES, RULES, Rule

PACKAGE = Path(spooky_asyncio.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
# From the bottom up: a layer may import what stands before it, and itself.
LAYERS = (
    ("runtime",),
    ("model",),
    ("recovery", "line_map"),
    ("source",),
    ("revision",),
    ("inference",),
    ("analysis",),
    ("rewriting",),
    ("suppression",),
    ("fixes",),
    ("rules",),
    ("settings",),
    ("engine",),
    ("workspace",),
    ("batch",),
    ("lsp",),
    ("cli",),
    ("pytest_plugin", "api"),
    ("__main__", "__init__"),
)
ONLY = {"jedi": {"inference"}, "parso": {"inference"}, "lsprotocol": {"lsp"}, "pygls": {"lsp"}, "click": {"cli"}}
ONLY |= {"rich": {"cli"}, "pathspec": {"workspace"}, "subprocess": {"lsp", "cli", "workspace"}, "socket": {"lsp"}}
ONLY |= {"pytest": {"pytest_plugin"}}


def layer_of(module: str) -> int:
    return next(index for index, names in enumerate(LAYERS) if module in names)


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_dependencies_point_one_way(file: Path) -> None:
    own = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imported(file):
        parts = name.split(".")
        if parts[0] == "spooky_asyncio" and len(parts) > 1:
            target = parts[1]
            if any(target in names for names in LAYERS) and target != own:
                assert layer_of(target) < layer_of(own), f"{own} must not import {name}"
        elif parts[0] in ONLY:
            assert own in ONLY[parts[0]], f"{own} must not import {parts[0]}"


def test_the_rooms_of_the_analysis_point_one_way_too() -> None:
    rooms = {_module_name(file): imported(file) for file in (PACKAGE / "analysis").rglob("*.py")}
    # What is imported from a package or a module is the package or the module.
    asks = {
        room: {name if name in rooms else name.rpartition(".")[0] for name in names} for room, names in rooms.items()
    }
    TopologicalSorter(asks).prepare()  # its error names those that ask each other


def _module_name(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("file", sorted((PACKAGE / "runtime").glob("*.py")), ids=lambda file: file.name)
def test_what_runs_in_programs_needs_the_standard_library_alone(file: Path) -> None:
    own = {name for name in imported(file) if name.startswith("spooky_asyncio")}
    assert all(name.startswith("spooky_asyncio.runtime") for name in own)
    assert {name.partition(".")[0] for name in imported(file) - own} <= sys.stdlib_module_names


def test_the_programs_that_are_started_are_python_itself_the_users_own_and_git() -> None:
    starts = {file.relative_to(PACKAGE).as_posix(): file for file in MODULES if "subprocess" in imported(file)}
    # What git is asked, and that it runs nothing of a repository, is in tests/cli/test_changed_lines.py.
    assert {"workspace/changes.py", "cli/run.py"} < starts.keys()
    ((_, module),) = ((name, file) for name, file in starts.items() if name.startswith("lsp/"))
    assert len(starts) == 3
    calls = [node for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Call)]
    (call,) = [one for one in calls if ast.unparse(one.func).startswith("subprocess.")]
    assert isinstance(call.args[0], ast.List)
    assert ast.unparse(call.args[0].elts[0]) == "sys.executable"


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_each_rule_has_a_page_and_cases(rule: Rule) -> None:
    assert rule.page.startswith(f"# {rule.name}\n")
    assert rule.explanation
    assert rule.at_run_time.startswith("At run time: ")
    assert rule.url in rule.page
    tests = Path(__file__).parents[1]
    assert any((tests / folder / f"{rule.name}.md").exists() for folder in ("rules", "suppression"))


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_the_examples_of_a_page_are_true(rule: Rule, tmp_path: Path) -> None:
    from cases import analyze, run

    blocks = re.findall(r"^```python\n(.*?)^```", rule.page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    program = tmp_path / "program.py"
    for block, expected in zip(blocks, ({rule.name}, set()), strict=True):
        program.write_text(block, "utf-8")
        assert {item.rule for item in analyze(program).diagnostics} == expected
        assert bool(run(program).complaints) == bool(expected and rule in RULES)
