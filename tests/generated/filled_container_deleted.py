# ruff: noqa
# fmt: off
# CPython: 6 coroutine-never-awaited
async def program():
    v1 = {}
    v1['key'] = work()
    del v1
