# ruff: noqa
# fmt: off
# CPython: 6 task-exception-never-retrieved
async def program():
    (v5 := asyncio.create_task(fail()))
    await asyncio.wait([v5])
