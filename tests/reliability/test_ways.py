"""Order, number of files, processes and caches change nothing of what is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reliability.ways import Ways, differences


@pytest.mark.once
def test_each_way_finds_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    tests = Path(__file__).parents[1]
    shutil.copytree(tests / "suite" / "shop", folder / "shop")
    shutil.copytree(tests / "samples", folder / "samples")
    (folder / "broken.py").write_text("from shop.clerk import *\nasync def f(): ...\nf()\nx = (\n")
    ways = list(Ways(folder, tmp_path).all())
    assert len(ways[0][1]) >= 3
    assert list(differences(iter(ways))) == []
