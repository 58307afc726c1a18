"""Tasks that are still at work when their event loop ends: which of them does nobody wait for, or keep?

A task that is kept (in a set, by an object, by whoever is still running) may well be meant to end with the program.
"""

from __future__ import annotations

import asyncio
import gc
import os
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

Task: TypeAlias = "asyncio.Task[Any]"

_HERE = os.path.dirname(os.path.abspath(__file__))
_BOUND = (types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType)


def lost(tasks: Sequence[Task]) -> list[Task]:
    """Those of pending tasks that nobody waits for, watches or keeps."""
    alone = [task for task in tasks if not _is_being_cancelled(task) and not _is_watched(task)]
    if not alone:
        return []
    futures = [*alone, *(group for task in alone for group in _groups(task))]
    kept = _kept(futures, {id(tasks), id(alone), id(futures)})
    return [task for task in alone if not any(id(one) in kept for one in (task, *_groups(task)))]


def _is_being_cancelled(task: Task) -> bool:
    if hasattr(task, "cancelling"):
        return bool(task.cancelling())
    # Python 3.10, which has no other way to know.
    waiter = getattr(task, "_fut_waiter", None)
    return bool(getattr(task, "_must_cancel", False) or (waiter is not None and waiter.cancelled()))


def _is_watched(task: Task) -> bool:
    """Whether somebody is told when it ends: who waits for it, or for a group that it is in, and whoever asked to be
    called back."""
    others = [callback for callback in _callbacks(task) if not any(_group_cells(callback))]
    return bool(others) or any(_is_told(group) for group in _groups(task))


def _is_told(group: asyncio.Future[Any]) -> bool:
    # What `shield` returns looks after its task by itself.
    return any("_outer_done_callback" not in getattr(one, "__qualname__", "") for one in _callbacks(group))


def _callbacks(future: asyncio.Future[Any]) -> list[Callable[..., Any]]:
    return [entry[0] for entry in getattr(future, "_callbacks", None) or ()]


def _groups(task: Task) -> list[asyncio.Future[Any]]:
    """The futures of `gather` and `shield` that the task is a part of."""
    return [cell.cell_contents for callback in _callbacks(task) for cell in _group_cells(callback)]


def _group_cells(callback: Callable[..., Any]) -> Iterator[types.CellType]:
    yield from (cell for name, cell in _closed_over(callback) if name == "outer")


def _closed_over(callback: Callable[..., Any]) -> Iterator[tuple[str, types.CellType]]:
    """What the callbacks of `gather` and `shield` know each other by."""
    if isinstance(callback, types.FunctionType) and callback.__module__ == "asyncio.tasks":
        yield from zip(callback.__code__.co_freevars, callback.__closure__ or (), strict=True)


def _kept(futures: list[asyncio.Future[Any]], own: set[int]) -> set[int]:
    """The identities of those that something refers to: not the event loop, nor what they are made of, nor what is
    `own` by its identity."""
    for future in futures:
        own.add(id(getattr(future, "_children", None)))
        own |= {id(cell) for callback in _callbacks(future) for _, cell in _closed_over(callback)}
        if isinstance(future, asyncio.Task):
            coroutine = future.get_coro()
            own |= {id(coroutine), id(getattr(coroutine, "cr_frame", None))}
    wanted = {id(future) for future in futures}
    found = set()
    asked = tuple(futures)
    own.add(id(asked))
    for referrer in gc.get_referrers(*asked):
        if id(referrer) not in own and not _is_machinery(referrer):
            found |= wanted.intersection(map(id, gc.get_referents(referrer)))
    return found


def _is_machinery(referrer: object) -> bool:
    if isinstance(referrer, types.FrameType):
        return os.path.dirname(referrer.f_code.co_filename) == _HERE
    if isinstance(referrer, _BOUND):
        return True
    return type(referrer).__module__.partition(".")[0] in ("_asyncio", "asyncio", "uvloop")
