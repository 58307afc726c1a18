"""Which line of the program it was: not one of the standard library, nor of an installed package, if any other is."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from types import FrameType, TracebackType

from spooky_asyncio.runtime.complaints import Place

FRAMES = 20
"""As many callers of an async function are looked at to find the one that is the program's own."""

_HERE = os.path.dirname(os.path.abspath(__file__))
_PACKAGE = os.path.join(os.path.dirname(_HERE), "__init__.py")
_STANDARD = tuple({os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")})
_LOOPS = tuple(os.path.join("asyncio", name) for name in ("events.py", "base_events.py", "runners.py"))
_RUNNING = frozenset({"_run", "run", "run_forever", "run_until_complete", "_run_once"})
"""Functions of event loops that run something: who has called them has not made what is made within."""


def of_frame(frame: FrameType | None) -> Place | None:
    """The line that is being run in a frame, or in the one of its callers that is the program's own."""
    return chosen(_callers(frame))


def of_origin(origin: Iterable[tuple[str, int, str]] | None) -> Place | None:
    """The same of what a coroutine knows of its origin."""
    return chosen(origin or ())


def of_traceback(traceback: TracebackType | None) -> Place | None:
    """The innermost line of the program that an exception came through."""
    steps = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        steps.append((code.co_filename, traceback.tb_lineno, code.co_name))
        traceback = traceback.tb_next
    return next((_place(step) for step in reversed(steps) if is_own(step[0])), None)


def chosen(callers: Iterable[tuple[str, int, str]]) -> Place | None:
    """Of file, line and function of callers, the innermost first."""
    in_library = None
    for caller in callers:
        file, _, function = caller
        if function in _RUNNING and file.endswith(_LOOPS):
            break
        if is_own(file):
            return _place(caller)
        if in_library is None and not _is_standard(file):
            in_library = caller
    return _place(in_library) if in_library is not None else None


def _callers(frame: FrameType | None) -> Iterator[tuple[str, int, str]]:
    while frame is not None:
        yield frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name
        frame = frame.f_back


def _place(caller: tuple[str, int, str]) -> Place:
    file, line, function = caller
    return Place(os.path.abspath(file), line, function)


@cache
def is_own(file: str) -> bool:
    """Whether a file is one of the program itself."""
    parts = file.replace("\\", "/").split("/")
    is_installed = "site-packages" in parts or "dist-packages" in parts
    return not (is_installed or file.startswith("<") or _is_standard(file))


@cache
def _is_standard(file: str) -> bool:
    """Also what is not in a file at all, and what is at work here."""
    if file.startswith("<") or file == _PACKAGE or os.path.dirname(file) == _HERE:
        return True
    real = os.path.realpath(file)
    installed = "site-packages" in real or "dist-packages" in real
    return not installed and any(real.startswith(folder + os.sep) for folder in _STANDARD)
