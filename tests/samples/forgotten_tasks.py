"""Two tasks that nobody waits for: the program ends before either has finished, without a word."""

import asyncio


async def wash():
    await asyncio.sleep(0.2)
    print("The cups are washed.")


async def dry():
    await asyncio.sleep(0.4)
    print("The cups are dry.")


async def clean_up():
    asyncio.create_task(wash())
    asyncio.create_task(dry())


if __name__ == "__main__":
    asyncio.run(clean_up())
