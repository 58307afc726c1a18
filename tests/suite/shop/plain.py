"""An implementation of the same names without asyncio, but for one."""


def scan(code="123"):
    return code


async def label(code="123"):
    return code


def sound():
    return "boop"
