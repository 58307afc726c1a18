"""Write a changed text back: all of it or nothing, and only over the text that it was made from."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from spooky_asyncio.source import encoding_of, read_bytes


class UnwritableFile(Exception):
    """The file was left as it was; the message says why in one line."""


@dataclass(frozen=True)
class Change:
    """A file's bytes, as they are and as they shall be. `path` is the file itself, where a link to it was named."""

    path: Path
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)
    encoding: str

    @classmethod
    def of(cls, path: Path, old: str, new: str) -> Change:
        """The change that turns a file's text, as it was read, into another, in the file's own encoding.

        Raises UnwritableFile where the file has changed since, or can't hold the new text.
        """
        path = Path(os.path.realpath(path))
        try:
            data = read_bytes(path)
            encoding = encoding_of(data)
            if data.decode(encoding) != old:
                raise UnwritableFile(_CHANGED)
        except OSError as error:
            raise UnwritableFile(f"it cannot be read any more: {error.strerror or error}") from error
        except (SyntaxError, LookupError, ValueError) as error:
            raise UnwritableFile(_CHANGED) from error
        return cls(path, data, _encoded(old, new, data, encoding), encoding)

    def write(self) -> None:
        """Put the new bytes in place of the old ones. Whatever happens meanwhile, the file holds the one or the other,
        and nothing is left beside it.

        Raises UnwritableFile.
        """
        try:
            # Who may write in the folder could replace the file, but somebody has said that it shall stay.
            if not stat.S_IMODE(self.path.stat().st_mode) & _ANYBODY_WRITES or not os.access(self.path, os.W_OK):
                raise UnwritableFile("it is read-only")
            replace_file(self.path, self.new, self._check)
        except OSError as error:
            raise UnwritableFile(f"it cannot be written: {error.strerror or error}") from error

    def _check(self) -> None:
        if self.path.read_bytes() != self.old:
            raise UnwritableFile(_CHANGED)


def replace_file(path: Path, data: bytes, check: Callable[[], None] = lambda: None) -> None:
    """Put bytes in the place of a file, or where none is yet, as a whole or not at all. `check` may raise to stop it at
    the last moment. Raises OSError.
    """
    # Its name is known before the file is there, so that it is removed whenever Ctrl-C comes.
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            if path.exists():
                _take_after(temporary, path)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        check()
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


_CHANGED = "it has changed since it was read"
_ANYBODY_WRITES = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def _encoded(old: str, new: str, data: bytes, encoding: str) -> bytes:
    """The new text, byte for byte the same where the old one was. Raises UnwritableFile where that can't be."""
    try:
        encoded = new.encode(encoding)
    except UnicodeEncodeError as error:
        raise UnwritableFile(f"its encoding, {encoding}, has no {error.object[error.start]!a}") from error
    except ValueError as error:
        raise UnwritableFile(f"its encoding, {encoding}, can't hold it: {error}") from error
    try:
        survives = old.encode(encoding) == data and encoded.decode(encoding_of(encoded)) == new
    except (SyntaxError, LookupError, ValueError):
        survives = False
    if not survives:
        raise UnwritableFile(f"its encoding, {encoding}, would not survive")
    return encoded


def _take_after(temporary: Path, file: Path) -> None:
    """Give one file the owner, the mode and the attributes of another, as far as this user may."""
    if hasattr(os, "chown"):
        status = file.stat()
        # Only root may give a file away. Else it is this user's now, as after saving it in most editors.
        with suppress(OSError):
            os.chown(temporary, status.st_uid, status.st_gid)
    shutil.copystat(file, temporary)
