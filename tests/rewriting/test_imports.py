"""Imports that fixes need: in the file's own style, and where formatter and import sorter leave them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from formatter import formatted, needs_ruff
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.rewriting.edits import merged
from spooky_asyncio.rewriting.imports import Reference, asyncio_function, module_import
from spooky_asyncio.rewriting.layout import laid_out
from spooky_asyncio.source import Source

pytestmark = pytest.mark.once

OPENINGS = (
    "",
    "# The town's own words.\n",
    "# -*- coding: utf-8 -*-\n# Two lines of comment.\n\n",
    "#!/usr/bin/env python3\n",
    "#!/usr/bin/env python3\n\n",
)
DOCSTRINGS = ("", '"""Opens the shop."""\n', '"""Opens the shop.\n\nAnd closes it.\n"""\n', "'''Shop.'''  # why\n")
FUTURES = ("", "from __future__ import annotations\n", "from __future__ import annotations  # for all\n")
IMPORTS = (
    "import abc",
    "import asyncio as aio",
    "import asyncio.tasks",
    "import collections.abc",
    "import json  # to write\n",
    "import os, sys",
    "# Zipped\n# files.\nimport zipfile as z",
    "from asyncio import create_task",
    "from asyncio import FIRST_COMPLETED, Event, create_task, sleep",
    "from asyncio import (\n    FIRST_COMPLETED,  # the fastest\n    # Rings.\n    Event,\n    create_task,\n)",
    "from asyncio import (\n    Queue,\n    wait_for,  # not longer\n)",
    "from asyncio import Queue, Semaphore, create_task, ensure_future, get_running_loop, shield",
    "from asyncio import Queue, Semaphore, create_task, get_event_loop, get_running_loop, shield",
    "from asyncio import gather as together",
    "from asyncio import ensure_future as run",
    "from asyncio.tasks import all_tasks",
    "from collections import deque",
    "from typing import *",
    "from zlib import crc32",
    "import yaml",
    "from PIL import Image, ImageDraw",
    "import shop",
    "from shop.till import (\n    Coin,\n    Note,\n)",
    "from . import cellar",
    "from ..street import (\n    lamp,  # at night\n)",
    "from asyncio import *",
)
FOLLOWING = (
    "",
    "OPEN = True\n",
    "# Comes last.\nOPEN = True\n",
    "def gate(): ...\n",
    "# The gate.\ndef gate(): ...\n",
    "@abc\nclass Gate: ...\n",
    "try:\n    import uvloop\nexcept ImportError:\n    uvloop = None\n",
    "if TYPE_CHECKING:\n    import asyncio\n",
    "if TYPE_CHECKING:\n    from asyncio import gather\n",
    "wait = run = None\n",
)
NAMES = ("gather", "wait", "run", "TaskGroup", "ALL_COMPLETED")
MODULES = ("logging", "zoneinfo")
PLACE = "\n\nasync def main():\n    return PLACE\n"


def named(
    text: str, name: str, refer: Callable[[str, ast.expr, Source, Scopes], Reference | None] = asyncio_function
) -> tuple[str, str] | tuple[None, None]:
    """How the place in a program refers to something, and the program with the edits that takes."""
    source = Source.from_text(text)
    place = next(node for node in ast.walk(source.tree) if isinstance(node, ast.Name) and node.id == "PLACE")
    reference = refer(name, place, source, Scopes(source.tree))
    if reference is None:
        return None, None
    return reference.text, source.edited(laid_out(merged(reference.edits), source, 88))


@st.composite
def programs(draw: st.DrawFn) -> str:
    blocks = draw(st.lists(st.sampled_from(IMPORTS), max_size=6, unique=True))
    parts = [draw(st.sampled_from(choices)) for choices in (OPENINGS, DOCSTRINGS, FUTURES)]
    text = "".join([*parts, *(f"{block}\n" for block in blocks), draw(st.sampled_from(FOLLOWING)), PLACE])
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


def examples(count: int) -> list[str]:
    """Many programs, the same each time: the judge is asked about all of them at once."""
    found: list[str] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs())
    def collect(program: str) -> None:
        found.append(program)

    collect()
    return list(dict.fromkeys(found))


@needs_ruff
def test_imports_are_where_the_sorter_leaves_them(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    texts, added = formatted(examples(400), tmp_path / "before", sorts_imports=True), []
    for text in texts:
        for name in NAMES:
            reference, fixed = named(text, name)
            assert fixed is not None, text
            compile(fixed.replace("from asyncio import *", "").replace("from typing import *", ""), "fixed", "exec")
            again, same = named(fixed, name)
            assert (again, same) == (reference, fixed)
            added.append(fixed)
        for module in MODULES:
            _, fixed = named(text, module, module_import)
            assert fixed is not None
            added.append(fixed)
    added = list(dict.fromkeys(added) - dict.fromkeys(texts).keys())
    assert len(added) > len(texts)
    wrong = [
        f"{text}\n--- should be\n{wanted}"
        for text, wanted in zip(added, formatted(added, tmp_path / "after", sorts_imports=True), strict=True)
        if text != wanted
    ]
    wrong.sort(key=len)
    assert not wrong, f"{len(wrong)} of {len(added)}, among them:\n{'='.join(wrong[::8])}"


FUNCTION = "async def main():\n    PLACE\n"
STYLES = {
    "import asyncio": ("import asyncio\n", "asyncio.gather", "import asyncio\n"),
    "under another name": ("import asyncio as aio\n", "aio.gather", "import asyncio as aio\n"),
    "both forms": (
        "import asyncio\nfrom asyncio import gather, run\n",
        "asyncio.gather",
        "import asyncio\nfrom asyncio import gather, run\n",
    ),
    "the name": ("from asyncio import gather\n", "gather", "from asyncio import gather\n"),
    "the name, renamed": ("from asyncio import gather as g\n", "g", "from asyncio import gather as g\n"),
    "other names, sorted": (
        "from asyncio import Queue, create_task, run  # three\n",
        "gather",
        "from asyncio import Queue, create_task, gather, run  # three\n",
    ),
    "other names, not sorted": (
        "from asyncio import run, Queue\n",
        "gather",
        "from asyncio import run, Queue, gather\n",
    ),
    "in the first of several": (
        "from asyncio import run\nfrom asyncio import Queue\n",
        "gather",
        "from asyncio import gather, run\nfrom asyncio import Queue\n",
    ),
    "in parentheses on one line": (
        "from asyncio import (Event, run,)\n",
        "gather",
        "from asyncio import (Event, gather, run,)\n",
    ),
    "line by line": (
        "from asyncio import (\n    Event,  # rings\n    # Starts.\n    run,\n)\n",
        "gather",
        "from asyncio import (\n    Event,  # rings\n    gather,\n    # Starts.\n    run,\n)\n",
    ),
    "line by line, without a last comma": (
        "from asyncio import (\n\tEvent,\n\tQueue  # waits\n)\n",
        "gather",
        "from asyncio import (\n\tEvent,\n\tQueue,  # waits\n\tgather\n)\n",
    ),
    "behind a backslash": (
        "from asyncio import Event, \\\n    run\n",
        "gather",
        "from asyncio import Event, \\\n    gather, run\n",
    ),
    "only renamed ones": (
        "from asyncio import run as start\n",
        "gather",
        "from asyncio import gather\nfrom asyncio import run as start\n",
    ),
    "the name means something else": (
        "from asyncio import run\n\ngather = print\n",
        "asyncio.gather",
        "import asyncio\nfrom asyncio import run\n\ngather = print\n",
    ),
    "a parameter has the name": (
        "from asyncio import run\n\n\ndef pick(gather): ...\n",
        "asyncio.gather",
        "import asyncio\nfrom asyncio import run\n\n\ndef pick(gather): ...\n",
    ),
    "for type checkers only": (
        "if TYPE_CHECKING:\n    from asyncio import gather\n",
        "asyncio.gather",
        "import asyncio\n\nif TYPE_CHECKING:\n    from asyncio import gather\n",
    ),
    "all of it for type checkers only": (
        "import typing\n\nif typing.TYPE_CHECKING:\n    import asyncio\n",
        "asyncio.gather",
        "import asyncio\nimport typing\n\nif typing.TYPE_CHECKING:\n    import asyncio\n",
    ),
    "in another function": (
        "def other():\n    import asyncio\n",
        "asyncio.gather",
        "import asyncio\n\n\ndef other():\n    import asyncio\n",
    ),
    "in two blocks": (
        "import abc\n\nSHOP = 1\nimport zlib\n",
        "asyncio.gather",
        "import abc\nimport asyncio\n\nSHOP = 1\nimport zlib\n",
    ),
    "below what has to come first": (
        "import sys\n\nsys.path[:0] = []\nimport shop\n",
        "asyncio.gather",
        "import asyncio\nimport sys\n\nsys.path[:0] = []\nimport shop\n",
    ),
    "by module, as in some style guides": (
        "import abc\nfrom collections import deque\nimport re\n",
        "asyncio.gather",
        "import abc\nimport asyncio\nfrom collections import deque\nimport re\n",
    ),
    "with a semicolon": ("import abc; from asyncio import run\n", "gather", None),
    "none, with a byte-order mark": ("\ufeff", "asyncio.gather", "\ufeffimport asyncio\n\n\n"),
}


@pytest.mark.parametrize("style", STYLES)
def test_style_of_the_file(style: str) -> None:
    before, reference, after = STYLES[style]
    said, fixed = named(before + FUNCTION, "gather")
    assert said == reference
    assert after is None or fixed == after + FUNCTION
    compile((fixed or "").removeprefix("\ufeff"), "fixed", "exec")


TAKEN = {
    "try:\n    import uvloop as asyncio\nexcept ImportError:\n    import asyncio\n" + FUNCTION,
    "async def main(asyncio):\n    PLACE\n",
    "async def main():\n    PLACE\n    import asyncio\n",
    "asyncio = None\n" + FUNCTION,
    '"""Doc."""; PLACE\n',
}


@pytest.mark.parametrize("text", sorted(TAKEN))
def test_nothing_where_asyncio_means_something_else(text: str) -> None:
    assert named(text, "gather") == (None, None)


def test_what_a_function_imports_counts_from_there_on() -> None:
    for text in ("async def main():\n    from asyncio import gather\n    PLACE\n", "import asyncio\n" + FUNCTION):
        _, fixed = named(text, "gather")
        assert fixed == text
