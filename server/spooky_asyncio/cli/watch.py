"""Do something again after each change of some files.

Changes are looked for by dates and sizes, a few times a second and for a tenth of the time at most: that is the same on
each system, needs no further package, and finds what is saved before its author looks up. Which files there are is
looked up only where a folder has changed, for that takes twenty times as long.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

import click

from spooky_asyncio.batch.check import Projects
from spooky_asyncio.batch.outcome import Overrides
from spooky_asyncio.cli import streams
from spooky_asyncio.workspace.files import python_files
from spooky_asyncio.workspace.paths import CONFIGURATION
from spooky_asyncio.workspace.project import Project

PAUSE = 0.3
"""Seconds from one look to the next, at least."""
_SHARE = 10
_SELDOM = 50
"""After so many times as long as it takes, it is looked up anyway which files there are: not every system notes in a
folder what becomes of its files."""
_RULES = (CONFIGURATION, ".gitignore", os.path.join(".git", "info", "exclude"))
"""The files in a folder that have a say in which files are checked."""

_Stamp: TypeAlias = "tuple[int, int] | None"


class _Tree:
    """The files that count, and the folders that they are in, each as it was just before somebody looks at it."""

    def __init__(self, paths: Iterable[Path], overrides: Overrides, others: Iterable[Path]) -> None:
        self._made = time.monotonic()
        self._folders: dict[str, _Stamp] = {}
        projects = Projects(overrides)

        def around(folder: Path) -> Project:
            self._folders.setdefault(str(folder), _stamp(str(folder)))
            return projects.around(folder)

        named = [Path(os.path.abspath(path)) for path in paths]
        files = [*map(str, python_files(named, around)), *map(os.path.abspath, others)]
        for path in named:
            projects.around(path)
        ruling = {*projects.folders, *(folder for path in named for folder in (path, *path.parents))}
        found = [os.path.join(folder, name) for folder in ruling for name in _RULES]
        self._rules = _stamps(file for file in found if os.path.exists(file))
        self._files = _stamps(files)
        self._cost = time.monotonic() - self._made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Tree) and (self._rules, self._files) == (other._rules, other._files)

    __hash__ = None  # type: ignore[assignment]

    def may_have_grown(self) -> bool:
        """Whether it is worth while to look up which files there are."""
        age = time.monotonic() - self._made
        return age > _SHARE * self._cost and (_stamps(self._folders) != self._folders or age > _SELDOM * self._cost)

    def is_ruled_as_before(self) -> bool:
        return _stamps(self._rules) == self._rules

    def is_complete(self) -> bool:
        return None not in self._files.values()

    def renew(self) -> bool:
        """Take the files as they are now. Returns whether that is any different."""
        before, self._files = self._files, _stamps(self._files)
        return self._files != before


def watch(run: Callable[[], object], paths: Sequence[Path], overrides: Overrides, others: Sequence[Path]) -> None:
    """`others` are files that count besides the ones in `paths`. Ends with KeyboardInterrupt."""
    tree = _Tree(paths, overrides, others)
    while True:
        click.clear()
        try:
            run()
        except click.ClickException as error:
            # It may be mended as well as any other file.
            error.show()
        now = time.strftime("%H:%M:%S")
        streams.written(lambda now=now: click.echo(f"[{now}] Waiting for changes; Ctrl-C ends it."))  # type: ignore[misc]
        tree = _changed(tree, lambda: _Tree(paths, overrides, others))


def _changed(tree: _Tree, look_up: Callable[[], _Tree]) -> _Tree:
    """What there is once something has changed. What changes after that is a reason for the next time."""
    while True:
        started = time.monotonic()
        if not tree.is_ruled_as_before():
            return look_up()
        if tree.renew():
            return tree if tree.is_complete() else look_up()
        pause = max(PAUSE, _SHARE * (time.monotonic() - started))
        if tree.may_have_grown():
            new = look_up()
            if new != tree:
                return new
            tree = new
        time.sleep(pause)


def _stamps(files: Iterable[str]) -> dict[str, _Stamp]:
    return {file: _stamp(file) for file in files}


def _stamp(file: str) -> _Stamp:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
