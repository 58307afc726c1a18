# ruff: noqa
# fmt: off
# CPython: 5 task-never-awaited
async def program():
    asyncio.shield(CLERK.ready)
