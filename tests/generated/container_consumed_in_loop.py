# ruff: noqa
# fmt: off
# CPython: 5 task-never-awaited
async def program(flags):
    v1 = (asyncio.create_task(work()),)
    for flag in flags:
        await asyncio.gather(*v1)
