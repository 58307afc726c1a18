"""Coroutines that are dropped, used and lost in the bodies of classes."""

import asyncio
import enum
from dataclasses import dataclass


async def tide(port="north"):
    return len(port)


async def is_harbour(name):
    return bool(name)


def depth(metres):
    return metres


class Pier:
    tide()  # error: coroutine-never-awaited
    low = asyncio.run(tide())  # ok
    print(tide("east"))  # error: coroutine-never-awaited
    print(asyncio.run(tide("east")))  # ok
    length = depth(30)  # ok
    label = f"Pier {tide('west')}"  # error: coroutine-never-awaited
    sign = f"Pier {asyncio.run(tide('west'))}"  # ok

    if is_harbour("south"):  # error: coroutine-never-awaited
        lamps = 4
    if asyncio.run(is_harbour("south")):  # ok
        lamps = 5

    [tide(port) for port in ("a", "b")]  # error: coroutine-never-awaited
    levels = [asyncio.run(tide(port)) for port in ("a", "b")]  # ok

    class Crane:
        tide("crane")  # error: coroutine-never-awaited
        reach = asyncio.run(tide("crane"))  # ok


class Buoy:
    # The class keeps it: somebody may await it.
    reading = tide("buoy")  # ok

    async def read(self):
        return await type(self).reading  # ok


class Lock:
    level = tide("first gate")  # error: coroutine-never-awaited
    level = asyncio.run(tide("second gate"))  # ok

    passing = tide("gone")  # error: coroutine-never-awaited
    del passing


@dataclass
class Berth:
    tide("berth")  # error: coroutine-never-awaited
    number: int = 0
    depth: int = asyncio.run(tide("berth"))  # ok


class Signal(enum.Enum):
    tide("signal")  # error: coroutine-never-awaited
    RED = 1
    GREEN = asyncio.run(tide("signal"))  # ok


def make_class():
    class Local:
        tide("local")  # error: coroutine-never-awaited
        depth = asyncio.run(tide("local"))  # ok

    return Local


make_class()
asyncio.run(Buoy().read())  # ok
