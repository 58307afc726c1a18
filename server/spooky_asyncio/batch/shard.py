"""One of several parts of a run, each for a job of its own."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from spooky_asyncio.workspace.paths import inside


@dataclass(frozen=True)
class Shard:
    number: int
    """From 1 to `total`."""
    total: int

    def has(self, file: Path, root: Path) -> bool:
        """Whether a file of the project in `root` is in this one. It is in one of them, and in the same one on every
        system and with every Python: that goes by its path in the project."""
        path = inside(os.fspath(file), os.fspath(root)).replace(os.sep, "/")
        # Some systems take names apart, some don't.
        name = unicodedata.normalize("NFC", path).encode("utf-8", "surrogateescape")
        return int.from_bytes(hashlib.sha256(name).digest(), "big") % self.total == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.total}"
