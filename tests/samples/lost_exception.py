"""Two tasks that are waited for, and an exception that nobody looks at."""

import asyncio


async def share(cakes, guests):
    return cakes / guests


async def serve():
    full_house = asyncio.create_task(share(12, 4))
    empty_house = asyncio.create_task(share(12, 0))
    await asyncio.wait([full_house, empty_house])


if __name__ == "__main__":
    asyncio.run(serve())
