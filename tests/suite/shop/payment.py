"""Payment."""

import asyncio
import functools
from contextlib import asynccontextmanager


async def pay(amount):
    await asyncio.sleep(0)
    return amount


async def refund(amount):
    return -amount


def price_of(item):
    return len(item)


def blocking(function):
    @functools.wraps(function)
    def run(*args):
        return asyncio.run(function(*args))

    return run


@blocking
async def settle_now():
    return True


async def settle():
    return True


@asynccontextmanager
async def transaction():
    yield Ledger()


async def entries():
    yield 1
    yield 2


class Ledger:
    async def write(self, line):
        return line

    def read(self):
        return []


pay_ten = functools.partial(pay, 10)
price_of_ten = functools.partial(price_of, "tomatoes")
ledger = Ledger()
DEFAULT_LEDGERS = {"main": ledger}
