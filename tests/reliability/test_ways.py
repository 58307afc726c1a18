"""Order, number of files, processes and caches change nothing of what is found."""

from __future__ import annotations

import shutil
from pathlib import Path

from reliability.ways import Ways, differences


def test_each_way_finds_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(Path(__file__).parents[1] / "suite" / "shop", folder / "shop")
    for name in ("imported.py", "small_programs.py"):
        shutil.copy(Path(__file__).parents[1] / "suite" / name, folder)
    ways = list(Ways(folder, tmp_path).all())
    assert len(ways[0][1]) > 20
    assert list(differences(iter(ways))) == []
