"""Runs a function under CPython in every way that its parameters allow, and notes what the interpreter complains of.

Whether a lost task is still at work when the program ends is a matter of luck in a real event loop. In this one it is
not: a coroutine that sleeps goes on only once somebody waits for the task that it runs in. So every task that nobody
waits for is pending at the end, and none that somebody waits for is.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import io
import itertools
import selectors
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

from complaints import Complaints

FILE = "<program>"
"""The file name of what is run: complaints are only about its lines."""

MOST_STEPS = 3000
"""A program that takes more than these is taken for endless."""

ROUNDS = 6
"""Turns of the event loop after a function has returned: enough for every task to come to its first pause."""

MOST_QUESTIONS = 50
"""A task that is asked more often whether it is done is being waited for."""

FLAGS = tuple(itertools.chain.from_iterable(itertools.product((False, True), repeat=count) for count in (1, 2)))
"""What a parameter named `flags` may be: a condition for each turn of a loop. That a loop over something may have no
turn at all is no reason to report, so there is one at least."""


@dataclass(frozen=True)
class Outcome:
    """What came of all runs of a function: complaints by line and rule, and the first exception."""

    complaints: frozenset[tuple[int, str]]
    raised: str = ""
    executed: frozenset[int] = frozenset()
    """The lines that were run, if that was asked for."""


class Runner:
    """Runs functions one after the other, in one event loop."""

    def __init__(self, prelude: str) -> None:
        self._complaints = Complaints(FILE)
        self._globals: dict[str, Any] = {"__name__": "program"}
        exec(compile(prelude, "<prelude>", "exec"), self._globals)
        self._kept: list[Any] = self._globals["KEPT"]
        self._executed: set[int] = set()
        self._steps: int | None = None

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Within this, functions can be run. Everything is as it was afterwards."""
        hook, sys.unraisablehook = sys.unraisablehook, lambda args: None
        self._loop = _LazyLoop()
        try:
            with self._complaints.noted(), _lazy_functions(self._complaints):
                yield
        finally:
            sys.unraisablehook = hook
            self._loop.close()

    def beginning_with(self, prelude: str) -> Runner:
        """A runner in the same event loop for programs that begin in another way."""
        other = Runner(prelude)
        other._complaints, other._loop = self._complaints, self._loop
        return other

    def run(self, text: str, *, traced: bool = False) -> Outcome:
        """Run the one function that a text defines, with all values of its parameters."""
        try:
            code = compile(text, FILE, "exec")
        except (SyntaxError, ValueError) as error:
            return Outcome(frozenset(), repr(error))
        self._executed.clear()
        self._steps = 0 if traced else None
        # What a run leaves behind is still young when nobody else collects.
        gc.disable()
        try:
            raised = self._run(code)
            gc.collect(0)
        finally:
            gc.enable()
        found = {(lines[0], rule) for rule, _, lines in self._complaints.take() if lines}
        return Outcome(frozenset(found), raised, frozenset(self._executed))

    def _run(self, code: CodeType) -> str:
        names: dict[str, Any] = dict(self._globals)
        exec(code, names)
        function = next(value for name, value in names.items() if name not in self._globals)
        for arguments in _arguments(function):
            with contextlib.redirect_stdout(_Nowhere()):
                raised = self._run_once(function, arguments)
            if raised:
                return raised
        return ""

    def _run_once(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
        asyncio.set_event_loop(None)
        main = self._loop.create_task(self._main(function, arguments))
        try:
            raised: str = self._loop.run_until_complete(main)
        except BaseException as error:
            raised = repr(error)
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            self._complaints.note_pending(task)
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.wait(tasks))
            for task in tasks:
                task.cancelled() or task.exception()
        return raised

    async def _main(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
        before = sys.gettrace()
        if self._steps is not None:
            sys.settrace(self._trace)
        raised = ""
        try:
            result = function(*arguments)
            await _settle(await result if inspect.iscoroutine(result) else result)
            result = None
        except (Exception, asyncio.CancelledError) as error:
            raised = repr(error)
        finally:
            sys.settrace(before)
        for _ in range(ROUNDS):
            await _sleep(0)
        await _settle(self._kept)
        self._kept.clear()
        return raised

    def _trace(self, frame: FrameType, event: str, arg: object) -> Any:
        if frame.f_code.co_filename != FILE:
            return None
        self._executed.add(frame.f_lineno)
        self._steps = (self._steps or 0) + 1
        if self._steps > MOST_STEPS:
            raise RuntimeError("endless")
        return self._trace


def _arguments(function: Callable[..., Any]) -> Iterable[tuple[Any, ...]]:
    names = inspect.signature(function).parameters
    return itertools.product(*(FLAGS if name == "flags" else (False, True) for name in names))


async def _settle(value: object) -> None:
    """Take care of what a program has handed out, as the one who gets it would."""
    if isinstance(value, (list, tuple, set)):
        for element in value:
            await _settle(element)
    elif isinstance(value, dict):
        await _settle(list(value.values()))
    elif isinstance(value, asyncio.Future):
        with contextlib.suppress(Exception, asyncio.CancelledError):
            await value
    elif inspect.iscoroutine(value) and inspect.getcoroutinestate(value) == inspect.CORO_CREATED:
        await value


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


# Laziness


class _Lazy:
    """A future that learns whether anybody waits for it."""

    questions = 0

    def add_done_callback(self, callback: Callable[..., object], **options: Any) -> None:
        super().add_done_callback(callback, **options)  # type: ignore[misc]
        if not _binding:
            self.demand()

    def done(self) -> bool:
        # Who asks again and again waits for it, too.
        self.questions += 1
        if self.questions > MOST_QUESTIONS:
            self.demand()
        return bool(super().done())  # type: ignore[misc]

    def demand(self) -> None:
        raise NotImplementedError


class _LazyTask(_Lazy, asyncio.Task):  # type: ignore[type-arg]
    """A task that goes on after its first pause once somebody waits for it."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], *, loop: asyncio.AbstractEventLoop, **options: Any) -> None:
        self.gate: asyncio.Future[None] = asyncio.Future(loop=loop)
        super().__init__(coroutine, loop=loop, **options)

    def demand(self) -> None:
        if not self.gate.done():
            self.gate.set_result(None)


def _lazy_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> _LazyTask:
    if not inspect.iscoroutine(coroutine):
        raise TypeError(f"a coroutine was expected, got {coroutine!r}")
    return _LazyTask(_Paused(coroutine), loop=loop, **options)


class _Paused(Coroutine[Any, Any, Any]):
    """A coroutine with a pause after it, for those that never sleep. Cancelled before its start, it never starts."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._coroutine = coroutine
        self._started: Coroutine[Any, Any, Any] | None = None

    def send(self, value: Any) -> Any:
        if self._started is None:
            self._started = _then_pause(self._coroutine)
        return self._started.send(value)

    def throw(self, *error: Any) -> Any:
        return (self._started or self._coroutine).throw(*error)

    def close(self) -> None:
        (self._started or self._coroutine).close()

    def __await__(self) -> Any:
        return self


async def _then_pause(coroutine: Coroutine[Any, Any, Any]) -> Any:
    result = await coroutine
    await _lazy_sleep(0)
    return result


class _LazyGroup(_Lazy, asyncio.tasks._GatheringFuture):
    """The future that `gather` or `shield` makes: whoever waits for it waits for its tasks."""

    tasks: Sequence[asyncio.Future[Any]] = ()

    def demand(self) -> None:
        for task in self.tasks:
            if isinstance(task, _Lazy):
                task.demand()


_binding: list[Callable[..., Any]] = []
"""Not empty while `gather` or `shield` binds tasks to their future: nobody waits for them yet."""


def _lazily(bind: Callable[..., Any], complaints: Complaints) -> Callable[..., Any]:
    """`gather` or `shield` that does not wait by itself. Tasks that are lost in it are lost where it is called."""

    def binding(*args: Any, **options: Any) -> Any:
        # What is made of a coroutine here is made within this, too.
        args = tuple(asyncio.ensure_future(arg) for arg in args)
        _binding.append(bind)
        try:
            group = bind(*args, **options)
        finally:
            _binding.pop()
        if isinstance(group, _LazyGroup):
            group.tasks = args
        for task in args:
            complaints.note_made(task)
        return group

    return binding


class _LazyLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__(_NoSelector())
        self.set_task_factory(_lazy_task)

    def create_future(self) -> asyncio.Future[Any]:
        if _binding and _binding[-1] is _shield:
            return _LazyGroup([], loop=self)
        return super().create_future()


class _NoSelector(selectors.SelectSelector):
    """There is nothing to wait for outside: a loop in which nothing is left to do would stand still for ever."""

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or timeout > 0:
            raise RuntimeError("nothing is left to do")
        return []


async def _lazy_sleep(delay: float, result: object = None) -> object:
    task = asyncio.current_task()
    if isinstance(task, _LazyTask) and not task.gate.done():
        await task.gate
    await _sleep(0)
    return result


_sleep, _gather, _shield, _group = asyncio.sleep, asyncio.gather, asyncio.shield, asyncio.tasks._GatheringFuture


@contextlib.contextmanager
def _lazy_functions(complaints: Complaints) -> Iterator[None]:
    asyncio.tasks._GatheringFuture = _LazyGroup
    asyncio.sleep = _lazy_sleep
    asyncio.gather, asyncio.shield = _lazily(_gather, complaints), _lazily(_shield, complaints)
    try:
        yield
    finally:
        asyncio.tasks._GatheringFuture = _group
        asyncio.sleep, asyncio.gather, asyncio.shield = _sleep, _gather, _shield
