"""Builds wheel, sdist and extension twice, each from a clean clone of what is committed, and compares their bytes.

usage: python tests/reproducible.py

The two clones lie in different folders, and are built in different time zones and languages, for others to write to and
not. Needs git, npm and the package `build`. Prints the digest of each file, and ends with 1 if one differs.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile, is_zipfile

ROOT = Path(__file__).parents[1]
CIRCUMSTANCES = ({"TZ": "UTC0", "LC_ALL": "C"}, {"TZ": "XXX-11", "LC_ALL": "C.UTF-8"})
MASKS = (0o022, 0o002)
BUILT = ("dist/*.whl", "dist/*.tar.gz", "vscode-client/*.vsix")


def built(clone: Path, circumstances: dict[str, str], mask: int) -> dict[str, Path]:
    """The files, by their names. Raises CalledProcessError."""
    environment = {**os.environ, "PYTHON": sys.executable, **circumstances}
    before = os.umask(mask)
    try:

        def run(command: Sequence[str | Path], folder: Path) -> None:
            done = subprocess.run(
                command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            if done.returncode:
                sys.stderr.buffer.write(done.stdout)
                done.check_returncode()

        run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], ROOT)
        run([sys.executable, "-m", "build", "--outdir", "dist"], clone)
        npm = "npm.cmd" if os.name == "nt" else "npm"
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "package"]):
            run([npm, *command], clone / "vscode-client")
    finally:
        os.umask(before)
    return {file.name: file for pattern in BUILT for file in clone.glob(pattern)}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def differing(one: Path, other: Path) -> list[str]:
    """What differs within two zip files."""
    if not is_zipfile(one):
        return []
    with ZipFile(one) as first, ZipFile(other) as second:
        names = {*first.namelist(), *second.namelist()}
        both = names & {*first.namelist()} & {*second.namelist()}
        return sorted(name for name in names if name not in both or first.read(name) != second.read(name))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        places = (Path(folder, "one"), Path(folder, "the other", "clone"))
        first, second = map(built, places, CIRCUMSTANCES, MASKS)
        assert len(first) == len(BUILT), first
        different = 0
        for name, file in first.items():
            digests = [digest(built[name].read_bytes()) if name in built else "missing" for built in (first, second)]
            print(*dict.fromkeys(digests), name)
            if len(set(digests)) > 1:
                different += 1
                print(*(differing(file, second[name]) if name in second else ()), sep="\n")
    print(f"{len(first)} files, {different} of them different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
