"""Coroutines of imported functions and classes, under every name that an import can give them."""

from __future__ import annotations

import asyncio
import functools
import importlib
import sys
from typing import TYPE_CHECKING, Any

import shop
import shop.payment
import shop.storage.cellar
import shop.storage.cellar as downstairs
import shop.storage.shelf, shop._private.stockroom  # noqa: E401
from asyncio import sleep as doze
from shop import Basket, ShopAssistant, checkout, close_shop, count, fill_up, greet, jingle
from shop import fetch_up, lock_cellar
from shop import payment as money
from shop.basket import Basket as Bag
from shop.clerk import call_clerk
from shop.payment import (
    DEFAULT_LEDGERS,
    Ledger,
    blocking,
    entries,
    ledger,
    pay_ten,
    price_of,
    price_of_ten,
    settle_now,
    transaction,
)
from shop.payment import pay as give
from shop.star import *  # noqa: F403
from shop.storage import Shelf
from shop.storage.cellar import CellarShelf

if TYPE_CHECKING:
    from shop.clerk import Clerk
    from shop.storage.shelf import Shelf as TypedShelf

try:
    from shop.quick import label as print_label
except ImportError:
    from shop.plain import label as print_label

try:
    from shop.turbo import scan
except ImportError:
    from shop.plain import scan

try:
    from shop.turbo import sound
except ImportError:
    sound = None

try:
    import shop.turbo as scanner
except ImportError:
    import shop.quick as scanner

try:
    from shop import quick as optional
except ImportError:
    optional = None

if sys.version_info >= (3, 8):
    from shop.quick import scan as versioned_scan
else:
    from shop.plain import scan as versioned_scan


# import a, import a.b, import a.b as c


async def case_import_of_package():
    shop.greet()  # error: coroutine-never-awaited
    shop.jingle()  # ok
    print(await shop.greet("Tom"))  # ok


async def case_import_of_module():
    shop.payment.pay(3)  # error: coroutine-never-awaited
    shop.payment.price_of("plums")  # ok
    await shop.payment.pay(3)  # ok


async def case_import_of_deep_module():
    shop.storage.cellar.fetch_up("cider")  # error: coroutine-never-awaited
    shop.storage.cellar.lock_cellar()  # ok
    await shop.storage.cellar.fetch_up("cider")  # ok


async def case_import_as():
    downstairs.fetch_up()  # error: coroutine-never-awaited
    print(downstairs.return_bottle(2))  # error: coroutine-never-awaited
    downstairs.lock_cellar()  # ok
    await downstairs.return_bottle(2)  # ok


async def case_import_of_two_modules():
    shop.storage.shelf.Shelf().put("jam")  # error: coroutine-never-awaited
    shop._private.stockroom.restock()  # error: coroutine-never-awaited
    shop._private.stockroom.count_stock()  # ok
    await shop._private.stockroom.restock()  # ok


async def case_from_import_of_module_as():
    money.pay(2)  # error: coroutine-never-awaited
    print(f"paid {money.pay(2)} for {money.price_of('plums')}")  # error: coroutine-never-awaited
    print(f"paid {await money.pay(2)} for {money.price_of('plums')}")  # ok


# from a import b, from a import b as c


async def case_from_import():
    greet("Tom")  # error: coroutine-never-awaited
    jingle()  # ok
    await greet("Tom")  # ok


async def case_from_import_as():
    give(3)  # error: coroutine-never-awaited
    price_of("plums")  # ok
    await give(3)  # ok


async def case_standard_library_as():
    doze(0)  # error: coroutine-never-awaited
    await doze(0)  # ok


async def case_imported_partial():
    pay_ten()  # error: coroutine-never-awaited
    price_of_ten()  # ok
    await pay_ten()  # ok


async def case_imported_object():
    ledger.write("ten")  # error: coroutine-never-awaited
    ledger.read()  # ok
    await ledger.write("ten")  # ok


async def case_imported_dict():
    DEFAULT_LEDGERS["main"].write("ten")  # error: coroutine-never-awaited
    await DEFAULT_LEDGERS["main"].write("ten")  # ok


def case_imported_function_made_sync():
    settle_now()  # ok
    print(settle_now())  # ok


def case_imported_decorator():
    @blocking
    async def close():
        return "closed"

    close()  # ok
    print(f"{close()}")  # ok


async def case_imported_context_manager():
    transaction()  # ok
    print(transaction())  # ok
    async with transaction() as book:  # ok
        book.write("ten")  # error: coroutine-never-awaited
        await book.write("ten")  # ok


async def case_imported_generator():
    entries()  # ok
    print([entry async for entry in entries()])  # ok


# Re-exported


async def case_re_exported_class():
    basket = Basket()
    basket.add("jam")  # error: coroutine-never-awaited
    basket.total()  # ok
    await basket.add("jam")  # ok


async def case_re_exported_function():
    basket = Basket()
    checkout(basket)  # error: coroutine-never-awaited
    if checkout(basket):  # error: coroutine-never-awaited
        print("paid")
    print(await checkout(basket), count(basket))  # ok


async def case_re_exported_under_another_name():
    fill_up("sugar")  # error: coroutine-never-awaited
    await fill_up("sugar")  # ok
    ShopAssistant().serve()  # error: coroutine-never-awaited
    ShopAssistant().smile()  # ok


async def case_re_exported_by_star():
    fetch_up("wine")  # error: coroutine-never-awaited
    lock_cellar()  # ok
    shop.fetch_up("wine")  # error: coroutine-never-awaited
    await shop.fetch_up("wine")  # ok


async def case_re_exported_by_assignment():
    close_shop()  # error: coroutine-never-awaited
    await close_shop()  # ok


async def case_re_exported_module():
    shop.payment.refund(1)  # error: coroutine-never-awaited
    await shop.payment.refund(1)  # ok


async def case_function_that_passes_a_coroutine_on():
    shop.advertise("all must go")  # error: coroutine-never-awaited
    print(await shop.advertise("all must go"))  # ok


async def case_class_under_two_names():
    Bag().empty()  # error: coroutine-never-awaited
    await Bag().empty()  # ok
    bag = await Bag.of("jam", "tea")  # ok
    bag.empty()  # error: coroutine-never-awaited
    print(bag.total())  # ok


async def case_class_method_of_imported_class():
    Basket.of("jam")  # error: coroutine-never-awaited
    await Basket.of("jam")  # ok


async def case_attribute_of_imported_object():
    basket = Basket()
    basket.shelf.take("jam")  # error: coroutine-never-awaited
    basket.shelf.size()  # ok
    await basket.shelf.take("jam")  # ok


async def case_imported_base_class():
    shelf = CellarShelf()
    shelf.take("wine")  # error: coroutine-never-awaited
    shelf.dust()  # error: coroutine-never-awaited
    shelf.size()  # ok
    await shelf.dust()  # ok


async def case_own_subclass_of_imported_class():
    class Fridge(Shelf):
        async def take(self, item):
            super().put(item)  # error: coroutine-never-awaited
            return await super().take(item)  # ok

        def put(self, item):
            return item

    fridge = Fridge()
    fridge.put("milk")  # ok
    fridge.take("milk")  # error: coroutine-never-awaited
    await fridge.take("milk")  # ok


async def case_results_of_imported_functions():
    clerk = await call_clerk()  # ok
    clerk.serve()  # error: coroutine-never-awaited
    clerk.smile()  # ok
    basket = await clerk.make_basket()  # ok
    basket.add("jam")  # error: coroutine-never-awaited
    await basket.add("jam")  # ok


async def case_annotation_under_type_checking_in_the_package():
    basket = ShopAssistant().find_basket()
    basket.empty()  # error: coroutine-never-awaited
    basket.total()  # ok
    await basket.empty()  # ok


# Star


async def case_star():
    wrap_gift()  # error: coroutine-never-awaited
    await wrap_gift()  # ok


async def case_star_import():
    print(wrap_gift("ring"))  # error: coroutine-never-awaited
    tie_ribbon()  # ok


# TYPE_CHECKING


async def case_type_checking():
    async def ask(clerk: Clerk):
        clerk.serve()  # error: coroutine-never-awaited
        clerk.smile()  # ok
        await clerk.serve()  # ok

    await ask(ShopAssistant())  # ok


async def case_type_checking_alias():
    async def fill(shelf: TypedShelf, more: "list[TypedShelf]"):
        shelf.put("jam")  # error: coroutine-never-awaited
        shelf.size()  # ok
        for other in more:
            other.put("tea")  # error: coroutine-never-awaited
            await other.put("tea")  # ok

    await fill(Shelf(), [Shelf()])  # ok


async def case_type_checking_optional():
    async def ask(clerk: Clerk | None, anybody: Any):
        if clerk is None:
            return
        clerk.serve()  # error: coroutine-never-awaited
        anybody.serve()  # ok
        await clerk.serve()  # ok

    class Robot:
        def serve(self):
            return "beep"

    await ask(ShopAssistant(), Robot())  # ok


# Conditional


async def case_fallback_both_async():
    print_label("7")  # error: coroutine-never-awaited
    await print_label("7")  # ok


async def case_fallback_one_is_there_and_sync():
    scan("7")  # ok
    print(scan("7"))  # ok


async def case_fallback_none():
    if sound is not None:
        sound()  # ok


async def case_fallback_module():
    scanner.label("7")  # error: coroutine-never-awaited
    scanner.sound()  # ok
    await scanner.label("7")  # ok


async def case_optional_module():
    if optional is not None:
        optional.scan("7")  # error: coroutine-never-awaited
        optional.sound()  # ok
        await optional.scan("7")  # ok


async def case_by_python_version():
    await versioned_scan("7")  # ok


async def case_local_fallback_of_either_kind():
    try:
        from shop.quick import scan as read_code
    except ImportError:
        from shop.plain import scan as read_code
    answer = read_code("7")  # ok
    print(await answer if asyncio.iscoroutine(answer) else answer)  # ok


async def case_local_choice_of_module(fast):
    if fast:
        from shop import quick as reader
    else:
        from shop import plain as reader
    reader.label("7")  # error: coroutine-never-awaited
    reader.sound()  # ok
    await reader.label("7")  # ok
    answer = reader.scan("7")  # ok
    print(await answer if asyncio.iscoroutine(answer) else answer)  # ok


# Local imports, imports by name, shadowed names


async def case_local_import():
    from shop.payment import pay, price_of as price

    pay(price("plums"))  # error: coroutine-never-awaited
    await pay(price("plums"))  # ok


async def case_local_import_of_module():
    import shop.quick

    shop.quick.scan()  # error: coroutine-never-awaited
    shop.quick.sound()  # ok
    await shop.quick.scan()  # ok


async def case_local_import_hides_global():
    from shop.plain import scan as greet

    greet("7")  # ok
    print(greet("7"))  # ok


async def case_parameter_hides_import():
    def announce(greet):
        greet("Tom")  # ok
        return greet("Ann")  # ok

    announce(print)  # ok


async def case_local_name_hides_import():
    give = len
    give("plums")  # ok
    print(give("plums"))  # ok


async def case_import_by_name(private):
    module = importlib.import_module("shop.plain" if private else "shop._private.stockroom")
    if private:
        module.scan("7")  # ok
    else:
        module.count_stock()  # ok


async def case_alias_of_imported():
    say_hello = shop.greet
    say_hello("Tom")  # error: coroutine-never-awaited
    fetch = downstairs.fetch_up
    print(fetch())  # error: coroutine-never-awaited
    await say_hello("Tom")  # ok
    await fetch()  # ok


async def case_module_alias():
    till = shop.payment
    till.pay(1)  # error: coroutine-never-awaited
    till.price_of("jam")  # ok
    await till.pay(1)  # ok


async def case_partial_of_imported():
    pay_five = functools.partial(shop.payment.pay, 5)
    pay_five()  # error: coroutine-never-awaited
    await pay_five()  # ok


async def case_imported_type_in_container():
    ledgers: dict[str, Ledger] = {"a": Ledger(), "b": money.Ledger()}
    for name, book in ledgers.items():
        book.write(name)  # error: coroutine-never-awaited
        book.read()  # ok
    await asyncio.gather(*(book.write("x") for book in ledgers.values()))  # ok
