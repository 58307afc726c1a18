"""Makes the caches of parsed files that jedi keeps, in memory and on disk, safe to rely on.

parso, jedi's parser, writes a pickle straight into its place and trusts what it reads there. So a second process that
starts at the same time can read half a file, and a process that dies while writing leaves one for good: inference then
fails with an EOFError. In memory, it throws out files by their age on disk once there are many, even the one that is
being asked about, and inference fails with a KeyError. The caches are only there to save time, and nothing that is
wrong with them may cost an answer.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jedi.inference.compiled.subprocess import functions
from parso import cache, file_io

from spooky_asyncio.source import UnsuitableFile, read_bytes

log = logging.getLogger(__name__)


BYTES_A_CHARACTER = 30
"""What a parsed file takes in memory."""

most_bytes = 300_000_000
"""Of parsed files that are kept in memory."""


def make_safe() -> None:
    """Replace the functions by which parso reads and writes the caches, and reads files. Doing it again changes
    nothing."""
    cache._load_from_file_system = _load
    cache._save_to_file_system = _save
    cache._set_cache_item = _keep
    file_io.FileIO.read = _read  # type: ignore[method-assign]
    functions._get_source = _source_of


_rooms_made = 0


def make_room() -> int:
    """Throw out of memory what was not used for longest, if there is too much. Returns how often it has done so: what
    jedi was asked when that was another number must not be asked on, by whoever it was asked."""
    global _rooms_made
    for files in cache.parser_cache.values():
        too_much = sum(item.size for item in files.values()) - most_bytes
        if too_much > 0:
            _rooms_made += 1
            # So much that there is room for a while.
            too_much += most_bytes // 4
            for path in sorted(files, key=lambda path: files[path].last_used):
                if too_much > 0:
                    too_much -= files.pop(path).size
    return _rooms_made


def keep_at_most(size: int) -> None:
    """So many bytes of parsed files are kept in memory from now on."""
    global most_bytes
    most_bytes = size


def detach(path: Path | None) -> None:
    """Parse a file anew next time. Else the tree of the text that was parsed last is changed in place into that of the
    next one, and whoever asks about the former is told of the latter."""
    for files in cache.parser_cache.values():
        files.pop(_key(path), None)


@contextlib.contextmanager
def aside(path: Path | None) -> Iterator[None]:
    """Put aside what was parsed of a file, so that other versions of it can be parsed meanwhile. Whoever asked about
    the former can go on afterwards."""
    before = {grammar: files.pop(_key(path), None) for grammar, files in cache.parser_cache.items()}
    try:
        yield
    finally:
        for grammar, files in cache.parser_cache.items():
            files.pop(_key(path), None)
            if before.get(grammar) is not None:
                files[_key(path)] = before[grammar]


def _key(path: Path | None) -> Path | None:
    return path.absolute() if path else None


def _keep(hashed_grammar: str, path: Any, item: Any) -> None:
    item.last_used = time.time()
    item.size = BYTES_A_CHARACTER * sum(map(len, item.lines))
    cache.parser_cache.setdefault(hashed_grammar, {})[path] = item


def _read(file: Any) -> bytes:
    """A pipe, a device or a very large file that somebody imports is an empty module."""
    try:
        return read_bytes(Path(file.path))
    except UnsuitableFile:
        return b""


def _source_of(loader: Any, module: str) -> bytes:
    try:
        return _read(file_io.FileIO(loader.get_filename(module)))
    except OSError as error:
        raise ImportError(str(error), name=module) from error


_load_trusting: Any = cache._load_from_file_system


def _load(*args: Any, **kwargs: Any) -> Any:
    try:
        return _load_trusting(*args, **kwargs)
    except Exception:
        # Whatever a broken pickle raises. None means that the file is parsed, and written to the cache, anew.
        log.debug("a broken file in the cache of parsed files is not used", exc_info=True)
        return None


def _save(hashed_grammar: str, path: Any, item: Any, cache_path: Any = None) -> None:
    try:
        target = cache._get_hashed_path(hashed_grammar, path, cache_path=cache_path)
        # Before there is a file: a process that is ended meanwhile leaves none behind.
        data = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
        with tempfile.NamedTemporaryFile(dir=os.path.dirname(target), suffix=".tmp", delete=False) as file:
            try:
                file.write(data)
                file.close()
                os.replace(file.name, target)
            except BaseException:
                file.close()
                with contextlib.suppress(OSError):
                    os.unlink(file.name)
                raise
    except OSError as error:
        # A full disk, a folder that can't be written to, a file that another process holds open on Windows.
        log.debug("a parsed file is not kept in the cache: %s", error)
