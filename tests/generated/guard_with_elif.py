# ruff: noqa
# fmt: off
# CPython: nothing
async def program(a, b):
    if b:
        return 1
    elif a:
        return 1
    v6 = []
    v6.insert(0, work())
    if b:
        return 1
    await asyncio.gather(*v6)
