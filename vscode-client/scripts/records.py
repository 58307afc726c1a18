"""Has the installed packages in a folder tell what they are, and not where and by what they were installed.

usage: records.py FOLDER
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

OF_THE_INSTALLER = ("INSTALLER", "REQUESTED", "direct_url.json")

folder = Path(sys.argv[1])
for information in folder.glob("*.dist-info"):
    for name in OF_THE_INSTALLER:
        (information / name).unlink(missing_ok=True)
    record = information / "RECORD"
    with record.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if (folder / row[0]).is_file()]
    with record.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(sorted(rows))
