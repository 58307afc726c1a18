"""Hears what the interpreter complains of while a program runs, and notes which line made what it is about.

Everything goes on as it would without: each hook does what it is for, and then what stood in its place before. Event
loops are watched by their classes, whoever makes them, so that the program's own task factories, exception handlers and
loops stay as they are.
"""

from __future__ import annotations

import asyncio
import asyncio.runners
import contextlib
import functools
import sys
import threading
import traceback
import types
import warnings
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from spooky_asyncio.runtime import pending, places
from spooky_asyncio.runtime.complaints import (
    COROUTINE_NEVER_AWAITED,
    TASK_EXCEPTION_NEVER_RETRIEVED,
    TASK_NEVER_AWAITED,
    Complaint,
    Place,
)

_MARK = "_spooky_made"
_OF_LOOPS = ("create_task", "call_exception_handler", "close")


@dataclass(slots=True)
class _Made:
    place: Place | None = None
    name: str = ""
    """Of the coroutine. To ask the task for it crashes Python 3.12 if it was eager and has finished."""
    maker: str = ""
    is_told: bool = False
    """Whether a complaint about it has been noted: the same task can be pending first, and then destroyed."""


class Watcher:
    """Watches the whole process between `start` and `stop`. `note` is called with each complaint on any thread, also
    while objects are destroyed: it must not fail, nor take long."""

    def __init__(self, note: Callable[[Complaint], object], is_expected: Callable[[str], bool] | None = None) -> None:
        """`is_expected` is asked of the warning about a coroutine whether somebody wants it."""
        self.maker = ""
        """What is going on, for complaints that come later."""
        self.tasks: weakref.WeakSet[pending.Task] = weakref.WeakSet()
        """Those that lines of the program have made."""
        self.places: set[tuple[str, int]] = set()
        """The files and lines that have made tasks, also those that came to a good end."""
        self.is_ending = False
        """Whether the interpreter is at its end, where no line is run any more."""
        self._note = note
        self._is_expected = is_expected or (lambda warning: False)
        self._undo = contextlib.ExitStack()
        self._heard: object = None

    def start(self) -> None:
        self._watch_coroutines()
        self._watch_threads()
        self._watch_loops()
        self._put(asyncio.runners, "_cancel_all_tasks", self._cancelling_all)

    def stop(self) -> None:
        self._undo.close()

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        self.start()
        try:
            yield
        finally:
            self.stop()

    def note_lost(self) -> None:
        """Note the tasks that nobody waits for or keeps any more, in all event loops: nobody will."""
        self._note_pending([task for task in tuple(self.tasks) if not task.done()])

    def note_unread(self) -> None:
        """Note the exceptions in tasks that are still there, as the interpreter does when it ends."""
        for task in tuple(self.tasks):
            if task.done() and not task.cancelled() and getattr(task, "_log_traceback", False):
                self._note_exception(task, task._exception)

    # Coroutines

    def _watch_coroutines(self) -> None:
        depth = sys.get_coroutine_origin_tracking_depth()
        sys.set_coroutine_origin_tracking_depth(places.FRAMES)
        self._undo.callback(sys.set_coroutine_origin_tracking_depth, depth)
        # Private, and looked up by the interpreter for each coroutine since 3.7: the text of the warning alone, which
        # filters may keep from everybody, does not say where the coroutine came from.
        self._put(warnings, "_warn_unawaited_coroutine", self._warning)

    def _watch_threads(self) -> None:
        """Each thread keeps track of its own coroutines, or does not."""
        before = threading.getprofile()

        def begin(frame: types.FrameType, event: str, arg: object) -> None:
            sys.set_coroutine_origin_tracking_depth(places.FRAMES)
            sys.setprofile(before)

        threading.setprofile(begin)
        self._undo.callback(lambda: threading.setprofile(before) if threading.getprofile() is begin else None)

    def _warning(self, before: Callable[[Any], object]) -> Callable[[Any], object]:
        def warn(coroutine: Any) -> None:
            text = f"coroutine '{coroutine.__qualname__}' was never awaited"
            if not self._is_expected(text):
                place = places.of_origin(coroutine.cr_origin)
                self._note(Complaint(COROUTINE_NEVER_AWAITED, text, coroutine.__qualname__, place))
            if self.is_ending:
                warnings.warn_explicit(text, RuntimeWarning, "sys", 1, source=coroutine)
            else:
                # As it would be without us: in debug mode the loop has its own origins kept.
                is_own = sys.get_coroutine_origin_tracking_depth() == places.FRAMES
                origin = "" if is_own else _shown(coroutine.cr_origin)
                warnings.warn(text + origin, RuntimeWarning, stacklevel=2, source=coroutine)

        return warn

    # Event loops

    def _watch_loops(self) -> None:
        hooks = {
            "create_task": self._making_task,
            "call_exception_handler": self._handling_exception,
            "close": self._closing,
        }

        def watch(loops: type[asyncio.AbstractEventLoop]) -> None:
            for name, hook in hooks.items():
                owner = next(base for base in loops.__mro__ if name in vars(base))
                # A class of C has a loop's methods without being one.
                if owner is loops or not issubclass(owner, asyncio.AbstractEventLoop):
                    self._put(loops, name, hook)

        def watch_new(cls: Any, /, **options: Any) -> None:
            super(asyncio.AbstractEventLoop, cls).__init_subclass__(**options)  # type: ignore[misc]
            watch(cls)

        for loops in _subclasses(asyncio.AbstractEventLoop):
            watch(loops)
        asyncio.AbstractEventLoop.__init_subclass__ = classmethod(watch_new)  # type: ignore[assignment]
        self._undo.callback(delattr, asyncio.AbstractEventLoop, "__init_subclass__")

    def _making_task(self, before: Callable[..., Any]) -> Callable[..., Any]:
        def create_task(loop: Any, coro: Any, **options: Any) -> Any:
            task = before(loop, coro, **options)
            place = places.of_frame(sys._getframe(1))
            if place is not None and isinstance(task, asyncio.Task):
                self._note_made(task, _Made(place, getattr(coro, "__qualname__", ""), self.maker))
            return task

        return create_task

    def _handling_exception(self, before: Callable[..., Any]) -> Callable[..., Any]:
        def call_exception_handler(loop: Any, context: dict[str, Any]) -> Any:
            # A loop's own method may go on to that of its base class.
            if self._heard is not context:
                self._heard = context
                self._note_context(context)
            try:
                return before(loop, context)
            finally:
                self._heard = None

        return call_exception_handler

    def _closing(self, before: Callable[..., Any]) -> Callable[..., Any]:
        def close(loop: Any) -> Any:
            if not loop.is_closed() and not loop.is_running():
                self._note_pending_of(loop)
            return before(loop)

        return close

    def _cancelling_all(self, before: Callable[..., Any]) -> Callable[..., Any]:
        def cancel_all_tasks(loop: Any) -> Any:
            self._note_pending_of(loop)
            return before(loop)

        return cancel_all_tasks

    # What is noted

    def _note_made(self, task: pending.Task, made: _Made) -> None:
        assert made.place is not None
        with contextlib.suppress(AttributeError):
            # On the task itself: a weak reference is gone before the garbage collection complains.
            setattr(task, _MARK, made)
        if places.is_own(made.place.file):
            self.tasks.add(task)
            self.places.add((made.place.file, made.place.line))

    def _note_pending_of(self, loop: asyncio.AbstractEventLoop) -> None:
        self._note_pending([task for task in asyncio.all_tasks(loop) if task in self.tasks])

    def _note_pending(self, tasks: list[pending.Task]) -> None:
        for task in pending.lost(tasks):
            text = f"the task of '{_made(task).name}' was still at work in the end, and nobody waited for it"
            self._note_task(task, TASK_NEVER_AWAITED, text)

    def _note_context(self, context: dict[str, Any]) -> None:
        message = str(context.get("message", ""))
        if "never retrieved" in message:
            self._note_exception(context.get("future"), context.get("exception"), message)
        elif "destroyed but it is pending" in message:
            self._note_task(context.get("task"), TASK_NEVER_AWAITED, message.rstrip("!"))

    def _note_exception(
        self, future: Any, exception: BaseException | None, message: str = "Task exception was never retrieved"
    ) -> None:
        if exception is None or isinstance(exception, asyncio.CancelledError):
            # Who was cancelled has nothing to say that anybody would miss.
            return
        said = "".join(str(exception).splitlines()[:1])
        text = f"{message}: {type(exception).__name__}{f': {said}' if said else ''}"
        raised = places.of_traceback(exception.__traceback__)
        self._note_task(future, TASK_EXCEPTION_NEVER_RETRIEVED, text, raised)

    def _note_task(self, future: Any, rule: str, text: str, raised: Place | None = None) -> None:
        made = _made(future)
        if not made.is_told:
            made.is_told = True
            self._note(Complaint(rule, text, made.name, made.place, raised, made.maker))

    def _put(self, owner: Any, name: str, hook: Callable[[Any], Any]) -> None:
        """Put a hook around what an object has under a name, until `stop`."""
        before = getattr(owner, name, None)
        if before is None:
            return
        is_own = name in vars(owner)
        setattr(owner, name, functools.wraps(before)(hook(before)))
        self._undo.callback(*((setattr, owner, name, before) if is_own else (delattr, owner, name)))


def _shown(origin: tuple[tuple[str, int, str], ...] | None) -> str:
    """As Python adds it to the warning about a coroutine."""
    lines = traceback.format_list([traceback.FrameSummary(*caller) for caller in reversed(origin or ())])
    return "\nCoroutine created at (most recent call last)\n" + "".join(lines).rstrip("\n") if lines else ""


def _subclasses(cls: type[Any]) -> Iterator[type[Any]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _made(future: Any) -> _Made:
    """What is known of a task; of a group, what is known of the first in it."""
    found = next((getattr(one, _MARK) for one in (future, *_children(future)) if hasattr(one, _MARK)), None)
    return found or _Made()


def _children(future: Any) -> tuple[Any, ...]:
    return tuple(getattr(future, "_children", None) or ())
