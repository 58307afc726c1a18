"""Runs programs of the labelled suite, whole or as fixes leave them, one after the other under this CPython.

usage: fix_oracle.py FOLDER

Reads a line of JSON for each program: its text, its file, and the case in it to run ("" for the module alone). Answers
each with a line: the complaints, and what was raised by the case, for each way to call it: nothing, or the type of the
exception and the names of the functions that it came through. FOLDER is where the programs may import from.

Time that an event loop would only wait for passes at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import io
import itertools
import json
import logging
import os
import selectors
import sys
import threading
import time
import traceback
import types
import warnings

from complaints import Complaints

TIMEOUT = 3600


def caught(action, *args):
    try:
        action(*args)
    except (Exception, SystemExit, asyncio.CancelledError, KeyboardInterrupt) as error:
        names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        kinds = [type(one).__name__ for one in (error, *getattr(error, "exceptions", ()))]
        return {"kinds": kinds, "message": str(error)[:200], "through": names}
    return None


PATIENCE = 0.05
"""Seconds of real time that something outside of the event loop, a thread for one, gets to do its part."""

skipped = 0.0


class ImpatientSelector(selectors.DefaultSelector):
    """Waits for no clock: when nothing happens at once, the clock is put forward."""

    def select(self, timeout=None):
        global skipped
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        others = threading.active_count() > 1
        found = super().select(min(timeout, PATIENCE if others else 0))
        if not found:
            skipped += timeout
        return found


def make_time_fly():
    selectors.DefaultSelector = ImpatientSelector
    asyncio.BaseEventLoop.time = lambda loop: time.monotonic() + skipped


def settled() -> None:
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(2)
    gc.collect()


def call(case, answers):
    case(*answers)


def run_async(case, answers):
    asyncio.run(asyncio.wait_for(case(*answers), TIMEOUT))


def run(text: str, file: str, case: str) -> dict[str, object]:
    cpython = Complaints(file)
    raised = []
    module = types.ModuleType("__main__")
    module.__file__ = file
    sys.modules["__main__"] = module
    asyncio.set_event_loop(None)
    with cpython.noted(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        raised.append(caught(exec, compile(text, file, "exec"), module.__dict__))
        settled()
        found = module.__dict__.get(case)
        if found is not None:
            cpython.take()
            raised.clear()
            count = len(inspect.signature(found).parameters)
            for answers in itertools.product((False, True), repeat=count):
                asyncio.set_event_loop(None)
                program = run_async if inspect.iscoroutinefunction(found) else call
                raised.append(caught(program, found, answers))
                settled()
        found = None
        module.__dict__.clear()
        settled()
    return {"complaints": cpython.take(), "raised": raised}


def main() -> None:
    warnings.simplefilter("ignore")
    threading.excepthook = lambda args: None
    sys.unraisablehook = lambda args: None
    logging.disable(logging.CRITICAL)
    os.chdir(sys.argv[1])
    sys.path.insert(0, sys.argv[1])
    make_time_fly()
    answers = sys.stdout
    for line in sys.stdin:
        asked = json.loads(line)
        answer = run(asked["text"], asked["file"], asked["case"])
        print(json.dumps(answer), file=answers, flush=True)


main()
