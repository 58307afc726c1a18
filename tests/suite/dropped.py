"""Coroutines that are dropped where they are made: bare calls, in ternaries, `and`/`or`, displays and comprehensions."""

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field


async def bake(bread="rye", minutes=1):
    return f"{bread} for {minutes} min"


async def sell(bread):
    return len(bread)


async def heat_oven(degrees=220):
    return degrees


def weigh(grams):
    return grams / 1000


async def batches(count):
    for number in range(count):
        yield number


@dataclass
class Bakery:
    name: str
    shelf: list = field(default_factory=list)

    async def open(self):
        return self.name

    async def restock(self, bread):
        self.shelf.append(bread)

    @staticmethod
    async def sweep():
        return "clean"

    @classmethod
    async def founded(cls):
        return cls.__name__

    def close_shop(self):
        self.sweep()  # error: coroutine-never-awaited
        self.shelf.clear()

    async def morning(self):
        await self.open()  # ok
        self.restock("roll")  # error: coroutine-never-awaited
        await self.restock("bun")  # ok
        return self

    async def evening(self):
        await self.sweep()  # ok
        Bakery.founded()  # error: coroutine-never-awaited
        return await Bakery.founded()  # ok

    def delivery(self):
        return self.restock("delivered")  # ok

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return False

    async def __aenter__(self):
        await self.open()  # ok
        return self

    async def __aexit__(self, *details):
        await self.sweep()  # ok


# Bare calls


async def case_bare_call():
    bake()  # error: coroutine-never-awaited
    await bake()  # ok
    weigh(500)


def case_bare_call_in_a_plain_function():
    bake("baguette")  # error: coroutine-never-awaited
    asyncio.run(bake("baguette"))  # ok


async def case_bare_call_of_a_standard_function():
    asyncio.sleep(0)  # error: coroutine-never-awaited
    await asyncio.sleep(0)  # ok


async def case_bare_call_as_the_last_line():
    oven = await heat_oven()  # ok
    print(oven)
    heat_oven(oven + 10)  # error: coroutine-never-awaited


async def case_argument_awaited_call_not():
    sell(await bake("bun"))  # error: coroutine-never-awaited
    await sell(await bake("bun"))  # ok


async def case_in_a_branch(fresh):
    if fresh:
        bake("roll", 2)  # error: coroutine-never-awaited
    else:
        await bake("roll", 1)  # ok


async def case_in_elif(fresh, warm):
    if fresh:
        await sell("roll")  # ok
    elif warm:
        sell("warm roll")  # error: coroutine-never-awaited
    else:
        await bake("roll")  # ok


async def case_in_a_for_loop():
    for bread in ("rye", "wheat"):
        bake(bread)  # error: coroutine-never-awaited
    for bread in ("rye", "wheat"):
        await bake(bread)  # ok


async def case_in_a_while_loop():
    left = 2
    while left:
        left -= 1
        sell("pretzel")  # error: coroutine-never-awaited
        await sell("pretzel")  # ok
    else:
        heat_oven(0)  # error: coroutine-never-awaited


async def case_in_an_async_loop():
    async for number in batches(2):  # ok
        bake(minutes=number)  # error: coroutine-never-awaited
        await bake(minutes=number)  # ok


async def case_in_with_blocks():
    with contextlib.suppress(ValueError), Bakery("Crumb"):
        bake("crumble")  # error: coroutine-never-awaited
        await bake("crumble")  # ok
    async with Bakery("Crust") as shop:  # ok
        shop.restock("pie")  # error: coroutine-never-awaited
        await shop.restock("pie")  # ok


async def case_in_try():
    try:
        bake("sourdough")  # error: coroutine-never-awaited
        await bake("sourdough")  # ok
    except ValueError:
        await heat_oven(0)  # ok
    else:
        sell("sourdough")  # error: coroutine-never-awaited
    finally:
        heat_oven(20)  # error: coroutine-never-awaited


async def case_in_except():
    try:
        int("a dozen")
    except ValueError:
        heat_oven(180)  # error: coroutine-never-awaited
    try:
        int("thirteen")
    except ValueError:
        await heat_oven(180)  # ok


async def case_in_match(kind):
    match kind:
        case True:
            bake("cake")  # error: coroutine-never-awaited
        case _:
            await bake("bread")  # ok


async def case_in_a_nested_function():
    def clear_table():
        sell("leftovers")  # error: coroutine-never-awaited

    async def set_table():
        sell("first loaf")  # error: coroutine-never-awaited
        return await sell("second loaf")  # ok

    clear_table()
    await set_table()  # ok


async def case_nested_function_that_returns_it():
    def order(bread):
        return bake(bread)  # ok

    await order("toast")  # ok
    order("croissant")  # error: coroutine-never-awaited


async def case_nested_async_function_is_dropped():
    async def tidy():
        return "tidy"

    tidy()  # error: coroutine-never-awaited
    await tidy()  # ok


async def case_methods():
    shop = Bakery("Flour")
    shop.open()  # error: coroutine-never-awaited
    await shop.open()  # ok
    shop.close_shop()
    (await shop.morning()).shelf.append("rye")  # ok
    await shop.evening()  # ok
    Bakery("Salt").restock("cracker")  # error: coroutine-never-awaited
    await Bakery("Salt").restock("cracker")  # ok
    await shop.delivery()  # ok
    shop.delivery()  # error: coroutine-never-awaited


async def case_method_of_an_element():
    shops = [Bakery("North"), Bakery("South")]
    shops[0].open()  # error: coroutine-never-awaited
    await shops[1].open()  # ok
    for shop in shops:
        shop.sweep()  # error: coroutine-never-awaited
        await shop.sweep()  # ok


def case_constructor():
    class Counter:
        def __init__(self, shop):
            self.shop = shop
            shop.open()  # error: coroutine-never-awaited
            asyncio.run(shop.open())  # ok

    Counter(Bakery("Yeast"))


async def case_semicolons_and_parentheses():
    oven = 200; heat_oven(oven)  # error: coroutine-never-awaited
    (heat_oven(oven))  # error: coroutine-never-awaited
    await (heat_oven(oven))  # ok
    oven = 210; await heat_oven(oven)  # ok


# Ternaries, `and`, `or`


async def case_ternary(fresh):
    bake("roll") if fresh else sell("roll")  # error: coroutine-never-awaited
    await (bake("roll") if fresh else sell("roll"))  # ok


async def case_ternary_with_nothing_else(fresh):
    sell("roll") if fresh else None  # error: coroutine-never-awaited
    (await sell("roll")) if fresh else None  # ok


async def case_ternary_awaited_on_one_side(fresh):
    bake("bun") if fresh else await bake("bun")  # error: coroutine-never-awaited
    await bake("bun") if fresh else await bake("bap")  # ok


async def case_and(sold_out):
    sold_out and bake("pretzel")  # error: coroutine-never-awaited
    sold_out and await bake("pretzel")  # ok


async def case_or(in_stock):
    in_stock or bake("ciabatta")  # error: coroutine-never-awaited
    in_stock or await bake("ciabatta")  # ok


async def case_longer_chains(open_today, staffed):
    open_today and staffed and heat_oven()  # error: coroutine-never-awaited
    open_today and (staffed or heat_oven(90))  # error: coroutine-never-awaited
    open_today and staffed and await heat_oven()  # ok


def case_and_in_a_plain_function(hungry):
    hungry and sell("muffin")  # error: coroutine-never-awaited
    hungry and asyncio.run(sell("muffin"))  # ok


async def case_not():
    not sell("muffin")  # error: coroutine-never-awaited
    not await sell("muffin")  # ok


# Displays


async def case_tuple():
    bake("bun"), sell("bun")  # error: coroutine-never-awaited
    await bake("bun"), await sell("bun")  # ok


async def case_tuple_by_a_stray_comma():
    heat_oven(),  # error: coroutine-never-awaited
    await heat_oven(),  # ok


async def case_tuple_awaited_in_part():
    await heat_oven(), bake("bagel")  # error: coroutine-never-awaited
    await asyncio.gather(heat_oven(), bake("bagel"))  # ok


async def case_list():
    [bake("naan"), bake("pita")]  # error: coroutine-never-awaited
    [await bake("naan"), await bake("pita")]  # ok


async def case_list_inside_a_list():
    [[bake("naan")], []]  # error: coroutine-never-awaited
    [[await bake("naan")], []]  # ok


async def case_set_and_dict():
    {bake("lavash")}  # error: coroutine-never-awaited
    {"today": bake("lavash")}  # error: coroutine-never-awaited
    {await bake("lavash")}  # ok
    {"today": await bake("lavash")}  # ok


# Comprehensions


async def case_list_comprehension():
    [bake(bread) for bread in ("rye", "spelt")]  # error: coroutine-never-awaited
    [await bake(bread) for bread in ("rye", "spelt")]  # ok


async def case_set_comprehension():
    {sell(bread) for bread in ("rye", "spelt")}  # error: coroutine-never-awaited
    {await sell(bread) for bread in ("rye", "spelt")}  # ok


async def case_dict_comprehension():
    {bread: bake(bread) for bread in ("rye", "spelt")}  # error: coroutine-never-awaited
    {bread: await bake(bread) for bread in ("rye", "spelt")}  # ok


async def case_comprehension_with_a_condition():
    [bake(bread) for bread in ("rye", "oats", "spelt") if len(bread) > 3]  # error: coroutine-never-awaited
    await asyncio.gather(*[bake(bread) for bread in ("rye", "oats") if len(bread) > 3])  # ok


async def case_comprehension_within_a_comprehension():
    [[bake(bread, minutes) for minutes in (1, 2)] for bread in ("rye", "oats")]  # error: coroutine-never-awaited
    [await bake(bread, minutes) for minutes in (1, 2) for bread in ("rye", "oats")]  # ok
    [await asyncio.gather(*[bake(bread, minutes) for minutes in (1, 2)]) for bread in ("rye", "oats")]  # ok


async def case_comprehension_for_its_effect():
    shop = Bakery("Poppy")
    [shop.restock(bread) for bread in ("roll", "bun")]  # error: coroutine-never-awaited
    [await shop.restock(bread) for bread in ("roll", "bun")]  # ok


async def case_async_comprehension():
    [bake(minutes=number) async for number in batches(2)]  # error: coroutine-never-awaited
    [await bake(minutes=number) async for number in batches(2)]  # ok


def case_comprehension_in_a_plain_function():
    [heat_oven(degrees) for degrees in (100, 200)]  # error: coroutine-never-awaited
    [asyncio.run(heat_oven(degrees)) for degrees in (100, 200)]  # ok


async def case_generator_expression():
    orders = (bake(bread) for bread in ("rye", "bun"))  # ok
    for order in orders:
        await order  # ok
    await asyncio.gather(*(sell(bread) for bread in ("rye", "bun")))  # ok


async def case_generator_expression_is_consumed():
    list(bake(bread) for bread in ("rye", "bun"))  # error: coroutine-never-awaited
    print(any(sell(bread) for bread in ("rye", "bun")))  # error: coroutine-never-awaited


# Lambdas


async def case_lambda_called_at_once():
    (lambda: bake("brioche"))()  # error: coroutine-never-awaited
    await (lambda: bake("brioche"))()  # ok


async def case_lambda_by_its_name():
    order = lambda bread="rye": bake(bread)
    order("oat")  # error: coroutine-never-awaited
    await order("oat")  # ok


def case_lambda_in_a_plain_function():
    ring = lambda: sell("bell")
    ring()  # error: coroutine-never-awaited
    asyncio.run(ring())  # ok


async def case_lambda_that_drops_it():
    describe = lambda bread: print(bread, sell(bread))  # error: coroutine-never-awaited
    describe("rye")


async def case_lambda_in_a_display():
    steps = {"heat": lambda: heat_oven(), "bake": lambda: bake()}
    await steps["heat"]()  # ok
    for step in [lambda: heat_oven(), lambda: bake()]:
        await step()  # ok


# In expressions around it


async def case_subexpressions_whose_value_is_dropped():
    (heat_oven(), print("hot"))[1]  # error: coroutine-never-awaited
    await (heat_oven(), print("hot"))[0]  # ok


async def case_walrus_dropped():
    (loaf := bake("loaf"))  # error: coroutine-never-awaited
    await (bread := bake("bread"))  # ok


async def case_call_of_a_name_bound_twice(fancy):
    recipe = bake if fancy else heat_oven
    recipe()  # error: coroutine-never-awaited
    await recipe()  # ok


async def case_early_return_before_the_await(closed):
    if closed:
        sell("last roll")  # error: coroutine-never-awaited
        return None
    return await sell("fresh roll")  # ok


def case_plain_function_that_hands_it_back():
    def order():
        return bake("order")  # ok

    return asyncio.run(order())  # ok


def case_in_a_thread():
    def night_shift():
        bake("night roll")  # error: coroutine-never-awaited
        asyncio.run(bake("night bun"))  # ok

    worker = threading.Thread(target=night_shift)
    worker.start()
    worker.join()


# What looks the same, but makes no coroutine, or gives it away


async def case_close_at_once():
    bake("test loaf").close()  # ok


async def case_plain_calls_of_the_same_shape():
    class Till:
        def open(self):
            return True

        def sweep(self):
            return []

    till = Till()
    till.open()  # ok
    till.sweep() and till.open()  # ok
    [till.open() for _ in range(2)]  # ok
    till.open() if till.sweep() else till.sweep()  # ok


async def case_async_generators_are_no_coroutines():
    batches(3)  # ok
    [batches(count) for count in (1, 2)]  # ok


async def case_rebound_to_a_plain_function():
    bake = weigh
    bake(250)  # ok
    [bake(grams) for grams in (1, 2)]  # ok


async def case_parameter_of_the_same_name():
    def prepare(heat_oven):
        heat_oven()  # ok

    prepare(lambda: weigh(12))


async def case_run_elsewhere():
    shop = Bakery("Rise")
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(asyncio.run, shop.restock("late roll"))  # ok
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(bake("far roll"), loop))  # ok


async def case_awaited_through_a_chain():
    async def outer():
        return inner()  # ok

    async def inner():
        return "crumbs"

    await (await outer())  # ok


async def case_awaited_once_only():
    async def outer():
        return bake("inner loaf")  # ok

    await outer()  # error: coroutine-never-awaited
