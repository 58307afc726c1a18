"""Changes as a patch: bytes for `git apply` and `patch -p0`, colored lines for people."""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from spooky_asyncio.workspace.foreign import printable
from spooky_asyncio.workspace.paths import shown
from spooky_asyncio.workspace.writing import Change

_HEADER = 2
"""The lines that name the file."""
_STYLES = {"@": "cyan", "-": "red", "+": "green"}
_NO_NEWLINE = b"\\ No newline at end of file\n"
_QUOTED = re.compile(rb'[\x00-\x1f\x7f"\\]')


def write_patch(changes: Iterable[Change]) -> None:
    """To standard output, byte for byte: each file keeps its encoding and its line ends in a patch too."""
    sys.stdout.flush()
    for change in changes:
        sys.stdout.buffer.writelines(_patch(change))
    sys.stdout.buffer.flush()


def write_colored(changes: Iterable[Change], console: Console) -> None:
    for change in changes:
        for number, line in enumerate(_patch(change)):
            is_header = number < _HEADER
            code = line.decode("utf-8" if is_header else change.encoding, "replace").rstrip("\r\n").expandtabs()
            console.print(Text(printable(code), "bold" if is_header else _STYLES.get(code[:1], "")), soft_wrap=True)


def _patch(change: Change) -> Iterator[bytes]:
    name = _name(change)
    diff = difflib.diff_bytes(difflib.unified_diff, _lines(change.old), _lines(change.new), name, name)
    for line in diff:
        yield line if line.endswith(b"\n") else line + b"\n" + _NO_NEWLINE


def _lines(data: bytes) -> list[bytes]:
    """As patches count them: they know no other line end than this one."""
    return re.findall(rb"[^\n]*\n|[^\n]+\Z", data)


def _name(change: Change) -> bytes:
    """The file's name. `./` is the part that `git apply` strips, and `patch -p0` does not mind it."""
    path = Path(shown(change.path))
    name = os.fsencode(path.as_posix() if path.is_absolute() else f"./{path.as_posix()}")
    if _QUOTED.search(name):
        return b'"' + _QUOTED.sub(lambda match: b"\\%03o" % match[0][0], name) + b'"'
    # Without the tab, a name would end at its first blank.
    return name + b"\t" if b" " in name else name
