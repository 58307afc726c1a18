"""`asyncio.wait` whose tasks' results somebody reads, or whose tasks belong to somebody else: all silent."""

import asyncio
import asyncio as aio
import logging
from asyncio import wait
from collections import deque

log = logging.getLogger("post")
STREETS = ("Elm Street", "Oak Lane")


class Undeliverable(Exception):
    pass


async def deliver(street="Elm Street"):
    await asyncio.sleep(0)
    raise Undeliverable(street)


async def sort_letters(street="Elm Street"):
    await asyncio.sleep(0)
    return [street]


async def collect(street="Elm Street"):
    await asyncio.sleep(3)
    return street


def send(street):
    return asyncio.create_task(deliver(street), name=street)  # ok


# `done` is read.


async def case_results_of_done():
    tasks = [asyncio.create_task(deliver(street)) for street in STREETS]  # ok
    done, _ = await asyncio.wait(tasks)  # ok
    for task in done:
        try:
            print(task.result())
        except Undeliverable as error:
            print("came back:", error)


async def case_exceptions_of_done():
    done, pending = await asyncio.wait([asyncio.create_task(deliver(street)) for street in STREETS])  # ok
    for task in done:
        if task.exception():
            print(task.get_name(), "came back")


async def case_exceptions_after_the_check_for_cancellation():
    done, pending = await asyncio.wait({send(street) for street in STREETS}, timeout=1)  # ok
    for task in done:
        if not task.cancelled() and task.exception() is not None:
            log.error("came back: %s", task.get_name())


async def case_awaited_done():
    done, _ = await asyncio.wait([asyncio.create_task(sort_letters(street)) for street in STREETS])  # ok
    for task in done:
        print(await task)


async def case_awaited_done_that_fails():
    done, _ = await asyncio.wait([send("Elm Street")])  # ok
    for task in done:
        try:
            await task
        except Undeliverable:
            print("came back")


async def case_gathered_done():
    done, _ = await asyncio.wait([send(street) for street in STREETS])  # ok
    print(await asyncio.gather(*done, return_exceptions=True))


async def case_results_in_a_comprehension():
    done, _ = await asyncio.wait([asyncio.create_task(sort_letters(street)) for street in STREETS])  # ok
    letters = [letter for task in done for letter in task.result()]
    print(letters)


async def case_exceptions_in_any():
    done, _ = await wait([send(street) for street in STREETS])  # ok
    if any([task.exception() for task in done]):
        print("some came back")


async def case_failures_in_a_comprehension():
    done, _ = await asyncio.wait([send(street) for street in STREETS])  # ok
    failed = [task for task in done if task.exception()]
    print(len(failed))


async def case_exceptions_in_a_dict():
    done, _ = await asyncio.wait([send(street) for street in STREETS])  # ok
    print({task.get_name(): task.exception() for task in done})


async def case_next_of_done():
    done, _ = await asyncio.wait([send("Elm Street")])  # ok
    print(next(iter(done)).exception())


async def case_popped_from_done():
    done, pending = await aio.wait({aio.create_task(deliver())}, return_when=aio.FIRST_COMPLETED)  # ok
    task = done.pop()
    print(task.exception())


async def case_popped_at_once():
    done, pending = await asyncio.wait([send("Elm Street")])  # ok
    error = done.pop().exception()
    print(error, len(pending))


async def case_popped_in_a_loop():
    done, _ = await asyncio.wait([send(street) for street in STREETS])  # ok
    while done:
        print(done.pop().exception())


async def case_unpacked_done():
    done, _ = await asyncio.wait([send("Elm Street")])  # ok
    (task,) = done
    print(task.exception())


async def case_sorted_done():
    done, _ = await asyncio.wait([send(street) for street in STREETS])  # ok
    for task in sorted(done, key=lambda task: task.get_name()):
        print(task.exception())


async def case_mapped_done():
    done, _ = await asyncio.wait([send(street) for street in STREETS])  # ok
    print(list(map(asyncio.Task.exception, done)))


async def case_first_by_index():
    done = (await asyncio.wait([send(street) for street in STREETS]))[0]  # ok
    for task in done:
        print(task.exception())


async def case_result_by_index():
    result = await asyncio.wait([send(street) for street in STREETS])  # ok
    for task in result[0]:
        print(task.exception())


async def case_result_unpacked_later():
    result = await asyncio.wait([send(street) for street in STREETS])  # ok
    done, pending = result
    print(len(pending), [task.exception() for task in done])


async def case_iterated_at_once():
    for task in (await asyncio.wait([send(street) for street in STREETS]))[0]:  # ok
        print(task.exception())


async def case_both_sets():
    for tasks in await asyncio.wait([send(street) for street in STREETS], timeout=1):  # ok
        for task in tasks:
            print(task.exception())


async def case_walrus():
    if (done := (await asyncio.wait([send("Elm Street")]))[0]):  # ok
        print([task.exception() for task in done])


async def case_sets_united():
    done, pending = await asyncio.wait([send(street) for street in STREETS], timeout=1)  # ok
    for task in done | pending:
        print(task.exception())


async def case_in_wait_for():
    done, _ = await asyncio.wait_for(asyncio.wait([send(street) for street in STREETS]), 1)  # ok
    for task in done:
        print(task.exception())


async def case_awaited_by_name():
    waiting = asyncio.wait([send("Elm Street")])  # ok
    done, _ = await waiting
    print([task.exception() for task in done])


def case_run_until_complete():
    loop = asyncio.new_event_loop()
    tasks = [loop.create_task(sort_letters(street)) for street in STREETS]  # ok
    done, _ = loop.run_until_complete(asyncio.wait(tasks))  # ok
    print([task.result() for task in done])
    loop.close()


# The tasks themselves are read, or awaited again.


async def case_results_of_the_tasks():
    tasks = [asyncio.create_task(sort_letters(street)) for street in STREETS]  # ok
    await asyncio.wait(tasks)  # ok
    print([task.result() for task in tasks])


async def case_exceptions_of_the_tasks():
    tasks = []
    for street in STREETS:
        tasks.append(asyncio.create_task(deliver(street)))  # ok
    await asyncio.wait(tasks, timeout=1)  # ok
    for task in tasks:
        if task.done() and task.exception():
            print("came back")


async def case_each_task_read():
    elm = asyncio.create_task(deliver("Elm Street"))  # ok
    oak = asyncio.create_task(deliver("Oak Lane"))  # ok
    await asyncio.wait([elm, oak])  # ok
    print(elm.exception(), oak.exception())


async def case_one_task_read():
    letters = asyncio.create_task(deliver())  # ok
    timer = asyncio.create_task(asyncio.sleep(0.001))  # ok
    await asyncio.wait([letters, timer])  # ok
    print(letters.exception())


async def case_one_task_read_if_done():
    letters = asyncio.create_task(deliver())  # ok
    closing = asyncio.create_task(asyncio.sleep(0.01))  # ok
    done, _ = await asyncio.wait({letters, closing}, return_when=asyncio.FIRST_COMPLETED)  # ok
    if letters in done:
        print(letters.exception())
    await closing


async def case_one_task_awaited():
    letters = asyncio.create_task(deliver())  # ok
    await asyncio.wait([letters], timeout=1)  # ok
    try:
        await letters
    except Undeliverable:
        print("came back")


async def case_tasks_awaited_in_a_loop():
    tasks = [asyncio.create_task(sort_letters(street)) for street in STREETS]  # ok
    await asyncio.wait(tasks)  # ok
    for task in tasks:
        print(await task)


async def case_tasks_gathered():
    tasks = [send(street) for street in STREETS]  # ok
    await asyncio.wait(tasks)  # ok
    print(await asyncio.gather(*tasks, return_exceptions=True))


async def case_values_of_a_dict_read():
    by_street = {street: send(street) for street in STREETS}  # ok
    await asyncio.wait(by_street.values())  # ok
    for street, task in by_street.items():
        print(street, task.exception())


async def case_dict_read_by_key():
    by_street = {}
    for street in STREETS:
        by_street[street] = send(street)  # ok
    await asyncio.wait(by_street.values())  # ok
    for street in STREETS:
        print(by_street[street].exception())


async def case_keys_of_a_dict_read():
    street_of = {asyncio.create_task(deliver(street)): street for street in STREETS}  # ok
    done, _ = await asyncio.wait(street_of)  # ok
    for task in done:
        print(street_of[task], task.exception())


async def case_index_of_the_list():
    tasks = [send("Elm Street")]  # ok
    await asyncio.wait(tasks)  # ok
    print(tasks[0].exception())


async def case_read_much_later(quiet):
    tasks = [send(street) for street in STREETS]  # ok
    await asyncio.wait(tasks)  # ok
    if not quiet:
        log.info("all delivered")
    await sort_letters()
    for task in tasks:
        print(task.exception())


async def case_read_in_both_branches(quiet):
    done, _ = await asyncio.wait([send(street) for street in STREETS])  # ok
    if quiet:
        for task in done:
            task.exception()
    else:
        print([task.exception() for task in done])


async def case_read_in_a_finally():
    task = send("Oak Lane")  # ok
    try:
        await asyncio.wait([task])  # ok
    finally:
        print(task.exception())


async def case_waited_for_twice():
    tasks = [send(street) for street in STREETS]  # ok
    await asyncio.wait(tasks, timeout=0.01)  # ok
    done, _ = await asyncio.wait(tasks)  # ok
    for task in done:
        print(task.exception())


async def case_awaited_before():
    task = asyncio.create_task(sort_letters())  # ok
    print(await task)
    await asyncio.wait([task])  # ok


async def case_pending_loop():
    pending = {send(street) for street in STREETS}  # ok
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)  # ok
        for task in done:
            print(task.exception())


async def case_pending_loop_with_a_list():
    running = [send(street) for street in STREETS]  # ok
    letters = []
    while running:
        finished, running = await asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION)  # ok
        letters += [task.exception() for task in finished]
    print(letters)


async def case_pending_loop_that_refills():
    waiting, running = deque(STREETS), set()
    while waiting or running:
        if waiting:
            running.add(send(waiting.popleft()))  # ok
        done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)  # ok
        while done:
            print(done.pop().exception())


async def case_done_of_all_rounds():
    pending, finished = {send(street) for street in STREETS}, set()  # ok
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)  # ok
        finished |= done
    print([task.exception() for task in finished])


async def case_done_read_and_pending_cancelled():
    fast, slow = send("Elm Street"), asyncio.create_task(collect())  # ok
    done, pending = await asyncio.wait([fast, slow], timeout=0.01)  # ok
    for task in done:
        print(task.exception())
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


# Returned, passed on, kept.


async def deliver_all(streets):
    tasks = [send(street) for street in streets]  # ok
    return await asyncio.wait(tasks)  # ok


async def deliver_and_return_done(streets):
    done, _ = await asyncio.wait([send(street) for street in streets])  # ok
    return done


async def deliver_and_return_the_tasks(streets):
    tasks = [send(street) for street in streets]  # ok
    await asyncio.wait(tasks, timeout=1)  # ok
    return tasks


async def deliver_and_yield(streets):
    done, _ = await asyncio.wait([send(street) for street in streets])  # ok
    for task in done:
        yield task


async def deliver_and_yield_all(streets):
    tasks = [send(street) for street in streets]  # ok
    await asyncio.wait(tasks)  # ok
    yield tasks


async def case_returned():
    done, _ = await deliver_all(STREETS)
    print([task.exception() for task in done])
    print([task.exception() for task in await deliver_and_return_done(STREETS)])
    print([task.exception() for task in await deliver_and_return_the_tasks(STREETS)])
    async for task in deliver_and_yield(STREETS):
        print(task.exception())
    async for tasks in deliver_and_yield_all(STREETS):
        print([task.exception() for task in tasks])


def report(tasks):
    for task in tasks:
        print(task.get_name(), task.exception())


def report_one(task):
    print(task.exception() or task.result())


class Office:
    def __init__(self):
        self.finished = []
        self.rounds = set()

    def file(self, tasks):
        self.finished.extend(tasks)

    def close(self):
        for task in [*self.finished, *self.rounds]:
            print(task.exception())


async def case_passed_on():
    done, _ = await asyncio.wait([send(street) for street in STREETS])  # ok
    report(done)


async def case_passed_on_at_once():
    report((await asyncio.wait([send(street) for street in STREETS]))[0])  # ok


async def case_passed_on_one_by_one():
    done, _ = await asyncio.wait([send(street) for street in STREETS])  # ok
    for task in done:
        report_one(task)


async def case_tasks_passed_on():
    tasks = [send(street) for street in STREETS]  # ok
    await asyncio.wait(tasks)  # ok
    report(tasks)


async def case_kept_on_an_object():
    office = Office()
    done, _ = await asyncio.wait([send("Elm Street")])  # ok
    office.file(done)
    office.rounds, _ = await asyncio.wait([send("Oak Lane")])  # ok
    office.close()


delivered = []


async def case_kept_in_a_global():
    done, _ = await asyncio.wait([send(street) for street in STREETS])  # ok
    delivered.extend(done)


async def case_tasks_kept_in_a_global():
    tasks = [send(street) for street in STREETS]  # ok
    delivered.append(tasks)
    await asyncio.wait(tasks)  # ok


async def case_captured():
    tasks = [send(street) for street in STREETS]  # ok

    def failures():
        return [task.exception() for task in tasks]

    await asyncio.wait(tasks)  # ok
    print(failures())


# Read in a done callback.


def read(task):
    if not task.cancelled():
        log.info("delivered: %s", task.exception())


async def case_read_in_a_callback():
    tasks = []
    for street in STREETS:
        task = asyncio.create_task(deliver(street))  # ok
        task.add_done_callback(read)
        tasks.append(task)
    await asyncio.wait(tasks)  # ok


async def case_read_in_a_lambda():
    task = asyncio.create_task(deliver())  # ok
    task.add_done_callback(lambda finished: finished.exception())
    await asyncio.wait([task])  # ok


async def case_read_in_a_nested_callback():
    task = send("Oak Lane")  # ok
    errors = []

    def note(finished):
        errors.append(finished.exception())

    task.add_done_callback(note)
    await asyncio.wait({task}, timeout=1)  # ok
    print(errors)


def send_with_a_callback(street):
    task = asyncio.create_task(deliver(street))  # ok
    task.add_done_callback(read)
    return task


async def case_read_in_the_callback_of_a_helper():
    await asyncio.wait([send_with_a_callback(street) for street in STREETS])  # ok


# Cancelled first.


async def case_cancelled_first():
    tasks = [asyncio.create_task(collect(street)) for street in STREETS]  # ok
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)  # ok


async def case_one_cancelled_first():
    task = asyncio.create_task(collect())  # ok
    task.cancel()
    await asyncio.wait([task], timeout=1)  # ok


async def case_cancelled_in_a_finally():
    collecting = asyncio.get_running_loop().create_task(collect())  # ok
    try:
        await sort_letters()
    finally:
        collecting.cancel()
        await asyncio.wait({collecting})  # ok


async def case_pending_cancelled_and_waited_for():
    tasks = [send("Elm Street"), asyncio.create_task(collect())]  # ok
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)  # ok
    for task in pending:
        task.cancel()
    if pending:
        await asyncio.wait(pending)  # ok
    for task in done:
        print(task.exception())


# Tasks that belong to somebody else.


async def wait_for_all(tasks):
    await asyncio.wait(tasks)  # ok


async def wait_for_one(task: asyncio.Task, seconds: float):
    done, _ = await asyncio.wait([task], timeout=seconds)  # ok
    return bool(done)


async def wait_with_a_log(*tasks):
    done, pending = await asyncio.wait(tasks)  # ok
    log.info("%d done, %d pending", len(done), len(pending))


async def case_tasks_of_the_caller():
    tasks = [asyncio.create_task(deliver(street)) for street in STREETS]  # ok
    await wait_for_all(tasks)
    await wait_for_one(tasks[0], 1)
    await wait_with_a_log(*tasks)
    for task in tasks:
        print(task.exception())


class Van:
    def __init__(self):
        self.tasks = [asyncio.create_task(deliver(street)) for street in STREETS]  # ok
        self.driving = asyncio.create_task(deliver("Main Road"))  # ok

    async def park(self):
        await asyncio.wait(self.tasks)  # ok
        await asyncio.wait([self.driving], timeout=1)  # ok
        _, pending = await asyncio.wait([self.driving, *self.tasks])  # ok
        for task in pending:
            task.cancel()

    def problems(self):
        return [task.exception() for task in (self.driving, *self.tasks)]


async def case_tasks_of_an_object():
    van = Van()
    await van.park()
    await asyncio.wait(van.tasks)  # ok
    print(van.problems())


async def case_tasks_of_an_object_kept_in_a_name():
    van = Van()
    tasks = van.tasks
    await asyncio.wait(tasks)  # ok
    print(van.problems())


shared = []


def share(street):
    task = asyncio.create_task(deliver(street))  # ok
    shared.append(task)
    return task


async def case_tasks_of_a_global():
    share("Elm Street")
    await asyncio.wait(shared)  # ok


async def case_task_that_its_helper_keeps():
    await asyncio.wait([share("Oak Lane")])  # ok


# Other things of that name.


class Counter:
    def __init__(self):
        self.queue = []

    def wait(self, customers):
        self.queue.extend(customers)
        return self.queue, []


async def case_event():
    opened = asyncio.Event()
    opened.set()
    await opened.wait()  # ok


async def case_another_wait():
    counter = Counter()
    counter.wait(["Ada", "Ben"])  # ok
    served, _ = counter.wait(["Cleo"])  # ok
    print(len(served))
