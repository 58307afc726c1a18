"""Coroutines that are dropped, used and lost at the level of the module."""

import asyncio
import logging


async def load_timetable(line=1):
    return {line: "08:15"}


async def is_running():
    return True


logger = logging.getLogger(__name__)
stations = ["Hill", "Lake", "Mill"]

load_timetable()  # error: coroutine-never-awaited
asyncio.run(load_timetable())  # ok

is_running() and load_timetable(2)  # error: coroutine-never-awaited

if is_running():  # error: coroutine-never-awaited
    load_timetable(3)  # error: coroutine-never-awaited
else:
    asyncio.run(load_timetable(3))  # ok

if asyncio.run(is_running()):  # ok
    timetable = asyncio.run(load_timetable(4))  # ok

for station in stations:
    load_timetable(station)  # error: coroutine-never-awaited
    asyncio.run(load_timetable(station))  # ok

[load_timetable(station) for station in stations]  # error: coroutine-never-awaited
tables = [asyncio.run(load_timetable(station)) for station in stations]  # ok

print("running:", is_running())  # error: coroutine-never-awaited
print("running:", asyncio.run(is_running()))  # ok
logger.warning("the timetable is %s", load_timetable())  # error: coroutine-never-awaited
title = f"Timetable {load_timetable()}"  # error: coroutine-never-awaited
title = f"Timetable {asyncio.run(load_timetable())}"  # ok

try:
    load_timetable("late")  # error: coroutine-never-awaited
except ValueError:
    asyncio.run(load_timetable("later"))  # ok
finally:
    load_timetable("at last")  # error: coroutine-never-awaited

current = load_timetable(5)  # error: coroutine-never-awaited
current = asyncio.run(load_timetable(6))  # ok

spare = load_timetable(7)  # error: coroutine-never-awaited
del spare

kept = load_timetable(8)  # ok
asyncio.run(kept)  # ok

for number in range(3):
    latest = load_timetable(number)  # error: coroutine-never-awaited
asyncio.run(latest)  # ok

queue = [load_timetable(number) for number in range(2)]  # ok
for table in queue:
    asyncio.run(table)  # ok

# A global is for others, who may await it.
exported = load_timetable(9)  # ok
