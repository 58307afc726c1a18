"""Types for a long time, over many files, and reports what becomes of memory and of the time that an answer takes.

usage: python tests/reliability/soak.py [--minutes N] [--files N] [--seed N]
       python tests/reliability/soak.py --flood [--lines N] [--edits N] [--rate N]

A client opens the files, types lines with and without errors, deletes them, breaks the syntax for a while, saves, asks
for hovers and for what to do, closes files and opens them again. Prints a row for each tenth of the time, and by how
much answers became slower and processes larger from the first to the last: the median of the slopes between any two
rows, which a busy moment of the machine does not move. The work is processor time, counted in that of a small piece of
work which is done again and again beside it, as both cost more on a busy machine. With --flood it edits one long file
faster than that can be checked.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from compare import LINES as LINES_MADE_UP
from compare import made_up

from lsp.editor import patched
from reliability import raw
from reliability.processes import processor_seconds, resident, workers
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
FLAT = 0.2
"""What grows by no more does not grow."""
STEADY = ("work for an answer", "server, MB", "worker, MB")
"""What others who keep the machine busy do not change."""
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
    work: float = 0
    """Seconds of processor time that it cost, in all processes of the server."""
    measured: list[float] = field(default_factory=list)
    """Seconds of processor time that the same piece of work took again and again: more on a busy machine."""
    server: int = 0
    worker: int = 0
    """Bytes, at the end."""
    replaced: int = 0

    def __add__(self, later: Figures) -> Figures:
        return Figures(
            self.edits + later.edits,
            self.requests + later.requests,
            self.unanswered + later.unanswered,
            self.milliseconds + later.milliseconds,
            self.work + later.work,
            self.measured + later.measured,
            later.server,
            later.worker,
            self.replaced + later.replaced,
        )

    @property
    def measures(self) -> dict[str, float]:
        """What must not grow with time."""
        times = sorted(self.milliseconds)
        return {
            "median, ms": statistics.median(times),
            "95 %, ms": times[int(len(times) * 0.95)],
            "work for an answer": self.work / len(times) / statistics.median(self.measured),
            "server, MB": self.server / 2**20,
            "worker, MB": self.worker / 2**20,
        }

    @property
    def row(self) -> str:
        measured = " | ".join(f"{value:.0f}" for value in self.measures.values())
        return f"| {self.edits} | {self.requests} | {self.unanswered} | {self.replaced} | {measured} |"


def yardstick() -> float:
    """What a small piece of work costs just now, in seconds of processor time."""
    begun = time.process_time()
    ast.dump(ast.parse(program(3)))
    return time.process_time() - begun


def growth(values: Sequence[float]) -> float:
    """From the first to the last, as a part of what is usual."""
    slopes = [(values[j] - values[i]) / (j - i) for i, j in itertools.combinations(range(len(values)), 2)]
    return statistics.median(slopes) * (len(values) - 1) / statistics.median(values)


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
        before = self._work()
        while edits > 0:
            file = self._random.choice(self.files)
            burst = min(edits, self._random.choice((1, 1, 5, 20)))
            edits -= burst
            self._around(file)
            figures.measured.append(yardstick())
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
        figures.work = self._work() - before
        figures.server = resident(self._client.process.pid)
        figures.worker = sum(map(resident, workers(self._client.process.pid)))
        return figures

    def _work(self) -> float:
        server = self._client.process.pid
        return sum(map(processor_seconds, [server, *workers(server)]))

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
log = logging.getLogger("spooky_asyncio.counts")
def counted(document, *others):
    log.info("begins version %s", document.version)
    analyzed = analyze(document, *others)
    if analyzed.report.is_partial:
        log.info("gives up version %s", document.version)
    return analyzed
analyst.analyze = counted
"""
COUNTS_WAITING = """
import logging
from spooky_asyncio.lsp.checks import Checks
submit = Checks.submit
log = logging.getLogger("spooky_asyncio.counts")
def counted(self, document, **options):
    log.info("gets version %s", document.version)
    submit(self, document, **options)
    log.info("%s waiting", self._executor._work_queue.qsize())
Checks.submit = counted
"""


@dataclass(frozen=True)
class Flood:
    edits: int
    analyses: int
    given_up: int
    """Of these."""
    after_the_last: int
    """Analyses that began after the server had got the last edit."""
    most_waiting: int
    """Texts that waited for their turn at a time."""
    first: float
    """Seconds from opening the file to its diagnostics; 0 where nobody waited for them."""
    seconds: float
    """From the last edit to its diagnostics."""


def flood(folder: Path, text: str, edits: int, rate: float | None, at_once: bool = False) -> Flood:
    """Edit one file so many times, so often in a second or as fast as it goes; or `at_once`, while it is being checked
    for the first time."""
    with Raw(patched(COUNTS, COUNTS_WAITING)) as client:
        client.start({}, folder)
        path = folder / "long.py"
        path.write_text(text, "utf-8")
        file = File(path.as_uri(), text)
        begun = time.monotonic()
        client.send(file.open())
        already = 0
        if not at_once:
            already = len(client.diagnostics(file.uri, file.version))
        first = 0.0 if at_once else time.monotonic() - begun
        for _ in range(edits):
            client.send(file.type("    asyncio.sleep(1)\n"))
            if rate is not None:
                time.sleep(1 / rate)
        begun = time.monotonic()
        found = client.diagnostics(file.uri, file.version)
        seconds = time.monotonic() - begun
        # Nothing is under way after the last answer.
        client.send(hover("last", file.uri))
        client.answer("last")
        versions = _versions(client.logged, "begins")
        assert versions[-1] == file.version
        assert len(found) >= already + edits
        assert client.shown == []
        waiting = max(int(line.split()[0]) for line in client.logged if line.endswith(" waiting"))
        after = client.logged[client.logged.index(f"gets version {file.version}") :]
        given_up = _versions(client.logged, "gives up")
        return Flood(edits, len(versions), len(given_up), len(_versions(after, "begins")), waiting, first, seconds)


def _versions(logged: list[str], what: str) -> list[int]:
    return [int(line.rpartition(" ")[2]) for line in logged if line.startswith(f"{what} version")]


def tenth(typist: Typist, seconds: float) -> Figures:
    """Rounds of edits for so long."""
    end = time.monotonic() + seconds
    figures = Figures()
    while time.monotonic() < end:
        # Nobody types without a pause in which the server may tidy up.
        time.sleep(PAUSE)
        figures += typist.work(500)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--units", type=int, default=20, help="of each file, of 13 lines")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--flood", action="store_true")
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--at-once", action="store_true", help="edit it while it is checked for the first time")
    given = parser.parse_args()
    # Long files take long, and nobody waits for the end of a test here.
    raw.PATIENCE = 600
    if given.flood:
        with tempfile.TemporaryDirectory() as folder:
            text = made_up(given.lines // LINES_MADE_UP)
            print(flood(Path(folder), text, given.edits, given.rate, given.at_once))
        return 0
    with tempfile.TemporaryDirectory() as folder, Raw() as client:
        typist = Typist(client, Path(folder), given.files, given.units, given.seed)
        names = list(Figures(milliseconds=[0], measured=[1]).measures)
        head = ["minutes", "edits", "requests", "unanswered", "replaced", *names]
        print(f"| {' | '.join(head)} |\n|{' --- |' * len(head)}")
        begun, found = time.monotonic(), []
        for _ in range(10):
            found.append(tenth(typist, given.minutes * 6))
            print(f"| {(time.monotonic() - begun) / 60:.1f} {found[-1].row}", flush=True)
        client.stop()
    growths = {name: growth([figures.measures[name] for figures in found]) for name in names}
    print("\n".join(f"{name}: {part:+.0%} from the first row to the last" for name, part in growths.items()))
    bad = sum(figures.unanswered + figures.replaced for figures in found)
    bad += sum(growths[name] > FLAT for name in STEADY)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
