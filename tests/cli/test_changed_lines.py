"""`--diff REV`: what stands on lines that are not as in a revision, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.running import FINE, LOST, Project

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

OLD = LOST + "    brew(3)\n    brew(4)\n"
"""Findings in lines 6 to 8."""


def git(folder: Path, *arguments: str) -> str:
    me = (
        "-c",
        "user.name=me",
        "-c",
        "user.email=me@x.y",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "commit.gpgsign=false",
    )
    local = ("-c", "protocol.file.allow=always", "-c", "core.autocrlf=false")
    ran = subprocess.run(["git", *me, *local, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "more")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(project: Project) -> Project:
    """With a file in its one commit."""
    git(project.root, "init", "-q")
    project.write("pot.py", OLD)
    commit(project.root)
    return project


def changed(project: Project, revision: str = "HEAD", *arguments: object) -> list[tuple[str, int]]:
    ran = project.json("--diff", revision, *arguments)
    assert ran.status == bool(ran.findings), ran
    places = ((Path(found["filename"]), found["location"]["row"]) for found in ran.findings)
    return [(path.relative_to(project.root).as_posix(), row) for path, row in places]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(OLD, [], id="nothing"),
        pytest.param(OLD.replace("brew(3)", "brew(33)"), [7], id="a line"),
        pytest.param(OLD.replace("    brew(3)\n", "    brew(3)\n    brew(3)\n"), [8], id="a line more"),
        pytest.param(OLD.replace("    brew(3)\n", ""), [], id="a line less"),
        pytest.param("# one\n" * 3 + OLD, [], id="lines above"),
        pytest.param(OLD + "\n\nprint(brew(5))\n", [11], id="lines below"),
        pytest.param(OLD.replace("brew(3)", "brew(\n        3,\n        4\n    )"), [7], id="a call of several lines"),
        pytest.param(OLD.replace("    brew(3)", "    brew(3)  # why"), [7], id="a comment on the line"),
        pytest.param(OLD.replace("\n", "\r\n"), [], id="only line ends"),
        pytest.param(OLD.rstrip(), [], id="no line end at the end"),
        pytest.param("\ufeff" + OLD, [], id="a byte-order mark"),
        pytest.param(OLD.replace("async def dawn", "async def noon"), [], id="the function above"),
    ],
)
def test_lines(repository: Project, new: str, expected: list[int]) -> None:
    repository.write("pot.py", new)
    assert changed(repository) == [("pot.py", row) for row in expected]


def test_a_line_within_a_call(repository: Project) -> None:
    repository.write("pot.py", OLD.replace("brew(3)", "brew(\n        3,\n    )"))
    commit(repository.root)
    repository.write("pot.py", OLD.replace("brew(3)", "brew(\n        33,\n    )"))
    assert changed(repository) == [("pot.py", 7)]


@pytest.mark.parametrize("staged", [False, True])
def test_new_and_renamed_files(repository: Project, staged: bool) -> None:
    repository.write("new.py", LOST.replace("brew", "pour"))
    (repository.root / "sub").mkdir()
    (repository.root / "pot.py").rename(repository.root / "sub" / "can.py")
    repository.write("sub/can.py", OLD.replace("brew(4)", "brew(44)"))
    if staged:
        git(repository.root, "add", "-A")
    assert changed(repository) == [("new.py", 6), ("sub/can.py", 8)]


def test_a_copy_is_new(repository: Project) -> None:
    repository.write("can.py", OLD)
    assert changed(repository) == [("can.py", 6), ("can.py", 7), ("can.py", 8)]


def test_revisions(repository: Project) -> None:
    git(repository.root, "tag", "v1")
    repository.write("pot.py", OLD.replace("brew(4)", "brew(44)"))
    middle = commit(repository.root)
    repository.write("pot.py", OLD.replace("brew(4)", "brew(44)").replace("brew(3)", "brew(33)"))
    commit(repository.root)
    found = {
        revision: [row for _, row in changed(repository, revision)] for revision in ("v1", middle, "HEAD~1", "HEAD")
    }
    assert found == {"v1": [7, 8], middle: [7], "HEAD~1": [7], "HEAD": []}


def test_since_the_branch_was_left(repository: Project) -> None:
    """What others have mended there meanwhile is no change of ours."""
    git(repository.root, "checkout", "-q", "-b", "ours")
    repository.write("pot.py", OLD.replace("brew(4)", "brew(44)"))
    commit(repository.root)
    git(repository.root, "checkout", "-q", "main")
    repository.write("pot.py", OLD.replace("brew(2)", "await brew(2)"))
    commit(repository.root)
    git(repository.root, "checkout", "-q", "ours")
    assert changed(repository, "main") == [("pot.py", 6), ("pot.py", 8)]
    assert changed(repository, "main...") == [("pot.py", 8)]


def test_only_files_that_have_changed_are_checked(repository: Project) -> None:
    repository.write("fine.py", FINE)
    repository.write("no.py", b"\xff")
    commit(repository.root)
    repository.write("fine.py", FINE + "\n")
    ran = repository.check("--diff", "HEAD")
    assert (ran.status, ran.out, ran.err) == (0, "No problems in 1 file.\n", "")
    ran = repository.check("--diff", "HEAD", "pot.py")
    assert (ran.status, ran.out, ran.err) == (0, "", "none of 1 is wanted of the Python files found in pot.py\n")


def test_from_a_folder_within(repository: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write("sub/can.py", LOST)
    monkeypatch.chdir(repository.root / "sub")
    assert changed(repository) == [("sub/can.py", 6)]
    assert changed(repository, "HEAD", "..") == [("sub/can.py", 6)]


def test_standard_input_stands_for_its_file(repository: Project) -> None:
    more = OLD.replace("brew(3)", "brew(33)")
    ran = repository.json("-", "--stdin-filename", "pot.py", "--diff", "HEAD", stdin=more)
    assert [found["location"]["row"] for found in ran.findings] == [7]


def test_beside_a_baseline(repository: Project) -> None:
    repository.write("new.py", LOST)
    assert repository.check("--write-baseline", "baseline.json").status == 0
    repository.write("new.py", LOST + "    brew(9)\n")
    ran = repository.json("--diff", "HEAD", "--baseline", "baseline.json")
    assert [found["location"]["row"] for found in ran.findings] == [7]
    assert ran.err == ""


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links(repository: Project) -> None:
    (repository.root / "link.py").symlink_to("pot.py")
    commit(repository.root)
    assert changed(repository) == []
    assert changed(repository, "HEAD", "link.py") == []
    repository.write("pot.py", OLD.replace("brew(3)", "brew(33)"))
    assert changed(repository, "HEAD", "link.py") == [("link.py", 7)]


def test_submodules_and_repositories_within(repository: Project, tmp_path: Path) -> None:
    other = Project(tmp_path / "other")
    other.write("lib.py", OLD)
    git(other.root, "init", "-q")
    commit(other.root)
    git(repository.root, "submodule", "add", "-q", str(other.root), "lib")
    commit(repository.root)
    assert changed(repository) == []
    repository.write("lib/lib.py", OLD.replace("brew(4)", "brew(44)"))
    assert changed(repository) == [("lib/lib.py", 8)]
    commit(repository.root / "lib")
    assert changed(repository) == [("lib/lib.py", 8)]
    shutil.copytree(other.root, repository.root / "unknown")
    assert changed(repository, "HEAD", "unknown") == [("unknown/lib.py", row) for row in (6, 7, 8)]


@pytest.mark.parametrize("revision", ["nowhere", "-x", "", "HEAD..HEAD", "nowhere...", "HEAD:pot.py"])
def test_an_unknown_revision(repository: Project, revision: str) -> None:
    repository.write("pot.py", b"\xff")
    ran = repository.check(f"--diff={revision}")
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert f"the git repository {repository.root} has no revision '{revision}'" in ran.err


def test_branches_without_a_common_commit(repository: Project) -> None:
    git(repository.root, "checkout", "-q", "--orphan", "other")
    repository.write("pot.py", LOST)
    commit(repository.root)
    ran = repository.check("--diff", "main...")
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "'main' and the current branch" in ran.err


def test_no_repository(project: Project, tmp_path: Path) -> None:
    project.write("pot.py", OLD)
    ran = project.check("--diff", "HEAD")
    assert (ran.status, ran.out, ran.err) == (2, "", f"Error: {project.root} is in no git repository\n")


def test_no_git(repository: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = repository.write("git", "#!/bin/sh\ntouch planted-ran\n")
    planted.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join(("", ".", os.path.join("not", "there"))))
    ran = repository.check("--diff", "HEAD")
    assert (ran.status, ran.out, ran.err) == (
        2,
        "",
        "Error: there is no git on the PATH, which knows what has changed\n",
    )
    assert not (repository.root / "planted-ran").exists()


def test_in_a_hook(repository: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """git tells its hooks of the repository that they are about."""
    monkeypatch.setenv("GIT_DIR", os.path.join("nowhere", ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "nowhere")
    repository.write("pot.py", OLD.replace("brew(3)", "brew(33)"))
    assert changed(repository) == [("pot.py", 7)]


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_nothing_that_the_repository_names_is_run(repository: Project) -> None:
    """Each of these would be by `git diff`."""
    trap = repository.write("trap", f"#!{sys.executable}\nopen('{repository.root}/sprung', 'a')\n")
    trap.chmod(0o755)
    root = repository.root
    names = ("core.fsmonitor", "diff.external", "diff.evil.command", "diff.evil.textconv", "core.pager", "core.editor")
    for name in (*names, "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "core.sshCommand"):
        git(root, "config", name, str(trap))
    git(root, "config", "core.hooksPath", str(root / "hooks"))
    for hook in ("post-index-change", "post-checkout", "fsmonitor-watchman"):
        shutil.copy(trap, repository.write(f"hooks/{hook}"))
    repository.write(".gitattributes", "*.py diff=evil filter=evil\n")
    repository.write("pot.py", OLD.replace("brew(3)", "brew(33)"))
    assert changed(repository) == [("pot.py", 7)]
    assert changed(repository, "HEAD...") == [("pot.py", 7)]
    assert not (root / "sprung").exists()
    subprocess.run(["git", "diff", "HEAD"], cwd=root, capture_output=True)
    assert (root / "sprung").exists(), "the traps are none"


def test_a_repository_of_somebody_else(repository: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    ran = repository.check("--diff", "HEAD")
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "dubious ownership" in ran.err
    assert "safe.directory" in ran.err


def test_long_files_do_not_take_long(repository: Project) -> None:
    """Lines that are all alike are what comparing is slow at."""
    blank = "\n" * 4000
    repository.write("long.py", OLD + blank + "x = 1\n" + blank)
    commit(repository.root)
    repository.write("long.py", OLD.replace("brew(3)", "brew(33)") + blank + "x = 2\n" + blank + "brew(7)\n")
    assert [row for _, row in changed(repository)] == [7, 8010]


def test_a_file_that_is_no_python_any_more(repository: Project) -> None:
    repository.write("pot.py", "def def\n")
    assert repository.check("--diff", "HEAD").status == 2
