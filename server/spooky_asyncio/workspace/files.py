"""Which files are checked: Python files that neither git nor the project's settings leave out."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from spooky_asyncio.source import read_bytes
from spooky_asyncio.workspace.patterns import Patterns, compile_patterns, verdict

if TYPE_CHECKING:
    # For its type only: what lists files need not wait for jedi to be imported.
    from spooky_asyncio.workspace.project import Project

NEVER_CHECKED = frozenset(
    (
        *(".git", ".hg", ".svn", ".bzr", ".jj", ".git-rewrite"),
        *(".venv", ".tox", ".nox", ".direnv", ".pyenv", ".eggs", ".pixi", "__pypackages__", "node_modules"),
        *("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".pytype", ".pyre", ".hypothesis", ".cache"),
        ".ipynb_checkpoints",
    )
)
"""Folders that hold no code of the project, by name."""

Listed: TypeAlias = "Callable[[Path], Mapping[str, os.DirEntry[str]]]"

_ENVIRONMENT_MARKS = frozenset(("pyvenv.cfg", "conda-meta"))


def list_folder(folder: Path) -> Mapping[str, os.DirEntry[str]]:
    """What is in a folder, by name. Raises OSError."""
    with os.scandir(folder) as entries:
        return {entry.name: entry for entry in entries}


def python_files(
    paths: Iterable[Path],
    project_around: Callable[[Path], Project],
    on_error: Callable[[OSError], None] = lambda error: None,
    listed: Listed = list_folder,
) -> Iterator[Path]:
    """The files named in `paths` and the Python files in the folders named there: absolute, sorted, each once.

    What is named itself is never left out, whatever its name and whoever ignores it. What can't be looked at goes to
    `on_error`, and is no reason to leave out the rest. Who asks more than once hands over what remembers what is
    `listed`.
    """
    found: dict[str, Path] = {}
    real_folders: dict[Path, str] = {}
    for path in paths:
        start = Path(os.path.abspath(path))
        is_folder = os.path.isdir(start)
        for file in _walk(start, project_around, on_error, listed) if is_folder else _existing(start, on_error):
            if file.is_symlink():
                found.setdefault(os.path.realpath(file), file)
                continue
            folder = real_folders.get(file.parent)
            if folder is None:
                folder = real_folders[file.parent] = os.path.realpath(file.parent)
            found[os.path.join(folder, file.name)] = file
    return iter(sorted(found.values(), key=str))


def is_excluded(path: Path, project: Project) -> bool:
    """Whether the `exclude` setting leaves out a file or folder, or a folder that it lies in; or all are left out."""
    patterns = project.settings.exclude
    if not project.settings.enable:
        return True
    if not patterns or project.root not in path.parents:
        return False
    base, compiled = os.fspath(project.root), compile_patterns(patterns)
    # Git never looks into a folder that is left out, so that no later pattern brings back a file from there.
    outward = [path, *path.parents]
    inside = outward[: outward.index(project.root)]
    return any(
        verdict(compiled, base, os.fspath(part), part != path or os.path.isdir(part)) for part in reversed(inside)
    )


def mentions(file: Path, name: str) -> bool:
    """Whether a name can stand in a file: its letters do, and no other ones right beside them. What can't be read may
    hold anything."""
    try:
        text, letters = read_bytes(file), name.encode()
    except FileNotFoundError:
        return False
    except (OSError, UnicodeEncodeError):
        return True
    return letters in text and re.search(rb"(?<!\w)%b(?!\w)" % re.escape(letters), text) is not None


def _existing(file: Path, on_error: Callable[[OSError], None]) -> Iterator[Path]:
    try:
        file.stat()
    except OSError as error:
        on_error(error)
    else:
        yield file


def _walk(
    start: Path, project_around: Callable[[Path], Project], on_error: Callable[[OSError], None], listed: Listed
) -> Iterator[Path]:
    """The Python files in a folder. Links to folders are not followed, as git does not: so no walk ever loops."""
    first = project_around(start)
    respect_exclude = not is_excluded(start, first)
    pending = [(start, _Ignored.above(start, first.root))]
    while pending:
        folder, ignored = pending.pop()
        try:
            # In this order: whoever notes what the folder is like hears of what comes into it later.
            project, entries = project_around(folder), listed(folder)
        except OSError as error:
            on_error(OSError(error.errno, error.strerror, os.fspath(folder)))
            continue
        if folder != start and not _ENVIRONMENT_MARKS.isdisjoint(entries):
            continue
        ignored = ignored.inside(folder, entries)
        for name, entry in entries.items():
            is_folder = entry.is_dir(follow_symlinks=False)
            if name in NEVER_CHECKED if is_folder else not name.endswith(".py"):
                continue
            path = folder / name
            if ignored.has(path, is_folder) or (respect_exclude and is_excluded(path, project)):
                continue
            if is_folder:
                pending.append((path, ignored))
            elif _is_file(entry, on_error):
                yield path


def _is_file(entry: os.DirEntry[str], on_error: Callable[[OSError], None]) -> bool:
    """Not so for a pipe, on which one would wait forever, and a link to nowhere, as editors make for their locks."""
    try:
        return entry.is_file()
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ELOOP):
            on_error(error)
        return False


@dataclass(frozen=True)
class _Ignored:
    """What the .gitignore files that count in a folder say, outermost first."""

    files: tuple[tuple[str, Patterns], ...] = ()

    @classmethod
    def above(cls, start: Path, root: Path) -> _Ignored:
        """Those of the folders above `start`: up to git's root, else up to the project's."""
        top = next((folder for folder in (start, *start.parents) if os.path.exists(folder / ".git")), root)
        between = [folder for folder in reversed(start.parents) if folder == top or top in folder.parents]
        ignored = cls()
        for folder in between:
            ignored = ignored.inside(folder, {".gitignore", ".git"} if folder == top else {".gitignore"})
        # Who names an ignored folder wants to see what is in it.
        return cls() if any(ignored.has(part, True) for part in (*between, start)) else ignored

    def inside(self, folder: Path, names: Container[str]) -> _Ignored:
        """With the ignore files of `folder` itself, which holds `names`."""
        # In a repository within a repository the outer one has no say.
        files = () if ".git" in names else self.files
        own = [folder / ".git" / "info" / "exclude"] if ".git" in names else []
        own += [folder / ".gitignore"] if ".gitignore" in names else []
        lines = [_lines(file) for file in own]
        return _Ignored((*files, *((os.fspath(folder), compile_patterns(those)) for those in lines if those)))

    def has(self, path: Path, is_folder: bool) -> bool:
        """Whether the innermost file that says anything of a file or folder says to ignore it."""
        said = (verdict(patterns, base, os.fspath(path), is_folder) for base, patterns in reversed(self.files))
        return next((ignore for ignore in said if ignore is not None), False)


def _lines(file: Path) -> tuple[str, ...]:
    try:
        return tuple(read_bytes(file).decode("utf-8-sig", "surrogateescape").splitlines())
    except OSError:
        # Not there, or not readable: git goes on without it, too.
        return ()
