"""Tasks that are in good hands, all silent: awaited in many ways, kept, passed on, polled, cancelled."""

from __future__ import annotations

import asyncio
import asyncio as aio
import contextlib
import functools
import logging
import weakref
from asyncio import create_task, ensure_future
from collections import defaultdict, deque
from dataclasses import dataclass, field

log = logging.getLogger("library")
SHELVES = ("poetry", "travel")


async def shelve(section="poetry"):
    await asyncio.sleep(0)
    return section


async def patrol(section="poetry"):
    """Goes on until somebody cancels it."""
    await asyncio.sleep(3)
    return section


# Awaited.


async def case_awaited_at_once():
    await asyncio.create_task(shelve())  # ok
    section = await asyncio.ensure_future(shelve("travel"))  # ok
    print(section)


async def case_awaited_by_name():
    task = asyncio.create_task(shelve())  # ok
    print("shelving", task.get_name())
    await task


async def case_awaited_in_an_expression():
    task = create_task(shelve())  # ok
    print((await task).upper(), f"{await task}")


async def case_two_tasks_at_once():
    poetry = asyncio.create_task(shelve("poetry"))  # ok
    travel = asyncio.create_task(shelve("travel"))  # ok
    print(await poetry, await travel)


async def case_returned_to_the_caller():
    return await begin("poetry")  # ok


def begin(section):
    return asyncio.create_task(shelve(section))  # ok


def begin_named(section):
    task = asyncio.create_task(shelve(section))  # ok
    task.set_name(section)
    return task


def begin_pair():
    return asyncio.create_task(shelve("poetry")), asyncio.create_task(shelve("travel"))  # ok


def begin_all(sections):
    return [create_task(shelve(section)) for section in sections]  # ok


def begin_all_by_name(sections):
    tasks = {}
    for section in sections:
        tasks[section] = create_task(shelve(section))  # ok
    return tasks


def begin_unless(closed):
    return None if closed else asyncio.ensure_future(shelve())  # ok


def begin_with_a_name(section):
    return section, asyncio.create_task(shelve(section))  # ok


async def case_tasks_of_helpers():
    await begin("poetry")  # ok
    named = begin_named("travel")  # ok
    await named
    poetry, travel = begin_pair()  # ok
    await poetry
    await travel
    await asyncio.gather(*begin_all(SHELVES))  # ok
    for task in begin_all_by_name(SHELVES).values():  # ok
        await task
    name, task = begin_with_a_name("maps")  # ok
    print(name, await task)


async def case_optional_task(closed):
    task = begin_unless(closed)  # ok
    if task is not None:
        await task


async def stream(sections):
    for section in sections:
        yield asyncio.create_task(shelve(section))  # ok


def queue_up(sections):
    for section in sections:
        task = asyncio.create_task(shelve(section))  # ok
        yield task


async def case_yielded():
    async for task in stream(SHELVES):
        await task
    for task in queue_up(SHELVES):
        print(await task)


# Gathered, waited for, shielded.


async def case_gathered():
    poetry = asyncio.create_task(shelve("poetry"))  # ok
    travel = asyncio.create_task(shelve("travel"))  # ok
    await asyncio.gather(poetry, travel)


async def case_gather_bound():
    both = asyncio.gather(shelve("poetry"), shelve("travel"))  # ok
    first, second = await both
    print(first, second)


async def case_gathered_list():
    tasks = [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok
    results = await asyncio.gather(*tasks, return_exceptions=True)
    print(results)


async def case_gathered_dict():
    tasks = {section: asyncio.create_task(shelve(section)) for section in SHELVES}  # ok
    found = dict(zip(tasks, await asyncio.gather(*tasks.values())))
    print(found)


async def case_gathered_from_a_loop():
    tasks = []
    for section in SHELVES:
        tasks.append(asyncio.create_task(shelve(section)))  # ok
    await asyncio.gather(*tasks)


async def case_gathered_after_a_slice():
    tasks = [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok
    await tasks[0]
    await asyncio.gather(*tasks[1:])


async def case_waited():
    tasks = [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok
    done, _ = await asyncio.wait(tasks)  # ok
    for task in done:
        print(task.result())


async def case_as_completed():
    tasks = [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok
    for next_one in asyncio.as_completed(tasks):
        print(await next_one)


async def case_wait_for():
    task = asyncio.create_task(shelve())  # ok
    await asyncio.wait_for(task, timeout=1)


async def case_wait_for_directly():
    await asyncio.wait_for(asyncio.create_task(shelve()), 1)  # ok


async def case_shield():
    task = asyncio.create_task(shelve())  # ok
    await asyncio.shield(task)


async def case_wait_for_shield():
    task = asyncio.ensure_future(shelve())  # ok
    try:
        await aio.wait_for(aio.shield(task), timeout=1)
    except asyncio.TimeoutError:
        await task


async def case_shield_bound():
    safe = asyncio.shield(shelve())  # ok
    await safe


def case_run_until_complete():
    loop = asyncio.new_event_loop()
    task = loop.create_task(shelve())  # ok
    loop.run_until_complete(task)
    loop.run_until_complete(loop.create_task(shelve("travel")))  # ok
    loop.run_until_complete(asyncio.gather(*[loop.create_task(shelve(section)) for section in SHELVES]))  # ok
    loop.close()


def case_run_forever():
    loop = asyncio.new_event_loop()
    task = loop.create_task(shelve())  # ok
    task.add_done_callback(lambda finished: loop.stop())
    loop.run_forever()
    loop.close()


# Kept.


class Reader:
    def __init__(self, name):
        self.name = name
        self.task = None
        self.tasks = []
        self.by_section = {}
        self.running = set()
        self.watch = asyncio.create_task(patrol("entrance"))  # ok: kept on an object

    def browse(self, section):
        self.task = asyncio.create_task(patrol(section))  # ok: kept on an object

    def borrow(self, section):
        task = asyncio.get_running_loop().create_task(patrol(section))  # ok: kept on an object
        self.tasks.append(task)

    def reserve(self, section):
        self.by_section[section] = asyncio.ensure_future(patrol(section))  # ok: kept on an object

    def read(self, section):
        task = asyncio.create_task(patrol(section))  # ok: kept on an object
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    def spawn(self, coro):
        """Keeps the task and returns it, so nobody has to wait for it."""
        task = asyncio.create_task(coro)  # ok: kept on an object
        self.tasks.append(task)
        return task

    async def finish(self):
        for task in (self.task, self.watch, *self.tasks, *self.by_section.values()):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def case_kept_on_self():
    reader = Reader("Ines")
    reader.browse("poetry")
    reader.borrow("travel")
    reader.reserve("maps")
    reader.read("crime")
    reader.spawn(patrol("art"))  # ok: kept on an object
    await shelve()  # ok
    await reader.finish()


@dataclass
class Desk:
    clerk: asyncio.Task | None = None
    queue: list[asyncio.Task] = field(default_factory=list)


async def case_kept_on_another_object():
    desk = Desk()
    desk.clerk = asyncio.create_task(patrol("desk"))  # ok: kept on an object
    desk.queue.append(asyncio.create_task(patrol("queue")))  # ok: kept on an object
    await shelve()  # ok


async def case_given_to_a_constructor():
    desk = Desk(asyncio.create_task(patrol("desk")))  # ok: kept on an object
    print(desk.queue)


async def case_kept_on_an_object_by_setattr():
    desk = Desk()
    setattr(desk, "clerk", asyncio.create_task(patrol("desk")))  # ok: kept on an object


janitor = None
background = set()
by_branch = {}
history = []


async def case_kept_in_a_global():
    global janitor
    janitor = asyncio.create_task(patrol("hall"))  # ok: kept in a global


async def case_kept_in_a_global_set():
    task = asyncio.create_task(patrol("cellar"))  # ok: kept in a global
    background.add(task)
    task.add_done_callback(background.discard)


async def case_kept_in_a_global_set_directly():
    background.add(asyncio.create_task(patrol("roof")))  # ok: kept in a global


async def case_kept_in_a_global_dict():
    by_branch["north"] = asyncio.create_task(patrol("north"))  # ok: kept in a global
    by_branch.setdefault("south", asyncio.create_task(patrol("south")))  # ok: kept in a global


async def case_kept_in_a_global_list():
    global history
    history += [asyncio.create_task(patrol("lift"))]  # ok: kept in a global
    tasks = [asyncio.create_task(patrol("stairs"))]  # ok: kept in a global
    history.extend(tasks)


def keep(task):
    background.add(task)
    task.add_done_callback(background.discard)
    return task


def start_and_keep(coro):
    return keep(asyncio.create_task(coro))  # ok: kept in a global


async def case_kept_by_a_function():
    keep(asyncio.create_task(patrol("garden")))  # ok: kept in a global
    task = asyncio.ensure_future(patrol("gate"))  # ok: kept in a global
    keep(task)
    start_and_keep(patrol("car park"))  # ok: kept in a global


async def case_kept_on_a_class():
    Desk.night_watch = asyncio.create_task(patrol("night"))  # ok: kept on an object


async def case_kept_on_a_function():
    keep.latest = asyncio.create_task(patrol("latest"))  # ok: kept on an object


def append_to(tasks, section):
    tasks.append(asyncio.create_task(shelve(section)))  # ok


def put_into(tasks: dict, section):
    tasks[section] = asyncio.create_task(shelve(section))  # ok


async def case_kept_in_the_callers_containers():
    tasks, by_name = [], {}
    for section in SHELVES:
        append_to(tasks, section)
        put_into(by_name, section)
    await asyncio.gather(*tasks, *by_name.values())


def numbered(sections):
    tasks = []
    for number, section in enumerate(sections):
        task = asyncio.create_task(shelve(section), name=f"{number}")  # ok
        tasks.append(task)
    return tasks


def grouped(sections):
    groups = defaultdict(list)
    for section in sections:
        groups[section[0]].append(asyncio.create_task(shelve(section)))  # ok
    return dict(groups)


async def case_returned_in_containers():
    for task in numbered(SHELVES):
        await task
    for tasks in grouped(SHELVES).values():
        await asyncio.gather(*tasks)


# Handed to calls that may keep it.


async def case_handed_to_a_callable():
    tasks = []
    consume = tasks.append
    consume(asyncio.create_task(shelve()))  # ok
    await asyncio.gather(*tasks)


async def supervise(task):
    return await task


async def case_handed_to_an_async_function():
    await supervise(asyncio.create_task(shelve()))  # ok
    task = asyncio.create_task(shelve("travel"))  # ok
    await supervise(task)


async def case_handed_to_a_queue():
    queue = asyncio.Queue()
    queue.put_nowait(asyncio.create_task(shelve()))  # ok
    await queue.put(asyncio.create_task(shelve("travel")))  # ok
    while not queue.empty():
        await queue.get_nowait()


async def case_handed_to_a_context_variable():
    import contextvars

    current = contextvars.ContextVar("current")
    current.set(asyncio.create_task(patrol()))  # ok: handed to a call that keeps it


async def case_handed_to_a_weak_set():
    known = weakref.WeakSet()
    task = asyncio.create_task(patrol())  # ok: handed to a call that may keep it
    known.add(task)
    register(known)


registered = []


def register(thing, **details):
    registered.append((thing, details))


async def case_registered():
    register(asyncio.create_task(patrol()))  # ok: kept in a global
    register("night", task=asyncio.create_task(patrol("night")))  # ok: kept in a global
    task = asyncio.create_task(patrol("day"))  # ok: kept in a global
    register({"task": task})


async def case_handed_over_by_name():
    handler = getattr(asyncio, "gather")
    task = asyncio.create_task(shelve())  # ok
    await handler(task)


# Polled, cancelled, called back.


async def case_polled():
    task = asyncio.create_task(shelve())  # ok
    while not task.done():
        await asyncio.sleep(0)
    print(task.result())


async def case_polled_without_a_result():
    task = asyncio.create_task(shelve())  # ok
    while True:
        if task.done():
            break
        await asyncio.sleep(0.001)


async def case_polled_in_a_list():
    tasks = [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0.001)


async def case_polled_until_any_is_left():
    tasks = {asyncio.create_task(shelve(section)) for section in SHELVES}  # ok
    while any(not task.done() for task in tasks):
        await asyncio.sleep(0)


async def case_cancelled():
    task = asyncio.create_task(patrol())  # ok: cancelled
    await shelve()  # ok
    task.cancel()


async def case_cancelled_and_awaited():
    task = asyncio.create_task(patrol())  # ok
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("patrol is over")


async def case_cancelled_and_suppressed():
    watch = asyncio.get_running_loop().create_task(patrol())  # ok
    try:
        await shelve()  # ok
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


async def case_all_cancelled():
    tasks = [asyncio.create_task(patrol(section)) for section in SHELVES]  # ok
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def case_all_cancelled_only():
    tasks = {section: asyncio.create_task(patrol(section)) for section in SHELVES}  # ok: cancelled
    for section, task in tasks.items():
        print("leaving", section)
        task.cancel()


async def case_gather_cancelled():
    patrols = asyncio.gather(patrol("poetry"), patrol("travel"))  # ok: cancelled
    await shelve()  # ok
    patrols.cancel()


async def case_cancelled_unless_done():
    task = asyncio.create_task(shelve())  # ok
    await asyncio.sleep(0.001)
    if not task.done():
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def case_cancelled_by_a_function():
    def stop(task):
        task.cancel()

    task = asyncio.create_task(patrol())  # ok: cancelled
    stop(task)


async def case_cancelled_later_by_the_loop():
    task = asyncio.create_task(patrol())  # ok: cancelled
    asyncio.get_running_loop().call_later(0.001, task.cancel)
    await asyncio.sleep(0.005)


async def case_cancelled_in_an_exit_stack():
    with contextlib.ExitStack() as stack:
        task = asyncio.create_task(patrol())  # ok: cancelled
        stack.callback(task.cancel)
        await shelve()  # ok


async def case_done_callback():
    task = asyncio.create_task(patrol())  # ok: has a done callback
    task.add_done_callback(lambda finished: log.info("finished %s", finished))


def note_end(section, task):
    log.info("%s: %s", section, task)


async def case_done_callback_of_the_project():
    for section in SHELVES:
        task = asyncio.create_task(patrol(section))  # ok: has a done callback
        task.add_done_callback(functools.partial(note_end, section))


async def case_done_callback_at_once():
    asyncio.create_task(patrol()).add_done_callback(print)  # ok: has a done callback


async def case_done_callback_of_an_event():
    finished = asyncio.Event()
    task = asyncio.create_task(shelve())  # ok
    task.add_done_callback(lambda _: finished.set())
    await finished.wait()


# Captured by a nested function.


async def case_captured():
    task = asyncio.create_task(shelve())  # ok

    async def finish():
        print(await task)

    await finish()


async def case_captured_by_a_lambda():
    task = asyncio.create_task(patrol())  # ok: captured by a nested function
    stop = lambda: task.cancel()  # noqa: E731
    stop()


def make_stopper():
    task = asyncio.create_task(patrol())  # ok: captured by a nested function

    def stop():
        task.cancel()

    return stop


async def case_captured_by_a_returned_function():
    make_stopper()()


async def case_set_by_a_nested_function():
    task = None

    def begin_now():
        nonlocal task
        task = asyncio.create_task(shelve())  # ok

    begin_now()
    if task is not None:
        await task


# Awaited later.


async def case_awaited_in_a_finally():
    task = asyncio.create_task(shelve())  # ok
    try:
        print("open")
    finally:
        await task


async def case_awaited_in_a_finally_after_returns(closed):
    task = asyncio.create_task(shelve())  # ok
    try:
        if closed:
            return "closed"
        return "open"
    finally:
        print(await task)


async def case_awaited_after_branches(night):
    if night:
        task = asyncio.create_task(shelve("crime"))  # ok
    else:
        task = asyncio.create_task(shelve("poetry"))  # ok
    await task


async def case_awaited_after_a_loop_of_branches(quiet):
    tasks = []
    for section in SHELVES:
        if quiet:
            tasks.append(asyncio.create_task(shelve(section)))  # ok
        else:
            tasks.append(asyncio.get_running_loop().create_task(shelve(section)))  # ok
    for task in tasks:
        await task


async def case_awaited_one_round_later():
    previous = None
    for section in SHELVES:
        if previous is not None:
            await previous
        previous = asyncio.create_task(shelve(section))  # ok
    if previous is not None:
        await previous


async def case_replaced_after_it_is_cancelled():
    task = asyncio.create_task(patrol("poetry"))  # ok: cancelled
    for section in SHELVES:
        task.cancel()
        task = asyncio.create_task(patrol(section))  # ok: cancelled
    task.cancel()


async def case_awaited_in_a_while_loop():
    tasks = [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok
    while tasks:
        await tasks.pop()


async def case_popped_from_a_deque():
    tasks = deque()
    for section in SHELVES:
        tasks.append(asyncio.create_task(shelve(section)))  # ok
    while tasks:
        task = tasks.popleft()
        print(await task)


async def case_popped_from_a_dict():
    tasks = {}
    tasks["poetry"] = asyncio.create_task(shelve())  # ok
    await tasks.pop("poetry")


async def case_awaited_by_index():
    tasks = [asyncio.create_task(shelve("poetry")), asyncio.create_task(shelve("travel"))]  # ok
    for number in range(len(tasks)):
        await tasks[number]


async def case_awaited_in_a_comprehension():
    tasks = [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok
    print([await task for task in tasks])


async def case_awaited_through_pairs():
    pairs = [(section, asyncio.create_task(shelve(section))) for section in SHELVES]  # ok
    for section, task in pairs:
        print(section, await task)


async def case_awaited_through_zip():
    tasks = [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok
    for section, task in zip(SHELVES, tasks):
        print(section, await task)


async def case_awaited_through_a_copy():
    tasks = {asyncio.create_task(shelve(section)) for section in SHELVES}  # ok
    for task in list(tasks):
        await task


async def case_awaited_through_another_list():
    poetry = [asyncio.create_task(shelve("poetry"))]  # ok
    travel = [asyncio.create_task(shelve("travel"))]  # ok
    await asyncio.gather(*(poetry + travel))


async def case_pair_unpacked():
    poetry, travel = (asyncio.create_task(shelve(section)) for section in SHELVES)  # ok
    await asyncio.gather(poetry, travel)


async def case_unpacked_rest():
    first, *others = [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok
    await first
    await asyncio.gather(*others)


async def case_flag_decides_twice(watched):
    if watched:
        watch = asyncio.create_task(patrol())  # ok: cancelled
    await shelve()  # ok
    if watched:
        watch.cancel()


async def case_task_of_a_branch_or_none(watched):
    watch = asyncio.create_task(patrol()) if watched else None  # ok: cancelled
    await shelve()  # ok
    if watch:
        watch.cancel()


async def case_left_early_without_a_task(closed):
    task = None if closed else begin("poetry")  # ok
    if task is None:
        return
    await task


async def case_isinstance_first(closed):
    task = begin_unless(closed)  # ok
    if not isinstance(task, asyncio.Task):
        return
    await task


# Context managers and generators.


@contextlib.asynccontextmanager
async def guarded(section):
    task = asyncio.create_task(patrol(section))  # ok: cancelled
    try:
        yield task
    finally:
        task.cancel()


@contextlib.asynccontextmanager
async def helped(section):
    helper = asyncio.create_task(shelve(section))  # ok
    try:
        yield
    finally:
        await helper


async def fixture():
    server = asyncio.create_task(shelve("server"))  # ok
    yield "http://library.local"
    await server


class Shift:
    async def __aenter__(self):
        self.task = asyncio.create_task(patrol("shift"))  # ok: kept on an object
        return self

    async def __aexit__(self, *error):
        self.task.cancel()


async def case_context_managers():
    async with guarded("poetry") as task:
        print(task.get_name())
    async with helped("travel"), Shift():
        await shelve()  # ok


async def case_fixture():
    async for address in fixture():
        print(address)


# The task that runs, and futures that are no tasks.


async def case_current_task():
    me = asyncio.current_task()  # ok
    print(me.get_name())
    asyncio.current_task()  # ok


async def case_future_set_by_a_callback():
    loop = asyncio.get_running_loop()
    future = loop.create_future()  # ok
    loop.call_soon(future.set_result, "returned")
    print(await future)


class Catalogue:
    """Its tasks are no asyncio tasks."""

    def __init__(self):
        self.entries = []

    def create_task(self, title):
        self.entries.append(title)
        return title

    def ensure_future(self, title):
        return self.create_task(title)


async def case_other_things_of_that_name():
    catalogue = Catalogue()
    catalogue.create_task("sort the poems")  # ok
    catalogue.ensure_future("dust the maps")  # ok
    todo = catalogue.create_task("mend the ladder")  # ok
    print(todo)


# Kept in one breath, and looked after in other usual ways.


class Van:
    latest = None

    def __init__(self):
        self.driver, self.helper = asyncio.create_task(patrol("a")), asyncio.create_task(patrol("b"))  # ok: kept on an object
        self.engine = engine = asyncio.create_task(patrol("engine"))  # ok: kept on an object
        engine.set_name("engine")

    def start(self):
        task = self.radio = asyncio.create_task(patrol("radio"))  # ok: kept on an object
        print(task.get_name())

    @classmethod
    def launch(cls):
        cls.latest = asyncio.create_task(patrol("latest"))  # ok: kept on an object

    def __setitem__(self, key, task):
        self.__dict__[key] = task


async def case_kept_in_one_breath():
    van = Van()
    van.start()
    van.launch()
    van["lamp"] = asyncio.create_task(patrol("lamp"))  # ok: kept on an object


async def lend(queue, lent):
    while True:
        lent.append(await queue.get())
        queue.task_done()


async def case_workers():
    queue, lent = asyncio.Queue(), []
    workers = [asyncio.create_task(lend(queue, lent)) for _ in range(2)]  # ok
    for title in ("Emma", "Kim"):
        queue.put_nowait(title)
    await queue.join()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


async def case_two_race():
    stop = asyncio.Event()
    stopping = asyncio.create_task(stop.wait())  # ok
    shelving = asyncio.create_task(shelve())  # ok
    done, pending = await asyncio.wait({stopping, shelving}, return_when=asyncio.FIRST_COMPLETED)  # ok
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        print(task.result())


async def case_cancelled_unless_it_is_done():
    task = asyncio.create_task(shelve())  # ok
    await asyncio.sleep(0.001)
    if not task.done():
        task.cancel()


async def case_read_if_done_and_else_cancelled():
    task = asyncio.create_task(shelve())  # ok
    await asyncio.sleep(0.001)
    if task.done():
        print(task.result())
    else:
        task.cancel()


async def case_async_exit_stack():
    async with contextlib.AsyncExitStack() as stack:
        task = asyncio.create_task(shelve())  # ok
        stack.push_async_callback(asyncio.wait_for, task, 1)


async def case_removed_by_a_callback():
    running = []
    for section in SHELVES:
        task = asyncio.create_task(patrol(section))  # ok: has a done callback
        running.append(task)
        task.add_done_callback(running.remove)


async def case_pruned():
    tasks = [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok
    tasks = [task for task in tasks if not task.done()]
    await asyncio.gather(*tasks)


async def case_limited():
    running = set()
    for section in ("a", "b", "c"):
        if len(running) >= 2:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)  # ok
            print([task.result() for task in done])
        running.add(asyncio.create_task(shelve(section)))  # ok
    await asyncio.gather(*running)


class Closing(Exception):
    pass


async def case_carried_by_an_exception():
    try:
        raise Closing(asyncio.create_task(shelve()))  # ok
    except Closing as closing:
        await closing.args[0]


async def case_captured_as_a_default():
    task = asyncio.create_task(patrol())  # ok: captured by a nested function
    asyncio.get_running_loop().call_soon(lambda task=task: task.cancel())
    await asyncio.sleep(0.001)


async def case_awaited_by_a_generator_of_coroutines():
    tasks = [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok
    await asyncio.gather(*(asyncio.shield(task) for task in tasks))


async def case_asserted_and_awaited(closed):
    task = None
    if not closed:
        task = asyncio.create_task(shelve())  # ok
    if closed:
        return
    assert task is not None
    await task


async def case_short_circuit(closed):
    task = None if closed else asyncio.create_task(shelve())  # ok
    task and await task


async def case_awaited_whatever_happens(closed):
    task = asyncio.create_task(shelve())  # ok
    try:
        if closed:
            raise Closing
    except Closing:
        await task
    else:
        await task


async def case_retried():
    for attempt in range(3):
        task = asyncio.create_task(shelve())  # ok
        if await task:
            break


async def case_awaited_by_a_lambda():
    finish = lambda: task  # noqa: E731
    task = asyncio.create_task(shelve())  # ok
    await finish()


async def case_yield_in_a_list():
    async def stream_lists():
        yield [asyncio.create_task(shelve(section)) for section in SHELVES]  # ok

    async for tasks in stream_lists():
        await asyncio.gather(*tasks)


async def case_returned_in_an_object():
    def open_desk():
        desk = Desk()
        desk.clerk = asyncio.create_task(shelve())  # ok
        return desk

    await open_desk().clerk


async def case_returned_in_a_dict():
    def open_desks():
        return {"poetry": asyncio.create_task(shelve()), "count": 1}  # ok

    await open_desks()["poetry"]
