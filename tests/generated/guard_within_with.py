# ruff: noqa
# fmt: off
# CPython: nothing
async def program(a):
    with contextlib.nullcontext():
        if a:
            return None
    v2, v3 = asyncio.create_task(work()), work()
    if a:
        return 1
    print(await v2, await v3)
