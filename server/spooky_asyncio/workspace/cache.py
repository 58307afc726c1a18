"""What was found out before, kept on disk: the contents of files by their dates, and results by what they rest on.

It only saves time. A file that is broken, or was written by another version, is thrown away; where nothing can be read
or written, all is found out anew. Several processes may use it at once.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import logging
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import platformdirs

from spooky_asyncio.source import read_bytes
from spooky_asyncio.workspace import modules
from spooky_asyncio.workspace.imports import Content

log = logging.getLogger(__name__)

KEPT_DAYS = 30
"""What nobody has asked for in so many days is forgotten."""

_SECONDS_OF_A_DAY = 86_400
_PATIENCE = 5.0
"""Seconds to wait for another process that writes."""
_SETTLED = 2.0
"""Seconds after which a further change shows in a file's date for sure."""

_TABLES = """
CREATE TABLE contents (
    path BLOB PRIMARY KEY, reader BLOB, stamp TEXT, digest BLOB, modules TEXT, used INTEGER
) WITHOUT ROWID;
CREATE TABLE names (folder BLOB PRIMARY KEY, reader BLOB, files TEXT, used INTEGER) WITHOUT ROWID;
CREATE TABLE results (key BLOB PRIMARY KEY, result TEXT, used INTEGER) WITHOUT ROWID;
"""

_VERSION = zlib.crc32(_TABLES.encode()) & 0x7FFF_FFFF
"""Of the tables, so that no change of theirs is forgotten here. Another one is not read."""


def folder(chosen: Path | None = None) -> Path:
    """Where the cache is: as chosen, else as the environment says, else where the system wants caches."""
    named = os.environ.get("SPOOKY_CACHE_DIR")
    return chosen or (Path(named) if named else platformdirs.user_cache_path("spooky-asyncio", appauthor=False))


class Cache:
    def __init__(self, folder: Path) -> None:
        self._file = folder / "results.sqlite3"
        self._today = int(time.time()) // _SECONDS_OF_A_DAY
        self._contents: dict[str, tuple[str, Content]] = {}
        self._new_contents: dict[str, tuple[str, Content]] = {}
        self._seen: dict[str, str] = {}
        self.problem: str | None = None
        """Why nothing is kept, in one line."""

    def content(self, path: str) -> Content | None:
        """What a file holds and imports; None if it can't be read."""
        try:
            status = os.stat(path)
            stamp = _stamp_of(status)
            known = self._contents.get(path)
            if known is not None and known[0] == stamp:
                self._seen[path] = stamp
                return known[1]
            content = Content.of(read_bytes(Path(path)))
        except OSError:
            return None
        self._seen[path] = stamp
        if has_settled(stamp):
            self._new_contents[path] = (stamp, content)
        return content

    def has_changed(self) -> bool:
        """Whether a file is not any more what `content` has said of it."""
        return any(stamp_of(path) != stamp for path, stamp in self._seen.items())

    def names(self, base: str, reader: bytes) -> dict[str, str]:
        """What a reader has read of the names in a folder and those in it, by folder."""
        found: dict[str, str] = {}
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT folder, files FROM names WHERE reader = ? AND (folder = ? OR folder > ? AND folder < ?)",
                (reader, os.fsencode(base), *_inside(base)),
            )
            found.update((os.fsdecode(folder), files) for folder, files in rows)
        return found

    def save_names(self, texts: Mapping[str, str], reader: bytes) -> None:
        with self._connected() as connection:
            rows = ((os.fsencode(folder), reader, text, self._today) for folder, text in texts.items())
            connection.executemany("INSERT OR REPLACE INTO names VALUES (?, ?, ?, ?)", rows)
            connection.execute("DELETE FROM names WHERE used < ?", (self._today - KEPT_DAYS,))

    def results(self, keys: Iterable[bytes]) -> dict[bytes, str]:
        found: dict[bytes, str] = {}
        with self._connected() as connection:
            for part in _parts(list(keys)):
                marks = ",".join("?" * len(part))
                rows = connection.execute(f"SELECT key, result, used FROM results WHERE key IN ({marks})", part)
                stale = []
                for key, result, used in rows:
                    found[key] = result
                    if used != self._today:
                        stale.append((self._today, key))
                connection.executemany("UPDATE results SET used = ? WHERE key = ?", stale)
        return found

    def has_results(self) -> bool:
        """Whether there are any, of whatever. If the cache can't be used, there is a `problem` from now on."""
        found = None
        with self._connected() as connection:
            found = connection.execute("SELECT 1 FROM results LIMIT 1").fetchone()
        return found is not None

    def load(self, root: str) -> None:
        """Read what is known of the files in a folder, before it is asked for file by file."""
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT path, stamp, digest, modules FROM contents WHERE path > ? AND path < ? AND reader = ?",
                (*_inside(root), _reader()),
            )
            for path, stamp, digest, modules in rows:
                self._contents[os.fsdecode(path)] = (stamp, Content(digest, tuple(modules.split())))

    def save(self, results: Mapping[bytes, str]) -> None:
        if not results and not self._new_contents:
            return
        with self._connected() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (os.fsencode(path), _reader(), stamp, content.digest, " ".join(content.modules), self._today)
                    for path, (stamp, content) in self._new_contents.items()
                ),
            )
            rows = ((key, result, self._today) for key, result in results.items())
            connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", rows)
            connection.execute("DELETE FROM results WHERE used < ?", (self._today - KEPT_DAYS,))
            connection.execute("DELETE FROM contents WHERE used < ?", (self._today - KEPT_DAYS,))
        self._new_contents.clear()

    @contextlib.contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """A transaction. What goes wrong in it ends it, and is no reason for anybody else to stop."""
        try:
            connection = self._opened() if self.problem is None else _empty()
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
            connection = _empty()
        with contextlib.closing(connection):
            try:
                with connection:
                    yield connection
            except sqlite3.Error as error:
                if _is_broken(error):
                    self._throw_away(error)
                else:
                    self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self.problem = f"the cache in {self._file.parent} is not used: {error}"
        log.warning("%s", self.problem)

    def _opened(self) -> sqlite3.Connection:
        # It holds lines of code that may be nobody else's business.
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return self._prepared()
        except sqlite3.DatabaseError as error:
            if not _is_broken(error):
                raise
            self._throw_away(error)
            return self._prepared()

    def _throw_away(self, error: Exception) -> None:
        log.warning("the broken cache %s is thrown away: %s", self._file, error)
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _prepared(self) -> sqlite3.Connection:
        os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self._file, timeout=_PATIENCE)
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != _VERSION:
                connection.execute("BEGIN IMMEDIATE")
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version != _VERSION:
                    for (table,) in connection.execute(
                        "SELECT name FROM sqlite_master WHERE type = 'table'"
                    ).fetchall():
                        connection.execute(f'DROP TABLE "{table}"')
                    for statement in filter(str.strip, _TABLES.split(";")):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {_VERSION}")
                connection.commit()
        except BaseException:
            connection.close()
            raise
        return connection


def _empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(_TABLES)
    return connection


def _is_broken(error: Exception) -> bool:
    """Whether the file is no good. One that is locked, or not to be written, is as good as before."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def stamp_of(path: str) -> str | None:
    """None for a file that is not there."""
    try:
        return _stamp_of(os.stat(path))
    except OSError:
        return None


def has_settled(stamp: str) -> bool:
    """Whether a further change of the file would show in its stamp."""
    return int(stamp.partition(" ")[0]) / 1e9 < time.time() - _SETTLED


def _stamp_of(status: os.stat_result) -> str:
    """What is another one after a change, whatever date somebody gives the file."""
    return f"{status.st_mtime_ns} {status.st_size} {status.st_ctime_ns} {status.st_ino}"


def _inside(folder: str) -> tuple[bytes, bytes]:
    """Between these are the paths of what is in a folder."""
    outer = folder.rstrip(os.sep)
    return os.fsencode(outer + os.sep), os.fsencode(outer + chr(ord(os.sep) + 1))


@functools.cache
def _reader() -> bytes:
    """What finds the imports of files: another one may find others."""
    return hashlib.blake2b(Path(modules.__file__).read_bytes(), digest_size=20).digest()


def _parts(keys: list[bytes], size: int = 500) -> Iterator[list[bytes]]:
    """SQLite takes so many values at once."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def clean(folder: Path) -> bool:
    """Remove what is kept; whether there was anything. Raises OSError."""
    found = [file for file in (folder / "results.sqlite3", folder / "results.sqlite3-journal") if file.exists()]
    for file in found:
        file.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()
    return bool(found)
