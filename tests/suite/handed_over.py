"""Async functions handed to something that calls them like plain ones, in a post office."""

import asyncio
import atexit
import bisect
import collections
import concurrent.futures
import contextlib
import contextvars
import functools
import heapq
import itertools
import json
import multiprocessing
import re
import sched
import signal
import socket
import threading
import time
import timeit
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import partial, reduce
from threading import Thread

PARCELS = ["letter", "postcard", "crate of plums"]


async def deliver(parcel="letter", to="the mayor"):
    return f"{parcel} for {to}"


async def weigh(parcel):
    await asyncio.sleep(0)
    return len(parcel)


async def is_heavy(parcel):
    return len(parcel) > 6


async def ring_bell(*_):
    return "ding"


async def sum_up(left, right):
    return left + right


def stamp(parcel="letter", *_):
    return f"{parcel} (stamped)"


def process_ends():
    """What the interpreter does at its end: runs what was registered, here in a thread of its own."""
    end = threading.Thread(target=atexit._run_exitfuncs)
    end.start()
    end.join()


class Counter:
    def __init__(self, town="Wick"):
        self.town = town
        self.tasks = []
        self.loop = None

    async def open(self, *_):
        return self.town

    async def close(self):
        return None

    async def __call__(self, parcel="letter"):
        return parcel

    @staticmethod
    async def sweep():
        return "clean"

    @classmethod
    async def inspect(cls, *_):
        return cls.__name__

    def count(self):
        return 3


# Threads and timers


def case_thread():
    courier = threading.Thread(target=deliver)  # error: coroutine-never-awaited
    courier.start()
    courier.join()


def case_thread_of_sync_function():
    courier = threading.Thread(target=stamp)  # ok
    courier.start()
    courier.join()


def case_thread_with_arguments(urgent):
    if urgent:
        courier = Thread(target=deliver, args=("telegram",), daemon=True)  # error: coroutine-never-awaited
    else:
        courier = Thread(target=stamp, args=("telegram",), daemon=True)  # ok
    courier.start()
    courier.join()


def case_thread_by_position():
    courier = Thread(None, deliver, "courier", ("telegram",))  # error: coroutine-never-awaited
    courier.start()
    courier.join()


def case_thread_started_at_once():
    Thread(target=deliver, kwargs={"to": "the baker"}).start()  # error: coroutine-never-awaited


def case_threads_in_list():
    couriers = [Thread(target=deliver, args=(parcel,)) for parcel in PARCELS]  # error: coroutine-never-awaited
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()


def case_threads_that_run_loops():
    couriers = [Thread(target=asyncio.run, args=(deliver(parcel),)) for parcel in PARCELS]  # ok
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()


def case_thread_of_run():
    courier = Thread(target=asyncio.run, args=(deliver("telegram"),))  # ok
    courier.start()
    courier.join()


def case_thread_of_run_until_complete():
    loop = asyncio.new_event_loop()
    courier = Thread(target=loop.run_until_complete, args=(deliver(),))  # ok
    courier.start()
    courier.join()
    loop.close()


def case_thread_of_partial():
    courier = Thread(target=partial(deliver, "telegram", to="the baker"))  # error: coroutine-never-awaited
    courier.start()
    courier.join()


def case_thread_of_partial_of_run():
    courier = Thread(target=functools.partial(asyncio.run, deliver("telegram")))  # ok
    courier.start()
    courier.join()


def case_thread_of_bound_partial():
    job = functools.partial(deliver, "telegram")
    courier = Thread(target=job)  # deliver  # error: coroutine-never-awaited
    courier.start()
    courier.join()


def case_thread_of_bound_method():
    counter = Counter()
    clerk = Thread(target=counter.open)  # error: coroutine-never-awaited
    clerk.start()
    clerk.join()


def case_thread_of_sync_bound_method():
    counter = Counter()
    clerk = Thread(target=counter.count)  # ok
    clerk.start()
    clerk.join()


def case_thread_of_kept_method():
    opening = Counter("Thurso").open
    clerk = Thread(target=opening)  # open  # error: coroutine-never-awaited
    clerk.start()
    clerk.join()


def case_thread_of_partial_of_bound_method():
    counter = Counter()
    clerk = Thread(target=partial(counter.open, "early"))  # error: coroutine-never-awaited
    clerk.start()
    clerk.join()


def case_thread_of_static_method():
    clerk = Thread(target=Counter.sweep)  # error: coroutine-never-awaited
    clerk.start()
    clerk.join()


def case_thread_of_class_method():
    clerk = Thread(target=Counter.inspect)  # error: coroutine-never-awaited
    clerk.start()
    clerk.join()


def case_thread_of_callable_object():
    counter = Counter()
    clerk = Thread(target=counter)  # __call__  # error: coroutine-never-awaited
    clerk.start()
    clerk.join()


def case_thread_of_nested_function():
    async def carry():
        await asyncio.sleep(0)

    courier = Thread(target=carry)  # error: coroutine-never-awaited
    courier.start()
    courier.join()


def case_thread_of_nested_wrapper():
    async def carry():
        await asyncio.sleep(0)

    def carry_to_the_end():
        asyncio.run(carry())  # ok

    courier = Thread(target=carry_to_the_end)  # ok
    courier.start()
    courier.join()


def case_thread_of_function_that_returns_it():
    def carry(parcel):
        return deliver(parcel)

    courier = Thread(target=carry, args=("crate",))  # deliver  # error: coroutine-never-awaited
    courier.start()
    courier.join()


def case_thread_of_lambda():
    courier = Thread(target=lambda: deliver("telegram"))  # error: coroutine-never-awaited
    courier.start()
    courier.join()


def case_thread_of_lambda_that_runs():
    courier = Thread(target=lambda: asyncio.run(deliver("telegram")))  # ok
    courier.start()
    courier.join()


def case_thread_of_named_lambda():
    errand = lambda: deliver("telegram")  # noqa: E731
    courier = Thread(target=errand)  # deliver  # error: coroutine-never-awaited
    courier.start()
    courier.join()


def case_thread_of_alias():
    errand = deliver
    courier = Thread(target=errand)  # deliver  # error: coroutine-never-awaited
    courier.start()
    courier.join()


def case_thread_of_conditional_alias(express):
    errand = deliver if express else stamp
    # Only one of the two is async, and that one's coroutine is run.
    courier = Thread(target=asyncio.run if express else print, args=(errand(),))  # ok
    courier.start()
    courier.join()


def case_method_starts_thread():
    class Branch(Counter):
        def open_in_background(self):
            Thread(target=self.open).start()  # error: coroutine-never-awaited

        def count_in_background(self):
            Thread(target=self.count).start()  # ok

        def close_in_background(self):
            Thread(target=asyncio.run, args=(self.close(),)).start()  # ok

    branch = Branch()
    branch.open_in_background()
    branch.count_in_background()
    branch.close_in_background()


def case_method_starts_timer():
    class Cleaner(Counter):
        def __init__(self):
            super().__init__()
            self._timer = None

        def sweep_later(self):
            self._timer = threading.Timer(0.001, self.sweep)  # error: coroutine-never-awaited
            self._timer.start()
            self._timer.join()

    Cleaner().sweep_later()


def case_method_of_super_in_thread():
    class Branch(Counter):
        def open(self, *_):
            opening = Thread(target=super().open)  # error: coroutine-never-awaited
            opening.start()
            opening.join()

    Branch().open()


def case_timer():
    timer = threading.Timer(0.001, ring_bell)  # error: coroutine-never-awaited
    timer.start()
    timer.join()


def case_timer_with_arguments():
    timer = threading.Timer(0.001, deliver, args=["telegram"])  # error: coroutine-never-awaited
    timer.start()
    timer.join()


def case_timer_function_by_name():
    timer = threading.Timer(interval=0.001, function=deliver)  # error: coroutine-never-awaited
    timer.start()
    timer.join()


def case_timer_that_runs():
    timer = threading.Timer(0.001, asyncio.run, args=[deliver("telegram")])  # ok
    timer.start()
    timer.join()


def case_timer_of_sync_function():
    timer = threading.Timer(0.001, stamp, ["telegram"])  # ok
    timer.start()
    timer.join()


def case_process():
    courier = multiprocessing.Process(target=deliver)  # error: coroutine-never-awaited; unconfirmed: made in another process
    courier.start()
    courier.join()


def case_process_with_arguments():
    courier = multiprocessing.Process(target=deliver, args=("crate",))  # error: coroutine-never-awaited; unconfirmed: made in another process
    courier.start()
    courier.join()


def case_process_of_sync_function():
    courier = multiprocessing.Process(target=stamp, args=("crate",))  # ok
    courier.start()
    courier.join()


# Executors


def case_submit():
    with ThreadPoolExecutor(2) as pool:
        pool.submit(deliver, "telegram")  # error: coroutine-never-awaited


def case_submit_sync():
    with ThreadPoolExecutor(2) as pool:
        future = pool.submit(stamp, "telegram")  # ok
        print(future.result())


def case_submit_and_print_result():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        future = pool.submit(deliver, "telegram")  # error: coroutine-never-awaited
        print("brought:", future.result())


def case_submit_and_run_result():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        errand = pool.submit(deliver, "telegram").result()  # ok
    asyncio.run(errand)  # ok


async def case_submit_and_await_result():
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(deliver, "telegram")  # ok
        print(await future.result())  # ok


def case_submit_run():
    with ThreadPoolExecutor(1) as pool:
        print(pool.submit(asyncio.run, deliver("telegram")).result())  # ok


def case_submit_lambda():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: deliver("telegram"))  # error: coroutine-never-awaited


def case_submit_lambda_that_runs():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(deliver("telegram")))  # ok


def case_submit_partial():
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(functools.partial(deliver, to="the smith"))  # error: coroutine-never-awaited
        assert done.result() is not None


def case_submit_many():
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(weigh, parcel) for parcel in PARCELS]  # error: coroutine-never-awaited
        for future in concurrent.futures.as_completed(futures):
            print(future.exception())


def case_submit_bound_method():
    counter = Counter()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(counter.close)  # error: coroutine-never-awaited
        pool.submit(counter.count)  # ok


def case_submit_handed_out():
    def start(pool):
        return pool.submit(deliver, "telegram")  # ok

    with ThreadPoolExecutor(1) as pool:
        asyncio.run(start(pool).result())  # ok


def case_executor_map_dropped():
    with ThreadPoolExecutor(2) as pool:
        pool.map(deliver, PARCELS)  # error: coroutine-never-awaited


def case_executor_map_listed():
    with ThreadPoolExecutor(2) as pool:
        weights = list(pool.map(weigh, PARCELS))  # error: coroutine-never-awaited
    print(weights)


def case_executor_map_looped():
    with ThreadPoolExecutor(2) as pool:
        for weight in pool.map(weigh, PARCELS):  # error: coroutine-never-awaited
            print("weight", weight)


async def case_executor_map_gathered():
    with ThreadPoolExecutor(2) as pool:
        print(await asyncio.gather(*pool.map(weigh, PARCELS)))  # ok


async def case_executor_map_awaited():
    with ThreadPoolExecutor(2) as pool:
        for weighing in pool.map(weigh, PARCELS):  # ok
            print(await weighing)  # ok


def case_executor_map_sync():
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(stamp, PARCELS)))  # ok


def case_executor_initializer():
    with ThreadPoolExecutor(1, initializer=ring_bell) as pool:  # error: coroutine-never-awaited
        pool.submit(stamp)


def case_executor_sync_initializer():
    with ThreadPoolExecutor(1, initializer=stamp) as pool:  # ok
        pool.submit(stamp)


# The loop's executor


async def case_run_in_executor():
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, deliver)  # error: coroutine-never-awaited


async def case_run_in_executor_with_arguments():
    loop = asyncio.get_running_loop()
    receipt = await loop.run_in_executor(None, deliver, "telegram", "the smith")  # error: coroutine-never-awaited
    print(f"receipt: {receipt}")


async def case_run_in_executor_chained():
    print(await asyncio.get_running_loop().run_in_executor(None, weigh, "crate"))  # error: coroutine-never-awaited


async def case_run_in_own_executor():
    loop = asyncio.get_event_loop()
    with ThreadPoolExecutor() as pool:
        await loop.run_in_executor(pool, Counter().open)  # error: coroutine-never-awaited


async def case_run_in_executor_partial():
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, partial(deliver, to="the smith"))  # error: coroutine-never-awaited


async def case_run_in_executor_lambda():
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, lambda: deliver(to="the smith"))  # error: coroutine-never-awaited


async def case_run_in_executor_gathered():
    loop = asyncio.get_running_loop()
    weights = await asyncio.gather(*[loop.run_in_executor(None, weigh, parcel) for parcel in PARCELS])  # error: coroutine-never-awaited
    print(len(weights))


async def case_run_in_executor_sync():
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, stamp, "telegram"))  # ok


async def case_run_in_executor_sync_wrapper():
    def deliver_in_own_loop():
        return asyncio.run(deliver("telegram"))  # ok

    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, deliver_in_own_loop)  # ok


async def case_run_in_executor_run():
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, asyncio.run, deliver("telegram"))  # ok


async def case_run_in_executor_awaited_twice():
    loop = asyncio.get_running_loop()
    print(await (await loop.run_in_executor(None, deliver)))  # ok


async def case_run_in_executor_awaited_later(polite):
    loop = asyncio.get_running_loop()
    errand = await loop.run_in_executor(None, deliver)  # ok
    if polite:
        print("Good morning!")
    await errand  # ok


async def case_run_in_executor_gathered_twice():
    loop = asyncio.get_running_loop()
    errands = await asyncio.gather(*[loop.run_in_executor(None, weigh, parcel) for parcel in PARCELS])  # ok
    print(await asyncio.gather(*errands))  # ok


# to_thread


async def case_to_thread():
    await asyncio.to_thread(deliver, "telegram")  # error: coroutine-never-awaited


async def case_to_thread_result_used():
    weight = await asyncio.to_thread(weigh, "crate")  # error: coroutine-never-awaited
    if weight:
        print("it weighs something")


async def case_to_thread_method():
    counter = Counter()
    await asyncio.to_thread(counter.open)  # error: coroutine-never-awaited


async def case_to_thread_lambda():
    print(await asyncio.to_thread(lambda: weigh("crate")))  # error: coroutine-never-awaited


async def case_to_thread_in_task():
    moving = asyncio.create_task(asyncio.to_thread(deliver, "crate"))  # error: coroutine-never-awaited
    await moving  # ok


async def case_to_thread_gathered():
    await asyncio.gather(asyncio.to_thread(stamp), asyncio.to_thread(deliver, "crate"))  # error: coroutine-never-awaited


async def case_to_thread_with_timeout():
    await asyncio.wait_for(asyncio.to_thread(deliver, "crate"), timeout=2)  # error: coroutine-never-awaited


async def case_to_thread_sync():
    print(await asyncio.to_thread(stamp, "telegram"))  # ok
    print(await asyncio.to_thread(Counter().count))  # ok


async def case_to_thread_run():
    await asyncio.to_thread(asyncio.run, deliver("telegram"))  # ok


async def case_to_thread_lambda_that_runs():
    await asyncio.to_thread(lambda: asyncio.run(deliver("telegram")))  # ok


async def case_to_thread_awaited_twice():
    print(await (await asyncio.to_thread(deliver)))  # ok


async def case_to_thread_awaited_later():
    errand = await asyncio.to_thread(partial(deliver, to="the smith"))  # ok
    print(await errand)  # ok


async def case_to_thread_passed_on():
    async def prepare():
        return await asyncio.to_thread(deliver, "crate")  # ok

    await (await prepare())  # ok


async def case_to_thread_submits_to_loop():
    loop = asyncio.get_running_loop()

    def from_outside():
        return asyncio.run_coroutine_threadsafe(deliver("crate"), loop).result()  # ok

    await asyncio.to_thread(from_outside)  # ok


# The loop's callbacks


async def case_call_soon():
    loop = asyncio.get_running_loop()
    loop.call_soon(ring_bell)  # error: coroutine-never-awaited
    await asyncio.sleep(0)


async def case_call_soon_in_branch(closed):
    loop = asyncio.get_running_loop()
    if closed:
        loop.call_soon(print, "come back tomorrow")  # ok
    else:
        loop.call_soon(deliver, "telegram", "the baker")  # error: coroutine-never-awaited
    await asyncio.sleep(0)


async def case_call_soon_chained():
    asyncio.get_running_loop().call_soon(Counter().open)  # error: coroutine-never-awaited
    await asyncio.sleep(0)


async def case_call_soon_threadsafe():
    loop = asyncio.get_event_loop()
    loop.call_soon_threadsafe(ring_bell)  # error: coroutine-never-awaited
    await asyncio.sleep(0.001)


async def case_call_soon_threadsafe_from_thread():
    loop = asyncio.get_running_loop()

    def phone():
        loop.call_soon_threadsafe(ring_bell, "twice")  # error: coroutine-never-awaited

    await asyncio.to_thread(phone)
    await asyncio.sleep(0.001)


async def case_call_later():
    loop = asyncio.get_running_loop()
    loop.call_later(0.001, deliver, "telegram")  # error: coroutine-never-awaited
    await asyncio.sleep(0.005)


async def case_call_later_kept():
    handle = asyncio.get_running_loop().call_later(0.001, ring_bell)  # error: coroutine-never-awaited
    print("rings at", handle.when())
    await asyncio.sleep(0.005)


async def case_call_later_partial():
    loop = asyncio.get_running_loop()
    loop.call_later(0.001, functools.partial(deliver, to="the smith"))  # error: coroutine-never-awaited
    await asyncio.sleep(0.005)


async def case_call_at():
    loop = asyncio.get_running_loop()
    loop.call_at(loop.time() + 0.001, ring_bell)  # error: coroutine-never-awaited
    await asyncio.sleep(0.005)


async def case_call_soon_lambda():
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: deliver("telegram"))  # error: coroutine-never-awaited
    await asyncio.sleep(0)


async def case_call_soon_nested():
    async def knock():
        print("knock, knock")

    asyncio.get_running_loop().call_soon(knock)  # error: coroutine-never-awaited
    await asyncio.sleep(0)


async def case_method_calls_soon():
    class Branch(Counter):
        async def close_by_loop(self):
            self.loop = asyncio.get_running_loop()
            self.loop.call_soon(self.close)  # error: coroutine-never-awaited
            await asyncio.sleep(0)  # ok

    await Branch().close_by_loop()  # ok


async def case_method_calls_soon_a_maker_of_tasks():
    class Branch(Counter):
        async def open_by_loop(self):
            self.loop = asyncio.get_running_loop()
            self.loop.call_soon(self._make_task)  # ok
            await asyncio.sleep(0.001)  # ok

        def _make_task(self):
            self.tasks.append(asyncio.ensure_future(self.open()))  # ok

    await Branch().open_by_loop()  # ok


async def case_call_soon_makes_task_and_keeps_it():
    loop, errands = asyncio.get_running_loop(), []
    loop.call_soon(lambda: errands.append(loop.create_task(deliver("telegram"))))  # ok
    await asyncio.sleep(0)
    await asyncio.gather(*errands)  # ok


async def case_call_soon_sync():
    loop, bell = asyncio.get_running_loop(), asyncio.Event()
    loop.call_soon(bell.set)  # ok
    await bell.wait()  # ok


async def case_call_soon_threadsafe_queue():
    loop, shelf = asyncio.get_running_loop(), asyncio.Queue()
    loop.call_soon_threadsafe(shelf.put_nowait, "telegram")  # ok
    print(await shelf.get())  # ok


async def case_call_later_resolves_future():
    loop = asyncio.get_running_loop()
    answer = loop.create_future()
    loop.call_later(0.001, answer.set_result, "delivered")  # ok
    print(await answer)  # ok


async def case_call_at_sync():
    loop = asyncio.get_running_loop()
    loop.call_at(loop.time(), stamp, "telegram")  # ok
    await asyncio.sleep(0.001)  # ok


async def case_call_soon_starts_the_coroutine():
    loop = asyncio.get_running_loop()
    loop.call_soon(asyncio.ensure_future, deliver("telegram"))  # ok
    await asyncio.sleep(0.002)  # ok


# Done callbacks


async def write_log(task):
    print("done:", task.result())


def write_log_now(task):
    print("done:", task.result())


async def case_done_callback():
    errand = asyncio.create_task(deliver())
    errand.add_done_callback(write_log)  # error: coroutine-never-awaited
    await errand


async def case_done_callback_on_new_task():
    errand = asyncio.ensure_future(weigh("crate"))
    errand.add_done_callback(lambda task: write_log(task))  # error: coroutine-never-awaited
    await errand


async def case_done_callback_partial():
    async def note(book, task):
        book.append(task.result())

    book = []
    errand = asyncio.create_task(deliver())
    errand.add_done_callback(partial(note, book))  # error: coroutine-never-awaited
    await errand


async def case_done_callback_method():
    counter = Counter()
    errand = asyncio.create_task(deliver())
    errand.add_done_callback(counter.open)  # error: coroutine-never-awaited
    print(await errand)


async def case_done_callback_of_future():
    answer = asyncio.get_running_loop().create_future()
    answer.add_done_callback(ring_bell)  # error: coroutine-never-awaited
    answer.set_result("delivered")
    await answer


async def case_done_callback_of_gather():
    both = asyncio.gather(deliver("crate"), weigh("crate"))
    both.add_done_callback(ring_bell)  # error: coroutine-never-awaited
    await both


def case_done_callback_of_thread_future():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(stamp).add_done_callback(write_log)  # error: coroutine-never-awaited


def case_done_callback_of_thread_future_sync():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(stamp).add_done_callback(write_log_now)  # ok


async def case_done_callback_sync():
    errand = asyncio.create_task(deliver())  # ok
    errand.add_done_callback(write_log_now)  # ok
    await errand  # ok


async def case_done_callback_discard():
    errands = set()
    for parcel in PARCELS:
        errand = asyncio.create_task(deliver(parcel))  # ok
        errands.add(errand)
        errand.add_done_callback(errands.discard)  # ok
    await asyncio.gather(*errands)  # ok


async def case_done_callback_makes_task_and_keeps_it():
    followers = []
    errand = asyncio.create_task(deliver())  # ok
    errand.add_done_callback(lambda task: followers.append(asyncio.create_task(write_log(task))))  # ok
    await errand
    await asyncio.sleep(0)
    await asyncio.gather(*followers)  # ok


# Signals, readers, the end of the process


async def on_terminate(*_):
    print("closing the office")


async def case_signal():
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGTERM, on_terminate)  # error: coroutine-never-awaited
    loop.call_soon(signal.raise_signal, signal.SIGTERM)
    await asyncio.sleep(0.005)
    signal.signal(signal.SIGTERM, before)


async def case_signal_lambda():
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGTERM, lambda number, frame: on_terminate(number))  # error: coroutine-never-awaited
    loop.call_soon(signal.raise_signal, signal.SIGTERM)
    await asyncio.sleep(0.005)
    signal.signal(signal.SIGTERM, before)


async def case_signal_sync():
    loop, closing = asyncio.get_running_loop(), asyncio.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: closing.set())  # ok
    loop.call_soon(signal.raise_signal, signal.SIGTERM)
    await asyncio.wait_for(closing.wait(), 1)  # ok
    signal.signal(signal.SIGTERM, before)


async def case_add_signal_handler():
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: on_terminate())  # error: coroutine-never-awaited
    loop.call_soon(signal.raise_signal, signal.SIGTERM)
    await asyncio.sleep(0.005)
    loop.remove_signal_handler(signal.SIGTERM)


async def case_add_signal_handler_function_that_returns_it():
    def close_office(number):
        return on_terminate(number)  # ok; unconfirmed: the finding stands where the function is handed over

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, close_office, 15)  # error: coroutine-never-awaited; unconfirmed: made in close_office
    loop.call_soon(signal.raise_signal, signal.SIGTERM)
    await asyncio.sleep(0.005)
    loop.remove_signal_handler(signal.SIGTERM)


async def case_add_signal_handler_in_loop():
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGABRT):
        loop.add_signal_handler(number, lambda number=number: on_terminate(number))  # error: coroutine-never-awaited
    loop.call_soon(signal.raise_signal, signal.SIGTERM)
    await asyncio.sleep(0.005)
    loop.remove_signal_handler(signal.SIGTERM)
    loop.remove_signal_handler(signal.SIGABRT)


async def case_add_signal_handler_with_task():
    loop, endings = asyncio.get_running_loop(), set()
    loop.add_signal_handler(signal.SIGTERM, lambda: endings.add(asyncio.create_task(on_terminate())))  # ok
    loop.call_soon(signal.raise_signal, signal.SIGTERM)
    await asyncio.sleep(0.005)
    await asyncio.gather(*endings)  # ok
    loop.remove_signal_handler(signal.SIGTERM)


async def case_add_signal_handler_sync():
    loop, closing = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, closing.set)  # ok
    loop.call_soon(signal.raise_signal, signal.SIGTERM)
    await closing.wait()  # ok
    loop.remove_signal_handler(signal.SIGTERM)


async def read_slot(slot):
    return slot.recv(10)


async def case_add_reader():
    loop = asyncio.get_running_loop()
    inside, outside = socket.socketpair()
    with inside, outside:
        loop.add_reader(inside, read_slot, inside)  # error: coroutine-never-awaited
        outside.send(b"letter")
        await asyncio.sleep(0.001)
        loop.remove_reader(inside)


async def case_add_reader_sync():
    loop = asyncio.get_running_loop()
    inside, outside = socket.socketpair()
    with inside, outside:
        loop.add_reader(inside, inside.recv, 10)  # ok
        outside.send(b"letter")
        await asyncio.sleep(0.001)
        loop.remove_reader(inside)


async def case_add_writer():
    loop = asyncio.get_running_loop()
    inside, outside = socket.socketpair()
    with inside, outside:
        loop.add_writer(outside, ring_bell)  # error: coroutine-never-awaited
        await asyncio.sleep(0.001)
        loop.remove_writer(outside)


async def case_add_writer_future():
    loop = asyncio.get_running_loop()
    inside, outside = socket.socketpair()
    with inside, outside:
        writable = asyncio.Event()
        loop.add_writer(outside, writable.set)  # ok
        await writable.wait()  # ok
        loop.remove_writer(outside)


def case_atexit():
    atexit.register(ring_bell)  # error: coroutine-never-awaited
    process_ends()


def case_atexit_with_arguments():
    atexit.register(deliver, "the last letter", to="the night watch")  # error: coroutine-never-awaited
    process_ends()


def case_atexit_method():
    counter = Counter()
    atexit.register(counter.close)  # error: coroutine-never-awaited
    process_ends()


def case_atexit_lambda():
    counter = Counter()
    atexit.register(lambda: counter.close())  # error: coroutine-never-awaited
    process_ends()


def case_atexit_decorator():
    @atexit.register  # lock_up  # error: coroutine-never-awaited
    async def lock_up():
        print("locked")

    process_ends()


def case_atexit_sync():
    counter = Counter()

    @atexit.register  # ok
    def lock_up():
        asyncio.run(counter.close())  # ok

    atexit.register(lambda: asyncio.run(counter.sweep()))  # ok
    atexit.register(counter.count)  # ok
    process_ends()


def case_atexit_run():
    atexit.register(asyncio.run, deliver("the last letter"))  # ok
    process_ends()


# map and filter


def case_map_listed():
    weights = list(map(weigh, PARCELS))  # error: coroutine-never-awaited
    print("weights:", weights)


def case_map_dropped_list():
    list(map(deliver, PARCELS))  # error: coroutine-never-awaited


def case_map_tuple_and_set():
    print(tuple(map(weigh, PARCELS)))  # error: coroutine-never-awaited
    print(set(map(weigh, PARCELS)))  # error: coroutine-never-awaited


async def case_map_in_for():
    for weight in map(weigh, PARCELS):  # error: coroutine-never-awaited
        print("weight", weight)


def case_map_sum():
    total = sum(map(weigh, PARCELS))  # error: coroutine-never-awaited
    print(total)


def case_map_join():
    print(", ".join(map(deliver, PARCELS)))  # error: coroutine-never-awaited


def case_map_any():
    if any(map(is_heavy, PARCELS)):  # error: coroutine-never-awaited
        print("take the cart")


def case_map_all():
    assert all(map(is_heavy, PARCELS))  # error: coroutine-never-awaited


def case_map_max():
    print("at most", max(map(weigh, PARCELS)))  # error: coroutine-never-awaited


def case_map_starred():
    print(*map(weigh, PARCELS), sep="; ")  # error: coroutine-never-awaited


def case_map_in_display():
    weights = [0, *map(weigh, PARCELS)]  # error: coroutine-never-awaited
    print(len(weights))


def case_map_unpacked():
    letter, card, crate = map(weigh, PARCELS)  # error: coroutine-never-awaited
    print(letter, card, crate)


def case_map_zipped():
    weights = dict(zip(PARCELS, map(weigh, PARCELS)))  # error: coroutine-never-awaited
    print(weights)


def case_map_enumerated():
    for number, weight in enumerate(map(weigh, PARCELS), 1):  # error: coroutine-never-awaited
        print(number, weight)


def case_map_comprehension():
    heavy = [weight for weight in map(weigh, PARCELS) if weight]  # error: coroutine-never-awaited
    print(len(heavy))


def case_map_next():
    print(next(map(weigh, PARCELS)))  # error: coroutine-never-awaited


def case_map_exhausted():
    collections.deque(map(deliver, PARCELS), maxlen=0)  # error: coroutine-never-awaited


def case_map_lambda():
    print(list(map(lambda parcel: deliver(parcel, to="the smith"), PARCELS)))  # error: coroutine-never-awaited


def case_map_partial():
    print(sorted(map(partial(deliver, to="the smith"), PARCELS), key=str))  # error: coroutine-never-awaited


def case_map_method():
    counter = Counter()
    print(list(map(counter.open, PARCELS)))  # error: coroutine-never-awaited


def case_map_bound_first():
    weights = map(weigh, PARCELS)  # error: coroutine-never-awaited; unconfirmed: they are made where it is consumed
    print(list(weights))  # ok; unconfirmed: the finding stands where the function is handed over


async def case_map_gathered():
    print(await asyncio.gather(*map(weigh, PARCELS)))  # ok


async def case_map_bound_then_gathered():
    weighings = list(map(weigh, PARCELS))  # ok
    print(await asyncio.gather(*weighings))  # ok


async def case_map_awaited_in_for():
    for weighing in map(weigh, PARCELS):  # ok
        print(await weighing)  # ok


async def case_map_awaited_in_comprehension():
    print([await weighing for weighing in map(weigh, PARCELS)])  # ok


async def case_map_as_completed():
    for first in asyncio.as_completed(list(map(weigh, PARCELS))):  # ok
        print(await first)  # ok


async def case_map_of_map():
    tasks = list(map(asyncio.create_task, map(weigh, PARCELS)))  # ok
    print(await asyncio.gather(*tasks))  # ok


def case_map_of_run():
    print(list(map(asyncio.run, map(weigh, PARCELS))))  # ok


async def case_map_unpacked_and_awaited():
    letter, card, crate = map(weigh, PARCELS)  # ok
    print(await letter, await card, await crate)  # ok


async def case_map_zipped_and_awaited():
    for parcel, weighing in zip(PARCELS, map(weigh, PARCELS)):  # ok
        print(parcel, await weighing)  # ok


async def case_map_returned():
    def weigh_all(parcels):
        return map(weigh, parcels)  # ok

    await asyncio.gather(*weigh_all(PARCELS))  # ok


def case_map_never_consumed():
    weights = map(weigh, PARCELS)  # ok: lazy, so nothing is made
    print(weights)


def case_map_sync():
    print(list(map(stamp, PARCELS)))  # ok


async def case_map_lambda_that_makes_tasks():
    tasks = list(map(lambda parcel: asyncio.create_task(weigh(parcel)), PARCELS))  # ok
    await asyncio.gather(*tasks)  # ok


def case_filter_listed():
    heavy = list(filter(is_heavy, PARCELS))  # error: coroutine-never-awaited
    print(heavy)


def case_filter_in_for():
    for parcel in filter(is_heavy, PARCELS):  # error: coroutine-never-awaited
        print("by cart:", parcel)


def case_filter_lambda():
    print(len(list(filter(lambda parcel: is_heavy(parcel), PARCELS))))  # error: coroutine-never-awaited


def case_filter_first():
    first = next(filter(is_heavy, PARCELS), None)  # error: coroutine-never-awaited
    print(first)


def case_filter_false():
    light = list(itertools.filterfalse(is_heavy, PARCELS))  # error: coroutine-never-awaited
    print(light)


def case_filter_sync():
    print(list(filter(str.isalpha, PARCELS)))  # ok
    print(list(filter(lambda parcel: len(parcel) > 6, PARCELS)))  # ok


async def case_filter_by_awaited_weights():
    heavy = await asyncio.gather(*map(is_heavy, PARCELS))  # ok
    print(list(itertools.compress(PARCELS, heavy)))  # ok


# Keys, reductions, replacements


def case_sorted():
    for parcel in sorted(PARCELS, key=weigh):  # error: coroutine-never-awaited
        print(parcel)


def case_sort():
    parcels = list(PARCELS)
    parcels.sort(key=weigh)  # error: coroutine-never-awaited


def case_sort_reversed():
    parcels = list(PARCELS)
    parcels.sort(reverse=True, key=lambda parcel: weigh(parcel))  # error: coroutine-never-awaited


def case_min():
    print("lightest:", min(PARCELS, key=weigh))  # error: coroutine-never-awaited


def case_max():
    heaviest = max(PARCELS, key=weigh, default=None)  # error: coroutine-never-awaited
    print(heaviest)


def case_max_method():
    scales = Counter()
    print(max("letter", "postcard", key=scales.open))  # error: coroutine-never-awaited


def case_nsmallest():
    print(heapq.nsmallest(2, PARCELS, key=weigh))  # error: coroutine-never-awaited


def case_insort():
    shelf = ["card", "letter"]
    bisect.insort(shelf, "crate", key=weigh)  # error: coroutine-never-awaited


def case_compare():
    async def compare(left, right):
        return len(left) - len(right)

    print(sorted(PARCELS, key=functools.cmp_to_key(compare)))  # error: coroutine-never-awaited


def case_group_by():
    print(len(list(itertools.groupby(PARCELS, key=weigh))))  # error: coroutine-never-awaited


def case_sorted_sync():
    print(sorted(PARCELS, key=len))  # ok
    print(min(PARCELS, key=stamp))  # ok
    print(max(PARCELS, key=lambda parcel: parcel.count("e")))  # ok


async def case_sorted_by_awaited_weights():
    weights = {parcel: await weigh(parcel) for parcel in PARCELS}  # ok
    print(sorted(PARCELS, key=weights.__getitem__))  # ok


def case_reduce():
    total = functools.reduce(sum_up, [3, 4, 5])  # error: coroutine-never-awaited
    print(total)


def case_reduce_imported_by_name():
    print(reduce(sum_up, [3, 4, 5], 0))  # error: coroutine-never-awaited


def case_reduce_sync():
    print(reduce(lambda left, right: left + right, [3, 4, 5]))  # ok


async def case_reduce_chain():
    async def add(so_far, parcel):
        return await so_far + len(parcel)

    async def nothing():
        return 0

    print(await reduce(add, PARCELS, nothing()))  # ok


def case_substitute():
    async def street(match):
        return match[0].title()

    print(re.sub(r"\w+ street", street, "to mill street 3"))  # error: coroutine-never-awaited


def case_substitute_compiled():
    async def street(match):
        return match[0].title()

    pattern = re.compile(r"\w+ street")
    print(pattern.sub(lambda match: street(match), "to mill street 3"))  # error: coroutine-never-awaited


def case_substitute_sync():
    print(re.sub(r"\w+ street", lambda match: match[0].title(), "to mill street 3"))  # ok


def case_object_hook():
    async def to_parcel(fields):
        return deliver(**fields)

    print(json.loads('{"parcel": "crate"}', object_hook=to_parcel))  # error: coroutine-never-awaited


def case_timeit():
    print(timeit.timeit(deliver, number=3))  # error: coroutine-never-awaited


def case_timeit_sync():
    print(timeit.timeit(lambda: asyncio.run(deliver()), number=1))  # ok


# itertools, iter, contexts


def case_starmap():
    print(list(itertools.starmap(deliver, [("letter", "the mayor"), ("crate", "the cook")])))  # error: coroutine-never-awaited


async def case_starmap_gathered():
    rounds = [("letter", "the mayor"), ("crate", "the cook")]
    print(await asyncio.gather(*itertools.starmap(deliver, rounds)))  # ok


def case_takewhile():
    print(list(itertools.takewhile(is_heavy, PARCELS)))  # error: coroutine-never-awaited


def case_dropwhile():
    for parcel in itertools.dropwhile(is_heavy, PARCELS):  # error: coroutine-never-awaited
        print(parcel)


def case_accumulate():
    print(list(itertools.accumulate([1, 2, 3], sum_up)))  # error: coroutine-never-awaited


def case_itertools_sync():
    print(list(itertools.takewhile(str.isalpha, PARCELS)))  # ok
    print(list(itertools.accumulate([1, 2, 3], max)))  # ok


def case_iter_until():
    for letter in iter(deliver, None):  # error: coroutine-never-awaited
        print(letter)
        break


async def case_iter_until_awaited():
    for delivery in iter(deliver, None):  # ok
        print(await delivery)  # ok
        break


def case_context_run():
    contextvars.copy_context().run(deliver, "telegram")  # error: coroutine-never-awaited


async def case_context_run_awaited():
    context = contextvars.copy_context()
    print(await context.run(deliver, "telegram"))  # ok


async def case_default_factory():
    shelves = collections.defaultdict(deliver)  # ok
    print(await shelves["upper"])  # ok


# Finalizers, exit stacks, schedulers


def case_finalize():
    counter = Counter()
    weakref.finalize(counter, ring_bell)  # error: coroutine-never-awaited


def case_finalize_with_arguments(named):
    counter = Counter()
    if named:
        weakref.finalize(counter, deliver, "the keys", to="the landlord")  # error: coroutine-never-awaited
    else:
        weakref.finalize(counter, stamp, "the keys")  # ok


def case_finalize_sync():
    counter = Counter()
    weakref.finalize(counter, print, "counter closed")  # ok


def case_weak_reference():
    references = []

    def watch(counter):
        references.append(weakref.ref(counter, ring_bell))  # error: coroutine-never-awaited; unconfirmed: called where the object dies

    watch(Counter())  # ok; unconfirmed: where it dies


def case_exit_stack():
    stack = contextlib.ExitStack()
    stack.callback(ring_bell)  # error: coroutine-never-awaited
    closing = Thread(target=stack.close)
    closing.start()
    closing.join()


def case_exit_stack_arguments():
    stack = contextlib.ExitStack()
    stack.callback(deliver, "the keys", to="the landlord")  # error: coroutine-never-awaited
    with ThreadPoolExecutor(1) as pool:
        pool.submit(stack.close)


def case_exit_stack_with():
    with contextlib.ExitStack() as stack:  # ok; unconfirmed: called at the end of the block
        stack.callback(ring_bell)  # error: coroutine-never-awaited; unconfirmed: called at the end of the block
        print("open")


async def case_async_exit_stack_callback():
    stack = contextlib.AsyncExitStack()
    stack.callback(Counter().close)  # error: coroutine-never-awaited
    await asyncio.create_task(stack.aclose())  # ok


async def case_async_exit_stack_push_async_callback():
    async with contextlib.AsyncExitStack() as stack:  # ok
        stack.push_async_callback(Counter().close)  # ok
        stack.push_async_callback(deliver, "the keys", to="the landlord")  # ok
        stack.callback(print, "closed")  # ok


def case_exit_stack_sync():
    with contextlib.ExitStack() as stack:
        stack.callback(stamp, "the keys")  # ok
        stack.callback(lambda: asyncio.run(ring_bell()))  # ok
        stack.callback(asyncio.run, deliver("the keys"))  # ok


def case_scheduler():
    clock = sched.scheduler(time.monotonic, time.sleep)
    clock.enter(0, 1, ring_bell)  # error: coroutine-never-awaited
    ticking = Thread(target=clock.run)
    ticking.start()
    ticking.join()


def case_scheduler_at_time():
    clock = sched.scheduler()
    clock.enterabs(time.monotonic(), 1, deliver, argument=("telegram",))  # error: coroutine-never-awaited
    with ThreadPoolExecutor(1) as pool:
        pool.submit(clock.run)


def case_scheduler_sync():
    clock = sched.scheduler()
    clock.enter(0, 1, stamp, ("telegram",))  # ok
    clock.enter(0, 2, asyncio.run, (deliver("telegram"),))  # ok
    clock.run()


# Those that know what to do with an async function, or might


async def case_start_server():
    async def serve(reader, writer):
        print(await reader.readline())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)  # ok
    server.close()
    await server.wait_closed()  # ok


class Bus:
    """Calls its subscribers and awaits what they answer."""

    def __init__(self):
        self.subscribers = []
        self.on_close = None

    def subscribe(self, subscriber):
        self.subscribers.append(subscriber)
        return subscriber

    async def publish(self, news):
        for subscriber in self.subscribers:
            await subscriber(news)


async def case_own_bus():
    bus = Bus()
    bus.subscribe(deliver)  # ok
    bus.subscribe(Counter().open)  # ok
    bus.subscribe(partial(deliver, to="the smith"))  # ok

    @bus.subscribe  # ok
    async def shout(news):
        print(news)

    bus.on_close = ring_bell  # ok
    await bus.publish("a letter!")  # ok
    await bus.on_close()  # ok


async def case_unknown_bus():
    def wire(bus, timetable):
        bus.subscribe(deliver)  # ok
        bus.on_close = ring_bell  # ok
        timetable.add_job(deliver, "interval")  # ok
        timetable.callback(lambda: deliver("telegram"))  # ok
        timetable.submit(deliver)  # ok
        timetable.call_soon(ring_bell)  # ok

    class Timetable:
        def add_job(self, job, _):
            self.job = job

        callback = submit = call_soon = subscribe = lambda self, job: None

    wire(Bus(), Timetable())


class Looper:
    """Has methods of the same names as the loop's, which treat async functions well."""

    def __init__(self):
        self.jobs = []

    def call_soon(self, job, *args):
        self.jobs.append((job, args))

    submit = call_later = call_soon

    async def run(self):
        for job, args in self.jobs:
            await job(*args)


async def case_own_looper():
    loop = Looper()
    loop.call_soon(deliver, "telegram")  # ok
    loop.submit(ring_bell)  # ok
    loop.call_later(Counter().open)  # ok
    await loop.run()  # ok


async def retry(action, *args, times=2):
    for _ in range(times):
        await action(*args)


async def sorted_by(items, key):
    weights = [(await key(item), item) for item in items]
    return [item for _, item in sorted(weights)]


async def case_own_higher_order_functions():
    await retry(deliver, "telegram")  # ok
    print(await sorted_by(PARCELS, key=weigh))  # ok
    await retry(lambda: deliver("telegram"))  # ok
    await retry(Counter().open, times=1)  # ok


async def case_table_of_functions(express):
    table = {"express": deliver, "weighing": weigh}  # ok
    await table["express" if express else "weighing"]("crate")  # ok


async def case_own_map():
    def map(action, items):
        return [asyncio.create_task(action(item)) for item in items]

    await asyncio.gather(*map(weigh, PARCELS))  # ok


async def case_inside_wait_for():
    errand = functools.partial(deliver, "telegram")  # ok
    await asyncio.wait_for(errand(), timeout=1)  # ok
