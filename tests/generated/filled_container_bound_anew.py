# ruff: noqa
# fmt: off
# CPython: 6 task-never-awaited
async def program():
    v1 = set()
    v1.add(asyncio.create_task(work()))
    v1 = None
