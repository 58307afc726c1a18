"""Baskets: what customers carry."""

from __future__ import annotations

from . import payment
from .storage.shelf import Shelf


class Basket:
    def __init__(self, shelf: Shelf | None = None):
        self.shelf = shelf or Shelf()
        self.items: list[str] = []

    async def add(self, item):
        self.items.append(await self.shelf.take(item))

    async def empty(self):
        self.items.clear()

    def total(self):
        return len(self.items)

    @classmethod
    async def of(cls, *items):
        basket = cls()
        for item in items:
            await basket.add(item)
        return basket


async def checkout(basket):
    return await payment.pay(basket.total())


def count_items(basket):
    return len(basket.items)
