# ruff: noqa
# fmt: off
# CPython: nothing
async def program(a, b):
    if b:
        if a:
            return 1
    v4 = work()
    while True:
        if b and a:
            break
        await asyncio.gather(v4)
        break
