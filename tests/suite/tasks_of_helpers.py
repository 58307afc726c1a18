"""Tasks that helpers of other modules start, and coroutines of functions that are tried again."""

import asyncio

from shop import porter
from shop.porter import Porter, begin, either_way, start, start_and_keep, start_and_tell, start_by_name
from shop.porter import tried_again, tried_twice


async def errand(name="parcel"):
    await asyncio.sleep(3)
    return name


async def case_dropped():
    start(errand())  # error: task-never-awaited


async def case_of_module():
    porter.start(errand())  # error: task-never-awaited


async def case_by_name():
    start_by_name(errand(), name="letter")  # error: task-never-awaited


async def case_renamed():
    begin(errand())  # error: task-never-awaited


async def case_method():
    Porter().carry(errand())  # error: task-never-awaited


async def case_of_its_own():
    Porter().carry_up()  # error: task-never-awaited


async def case_unread_name():
    task = start(errand())  # error: task-never-awaited
    await asyncio.sleep(0)


async def case_awaited():
    await start(errand())


async def case_kept():
    start_and_keep(errand())  # ok: kept by the helper


async def case_told():
    start_and_tell(errand())  # ok: a callback has it


async def case_remembered():
    Porter().carry_and_remember(errand())  # ok: kept on the object


# Tried again: what the decorators return is the function's own coroutine, or one that runs it.


@tried_twice
async def knock(door="front"):
    await asyncio.sleep(0)
    return door


@tried_again((OSError, ValueError), times=3)
async def ring(door="front"):
    await asyncio.sleep(0)
    return door


@tried_twice
def call_up(door="front"):
    return errand(door)


@either_way
async def wave(door="front"):
    return door


async def case_tried_twice():
    knock()  # error: coroutine-never-awaited


async def case_tried_again():
    ring("back")  # error: coroutine-never-awaited


async def case_plain_tried_twice():
    call_up()  # error: coroutine-never-awaited


async def case_tried_and_awaited():
    await knock()
    await ring()
    await call_up()


async def case_either_way():
    wave(wait=False)  # ok: nobody knows


# Hands out what its like makes, or a future of its own.


class Door:
    def __init__(self, house):
        self._house = house

    def open(self, key):
        if key is None:
            refused = asyncio.get_running_loop().create_future()
            refused.set_result("no key")
            return refused
        return self._house.open(key)

    def shut(self):
        return self._house.shut()

    def lock(self, key):
        if key is None:
            return None
        return self._house.lock(key)


class House:
    async def open(self, key):
        return key

    def shut(self):
        return "shut"

    def lock(self, key):
        return key


async def case_open():
    Door(House()).open("key")  # error: coroutine-never-awaited


async def case_shut():
    Door(House()).shut()  # ok: nobody knows
    Door(House()).lock("key")  # ok: nobody knows


async def case_opened():
    await Door(House()).open("key")
    await Door(House()).open(None)
