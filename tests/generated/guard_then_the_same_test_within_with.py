# ruff: noqa
# fmt: off
# CPython: nothing
async def program(a):
    if a:
        return None
    async with contextlib.AsyncExitStack():
        if a:
            [v8, v9] = (asyncio.create_task(work()), work())
    return 1
