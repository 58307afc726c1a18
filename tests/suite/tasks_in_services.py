"""Tasks and waits in services: pipelines, watchers, pollers, a telescope's night."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from asyncio import FIRST_COMPLETED, create_task, ensure_future as start_it
from dataclasses import dataclass, field
from typing import Any, Coroutine, Iterable, Optional, Union

log = logging.getLogger("telescope")
KEEP: set[asyncio.Task] = set()
LAST: asyncio.Task | None = None


async def expose(seconds: float = 3, name: str = "") -> int:
    await asyncio.sleep(seconds)
    return 1


async def brief(value: int = 1) -> int:
    await asyncio.sleep(0)
    return value


async def broken(text: str = "clouds") -> int:
    await asyncio.sleep(0)
    raise RuntimeError(text)


def launch(coro: Coroutine[Any, Any, int], name: str | None = None) -> asyncio.Task[int]:
    return asyncio.get_running_loop().create_task(coro, name=name)


def keep(coro: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    task = asyncio.create_task(coro)  # ok: kept in a global
    KEEP.add(task)
    task.add_done_callback(KEEP.discard)
    return task


class Dome:
    def __init__(self, loop: Optional[asyncio.AbstractEventLoop] = None) -> None:
        self.loop = loop if loop is not None else asyncio.get_running_loop()
        self._motor: asyncio.Task[int] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def open(self) -> None:
        self._motor = self.loop.create_task(expose())  # ok: kept on an object

    def open_badly(self) -> None:
        motor = self.loop.create_task(expose())  # error: task-never-awaited
        log.info("opening with %s", motor)

    def spawn(self, coro: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = self.loop.create_task(coro)  # ok: kept on an object
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def begin(self, coro):
        return self.loop.create_task(coro)

    async def stop(self) -> None:
        if self._motor is not None:
            self._motor.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._motor  # ok
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)  # ok


async def case_dome():
    dome = Dome()
    dome.open()
    dome.open_badly()
    dome.spawn(expose())  # ok
    await asyncio.sleep(0)
    await dome.stop()  # ok


async def case_dome_helper():
    dome = Dome(asyncio.get_running_loop())
    await dome.begin(brief())  # ok
    dome.begin(expose())  # error: task-never-awaited


async def case_dropped():
    asyncio.create_task(expose(), name="a")  # error: task-never-awaited
    start_it(expose())  # error: task-never-awaited
    create_task(expose(3, "x"))  # error: task-never-awaited
    asyncio.get_event_loop().create_task(expose())  # error: task-never-awaited
    await start_it(brief())  # ok
    await create_task(brief())  # ok


async def case_gathers():
    asyncio.gather(expose(), expose())  # error: task-never-awaited
    asyncio.shield(expose())  # error: task-never-awaited
    await asyncio.gather(brief(), brief(2))  # ok
    await asyncio.shield(brief())  # ok
    both = asyncio.gather(brief(), brief(3))  # ok
    first, second = await both
    print(first + second)


async def case_shield_inner():
    inner = asyncio.create_task(brief())  # ok
    try:
        await asyncio.wait_for(asyncio.shield(inner), 0.5)  # ok
    except asyncio.TimeoutError:
        print(await inner)


async def case_helpers():
    launch(expose())  # error: task-never-awaited
    await launch(brief(), "short")  # ok
    keep(expose())  # ok: kept in a global
    lost = launch(expose(), name="lost")  # error: task-never-awaited
    print(lost.get_name())


async def case_looked_at(verbose):
    task = asyncio.create_task(expose())  # error: task-never-awaited
    await asyncio.sleep(0)
    if verbose and not task.done():
        log.info("not yet")


async def case_polled():
    task = asyncio.create_task(brief())  # ok
    while not task.done():
        await asyncio.sleep(0)
    print(task.result())


async def case_overwritten_in_loop():
    task = None
    for number in range(3):
        task = asyncio.create_task(expose(3, str(number)))  # error: task-never-awaited
    print(task)


async def case_last_awaited():
    task = None
    for number in range(3):
        task = asyncio.create_task(expose(3 - 1.5 * number))  # error: task-never-awaited
    if task is not None:
        await task


async def case_early_return(cloudy):
    image = asyncio.create_task(expose(0.001 if not cloudy else 3))  # error: task-never-awaited
    if cloudy:
        return 0
    return await image


async def case_early_cancel(cloudy):
    image = asyncio.create_task(expose(0.001))  # ok
    if cloudy:
        image.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await image
        return 0
    return await image


async def case_finally(cloudy):
    image = asyncio.create_task(expose(0.001))  # ok
    try:
        if cloudy:
            return 0
        log.info("clear")
    finally:
        await image


async def case_local_list():
    tasks = [asyncio.create_task(expose(n)) for n in (3, 4)]  # error: task-never-awaited
    log.info("%d running", len(tasks))


async def case_local_list_appended():
    tasks: list[asyncio.Task[int]] = []
    for n in range(3):
        tasks.append(asyncio.ensure_future(brief(n)))  # ok
    total = 0
    for task in asyncio.as_completed(tasks):
        total += await task
    print(total)


async def case_local_dict():
    by_name = {}
    for name in ("red", "blue"):
        by_name[name] = asyncio.create_task(expose(3, name))  # error: task-never-awaited
    print(sorted(by_name))


async def case_local_dict_awaited():
    by_name = {name: asyncio.create_task(brief(len(name))) for name in ("red", "blue")}  # ok
    print({name: await task for name, task in by_name.items()})


async def case_local_set():
    running = {asyncio.create_task(expose()), asyncio.create_task(expose())}  # error: task-never-awaited
    for task in running:
        print(task.get_name())


async def case_local_set_discard():
    running = set()
    for n in range(2):
        task = asyncio.create_task(brief(n))  # ok
        running.add(task)
        task.add_done_callback(running.discard)
    while running:
        await asyncio.sleep(0)


async def case_tuple():
    pair = asyncio.create_task(brief()), asyncio.create_task(brief(2))  # ok
    left, right = pair
    print(await left + await right)


async def case_tuple_half():
    left, right = asyncio.create_task(brief()), asyncio.create_task(expose())  # error: task-never-awaited
    print(await left, right)


async def case_conditional(eager):
    task = asyncio.create_task(brief()) if eager else None  # ok
    await asyncio.sleep(0)
    if task:
        await task


async def case_expression(eager):
    eager and asyncio.create_task(expose())  # error: task-never-awaited
    _ = asyncio.create_task(expose()) if eager else None  # error: task-never-awaited


async def case_global():
    global LAST
    LAST = asyncio.create_task(expose())  # ok: kept in a global


async def case_lambda():
    begin = lambda: asyncio.create_task(expose())  # noqa: E731
    begin()  # error: task-never-awaited


async def case_partial():
    begin = functools.partial(asyncio.create_task, name="p")
    begin(expose())  # error: task-never-awaited
    await begin(brief())  # ok


async def case_nested():
    async def supervise():
        await inner  # ok

    inner = asyncio.create_task(brief())  # ok
    await supervise()


async def case_done_callback():
    def report(task: asyncio.Task[int]) -> None:
        print(task.result())

    task = asyncio.create_task(brief())  # ok
    task.add_done_callback(report)
    await asyncio.sleep(0.002)


async def use_loop(loop: asyncio.AbstractEventLoop, night: Night) -> None:
    loop.create_task(expose())  # error: task-never-awaited
    await loop.create_task(brief())  # ok
    night.loop.create_task(expose())  # error: task-never-awaited
    night.tasks.append(loop.create_task(expose()))  # ok: kept on an object


@dataclass
class Night:
    loop: asyncio.AbstractEventLoop
    tasks: list[asyncio.Task[int]] = field(default_factory=list)


async def case_loops():
    loop = asyncio.get_running_loop()
    await use_loop(loop, Night(loop))  # ok


async def case_executor():
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, print, "x")  # ok
    coming = loop.run_in_executor(None, sum, [1, 2])  # ok
    print(await coming)


# ---- a pipeline


class Pipeline:
    def __init__(self, stages: int = 2) -> None:
        self.stages = stages
        self.queues = [asyncio.Queue() for _ in range(stages + 1)]

    async def stage(self, number: int) -> None:
        while (item := await self.queues[number].get()) is not None:  # ok
            await self.queues[number + 1].put(item + 1)  # ok
        await self.queues[number + 1].put(None)  # ok

    async def feed(self, items: Iterable[int]) -> None:
        for item in items:
            await self.queues[0].put(item)  # ok
        await self.queues[0].put(None)  # ok

    async def run(self, items: Iterable[int]) -> list[int]:
        workers = [asyncio.create_task(self.stage(n)) for n in range(self.stages)]  # ok
        feeder = asyncio.create_task(self.feed(items))  # ok
        result: list[int] = []
        last = self.queues[-1]
        while True:
            item = await last.get()  # ok
            if item is None:
                break
            result.append(item)
        await feeder
        await asyncio.gather(*workers)  # ok
        return result

    async def run_forgetting(self, items: Iterable[int], wait: bool) -> int:
        feeder = asyncio.create_task(self.feed(items))  # ok
        watcher = asyncio.create_task(expose())  # error: task-never-awaited
        for n in range(self.stages):
            asyncio.create_task(expose(n + 3))  # error: task-never-awaited
        await feeder
        if wait:
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)  # ok
            return 1
        return self.queues[-1].qsize()

    async def run_without_end(self) -> None:
        drain = self.queues[0].join()  # error: coroutine-never-awaited
        if drain is None:
            print("drained")
        self.queues[0].get()  # error: coroutine-never-awaited


async def case_pipeline():
    print(await Pipeline().run([1, 2, 3]))  # ok


async def case_pipeline_forgetting(wait):
    pipeline = Pipeline(1)
    asyncio.get_running_loop()
    await pipeline.run_forgetting(range(2) if not wait else [], wait)  # ok
    await pipeline.run_without_end()  # ok


# ---- waits


async def case_wait_dropped():
    tasks = [asyncio.create_task(broken(str(n))) for n in range(2)]  # ok
    await asyncio.wait(tasks)  # error: task-exception-never-retrieved


async def case_wait_underscore():
    tasks = {asyncio.create_task(broken())}  # ok
    _ = await asyncio.wait(tasks, timeout=1)  # error: task-exception-never-retrieved


async def case_wait_unpacked():
    done, pending = await asyncio.wait([asyncio.create_task(broken())])  # error: task-exception-never-retrieved
    for task in pending:
        task.cancel()


async def case_wait_counted():
    tasks = [asyncio.create_task(c) for c in (broken(), brief())]  # ok
    done, _ = await asyncio.wait(tasks, return_when=asyncio.ALL_COMPLETED)  # error: task-exception-never-retrieved
    print(f"{len(done)} of {len(tasks)} done")


async def case_wait_printed():
    task = asyncio.create_task(broken())  # ok
    done, pending = await asyncio.wait({task})  # error: task-exception-never-retrieved
    for one in done:
        log.info("%s finished", one.get_name())


async def case_wait_first():
    first = asyncio.create_task(broken("first"))  # ok
    second = asyncio.create_task(broken("second"))  # ok
    _, pending = await asyncio.wait({first, second}, return_when=FIRST_COMPLETED)  # error: task-exception-never-retrieved
    for task in pending:
        task.cancel()
    if pending:
        await asyncio.wait(pending)  # ok


async def case_wait_read():
    tasks = [asyncio.create_task(broken(str(n))) for n in range(2)]  # ok
    await asyncio.wait(tasks)  # ok
    for task in tasks:
        if task.exception() is not None:
            log.error("failed: %r", task.exception())


async def case_wait_done_read():
    done, pending = await asyncio.wait([asyncio.create_task(broken())], timeout=0.5)  # ok
    print([task.exception() for task in done], len(pending))


async def case_wait_gathered():
    tasks = [asyncio.create_task(broken(str(n))) for n in range(2)]  # ok
    done, _ = await asyncio.wait(tasks)  # ok
    print(await asyncio.gather(*done, return_exceptions=True))


async def case_wait_one_by_name():
    download = asyncio.create_task(broken("download"))  # ok
    stop = asyncio.create_task(expose(3))  # ok
    await asyncio.wait({download, stop}, return_when=asyncio.FIRST_COMPLETED)  # ok
    stop.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await stop
    if download.done():
        print(download.exception())


async def case_wait_popped():
    done, _ = await asyncio.wait([asyncio.create_task(broken())])  # ok
    with contextlib.suppress(RuntimeError):
        print(done.pop().result())


async def case_wait_indexed():
    result = await asyncio.wait([asyncio.create_task(broken())])  # ok
    for task in result[0]:
        print(task.exception())


async def case_wait_indexed_pending():
    result = await asyncio.wait([asyncio.create_task(broken())])  # error: task-exception-never-retrieved
    for task in result[1]:
        task.cancel()


async def wait_all(tasks):
    return await asyncio.wait(tasks)  # ok


async def case_wait_returned():
    done, _ = await wait_all([asyncio.create_task(broken())])  # ok
    print({task.exception() for task in done})


async def case_wait_parameter():
    async def settle(tasks: set[asyncio.Task]) -> None:
        await asyncio.wait(tasks)  # ok

    task = asyncio.create_task(broken())  # ok
    await settle({task})
    print(task.exception())


async def case_wait_cancelled():
    tasks = [asyncio.create_task(expose()) for _ in range(2)]  # ok
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)  # ok


async def case_wait_callback():
    task = asyncio.create_task(broken())  # ok
    task.add_done_callback(lambda t: log.error("%r", t.exception()))
    await asyncio.wait([task])  # ok


async def case_wait_loop_pending():
    pending = {asyncio.create_task(broken(str(n))) for n in range(3)}  # ok
    while pending:
        done, pending = await asyncio.wait(pending, return_when=FIRST_COMPLETED)  # ok
        for task in done:
            print(task.exception())


async def case_wait_loop_pending_only():
    pending = {asyncio.create_task(broken(str(n))) for n in range(3)}  # ok
    while pending:
        done, pending = await asyncio.wait(pending, return_when=FIRST_COMPLETED)  # error: task-exception-never-retrieved
        log.info("%d left", len(pending))


async def case_wait_never_awaited():
    tasks = [asyncio.create_task(brief())]  # ok
    asyncio.wait(tasks)  # error: coroutine-never-awaited
    await asyncio.wait_for(tasks[0], 1)  # ok


async def case_wait_one_path(quiet):
    task = asyncio.create_task(broken())  # ok
    await asyncio.wait([task])  # error: task-exception-never-retrieved
    if quiet:
        return
    print(task.exception())


async def case_wait_checked():
    task = asyncio.create_task(broken())  # ok
    done, pending = await asyncio.wait({task}, timeout=0.5)  # error: task-exception-never-retrieved
    if task in done:
        print("in time")
    elif pending:
        print("late")


async def case_wait_in_asserts():
    task = asyncio.create_task(broken())  # ok
    done, pending = await asyncio.wait({task})  # error: task-exception-never-retrieved
    assert not pending and task.done(), done


class Watcher:
    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[int]] = []
        self.errors: list[Union[BaseException, None]] = []

    async def settle(self) -> None:
        await asyncio.wait(self.tasks)  # ok

    async def run(self) -> None:
        self.tasks = [asyncio.create_task(broken())]  # ok
        await self.settle()
        for task in self.tasks:
            self.errors.append(task.exception())

    async def watch(self, stop: asyncio.Event) -> str:
        stopping = asyncio.create_task(stop.wait())  # ok
        change = asyncio.ensure_future(broken("change"))  # ok
        try:
            done, pending = await asyncio.wait([stopping, change], return_when=FIRST_COMPLETED)  # ok
            if change in done:
                return "changed"
            return "stopped"
        finally:
            stopping.cancel()
            change.cancel()

    async def watch_well(self, stop: asyncio.Event) -> str:
        stopping = asyncio.create_task(stop.wait())  # ok
        change = asyncio.ensure_future(broken("change"))  # ok
        done, pending = await asyncio.wait([stopping, change], return_when=FIRST_COMPLETED)  # ok
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)  # ok
        if change in done and (error := change.exception()):
            return f"changed with {error}"
        return "stopped"


async def case_watcher():
    watcher = Watcher()
    await watcher.run()  # ok
    await watcher.watch(asyncio.Event())  # ok
    await watcher.watch_well(asyncio.Event())  # ok


# ---- polling, timeouts, heartbeats


async def heartbeat(interval: float) -> None:
    while True:
        await asyncio.sleep(interval)


@contextlib.asynccontextmanager
async def beating(interval: float):
    beat = asyncio.create_task(heartbeat(interval))  # ok
    try:
        yield beat
    finally:
        beat.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beat


@contextlib.asynccontextmanager
async def beating_badly(interval: float):
    beat = asyncio.create_task(heartbeat(interval))  # error: task-never-awaited
    log.debug("started %r", beat)
    yield interval


async def case_beating():
    async with beating(1) as beat:
        print(beat.done())
    async with beating_badly(1) as interval:
        print(interval)


async def session(polite):
    beat = asyncio.create_task(heartbeat(1))  # error: task-never-awaited
    answer = await brief()
    if answer and polite:
        beat.cancel()
        await asyncio.wait([beat])  # ok
    return answer


async def case_session(polite):
    await session(polite)


async def case_timeout():
    task = asyncio.create_task(expose())  # ok
    try:
        await asyncio.wait_for(task, timeout=0.001)
    except asyncio.TimeoutError:
        print("too late")
    asyncio.wait_for(brief(), 1)  # error: coroutine-never-awaited


async def case_cancelled_only():
    task = asyncio.create_task(heartbeat(1))  # ok: cancelled
    task.cancel()
    await asyncio.sleep(0)


async def case_future():
    future = asyncio.get_running_loop().create_future()  # ok
    future.set_result(3)
    print(await future)


async def case_returned_task():
    def begin(value):
        log.info("begin %s", value)
        return asyncio.ensure_future(brief(value))

    print(await begin(3), await asyncio.gather(begin(1), begin(2)))  # ok
    tasks = list(map(asyncio.create_task, [brief(), brief()]))  # ok
    print([await task for task in tasks])
