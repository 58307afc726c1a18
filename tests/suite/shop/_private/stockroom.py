"""What customers don't see."""


async def restock(item="flour"):
    return item


def count_stock():
    return 3
