"""Writes requirements.txt anew: the newest packages that the server needs on any supported target, with their hashes.

Builds of today and of next year get the same ones, and nothing that somebody has put in their place. Needs Python 3.11.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import tomllib
from missing_requirements import missing

HERE = Path(__file__).parent
PURE = ("--python-version", "3.10", "--platform", "any", "--implementation", "py", "--abi", "none")
HEAD = "# What the extension bundles, for each Python and platform. Written by `npm run lock-server`.\n"


def resolved(requirements: set[str]) -> list[dict]:
    """What pip would install, as its report has it."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        options = ("--dry-run", "--ignore-installed", "--only-binary=:all:", "--target", folder, "--report", report)
        subprocess.run([sys.executable, "-m", "pip", "-qq", "install", *options, *PURE, *requirements], check=True)
        return json.loads(report.read_text("utf-8"))["install"]


def locked(dependencies: list[str]) -> list[dict]:
    wanted = missing({}, dependencies)
    while True:
        found = resolved(wanted)
        versions = {one["metadata"]["name"]: one["metadata"]["version"] for one in found}
        further = missing(versions, (text for one in found for text in one["metadata"].get("requires_dist", ())))
        if further <= wanted:
            return sorted(found, key=lambda one: one["metadata"]["name"].lower())
        wanted |= further


project = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
lines = [
    f"{one['metadata']['name']}=={one['metadata']['version']}"
    f" --hash=sha256:{one['download_info']['archive_info']['hashes']['sha256']}\n"
    for one in locked(project["dependencies"])
]
(HERE / "requirements.txt").write_text(HEAD + "".join(lines), "utf-8", newline="\n")
