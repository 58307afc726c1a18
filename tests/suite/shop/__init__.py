"""A little online shop: the package that the suite's `imported.py` imports from."""

from shop import payment
from shop.basket import Basket, checkout
from shop.basket import count_items as count
from shop.storage import *  # noqa: F403
from ._private.stockroom import restock as fill_up
from .clerk import Clerk as ShopAssistant

__version__ = "1.0"

close_shop = payment.settle
open_today = True


async def greet(name="customer"):
    return f"Good morning, {name}"


def jingle():
    return "ding dong"


def advertise(text="sale"):
    """Only passes on a coroutine."""
    return greet(text)
