"""What users of other tools complain of, misses and false alarms alike, each with its thread; the programs are our own."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import signal
import threading
from asyncio import ensure_future, gather
from collections.abc import Awaitable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from unittest.mock import AsyncMock

if TYPE_CHECKING:
    from typing_extensions import assert_type, reveal_type

log = logging.getLogger("aquarium")
TANKS = ("reef", "lagoon")


class FilterBlocked(Exception):
    pass


async def feed(tank="reef"):
    await asyncio.sleep(0)
    return len(tank)


async def is_clean(tank="reef") -> bool:
    return tank != "lagoon"


async def circulate(tank="reef"):
    await asyncio.sleep(3)


async def settle(tank="reef"):
    await asyncio.sleep(0.02)


async def clean_filter(tank="reef"):
    await asyncio.sleep(0)
    raise FilterBlocked(tank)


# --- Missed: assigned, never awaited.


# ruff#9833
async def case_assigned_never_awaited():
    feeding = feed()  # error: coroutine-never-awaited
    print("fed the reef")


# ruff#9833
async def case_assigned_and_awaited():
    feeding = feed()  # ok
    print("fed the reef")
    await feeding


# ty#2791
async def case_assigned_and_tested():
    clean = is_clean("lagoon")  # error: coroutine-never-awaited
    if clean:
        return "open"
    return "closed"


# ty#2791
async def case_assigned_awaited_and_tested():
    clean = await is_clean("lagoon")  # ok
    if clean:
        return "open"
    return "closed"


# pyrefly#639
def case_assigned_in_a_sync_function():
    count = feed("lagoon")  # error: coroutine-never-awaited
    print("portions:", count)


# pyrefly#639
def case_assigned_and_run():
    count = feed("lagoon")  # ok
    print("portions:", asyncio.run(count))


# typescript-eslint#3359
async def case_several_assigned():
    reef, lagoon = feed("reef"), feed("lagoon")  # error: coroutine-never-awaited
    await reef


# typescript-eslint#5749
async def case_collected_never_gathered():
    feedings = [feed(tank) for tank in TANKS]  # error: coroutine-never-awaited
    print(len(feedings), "tanks to feed")


# typescript-eslint#5749
async def case_collected_and_gathered():
    feedings = [feed(tank) for tank in TANKS]  # ok
    await gather(*feedings)


# typescript-eslint#6766
async def case_assigned_to_a_property(tank):
    feeding = None
    if tank:
        feeding = feed()  # error: coroutine-never-awaited
    print("feeding" if feeding is not None else "waiting")


# typescript-eslint#8170
async def case_task_assigned_never_awaited():
    pump = asyncio.create_task(circulate())  # error: task-never-awaited
    print("pump is running")


# --- Missed: a coroutine in a condition.


# pyright#7853
async def case_if():
    if is_clean():  # error: coroutine-never-awaited
        print("open")
    if await is_clean():  # ok
        print("open")


# pyright#9579
async def case_not():
    if not is_clean("lagoon"):  # error: coroutine-never-awaited
        print("closed")
    if not await is_clean("lagoon"):  # ok
        print("closed")


# pyright#9086
async def case_and_or(weekend):
    if weekend or is_clean():  # error: coroutine-never-awaited
        print("open")
    if weekend and await is_clean():  # ok
        print("open")


# mypy#16921
async def case_ternary():
    state = "clean" if is_clean() else "dirty"  # error: coroutine-never-awaited
    real = "clean" if await is_clean() else "dirty"  # ok
    print(state, real)


# mypy#14113
async def case_while():
    while is_clean():  # error: coroutine-never-awaited
        break
    while not await is_clean():  # ok
        await feed()  # ok


# ty#1073
async def case_assert():
    assert is_clean("lagoon")  # error: coroutine-never-awaited
    assert await is_clean("reef")  # ok


# ty#1073
async def case_condition_of_a_comprehension():
    print([tank for tank in TANKS if is_clean(tank)])  # error: coroutine-never-awaited
    print([tank for tank in TANKS if await is_clean(tank)])  # ok


# --- Missed: bound to an underscore.


# basedpyright#1547
async def case_underscore():
    _ = feed()  # error: coroutine-never-awaited
    _ = await feed()  # ok


# mypy#20570
def case_underscore_in_a_sync_function():
    _ = feed("lagoon")  # error: coroutine-never-awaited


# clippy#9721
async def case_underscore_with_a_type():
    _: object = feed()  # error: coroutine-never-awaited
    _unused: Coroutine[Any, Any, int] = feed()  # error: coroutine-never-awaited


# --- Missed: given to print, logging and the like.


# pyright#3563
async def case_printed():
    print(feed())  # error: coroutine-never-awaited
    print(await feed())  # ok


# pyright#3563
async def case_logged():
    log.info("fed %s portions", feed("lagoon"))  # error: coroutine-never-awaited
    log.info("fed %s portions", await feed("lagoon"))  # ok


# pyright#3563
async def case_formatted():
    print(f"fed {feed()} portions")  # error: coroutine-never-awaited
    print("fed " + str(feed()) + " portions")  # error: coroutine-never-awaited
    print(f"fed {await feed()} portions")  # ok


# pyright#3563: it "would generate false positives"
async def case_given_to_something_that_awaits():
    async def show(awaitable):
        print(await awaitable)

    await show(feed())  # ok


# --- Missed: awaitables that are no coroutines.


def start_pump(tank) -> asyncio.Task[None]:
    return asyncio.create_task(circulate(tank))  # ok: returned


def feed_both() -> asyncio.Future[list[int]]:
    return gather(feed("reef"), feed("lagoon"))  # ok


def prepare(tank) -> Coroutine[Any, Any, int]:
    return feed(tank)  # ok: returned


def prepare_loosely(tank) -> Awaitable[int]:
    return feed(tank)  # ok: returned


# pyright#2963
async def case_function_that_returns_a_task():
    start_pump("reef")  # error: task-never-awaited
    pump = start_pump("lagoon")  # ok: cancelled
    pump.cancel()


# mypy#13589
async def case_function_that_returns_an_awaitable():
    prepare_loosely("reef")  # error: coroutine-never-awaited
    await prepare_loosely("lagoon")  # ok


# mypy#13589
async def case_future_awaited():
    print(await feed_both())  # ok
    both = feed_both()  # ok
    await both


# zuban missed what is decorated, what only returns a coroutine, and the standard library's
def timed(function):
    @functools.wraps(function)
    async def inner(*args):
        log.debug("start")
        return await function(*args)

    return inner


@timed
async def weigh(fish):
    return len(fish)


async def case_decorated():
    weigh("clownfish")  # error: coroutine-never-awaited
    await weigh("clownfish")  # ok


async def case_plain_function_that_returns_a_coroutine():
    prepare("reef")  # error: coroutine-never-awaited
    await prepare("reef")  # ok


# pyanalyze rewrites these
async def case_standard_library():
    asyncio.sleep(0.1)  # error: coroutine-never-awaited
    await asyncio.sleep(0)  # ok
    queue = asyncio.Queue()
    queue.put("shrimp")  # error: coroutine-never-awaited
    await queue.put("shrimp")  # ok


# --- Missed: dropped tasks.


# ruff#2809
async def case_dropped_task():
    asyncio.create_task(circulate())  # error: task-never-awaited
    ensure_future(circulate("lagoon"))  # error: task-never-awaited


# pylint#8263
class Aquarium:
    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self._tasks = set()

    def open(self):
        asyncio.create_task(self.light_up())  # error: task-never-awaited

    def open_on_its_loop(self):
        self.loop.create_task(self.light_up())  # error: task-never-awaited

    # hass.async_create_task, mypy#12279
    def async_create_task(self, coro):
        task = self.loop.create_task(coro)  # ok: kept on an object
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def light_up(self):
        await asyncio.sleep(3)


# pylint#8263
async def case_dropped_by_a_method():
    Aquarium().open()


# mypy#14710
async def case_dropped_in_a_loop():
    for tank in TANKS:
        asyncio.create_task(circulate(tank))  # error: task-never-awaited


# flake8-async#207
async def case_dropped_in_a_callback():
    asyncio.get_running_loop().call_soon(open_the_doors)
    await asyncio.sleep(0.001)


def open_the_doors():
    asyncio.create_task(circulate("doors"))  # error: task-never-awaited


# cpython#91887
background_tasks = set()


async def case_kept_in_the_set_of_the_documentation():
    task = asyncio.create_task(circulate())  # ok: kept in a global
    background_tasks.add(task)
    task.add_done_callback(background_tasks.discard)


# ruff#8863
async def case_underscore_task():
    _ = asyncio.create_task(circulate())  # error: task-never-awaited


# ruff#3237
async def case_other_loop_getters():
    asyncio.get_running_loop().create_task(circulate())  # error: task-never-awaited
    asyncio.get_event_loop().create_task(circulate("lagoon"))  # error: task-never-awaited


# ruff#9974
async def case_loop_in_a_name():
    loop = asyncio.get_running_loop()
    loop.create_task(circulate())  # error: task-never-awaited
    pump = loop.create_task(circulate("lagoon"))  # ok: cancelled
    pump.cancel()


# ruff#9974
async def case_loop_of_an_object():
    Aquarium().open_on_its_loop()


# --- Dropped results of gather are no error of ours: every exception was retrieved.


# ruff#23612
async def case_dropped_return_exceptions():
    await gather(clean_filter("reef"), clean_filter("lagoon"), return_exceptions=True)  # ok


# ruff#23612
async def case_dropped_gather():
    gather(circulate("reef"), circulate("lagoon"), return_exceptions=True)  # error: task-never-awaited


# lablup/backend.ai#11221
async def case_return_exceptions_read():
    results = await gather(*(clean_filter(tank) for tank in TANKS), return_exceptions=True)  # ok
    for result in results:
        if isinstance(result, BaseException):
            log.error("filter: %s", result)


# tykeal/homeassistant-rental-control#383
async def case_return_exceptions_read_by_halves():
    tasks = [asyncio.create_task(clean_filter(tank)) for tank in TANKS]  # ok
    for result in await gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            print(result)


# --- Missed: exceptions lost after asyncio.wait.


# grpc/grpc#42503
async def case_exceptions_lost_after_wait():
    cleaning = [asyncio.create_task(clean_filter(tank)) for tank in TANKS]  # ok
    await asyncio.wait(cleaning, return_when=asyncio.FIRST_EXCEPTION)  # error: task-exception-never-retrieved


# grpc/grpc#42503
async def case_exceptions_lost_after_wait_with_pending_cancelled():
    cleaning = asyncio.create_task(clean_filter())  # ok
    pump = asyncio.create_task(circulate())  # ok
    done, pending = await asyncio.wait({cleaning, pump}, return_when=asyncio.FIRST_COMPLETED)  # error: task-exception-never-retrieved
    for task in pending:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


# grpc/grpc#42503
async def case_exceptions_read_after_wait():
    cleaning = [asyncio.create_task(clean_filter(tank)) for tank in TANKS]  # ok
    done, _ = await asyncio.wait(cleaning, return_when=asyncio.ALL_COMPLETED)  # ok
    for task in done:
        if error := task.exception():
            log.error("filter: %s", error)


# jupyter/notebook#1582
async def case_exceptions_lost_after_a_timeout():
    cleaning = asyncio.create_task(clean_filter())  # ok
    done, pending = await asyncio.wait([cleaning], timeout=1)  # error: task-exception-never-retrieved
    if pending:
        print("the filter takes too long")


# jupyter/notebook#1582
async def case_exceptions_read_after_a_timeout():
    cleaning = asyncio.create_task(clean_filter())  # ok
    done, pending = await asyncio.wait([cleaning], timeout=1)  # ok
    if pending:
        cleaning.cancel()
    elif cleaning.exception():
        print("the filter is blocked")


# --- A task that is kept hides its error as long as it is kept; that is no finding.


cleanings = []


# python/asyncio#397
async def case_failed_task_kept():
    cleanings.append(asyncio.create_task(clean_filter()))  # ok
    await asyncio.sleep(0.001)


# python/asyncio#399
async def case_failed_task_kept_and_read():
    task = asyncio.create_task(clean_filter("lagoon"))  # ok
    task.add_done_callback(lambda finished: log.error("filter: %s", finished.exception()))
    await asyncio.sleep(0.001)


# --- Missed: an async function where a plain one is called.


async def ring(*args):
    return "ding"


def ring_plainly(*args):
    return "ding"


# python/asyncio#126
async def case_call_soon():
    loop = asyncio.get_running_loop()
    loop.call_soon(ring)  # error: coroutine-never-awaited
    await asyncio.sleep(0.001)


# python/asyncio#126
async def case_call_later():
    loop = asyncio.get_running_loop()
    loop.call_later(0.001, ring, "bell")  # error: coroutine-never-awaited
    loop.call_later(0.001, ring_plainly, "bell")
    await asyncio.sleep(0.005)


# Rapptz/discord.py#1751
async def case_done_callback():
    task = asyncio.create_task(feed())  # ok
    task.add_done_callback(ring)  # error: coroutine-never-awaited
    await task
    await asyncio.sleep(0)


# Rapptz/discord.py#1751
async def case_plain_done_callback():
    task = asyncio.create_task(feed())  # ok
    task.add_done_callback(ring_plainly)  # ok
    await task


# pazz/alot#1286
def case_timer():
    timer = threading.Timer(0.001, ring)  # error: coroutine-never-awaited
    timer.start()
    timer.join()


# pazz/alot#1286
def case_timer_that_runs_it():
    timer = threading.Timer(0.001, lambda: asyncio.run(ring()))  # ok
    timer.start()
    timer.join()


# No peer flags any of these
def case_thread():
    keeper = threading.Thread(target=ring, args=("reef",))  # error: coroutine-never-awaited
    keeper.start()
    keeper.join()


def case_thread_that_runs_it():
    keeper = threading.Thread(target=asyncio.run, args=(ring("reef"),))  # ok
    keeper.start()
    keeper.join()


async def case_run_in_executor():
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, ring)  # error: coroutine-never-awaited
    await loop.run_in_executor(None, ring_plainly)  # ok


async def case_to_thread():
    await asyncio.to_thread(ring, "reef")  # error: coroutine-never-awaited
    await asyncio.to_thread(ring_plainly, "reef")  # ok


def case_executor():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(ring)  # error: coroutine-never-awaited
        pool.submit(ring_plainly)


async def case_signal():
    before = signal.signal(signal.SIGUSR1, ring)  # error: coroutine-never-awaited
    asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGUSR1)
    await asyncio.sleep(0.001)
    signal.signal(signal.SIGUSR1, before)


def case_sort_key():
    print(max(TANKS, key=weigh_alone))  # error: coroutine-never-awaited


async def weigh_alone(tank):
    return len(tank)


def case_mapped():
    print(list(map(weigh_alone, TANKS)))  # error: coroutine-never-awaited


async def case_mapped_and_gathered():
    print(await gather(*map(weigh_alone, TANKS)))  # ok


def case_filtered():
    print(list(filter(is_clean, TANKS)))  # error: coroutine-never-awaited


def case_dropped_in_a_short_circuit(weekend):
    weekend and feed()  # error: coroutine-never-awaited


def case_dropped_in_a_comprehension():
    [feed(tank) for tank in TANKS]  # error: coroutine-never-awaited


# --- Missed: code without annotations. And the decorators that make such code fine.


# mypy#10841
def handle(request, tank):
    portions = request.get("portions", 1)
    feed(tank)  # error: coroutine-never-awaited
    return portions


# mypy#10841
def case_untyped_function():
    handle({"portions": 2}, "reef")


# pylint#1496
class Keeper:
    async def greet(self, visitors):
        return len(visitors)

    def work(self, visitors):
        self.greet(visitors)  # error: coroutine-never-awaited

    async def guide(self, visitors):
        await self.greet(visitors)  # ok


# pylint#1496
async def case_untyped_method():
    Keeper().work(["Ada"])
    await Keeper().guide(["Ben"])


# mongodb PYTHON-5976
def blocking(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return asyncio.run(function(*args, **kwargs))  # ok

    return inner


@blocking
async def count_fish(tank):
    return await feed(tank)  # ok


# mongodb PYTHON-5976
def case_decorated_to_be_blocking():
    count_fish("reef")  # ok
    print(count_fish("lagoon"))  # ok


# --- False alarms: children of groups, wrappers that keep the task.


class Nursery:
    """Like anyio's and trio's: it waits for its children."""

    def __init__(self):
        self._children = []

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        await gather(*self._children)

    def start_soon(self, function, *args):
        child = asyncio.create_task(function(*args))  # ok: kept on an object
        self._children.append(child)
        return child


# mypy#15036
async def case_children_of_a_nursery():
    async with Nursery() as nursery:
        nursery.start_soon(feed, "reef")  # ok
        nursery.start_soon(feed, "lagoon")  # ok


# mypy#12279
async def case_wrapper_that_keeps_the_task():
    aquarium = Aquarium()
    aquarium.async_create_task(circulate())  # ok: kept on an object
    pump = aquarium.async_create_task(feed())  # ok
    await pump


# JetBrains/intellij-community#3226
async def case_task_by_its_type():
    pump: asyncio.Task[int] = asyncio.create_task(feed("reef"))  # ok
    both: asyncio.Future = asyncio.ensure_future(feed("lagoon"))  # ok
    print(await pump, await both)


# ruff#9215
async def case_branches_that_bind_one_name(night):
    if night:
        task = asyncio.create_task(feed("reef"))  # ok
    else:
        task = asyncio.create_task(feed("lagoon"))  # ok
    await task


# ruff#9215
async def case_branches_that_rebind_one_name(night):
    task = None
    if night:
        task = asyncio.create_task(feed("reef"))  # ok
    if task is None:
        task = asyncio.create_task(feed("lagoon"))  # ok
    await task


# ruff#16811
async def case_local_name():
    task = asyncio.create_task(circulate())  # error: task-never-awaited
    print(task.get_name())


# ruff#16811
async def case_local_set():
    tasks = set()
    task = asyncio.create_task(circulate())  # error: task-never-awaited
    tasks.add(task)


# ruff#16811
async def case_local_set_that_is_awaited():
    tasks = set()
    tasks.add(asyncio.create_task(feed()))  # ok
    await gather(*tasks)


# ruff#20421
async def fixture_with_a_pump():
    pump = asyncio.create_task(circulate())  # ok: cancelled
    yield "reef"
    pump.cancel()


# ruff#20421
async def fixture_with_a_feeding():
    feeding = asyncio.create_task(feed())  # ok
    yield "reef"
    print(await feeding)


# ruff#20421
async def case_fixtures():
    async for tank in fixture_with_a_pump():
        print(tank)
    async for tank in fixture_with_a_feeding():
        print(tank)


# flake8-async#398
def start_feeding(tank):
    return asyncio.create_task(feed(tank))  # ok


# microsoft/vs-threading#293
def start_feeding_by_default(tank, loop=None):
    if loop is None:
        return asyncio.ensure_future(feed(tank))  # ok
    return loop.create_task(feed(tank))  # ok


# flake8-async#398
async def case_returned_tasks():
    await start_feeding("reef")  # ok
    await start_feeding_by_default("reef")  # ok
    await start_feeding_by_default("reef", asyncio.get_running_loop())  # ok


# --- False alarms: an optional coroutine, other things of that name, type checkers' own calls.


def refill(level) -> Coroutine[Any, Any, int] | None:
    return feed() if level < 3 else None  # ok


# pyright#7881
async def case_optional_coroutine():
    for level in (1, 5):
        job = refill(level)  # ok
        if job:
            await job


# pyright#7881
async def case_optional_coroutine_tested_for_none():
    if (job := refill(2)) is not None:  # ok
        await job


class Schedule:
    """Like Airflow's: its tasks have nothing to do with asyncio."""

    def create_task(self, name):
        return name

    def wait(self, names):
        return list(names)

    def gather(self, *names):
        return names


# ruff#9911
async def case_other_things_of_that_name():
    schedule = Schedule()
    schedule.create_task("feed")  # ok
    task = schedule.create_task("clean")  # ok
    schedule.wait([task])  # ok
    schedule.gather("feed", "clean")  # ok


# ruff#9911
async def case_other_things_of_a_parameter():
    def plan(schedule):
        schedule.create_task("feed")  # ok
        later = schedule.create_task("clean")  # ok

    plan(Schedule())


# ruff#9911
async def case_own_function_of_that_name():
    def create_task(name):
        return name.upper()

    create_task("feed")  # ok


# ruff#23650
async def case_reveal_type():
    feeding = asyncio.create_task(feed())  # ok
    if TYPE_CHECKING:
        reveal_type(feeding)
        assert_type(feeding, asyncio.Task[int])
        reveal_type(feed())  # ok
    await feeding


# --- Frameworks.


class Bot:
    """Since its version 2 these are async."""

    async def load_extension(self, name):
        return name

    async def add_cog(self, cog):
        return cog


# robertwayne/cogwatch#16
async def case_extension():
    bot = Bot()
    bot.load_extension("aquarium.tides")  # error: coroutine-never-awaited
    await bot.load_extension("aquarium.lights")  # ok


# PythonistaGuild/Wavelink#179
def set_up(bot: Bot):
    bot.add_cog("music")  # error: coroutine-never-awaited


# PythonistaGuild/Wavelink#179
async def set_up_rightly(bot: Bot):
    await bot.add_cog("music")  # ok


# PythonistaGuild/Wavelink#179
async def case_cog():
    set_up(Bot())
    await set_up_rightly(Bot())


# home-assistant/core#93749
async def case_async_mock():
    notify = AsyncMock()
    notify("low tide")  # error: coroutine-never-awaited
    await notify("high tide")  # ok


class Query:
    """Lazy: it runs when it is awaited."""

    def __init__(self, table):
        self.table = table

    def where(self, **conditions):
        return self

    async def run(self):
        return [self.table]

    def __await__(self):
        return self.run().__await__()


# piccolo-orm/piccolo#676
async def case_query():
    rows = await Query("fish").where(tank="reef")  # ok
    query = Query("plants").where(tank="reef")  # ok
    print(rows, await query.run())


# piccolo-orm/piccolo#676
async def case_query_that_is_run_but_not_awaited():
    Query("fish").where(tank="reef").run()  # error: coroutine-never-awaited


# --- Ideas of nobody's: paths and loops.


# Pyre, task T79853064
async def case_awaited_in_one_branch(night):
    feeding = feed()  # error: coroutine-never-awaited
    if night:
        await feeding


# Pyre, task T79853064
async def case_closed_in_the_other_branch(night):
    feeding = feed()  # ok
    if night:
        await feeding
    else:
        feeding.close()


# Pyre, task T79853064
async def case_task_awaited_in_one_branch(night):
    settling = asyncio.create_task(settle())  # error: task-never-awaited
    if night:
        await settling


# awslabs/llmeter#96
async def case_run_inside_a_running_loop():
    asyncio.run(feed())  # error: coroutine-never-awaited


# awslabs/llmeter#96
async def case_run_inside_another_thread():
    def count():
        return asyncio.run(feed())  # ok

    await asyncio.to_thread(count)  # ok


# awslabs/llmeter#96
def case_run_without_a_running_loop():
    asyncio.run(feed())  # ok
