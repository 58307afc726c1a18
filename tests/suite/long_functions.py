"""Longer stretches of everyday code, in which awaitables flow in and out: mostly silent."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import contextvars
import functools
import heapq
import inspect
import itertools
import logging
import random
import time
import typing
from typing import Any, AsyncIterator, Awaitable, Callable

logger = logging.getLogger("flow")
Handler = Callable[..., Awaitable[Any]]


async def fetch(key: Any = 0) -> int:
    await asyncio.sleep(0)
    return hash(key) % 7


async def slow(key: Any = 0) -> int:
    await asyncio.sleep(3)
    return 1


async def fail(key: Any = 0) -> int:
    raise KeyError(key)


class SingleFlight:
    def __init__(self) -> None:
        self._inflight: dict[Any, asyncio.Task[int]] = {}
        self._stats = collections.Counter()

    async def get(self, key: Any) -> int:
        task = self._inflight.get(key)
        if task is None:
            task = asyncio.create_task(fetch(key))  # ok
            self._inflight[key] = task
            task.add_done_callback(lambda _: self._inflight.pop(key, None))
            self._stats["miss"] += 1
        else:
            self._stats["hit"] += 1
        return await asyncio.shield(task)  # ok

    def prefetch(self, *keys: Any) -> None:
        for key in keys:
            self._inflight.setdefault(key, asyncio.ensure_future(fetch(key)))  # ok: kept on an object

    async def prefetch_badly(self, *keys: Any) -> int:
        count = 0
        for key in keys:
            if key in self._inflight:
                continue
            task = asyncio.create_task(slow(key))  # error: task-never-awaited
            count += not task.done()
        return count


async def case_single_flight():
    flight = SingleFlight()
    print(await asyncio.gather(flight.get(1), flight.get(1), flight.get(2)))  # ok
    flight.prefetch(5, 6)
    print(await flight.get(5))  # ok
    print(await flight.prefetch_badly(8, 9))  # ok
    flight.get(3)  # error: coroutine-never-awaited


class Retry:
    def __init__(self, attempts: int = 3, base: float = 0.0, catch: tuple[type[BaseException], ...] = (OSError,)) -> None:
        self.attempts, self.base, self.catch = attempts, base, catch

    def __call__(self, function: Handler) -> Handler:
        @functools.wraps(function)
        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            last: BaseException | None = None
            for attempt in itertools.count(1):
                try:
                    return await function(*args, **kwargs)  # ok
                except self.catch as error:
                    last = error
                    if attempt >= self.attempts:
                        break
                asyncio.sleep(self.base * 2**attempt)  # error: coroutine-never-awaited
                await asyncio.sleep(self.base * random.random())  # ok
            raise last or RuntimeError()

        return wrapper


@Retry(2, catch=(KeyError,))
async def flaky(key: int) -> int:
    if key:
        raise KeyError(key)
    return 3


async def case_retry():
    print(await flaky(0))  # ok
    with contextlib.suppress(KeyError):
        print(await flaky(1))  # ok


class Scheduler:
    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Awaitable[int]]] = []
        self._numbers = itertools.count()

    def add(self, delay: float, job: Awaitable[int]) -> None:
        heapq.heappush(self._heap, (time.monotonic() + delay, next(self._numbers), job))

    async def run(self) -> list[int]:
        results = []
        while self._heap:
            when, _, job = heapq.heappop(self._heap)
            if (delay := when - time.monotonic()) > 0:
                await asyncio.sleep(delay)  # ok
            results.append(await job)
        return results


async def case_scheduler():
    scheduler = Scheduler()
    scheduler.add(0, fetch("a"))  # ok
    scheduler.add(0.001, asyncio.create_task(fetch("b")))  # ok
    scheduler.add(delay=0.001, job=fetch("c"))  # ok
    print(await scheduler.run())  # ok
    scheduler.run()  # error: coroutine-never-awaited


class Bus:
    def __init__(self) -> None:
        self.handlers: dict[str, list[Handler]] = collections.defaultdict(list)
        self.errors: list[BaseException] = []

    def on(self, event: str) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.handlers[event].append(handler)
            return handler

        return register

    async def emit(self, event: str, *args: Any) -> int:
        outcomes = [handler(*args) for handler in self.handlers[event]]  # ok
        for outcome in await asyncio.gather(*outcomes, return_exceptions=True):
            if isinstance(outcome, BaseException):
                self.errors.append(outcome)
        return len(outcomes)

    def emit_soon(self, event: str, *args: Any) -> asyncio.Future[Any]:
        return asyncio.gather(*(handler(*args) for handler in self.handlers[event]))  # ok


bus = Bus()


@bus.on("order")
async def cook(order: str) -> str:
    await asyncio.sleep(0)
    return order


@bus.on("order")
@bus.on("bill")
async def note(order: str) -> None:
    logger.info("noted %s", order)


async def case_bus():
    await bus.emit("order", "soup")  # ok
    await bus.emit_soon("order", "fish")  # ok
    bus.emit("bill", "soup")  # error: coroutine-never-awaited
    note("by hand")  # error: coroutine-never-awaited
    await note("by hand")  # ok


async def stream(count: int) -> AsyncIterator[int]:
    pending = [asyncio.ensure_future(fetch(n)) for n in range(count)]  # ok
    try:
        while pending:
            yield await pending.pop(0)
    finally:
        for task in pending:
            task.cancel()


async def batches(source: AsyncIterator[int], size: int) -> AsyncIterator[list[int]]:
    batch: list[int] = []
    async for item in source:
        batch.append(item)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


async def case_streams():
    async for batch in batches(stream(5), 2):  # ok
        print(batch, sum(batch))
    total = 0
    generator = stream(2)  # ok
    total += await generator.__anext__()  # ok
    total += await anext(generator)  # ok
    await generator.aclose()  # ok
    print(total)


async def case_lookahead():
    following = asyncio.create_task(fetch(0))  # ok
    for number in range(1, 4):
        current, following = following, asyncio.create_task(fetch(number))  # ok
        print(await current)
    print(await following)


async def case_lookahead_forgotten(stop):
    following = asyncio.create_task(slow() if stop else fetch())  # error: task-never-awaited
    for number in range(1, 3):
        if stop:
            break
        print(await following)
        following = asyncio.create_task(fetch(number))  # ok: done on its own soon after
    else:
        await following


async def case_swap():
    first, second = fetch(1), fetch(2)  # ok
    first, second = second, first
    print(await first, await second)


async def case_by_kind(kind, strict):
    makers = {"fetch": fetch, "note": note}
    maker = makers["fetch" if kind else "note"]
    call = maker("x")  # ok
    if strict:
        value = await asyncio.wait_for(call, 1)
    else:
        value = await call
    print(value)


async def maybe(value: Any) -> Any:
    if inspect.isawaitable(value):
        return await value
    return value


async def case_maybe(sync):
    value = 3 if sync else fetch()  # ok
    print(await maybe(value))  # ok
    print(await maybe(fetch("direct")))  # ok
    print(maybe(fetch("lost")))  # error: coroutine-never-awaited


async def case_closure_counts():
    started = 0
    results: dict[str, Awaitable[int]] = {}

    def start(name: str) -> None:
        nonlocal started
        started += 1
        results[name] = fetch(name)  # ok

    start("a")
    start("b")
    for name in list(results):
        print(name, await results.pop(name), started)


async def case_closure_returns():
    async def one():
        return 1

    def wrap(function, *args):
        def run():
            return function(*args)

        return run

    print(await wrap(one)())  # ok
    run = wrap(fetch, 3)
    print(await run())  # ok
    one()  # error: coroutine-never-awaited


def settle(awaitables: typing.Iterable[Awaitable[Any]]) -> Awaitable[list[Any]]:
    return asyncio.gather(*awaitables, return_exceptions=True)  # ok


async def case_settle():
    await settle([fetch(1), fail(2)])  # ok
    await settle(fetch(n) for n in range(3))  # ok
    await settle(map(fetch, "abc"))  # ok
    await settle({fetch(1), fetch(2)})  # ok


async def case_timed(limit):
    started = time.perf_counter()
    answer = fetch()  # error: coroutine-never-awaited
    elapsed = time.perf_counter() - started
    if elapsed > 100 or limit:
        logger.warning("%s took %.3f", answer, elapsed)
        return None
    answer = await answer
    logger.info("got %s", answer)
    return answer


async def case_flag(late):
    pending = None
    wanted = not late
    if wanted:
        pending = fetch()  # ok
    logger.info("wanted: %s", wanted)
    if pending:
        print(await pending)


async def case_context():
    context = contextvars.copy_context()
    await context.run(fetch, 3)  # ok
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int] = loop.create_future()
    loop.call_soon(future.set_result, 3)  # ok
    print(await future)
    outcome = loop.create_future()
    resolver = asyncio.create_task(resolve(outcome))  # ok
    print(await outcome, await resolver)


async def resolve(future: asyncio.Future) -> None:
    future.set_result(await fetch())  # ok


async def case_semaphore():
    limit = asyncio.Semaphore(2)

    async def bounded(number: int) -> int:
        async with limit:
            return await fetch(number)  # ok

    print(await asyncio.gather(*[bounded(n) for n in range(4)]))  # ok
    for coming in asyncio.as_completed([bounded(n) for n in range(3)]):  # ok
        print(await coming)
    limit.acquire()  # error: coroutine-never-awaited
    await limit.acquire()  # ok
    limit.release()


async def case_condition():
    condition = asyncio.Condition()
    ready = False

    async def waiter() -> bool:
        async with condition:
            await condition.wait_for(lambda: ready)  # ok
        return ready

    waiting = asyncio.create_task(waiter())  # ok
    await asyncio.sleep(0)
    async with condition:
        ready = True
        condition.notify_all()
    print(await waiting)


class Lazy:
    def __init__(self, maker: Callable[[], Awaitable[int]]) -> None:
        self._maker = maker
        self._value: Awaitable[int] | int | None = None

    def __await__(self):
        return self._maker().__await__()  # ok

    def start(self) -> Lazy:
        self._value = self._maker()  # ok
        return self

    async def finish(self) -> int:
        assert self._value is not None and not isinstance(self._value, int)
        self._value = await self._value
        return self._value


async def case_lazy():
    print(await Lazy(fetch))  # ok
    Lazy(fetch)  # ok
    lazy = Lazy(lambda: fetch("lazy")).start()
    print(await lazy.finish())  # ok
    lazy.finish()  # error: coroutine-never-awaited


async def case_stack():
    async with contextlib.AsyncExitStack() as stack:
        task = asyncio.create_task(slow())  # ok
        stack.push_async_callback(asyncio.wait, [task])  # ok
        stack.callback(task.cancel)
        stack.push_async_exit(closing)  # ok
        print(stack)


async def closing(*exc: object) -> bool:
    return False


async def case_partial_everything():
    jobs = [functools.partial(fetch, n) for n in range(3)]
    print([await job() for job in jobs])  # ok
    print(await asyncio.gather(*(job() for job in jobs)))  # ok
    later = [job() for job in jobs]  # ok
    later.reverse()
    for position, job in enumerate(later):
        print(position, await job)


async def case_star_arguments():
    pending = [fetch(1)]  # ok
    pending += [fetch(2), fetch(3)]  # ok
    pending.extend(fetch(n) for n in range(3))  # ok
    first, *others = pending
    print(await first, await asyncio.gather(*others))


async def case_exception_group(fast):
    task = asyncio.create_task(fetch())  # ok
    try:
        result = await asyncio.wait_for(asyncio.shield(task), 1)  # ok
    except asyncio.TimeoutError:
        result = None
    else:
        if fast:
            return result
    return await task


def main_sync():
    coroutine = fetch("sync")  # ok
    loop = asyncio.new_event_loop()
    try:
        task = loop.create_task(coroutine)  # ok
        return loop.run_until_complete(task)
    finally:
        loop.close()


def case_sync():
    print(main_sync())
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    print(loop.run_until_complete(asyncio.gather(fetch(1), fetch(2))))  # ok
    loop.run_until_complete(asyncio.wait_for(fetch(), 1))  # ok
    loop.close()
