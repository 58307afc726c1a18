# ruff: noqa
# fmt: off
# CPython: nothing
async def program(a):
    if a:
        return 1
    else:
        await work()
    v = work()
    if a:
        return 1
    keep(v)
