"""`asyncio.wait` whose tasks' results nobody reads: dropped, `_`, only counted, only printed, only `pending` handled."""

import asyncio
import asyncio as aio
import asyncio.tasks
import logging
from asyncio import wait
from asyncio import wait as until_all
from collections import defaultdict

log = logging.getLogger("weather")
STATIONS = ("north", "south")


class SensorError(Exception):
    pass


async def measure(station="north"):
    await asyncio.sleep(0)
    raise SensorError(station)


async def slow_measure(station="north"):
    await asyncio.sleep(3)
    return station


async def calibrate(station="north"):
    return station


async def fail_with(kind):
    await asyncio.sleep(0)
    raise kind("no signal")


# The value dropped.


async def case_dropped():
    tasks = [asyncio.create_task(measure("north")), asyncio.create_task(measure("south"))]  # ok
    await asyncio.wait(tasks)  # error: task-exception-never-retrieved


async def case_dropped_display():
    north = asyncio.create_task(measure("north"))  # ok
    south = asyncio.create_task(measure("south"))  # ok
    await asyncio.wait([north, south])  # error: task-exception-never-retrieved


async def case_dropped_set():
    await asyncio.wait({asyncio.create_task(measure("west"))})  # error: task-exception-never-retrieved


async def case_dropped_tuple():
    north = asyncio.ensure_future(measure("north"))  # ok
    await asyncio.wait((north,))  # error: task-exception-never-retrieved


async def case_dropped_comprehension():
    await asyncio.wait([asyncio.create_task(measure(s)) for s in STATIONS])  # error: task-exception-never-retrieved


async def case_dropped_set_comprehension():
    await asyncio.wait({asyncio.ensure_future(measure(s)) for s in STATIONS})  # error: task-exception-never-retrieved


async def case_imported_by_name():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    await wait(tasks)  # error: task-exception-never-retrieved


async def case_imported_under_other_names():
    await until_all([aio.create_task(measure("north"))])  # error: task-exception-never-retrieved
    await aio.wait([aio.create_task(measure("south"))])  # error: task-exception-never-retrieved


async def case_timeout():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    await asyncio.wait(tasks, timeout=1)  # error: task-exception-never-retrieved


async def case_return_when():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)  # error: task-exception-never-retrieved


async def case_return_when_all_completed():
    tasks = set()
    for station in STATIONS:
        tasks.add(asyncio.create_task(measure(station)))  # ok
    await aio.wait(tasks, return_when=aio.ALL_COMPLETED, timeout=2.5)  # error: task-exception-never-retrieved


async def case_gathered_in_a_list():
    tasks = []
    for station in STATIONS:
        task = asyncio.create_task(measure(station), name=station)  # ok
        tasks.append(task)
    await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    log.info("all %d stations answered", len(tasks))


async def case_values_of_a_dict():
    by_station = {}
    for station in STATIONS:
        by_station[station] = asyncio.create_task(measure(station))  # ok
    await asyncio.wait(by_station.values())  # error: task-exception-never-retrieved


async def case_values_of_a_dict_comprehension():
    by_station = {station: asyncio.create_task(measure(station)) for station in STATIONS}  # ok
    await asyncio.wait(list(by_station.values()))  # error: task-exception-never-retrieved
    print("asked", ", ".join(by_station))


async def case_keys_of_a_dict():
    station_of = {asyncio.create_task(measure(station)): station for station in STATIONS}  # ok
    await asyncio.wait(station_of)  # error: task-exception-never-retrieved


async def case_loop_create_task():
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(measure(station)) for station in STATIONS]  # ok
    await asyncio.wait(tasks)  # error: task-exception-never-retrieved


async def case_in_a_branch(stormy):
    task = asyncio.create_task(measure())  # ok
    if stormy:
        await asyncio.wait([task])  # error: task-exception-never-retrieved
    else:
        print(await task)


async def case_in_a_loop():
    for station in STATIONS:
        first, second = asyncio.create_task(measure(station)), asyncio.create_task(measure(station))  # ok
        await asyncio.wait([first, second])  # error: task-exception-never-retrieved


async def case_inside_a_try():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    try:
        await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    except SensorError:
        print("never comes here")


async def case_in_a_finally():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    try:
        await calibrate()
    finally:
        await asyncio.wait(tasks)  # error: task-exception-never-retrieved


async def measure_all(stations):
    tasks = [asyncio.create_task(measure(station)) for station in stations]  # ok
    await asyncio.wait(tasks)  # error: task-exception-never-retrieved


async def case_in_a_helper():
    await measure_all(STATIONS)
    print("all measured")


class Network:
    def __init__(self, stations):
        self.stations = stations

    def start(self, station):
        return asyncio.create_task(measure(station))  # ok: returned

    async def refresh(self):
        tasks = [asyncio.create_task(measure(station)) for station in self.stations]  # ok
        await asyncio.wait(tasks, timeout=5)  # error: task-exception-never-retrieved

    async def refresh_quietly(self):
        done, _ = await asyncio.wait([self.start(s) for s in self.stations])  # error: task-exception-never-retrieved
        log.debug("%d stations", len(done))


async def case_in_methods():
    network = Network(STATIONS)
    await network.refresh()
    await network.refresh_quietly()


def begin(station):
    return asyncio.create_task(measure(station), name=f"measure-{station}")  # ok: returned


async def case_tasks_of_a_helper():
    await asyncio.wait([begin("north"), begin("south")])  # error: task-exception-never-retrieved


async def case_in_a_nested_function():
    async def sweep():
        tasks = [begin(station) for station in STATIONS]  # ok
        await asyncio.wait(tasks)  # error: task-exception-never-retrieved

    await sweep()


# Bound and never read.


async def case_underscore():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    _ = await asyncio.wait(tasks)  # error: task-exception-never-retrieved


async def case_two_underscores():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    _, _ = await asyncio.wait(tasks)  # error: task-exception-never-retrieved


async def case_result_never_used():
    result = await asyncio.wait([asyncio.create_task(measure())])  # error: task-exception-never-retrieved


async def case_done_never_used():
    tasks = {asyncio.create_task(measure(station)) for station in STATIONS}  # ok
    done, pending = await asyncio.wait(tasks)  # error: task-exception-never-retrieved


async def case_starred():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    done, *_ = await asyncio.wait(tasks)  # error: task-exception-never-retrieved


async def case_result_printed():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    print(await asyncio.wait(tasks))  # error: task-exception-never-retrieved


async def case_counted():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    done, pending = await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    print(f"{len(done)} of {len(tasks)} stations answered, {len(pending)} did not")


async def case_counts_compared():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    done, pending = await asyncio.wait(tasks, timeout=1)  # error: task-exception-never-retrieved
    if len(done) < len(tasks):
        log.warning("%d stations are silent", len(pending))


async def case_done_printed():
    done, _ = await asyncio.wait([asyncio.create_task(measure())])  # error: task-exception-never-retrieved
    print("done:", done)


async def case_done_logged():
    done, _ = await asyncio.wait([begin("north"), begin("south")])  # error: task-exception-never-retrieved
    log.info("finished: %s", done)


async def case_done_tested():
    task = asyncio.create_task(measure())  # ok
    done, _ = await asyncio.wait([task], timeout=1)  # error: task-exception-never-retrieved
    if task in done:
        print("in time")


async def case_done_as_a_truth():
    done, _ = await asyncio.wait({begin("north")}, timeout=1)  # error: task-exception-never-retrieved
    if not done:
        print("no answer")


async def case_pending_asserted():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    done, pending = await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    assert not pending


# Gone through without reading a result.


async def case_printing_names():
    tasks = [asyncio.create_task(measure(s), name=s) for s in STATIONS]  # ok
    done, _ = await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    for task in done:
        print(task.get_name(), "has answered")


async def case_asking_whether_done():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    for task in tasks:
        print(task.done())


async def case_asking_whether_cancelled():
    done, _ = await asyncio.wait([begin(s) for s in STATIONS])  # error: task-exception-never-retrieved
    print(sum(task.cancelled() for task in done), "were cancelled")


async def case_names_in_a_comprehension():
    done, _ = await asyncio.wait([begin(s) for s in STATIONS])  # error: task-exception-never-retrieved
    return sorted([task.get_name() for task in done])


async def case_all_done():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    assert all(task.done() for task in tasks)


async def case_names_of_a_dict():
    station_of = {asyncio.create_task(measure(station)): station for station in STATIONS}  # ok
    done, _ = await asyncio.wait(station_of)  # error: task-exception-never-retrieved
    for task in done:
        print(station_of[task], "answered")


# Only what is pending is looked after.


async def case_pending_cancelled():
    tasks = [asyncio.create_task(measure("north")), asyncio.create_task(slow_measure("south"))]  # ok: cancelled
    done, pending = await asyncio.wait(tasks, timeout=0.01)  # error: task-exception-never-retrieved
    for task in pending:
        task.cancel()


async def case_pending_cancelled_and_awaited():
    fast = asyncio.create_task(measure("north"))  # ok
    slow = asyncio.create_task(slow_measure("south"))  # ok
    _, pending = await asyncio.wait([fast, slow], return_when=asyncio.FIRST_COMPLETED)  # error: task-exception-never-retrieved
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


async def case_pending_awaited():
    tasks = {asyncio.create_task(measure(station)) for station in STATIONS}  # ok
    _, pending = await asyncio.wait(tasks, timeout=1)  # error: task-exception-never-retrieved
    for task in pending:
        await task


async def case_pending_only_counted():
    tasks = [begin(station) for station in STATIONS]  # ok
    _, pending = await asyncio.wait(tasks, timeout=1)  # error: task-exception-never-retrieved
    log.info("%d stations still pending", len(pending))


async def case_pending_cancelled_in_a_comprehension():
    tasks = [begin(station) for station in STATIONS]  # ok
    finished, unfinished = await asyncio.wait(tasks, timeout=1)  # error: task-exception-never-retrieved
    [task.cancel() for task in unfinished]
    print(len(finished))


# By index.


async def case_first_counted():
    tasks = [begin(station) for station in STATIONS]  # ok
    done = (await asyncio.wait(tasks))[0]  # error: task-exception-never-retrieved
    print(len(done))


async def case_second_only():
    tasks = [begin(station) for station in STATIONS]  # ok
    pending = (await asyncio.wait(tasks, timeout=1))[1]  # error: task-exception-never-retrieved
    for task in pending:
        task.cancel()


async def case_result_indexed():
    result = await asyncio.wait([begin(station) for station in STATIONS])  # error: task-exception-never-retrieved
    print(len(result[0]), "answered", len(result[1]), "did not")


async def case_result_unpacked_later():
    result = await asyncio.wait([begin(station) for station in STATIONS])  # error: task-exception-never-retrieved
    done, pending = result
    print(len(done), len(pending))


# Through other calls, and by a name.


async def case_in_wait_for():
    tasks = [begin(station) for station in STATIONS]  # ok
    await asyncio.wait_for(asyncio.wait(tasks), timeout=1)  # error: task-exception-never-retrieved


async def case_in_wait_for_bound():
    tasks = [begin(station) for station in STATIONS]  # ok
    done, _ = await asyncio.wait_for(asyncio.wait(tasks), 1)  # error: task-exception-never-retrieved
    print(len(done))


async def case_awaited_by_name():
    tasks = [begin(station) for station in STATIONS]  # ok
    waiting = asyncio.wait(tasks)  # error: task-exception-never-retrieved
    log.info("waiting")
    await waiting


async def case_awaited_by_name_and_counted():
    waiting = asyncio.wait([begin("north")])  # error: task-exception-never-retrieved
    done, pending = await waiting
    print(len(done))


async def case_walrus():
    if len((result := await asyncio.wait([begin("north")]))[0]) == 1:  # error: task-exception-never-retrieved
        print("answered", len(result))


async def case_in_a_condition():
    if (await asyncio.wait([begin("north")], timeout=1))[1]:  # error: task-exception-never-retrieved
        print("still waiting")


# From a function that is not async.


def case_run_until_complete():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(asyncio.wait([loop.create_task(fail_with(OSError))]))  # error: task-exception-never-retrieved
    loop.close()


def case_run_until_complete_counted():
    loop = asyncio.new_event_loop()
    done, _ = loop.run_until_complete(asyncio.wait({loop.create_task(fail_with(OSError))}))  # error: task-exception-never-retrieved
    print(len(done))
    loop.close()


def case_run_until_complete_by_name():
    loop = asyncio.new_event_loop()
    try:
        waiting = asyncio.wait([loop.create_task(fail_with(kind)) for kind in (OSError, EOFError)])  # error: task-exception-never-retrieved
        loop.run_until_complete(waiting)
    finally:
        loop.close()


def case_run_until_complete_read():
    loop = asyncio.new_event_loop()
    tasks = [loop.create_task(measure(station)) for station in STATIONS]  # ok
    loop.run_until_complete(asyncio.wait(tasks))  # ok
    print([task.exception() for task in tasks])
    loop.close()


def case_run():
    async def main():
        await asyncio.wait([asyncio.create_task(measure())])  # error: task-exception-never-retrieved

    asyncio.run(main())


# Read on one path only.


async def case_read_in_one_branch(careful):
    tasks = [begin(station) for station in STATIONS]  # ok
    done, _ = await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    if careful:
        for task in done:
            print(task.exception())


async def case_early_return(impatient):
    tasks = [begin(station) for station in STATIONS]  # ok
    done, pending = await asyncio.wait(tasks)  # error: task-exception-never-retrieved
    if impatient:
        return None
    return [task.exception() for task in done]


async def case_overwritten():
    done, _ = await asyncio.wait([begin("north")])  # error: task-exception-never-retrieved
    done, _ = await asyncio.wait([begin("south")])  # ok
    for task in done:
        print(task.exception())


async def case_one_wait_of_two():
    north, south = [begin("north")], [begin("south")]  # ok
    await asyncio.wait(north)  # error: task-exception-never-retrieved
    await asyncio.wait(south)  # ok
    print(south[0].exception())


async def case_lists_of_a_defaultdict():
    by_region = defaultdict(list)
    for station in STATIONS:
        by_region[station[0]].append(begin(station))  # ok
    for tasks in by_region.values():
        await asyncio.wait(tasks)  # error: task-exception-never-retrieved


async def case_stepwise():
    pending = {begin(station) for station in STATIONS}  # ok
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)  # error: task-exception-never-retrieved
        print(len(done), "more")


async def case_stepwise_read():
    pending = {begin(station) for station in STATIONS}  # ok
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)  # ok
        for task in done:
            print(task.exception())


# The tasks in other clothes.


async def case_keyword():
    tasks = [asyncio.create_task(measure(station)) for station in STATIONS]  # ok
    await asyncio.wait(fs=tasks, timeout=1)  # error: task-exception-never-retrieved


async def case_submodule():
    await asyncio.tasks.wait([asyncio.create_task(measure())])  # error: task-exception-never-retrieved


async def case_two_lists_added():
    first = [asyncio.create_task(measure("north"))]  # ok
    second = [asyncio.create_task(measure("south"))]  # ok
    await asyncio.wait(first + second)  # error: task-exception-never-retrieved


async def case_starred_into_a_set():
    tasks = [begin(station) for station in STATIONS]  # ok
    await asyncio.wait({*tasks})  # error: task-exception-never-retrieved


async def case_made_a_set_of():
    tasks = [begin(station) for station in STATIONS]  # ok
    await asyncio.wait(set(tasks), timeout=3)  # error: task-exception-never-retrieved


async def case_made_a_tuple_of():
    tasks = {station: begin(station) for station in STATIONS}  # ok
    await asyncio.wait(tuple(tasks.values()))  # error: task-exception-never-retrieved


async def case_mapped():
    await asyncio.wait(list(map(begin, STATIONS)))  # error: task-exception-never-retrieved


async def case_gather_waited_for():
    both = asyncio.gather(measure("north"), calibrate("south"))  # ok
    await asyncio.wait([both], timeout=1)  # error: task-exception-never-retrieved


def begin_all(stations):
    return [asyncio.create_task(measure(station)) for station in stations]  # ok: returned


async def case_list_of_a_helper():
    await asyncio.wait(begin_all(STATIONS))  # error: task-exception-never-retrieved; limit: a helper that returns tasks in a list may keep them too, as far as is known


async def case_list_of_a_helper_by_name():
    tasks = begin_all(STATIONS)  # ok
    done, pending = await asyncio.wait(tasks)  # error: task-exception-never-retrieved; limit: a helper that returns tasks in a list may keep them too, as far as is known
    print(len(done) + len(pending), "stations")


async def case_wait_that_is_a_task():
    tasks = [begin(station) for station in STATIONS]  # ok
    waiting = asyncio.create_task(asyncio.wait(tasks))  # error: task-exception-never-retrieved
    await waiting


async def case_shielded_wait():
    tasks = [begin(station) for station in STATIONS]  # ok
    await asyncio.shield(asyncio.wait(tasks))  # error: task-exception-never-retrieved


# Looked at in other ways.


async def case_compared_one_by_one():
    north, south = begin("north"), begin("south")  # ok
    done, _ = await asyncio.wait([north, south])  # error: task-exception-never-retrieved
    for task in done:
        print("north" if task is north else "south")


async def case_numbered():
    done, _ = await asyncio.wait([begin(station) for station in STATIONS])  # error: task-exception-never-retrieved
    for number, task in enumerate(done, 1):
        log.info("%d. %s", number, task)


async def case_formatted():
    done, pending = await asyncio.wait([begin(station) for station in STATIONS])  # error: task-exception-never-retrieved
    print(f"done: {done}, pending: {pending!r}")


async def case_deleted():
    done, pending = await asyncio.wait([begin("north")])  # error: task-exception-never-retrieved
    del done, pending


async def case_both_sets_only_gone_through():
    for tasks in await asyncio.wait([begin(station) for station in STATIONS]):  # error: task-exception-never-retrieved
        print(len(tasks))


async def case_sum_of_the_counts():
    total = 0
    for station in STATIONS:
        done, _ = await asyncio.wait({begin(station)}, timeout=1)  # error: task-exception-never-retrieved
        total += len(done)
    return total


async def case_break_before_the_reading(enough):
    for station in STATIONS:
        done, _ = await asyncio.wait({begin(station)}, timeout=1)  # error: task-exception-never-retrieved
        if enough:
            break
        print(done.pop().exception())


async def finished(short):
    done, _ = await asyncio.wait([begin("north")])  # error: task-exception-never-retrieved
    if short:
        return []
    return done


async def case_done_returned_on_one_path(short):
    print([task.exception() for task in await finished(short)])


async def case_wrong_tasks_read():
    north, south = begin("north"), asyncio.create_task(calibrate("south"))  # ok
    await asyncio.wait([north])  # error: task-exception-never-retrieved
    print(await south)


class Station:
    def __init__(self, name):
        self.name = name

    async def start(self):
        await asyncio.sleep(0)
        raise SensorError(self.name)

    async def test_twice(self):
        both = asyncio.create_task(self.start()), asyncio.create_task(self.start())  # ok
        done, pending = await asyncio.wait(both, return_when=asyncio.ALL_COMPLETED)  # error: task-exception-never-retrieved
        self.count = len(done)
        return not pending

    async def test_and_tell(self):
        both = asyncio.create_task(self.start()), asyncio.create_task(self.start())  # ok
        done, pending = await asyncio.wait(both, return_when=asyncio.ALL_COMPLETED)  # ok
        self.errors = [task.exception() for task in done]
        return not pending


async def case_station():
    station = Station("east")
    print(await station.test_twice(), await station.test_and_tell())
