"""An implementation that is there."""

import asyncio


async def scan(code="123"):
    await asyncio.sleep(0)
    return code


async def label(code="123"):
    return code


def sound():
    return "beep"
