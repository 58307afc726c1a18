"""The index of async names on disk: what each file tells, so that a start need not read all of them again."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

from spooky_asyncio.workspace import async_names, modules, names_in_text
from spooky_asyncio.workspace.cache import Cache, has_settled
from spooky_asyncio.workspace.names_in_text import Names

log = logging.getLogger(__name__)

Told: TypeAlias = "dict[str, tuple[str, Names]]"
"""The stamps of files, and what they told then."""


class KeptNames:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_usable = True
        self._texts: dict[str, dict[str, str]] = {}
        """What the cache has, by the folders that were asked for, of which most is never needed."""
        self._new: dict[str, Mapping[str, tuple[str, Names]]] = {}

    def load(self, folder: str, base: str) -> Told:
        """What is known of the files in a folder, true or not. Folders in the same base are read in one go."""
        if base not in self._texts:
            self._texts[base] = self._read(base)
        text = self._texts[base].pop(folder, None)
        try:
            return (
                {} if text is None else {os.path.join(folder, name): _told(*rest) for name, *rest in json.loads(text)}
            )
        except (ValueError, TypeError, AttributeError, RecursionError):
            log.warning("what the cache says of the names in %s makes no sense, and is not used", folder, exc_info=True)
            return {}

    def put(self, folder: str, told: Mapping[str, tuple[str, Names]]) -> None:
        """To be saved when there is time."""
        self._new[folder] = told

    def save(self) -> None:
        self._texts.clear()
        new, self._new = self._new, {}
        if new and self._is_usable:
            Cache(self._folder).save_names({folder: _text(told) for folder, told in new.items()}, _reader())

    def _read(self, base: str) -> dict[str, str]:
        if not self._is_usable:
            return {}
        cache = Cache(self._folder)
        found = cache.names(base, _reader())
        # What is wrong with it is said once, not for each folder.
        self._is_usable = cache.problem is None
        return found


def _text(told: Mapping[str, tuple[str, Names]]) -> str:
    """Files that may still change without that it shows are left out."""
    rows = [
        [
            os.path.basename(file),
            stamp,
            [*names.makers],
            [*names.properties],
            {name: [*others] for name, others in names.stands_for.items()},
            [*names.modules],
        ]
        for file, (stamp, names) in told.items()
        if has_settled(stamp)
    ]
    return json.dumps(rows, separators=(",", ":"))


def _told(
    stamp: str, makers: list[str], properties: list[str], stands_for: dict[str, list[str]], modules: list[str]
) -> tuple[str, Names]:
    others = {name: frozenset(found) for name, found in stands_for.items()}
    return stamp, Names(frozenset(makers), frozenset(properties), others, frozenset(modules))


@cache
def _reader() -> bytes:
    """What reads names of files: another one may read others."""
    texts = (Path(str(module.__file__)).read_bytes() for module in (async_names, modules, names_in_text))
    return hashlib.blake2b(b"".join(texts), digest_size=20).digest()
