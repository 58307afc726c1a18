# ruff: noqa
# fmt: off
# CPython: nothing
async def program(b):
    if b:
        try:
            v1 = work()
            return v1
        except KeyError:
            return None
    v2 = asyncio.create_task(work())
    if b:
        return 1
    await asyncio.gather(v2, return_exceptions=True)
