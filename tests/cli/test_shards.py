"""Several jobs that each check a part report together what one run does."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.running import FINE, LOST, Project
from cli.test_formats import READERS, validate_sarif
from spooky_asyncio.batch.shard import Shard
from spooky_asyncio.cli.formats import FOR_PEOPLE, FORMATS


def fill(project: Project) -> None:
    for number in range(12):
        project.write(f"pkg{number % 3}/pot{number}.py", LOST if number % 2 else FINE)
    project.write("use.py", "from pkg0.pot3 import brew\n\n\nasync def noon():\n    brew(1)\n")
    project.write("idle.py", FINE.rstrip() + "  # spooky: ignore\n")
    project.write("no.py", b"\xff")
    project.write("half.py", LOST + "x = (\n")
    project.write("pyproject.toml", "[tool.spooky]\nwhatever = 1\n")


@pytest.mark.parametrize("total", [1, 2, 5, 40])
@pytest.mark.parametrize("output_format", [name for name in FORMATS if name not in FOR_PEOPLE])
def test_together_they_say_the_same(project: Project, output_format: str, total: int) -> None:
    fill(project)
    read = READERS[output_format]
    whole = read(project.check("--output-format", output_format).out)
    ran = [project.check("--output-format", output_format, "--shard", f"{n}/{total}") for n in range(1, total + 1)]
    parts = [read(one.out) for one in ran]
    assert Counter(one for part in parts for one in part.found) == Counter(whole.found)
    # What is wrong with the settings is wrong for each of them.
    assert {one for part in parts for one in part.failed} == set(whole.failed)
    assert [one.status for one in ran] == [1 if part.found else 2 for part in parts]


def test_the_findings_are_the_very_same(project: Project) -> None:
    """With all fixes, those that reach into files of other shards too."""
    fill(project)
    shards = [json.loads(project.json("--shard", f"{number}/3").out) for number in (1, 2, 3)]
    merged = {json.dumps(one, sort_keys=True) for shard in shards for one in shard}
    assert merged == {json.dumps(one, sort_keys=True) for one in json.loads(project.json().out)}


def test_what_is_accepted_is_shared_too(project: Project) -> None:
    fill(project)
    project.check("--write-baseline", "baseline.json")
    whole = (project.root / "baseline.json").read_bytes()
    (project.root / "baseline.json").unlink()
    for number in (1, 2, 3):
        project.check("--write-baseline", "baseline.json", "--shard", f"{number}/3")
    assert (project.root / "baseline.json").read_bytes() == whole
    (project.root / "pkg2").rename(project.root / "pkg9")
    (project.root / "pkg1" / "pot1.py").unlink()
    for number in (1, 2, 3):
        ran = project.check("--baseline", "baseline.json", "--shard", f"{number}/3")
        assert "[" not in ran.out
        assert "mended" not in ran.err, "another one may have it"


names = st.text(st.characters(exclude_characters="/\\\0", exclude_categories=("Cs",)), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(names, min_size=1, max_size=4), max_size=20), st.integers(1, 9))
def test_each_file_is_in_one_of_them(paths: list[list[str]], total: int) -> None:
    root = Path(tempfile.gettempdir())
    for path in paths:
        owners = [n for n in range(1, total + 1) if Shard(n, total).has(root.joinpath(*path), root)]
        assert len(owners) == 1


def test_it_is_the_same_everywhere() -> None:
    """These may never change: two machines of one build may have different versions."""
    root = Path("/one/checkout")
    files = ("a.py", "app/b.py", "app/sub/c.py", "é.py", "e\u0301.py", "日本.py")
    owners = {file: next(n for n in range(1, 8) if Shard(n, 7).has(root / file, root)) for file in files}
    assert owners == {"a.py": 1, "app/b.py": 7, "app/sub/c.py": 2, "é.py": 5, "e\u0301.py": 5, "日本.py": 5}


def test_they_are_about_alike() -> None:
    root = Path("/one/checkout")
    owners = Counter(n for i in range(1000) for n in range(1, 5) if Shard(n, 4).has(root / f"app/mod_{i}.py", root))
    assert min(owners.values()) > 200


def test_each_has_a_category_in_code_scanning(project: Project) -> None:
    project.write("pot.py", LOST)
    runs: list[dict[str, Any]] = []
    for arguments in ([], ["--shard", "1/2"], ["--shard", "2/2"]):
        log = json.loads(project.check("--output-format", "sarif", *arguments).out)
        validate_sarif(log)
        runs += log["runs"]
    assert [run.get("automationDetails") for run in runs] == [
        None,
        {"id": "spooky-asyncio/1-of-2/"},
        {"id": "spooky-asyncio/2-of-2/"},
    ]


@pytest.mark.parametrize("value", ["", "1", "1/", "/2", "0/2", "3/2", "-1/2", "1/0", "a/b", "1/2/3", "1.5/2"])
def test_none_of_them(project: Project, value: str) -> None:
    project.write("pot.py", LOST)
    ran = project.check(f"--shard={value}")
    assert (ran.status, ran.out) == (2, "")
    assert f"'{value}' is none of N parts" in " ".join(ran.err.split())
