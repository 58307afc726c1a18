# ruff: noqa
# fmt: off
# CPython: nothing
async def program(b):
    if b:
        print(1)
    else:
        return None
    v = asyncio.create_task(work())
    if not b:
        v = work()
    await v
