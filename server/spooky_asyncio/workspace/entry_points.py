"""The functions of a project that its installed scripts and plugins call: they stand in no Python code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from spooky_asyncio.source import read_bytes

_WHERE = (
    ("project", "scripts"),
    ("project", "gui-scripts"),
    ("project", "entry-points"),
    ("tool", "poetry", "scripts"),
)
_OBJECT = re.compile(r"[\w.]+\s*:\s*([\w.]+)")


def entry_points(root: Path, configuration: Mapping[str, Any]) -> frozenset[str]:
    """The last names of what is called by the entry points in pyproject.toml, setup.cfg and setup.py."""
    texts = [text for keys in _WHERE for text in _strings(_at(configuration, keys))]
    for file in ("setup.cfg", "setup.py"):
        try:
            text = read_bytes(root / file).decode("utf-8", "replace")
        except OSError:
            continue
        # What only looks like one there can only keep a function from being changed.
        texts.append(text)
    return frozenset(name.rpartition(".")[2] for text in texts for name in _OBJECT.findall(text))


def _at(table: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        table = table.get(key) if isinstance(table, Mapping) else None
    return table


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
