"""What the outcomes of a project's files rest on, as digests.

The key of an outcome is a digest of the file, of what it imports, and of all around: the checker itself, settings,
packages. All of that goes by what is there, not by dates and the place of the project, so that it holds in the next
checkout too.
"""

from __future__ import annotations

import hashlib
import math
import os
import sys
from collections.abc import Container
from dataclasses import replace
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

import spooky_asyncio
from spooky_asyncio.source import read_bytes
from spooky_asyncio.workspace.cache import Cache
from spooky_asyncio.workspace.imports import Imports
from spooky_asyncio.workspace.installed import digest_of_packages, digest_of_texts
from spooky_asyncio.workspace.paths import inside
from spooky_asyncio.workspace.project import Project


class State:
    """Of one project, as it is found now."""

    def __init__(self, project: Project, cache: Cache) -> None:
        cache.load(os.fspath(project.root))
        self._cache = cache
        self.root = project.root
        self._project = project
        self._imports = Imports(project.root, cache.content)

    def key(self, file: Path) -> bytes | None:
        """None for a file that can't be read."""
        digest = self._imports.digest(file)
        if digest is None:
            return None
        return hashlib.blake2b(self._around + digest + os.fsencode(self.named(file)), digest_size=20).digest()

    def named(self, path: Path) -> str:
        """A file, wherever the project is."""
        return inside(os.fspath(path), os.fspath(self.root))

    @property
    def files(self) -> frozenset[Path]:
        """Those that the keys rest on which were asked for."""
        return frozenset(map(Path, self._imports.files))

    def has_changed(self, files: float, packages: float, known: Container[Path]) -> bool:
        """Whether anything that the keys rest on may have changed since these moments, but for files that are `known`;
        or any of them since the keys were asked for."""
        return (
            any(_last_change(path) >= files for path in self.files if path not in known)
            or any(_last_change(folder) >= files for folder in self._imports.folders)
            or any(_last_change(folder) >= packages for folder in self._project.package_folders)
            or self._cache.has_changed()
        )

    @cached_property
    def everything(self) -> str:
        """The contents of all files of the project."""
        return self._imports.digest_of_all(self._project.files).hex()

    @cached_property
    def _around(self) -> bytes:
        project = self._project
        target = project.target
        fits = [target.python, target.line_length, sorted(target.entry_points)]
        # It only says where the packages are, which is looked into below.
        settings = replace(project.settings, interpreter="")
        packages = [(self.named(folder), digest_of_packages(folder)) for folder in project.package_folders]
        parts = [checker(), sys.version, settings, fits, packages]
        return hashlib.blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=20).digest()


def _last_change(path: str | Path) -> float:
    """The latest time at which a file or folder may have changed, in seconds; of one that is gone, that never ends."""
    try:
        status = os.stat(path)
    except OSError:
        return math.inf
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    # Some systems count whole or even two seconds, the others by the ticks of a clock.
    return changed / 1e9 + (2.0 if changed % 1_000_000_000 == 0 else 0.01)


@cache
def checker() -> list[object]:
    """This program, as it is installed or being worked on, and what it asks, which tells its version at its beginning:
    `importlib.metadata` would take as long to say it as all else that is looked up for a file that is opened."""
    found = map(find_spec, ("jedi", "parso"))
    asked = [read_bytes(Path(spec.origin)) for spec in found if spec is not None and spec.origin is not None]
    return [asked, digest_of_texts(os.path.dirname(spooky_asyncio.__file__))]
