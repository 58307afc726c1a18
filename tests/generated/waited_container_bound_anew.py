# ruff: noqa
# fmt: off
# CPython: 7 task-exception-never-retrieved
async def program():
    v1 = []
    v1.append(asyncio.create_task(fail()))
    await asyncio.wait(v1)
    v1 = work()
    await v1
