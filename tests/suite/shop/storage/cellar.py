"""The cellar."""

from ..payment import refund as give_back
from .shelf import Shelf as _Shelf


async def fetch_up(item="wine"):
    return item


def lock_cellar():
    return "locked"


class CellarShelf(_Shelf):
    async def dust(self):
        return "dusted"


async def return_bottle(price=1):
    return await give_back(price)


def _hidden():
    return None
