"""Runs a program as `python` itself would, and says where nobody but `spooky run` reads what was heard meanwhile.

The report is a file with a JSON array in each line: what it is, and the thing itself. What is heard is written at once,
so that it is known also of a program that is killed.
"""

from __future__ import annotations

import atexit
import builtins
import gc
import json
import os
import runpy
import signal
import sys
import threading
import zipfile
from dataclasses import asdict
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, NoReturn

from spooky_asyncio.runtime.children import watch_children
from spooky_asyncio.runtime.complaints import Complaint
from spooky_asyncio.runtime.places import is_own
from spooky_asyncio.runtime.watcher import Watcher

BEGIN, COMPLAINT, MADE, FILES, END = "begin", "complaint", "made", "files", "end"

_HERE = os.path.dirname(os.path.abspath(__file__))


def run(report: str, is_module: bool, arguments: list[str]) -> NoReturn:
    """Run a script or module with its arguments, as the main program of this process, and end it.

    The interpreter has put the folder of our own script first on its path, unless it was told not to."""
    Watched(report, is_main=True).begin()
    status: object = 0
    try:
        _run_module(arguments) if is_module else _run_script(arguments)
    except SystemExit:
        raise
    except BaseException as error:
        error.__traceback__ = _of_program(error.__traceback__)
        sys.excepthook(type(error), error, error.__traceback__)
        status = 128 + signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1
    raise SystemExit(status)


def _run_script(arguments: list[str]) -> None:
    script = arguments[0]
    sys.argv = arguments
    if not os.path.isfile(script) or zipfile.is_zipfile(script):
        _first_on_path(os.path.abspath(script))
        runpy._run_module_as_main("__main__", alter_argv=False)  # type: ignore[attr-defined]
        return
    _first_on_path(os.path.dirname(os.path.realpath(script)))
    # As the interpreter has it since 3.9, also in tracebacks.
    path = os.path.abspath(script)
    main = _new_main()
    main.update(__file__=path, __cached__=None)
    exec(compile(Path(script).read_bytes(), path, "exec", dont_inherit=True), main)


def _run_module(arguments: list[str]) -> None:
    sys.argv = ["-m", *arguments[1:]]
    _first_on_path(os.getcwd())
    _new_main()
    # What `python -m` itself calls: the module is `__main__`, and no copy of it.
    runpy._run_module_as_main(arguments[0])  # type: ignore[attr-defined]


def _new_main() -> dict[str, Any]:
    """The names of an empty main module, as a program finds it."""
    main = ModuleType("__main__")
    vars(main).update(__builtins__=builtins)
    sys.modules["__main__"] = main
    return vars(main)


def _first_on_path(folder: str) -> None:
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = folder


def _of_program(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback without what runs the program."""
    while traceback is not None and _is_ours(traceback.tb_frame.f_code.co_filename):
        traceback = traceback.tb_next
    return traceback


def _is_ours(file: str) -> bool:
    return os.path.dirname(file) == _HERE or file in (runpy.__file__, "<frozen runpy>")


class Watched:
    """The process, from here to its end."""

    def __init__(self, report: str, is_main: bool = False) -> None:
        """`is_main` for the process of the program itself, and not one that it starts."""
        self._report = report
        self._main = os.getpid() if is_main else None
        self._ended: int | None = None
        self._watcher = Watcher(self._hear)

    def begin(self) -> None:
        self._write(BEGIN, sys.version)
        # Registered before all that the program registers, and called after it.
        atexit.register(self._end)
        watch_children(self._report, self, Watched._end)
        self._watcher.start()

    def _hear(self, complaint: Complaint) -> None:
        self._write(COMPLAINT, asdict(complaint))

    def _write(self, kind: str, content: object) -> None:
        # In one go: also the processes that the program starts write here.
        line = (json.dumps([kind, content]) + "\n").encode()
        report = os.open(self._report, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(report, line)
        finally:
            os.close(report)

    def _end(self) -> None:
        process = os.getpid()
        if self._ended == process:
            return
        self._ended = process
        self._watcher.note_lost()
        is_main = process == self._main
        self._write(FILES, _own_files())
        if is_main and threading.active_count() == 1:
            # What the main module holds goes when the interpreter ends, and nobody can listen any more. So it goes
            # here, unless threads still need it.
            self._watcher.is_ending = True
            vars(sys.modules["__main__"]).clear()
        gc.collect()
        self._watcher.note_unread()
        self._write(MADE, sorted(self._watcher.places))
        if is_main:
            self._write(END, None)


def _own_files() -> list[str]:
    """The files of the program that were imported."""
    found = (getattr(module, "__file__", None) for module in tuple(sys.modules.values()))
    files = {os.path.abspath(file) for file in found if isinstance(file, str)}
    return sorted(file for file in files if file.endswith(".py") and is_own(file))
