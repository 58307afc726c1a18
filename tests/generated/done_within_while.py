# ruff: noqa
# fmt: off
# CPython: 7 task-never-awaited
async def program(b):
    while b:
        b = False
        v2 = asyncio.create_task(work())
        print(v2.done())
