"""Runs a program under this CPython and prints, as JSON, what the interpreter complains of.

usage: oracle.py PROGRAM

A program named `cell.py` runs as a cell of a notebook does, within an event loop.

Complaints are pairs of a kind and a name: `never-awaited` and the coroutine's name; `pending` and the name of the
coroutine of a task that `asyncio.run` had to cancel; `never-retrieved` and the type of the lost exception.
"""

import ast
import asyncio
import asyncio.runners
import contextlib
import gc
import io
import json
import runpy
import sys
import warnings
from pathlib import Path

from complaints import is_kept

complaints = []


def note_warning(message, *_args, **_kwargs):
    text = str(message)
    if text.startswith("coroutine '") and text.endswith("was never awaited"):
        complaints.append(("never-awaited", text.split("'")[1]))


def note_lost_exception(self, context):
    # The tasks that are cancelled at the end of the program have nothing to say that anybody would miss.
    cancelled = isinstance(context.get("exception"), asyncio.CancelledError)
    if "never retrieved" in context.get("message", "") and not cancelled:
        complaints.append(("never-retrieved", type(context["exception"]).__name__))


original_cancel = asyncio.runners._cancel_all_tasks


def note_pending(loop):
    for task in asyncio.all_tasks(loop):
        if not is_kept(task):
            complaints.append(("pending", task.get_coro().__qualname__))
    original_cancel(loop)


def run_cell(program):
    code = compile(Path(program).read_text("utf-8"), program, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

    async def kernel():
        coroutine = eval(code, vars(sys.modules["__main__"]))
        if coroutine is not None:
            await coroutine

    asyncio.run(kernel())


def main(program):
    warnings.simplefilter("always")
    warnings.showwarning = note_warning
    asyncio.BaseEventLoop.call_exception_handler = note_lost_exception
    asyncio.runners._cancel_all_tasks = note_pending
    sys.path.insert(0, str(Path(program).parent))
    sys.argv = [program]
    printed, raised = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        try:
            run_cell(program) if Path(program).name == "cell.py" else runpy.run_path(program, run_name="__main__")
        except (Exception, SystemExit) as error:
            raised = type(error).__name__
            error.__traceback__ = None
            del error
        gc.collect()
    print(json.dumps({"complaints": complaints, "raised": raised, "printed": printed.getvalue()}))


main(sys.argv[1])
