"""Which lines are not as they were in a revision that git knows.

git is asked for nothing but what it has stored. It is not to look at the working tree, for then it would run what the
repository's own configuration names: filters, a file system monitor, hooks. What has changed there is found out here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from spooky_asyncio.source import UnreadableSource, decoded, split_lines

_SAME_FILE = 0.5
"""From this share of common lines on, a file is taken for one that was renamed, as git does."""
_SAFELY = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never")
# In a hook they are about the repository of the hook, whatever file is asked about.
_OF_ONE_REPOSITORY = frozenset(("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"))
_SINCE_LEFT = "..."
_CUT = "if its history is cut short, as in CI, fetch all of it"


_MANY_LINES = 2000
"""Among more than these, lines that are there again and again are not looked for: it takes long, and they may seem to
have changed if all around them has."""


class UnknownRevision(Exception):
    """Nobody can tell what has changed; the message says why in one line."""


class Changes:
    """What has changed around some files since a revision: a name that git knows, or `NAME...` for the commit at which
    the current branch has left that one."""

    def __init__(self, revision: str) -> None:
        self._revision = revision
        self._revisions: dict[Path, _Revision | None] = {}
        self._tops: dict[Path, Path | None] = {}

    def touch(self, path: Path) -> bool:
        """Whether a file may have changed at all; of a folder, whether it is there. Raises UnknownRevision where its
        repository has no such revision, or it is in none."""
        file = Path(os.path.realpath(path))
        before = self._around(file)
        return before is None or not before.has(file)

    def lines(self, path: Path, lines: Sequence[str]) -> Collection[int]:
        """Those that are new or changed, counted from 0, of a file that holds `lines` now. Raises UnknownRevision."""
        file = Path(os.path.realpath(path))
        before = self._around(file)
        return _changed([] if before is None else before.lines(file, lines), lines)

    def _around(self, file: Path) -> _Revision | None:
        """None in a repository within another one that does not know it: all in there is new."""
        top = self._top(file)
        if top is None:
            raise UnknownRevision(f"{file} is in no git repository")
        if top not in self._revisions:
            is_outermost = self._top(top.parent) is None
            self._revisions[top] = _Revision.named(top, self._revision) if is_outermost else self._within(top)
        return self._revisions[top]

    def _within(self, top: Path) -> _Revision | None:
        """That of a submodule is the one that the repository around it names."""
        outer = self._around(top.parent)
        commit = None if outer is None else outer.submodules.get(outer.name(top))
        return None if commit is None else _Revision.named(top, commit)

    def _top(self, path: Path) -> Path | None:
        """The folder of the working tree around it."""
        if path not in self._tops:
            is_top, is_last = os.path.exists(path / ".git"), path.parent == path
            self._tops[path] = path if is_top else None if is_last else self._top(path.parent)
        return self._tops[path]


@dataclass(frozen=True, eq=False)
class _Revision:
    top: Path
    """The folder of the working tree."""
    files: Mapping[bytes, str]
    """The ids of their contents, by their paths from there on as git writes them."""
    submodules: Mapping[bytes, str]

    @classmethod
    def named(cls, top: Path, name: str) -> _Revision:
        """Raises UnknownRevision."""
        tree = _resolved(top, f"{_since_left(top, name)}^{{tree}}", name)
        files: dict[bytes, str] = {}
        submodules: dict[bytes, str] = {}
        for line in _git(top, "ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0"):
            about, _, path = line.partition(b"\t")
            if path:
                _, kind, identifier = about.decode("ascii").split()
                (submodules if kind == "commit" else files)[path] = identifier
        return cls(top, files, submodules)

    def name(self, file: Path) -> bytes:
        return os.fsencode(file.relative_to(self.top).as_posix())

    def has(self, file: Path) -> bool:
        """Whether it has exactly this file."""
        identifier = self.files.get(self.name(file))
        try:
            return identifier is not None and _identifier(file.read_bytes(), len(identifier)) == identifier
        except OSError:
            return False

    def lines(self, file: Path, now: Sequence[str]) -> list[str]:
        """Those that it has of a file, if need be by another name; none of a new one."""
        identifier = self.files.get(self.name(file))
        if identifier is not None:
            return self._contents([identifier])[0]
        lines = Counter(_plain(now))
        alike = max(((_share(lines, Counter(_plain(old))), old) for old in self._gone), default=(0.0, []))
        return alike[1] if alike[0] >= _SAME_FILE else []

    @cached_property
    def _gone(self) -> list[list[str]]:
        """The contents of the Python files that are not there any more."""
        python = ((path, identifier) for path, identifier in self.files.items() if path.endswith(b".py"))
        return self._contents(
            identifier for path, identifier in python if not os.path.lexists(self.top / os.fsdecode(path))
        )

    def _contents(self, identifiers: Iterable[str]) -> list[list[str]]:
        wanted = list(identifiers)
        answer = _git(self.top, "cat-file", "--batch", say="".join(f"{one}\n" for one in wanted).encode())
        found = []
        for _ in wanted:
            head, _, answer = answer.partition(b"\n")
            size = int(head.split()[2])
            found.append(_lines(answer[:size]))
            answer = answer[size + 1 :]
        return found


def _lines(data: bytes) -> list[str]:
    try:
        return split_lines(decoded(data))
    except UnreadableSource:
        return []


def _plain(lines: Iterable[str]) -> list[str]:
    """Without their ends, which may not be the ones that git has stored."""
    return [line.rstrip("\r\n") for line in lines]


def _share(some: Counter[str], others: Counter[str]) -> float:
    return 2 * (some & others).total() / max(some.total() + others.total(), 1)


def _changed(before: Sequence[str], now: Sequence[str]) -> set[int]:
    old, new = _plain(before), _plain(now)
    # Most of a file is as it was, and comparing all of it takes its time.
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = SequenceMatcher(None, old, new, autojunk=len(new) > _MANY_LINES)
    return {
        head + line for kind, _, _, start, end in matcher.get_opcodes() if kind != "equal" for line in range(start, end)
    }


def _common(some: Sequence[str], others: Sequence[str]) -> int:
    """How many are the same from the beginning on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, others, strict=False)))


def _identifier(data: bytes, length: int) -> str:
    """What git calls a content, in a repository with names of this length."""
    algorithm = hashlib.sha1 if length == 40 else hashlib.sha256
    return algorithm(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _git(top: Path, *arguments: str, say: bytes = b"", silence: str = "git has failed") -> bytes:
    """What it answers. Raises UnknownRevision with what it complains of, or where it says nothing with `silence`."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_ONE_REPOSITORY}
    environment = {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    command = [_program(), "-C", os.fspath(top), *_SAFELY, *arguments]
    ran = subprocess.run(command, input=say, capture_output=True, env=environment)
    if ran.returncode != 0:
        complaint = [line.strip() for line in ran.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        # It stands some lines below that it wants to be told who else's repositories are safe, and how.
        remedy = "".join(f"; `{line}` allows it" for line in complaint[1:] if "safe.directory" in line)
        raise UnknownRevision(f"git: {complaint[0].removeprefix('fatal: ')}{remedy}" if complaint else silence)
    return ran.stdout


def _program() -> str:
    """Raises UnknownRevision. Never one in the current folder, which Windows would take first."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        found = shutil.which("git", path=folder) if os.path.isabs(folder) else None
        if found is not None and os.path.dirname(found) == folder.rstrip(os.sep):
            return found
    raise UnknownRevision("there is no git on the PATH, which knows what has changed")


def _since_left(top: Path, name: str) -> str:
    """The revision that is meant."""
    if not name.endswith(_SINCE_LEFT):
        return name
    branch = name.removesuffix(_SINCE_LEFT)
    apart = f"'{branch}' and the current branch of {top} have nothing in common; {_CUT}"
    return _git(top, "merge-base", _resolved(top, f"{branch}^{{commit}}", name), "HEAD", silence=apart).decode().strip()


def _resolved(top: Path, expression: str, name: str) -> str:
    unknown = f"the git repository {top} has no revision '{name}'; {_CUT}"
    if expression.startswith("-"):
        raise UnknownRevision(unknown)
    return _git(top, "rev-parse", "--verify", "--quiet", expression, silence=unknown).decode().strip()
