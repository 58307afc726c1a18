"""Coroutines of the standard library since Python 3.11, and what only looks like them; in a harbour."""
# requires: 3.11

import asyncio
import contextlib
from asyncio import Barrier, TaskGroup, timeout
from collections.abc import Coroutine
from typing import Any, Self, assert_type, reveal_type


async def unload(ship="barge"):
    await asyncio.sleep(0)
    return ship


async def sail(ship="barge"):
    await asyncio.sleep(3)
    return ship


async def log_later(*_):
    return "logged"


class Crane:
    def __init__(self, load=0):
        self.load = load

    def turn(self) -> Self:
        return self

    async def lift(self, load=1) -> Self:
        self.load += load
        return self


# Task groups


async def case_task_group():
    async with asyncio.TaskGroup() as group:  # ok
        group.create_task(unload())  # ok
        barge = group.create_task(unload("ferry"))  # ok
    print(barge.result())  # ok


async def case_task_group_child_dropped_too_early():
    async with TaskGroup() as group:  # ok
        unload("ferry")  # error: coroutine-never-awaited
        group.create_task(unload("barge"))  # ok


async def case_task_group_given_a_method():
    async with asyncio.TaskGroup() as group:  # ok
        for load in range(3):
            group.create_task(Crane(load).lift())  # ok
        Crane().lift()  # error: coroutine-never-awaited


async def case_task_group_handed_on():
    async def unload_all(group: asyncio.TaskGroup, ships):
        for ship in ships:
            group.create_task(unload(ship), name=ship)  # ok
            print(f"unloading {unload(ship)}")  # error: coroutine-never-awaited

    async with asyncio.TaskGroup() as group:  # ok
        await unload_all(group, ["barge", "ferry"])  # ok


async def case_task_group_mapped():
    async with asyncio.TaskGroup() as group:  # ok
        children = list(map(group.create_task, map(unload, ["barge", "ferry"])))  # ok
    print([child.result() for child in children])


async def case_task_group_done_callback():
    async with asyncio.TaskGroup() as group:  # ok
        group.create_task(unload()).add_done_callback(log_later)  # error: coroutine-never-awaited
        group.create_task(unload()).add_done_callback(print)  # ok


async def case_task_group_by_callback():
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:  # ok
        loop.call_soon(lambda: group.create_task(unload()))  # ok
        loop.call_soon(group.create_task, unload("ferry"))  # ok
        await asyncio.sleep(0.001)  # ok


async def case_task_group_in_thread():
    async with asyncio.TaskGroup() as group:  # ok
        group.create_task(asyncio.to_thread(unload, "ferry"))  # error: coroutine-never-awaited


# Timeouts


async def case_timeout():
    async with asyncio.timeout(1):  # ok
        unload()  # error: coroutine-never-awaited
        await unload()  # ok


async def case_timeout_is_no_coroutine():
    asyncio.timeout(1)  # ok
    limit = timeout(1)  # ok
    print(limit)  # ok


async def case_timeout_at():
    loop = asyncio.get_running_loop()
    async with asyncio.timeout_at(loop.time() + 1) as limit:  # ok
        limit.reschedule(loop.time() + 2)  # ok
        print(limit.when(), limit.expired())  # ok
        print(unload())  # error: coroutine-never-awaited


# Barriers


async def case_barrier():
    pier = asyncio.Barrier(1)
    pier.wait()  # error: coroutine-never-awaited
    await pier.wait()  # ok
    print(pier.parties, pier.n_waiting, pier.broken)  # ok


async def case_barrier_reset():
    pier = Barrier(2)
    pier.reset()  # error: coroutine-never-awaited
    await pier.reset()  # ok
    pier.abort()  # error: coroutine-never-awaited
    await pier.abort()  # ok


async def case_barrier_position(first):
    pier = Barrier(1)
    if first and pier.wait() == 0:  # error: coroutine-never-awaited
        print("we are first")
    async with pier as position:  # ok
        print(position)


# Runners


def case_runner():
    with asyncio.Runner() as runner:  # ok
        runner.run(unload())  # ok
        print(runner.run(unload("ferry")))  # ok
        unload()  # error: coroutine-never-awaited


def case_runner_loop():
    with asyncio.Runner(debug=False) as runner:  # ok
        loop = runner.get_loop()  # ok
        loop.run_until_complete(unload())  # ok
        loop.shutdown_asyncgens()  # error: coroutine-never-awaited


# Streams and tasks


async def case_start_tls():
    async def serve(reader, writer):
        await reader.read()  # ok
        writer.close()  # ok

    server = await asyncio.start_server(serve, "127.0.0.1", 0)  # ok
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())  # ok
    writer.start_tls(None)  # error: coroutine-never-awaited
    writer.close()  # ok
    await writer.wait_closed()  # ok
    server.close()  # ok


async def case_uncancel():
    ship = asyncio.create_task(unload())  # ok
    ship.cancelling()  # ok
    ship.uncancel()  # ok
    await ship  # ok


async def case_except_star(stormy):
    try:
        async with asyncio.TaskGroup() as group:  # ok
            group.create_task(unload())  # ok
            if stormy:
                raise ValueError("storm")
    except* ValueError:
        unload("lifeboat")  # error: coroutine-never-awaited
        await unload("lifeboat")  # ok


# Types


async def case_self():
    crane = Crane().turn()
    crane.lift()  # error: coroutine-never-awaited
    lifted = await crane.lift()  # ok
    lifted.turn().lift(2)  # error: coroutine-never-awaited
    lifted.turn()  # ok
    await lifted.lift(2)  # ok


async def case_assert_type():
    ship = assert_type(unload(), Coroutine[Any, Any, str])  # ok
    await ship  # ok
    print(await reveal_type(unload()))  # ok


async def case_chdir():
    contextlib.chdir(".")  # ok
    with contextlib.chdir("."):  # ok
        await unload()  # ok
