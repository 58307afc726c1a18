# ruff: noqa
# fmt: off
# CPython: 6 task-never-awaited, 7 task-never-awaited
async def program():
    v1 = {}
    v1[1] = asyncio.create_task(work())
    v2 = asyncio.create_task(work())
    v1, v2 = v2, v1
