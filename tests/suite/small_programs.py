"""Small programs as in articles, questions and tutorials: each case is one of its own."""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextlib
import functools
import itertools
import json
import logging
import operator
import random
import signal
import threading
import time
from asyncio import Queue, create_task, ensure_future, gather, get_running_loop, sleep
from collections import defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Awaitable, Callable, Coroutine, Dict, List, Optional

log = logging.getLogger(__name__)


# Hello, world.


async def hello():
    print("hello")


async def say_after(delay, what):
    await asyncio.sleep(delay / 1000)
    print(what)
    return what


async def case_hello():
    hello()  # error: coroutine-never-awaited
    print("world")


async def case_hello_awaited():
    await hello()  # ok
    print("world")


async def case_say_after():
    say_after(1, "hello")  # error: coroutine-never-awaited
    say_after(2, "world")  # error: coroutine-never-awaited
    await say_after(1, "again")  # ok


async def case_started_at():
    print(f"started at {time.strftime('%X')}")
    task1 = asyncio.create_task(say_after(0.1, "hello"))  # ok
    task2 = asyncio.create_task(say_after(500, "world"))  # error: task-never-awaited
    await task1  # ok
    print(f"finished at {time.strftime('%X')}")


async def case_sleep_forgotten():
    for tick in range(3):
        print(tick)
        asyncio.sleep(1)  # error: coroutine-never-awaited
    sleep(0.1)  # error: coroutine-never-awaited
    await sleep(0)  # ok


def case_run_forgotten():
    hello()  # error: coroutine-never-awaited


def case_run():
    asyncio.run(hello())  # ok
    loop = asyncio.new_event_loop()
    loop.run_until_complete(hello())  # ok
    loop.close()


def case_run_of_function():
    with contextlib.suppress(ValueError):
        asyncio.run(hello)  # ok
    coroutine = hello()  # error: coroutine-never-awaited
    print(coroutine)


# Fetching.


async def fetch(url, retries=1):
    await asyncio.sleep(0.01)
    return {"url": url, "status": 200, "items": [1, 2]}


async def fetch_json(url) -> Dict[str, Any]:
    response = await fetch(url)  # ok
    return json.loads(json.dumps(response))


async def case_fetch_all():
    urls = ["a", "b", "c"]
    results = [fetch(url) for url in urls]  # error: coroutine-never-awaited
    print(len(results))


async def case_fetch_all_gathered():
    urls = ["a", "b", "c"]
    results = await asyncio.gather(*[fetch(url) for url in urls])  # ok
    print(len(results))


async def case_fetch_all_gather_not_awaited():
    urls = ["a", "b", "c"]
    asyncio.gather(*[fetch(url) for url in urls])  # error: task-never-awaited


async def case_fetch_all_gather_bound():
    urls = ["a", "b", "c"]
    pages = asyncio.gather(*(fetch(url) for url in urls))  # error: task-never-awaited
    print(pages)


async def case_fetch_all_one_by_one():
    pages = []
    for url in ("a", "b"):
        pages.append(await fetch(url))  # ok
    print(pages)


async def case_fetch_all_collected():
    pages = []
    for url in ("a", "b"):
        pages.append(fetch(url))  # error: coroutine-never-awaited
    print(f"{len(pages)} pages")


async def case_fetch_all_collected_and_gathered():
    pages = []
    for url in ("a", "b"):
        pages.append(fetch(url))  # ok
    for page in await asyncio.gather(*pages):  # ok
        print(page["status"])


async def case_fetch_status():
    response = fetch("a")  # error: coroutine-never-awaited
    print(response["status"])


async def case_fetch_status_compared():
    if fetch("a")["status"] == 200:  # error: coroutine-never-awaited
        print("fine")


async def case_fetch_items():
    for item in (await fetch("a"))["items"]:  # ok
        print(item)
    for item in fetch("a"):  # error: coroutine-never-awaited
        print(item)


async def case_fetch_equal():
    first, second = fetch("a"), await fetch("b")  # error: coroutine-never-awaited
    print(first == second)


async def case_fetch_in():
    print("status" in await fetch("a"))  # ok
    print("status" in fetch("a"))  # error: coroutine-never-awaited


async def case_fetch_dumped():
    try:
        print(json.dumps(fetch("a")))  # error: coroutine-never-awaited
    except TypeError:
        print(json.dumps(await fetch("a")))  # ok


async def case_fetch_or_default(cached):
    page = cached or fetch("a")  # error: coroutine-never-awaited
    print(page)


async def case_fetch_or_default_awaited(cached):
    page = cached or await fetch("a")  # ok
    print(page)


async def case_fetch_if_wanted(wanted):
    page = fetch("a") if wanted else None  # error: coroutine-never-awaited
    if page:
        print(page)


async def case_fetch_if_wanted_awaited(wanted):
    page = fetch("a") if wanted else None  # ok
    if page is not None:
        print(await page)  # ok


async def case_fetch_with_retries():
    for attempt in range(3):
        try:
            page = await fetch("a", attempt)  # ok
            break
        except OSError:
            await asyncio.sleep(0)  # ok
    else:
        return
    print(page)


async def case_fetch_with_retries_forgotten():
    for attempt in range(3):
        page = fetch("a", attempt)  # error: coroutine-never-awaited
        if page:
            break


async def case_fetch_logged():
    log.info("got %s", fetch("a"))  # error: coroutine-never-awaited
    log.info("got %s", await fetch("a"))  # ok
    log.debug(f"got {fetch('b')}")  # error: coroutine-never-awaited
    log.warning("got " + str(fetch("c")))  # error: coroutine-never-awaited


async def case_fetch_asserted():
    assert fetch("a")  # error: coroutine-never-awaited
    assert await fetch("a")  # ok
    assert not fetch("a"), "empty"  # error: coroutine-never-awaited


async def case_fetch_unpacked():
    print(*await fetch("a"))  # ok
    print(*fetch("a"))  # error: coroutine-never-awaited


async def case_fetch_unpacked_into_names():
    one, two = fetch("a")  # error: coroutine-never-awaited
    print(one, two)


async def case_fetch_merged():
    print({**await fetch("a")})  # ok
    print({**fetch("b")})  # error: coroutine-never-awaited


async def case_fetch_json():
    data = fetch_json("a")  # error: coroutine-never-awaited
    print(data.get("status"))


async def case_fetch_json_awaited():
    data = await fetch_json("a")  # ok
    print(data.get("status"))


async def case_fetch_timeout():
    asyncio.wait_for(fetch("a"), 1)  # error: coroutine-never-awaited
    await asyncio.wait_for(fetch("a"), 1)  # ok


async def case_fetch_returned_or_printed(quiet):
    page = fetch("a")  # error: coroutine-never-awaited
    if quiet:
        return
    print(await page)  # ok


async def case_fetch_on_both_ways(quiet):
    page = fetch("a")  # ok
    if quiet:
        await page  # ok
        return
    print(await page)  # ok


async def case_fetch_closed(quiet):
    page = fetch("a")  # ok
    if quiet:
        page.close()
        return
    print(await page)  # ok


async def case_fetch_named():
    if page := fetch("a"):  # error: coroutine-never-awaited
        print("there is one")
    if page := await fetch("a"):  # ok
        print(page)


async def case_fetch_sorted():
    pages = sorted([fetch("b"), fetch("a")], key=id)  # error: coroutine-never-awaited
    print(pages[0])


# Producers and consumers.


async def producer(queue, count=2):
    for number in range(count):
        await queue.put(number)  # ok
    await queue.put(None)  # ok


async def forgetful_producer(queue, count=2):
    for number in range(count):
        queue.put(number)  # error: coroutine-never-awaited
    await queue.put(None)  # ok


async def consumer(queue):
    while True:
        item = await queue.get()  # ok
        if item is None:
            break
        print(item)


async def case_producer_consumer():
    queue = asyncio.Queue()
    await asyncio.gather(producer(queue), consumer(queue))  # ok


async def case_producer_as_task():
    queue = asyncio.Queue()
    asyncio.create_task(producer(queue))  # error: task-never-awaited; unconfirmed: it happens to end in time
    await consumer(queue)  # ok


async def case_producer_as_kept_task():
    queue = asyncio.Queue()
    task = asyncio.create_task(producer(queue))  # ok
    await consumer(queue)  # ok
    await task  # ok


async def case_producer_forgotten():
    queue = Queue()
    producer(queue)  # error: coroutine-never-awaited
    await forgetful_producer(queue)  # ok
    await consumer(queue)  # ok


async def case_workers():
    queue: asyncio.Queue = asyncio.Queue()
    for number in range(3):
        queue.put_nowait(number)
    workers = [asyncio.create_task(worker(queue)) for _ in range(2)]  # ok
    await queue.join()  # ok
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)  # ok


async def case_workers_cancelled_only():
    queue: asyncio.Queue = asyncio.Queue()
    workers = [asyncio.create_task(worker(queue)) for _ in range(2)]  # ok
    await queue.join()  # ok
    for task in workers:
        task.cancel()


async def case_workers_forgotten():
    queue: asyncio.Queue = asyncio.Queue()
    queue.put_nowait(1)
    for _ in range(2):
        asyncio.create_task(worker(queue))  # error: task-never-awaited
    queue.join()  # error: coroutine-never-awaited


async def case_workers_counted():
    queue: asyncio.Queue = asyncio.Queue()
    workers = [asyncio.create_task(worker(queue)) for _ in range(2)]  # error: task-never-awaited
    print(f"{len(workers)} workers")


async def worker(queue):
    while True:
        item = await queue.get()  # ok
        await asyncio.sleep(0)  # ok
        queue.task_done()
        print(item)


async def case_item_of_queue():
    queue: asyncio.Queue = asyncio.Queue()
    queue.put_nowait(3)
    item = queue.get()  # error: coroutine-never-awaited
    print(item)


async def case_item_compared():
    queue: asyncio.Queue = asyncio.Queue()
    queue.put_nowait(3)
    while queue.get() is not None:  # error: coroutine-never-awaited
        break


# Locks, events and other tools.


async def case_lock():
    lock = asyncio.Lock()
    lock.acquire()  # error: coroutine-never-awaited
    await lock.acquire()  # ok
    lock.release()  # ok
    async with lock:  # ok
        print(lock.locked())  # ok


async def case_lock_tested():
    lock = asyncio.Lock()
    if lock.acquire():  # error: coroutine-never-awaited
        print("locked")


async def case_event():
    event = asyncio.Event()
    event.set()  # ok
    event.wait()  # error: coroutine-never-awaited
    await event.wait()  # ok
    while not event.is_set():  # ok
        await asyncio.sleep(0)  # ok


async def case_semaphore():
    semaphore = asyncio.Semaphore(2)
    semaphore.acquire()  # error: coroutine-never-awaited
    async with semaphore:  # ok
        await hello()  # ok
    with contextlib.suppress(TypeError, AttributeError):
        with semaphore:  # ok
            pass


async def case_condition():
    condition = asyncio.Condition()
    async with condition:  # ok
        condition.notify_all()  # ok
        condition.wait_for(lambda: True)  # error: coroutine-never-awaited
        await condition.wait_for(lambda: True)  # ok


async def case_thread():
    asyncio.to_thread(print, "x")  # error: coroutine-never-awaited
    await asyncio.to_thread(print, "x")  # ok
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, print, "y")  # ok


# Callbacks.


async def on_timer():
    print("tick")


async def on_timer_with(number=1):
    print("tick", number)


def on_plain_timer():
    print("tock")


async def case_call_later():
    loop = asyncio.get_running_loop()
    loop.call_later(0, on_timer)  # error: coroutine-never-awaited
    loop.call_later(0, on_timer_with, 3)  # error: coroutine-never-awaited
    loop.call_soon(on_timer)  # error: coroutine-never-awaited
    loop.call_soon(on_plain_timer)  # ok
    loop.call_soon(functools.partial(on_timer_with, 2))  # error: coroutine-never-awaited
    loop.call_soon(lambda: asyncio.ensure_future(tick("on", 100)))  # error: task-never-awaited
    loop.call_soon_threadsafe(on_timer)  # error: coroutine-never-awaited
    loop.call_at(loop.time(), on_timer)  # error: coroutine-never-awaited
    await asyncio.sleep(0.02)  # ok


async def case_call_soon_chained():
    asyncio.get_running_loop().call_soon(on_timer)  # error: coroutine-never-awaited
    get_running_loop().call_later(0, callback=on_timer)  # error: coroutine-never-awaited
    await asyncio.sleep(0.01)  # ok


async def case_done_callback():
    async def report(task):
        print(task.result())

    task = asyncio.create_task(hello())  # ok
    task.add_done_callback(report)  # error: coroutine-never-awaited
    await task  # ok
    await asyncio.sleep(0)  # ok


async def case_done_callback_plain():
    def report(task):
        print(task.result())

    task = asyncio.create_task(hello())  # ok
    task.add_done_callback(report)  # ok
    await task  # ok


def case_threads():
    thread = threading.Thread(target=on_timer)  # error: coroutine-never-awaited
    thread.start()
    thread.join()
    other = threading.Thread(target=on_timer_with, args=(3,))  # error: coroutine-never-awaited
    other.start()
    other.join()
    third = threading.Thread(target=asyncio.run, args=(on_timer(),))  # ok
    third.start()
    third.join()
    fourth = threading.Thread(target=lambda: asyncio.run(on_timer()))  # ok
    fourth.start()
    fourth.join()


def case_thread_of_lambda():
    thread = threading.Thread(target=lambda: on_timer())  # error: coroutine-never-awaited
    thread.start()
    thread.join()


def case_thread_of_call():
    thread = threading.Thread(target=on_timer())  # error: coroutine-never-awaited; unconfirmed: the thread fails with an exception that keeps the coroutine
    thread.start()
    thread.join()


def case_timer():
    timer = threading.Timer(0, on_timer)  # error: coroutine-never-awaited
    timer.start()
    timer.join()


def case_pool():
    with ThreadPoolExecutor() as pool:
        pool.submit(on_timer)  # error: coroutine-never-awaited
        future = pool.submit(on_timer_with, 2)  # error: coroutine-never-awaited
        print(future.result())


def case_pool_run():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        future = pool.submit(on_timer)  # ok
        asyncio.run(future.result())  # ok
        pool.submit(asyncio.run, on_timer()).result()  # ok


def case_pool_mapped():
    with ThreadPoolExecutor() as pool:
        for result in pool.map(on_timer_with, [1, 2]):  # error: coroutine-never-awaited
            print(result)


async def case_executor():
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, on_timer)  # error: coroutine-never-awaited
    result = await loop.run_in_executor(None, on_timer_with, 3)  # error: coroutine-never-awaited
    print(result)
    await (await loop.run_in_executor(None, on_timer))  # ok


async def case_to_thread():
    await asyncio.to_thread(on_timer)  # error: coroutine-never-awaited
    print(await asyncio.to_thread(on_timer_with, 4))  # error: coroutine-never-awaited


def case_maps():
    print(list(map(on_timer_with, [1, 2])))  # error: coroutine-never-awaited
    for each in map(on_timer_with, range(2)):  # error: coroutine-never-awaited
        print(each)


async def is_even(number):
    await asyncio.sleep(0)
    return number % 2 == 0


def case_filters():
    print(list(filter(is_even, [1, 2])))  # error: coroutine-never-awaited
    evens = [number for number in range(3) if is_even(number)]  # error: coroutine-never-awaited
    print(evens, any(is_even(number) for number in range(3)))  # error: coroutine-never-awaited


async def case_filters_awaited():
    evens = [number for number in range(3) if await is_even(number)]  # ok
    print(evens, any([await is_even(number) for number in range(3)]))  # ok


async def weight_of(item):
    return len(item)


def case_sort_keys():
    names = ["b", "aa"]
    with contextlib.suppress(TypeError):
        names.sort(key=weight_of)  # error: coroutine-never-awaited


def case_sorted_keys():
    with contextlib.suppress(TypeError):
        print(sorted(["b", "aa"], key=weight_of))  # error: coroutine-never-awaited
    with contextlib.suppress(TypeError):
        print(max(["b", "aa"], key=lambda name: weight_of(name)))  # error: coroutine-never-awaited
    with contextlib.suppress(TypeError):
        print(min(["b", "aa"], key=weight_of))  # error: coroutine-never-awaited


def case_reduced():
    async def add(one, two):
        return one + two

    print(functools.reduce(add, [1, 2, 3]))  # error: coroutine-never-awaited


# Lists, dicts and ways of losing them.


async def case_dict_of_coroutines():
    jobs = {name: fetch(name) for name in ("a", "b")}  # error: coroutine-never-awaited
    for name in jobs:
        print(name)


async def case_dict_of_coroutines_awaited():
    jobs = {name: fetch(name) for name in ("a", "b")}  # ok
    for name, job in jobs.items():
        print(name, await job)  # ok


async def case_deque_of_coroutines():
    jobs = deque()
    jobs.append(fetch("a"))  # ok
    while jobs:
        await jobs.popleft()  # ok


async def case_deque_of_coroutines_forgotten():
    jobs = deque()
    jobs.append(fetch("a"))  # error: coroutine-never-awaited
    jobs.clear()


async def case_default_dict():
    jobs = defaultdict(list)
    for name in ("a", "b"):
        jobs[name].append(fetch(name))  # ok
    for listed in jobs.values():
        await asyncio.gather(*listed)  # ok


async def case_default_dict_forgotten():
    jobs = defaultdict(list)
    for name in ("a", "b"):
        jobs[name].append(fetch(name))  # error: coroutine-never-awaited
    print(len(jobs))


async def case_tuple_of_coroutines():
    first, second = (fetch("a"), fetch("b"))  # error: coroutine-never-awaited
    await first  # ok


async def case_chain():
    jobs = itertools.chain([fetch("a")], [fetch("b")])  # ok
    await asyncio.gather(*jobs)  # ok


async def case_overwritten():
    job = fetch("a")  # error: coroutine-never-awaited
    job = fetch("b")  # ok
    await job  # ok


async def case_overwritten_in_a_loop():
    job = None
    for name in ("a", "b", "c"):
        job = fetch(name)  # error: coroutine-never-awaited
    if job is not None:
        await job  # ok


async def case_awaited_in_a_loop():
    for name in ("a", "b", "c"):
        job = fetch(name)  # ok
        await job  # ok


async def case_deleted():
    job = fetch("a")  # error: coroutine-never-awaited
    del job


async def case_underscore():
    _ = fetch("a")  # error: coroutine-never-awaited
    _ = await fetch("a")  # ok
    _ = asyncio.create_task(fetch("b"))  # error: task-never-awaited


# Tasks that run away.


async def tick(name="tick", times=2):
    for _ in range(times):
        await asyncio.sleep(0.001)
    return name


async def case_fire_and_forget():
    asyncio.create_task(tick())  # error: task-never-awaited
    asyncio.ensure_future(tick())  # error: task-never-awaited
    ensure_future(tick())  # error: task-never-awaited
    asyncio.get_running_loop().create_task(tick())  # error: task-never-awaited
    asyncio.get_event_loop().create_task(tick())  # error: task-never-awaited
    loop = asyncio.get_event_loop()
    loop.create_task(tick())  # error: task-never-awaited
    await asyncio.sleep(0)  # ok


BACKGROUND = set()


async def case_kept_in_a_set():
    task = asyncio.create_task(tick())  # ok: kept in a global set
    BACKGROUND.add(task)
    task.add_done_callback(BACKGROUND.discard)


async def case_kept_in_a_local_set():
    background = set()
    for _ in range(2):
        task = asyncio.create_task(tick())  # ok
        background.add(task)
        task.add_done_callback(background.discard)
    await asyncio.sleep(0.01)  # ok


async def case_heartbeat():
    heartbeat = asyncio.create_task(tick("beat", 1000))  # ok
    try:
        await tick()  # ok
    finally:
        heartbeat.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await heartbeat  # ok


async def case_heartbeat_left(broken):
    heartbeat = asyncio.create_task(tick("beat", 1000))  # error: task-never-awaited
    if broken:
        return
    heartbeat.cancel()


async def case_heartbeat_cancelled():
    heartbeat = asyncio.create_task(tick("beat", 1000))  # ok
    await tick()  # ok
    heartbeat.cancel()


async def case_first_of_two():
    one, two = asyncio.create_task(tick("a")), asyncio.create_task(tick("b", 50))  # error: task-never-awaited
    print(await one, two.done())  # ok


async def case_task_named():
    task = asyncio.create_task(tick(), name="ticker")  # error: task-never-awaited
    print(task.get_name())


async def case_task_in_condition():
    if asyncio.create_task(tick()):  # error: task-never-awaited
        print("started")


async def case_task_printed():
    print(asyncio.create_task(tick("b", 50)))  # error: task-never-awaited
    print(await asyncio.create_task(tick()))  # ok


async def case_tasks_overwritten():
    task = None
    for times in (50, 1):
        task = asyncio.create_task(tick("a", times))  # error: task-never-awaited
    await task  # ok


async def case_task_polled():
    task = asyncio.create_task(tick())  # ok
    while not task.done():
        await asyncio.sleep(0)  # ok
    print(task.result())


async def case_task_replaced(again):
    task = asyncio.create_task(tick("a", 50))  # error: task-never-awaited
    if again:
        task = asyncio.create_task(tick("b"))  # ok
    await task  # ok


async def case_task_replaced_after_cancel(again):
    task = asyncio.create_task(tick("a"))  # ok
    if again:
        task.cancel()
        task = asyncio.create_task(tick("b"))  # ok
    await task  # ok


def start(coroutine):
    return asyncio.create_task(coroutine)


def start_soon(coroutine):
    task = asyncio.ensure_future(coroutine)
    task.set_name("soon")
    return task


def start_and_keep(coroutine):
    task = asyncio.create_task(coroutine)
    BACKGROUND.add(task)
    task.add_done_callback(BACKGROUND.discard)
    return task


async def case_helpers():
    start(tick("a", 50))  # error: task-never-awaited
    task = start_soon(tick("b", 50))  # error: task-never-awaited
    start_and_keep(tick())  # ok
    await start(tick())  # ok


async def case_shielded():
    asyncio.shield(tick("a", 50))  # error: task-never-awaited
    await asyncio.shield(tick())  # ok
    inner = asyncio.create_task(tick())  # ok
    await asyncio.shield(inner)  # ok


async def case_gathered_and_forgotten():
    asyncio.gather(tick(), tick())  # error: task-never-awaited
    both = gather(tick(), tick())  # error: task-never-awaited
    print(both.done())


async def case_gathered_later():
    both = gather(tick(), tick())  # ok
    print("meanwhile")
    await both  # ok


# Waiting.


async def fail(name="x"):
    await asyncio.sleep(0)
    raise ValueError(name)


async def case_wait():
    await asyncio.wait([asyncio.create_task(fail())])  # error: task-exception-never-retrieved


async def case_wait_pairs():
    tasks = [asyncio.create_task(fail(name)) for name in ("a", "b")]  # ok
    done, pending = await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    print(len(done), len(pending))


async def case_wait_read():
    tasks = [asyncio.create_task(fail(name)) for name in ("a", "b")]  # ok
    done, pending = await asyncio.wait(tasks)  # ok
    for task in done:
        print(task.exception())


async def case_wait_first():
    tasks = {asyncio.create_task(fail(name)) for name in ("a", "b")}  # ok
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # error: task-exception-never-retrieved
    for task in pending:
        task.cancel()


async def case_wait_first_read():
    tasks = {asyncio.create_task(fail(name)) for name in ("a", "b")}  # ok
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # ok
    for task in pending:
        task.cancel()
    for task in done:
        with contextlib.suppress(ValueError):
            await task  # ok


async def case_wait_with_timeout():
    task = asyncio.create_task(fail())  # ok
    done, _ = await asyncio.wait({task}, timeout=1)  # error: task-exception-never-retrieved
    if task in done:
        print("done in time")


async def case_wait_with_timeout_read():
    task = asyncio.create_task(fail())  # ok
    done, _ = await asyncio.wait({task}, timeout=1)  # ok
    if task in done:
        print(task.exception())


async def case_wait_gathered_after():
    tasks = [asyncio.create_task(fail(name)) for name in ("a", "b")]  # ok
    await asyncio.wait(tasks)  # ok
    print(await asyncio.gather(*tasks, return_exceptions=True))  # ok


async def case_wait_names():
    tasks = [asyncio.create_task(fail(name), name=name) for name in ("a", "b")]  # ok
    done, _ = await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    for task in done:
        print(task.get_name())


async def case_wait_states():
    tasks = [asyncio.create_task(fail(name)) for name in ("a", "b")]  # ok
    await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    print([task.done() for task in tasks], all(task.done() for task in tasks))


async def case_wait_not_awaited():
    tasks = [asyncio.create_task(tick(name)) for name in ("a", "b")]  # ok: the wait is what is forgotten
    asyncio.wait(tasks)  # error: coroutine-never-awaited


# Managers.


@asynccontextmanager
async def opened(name="door"):
    yield name


class Door:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return False

    async def knock(self):
        return "who is there?"

    async def close(self):
        return None


async def case_managers():
    async with opened() as name:  # ok
        print(name)
    async with Door() as door:  # ok
        door.knock()  # error: coroutine-never-awaited
        await door.knock()  # ok
    with contextlib.suppress(TypeError, AttributeError):
        with Door().knock():  # error: coroutine-never-awaited
            pass


async def case_exit_stack():
    async with contextlib.AsyncExitStack() as stack:  # ok
        door = await stack.enter_async_context(Door())  # ok
        stack.push_async_callback(door.close)  # ok
        stack.enter_async_context(Door())  # error: coroutine-never-awaited
        await door.knock()  # ok


async def case_closed_in_the_end():
    door = Door()
    try:
        print(await door.knock())  # ok
    finally:
        door.close()  # error: coroutine-never-awaited


async def case_closing():
    async with contextlib.aclosing(numbers()) as stream:  # ok
        async for number in stream:
            print(number)


async def numbers(upto=2):
    for number in range(upto):
        yield number


async def case_generators():
    numbers()  # ok
    stream = numbers()  # ok
    print(stream)
    stream.__anext__()  # error: coroutine-never-awaited; unconfirmed: CPython says so of coroutines only, and this is an object of another kind
    print(await anext(numbers()))  # ok
    await numbers().asend(None)  # ok


# The coroutine, where the function is meant.


async def case_called_too_early():
    loop = asyncio.get_running_loop()
    loop.call_soon(on_timer())  # error: coroutine-never-awaited
    loop.call_later(0, on_timer_with(3))  # error: coroutine-never-awaited
    loop.call_soon(functools.partial(on_timer_with, 3))  # error: coroutine-never-awaited
    task = asyncio.create_task(hello())  # ok
    task.add_done_callback(on_timer())  # error: coroutine-never-awaited
    await task  # ok
    await asyncio.sleep(0.01)  # ok


async def case_executed_too_early():
    loop = asyncio.get_running_loop()
    with contextlib.suppress(TypeError):
        await loop.run_in_executor(None, on_timer())  # error: coroutine-never-awaited
    with contextlib.suppress(TypeError):
        await asyncio.to_thread(on_timer())  # error: coroutine-never-awaited
    await asyncio.to_thread(asyncio.run, on_timer())  # ok


def case_mapped_too_early():
    with contextlib.suppress(TypeError):
        print(list(map(on_timer(), [1])))  # error: coroutine-never-awaited


def case_submitted_too_early():
    with ThreadPoolExecutor() as pool:
        future = pool.submit(on_timer())  # error: coroutine-never-awaited
        print(future.exception())
