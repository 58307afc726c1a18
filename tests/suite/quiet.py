"""Silence where it is tricky."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import operator
import sys
import types
from collections import deque
from typing import Any, NamedTuple


async def fetch(key: Any = 0) -> int:
    await asyncio.sleep(0)
    return 1


class Slot(NamedTuple):
    name: str
    work: Any


async def run_all(*work, **named):
    return [await w for w in (*work, *named.values())]


class Holder:
    pending = None

    def __init__(self, work=None):
        self.work = work

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.work is not None:
            self.work.close()

    def __iadd__(self, work):
        self.pending = work
        return self

    def __setitem__(self, key, work):
        self.pending = work

    def __contains__(self, work):
        self.pending = work
        return True

    def __lshift__(self, work):
        self.pending = work
        return self

    def __eq__(self, work):
        self.pending = work
        return True


async def case_named_tuple():
    slot = Slot("a", fetch())  # ok
    print(slot.name, await slot.work)
    slots = [Slot(n, work=fetch(n)) for n in "ab"]  # ok
    for name, work in slots:
        print(name, await work)
    one = Slot("z", fetch())._replace(name="y")  # ok
    print(await one[1])


async def case_operators():
    holder = Holder()
    holder += fetch(1)  # ok
    await holder.pending
    holder["x"] = fetch(2)  # ok
    await holder.pending
    holder << fetch(3)  # ok
    await holder.pending
    if fetch(4) in holder:  # ok
        await holder.pending
    if holder == fetch(5):  # ok
        await holder.pending


async def case_with_holder():
    with Holder(fetch()) as holder:  # ok
        print(holder.work)
    with contextlib.closing(fetch()) as coroutine:  # ok
        print(coroutine)


async def case_stars():
    named = {"a": fetch(), "b": fetch()}  # ok
    print(await run_all(fetch(), *[fetch(), fetch()], **named))  # ok
    print(await run_all(*(fetch(n) for n in range(3)), **{f"k{n}": fetch(n) for n in range(2)}))  # ok
    work = (fetch(), fetch())  # ok
    print(await asyncio.gather(*work[:1]), await work[-1])


async def case_deque():
    todo = deque([fetch(1)], maxlen=9)  # ok
    todo.appendleft(fetch(2))  # ok
    while todo:
        await todo.popleft()
    table = [[fetch(r * c) for c in range(2)] for r in range(2)]  # ok
    for line in table:
        print(await asyncio.gather(*line))
    columns = dict(zip("ab", [fetch(), fetch()]))  # ok
    print([await column for column in columns.values()])
    print([await w for w in sorted([fetch(1), fetch(2)], key=id)])  # ok


async def case_setattr_and_frames():
    holder = Holder()
    setattr(holder, "pending", fetch())  # ok
    await holder.pending
    pending = fetch()  # ok
    await locals()["pending"]
    space = types.SimpleNamespace(work=fetch())  # ok
    await space.work
    pair = dict(work=fetch())  # ok
    await operator.itemgetter("work")(pair)
    await functools.reduce(lambda a, b: a or b, [None, fetch()])  # ok


async def case_states():
    work = fetch()  # ok
    print(inspect.getcoroutinestate(work), sys.getrefcount(work), work.cr_frame, work.__name__)
    await work
    other = fetch()  # ok
    other.send(None)
    other.close()


async def case_flag_correlated(eager):
    work = None
    if eager:
        work = fetch()  # ok
    if not eager:
        print("lazy")
        return
    await work


async def case_loop_else(fine):
    work = fetch()  # ok
    for _ in range(2):
        if fine:
            await work
            break
    else:
        work.close()


async def case_walrus_dict():
    cache = {}
    if (work := cache.get("x")) is None:
        work = cache["x"] = fetch()  # ok
    print(await work)
    task = cache.setdefault("t", asyncio.create_task(fetch()))  # ok
    print(await task)


async def case_or_default():
    work = None or fetch()  # ok
    await work
    await (None or fetch())  # ok
    value = await (fetch() if work else fetch(2))  # ok
    print(value)


async def case_global_swap():
    tasks = {asyncio.create_task(fetch(n)): n for n in range(3)}  # ok
    while tasks:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # ok
        for task in done:
            print(tasks.pop(task), task.result())


async def case_try_else():
    try:
        work = fetch()  # ok
    except ValueError:
        return
    else:
        await work


async def case_while_true(stop):
    task = asyncio.create_task(fetch())  # ok
    while True:
        if task.done():
            break
        await asyncio.sleep(0)
    return task.result()


async def case_yield_from():
    def inner():
        yield fetch()  # ok
        yield from [fetch(1), fetch(2)]  # ok

    for work in inner():
        await work


async def case_raise_carrier():
    class Later(Exception):
        pass

    try:
        raise Later(fetch())  # ok
    except Later as later:
        await later.args[0]


async def case_class_attribute():
    class Local:
        work = fetch()  # ok

    await Local.work


async def case_nonlocal_task():
    task = None

    def begin():
        nonlocal task
        task = asyncio.ensure_future(fetch())  # ok

    begin()
    await task


async def case_type_error_guard(value):
    result = (fetch if value else str)()  # ok
    if asyncio.iscoroutine(result) or asyncio.isfuture(result):
        result = await result
    elif callable(result):
        result = result()
    print(result)


async def case_hasattr():
    result = fetch()  # ok
    if hasattr(result, "__await__"):
        result = await result
    print(result)
