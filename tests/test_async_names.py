"""The index of names that may make an awaitable."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from spooky_asyncio.workspace import async_names, names_in_text
from spooky_asyncio.workspace.async_names import AsyncNames
from spooky_asyncio.workspace.kept_names import KeptNames
from suite import files


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is read of other files, in its order."""
    read: list[bytes] = []
    read_names = async_names.read_names

    def noted(data: bytes) -> async_names.Names:
        read.append(data)
        return read_names(data)

    monkeypatch.setattr(async_names, "read_names", noted)
    return read


def test_only_what_has_changed_is_read_again(tmp_path: Path, read: list[bytes]) -> None:
    package = tmp_path / "bakery"
    package.mkdir()
    for name in ("bread", "cake", "rolls"):
        (package / f"{name}.py").write_text(f"async def bake_{name}(): ...\n")
    names = AsyncNames(tmp_path, [])
    text = "from bakery import bread, cake, rolls\n"
    assert names.in_reach(text, tmp_path / "shop.py").may_make("bake_cake")
    assert len(read) == 3
    changed = package / "cake.py"
    changed.write_text("async def ice_cake(): ...\n")
    os.utime(changed, (1, 1))
    (package / "rolls.py").unlink()
    read.clear()
    names.refresh()
    reach = names.in_reach(text, tmp_path / "shop.py")
    assert [reach.may_make(f"bake_{name}") for name in ("bread", "cake", "rolls")] == [True, False, False]
    assert reach.may_make("ice_cake")
    assert read == [changed.read_bytes()]


def old(file: Path, text: str) -> None:
    """A file that is not just being written."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    os.utime(file, (1, 1))


def test_another_process_reads_no_more_than_what_has_changed(tmp_path: Path, cache: Path, read: list[bytes]) -> None:
    root, text = tmp_path / "shop", "from bakery import bread, cake, rolls\nimport till\n"
    old(root / "till.py", "def count(): ...\nasync def é(): ...\n")
    for name in ("bread", "cake", "rolls"):
        old(root / "bakery" / f"{name}.py", f"async def bake_{name}(): ...\nbake = bake_{name}\n")

    def found() -> list[bool]:
        read.clear()
        kept = KeptNames(cache)
        names = AsyncNames(root, [], kept).in_reach(text, root / "shop.py")
        kept.save()
        return [names.may_make(name) for name in ("bake_bread", "bake_cake", "bake_rolls", "bake", "é", "ice_cake")]

    assert found() == [True, True, True, True, True, False]
    assert len(read) == 4
    assert found() == [True, True, True, True, True, False]
    assert read == []
    old(root / "bakery" / "cake.py", "async def ice_cake(): ...\n")
    (root / "bakery" / "rolls.py").unlink()
    assert found() == [True, False, False, True, True, True]
    assert len(read) == 1
    with closing(sqlite3.connect(cache / "results.sqlite3")) as connection, connection:
        connection.execute("UPDATE names SET files = '[[1]]'")
    assert found() == [True, False, False, True, True, True]
    assert len(read) == 3


def test_a_file_that_may_still_change_is_read_again(tmp_path: Path, cache: Path, read: list[bytes]) -> None:
    (tmp_path / "till.py").write_text("async def count(): ...\n", "utf-8")
    for _ in range(2):
        read.clear()
        kept = KeptNames(cache)
        assert AsyncNames(tmp_path, [], kept).in_reach("import till\n", tmp_path / "shop.py").may_make("count")
        kept.save()
        assert len(read) == 1


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_the_functions_of_a_file_tell_what_all_of_it_does(path: Path) -> None:
    found, whole = in_parts_and_as_a_whole(path.read_bytes())
    assert found._replace(makers=whole.makers) == whole
    # That a function returns an awaitable is taken for granted of the one above it, too, in the whole.
    assert found.makers <= whole.makers


@pytest.mark.parametrize("seed", range(20))
def test_a_text_that_is_edited_tells_what_it_does_afresh(seed: int) -> None:
    """Lines come, go and change places, and only what is around them is read again."""
    chance = random.Random(seed)
    lines = EDITED.splitlines(keepends=True)
    read: names_in_text.ReadAgain | None = None
    for _ in range(60):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(3):
            case 0:
                lines.insert(at, lines[other])
            case 1:
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                del lines[at]
        lines = lines or EDITED.splitlines(keepends=True)
        data = "".join(lines).encode()
        read = names_in_text.ReadAgain.of(data, read)
        afresh = names_in_text.ReadAgain.of(data, None)
        assert b"".join(read.parts) == data
        assert read.names == afresh.names


STANDS_FOR = {
    "made = brew": "brew",
    "made = tea.brew  # later": "brew",
    "made: Maker = brew": "brew",
    "made = partial(brew, 1)": "brew",
    "made = functools.partialmethod( tea.brew)": "brew",
    "made = lambdas.partial(brew)": "brew",
    "made = lambda: brew()": "brew",
    "made = lambda cups=2: tea.brew(cups)": "brew",
    "made = lambda: [brew]": None,
    "made = brew()": None,
    "made = brew.kind()": None,
    "made = brew + 1": None,
    "made == brew": None,
}


@pytest.mark.parametrize("line", STANDS_FOR)
def test_what_a_name_stands_for(line: str) -> None:
    told = names_in_text.read_names(f"{line}\n".encode())
    value = STANDS_FOR[line]
    assert told.stands_for == ({"made": frozenset({value})} if value else {})


TASKS = {
    "create_task(brew())": True,
    "asyncio.create_task(brew())": True,
    "get_loop().create_task(brew())": True,
    "self.loop().group().create_task(brew())": True,
    "(asyncio.ensure_future(brew()))": True,
    "((create_task(brew())))": True,
    "created_task(brew())": False,
    "[create_task(brew())]": False,
    "started(brew(), create_task)": False,
}


@pytest.mark.parametrize("value", TASKS)
def test_who_returns_a_new_task(value: str) -> None:
    told = names_in_text.read_names(f"def start():\n    task = {value}\n    return task\n".encode())
    assert ("start" in told.makers) is TASKS[value]


EDITED = """\
import till
count = till.count

@property
def price(self) -> Awaitable[int]:
    return till.price()

    async def sell(self): ...
    @property
    async def change(self): ...
async def close():
    global door
    door = till.door
    return partial(door)
def lock():
    task = create_task(close())
    return task

def ring() -> Coroutine: ...
open = lock
"""


def in_parts_and_as_a_whole(data: bytes) -> tuple[names_in_text._Told, names_in_text._Told]:
    parts = [*map(names_in_text._read_part, names_in_text._parts(data))]
    together = (frozenset[Any]().union(*told) for told in zip(*parts, strict=True))
    return names_in_text._Told(*together), names_in_text._read_part(data)


CLASS_IN_TEXT = """\
def f():
    t = create_task(x())
    s = '''
class X:
@a
'''
    return t
"""
PARTS = {
    "a property": "class A:\n    @other\n    @property\n\n    async def b(self): ...\n",
    "what looks like a class in a text": CLASS_IN_TEXT,
    "a decorator that is none": "def f():\n    x = (a\n@ b)\n    return go()\n",
    "decorators without end": "@a\n" * 100_000 + "class X: ...\n",
    "blank lines without end": "@a\n" + " \n" * 100_000 + "class X: ...\n",
}


@pytest.mark.parametrize("text", PARTS)
def test_no_function_is_torn_apart(text: str) -> None:
    """Where something took the square of the lines, this would take minutes."""
    found, whole = in_parts_and_as_a_whole(PARTS[text].encode())
    assert found == whole


SHELF = """\
async def bake(): ...


def local():
    sell = bake
    print(sell)


def shared():
    global give
    give = bake


class Shelf:
    def __init__(self):
        self.take = bake

    put = bake


swap = bake


def led():
    on = bake
    return on()
"""


def test_the_variables_of_a_function_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "shelf.py").write_text(SHELF, "utf-8")
    names = AsyncNames(tmp_path, []).in_reach("import shelf\n", tmp_path / "shop.py")
    assert [names.may_make(name) for name in ("give", "take", "put", "swap", "led")] == [True] * 5
    assert not names.may_make("sell")


REACHED = {
    "from bakery import bread": "bake_bread",
    "import bakery.bread": "bake_bread",
    "import bakery\n\n\ndef f():\n    bakery.bread.bake_bread()": "bake_bread",
    "from bakery import *": "open_shop",
    "from .bakery import bread as b": "bake_bread",
    "if True: import till": "count",
    "from .import till": "count",
    "from . bakery import bread": "bake_bread",
}
NOT_REACHED = {"import bakery": "bake_bread", "from bakery.bread import loaf": "bake_cake", "import shop": "count"}


@pytest.mark.parametrize("text", [*REACHED, *NOT_REACHED])
def test_names_are_those_of_the_files_that_are_imported(text: str, tmp_path: Path) -> None:
    files = {
        "bakery/__init__.py": "async def open_shop(): ...\n",
        "bakery/bread.py": "async def bake_bread(): ...\n",
        "bakery/cake.py": "async def bake_cake(): ...\n",
        "till.py": "async def count(): ...\n",
        "conftest.py": "from helpers import made\n",
        "helpers.py": "async def help_out(): ...\n",
    }
    for name, written in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(written, "utf-8")
    names = AsyncNames(tmp_path, []).in_reach(f"{text}\n", tmp_path / "shop.py")
    assert names.may_make({**REACHED, **NOT_REACHED}[text]) is (text in REACHED)
    # What the fixtures of a test can bring.
    assert names.may_make("help_out")
