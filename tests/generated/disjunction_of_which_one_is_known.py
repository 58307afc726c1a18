# ruff: noqa
# fmt: off
# CPython: nothing
async def program(a, b):
    if b:
        return 1
    if b or a:
        v1 = asyncio.create_task(work())
        if a:
            await v1
