"""The people behind the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .basket import Basket


class Clerk:
    name = "Ada"

    async def serve(self, basket: Basket | None = None):
        return basket

    async def make_basket(self) -> Basket:
        from .basket import Basket

        return Basket()

    def find_basket(self) -> Basket:
        from shop.basket import Basket

        return Basket()

    def smile(self):
        return ":-)"


async def call_clerk():
    return Clerk()
