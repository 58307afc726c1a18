"""Types for a long time, over many files, and reports what becomes of memory and of the time that an answer takes.

usage: python tests/reliability/soak.py [--minutes N] [--files N] [--seed N]
       python tests/reliability/soak.py --flood [--lines N] [--edits N] [--rate N]

A client opens the files, types lines with and without errors, deletes them, breaks the syntax for a while, saves, asks
for hovers and for what to do, closes files and opens them again. With --flood it edits one long file faster than that
can be checked.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from lsp.editor import patched
from reliability import raw
from reliability.processes import resident, workers
from reliability.raw import Message, Raw, change, closed, edited, hover, notification, opened, request

UNIT = '''
async def brew_{0}(leaves: int) -> str:
    """Takes its time."""
    await asyncio.sleep(leaves)
    return "tea"


async def serve_{0}(guests: list[str]) -> None:
    pots = [asyncio.create_task(brew_{0}(len(guest))) for guest in guests]
    for pot in pots:
        print(await pot)
'''
LOST = "    brew_0(1)\n"
LINES = (
    LOST,
    "    asyncio.create_task(brew_0(2))\n",
    "    await brew_0(3)\n",
    "    print(guests)\n",
    "    brew_0(4\n",
    "    (\n",
)
PAUSE = 5.0
"""Seconds between two rounds of edits."""
AT = 12
"""The line that is typed above: the first one of a function."""


def program(units: int) -> str:
    return "import asyncio\n" + "".join(UNIT.format(number) for number in range(units))


@dataclass
class File:
    """A document as the client has it: `typed` lines stand above line AT."""

    uri: str
    text: str
    version: int = 1
    typed: list[str] = field(default_factory=list)

    def type(self, line: str) -> Message:
        self.typed.append(line)
        self.version += 1
        return edited(self.uri, self.version, change((AT, 0), (AT, 0), line))

    def delete(self) -> Message:
        self.typed.pop()
        self.version += 1
        return edited(self.uri, self.version, change((AT, 0), (AT + 1, 0), ""))

    def open(self) -> Message:
        self.version += 1
        above = self.text.splitlines(keepends=True)
        return opened(self.uri, "".join((*above[:AT], *reversed(self.typed), *above[AT:])), self.version)


@dataclass
class Figures:
    """What came of typing for a while."""

    edits: int = 0
    requests: int = 0
    unanswered: int = 0
    milliseconds: list[float] = field(default_factory=list)
    """From an edit to its diagnostics."""
    server: int = 0
    worker: int = 0
    """Bytes, at the end."""
    replaced: int = 0

    @property
    def row(self) -> str:
        times = sorted(self.milliseconds)
        middle, late = statistics.median(times), times[int(len(times) * 0.95)]
        memory = f"{self.server / 2**20:.0f} MB | {self.worker / 2**20:.0f} MB"
        return f"| {self.edits} | {self.requests} | {self.unanswered} | {middle:.0f} ms | {late:.0f} ms | {memory} |"


class Typist:
    """One client with its files, which are the same for the same seed."""

    def __init__(self, client: Raw, folder: Path, files: int, units: int, seed: int) -> None:
        self._client = client
        self._random = random.Random(seed)
        self._number = 0
        client.start(
            {"textDocument": {"publishDiagnostics": {"relatedInformation": True, "versionSupport": True}}}, folder
        )
        self.files = []
        for number in range(files):
            path = folder / f"tea{number}.py"
            path.write_text(program(units), "utf-8")
            self.files.append(File(path.as_uri(), program(units)))
        client.send(*(file.open() for file in self.files))
        for file in self.files:
            client.diagnostics(file.uri, file.version)

    def work(self, edits: int) -> Figures:
        """So many edits, each with its answer, in bursts that have only one for the last."""
        figures = Figures(edits)
        asked: list[int] = []
        while edits > 0:
            file = self._random.choice(self.files)
            burst = min(edits, self._random.choice((1, 1, 5, 20)))
            edits -= burst
            self._around(file)
            for _ in range(burst):
                begun = time.perf_counter()
                self._client.send(self._edit(file))
            self._client.diagnostics(file.uri, file.version)
            figures.milliseconds.append((time.perf_counter() - begun) * 1e3)
            # Those that were asked before this burst, and answered at some time in it.
            figures.requests += len(asked)
            figures.unanswered += sum(not self._is_answered(number) for number in asked)
            figures.replaced += len(self._client.shown)
            self._client.said.clear()
            asked = self._ask(file)
        figures.requests += len(asked)
        figures.unanswered += sum(not self._is_answered(number) for number in asked)
        figures.server = resident(self._client.process.pid)
        figures.worker = sum(map(resident, workers(self._client.process.pid)))
        return figures

    def _edit(self, file: File) -> Message:
        if file.typed and self._random.random() < min(0.9, len(file.typed) / 10):
            return file.delete()
        return file.type(self._random.choice(LINES))

    def _around(self, file: File) -> None:
        kind = self._random.random()
        if kind < 0.05:
            self._client.send(closed(file.uri), file.open())
        elif kind < 0.1:
            self._client.send(notification("textDocument/didSave", {"textDocument": {"uri": file.uri}}))

    def _ask(self, file: File) -> list[int]:
        if self._random.random() < 0.5:
            return []
        first, second = self._number + 1, self._number + 2
        self._number += 2
        span = {"start": {"line": AT, "character": 4}, "end": {"line": AT + 1, "character": 0}}
        params = {"textDocument": {"uri": file.uri}, "range": span, "context": {"diagnostics": []}}
        self._client.send(hover(first, file.uri, AT, 5), request(second, "textDocument/codeAction", params))
        return [first, second]

    def _is_answered(self, number: int) -> bool:
        try:
            return "result" in self._client.answer(number)
        except AssertionError:
            return False


COUNTS = """
import logging
from spooky_asyncio.lsp import analyst
analyze = analyst.analyze
def counted(document, *others):
    logging.getLogger("spooky_asyncio.counts").info("begins version %s", document.version)
    return analyze(document, *others)
analyst.analyze = counted
"""


@dataclass(frozen=True)
class Flood:
    edits: int
    analyses: int
    after_the_last: int
    """Analyses that began after the last edit was sent."""
    seconds: float
    """From the last edit to its diagnostics."""


def flood(lines: int, edits: int, rate: float | None) -> Flood:
    """Edit one file so many times, so often in a second or as fast as it goes."""
    with Raw(patched(COUNTS)) as client:
        client.start()
        file = File("untitled:Long", program(lines // UNIT.count("\n")))
        client.send(file.open())
        client.diagnostics(file.uri, file.version)
        client.said.clear()
        for _ in range(edits):
            client.send(file.type(LOST))
            if rate is not None:
                time.sleep(1 / rate)
        begun = time.monotonic()
        before = set(_versions(client))
        found = client.diagnostics(file.uri, file.version)
        seconds = time.monotonic() - begun
        assert len(found) == edits
        # Nothing is under way after the last answer.
        client.send(hover("last", file.uri))
        client.answer("last")
        versions = _versions(client)
        assert versions[-1] == file.version
        assert client.shown == []
        return Flood(edits, len(versions), len(set(versions) - before), seconds)


def _versions(client: Raw) -> list[int]:
    return [int(line.rpartition(" ")[2]) for line in client.logged if line.startswith("begins version")]


def rounds(client: Raw, typist: Typist, minutes: float) -> Iterator[Figures]:
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        # Nobody types without a pause in which the server may tidy up.
        time.sleep(PAUSE)
        yield typist.work(500)


def main() -> int:
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--units", type=int, default=20, help="of each file, of 13 lines")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--flood", action="store_true")
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20)
    given = parser.parse_args()
    # Long files take long, and nobody waits for the end of a test here.
    raw.PATIENCE = 600
    if given.flood:
        print(flood(given.lines, given.edits, given.rate))
        return 0
    with tempfile.TemporaryDirectory() as folder, Raw() as client:
        typist = Typist(client, Path(folder), given.files, given.units, given.seed)
        print(
            "| minutes | edits | requests | unanswered | median | 95th percentile | server | worker |\n|" + " --- |" * 8
        )
        begun, bad = time.monotonic(), 0
        for figures in rounds(client, typist, given.minutes):
            print(f"| {(time.monotonic() - begun) / 60:.1f} {figures.row}", flush=True)
            bad += figures.unanswered + figures.replaced
        client.stop()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
