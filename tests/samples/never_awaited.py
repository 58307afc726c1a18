"""A coroutine that nobody awaits: Python prints the object, and a warning."""


async def brew(kind):
    return f"a cup of {kind}"


if __name__ == "__main__":
    print(brew("green tea"))
