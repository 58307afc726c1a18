"""Does to a real server what must cost it no more than one answer, and counts what it costs.

usage: python tests/reliability/faults.py [--times N] [NAME ...]

Each fault is brought about in the process that analyzes, when it checks a text with the fault's name in it, or from
outside. Prints a table: how often, answers lost, how often the user was told, the time until the next answer, what a
server needed from its start to its first answer at that time on that machine, and what was left behind. It exits with 1
if that is more than it may be.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from lsp.editor import patched
from reliability.processes import is_there, worker_of, workers
from reliability.raw import Raw, edited, hover, opened

LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()\n"
BAD, GOOD = "untitled:Bad", "untitled:Good"
SECONDS = 3.0
"""How long an answer may take here. What the machine needs for a first one must fit in."""

BREAKS = """
import os, re, resource, signal, sys, threading, time
from spooky_asyncio.inference.on_demand import InferenceOnDemand
from spooky_asyncio.lsp import analyst

def hang(): threading.Event().wait()
def spin(): re.match("(a+)+$", "a" * 64 + "b")  # in C, which holds the interpreter
def stop(): os.kill(os.getpid(), signal.SIGSTOP); time.sleep(1)
def kill(): os.kill(os.getpid(), signal.SIGKILL)
def crash(): os.kill(os.getpid(), signal.SIGSEGV)
def leave(): os._exit(0)
def recur(): recur()
def overflow():
    # For want of room: what Python itself counts it ends in time.
    nested = []
    for _ in range(900): nested = [nested]
    threading.stack_size(2**15)
    thread = threading.Thread(target=repr, args=(nested,))
    thread.start()
    thread.join()
def fill():
    # What it has, and little more.
    pages = int(open("/proc/self/statm").read().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 2**26,) * 2)
    eaten = []
    while True: eaten.append(bytearray(2**16))
def fail(): raise ZeroDivisionError("broken on purpose")
def print_(): os.write(1, b"printed into the answers")

faults = {"hang": hang, "spin": spin, "stop": stop, "kill": kill, "crash": crash, "leave": leave, "recur": recur,
          "overflow": overflow, "fill": fill, "fail": fail, "print": print_}

def break_(text):
    for name, fault in faults.items():
        if "# " + name + " " in text: fault()

make = InferenceOnDemand.__init__
def init(self, text, *args, **kwargs):
    break_(text)
    make(self, text, *args, **kwargs)
InferenceOnDemand.__init__ = init
"""
PATIENT = f"from spooky_asyncio.lsp import worker\nworker.PATIENCE_SECONDS = {SECONDS}"
COMMAND = patched(BREAKS, PATIENT)


@dataclass(frozen=True)
class Fault:
    """What is done to a server, by a text or from outside."""

    text: str = LOST
    do: Callable[[Raw], None] = lambda client: None
    lost: int = 0
    """The answers that it may cost."""
    told: int = 1
    hangs: bool = False
    """Whether the next answer has to wait until it is known that this one does not come."""


@dataclass(frozen=True)
class Cost:
    lost: int
    told: int
    seconds: float
    """Until the next answer, about another document."""
    start: float
    """Seconds that the server needed to start and to answer for the first time: machines are slow, and busy."""
    left: tuple[str, ...]

    def is_within(self, fault: Fault) -> bool:
        return self.lost <= fault.lost and self.told == fault.told and not self.left


def of_text(name: str, lost: int = 1, told: int = 1, hangs: bool = False) -> Fault:
    return Fault(f"{LOST}# {name} \n", lost=lost, told=told, hangs=hangs)


def to_worker(number: int) -> Callable[[Raw], None]:
    def do(client: Raw) -> None:
        worker = worker_of(client.process.pid)
        os.kill(worker, number)

    return do


def kill_while_busy(client: Raw) -> None:
    client.send(opened("untitled:Busy", LOST * 300))
    to_worker(signal.SIGKILL)(client)


FAULTS = {
    "killed": Fault(do=to_worker(signal.SIGKILL)),
    "killed while busy": Fault(do=kill_while_busy),
    "terminated": Fault(do=to_worker(signal.SIGTERM)),
    "stopped": Fault(do=to_worker(signal.SIGSTOP), lost=1, hangs=True),
    "killed by a text": of_text("kill"),
    "crashed by a text": of_text("crash"),
    "ended by a text": of_text("leave"),
    "hung in inference": of_text("hang", hangs=True),
    "hung with the interpreter held": of_text("spin", hangs=True),
    "stopped by a text": of_text("stop", hangs=True),
    "out of memory": of_text("fill"),
    "stack overflow": of_text("overflow"),
    "recursion": of_text("recur", told=0),
    "internal error": of_text("fail", told=0),
    "printed into the answers": of_text("print", lost=0, told=0),
}


def inject(fault: Fault, command: tuple[str, ...] = COMMAND) -> Cost:
    """Does it to a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = folder
        try:
            with Raw(command) as client:
                cost = _cost(fault, client)
        finally:
            os.environ.pop("TMPDIR") if before is None else os.environ.__setitem__("TMPDIR", before)
        left = (*cost.left, *sorted(os.listdir(folder)))
    return replace(cost, left=left)


def _cost(fault: Fault, client: Raw) -> Cost:
    begun = time.monotonic()
    client.start()
    client.send(opened(GOOD, LOST))
    assert client.lines(GOOD) == [4]
    start = time.monotonic() - begun
    begun = time.monotonic()
    fault.do(client)
    client.send(opened(BAD, fault.text), hover("bad", BAD, 4, 5), edited(GOOD, 2, {"text": LOST + "\n"}))
    lost = client.lines(BAD) != [4]
    assert client.answer("bad").get("result") or lost
    assert client.lines(GOOD, 2) == [4], "the next answer"
    seconds = time.monotonic() - begun - (SECONDS if fault.hangs else 0)
    # As soon as it is edited it is like any other one.
    client.send(edited(BAD, 2, {"text": "\n" + LOST}))
    assert client.lines(BAD, 2) == [5]
    those = workers(client.process.pid)
    assert len(those) == 1
    assert client.stop() == 0
    end = time.monotonic() + 5
    while any(map(is_there, those)) and time.monotonic() < end:
        time.sleep(0.01)
    return Cost(lost, len(client.shown), seconds, start, tuple(f"process {one}" for one in those if is_there(one)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", default=list(FAULTS))
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    good = True
    head = ("fault", "times", "answers lost each", "told each", "next answer, median", "a start, median", "left behind")
    print(f"| {' | '.join(head)} |\n|{' --- |' * len(head)}")
    for name in given.names:
        costs = [inject(FAULTS[name]) for _ in range(given.times)]
        good &= all(cost.is_within(FAULTS[name]) for cost in costs)
        lost, told = ({getattr(cost, what) for cost in costs} for what in ("lost", "told"))
        seconds, start = (statistics.median(getattr(cost, what) for cost in costs) for what in ("seconds", "start"))
        left = sorted({one for cost in costs for one in cost.left})
        counts = [", ".join(str(int(number)) for number in sorted(numbers)) for numbers in (lost, told)]
        row = [name, str(given.times), *counts, f"{seconds:.1f} s", f"{start:.1f} s", ", ".join(left) or "nothing"]
        print(f"| {' | '.join(row)} |", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
