# ruff: noqa
# fmt: off
# CPython: nothing
async def program(a, b):
    if a or b:
        v1 = work()
    if a or b:
        await v1
