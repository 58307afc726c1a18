"""For `from shop.star import *`: no __all__."""


async def wrap_gift(what="box"):
    return what


async def _wrap_secretly():
    return None


def tie_ribbon():
    return "red"
