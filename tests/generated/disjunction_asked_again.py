# ruff: noqa
# fmt: off
# CPython: 6 coroutine-never-awaited, 6 task-never-awaited, 8 coroutine-never-awaited, 9 coroutine-never-awaited
async def program(a, b):
    if b or a:
        v3, *v4 = [asyncio.create_task(work()), work(), asyncio.create_task(work())]
        if a:
            for job in asyncio.as_completed(v4):
                work()
    if b or a:
        await v3
