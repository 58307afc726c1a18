# ruff: noqa
# fmt: off
# CPython: 6 coroutine-never-awaited, 8 coroutine-never-awaited
async def program(a, b):
    if b:
        work()
    elif a:
        v5 = work()
    else:
        return None
    if a:
        await work()
    else:
        v6 = work()
        if not b:
            return await v1
        else:
            await same(v6)
