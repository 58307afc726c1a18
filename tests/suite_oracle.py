"""Runs the cases of one file of the labelled suite under this CPython and prints, as JSON, what it complains of.

usage: suite_oracle.py FILE

The file is run as a program first, then each of its functions named `case_...`, async ones in an event loop of their
own. A parameter stands for a condition: a case runs once for each combination of True and False. The answer maps the
name of the case ("" for the module itself) to its complaints: the rule, the name of the coroutine, and the lines of the
file on the way to where the coroutine or task was made, or was waited for.
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
import runpy
import sys
import threading
import warnings
from pathlib import Path

from complaints import Complaints

file = str(Path(sys.argv[1]).resolve())
cpython = Complaints(file)


def quietly(action, *args):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        with contextlib.suppress(Exception, SystemExit, asyncio.CancelledError, KeyboardInterrupt):
            action(*args)
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join(2)
        gc.collect()
        gc.collect()


def run_case(case):
    count = len(inspect.signature(case).parameters)
    for answers in itertools.product((False, True), repeat=count):
        asyncio.set_event_loop(None)
        if inspect.iscoroutinefunction(case):
            quietly(lambda answers=answers: asyncio.run(asyncio.wait_for(case(*answers), 5)))
        else:
            quietly(case, *answers)


def main() -> None:
    answer = {}
    warnings.simplefilter("ignore")
    threading.setprofile(None)
    threading.excepthook = lambda args: None
    sys.unraisablehook = lambda args: None
    logging.disable(logging.CRITICAL)
    os.chdir(Path(file).parent)
    sys.path.insert(0, str(Path(file).parent))
    sys.argv = [file]
    namespace = {}
    quietly(lambda: namespace.update(runpy.run_path(file, run_name="__main__")))
    if not namespace:
        # It raised on the way: as far as it came, it complained all the same.
        namespace["__raised__"] = True
    answer[""] = cpython.take()
    for name, case in list(namespace.items()):
        if name.startswith("case_"):
            run_case(case)
            answer[name] = cpython.take()
    print(json.dumps(answer))


with cpython.noted():
    main()
