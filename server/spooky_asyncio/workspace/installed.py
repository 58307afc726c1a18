"""What is installed in a folder, as a digest: the same wherever and whenever the same was installed.

Each job of CI installs anew, so that dates say nothing. What pip, uv and the like have installed has a record with a
digest of each file (https://packaging.python.org/en/latest/specifications/recording-installed-packages/).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from spooky_asyncio.source import UnsuitableFile, read_bytes
from spooky_asyncio.workspace.paths import inside

_COMPILED = "__pycache__"


def digest_of_packages(folder: Path) -> bytes:
    """By the records, and of what none of them has: a file by its content, a folder by its date. Of a folder that can't
    be read, as of an empty one."""
    try:
        with os.scandir(folder) as listed:
            entries = sorted((entry for entry in listed if entry.name != _COMPILED), key=lambda entry: entry.name)
    except OSError:
        entries = []
    recorded = [line for entry in entries if entry.name.endswith(".dist-info") for line in _recorded(Path(entry.path))]
    known = {os.fsdecode(line.lstrip(b'"').partition(b",")[0].partition(b"/")[0]) for line in recorded}
    others = ((entry.name, _state(entry)) for entry in entries if entry.name not in known)
    names = "\n".join(entry.name for entry in entries)
    return _digest((names.encode("utf-8", "surrogateescape"), *recorded, repr(list(others)).encode("utf-8", "replace")))


def digest_of_texts(folder: str) -> bytes:
    """Of all Python files in a folder."""
    files = sorted(
        os.path.join(inner, name) for inner, _, names in os.walk(folder) for name in names if name.endswith(".py")
    )
    return _digest(part for file in files for part in (os.fsencode(inside(file, folder)), read_bytes(Path(file))))


def _recorded(folder: Path) -> Iterator[bytes]:
    """The lines of what has a digest, and is no script in another folder, which holds the path of its Python. What is
    in the record's own folder tells also from where and how it was installed; all that counts is its name."""
    try:
        lines = read_bytes(folder / "RECORD").splitlines()
    except OSError:
        return
    yield os.fsencode(folder.name)
    passed_over = b"..", os.fsencode(folder.name), b'"..'
    yield from sorted(line for line in lines if b",sha256=" in line and not line.startswith(passed_over))


def _state(entry: os.DirEntry[str]) -> object:
    try:
        return entry.stat().st_mtime_ns if entry.is_dir() else read_bytes(Path(entry.path))
    except UnsuitableFile:
        return entry.stat().st_size, entry.stat().st_mtime_ns
    except OSError:
        # A link that leads nowhere, say.
        return None


def _digest(parts: Iterable[bytes]) -> bytes:
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        digest.update(b"%d " % len(part) + part)
    return digest.digest()
