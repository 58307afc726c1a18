"""What is kept between runs: it changes nothing but how long they take."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.running import FINE, LOST, Project
from spooky_asyncio.batch.check import Checker
from spooky_asyncio.batch.outcome import Overrides
from spooky_asyncio.batch.run import run
from spooky_asyncio.engine import Report
from spooky_asyncio.model import Diagnostic, Fix
from spooky_asyncio.workspace.cache import Cache, folder
from spooky_asyncio.workspace.imports import Content, Imports

SHOP = "async def brew(cups):\n    return cups\n"
MORNING = "from shop import brew\n\n\nasync def morning():\n    brew(2)\n"
"""One finding, which rests on the other file."""
PLAIN_SHOP = SHOP.replace("async def", "def")


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were really looked into, one after the other."""
    names: list[str] = []
    check = Checker.check

    def noted(self: Checker, file: Path, *rest: object) -> object:
        names.append(file.name)
        return check(self, file, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Checker, "check", noted)
    return names


@contextlib.contextmanager
def changing(cache: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(cache / "results.sqlite3")) as connection, connection:
        yield connection


def age(project: Project) -> None:
    """As if all files had been written a while ago: the date of a new one may not tell of the next change."""
    for file in project.root.rglob("*"):
        os.utime(file, (time.time() - 60, time.time() - 60))


def test_nothing_is_checked_again(project: Project, checked: list[str]) -> None:
    project.write("lost.py")
    project.write("fine.py", FINE)
    age(project)
    before = project.json(".")
    assert sorted(checked) == ["fine.py", "lost.py"]
    checked.clear()
    assert project.json(".") == before
    assert len(before.findings) == 1
    assert checked == []


@pytest.mark.parametrize("output_format", ["text", "concise", "json", "json-lines", "sarif", "github", "gitlab"])
def test_each_format_is_the_same(project: Project, output_format: str) -> None:
    project.write("lost.py", LOST + LOST.replace("brew", "bréw"))
    runs = [project.check("--output-format", output_format, *no, ".") for no in ([], [], ["--no-cache"])]
    assert runs[0] == runs[1] == runs[2]


CHANGES: dict[str, tuple[Callable[[Project], object], set[str]]] = {
    "nothing": (lambda project: None, set()),
    "the file": (lambda project: project.write("pkg/other.py", FINE), {"other.py", "morning.py"}),
    "what it imports": (lambda project: project.write("shop.py", PLAIN_SHOP), {"shop.py", "morning.py", "noon.py"}),
    "what it imports by way of another": (
        lambda project: project.write("grinder.py", "def grind(): ...\n"),
        {"grinder.py", "shop.py", "morning.py", "noon.py"},
    ),
    "a new file in front of what it imports": (
        lambda project: project.write("pkg/shop.py", PLAIN_SHOP),
        {"noon.py", "shop.py", "morning.py"},
    ),
    "settings": (
        lambda project: project.write("pyproject.toml", "[tool.spooky.severity]\ntask-never-awaited = 'off'\n"),
        {"shop.py", "morning.py", "noon.py", "other.py", "grinder.py"},
    ),
}
"""What happens between two runs, and which files are checked again. A file with findings is, whatever has changed."""


@pytest.mark.parametrize("what", CHANGES)
def test_what_a_change_touches_is_checked_again(project: Project, checked: list[str], what: str) -> None:
    project.write("grinder.py", "def grind():\n    return 1\n")
    project.write("shop.py", "from grinder import grind\n\n\n" + SHOP)
    project.write("morning.py", MORNING)
    project.write("pkg/noon.py", MORNING.replace("    brew", "    await brew"))
    project.write("pkg/other.py", FINE + "\n")
    age(project)
    project.json(".")
    checked.clear()
    change, expected = CHANGES[what]
    change(project)
    again = project.json(".")
    assert set(checked) == expected
    assert again.findings == project.json("--no-cache", ".").findings


RECORD = """\
../../../bin/oven,sha256={script},200
oven/__init__.py,sha256=abc,1
oven/__pycache__/__init__.cpython-312.pyc,,
oven-{version}.dist-info/direct_url.json,sha256={script},80
oven-{version}.dist-info/RECORD,,
"""


def install(project: Project, version: str = "1.0") -> None:
    """As pip would, in an environment of the project; what is in it is new each time, and says where it is."""
    packages = project.root / ".venv/lib/python3.12/site-packages"
    packages.mkdir(parents=True, exist_ok=True)
    for old in packages.glob("*.dist-info"):
        old.rename(old.with_name(f"oven-{version}.dist-info"))
    project.write(packages / f"oven-{version}.dist-info/RECORD", RECORD.format(script=project.root, version=version))
    project.write(packages / "oven/__init__.py", "")
    project.write(packages / "oven/__pycache__/__init__.cpython-312.pyc", str(time.time()))
    project.write(packages / "distutils-precedence.pth", "import os")


def checkout(root: Path) -> Project:
    project = Project(root)
    project.write("pyproject.toml", "[project]\nname = 'tried'\n")
    project.write("app/shop.py", SHOP)
    project.write("app/morning.py", MORNING)
    project.write("app/fine.py", FINE)
    install(project)
    return project


def test_the_next_job_of_ci_finds_what_the_last_one_has_left(
    tmp_path: Path, checked: list[str], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another folder, with all files new, and another copy of the cache."""
    before = checkout(tmp_path / "builds/1/project")
    monkeypatch.chdir(before.root)
    (first,) = before.json().findings
    assert len(checked) == 3
    checked.clear()
    after = checkout(tmp_path / "builds/another one")
    shutil.copytree(cache, tmp_path / "restored")
    monkeypatch.chdir(after.root)
    (second,) = after.json("--cache-dir", tmp_path / "restored").findings
    assert checked == []
    moved = json.dumps(first).replace(json.dumps(str(before.root))[1:-1], json.dumps(str(after.root))[1:-1])
    assert json.loads(moved) == second
    assert str(after.root / "app" / "shop.py") in {related["filename"] for related in second["related"]}
    install(after, "1.1")
    after.json("--cache-dir", tmp_path / "restored")
    assert len(checked) == 3


def test_other_rules_are_another_question(project: Project) -> None:
    project.write("lost.py")
    assert project.json("--ignore", "coroutine-never-awaited", ".").findings == []
    assert len(project.json(".").findings) == 1
    assert project.json("--severity", "coroutine-never-awaited=error", ".").findings != project.json(".").findings


def test_processes_leave_the_same(project: Project, checked: list[str]) -> None:
    for number in range(4):
        project.write(f"lost{number}.py")
    before = project.json("--jobs", "2", ".")
    checked.clear()
    assert project.json(".") == before
    assert checked == []


def test_what_goes_wrong_is_tried_again(project: Project, checked: list[str]) -> None:
    project.write("unreadable.py", b"\xff\xfe\xff")
    first = project.check(".")
    checked.clear()
    assert project.check(".") == first
    assert first.status == 2
    assert checked == ["unreadable.py"]


def test_a_syntax_error_is_kept_with_what_else_was_found(project: Project, checked: list[str]) -> None:
    project.write("broken.py", "def (:\n\n\n" + LOST)
    first = project.json(".")
    checked.clear()
    assert project.json(".") == first
    assert (first.status, len(first.findings), first.err.count("syntax error")) == (1, 1, 1)
    assert checked == []


def test_a_change_within_the_same_moment_is_seen(project: Project) -> None:
    file = project.write("a.py", FINE)
    status = file.stat()
    assert project.json(".").findings == []
    file.write_text(LOST.ljust(len(FINE)))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert len(project.json(".").findings) == 1


def test_nothing_is_kept_of_files_that_change_meanwhile(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    file = project.write("a.py", FINE)
    check = Checker.check

    def late(self: Checker, *arguments: object) -> object:
        file.write_text(LOST + "# more\n")
        return check(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Checker, "check", late)
        assert len(project.json(".").findings) == 1
    file.write_text(FINE)
    assert project.json(".").findings == []


def test_a_read_only_folder_is_said_once(project: Project) -> None:
    project.write("lost.py")
    blocked = project.root / "blocked"
    blocked.write_text("a file, where the folder should be")
    ran = project.json("--cache-dir", blocked / "cache", ".")
    assert len(ran.findings) == 1
    assert ran.status == 1
    assert ran.err.count("\n") == 1
    assert "is not used" in ran.err


@pytest.mark.parametrize("content", [b"", b"no database at all" * 500, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_broken_file_is_thrown_away(project: Project, cache: Path, checked: list[str], content: bytes) -> None:
    project.write("lost.py")
    (cache / "results.sqlite3").write_bytes(content)
    assert len(project.json(".").findings) == 1
    checked.clear()
    assert len(project.json(".").findings) == 1
    assert checked == []


def test_another_version_is_thrown_away(project: Project, cache: Path) -> None:
    with changing(cache) as connection:
        connection.execute("CREATE TABLE results (whatever)")
        connection.execute("PRAGMA user_version = 99")
    project.write("lost.py")
    assert project.json(".") == project.json(".")
    assert len(project.json(".").findings) == 1


def test_what_makes_no_sense_is_found_out_anew(project: Project, cache: Path) -> None:
    project.write("lost.py")
    before = project.json(".")
    for nonsense in ("", "{", "[]", '["", [[{}, []]]]', json.dumps([None, None])):
        with changing(cache) as connection:
            assert connection.execute("UPDATE results SET result = ?", (nonsense,)).rowcount == 1
        assert project.json(".") == before


def test_a_lock_that_stays_is_said(project: Project, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spooky_asyncio.workspace.cache._PATIENCE", 0.01)
    project.write("lost.py")
    project.json(".")
    project.write("lost.py", LOST + "\n")
    holder = sqlite3.connect(cache / "results.sqlite3", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    ran = project.json(".")
    holder.close()
    assert len(ran.findings) == 1
    assert "locked" in ran.err


def test_what_nobody_asks_for_is_forgotten(project: Project, cache: Path, checked: list[str]) -> None:
    project.write("lost.py")
    project.json(".")
    with changing(cache) as connection:
        connection.execute("UPDATE results SET used = used - 31")
    project.write("more.py", FINE)
    project.json("more.py")
    with changing(cache) as connection:
        assert connection.execute("SELECT count(*) FROM results").fetchone() == (1,)


def test_clean(project: Project, cache: Path) -> None:
    project.write("lost.py")
    project.json(".")
    ran = project.spooky("clean")
    assert (ran.status, ran.out) == (0, f"Emptied {cache}.\n")
    assert not (cache / "results.sqlite3").exists()
    assert project.spooky("clean").out == f"There is nothing in {cache}.\n"


def test_no_cache_writes_nothing(project: Project, cache: Path) -> None:
    project.write("lost.py")
    project.json("--no-cache", ".")
    assert list(cache.iterdir()) == []


def test_nobody_else_reads_it(project: Project, tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows keeps the user's folder to the user")
    project.write("lost.py")
    project.json("--cache-dir", tmp_path / "new", ".")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) & 0o077 == 0
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    project.json("--cache-dir", shared, ".")
    assert stat.S_IMODE((shared / "results.sqlite3").stat().st_mode) & 0o077 == 0


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_an_installed_package_counts_beside_a_link_that_leads_nowhere(project: Project, checked: list[str]) -> None:
    project.write("lost.py")
    packages = project.root / ".venv" / "lib" / "python3.12" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "nowhere").symlink_to(packages / "gone")
    project.json(".")
    checked.clear()
    (packages / "oven-1.0.dist-info").mkdir()
    project.json(".")
    assert checked == ["lost.py"]


@pytest.mark.skipif(os.name == "nt", reason="there the date of the last change of a file's data is all that is known")
def test_an_old_date_hides_nothing(project: Project) -> None:
    file = project.write("a.py", FINE)
    os.utime(file, (1, 1))
    assert project.json(".").findings == []
    file.write_text(LOST.ljust(len(FINE)))
    os.utime(file, (1, 1))
    assert len(project.json(".").findings) == 1


# Imports


IMPORTS = {
    "import a.b, c as d": {"a", "a.b", "c"},
    "import a.b\na.c.d.run()\nself.e.f.run()\nother.g.run()": {"a", "a.b", "a.c", "a.c.d"},
    "from a import b\nb.c.run()": {"a", "a.b", "a.b.c"},
    "pytest_plugins = [\"a.b\", 'c']  # import": {"a.b", "c"},
    "from a import (  # why\n    b,\n    c as d,\n)": {"a", "a.b", "a.c"},
    "from a import (  # one of (two\n    b,  # or ) three\n    c,\n)": {"a", "a.b", "a.c"},
    "from . import a\nfrom ..b import c": {".", ".a", "..b", "..b.c"},
    "from a import b, \\\n    c": {"a", "a.b", "a.c"},
    "if x: import a; import b": {"a", "b"},
    "from a import *": {"a"},
    "x = 1": set(),
}


@pytest.mark.parametrize("text", IMPORTS)
def test_imports_are_found(text: str) -> None:
    assert set(Content.of(text.encode()).modules) == IMPORTS[text]


def test_files_that_import_each_other_rest_on_the_same(tmp_path: Path) -> None:
    files = {
        "a.py": "import b",
        "b.py": "import c",
        "c.py": "import a, d",
        "d.py": "x = 1",
        "e.py": "import a",
        "f.py": "import missing",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    def digests() -> dict[str, bytes | None]:
        imports = Imports(tmp_path, Cache(tmp_path / "cache").content)
        return {name: imports.digest(tmp_path / name) for name in files}

    before = digests()
    assert before["a.py"] == before["b.py"] == before["c.py"]
    assert len(set(before.values())) == 4
    (tmp_path / "d.py").write_text("x = 2")
    after = digests()
    assert {name for name in files if before[name] != after[name]} == {"a.py", "b.py", "c.py", "d.py", "e.py"}
    (tmp_path / "missing.py").write_text("")
    assert {name for name in files if after[name] != digests()[name]} == {"f.py"}


def test_a_run_without_fixes_builds_none_and_leaves_none_to_others(
    project: Project, checked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the server's, which is asked for the fixes of one finding at a time."""
    project.write("shop.py", SHOP)
    project.write("morning.py", MORNING)
    age(project)
    built: list[str] = []
    build = Report.build_fixes

    def noted(self: Report, diagnostic: Diagnostic) -> Iterator[Fix]:
        built.append(diagnostic.rule)
        return build(self, diagnostic)

    monkeypatch.setattr(Report, "build_fixes", noted)

    def found(fixes: bool) -> list[tuple[str, bool]]:
        checked.clear()
        outcome = run([project.root], Overrides(fixes=fixes), cache=Cache(folder(None)))
        return [(one.path.name, bool(one.fixes)) for one in outcome.findings]

    assert found(fixes=False) == [("morning.py", False)]
    assert built == []
    assert found(fixes=False) == [("morning.py", False)]
    assert checked == []
    assert found(fixes=True) == [("morning.py", True)]
    assert built != []
    assert checked == ["morning.py"]
    assert found(fixes=False) == [("morning.py", True)]
    assert checked == []
    # Only the fixes rest on what the file does not import.
    project.write("evening.py", FINE)
    assert found(fixes=False) == [("morning.py", True)]
    assert checked == ["evening.py"]
