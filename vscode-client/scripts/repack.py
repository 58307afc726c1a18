"""Packs an extension again, so that the same files make the same bytes: in their order, of one time and mode.

The time is that of the last commit, or of SOURCE_DATE_EPOCH (https://reproducible-builds.org/docs/source-date-epoch/).

usage: repack.py VSIX
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EARLIEST = 315532800
"""1980: no zip file knows an earlier time. It is that of what is packed outside of a repository."""
COMMITTED = ("git", "log", "-1", "--format=%ct")


def epoch() -> int:
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        try:
            given = subprocess.run(COMMITTED, cwd=Path(__file__).parent, capture_output=True, text=True).stdout.strip()
        except OSError:
            given = ""
    return max(int(given or 0), EARLIEST)


def repack(packed: Path) -> None:
    date = time.gmtime(epoch())[:6]
    with ZipFile(packed) as zipped:
        contents = {name: zipped.read(name) for name in sorted(zipped.namelist())}
    with ZipFile(packed, "w", ZIP_DEFLATED) as zipped:
        for name, content in contents.items():
            entry = ZipInfo(name, date)
            entry.create_system, entry.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            zipped.writestr(entry, content, ZIP_DEFLATED)


repack(Path(sys.argv[1]))
