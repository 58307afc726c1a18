"""What CPython complains of while a program runs: which coroutines are never awaited, which tasks are still pending
when the main coroutine has ended, which exceptions nobody retrieves; each with the lines where it came from.

`spooky_asyncio.runtime` hears the same, and is not used here on purpose: this is what labels and fixes are judged by,
and an error that both had in common would show nowhere."""

from __future__ import annotations

import asyncio
import asyncio.runners
import contextlib
import gc
import inspect
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any, TypeAlias

FRAMES = 30

Complaint: TypeAlias = "tuple[str, str, tuple[int, ...]]"
"""The rule, the name of the coroutine or exception, and the lines of the file on the way to where it was made, or
was waited for, the innermost first."""


def is_kept(task: asyncio.Task[Any]) -> bool:
    """Whether a set of the program or of one of its objects keeps the task, or a future that stands for it: it runs in
    the background, and may end with the program."""
    program = sys.modules["__main__"]
    # While nobody collects garbage, what a program makes is young, and all else is far more.
    candidates = gc.get_objects(None if gc.isenabled() else 0)
    objects = [value for value in candidates if type(value).__module__ == program.__name__]
    holders = [vars(program), *(vars(value) for value in objects if hasattr(value, "__dict__"))]
    sets = [value for holder in holders for value in holder.values() if isinstance(value, set)]
    pending = [value for kept in sets for value in kept if isinstance(value, asyncio.Future)]
    seen: list[Any] = []
    while pending:
        value = pending.pop()
        if value is task:
            return True
        if not any(value is other for other in seen):
            seen.append(value)
            # A gather has its children, a shield a callback that has what it shields.
            pending += getattr(value, "_children", ())
            steps = (asyncio.Future, types.FunctionType, types.CellType, list, tuple)
            pending += [other for other in gc.get_referents(value) if isinstance(other, steps)]
    return False


class Complaints:
    """Notes the complaints about one file. Lines of other files are of no interest: those called from here are not to
    blame."""

    def __init__(self, file: str) -> None:
        self.found: set[Complaint] = set()
        self._file = file
        # By identity: weak references to what a garbage collection takes are gone before it complains.
        self._made: dict[int, tuple[int, ...]] = {}
        self._waited: dict[int, tuple[int, ...]] = {}

    def take(self) -> list[Complaint]:
        """All complaints since it was asked last."""
        answer = sorted(self.found)
        self.found.clear()
        return answer

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Note them from here on. Nothing is written to the error stream any more."""
        before = self._hooks()
        depth = sys.get_coroutine_origin_tracking_depth()
        self._install(self._noting(before))
        sys.set_coroutine_origin_tracking_depth(FRAMES)
        try:
            yield
        finally:
            self._install(before)
            sys.set_coroutine_origin_tracking_depth(depth)

    def note_made(self, task: asyncio.Future[Any]) -> None:
        """From here on the lines that are being run are those that a complaint about the task is about."""
        self._made[id(task)] = self._lines_here()
        self._waited.pop(id(task), None)

    def note_pending(self, task: asyncio.Task[Any]) -> None:
        """A task that the end of the program finds at work. One that is being cancelled is in somebody's hands."""
        is_cancelled = hasattr(task, "cancelling") and task.cancelling()
        coroutine = task.get_coro()
        if not is_cancelled and not is_kept(task):
            self.found.add(("task-never-awaited", getattr(coroutine, "__qualname__", ""), self._made.get(id(task), ())))

    def _lines_here(self) -> tuple[int, ...]:
        frame, lines = inspect.currentframe(), []
        while frame is not None:
            if frame.f_code.co_filename == self._file:
                lines.append(frame.f_lineno)
            frame = frame.f_back
        return tuple(lines)

    def _note_never_awaited(self, coroutine: Any) -> None:
        origin = coroutine.cr_origin or ()
        lines = tuple(line for name, line, _ in origin if name == self._file)
        self.found.add(("coroutine-never-awaited", coroutine.__qualname__, lines))

    def _note_exception(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        future = context.get("future") or context.get("task")
        message = context.get("message", "")
        if "never retrieved" in message and not isinstance(context.get("exception"), asyncio.CancelledError):
            lines = self._waited.get(id(future)) or self._made.get(id(future), ())
            self.found.add(("task-exception-never-retrieved", type(context["exception"]).__name__, lines))
        elif "destroyed but it is pending" in message:
            self.note_pending(future)

    @staticmethod
    def _hooks() -> list[Any]:
        return [
            getattr(warnings, "_warn_unawaited_coroutine", None),
            asyncio.BaseEventLoop.call_exception_handler,
            asyncio.BaseEventLoop.create_task,
            asyncio.runners._cancel_all_tasks,
            asyncio.tasks.wait,
        ]

    @staticmethod
    def _install(hooks: list[Any]) -> None:
        (
            warnings._warn_unawaited_coroutine,
            asyncio.BaseEventLoop.call_exception_handler,
            asyncio.BaseEventLoop.create_task,
            asyncio.runners._cancel_all_tasks,
            asyncio.tasks.wait,
        ) = hooks
        asyncio.wait = asyncio.tasks.wait

    def _noting(self, before: list[Any]) -> list[Any]:
        _, _, create_task, cancel_all, wait = before

        def noting_create_task(loop, coroutine, **options):
            task = create_task(loop, coroutine, **options)
            self.note_made(task)
            return task

        def noting_cancel_all(loop):
            for task in asyncio.all_tasks(loop):
                self.note_pending(task)
            cancel_all(loop)

        def noting_wait(*args, **kwargs):
            for task in tuple(args[0] if args else kwargs["fs"]):
                if isinstance(task, asyncio.Future):
                    self._waited[id(task)] = self._lines_here()
            # The tasks may have come from an iterator, which is empty now; none of the programs' do.
            return wait(*args, **kwargs)

        def noting_exception(loop, context):
            self._note_exception(loop, context)

        return [self._note_never_awaited, noting_exception, noting_create_task, noting_cancel_all, noting_wait]
