"""Task groups, runners and timeouts: a group waits for its children, the others are lost as ever."""
# requires: 3.11

import asyncio
import contextlib
import logging
from asyncio import Runner, TaskGroup, create_task, timeout
from typing import Self

log = logging.getLogger("ferry")
PIERS = ("A", "B")


class EngineTrouble(Exception):
    pass


async def board(pier="A"):
    await asyncio.sleep(0)
    return pier


async def cross(pier="A"):
    """The long way over."""
    await asyncio.sleep(3)
    return pier


async def shuttle(pier="A"):
    await asyncio.sleep(0.02)
    return pier


async def break_down(pier="A"):
    await asyncio.sleep(0)
    raise EngineTrouble(pier)


async def fail_with(kind):
    await asyncio.sleep(0)
    raise kind("no fuel")


# Children of a task group.


async def case_children():
    async with asyncio.TaskGroup() as group:
        group.create_task(board("A"))  # ok
        group.create_task(board("B"), name="B")  # ok


async def case_children_in_a_loop():
    async with TaskGroup() as group:
        for pier in PIERS:
            group.create_task(board(pier))  # ok
        [group.create_task(board(pier)) for pier in PIERS]  # ok


async def case_children_bound():
    async with asyncio.TaskGroup() as tg:
        first = tg.create_task(board("A"))  # ok
        _ = tg.create_task(board("B"))  # ok
        never_used = tg.create_task(board("C"))  # ok
    print(first.result())


async def case_children_in_containers():
    async with asyncio.TaskGroup() as tg:
        tasks = [tg.create_task(board(pier)) for pier in PIERS]  # ok
        by_pier = {}
        by_pier["A"] = tg.create_task(board("A"))  # ok
    print(len(tasks), [task.result() for task in by_pier.values()])


async def case_group_entered_by_hand():
    group = asyncio.TaskGroup()
    async with group:
        group.create_task(board())  # ok


async def case_group_in_an_exit_stack():
    async with contextlib.AsyncExitStack() as stack:
        group = await stack.enter_async_context(asyncio.TaskGroup())
        group.create_task(board())  # ok


async def case_overwritten_child():
    async with asyncio.TaskGroup() as tg:
        task = tg.create_task(board("A"))  # ok
        task = tg.create_task(board("B"))  # ok
        print(task.get_name())


async def load(group: asyncio.TaskGroup, pier):
    group.create_task(board(pier))  # ok


def load_all(group: TaskGroup):
    for pier in PIERS:
        group.create_task(board(pier))  # ok


async def case_group_passed_on():
    async with asyncio.TaskGroup() as group:
        await load(group, "A")
        load_all(group)


async def case_group_used_by_a_nested_function():
    async with asyncio.TaskGroup() as group:

        def on_arrival(pier):
            group.create_task(board(pier))  # ok

        on_arrival("A")


class Harbour:
    async def __aenter__(self) -> Self:
        self.group = asyncio.TaskGroup()
        await self.group.__aenter__()
        return self

    async def __aexit__(self, *error):
        return await self.group.__aexit__(*error)

    def dispatch(self, pier):
        self.group.create_task(board(pier))  # ok

    def spawn(self, coro):
        return self.group.create_task(coro)  # ok


async def case_group_of_an_object():
    async with Harbour() as harbour:
        harbour.dispatch("A")
        harbour.spawn(board("B"))  # ok


async def case_helper_with_a_group():
    def start(coro):
        return group.create_task(coro)  # ok

    async with asyncio.TaskGroup() as group:
        start(board("A"))  # ok


async def case_children_waited_for():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(board(pier)) for pier in PIERS]  # ok
        await asyncio.wait(tasks)  # ok


async def case_failing_child():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(break_down())  # ok
            group.create_task(cross())  # ok
    except* EngineTrouble as trouble:
        print(trouble.exceptions)


async def case_group_in_a_branch(foggy):
    async with asyncio.TaskGroup() as group:
        if foggy:
            group.create_task(board("A"))  # ok
            return "waiting"
        group.create_task(board("B"))  # ok


# A task that is started beside the group is not its child.


async def case_beside_the_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(board())  # ok
        asyncio.create_task(cross())  # error: task-never-awaited


async def case_beside_the_group_bound():
    async with asyncio.TaskGroup() as group:
        lost = create_task(cross("A"))  # error: task-never-awaited
        kept = group.create_task(board("B"))  # ok
        print(lost.get_name(), kept.get_name())


async def case_beside_the_group_awaited():
    async with asyncio.TaskGroup() as group:
        task = create_task(board("A"))  # ok
        group.create_task(board("B"))  # ok
        await task


async def case_started_by_a_child():
    async def embark():
        asyncio.ensure_future(cross("A"))  # error: task-never-awaited
        await asyncio.ensure_future(board("A"))  # ok

    async with asyncio.TaskGroup() as group:
        group.create_task(embark())  # ok


async def case_before_the_group():
    lamps = asyncio.create_task(cross("lamps"))  # error: task-never-awaited
    async with asyncio.TaskGroup() as group:
        group.create_task(board())  # ok
    log.info("lamps: %s", lamps.done())


async def case_gather_beside_the_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(board())  # ok
        asyncio.gather(cross("A"), cross("B"))  # error: task-never-awaited


async def case_given_to_the_group():
    async def finish(task):
        return await task

    task = asyncio.create_task(board("A"))  # ok
    async with asyncio.TaskGroup() as group:
        group.create_task(finish(task))  # ok


# Timeouts.


async def case_timeout():
    async with asyncio.timeout(1):
        asyncio.create_task(cross())  # error: task-never-awaited
        await asyncio.create_task(board())  # ok


async def case_timeout_over_a_task():
    task = asyncio.create_task(board())  # ok
    async with timeout(1):
        await task


async def case_timeout_over_nothing():
    task = asyncio.create_task(cross())  # error: task-never-awaited
    async with timeout(1) as deadline:
        print(deadline.when(), task.done())


async def case_timeout_that_runs_out():
    try:
        async with asyncio.timeout(0.001):
            await asyncio.create_task(cross())  # ok
    except TimeoutError:
        print("too slow")


async def case_timeout_and_an_early_return(foggy):
    task = asyncio.create_task(shuttle())  # error: task-never-awaited
    async with asyncio.timeout_at(asyncio.get_running_loop().time() + 1):
        if foggy:
            return "no crossing"
        return await task


async def case_timeout_around_a_wait():
    tasks = [asyncio.create_task(break_down(pier)) for pier in PIERS]  # ok
    async with asyncio.timeout(1):
        await asyncio.wait(tasks)  # error: task-exception-never-retrieved


async def case_timeout_around_a_wait_counted():
    tasks = [asyncio.create_task(break_down(pier)) for pier in PIERS]  # ok
    async with asyncio.timeout(1):
        done, _ = await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    print(len(done), "ferries are back")


async def case_timeout_around_a_wait_read():
    tasks = [asyncio.create_task(break_down(pier)) for pier in PIERS]  # ok
    async with asyncio.timeout(1):
        done, _ = await asyncio.wait(tasks)  # ok
    print([task.exception() for task in done])


# Runners.


def case_runner():
    with asyncio.Runner() as runner:
        runner.run(board())  # ok
        runner.get_loop().create_task(cross("A"))  # error: task-never-awaited
        runner.run(board())  # ok


def case_runner_with_its_loop():
    with Runner() as runner:
        loop = runner.get_loop()
        task = loop.create_task(cross("B"))  # error: task-never-awaited
        runner.run(board())  # ok
        print(task.done())


def case_runner_that_waits():
    async def finish(task):
        return await task

    with Runner() as runner:
        task = runner.get_loop().create_task(board())  # ok
        runner.run(finish(task))  # ok


def case_runner_that_runs_a_wait():
    with Runner() as runner:
        runner.run(asyncio.wait([runner.get_loop().create_task(fail_with(OSError))]))  # error: task-exception-never-retrieved


def case_runner_that_reads_a_wait():
    with Runner() as runner:
        done, _ = runner.run(asyncio.wait([runner.get_loop().create_task(fail_with(OSError))]))  # ok
        print([task.exception() for task in done])


def case_runner_that_runs_a_main():
    async def main():
        create_task(cross())  # error: task-never-awaited
        return await create_task(board())  # ok

    with Runner() as runner:
        print(runner.run(main()))


# Cancelling, as it is since 3.11.


async def case_cancelling_looked_at():
    task = asyncio.create_task(cross())  # error: task-never-awaited
    print(task.cancelling())


async def case_cancelled_and_uncancelled():
    task = asyncio.create_task(cross())  # ok: cancelled
    task.cancel()
    print(task.cancelling())


async def case_context_of_a_task():
    import contextvars

    asyncio.create_task(cross(), context=contextvars.copy_context())  # error: task-never-awaited
    await asyncio.create_task(board(), context=contextvars.copy_context())  # ok


# A group of the project's own that keeps its tasks.


class Convoy:
    def __init__(self):
        self._ferries = set()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        await asyncio.gather(*self._ferries, return_exceptions=True)

    def create_task(self, coro):
        task = asyncio.create_task(coro)  # ok: kept on an object
        self._ferries.add(task)
        return task

    def start_soon(self, function, *args):
        self.create_task(function(*args))  # ok: kept on an object


async def case_group_of_the_project():
    async with Convoy() as convoy:
        convoy.create_task(board("A"))  # ok
        convoy.start_soon(board, "B")  # ok
