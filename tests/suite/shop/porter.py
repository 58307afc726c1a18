"""Helpers that start tasks for others, and decorators that try again."""

import asyncio
import functools
import logging

carried = set()

begin = asyncio.ensure_future


def start(errand):
    return asyncio.create_task(errand)


def start_by_name(errand, name=None):
    task = asyncio.get_running_loop().create_task(errand)
    task.set_name(name or "errand")
    return task


def start_and_keep(errand):
    task = asyncio.create_task(errand)
    carried.add(task)
    task.add_done_callback(carried.discard)
    return task


def start_and_tell(errand):
    task = asyncio.create_task(errand)
    task.add_done_callback(lambda task: logging.debug("carried: %s", task))
    return task


class Porter:
    def __init__(self):
        self._last = None

    def carry(self, errand):
        return asyncio.ensure_future(errand)

    def carry_up(self):
        return start(self.climb())

    def carry_and_remember(self, errand):
        self._last = asyncio.create_task(errand)
        return self._last

    async def climb(self):
        await asyncio.sleep(1)


def tried_again(errors, times=1):
    def decorator(function):
        @functools.wraps(function)
        def wrapper(*args, times=times, **kwargs):
            if times <= 1:
                return function(*args, **kwargs)
            return try_again(functools.partial(function, *args, **kwargs), errors, times)

        return wrapper

    return decorator


async def try_again(function, errors, times):
    for _ in range(times - 1):
        try:
            return await function()
        except errors:
            await asyncio.sleep(0)
    return await function()


def either_way(function):
    @functools.wraps(function)
    def wrapper(*args, wait=True):
        return function(*args) if wait else "later"

    return wrapper


tried_twice = tried_again((OSError,), times=2)
