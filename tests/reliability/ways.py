"""The same answer whatever the way: a folder is checked in many ways, which must all find the same.

usage: python tests/reliability/ways.py FOLDER [--seed SEED] [--checker PYTHON]...

The ways are: by one process and by several, without a cache, with an empty and with a full one, the files in another
order, half of them first, each alone, changed and changed back meanwhile, by a server with the files on disk or opened,
whose process that analyzes is killed between edits, or which is started anew, and by the Pythons of other environments
in which spooky-asyncio is installed (`--checker .nox/tests-3-10/bin/python`). Prints what is found in some ways only.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

sys.path.insert(0, str(Path(__file__).parents[1]))

from reliability.processes import worker_of
from reliability.raw import Raw, change, edited, opened, request
from spooky_asyncio.batch.check import Checker
from spooky_asyncio.batch.outcome import Overrides
from spooky_asyncio.source import read_text

Found: TypeAlias = "frozenset[str]"
"""The findings and failures of all files, each with its fixes, as a line of JSON."""


class Ways:
    def __init__(self, folder: Path, scratch: Path, seed: int = 1) -> None:
        self._folder = folder
        self._scratch = scratch
        self._random = random.Random(seed)
        self._files = [path.relative_to(folder) for path in sorted(folder.rglob("*.py"))]

    def all(self, checkers: Sequence[str] = ()) -> Iterator[tuple[str, Found]]:
        """Each way by its name, and what is found in it."""
        cache, other = self._scratch / "cache", self._scratch / "other cache"
        shuffled = self._random.sample(self._files, len(self._files))
        yield "one process, no cache", self._found("--jobs", 1, "--no-cache", ".")
        yield "three processes", self._found("--jobs", 3, "--no-cache", ".")
        yield "an empty cache", self._found("--cache-dir", cache, ".")
        yield "a full cache", self._found("--cache-dir", cache, ".")
        yield "in another order", self._found("--jobs", 1, "--no-cache", *shuffled)
        self._found("--cache-dir", other, *shuffled[::2])
        yield "half of them first", self._found("--cache-dir", other, ".")
        yield "changed and changed back", self._changed_back("--cache-dir", other, ".")
        yield "each alone", frozenset().union(*map(self._alone, self._files))
        yield "served", self._served(Served.opened)
        yield "served in another order", self._served(Served.opened, shuffled)
        yield "served from the disk", self._served(Served.on_disk)
        yield "served after edits", self._served(Served.edited)
        if sys.platform == "linux":
            yield "served by processes that are killed between edits", self._served(Served.edited_and_killed)
        yield (
            "served by a server for each",
            frozenset().union(*(self._served(Served.edited, [file]) for file in shuffled[:MOST_SERVERS]))
            | self._served(Served.opened, shuffled[MOST_SERVERS:]),
        )
        for checker in checkers:
            yield f"by {checker}", self._found("--no-cache", ".", python=checker)

    def _found(self, *arguments: object, python: str = sys.executable) -> Found:
        command = [python, "-m", "spooky_asyncio", "check", "--output-format", "json-lines", *map(str, arguments)]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, env=os.environ)
        if done.returncode not in (0, 1, 2) or "Traceback" in done.stderr:
            raise RuntimeError(done.stderr)
        return frozenset(map(_sorted, map(json.loads, done.stdout.splitlines())))

    def _served(self, way: Callable[[Served, Path], None], files: Sequence[Path] | None = None) -> Found:
        """By a server, for these files one after the other."""
        with Served(self._folder) as server:
            for file in self._files if files is None else files:
                way(server, self._folder / file)
            return server.found

    def _changed_back(self, *arguments: object) -> Found:
        """The cache knows the files of a time when every other one looked different."""
        changed = self._files[::2]
        before = {file: (self._folder / file).read_bytes() for file in changed}
        try:
            for file, data in before.items():
                (self._folder / file).write_bytes(b"async def brew(): ...\nbrew()\n" + data)
            self._found(*arguments)
        finally:
            for file, data in before.items():
                (self._folder / file).write_bytes(data)
        return self._found(*arguments)

    def _alone(self, file: Path) -> Found:
        """By a checker that has seen no other file."""
        from io import StringIO

        from spooky_asyncio.cli.formats import writer
        from spooky_asyncio.cli.page import Page

        stream = StringIO()
        outcome = Checker(Overrides()).check(self._folder / file)
        writer("json-lines")(outcome, Page(stream))
        return frozenset(map(_sorted, map(json.loads, stream.getvalue().splitlines())))


MOST_SERVERS = 3
"""So many files have a server of their own."""


class Served:
    """A server, and what it has found."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._client = Raw()
        self._lines: set[str] = set()

    def __enter__(self) -> Served:
        able = {"textDocument": {"diagnostic": {}}, "general": {"positionEncodings": ["utf-32"]}}
        self._client.start(able, self._folder)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.__exit__(None, None, None)

    @property
    def found(self) -> Found:
        return frozenset(self._lines)

    def opened(self, file: Path) -> None:
        self._open(file, read_text(file))

    def on_disk(self, file: Path) -> None:
        self._note(file)

    def edited(self, file: Path) -> None:
        """To something else, which is looked at, and back."""
        self._edited(file, lambda: None)

    def edited_and_killed(self, file: Path) -> None:
        self._edited(file, lambda: os.kill(worker_of(self._client.process.pid), signal.SIGKILL))

    def _edited(self, file: Path, meanwhile: Callable[[], None]) -> None:
        text = read_text(file)
        self._open(file, f"async def brew(): ...\nbrew()\n{text}", note=False)
        meanwhile()
        self._client.send(edited(file.as_uri(), 2, change((0, 0), (2, 0), "")))
        self._note(file)

    def _open(self, file: Path, text: str, note: bool = True) -> None:
        self._client.send(opened(file.as_uri(), text))
        found = self._diagnostics(file)
        if note:
            self._lines |= found

    def _note(self, file: Path) -> None:
        self._lines |= self._diagnostics(file)

    def _diagnostics(self, file: Path) -> set[str]:
        number = f"pull {len(self._client.said)}"
        self._client.send(request(number, "textDocument/diagnostic", {"textDocument": {"uri": file.as_uri()}}))
        return {self._line(file, item) for item in self._client.answer(number)["result"]["items"]}

    def _line(self, file: Path, item: Any) -> str:
        start, end = ([place["line"] + 1, place["character"] + 1] for place in item["range"].values())
        return _sorted([str(file), item["code"], item["message"], start, end])


def _as_served(lines: Found) -> Found:
    """What a server says of findings; what it logs of failures are no findings."""
    found = map(json.loads, lines)
    return frozenset(
        _sorted(
            [one["filename"], one["code"], one["message"], *([one[at]["row"], one[at]["column"]] for at in _PLACES)]
        )
        for one in found
        if one["code"] is not None
    )


_PLACES = ("location", "end_location")


def _by_any_python(lines: Found) -> Found:
    """Fixes go by the Python that a project does not name, places in the standard library by the one that is there."""
    return frozenset(_sorted(json.loads(line) | {"fixes": [], "related": []}) for line in lines)


def _sorted(found: Any) -> str:
    return json.dumps(found, sort_keys=True)


def differences(ways: Iterator[tuple[str, Found]]) -> Iterator[str]:
    """A line for each finding that is not found in all ways."""
    first, expected = next(ways)
    for name, found in ways:
        wanted = expected
        if name.startswith("served"):
            wanted = _as_served(expected)
        elif name.startswith("by "):
            found, wanted = _by_any_python(found), _by_any_python(expected)
        for line in sorted(found ^ wanted):
            yield f"only with {name if line in found else first}, not with {first if line in found else name}: {line}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="check a folder in many ways, and compare what is found")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--checker", action="append", default=[], help="another Python that has spooky-asyncio")
    options = parser.parse_args(arguments)
    start, count = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as scratch:
        # A copy, for some ways change it.
        copy = Path(scratch, "copy")
        shutil.copytree(options.folder, copy)
        ways = Ways(copy, Path(scratch), options.seed)
        names = []

        def noted() -> Iterator[tuple[str, Found]]:
            for name, found in ways.all(options.checker):
                names.append(f"{name}: {len(found)}")
                print(names[-1], flush=True)
                yield name, found

        for line in differences(noted()):
            count += 1
            print(line[:300])
    print(f"{len(names)} ways in {time.monotonic() - start:.0f} s, {count} differences")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
