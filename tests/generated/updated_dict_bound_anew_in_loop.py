# ruff: noqa
# fmt: off
# CPython: 8 coroutine-never-awaited, 9 coroutine-never-awaited
async def program(a):
    while True:
        if a:
            v2 = {}
            v2.update({'other': work()})
            v2 = work()
        break
