# ruff: noqa
# fmt: off
# CPython: 5 task-never-awaited
async def program():
    v1 = asyncio.shield(same(work()))
