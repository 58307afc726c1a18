"""The index of names that may make an awaitable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spooky_asyncio.workspace import async_names
from spooky_asyncio.workspace.async_names import AsyncNames


def test_only_what_has_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []
    read_names = async_names.read_names

    def noted(data: bytes) -> async_names.Names:
        read.append(data)
        return read_names(data)

    monkeypatch.setattr(async_names, "read_names", noted)
    package = tmp_path / "bakery"
    package.mkdir()
    for name in ("bread", "cake", "rolls"):
        (package / f"{name}.py").write_text(f"async def bake_{name}(): ...\n")
    names = AsyncNames(tmp_path, [])
    text = "import bakery\n"
    assert names.in_reach(text, tmp_path / "shop.py").may_make("bake_cake")
    assert len(read) == 4
    changed = package / "cake.py"
    changed.write_text("async def ice_cake(): ...\n")
    os.utime(changed, (1, 1))
    (package / "rolls.py").unlink()
    read.clear()
    names.refresh()
    reach = names.in_reach(text, tmp_path / "shop.py")
    assert [reach.may_make(f"bake_{name}") for name in ("bread", "cake", "rolls")] == [True, False, False]
    assert reach.may_make("ice_cake")
    assert read == [text.encode(), changed.read_bytes()]
