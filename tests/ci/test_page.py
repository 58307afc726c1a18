"""What the page on CI tells people to write does what it says: each snippet is run by the tool that it is for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.running import FINE, LOST, environment
from cli.test_formats import validate_sarif

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "server" / "docs" / "ci.md").read_text("utf-8")
ACTION = yaml.safe_load((ROOT / ".github/actions/check/action.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
FOUND = "pot.py:6:5: warning coroutine 'brew' was never awaited"

posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")


def snippet(language: str, word: str) -> str:
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (found,) = (block for block in blocks if word in block)
    return found


def run(folder: Path, *command: str | Path, status: int, **extra: str) -> str:
    """With the commands of this environment on the PATH, and this checker."""
    scripts = Path(sys.executable).parent
    env = {**environment(), "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", **extra}
    ran = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert ran.returncode == status, ran.stdout
    return ran.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text("[tool.spooky]\nexclude = ['generated.py']\n")
    (root / "pot.py").write_text(LOST)
    (root / "generated.py").write_text(LOST)
    return root


def test_poe(project: Path) -> None:
    with (project / "pyproject.toml").open("a") as file:
        file.write(snippet("toml", "tool.poe"))
    said = run(project, sys.executable, "-m", "poethepoet", "spooky", status=1)
    assert FOUND in said
    assert "generated.py" not in said
    (project / "pot.py").write_text(FINE)
    run(project, sys.executable, "-m", "poethepoet", "spooky", status=0)


@pytest.mark.once
@pytest.mark.parametrize("tool", ["tox", "nox"])
def test_tox_and_nox(project: Path, tool: str, tmp_path: Path) -> None:
    """Each in an environment that it makes, with a wheel of this checker in place of a release."""
    run(ROOT, *pip_wheel(tmp_path / "wheels"), status=0)
    if tool == "tox":
        (project / "tox.ini").write_text(snippet("ini", "testenv:spooky") + "pass_env = PIP_*\n")
        command = [sys.executable, "-m", "tox", "run", "-e", "spooky", "--", "pot.py"]
    else:
        (project / "noxfile.py").write_text(snippet("python", "session.install"))
        command = [sys.executable, "-m", "nox", "-s", "spooky", "--", "pot.py"]
    said = run(project, *command, status=1, PIP_FIND_LINKS=str(tmp_path / "wheels"), PYTHONPATH="")
    assert FOUND in said


@posix
@pytest.mark.once
@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_pre_commit(project: Path, tmp_path: Path) -> None:
    """With a clone of this repository, as it stands, in place of the published one."""
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "server", clone / "server", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, clone / name)
    for folder in (clone, project):
        git(folder, "init", "-q")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", "first")
    git(clone, "tag", "v0.1.0")
    config = yaml.safe_load(snippet("yaml", "repos:"))
    (repository,) = config["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == {hook["id"] for hook in HOOKS}
    repository["repo"] = str(clone)
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(project, "add", "-A")
    home = {"PRE_COMMIT_HOME": str(tmp_path / "home"), "PYTHONPATH": ""}
    command = (sys.executable, "-m", "pre_commit", "run", "--all-files")
    said = run(project, *command, status=1, **home)
    assert "pot.py: fixed 1 problem" in said
    assert "files were modified by this hook" in said
    assert (project / "pot.py").read_text() == FINE
    assert (project / "generated.py").read_text() == LOST
    git(project, "add", "-A")
    assert run(project, *command, status=0, **home).count("Passed") == 2


def git(folder: Path, *arguments: str) -> None:
    me = ("-c", "user.name=me", "-c", "user.email=me@x.y", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *me, *arguments], cwd=folder, check=True)


def pip_wheel(folder: Path) -> list[str]:
    return [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), "."]


def step(name: str) -> dict[str, Any]:
    (found,) = (one for one in ACTION["runs"]["steps"] if one["name"] == name)
    return found


def inputs(**given: str) -> dict[str, str]:
    values = {name: one["default"] for name, one in ACTION["inputs"].items()}
    return {**values, **{name.replace("_", "-"): value for name, value in given.items()}}


def check_as_the_action_does(project: Path, status: int, **given: str) -> str:
    """Its own script, with the variables as GitHub fills them in."""
    names = {name: re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value) for name, value in step("Check")["env"].items()}
    values = {name: inputs(**given)[match[1]] for name, match in names.items() if match}
    assert values.keys() == names.keys()
    shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step("Check")["run"])
    return run(project, *shell, status=status, SPOOKY_BIN=str(Path(sys.executable).parent), **values)


@posix
def test_the_action_checks(project: Path) -> None:
    said = check_as_the_action_does(
        project, 1, sarif_file="spooky.sarif", args="--severity coroutine-never-awaited=error"
    )
    assert "::error title=spooky (coroutine-never-awaited),file=pot.py,line=6" in said
    log = yaml.safe_load((project / "spooky.sarif").read_text())
    validate_sarif(log)
    assert [result["level"] for result in log["runs"][0]["results"]] == ["error"]
    (project / "pot.py").write_text(FINE)
    assert "::" not in check_as_the_action_does(project, 0, sarif_file="spooky.sarif")
    check_as_the_action_does(project, 2, args="--no-such-option")
    check_as_the_action_does(project, 2, paths="nowhere", sarif_file="spooky.sarif")
    check_as_the_action_does(project, 2, paths="$(touch evil) ; `touch evil`")
    assert not (project / "evil").exists()


def as_a_runner_does(project: Path, temp: Path, status: int, **given: str) -> tuple[str, list[str]]:
    """The action's steps, one after the other, up to one that fails: what they print, and what else would be used."""
    temp.mkdir(exist_ok=True)
    known = {f"inputs.{name}": value for name, value in inputs(**given).items()}
    known["github.action_path"] = str(ROOT / ".github" / "actions" / "check")
    said, used, env = "", [], {"RUNNER_TEMP": str(temp), "GITHUB_ENV": str(temp / "env"), "PYTHONPATH": ""}
    for one in ACTION["runs"]["steps"]:
        if "uses" in one:
            used.append(one["uses"])
            assert one["with"].keys() == {"sarif_file"}
            continue
        assert one["shell"] == "bash"
        fill = {
            name: re.sub(r"\$\{\{ (.*?) \}\}", lambda it: known[it[1]], value) for name, value in one["env"].items()
        }
        shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", one["run"])
        said += run(project, *shell, status=status if one["name"] == "Check" else 0, **env, **fill)
        env |= dict(line.split("=", 1) for line in (temp / "env").read_text().splitlines())
    return said, used


@posix
@pytest.mark.once
def test_the_action_from_its_first_step_to_its_last(project: Path, tmp_path: Path) -> None:
    """In an environment that it makes, of the checkout that it is in: nothing of what these tests run with."""
    said, used = as_a_runner_does(project, tmp_path / "runner temp", 1, sarif_file="spooky.sarif", upload="true")
    assert "::warning title=spooky (coroutine-never-awaited),file=pot.py,line=6" in said
    assert "generated.py" not in said
    assert len(yaml.safe_load((project / "spooky.sarif").read_text())["runs"][0]["results"]) == 1
    assert [one.partition("@")[0] for one in used] == ["github/codeql-action/upload-sarif"]


@pytest.mark.once
def test_what_ci_systems_read_is_as_they_publish_it(tmp_path: Path) -> None:
    """By the schemas of GitHub and GitLab, and by pre-commit itself."""
    written: dict[str, list[str]] = {"vendor.github-actions": [str(ROOT / ".github/actions/check/action.yml")]}
    for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)):
        content = yaml.safe_load(block)
        kind = "github-workflows" if "jobs" in content else "pre-commit" if "repos" in content else "gitlab-ci"
        file = tmp_path / f"{number}.yml"
        # The page shows what is the same for whatever starts a workflow.
        file.write_text(("on: push\n" if kind == "github-workflows" else "") + block)
        written.setdefault(f"vendor.{kind}", []).append(str(file))
    configurations = written.pop("vendor.pre-commit")
    assert written.keys() == {"vendor.github-actions", "vendor.github-workflows", "vendor.gitlab-ci"}
    for schema, files in written.items():
        run(tmp_path, "check-jsonschema", "--builtin-schema", schema, *files, status=0)
    run(tmp_path, "pre-commit", "validate-config", *configurations, status=0)
    run(tmp_path, "pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml", status=0)


def test_no_input_is_part_of_a_command() -> None:
    for one in ACTION["runs"]["steps"]:
        assert "${{" not in one.get("run", "")


def test_the_page_names_each_input() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", PAGE.split("## GitHub Actions")[1].split("## GitLab")[0], re.MULTILINE)
    assert rows == list(ACTION["inputs"])
    for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        for job in yaml.safe_load(block).get("jobs", {}).values():
            uses = [one for one in job["steps"] if "actions/check@" in one.get("uses", "")]
            assert uses
            assert all(one["with"].keys() <= ACTION["inputs"].keys() for one in uses)


@posix
def test_gitlab(project: Path) -> None:
    job = yaml.safe_load(snippet("yaml", "codequality"))["spooky"]
    install, check = job["script"]
    assert install == "pip install spooky-asyncio"
    cache = job["variables"]["SPOOKY_CACHE_DIR"].replace("$CI_PROJECT_DIR", str(project))
    said = run(project, "bash", "-ec", check, status=1, SPOOKY_CACHE_DIR=cache)
    assert "Found 1 problem" in said
    (issue,) = yaml.safe_load((project / job["artifacts"]["reports"]["codequality"]).read_text())
    assert issue["location"]["path"] == "pot.py"
    (kept,) = job["cache"]["paths"]
    assert (project / kept / "results.sqlite3").exists()


@posix
@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq")
def test_shards_are_merged(project: Path) -> None:
    (merge,) = re.findall(r"`(jq .*?)`", PAGE)
    for number in (1, 2, 3):
        options = ("--output-format", "json", "--output-file", f"shard-{number}.json", "--shard", f"{number}/3")
        subprocess.run([sys.executable, "-m", "spooky_asyncio", "check", *options], cwd=project, env=environment())
    (finding,) = yaml.safe_load(run(project, "bash", "-ec", merge, status=0))
    assert finding["code"] == "coroutine-never-awaited"
