"""What awaited tasks, gathers and timeouts give, and what is done with that; in a parcel service."""

from __future__ import annotations

import asyncio
from asyncio import create_task, gather, wait_for
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


class Parcel:
    def __init__(self, number=1):
        self.number = number
        self.weight = 2.5

    async def weigh(self):
        await asyncio.sleep(0)
        return self.weight

    async def send(self, to="Oslo"):
        return f"{self.number} to {to}"

    async def is_lost(self):
        return False

    def label(self):
        return f"#{self.number}"


class Letter:
    """Has methods of the same names, and they are plain ones."""

    def weigh(self):
        return 0.1

    def send(self, to="Oslo"):
        return f"letter to {to}"

    def is_lost(self):
        return False


class Van:
    def __init__(self):
        self.parcels = [Parcel(1), Parcel(2)]
        self.loaded = None

    async def load(self) -> Parcel:
        return self.parcels[0]

    async def unload(self):
        return Parcel(3)

    async def all(self) -> list[Parcel]:
        return self.parcels

    async def start(self):
        self.loaded = asyncio.create_task(self.load())
        parcel = await self.loaded  # ok
        parcel.weigh()  # error: coroutine-never-awaited
        return await parcel.weigh()  # ok


async def pick_up(number=1) -> Parcel:
    await asyncio.sleep(0)
    return Parcel(number)


async def find(number=1):
    await asyncio.sleep(0)
    return Parcel(number)


async def find_letter(number=1) -> Letter:
    await asyncio.sleep(0)
    return Letter()


async def find_any(number=1) -> Parcel | Letter:
    await asyncio.sleep(0)
    return Letter() if number else Parcel()


async def find_all() -> list[Parcel]:
    await asyncio.sleep(0)
    return [Parcel(1), Parcel(2)]


async def find_pair() -> tuple[Parcel, Letter]:
    return Parcel(), Letter()


async def find_by_name() -> dict[str, Parcel]:
    return {"red": Parcel(1)}


async def count() -> int:
    await asyncio.sleep(0)
    return 3


async def case_task_of_annotated():
    task = asyncio.create_task(pick_up())  # ok
    parcel = await task  # ok
    parcel.weigh()  # error: coroutine-never-awaited
    print(parcel.send())  # error: coroutine-never-awaited
    await parcel.weigh()  # ok
    parcel.label()  # ok


async def case_task_of_unannotated():
    task = asyncio.create_task(find())  # ok
    parcel = await task  # ok
    if parcel.is_lost():  # error: coroutine-never-awaited
        return
    print(await parcel.weigh())  # ok


async def case_task_result():
    task = create_task(pick_up())  # ok
    await task  # ok
    task.result().weigh()  # error: coroutine-never-awaited
    parcel = task.result()  # ok
    weight = parcel.weigh() * 2  # error: coroutine-never-awaited
    await parcel.send()  # ok
    return weight


async def case_task_of_letter():
    letter = await asyncio.create_task(find_letter())  # ok
    letter.weigh()  # ok
    print(letter.send(), letter.is_lost())  # ok


async def case_task_of_either():
    thing = await asyncio.create_task(find_any())  # ok
    thing.weigh()  # ok
    print(thing.send())  # ok


async def case_ensured():
    task = asyncio.ensure_future(pick_up())  # ok
    parcel = await task  # ok
    parcel.send()  # error: coroutine-never-awaited


async def case_task_of_loop():
    loop = asyncio.get_running_loop()
    task = loop.create_task(pick_up())  # ok
    parcel = await task  # ok
    parcel.send()  # error: coroutine-never-awaited
    await parcel.send()  # ok


async def case_awaited_at_once():
    parcel = await asyncio.create_task(pick_up())  # ok
    parcel.send()  # error: coroutine-never-awaited
    (await asyncio.create_task(pick_up())).send()  # error: coroutine-never-awaited


async def case_shielded():
    parcel = await asyncio.shield(pick_up())  # ok
    parcel.send()  # error: coroutine-never-awaited


async def case_shielded_task():
    task = asyncio.create_task(find())  # ok
    parcel = await asyncio.shield(task)  # ok
    parcel.send()  # error: coroutine-never-awaited


async def case_timed_out():
    parcel = await asyncio.wait_for(pick_up(), 1)  # ok
    parcel.send()  # error: coroutine-never-awaited
    parcel = await wait_for(find(), timeout=1)  # ok
    parcel.weigh()  # error: coroutine-never-awaited
    letter = await wait_for(find_letter(), timeout=1)  # ok
    letter.send()  # ok


async def case_timed_out_task():
    task = asyncio.create_task(pick_up())  # ok
    try:
        parcel = await asyncio.wait_for(task, timeout=1)  # ok
    except asyncio.TimeoutError:
        return
    parcel.send()  # error: coroutine-never-awaited


async def case_gathered_pair():
    first, second = await asyncio.gather(pick_up(1), find(2))  # ok
    first.send()  # error: coroutine-never-awaited
    second.send()  # error: coroutine-never-awaited
    await first.weigh()  # ok


async def case_gathered_mixed():
    parcel, letter, number = await gather(pick_up(), find_letter(), count())  # ok
    parcel.weigh()  # error: coroutine-never-awaited
    letter.weigh()  # ok
    print(number, letter.send())  # ok
    await parcel.send()  # ok


async def case_gathered_list():
    parcels = await asyncio.gather(*[pick_up(number) for number in range(2)])  # ok
    for parcel in parcels:
        parcel.send()  # error: coroutine-never-awaited
    print([parcel.weigh() for parcel in parcels])  # error: coroutine-never-awaited
    print(parcels[0].weigh())  # error: coroutine-never-awaited
    await asyncio.gather(*(parcel.weigh() for parcel in parcels))  # ok


async def case_gathered_generator():
    parcels = await asyncio.gather(*(find(number) for number in range(2)))  # ok
    parcels[0].send()  # error: coroutine-never-awaited


async def case_gathered_tasks():
    tasks = [asyncio.create_task(pick_up(number)) for number in range(2)]  # ok
    parcels = await asyncio.gather(*tasks)  # ok
    parcels[0].send()  # error: coroutine-never-awaited
    for parcel in await asyncio.gather(*map(pick_up, range(2))):  # ok
        await parcel.send()  # ok


async def case_gathered_with_exceptions():
    parcels = await asyncio.gather(pick_up(), find(), return_exceptions=True)  # ok
    for parcel in parcels:
        if not isinstance(parcel, BaseException):
            print(await parcel.weigh())  # ok


async def case_gathered_letters():
    letters = await asyncio.gather(*[find_letter(number) for number in range(2)])  # ok
    for letter in letters:
        letter.send()  # ok
    print([letter.weigh() for letter in letters])  # ok


async def case_tasks_in_a_dict():
    tasks = {number: asyncio.create_task(pick_up(number)) for number in range(2)}  # ok
    for task in tasks.values():
        parcel = await task  # ok
        parcel.send()  # error: coroutine-never-awaited


async def case_tasks_in_a_list():
    tasks = [asyncio.create_task(pick_up(number)) for number in range(2)]  # ok
    for task in tasks:
        parcel = await task  # ok
        parcel.send()  # error: coroutine-never-awaited
    await asyncio.gather(*[(await task).send() for task in tasks])  # ok


async def case_appended_tasks():
    tasks = []
    for number in range(2):
        tasks.append(asyncio.create_task(pick_up(number)))  # ok
    parcels = await asyncio.gather(*tasks)  # ok
    for parcel in parcels:
        print(await parcel.weigh())  # ok


async def case_done_tasks():
    tasks = [asyncio.create_task(pick_up(number)) for number in range(2)]  # ok
    done, _ = await asyncio.wait(tasks)  # ok
    for task in done:
        task.result().send()  # error: coroutine-never-awaited
    for task in done:
        await task.result().send()  # ok


async def case_as_completed():
    for next_one in asyncio.as_completed([pick_up(1), pick_up(2)]):  # ok
        parcel = await next_one  # ok
        parcel.send()  # error: coroutine-never-awaited
        await parcel.send()  # ok


async def case_list_awaited():
    parcels = await find_all()  # ok
    parcels[0].send()  # error: coroutine-never-awaited
    for parcel in parcels:
        parcel.weigh()  # error: coroutine-never-awaited
    for number, parcel in enumerate(parcels):
        print(number, parcel.weigh())  # error: coroutine-never-awaited
    total = sum(parcel.weigh() for parcel in parcels)  # error: coroutine-never-awaited
    return total


async def case_list_awaited_through_task():
    parcels = await asyncio.create_task(find_all())  # ok
    for parcel in parcels:
        parcel.weigh()  # error: coroutine-never-awaited
    heavy = [parcel for parcel in parcels if parcel.is_lost()]  # error: coroutine-never-awaited
    return heavy


async def case_pair_awaited():
    parcel, letter = await find_pair()  # ok
    parcel.send()  # error: coroutine-never-awaited
    letter.send()  # ok


async def case_pair_awaited_through_timeout():
    parcel, letter = await asyncio.wait_for(find_pair(), 1)  # ok
    parcel.send()  # error: coroutine-never-awaited
    letter.send()  # ok


async def case_dict_awaited():
    by_name = await find_by_name()  # ok
    by_name["red"].send()  # error: coroutine-never-awaited
    for name, parcel in by_name.items():
        print(name, parcel.weigh())  # error: coroutine-never-awaited
    for parcel in by_name.values():
        parcel.send()  # error: coroutine-never-awaited
    await by_name["red"].send()  # ok


async def case_condition_of_comprehension():
    parcels = [Parcel(number) for number in range(3)]
    lost = [parcel for parcel in parcels if parcel.is_lost()]  # error: coroutine-never-awaited
    found = [parcel for parcel in parcels if not await parcel.is_lost()]  # ok
    names = {parcel.label() for parcel in parcels if parcel.label()}  # ok
    return lost, found, names


async def case_condition_of_generator():
    parcels = [Parcel(number) for number in range(3)]
    print(any(parcel.is_lost() for parcel in parcels))  # error: coroutine-never-awaited
    first = next((parcel for parcel in parcels if parcel.is_lost()), None)  # error: coroutine-never-awaited
    heavy = {parcel.number: parcel for parcel in parcels if parcel.weigh() > 2}  # error: coroutine-never-awaited
    return first, heavy


async def case_condition_over_letters():
    letters = [Letter() for _ in range(3)]
    lost = [letter for letter in letters if letter.is_lost()]  # ok
    heavy = {letter: letter.weigh() for letter in letters if letter.weigh() > 2}  # ok
    return lost, heavy


async def case_elements_of_dict_comprehension():
    parcels = {number: Parcel(number) for number in range(3)}
    parcels[1].send()  # error: coroutine-never-awaited
    for parcel in parcels.values():
        parcel.weigh()  # error: coroutine-never-awaited
        await parcel.weigh()  # ok


async def case_elements_of_a_filter():
    parcels = [Parcel(number) for number in range(3)]
    kept = [parcel for parcel in parcels if parcel.number]
    kept[0].send()  # error: coroutine-never-awaited
    for parcel in sorted(parcels, key=lambda parcel: parcel.number):
        parcel.send()  # error: coroutine-never-awaited
    for parcel in reversed(parcels):
        await parcel.send()  # ok


async def case_elements_of_pairs():
    pairs = [(number, Parcel(number)) for number in range(3)]
    for _, parcel in pairs:
        parcel.send()  # error: coroutine-never-awaited
    for number, parcel in zip(range(3), [Parcel(1), Parcel(2)]):
        print(number, parcel.weigh())  # error: coroutine-never-awaited


async def case_method_of_van():
    van = Van()
    parcel = await van.load()  # ok
    parcel.send()  # error: coroutine-never-awaited
    other = await van.unload()  # ok
    other.send()  # error: coroutine-never-awaited
    task = asyncio.create_task(van.unload())  # ok
    third = await task  # ok
    third.send()  # error: coroutine-never-awaited
    for each in await van.all():  # ok
        each.send()  # error: coroutine-never-awaited
    await van.start()  # ok


async def case_attribute_of_what_is_missing():
    print(pick_up().number)  # error: coroutine-never-awaited


async def case_bound_attribute_of_what_is_missing():
    weight = find().weight  # error: coroutine-never-awaited
    return weight


async def case_attribute_of_what_is_there():
    print((await pick_up()).number)  # ok
    weight = (await find()).weight  # ok
    return weight


async def case_method_of_what_is_missing():
    pick_up().label()  # error: coroutine-never-awaited


async def case_method_of_what_is_missing_twice(first):
    if first:
        find().label()  # error: coroutine-never-awaited
    await (await find()).send()  # ok
    return find_by_name().get("red")  # error: coroutine-never-awaited


async def case_index_of_what_is_missing():
    print(find_all()[0].label())  # error: coroutine-never-awaited


@dataclass
class Depot:
    parcels: list[Parcel] = field(default_factory=lambda: [Parcel(1)])
    by_name: dict[str, Parcel] = field(default_factory=lambda: {"red": Parcel(1)})
    task: asyncio.Task[Parcel] | None = None

    async def take(self):
        return self.parcels[0]

    async def close(self):
        for parcel in self.parcels:
            parcel.send()  # error: coroutine-never-awaited
        for parcel in self.by_name.values():
            parcel.send()  # error: coroutine-never-awaited
        if self.task is not None:
            parcel = await self.task  # ok
            parcel.send()  # error: coroutine-never-awaited
            await parcel.send()  # ok


    async def is_empty(self):
        return not all(parcel.is_lost() for parcel in self.parcels)  # error: coroutine-never-awaited


async def case_depot():
    depot = Depot()
    depot.task = asyncio.create_task(pick_up())  # ok
    await depot.close()  # ok
    await depot.is_empty()  # ok


async def case_depot_nothing_lost():
    depot = Depot()
    parcel = await depot.take()  # ok
    parcel.weigh()  # error: coroutine-never-awaited
    first = depot.parcels[0]
    first.weigh()  # error: coroutine-never-awaited
    depot.by_name["red"].weigh()  # error: coroutine-never-awaited
    await depot.by_name["red"].weigh()  # ok


async def stream() -> AsyncIterator[Parcel]:
    for number in range(2):
        yield Parcel(number)


async def case_streamed():
    async for parcel in stream():  # ok
        parcel.send()  # error: coroutine-never-awaited
        await parcel.send()  # ok
    parcels = [parcel async for parcel in stream()]  # ok
    parcels[0].send()  # error: coroutine-never-awaited


async def case_queue_of_parcels():
    queue: asyncio.Queue[Parcel] = asyncio.Queue()
    await queue.put(Parcel())  # ok
    queue.put(Parcel())  # error: coroutine-never-awaited
    parcel = await queue.get()  # ok
    parcel.send()  # error: coroutine-never-awaited
    queue.put_nowait(parcel)  # ok
    other = queue.get_nowait()
    print(await other.weigh())  # ok


async def case_future_of_parcel():
    future: asyncio.Future[Parcel] = asyncio.get_running_loop().create_future()  # ok
    future.set_result(Parcel())  # ok
    parcel = await future  # ok
    parcel.send()  # error: coroutine-never-awaited
    await parcel.send()  # ok


async def case_run_in_executor_result():
    loop = asyncio.get_running_loop()
    parcel = await loop.run_in_executor(None, Parcel, 3)  # ok
    print(parcel.label())  # ok
    parcel = await asyncio.to_thread(Parcel, 3)  # ok
    parcel.send()  # error: coroutine-never-awaited
    await parcel.send()  # ok
