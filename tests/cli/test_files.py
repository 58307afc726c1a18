"""Which files are checked."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from cli.running import FINE, LOST, Project
from spooky_asyncio.settings import Settings
from spooky_asyncio.workspace.files import is_excluded, python_files
from spooky_asyncio.workspace.project import Project as Checked


def found(root: Path, *paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    """The files by their paths below `root`, with all folders one project."""
    one = Checked(root, Settings(exclude=exclude))
    files = python_files([root / path for path in paths or (".",)], lambda _: one)
    return [file.relative_to(root).as_posix() for file in files]


# Ignore files and settings by path, then the files that are found; the tree is always the same.
TREE = ["a.py", "b.py", "notes.txt", "script", "pkg/a.py", "pkg/sub/a.py", "pkg/sub/b.py", "build/a.py", ".hidden/a.py"]
ALL = [".hidden/a.py", "a.py", "b.py", "build/a.py", "pkg/a.py", "pkg/sub/a.py", "pkg/sub/b.py"]


def without(*names: str) -> list[str]:
    return [name for name in ALL if name not in names]


@pytest.mark.parametrize(
    ("ignores", "expected"),
    [
        ({}, ALL),
        ({".gitignore": "build/\n"}, without("build/a.py")),
        ({".gitignore": "build\r\n# b.py\r\n\r\n"}, without("build/a.py")),
        ({".gitignore": "\ufeffb.py"}, without("b.py", "pkg/sub/b.py")),
        ({".gitignore": "/b.py"}, without("b.py")),
        ({".gitignore": "*.py\n!a.py"}, without("b.py", "pkg/sub/b.py")),
        ({".gitignore": "pkg/*\n!pkg/sub/"}, without("pkg/a.py")),
        ({".gitignore": "pkg/\n!pkg/sub/a.py"}, without("pkg/a.py", "pkg/sub/a.py", "pkg/sub/b.py")),
        ({"pkg/.gitignore": "/a.py"}, without("pkg/a.py")),
        ({".gitignore": "b.py", "pkg/sub/.gitignore": "!b.py"}, without("b.py")),
        ({".gitignore": "a.py", "pkg/.gitignore": "!sub/"}, ["b.py", "pkg/sub/b.py"]),
        ({".gitignore": "*/\n!pkg/\n!sub/\nb.py"}, ["a.py", "pkg/a.py", "pkg/sub/a.py"]),
        ({".gitignore": "**/sub/**"}, without("pkg/sub/a.py", "pkg/sub/b.py")),
        ({".git/info/exclude": "b.py"}, without("b.py", "pkg/sub/b.py")),
        ({".git/info/exclude": "b.py", ".gitignore": "!/b.py"}, without("pkg/sub/b.py")),
        ({"pkg/pyvenv.cfg": ""}, without("pkg/a.py", "pkg/sub/a.py", "pkg/sub/b.py")),
        ({"pkg/sub/.git/HEAD": "", ".gitignore": "b.py"}, without("b.py")),
        ({".gitignore": "[z-a].py\n\\\n!\n//\n/b.py"}, without("b.py")),
        ({".gitignore": b"\xff\xfe\n/b.py"}, without("b.py")),
        *(({f"{name}/a.py": LOST}, ALL) for name in (".venv", "node_modules", "__pycache__", ".tox", ".git", ".nox")),
    ],
)
@pytest.mark.parametrize("in_git", [True, False])
def test_ignored(tmp_path: Path, ignores: dict[str, str | bytes], expected: list[str], in_git: bool) -> None:
    tree = Project(tmp_path)
    for name in TREE:
        tree.write(name)
    if in_git:
        tree.write(".git/HEAD", "")
    for name, content in ignores.items():
        tree.write(name, content)
    assert found(tmp_path) == expected
    below = [name for name in expected if name.startswith("pkg/sub/")]
    if below:
        assert found(tmp_path, "pkg/sub") == below, "a part is checked as the whole is"


@pytest.mark.parametrize(
    ("exclude", "expected"),
    [
        (["build"], without("build/a.py")),
        (["/b.py", "pkg/sub/"], without("b.py", "pkg/sub/a.py", "pkg/sub/b.py")),
        (["pkg/**/a.py"], without("pkg/a.py", "pkg/sub/a.py")),
        (["*", "!b.py"], ["b.py"]),
        (["*.py", "!a.py", ".*/"], without("b.py", "pkg/sub/b.py", ".hidden/a.py")),
        (["!", "b.py"], without("b.py", "pkg/sub/b.py")),
    ],
)
def test_excluded(tmp_path: Path, exclude: list[str], expected: list[str]) -> None:
    for name in TREE:
        Project(tmp_path).write(name)
    settings = Settings(exclude=tuple(exclude))
    assert found(tmp_path, exclude=settings.exclude) == expected
    checked = Checked(tmp_path, settings)
    assert [name for name in ALL if not is_excluded(tmp_path / name, checked)] == expected, "the server agrees"
    assert not is_excluded(tmp_path.parent / "build" / "a.py", checked), "who is not in the project"


def test_what_is_named_is_never_left_out(tmp_path: Path) -> None:
    for name in [*TREE, ".venv/lib/a.py"]:
        Project(tmp_path).write(name)
    Project(tmp_path).write(".gitignore", "build/\nscript\n")
    assert found(tmp_path, "build") == ["build/a.py"]
    assert found(tmp_path, "script", "notes.txt") == ["notes.txt", "script"]
    assert found(tmp_path, "pkg/sub", exclude=("pkg",)) == ["pkg/sub/a.py", "pkg/sub/b.py"]
    assert found(tmp_path, "b.py", exclude=("b.py",)) == ["b.py"]
    assert found(tmp_path, ".venv") == [".venv/lib/a.py"]


def test_no_file_twice(tmp_path: Path) -> None:
    for name in TREE:
        Project(tmp_path).write(name)
    assert found(tmp_path, ".", "pkg", "pkg/a.py", "pkg/../a.py", "a.py", "a.py") == ALL


@pytest.mark.skipif(os.name == "nt", reason="needs a privilege there")
def test_links(tmp_path: Path) -> None:
    tree, outside = Project(tmp_path / "tree"), Project(tmp_path / "outside")
    tree.write("pkg/z.py")
    (tree.root / "pkg" / "loop").symlink_to("..", target_is_directory=True)
    (tree.root / "self.py").symlink_to("self.py")
    (tree.root / "gone.py").symlink_to("nowhere.py")
    (tree.root / "a.py").symlink_to("pkg/z.py")
    (tree.root / "other.py").symlink_to(outside.write("o.py"))
    (tree.root / "far").symlink_to(outside.root, target_is_directory=True)
    assert found(tree.root) == ["other.py", "pkg/z.py"]
    assert found(tree.root, "far") == ["far/o.py"], "a link that is named is followed"
    os.mkfifo(tree.root / "pipe.py")
    assert found(tree.root) == ["other.py", "pkg/z.py"], "it would wait forever"


def test_each_file_belongs_to_its_own_project(project: Project) -> None:
    project.write("a.py")
    project.write("inner/pyproject.toml", "[tool.spooky]\nexclude = ['skip.py']\n")
    project.write("inner/skip.py")
    project.write("inner/b.py")
    project.write("skip.py")
    assert project.json().files == ["a.py", "b.py", "skip.py"]
    assert project.json("inner").files == ["b.py"]


def test_named_files_of_any_name(project: Project) -> None:
    project.write("script")
    project.write("stub.pyi")
    assert project.json().files == []
    assert project.json("script", "stub.pyi").files == ["script", "stub.pyi"]


def test_a_very_deep_tree(project: Project) -> None:
    project.write("/".join(["d"] * 100) + "/a.py", FINE)
    assert project.check().out == "No problems in 1 file.\n"


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("seed", range(25))
def test_as_git_ignores(tmp_path: Path, seed: int) -> None:
    """Random trees and ignore files; git says which files it would add."""
    dice = random.Random(seed)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    folders = ["a", "b", "build", "x"]
    for _ in range(14):
        parents = [dice.choice(folders) for _ in range(dice.randrange(4))]
        Project(tmp_path).write("/".join([*parents, dice.choice(["m.py", "n.py", "b.py", "é.py"])]), "")
    segments = [*folders, "*", "m.py", "*.py", "[ab]", "?", "n.*", "é.py", "\\a"]
    places = [tmp_path, *(path for path in tmp_path.rglob("*") if path.is_dir() and ".git" not in path.parts)]
    files = [folder / ".gitignore" for folder in dice.sample(places, min(len(places), 3))]
    for file in (*files, tmp_path / ".git" / "info" / "exclude"):
        patterns = []
        for _ in range(dice.randrange(1, 5)):
            pattern = "/".join(dice.choice(segments) for _ in range(dice.choice([1, 1, 2, 3])))
            patterns.append(dice.choice(["", "", "!"]) + dice.choice(["", "", "/"]) + pattern + dice.choice(["", "/"]))
        file.write_text("\n".join(patterns), "utf-8")
    listed = subprocess.run(
        ["git", "-C", tmp_path, "ls-files", "-zo", "--exclude-standard"], capture_output=True, check=True
    )
    expected = sorted(name for name in os.fsdecode(listed.stdout).split("\0") if name.endswith(".py"))
    assert found(tmp_path) == expected


def test_several_processes_find_the_same(project: Project) -> None:
    for number in range(20):
        project.write(f"a{number:02}.py", "async def brew(): ...\n\n\nasync def main():\n    brew()\n")
    project.write("broken.py", "x = (\n")
    one, several = (project.run("check", "--output-format", "json", "--jobs", jobs) for jobs in ("1", "3"))
    assert one == several
    assert one.status == 1
    assert "broken.py" in one.err


def test_a_folder_without_init_within_a_package_is_a_part_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "shop" / "bar" / "ext" / "tea"
    folder.mkdir(parents=True)
    for package in (folder, folder.parents[1]):
        (package / "__init__.py").write_text("", "utf-8")
    assert Checked.around(folder / "pot.py").root == tmp_path / "shop"
    assert Checked.around(folder.parent / "cup.py").root == tmp_path / "shop"
