# ruff: noqa
# fmt: off
# CPython: nothing
async def program(b):
    if b:
        with contextlib.nullcontext():
            return None
    v = work()
    while True:
        if b:
            break
        keep(v)
        break
