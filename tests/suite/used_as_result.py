"""Coroutines that are used as if they were the result: printed, formatted, logged, tested, compared, counted with."""

import asyncio
import contextlib
import logging
import sys
from string import Template

log = logging.getLogger("weather")


async def temperature(place="roof"):
    return 21.5


async def wind(place="roof"):
    return 12


async def is_raining(place="roof"):
    return False


async def readings(place="roof"):
    return [3, 1, 2]


async def forecast(day=0):
    return {"day": day, "text": "sunny"}


async def instrument(name="barometer"):
    return Gauge(name)


class Gauge:
    def __init__(self, name):
        self.name = name
        self.marks = {}

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return False

    async def value(self):
        return len(self.name)

    async def broken(self):
        return False

    def summary(self):
        if self.broken():  # error: coroutine-never-awaited
            print("broken", self.name)
        return f"{self.name}: {self.value()}"  # error: coroutine-never-awaited

    async def full_summary(self):
        if await self.broken():  # ok
            return "broken"
        return f"{self.name}: {await self.value()}"  # ok

    async def report(self):
        print("value", self.value())  # error: coroutine-never-awaited
        log.info("value %s", await self.value())  # ok


# Printed


async def case_printed():
    print(temperature())  # error: coroutine-never-awaited
    print(await temperature())  # ok


async def case_printed_beside_others():
    print("roof", 1, temperature(), sep=": ")  # error: coroutine-never-awaited
    print("roof", 1, await temperature(), sep=": ")  # ok


async def case_printed_to_a_stream():
    print(wind(), file=sys.stderr, flush=True)  # error: coroutine-never-awaited
    print(await wind(), file=sys.stderr, flush=True)  # ok


def case_printed_in_a_plain_function():
    print(temperature("yard"))  # error: coroutine-never-awaited
    print(asyncio.run(temperature("yard")))  # ok


async def case_printed_under_a_name():
    now = temperature()  # error: coroutine-never-awaited
    print("now:", now)
    then = await temperature()  # ok
    print("then:", then)


async def case_printed_and_awaited():
    now = temperature()  # ok
    print("asking", now)
    print("got", await now)  # ok


async def case_printed_starred():
    print(*[wind("north"), wind("south")])  # error: coroutine-never-awaited
    print(*[await wind("north"), await wind("south")])  # ok


async def case_methods():
    gauge = Gauge("hygrometer")
    print(gauge.summary())
    print(await gauge.full_summary())  # ok
    await gauge.report()  # ok


# Formatted


async def case_f_string():
    text = f"It is {temperature()} degrees"  # error: coroutine-never-awaited
    text += f"It is {await temperature()} degrees"  # ok
    return text


async def case_f_string_with_conversion():
    print(f"{wind()!r} knots, {wind('mast')!s}")  # error: coroutine-never-awaited
    print(f"{await wind()!r} knots, {await wind('mast')!s:>10}")  # ok


async def case_f_string_with_a_specification():
    print(f"{temperature():.1f}")  # error: coroutine-never-awaited


async def case_f_string_with_a_specification_awaited():
    print(f"{await temperature():.1f}")  # ok


async def case_f_string_with_an_equals_sign():
    print(f"{wind()=}")  # error: coroutine-never-awaited
    print(f"{await wind()=}")  # ok


async def case_f_string_of_a_name(verbose):
    speed = wind()  # error: coroutine-never-awaited
    if verbose:
        print(f"wind: {speed}")
    gust = await wind("gust")  # ok
    return f"gust: {gust}"


async def case_f_string_then_awaited():
    speed = wind()  # ok
    title = f"waiting for {speed}"
    return title, await speed  # ok


async def case_f_string_within_a_join():
    lines = "\n".join(f"{place}: {wind(place)}" for place in ("roof", "mast"))  # error: coroutine-never-awaited
    lines += "\n".join([f"{place}: {await wind(place)}" for place in ("roof", "mast")])  # ok
    return lines


async def case_percent():
    text = "wind %s" % wind()  # error: coroutine-never-awaited
    text += "wind %s" % await wind()  # ok
    return text


async def case_percent_with_a_tuple():
    text = "%s: %s" % ("roof", temperature())  # error: coroutine-never-awaited
    text += "%s: %s" % ("roof", await temperature())  # ok
    return text


async def case_percent_with_a_dict():
    text = "%(now)s" % {"now": temperature()}  # error: coroutine-never-awaited
    text += "%(now)s" % {"now": await temperature()}  # ok
    return text


async def case_percent_with_a_number():
    return "%d knots" % wind()  # error: coroutine-never-awaited


async def case_format():
    text = "{} knots".format(wind())  # error: coroutine-never-awaited
    text += "{} knots".format(await wind())  # ok
    return text


async def case_format_by_keyword():
    text = "{place}: {now}".format(place="roof", now=temperature())  # error: coroutine-never-awaited
    text += "{place}: {now}".format(place="roof", now=await temperature())  # ok
    return text


async def case_format_function():
    text = format(temperature(), "")  # error: coroutine-never-awaited
    text += format(await temperature(), ".2f")  # ok
    return text


async def case_template():
    template = Template("wind $speed")
    print(template.substitute(speed=await wind()))  # ok
    print(Template("wind $speed").substitute(speed=wind()))  # error: coroutine-never-awaited


async def case_str_and_repr():
    text = "now " + str(temperature())  # error: coroutine-never-awaited
    text += repr(wind())  # error: coroutine-never-awaited
    text += "now " + str(await temperature())  # ok
    text += repr(await wind())  # ok
    return text


# Logged


async def case_logged():
    log.info("temperature %s", temperature())  # error: coroutine-never-awaited
    log.info("temperature %s", await temperature())  # ok


async def case_logged_at_other_levels(severe):
    if severe:
        log.error("storm: %s, %s", wind(), "north")  # error: coroutine-never-awaited
        log.log(logging.CRITICAL, "storm %s", wind())  # error: coroutine-never-awaited
    else:
        log.debug("breeze: %s, %s", await wind(), "north")  # ok


async def case_logged_by_the_module():
    logging.warning("raining: %s", is_raining())  # error: coroutine-never-awaited
    logging.warning("raining: %s", await is_raining())  # ok


async def case_logged_as_the_message():
    logging.getLogger(__name__).info(forecast())  # error: coroutine-never-awaited
    logging.getLogger(__name__).info(await forecast())  # ok


async def case_logged_in_an_f_string():
    log.warning(f"forecast is {forecast(1)}")  # error: coroutine-never-awaited
    log.warning(f"forecast is {await forecast(1)}")  # ok


async def case_logged_then_awaited():
    tomorrow = forecast(1)  # ok
    log.debug("made %r", tomorrow)
    return await tomorrow  # ok


async def case_logged_in_except():
    try:
        float("warm")
    except ValueError:
        log.exception("no number: %s", temperature())  # error: coroutine-never-awaited
        log.exception("no number: %s", await temperature())  # ok


# Tested


async def case_if():
    if is_raining():  # error: coroutine-never-awaited
        print("umbrella")
    if await is_raining():  # ok
        print("umbrella")


async def case_elif(windy):
    if windy:
        print("kites")
    elif is_raining():  # error: coroutine-never-awaited
        print("umbrella")
    elif await is_raining("yard"):  # ok
        print("boots")


async def case_if_not():
    if not is_raining():  # error: coroutine-never-awaited
        print("picnic")
    if not await is_raining():  # ok
        print("picnic")


async def case_if_with_and(weekend):
    if weekend and is_raining():  # error: coroutine-never-awaited
        print("read a book")
    if weekend and await is_raining():  # ok
        print("read a book")


async def case_if_with_or(weekend):
    if weekend or not is_raining("lake"):  # error: coroutine-never-awaited
        print("swim")
    if weekend or not await is_raining("lake"):  # ok
        print("swim")


def case_if_in_a_plain_function():
    if is_raining():  # error: coroutine-never-awaited
        print("umbrella")
    if asyncio.run(is_raining()):  # ok
        print("umbrella")


async def case_if_under_a_name():
    wet = is_raining()  # error: coroutine-never-awaited
    if wet:
        print("wet")
    dry = not await is_raining()  # ok
    if dry:
        print("dry")


async def case_if_by_walrus():
    if wet := is_raining():  # error: coroutine-never-awaited
        print("wet", wet)
    if wet := await is_raining():  # ok
        print("wet", wet)


async def case_if_tested_then_awaited():
    wet = is_raining()  # ok
    if wet:
        print("asked")
    return await wet  # ok


async def case_while():
    while is_raining():  # error: coroutine-never-awaited
        print("waiting for the sun")
        break
    while await is_raining():  # ok
        await asyncio.sleep(0)  # ok


async def case_while_not():
    while not is_raining("desert"):  # error: coroutine-never-awaited
        print("watering")
    while not await is_raining("desert"):  # ok
        break


async def case_ternary():
    shoes = "boots" if is_raining() else "sandals"  # error: coroutine-never-awaited
    shoes = "boots" if await is_raining() else shoes  # ok
    return shoes


async def case_assert():
    assert is_raining(), "the sprinkler test needs rain"  # error: coroutine-never-awaited


async def case_assert_awaited():
    assert not await is_raining(), "the sunshine test needs sun"  # ok


async def case_assert_not():
    assert not is_raining()  # error: coroutine-never-awaited


async def case_assert_equal():
    assert await wind() == 12  # ok
    assert wind() == 12  # error: coroutine-never-awaited


async def case_assert_message(calm):
    assert calm, f"wind is {wind()}"  # error: coroutine-never-awaited


async def case_not_as_a_value():
    dry = not is_raining()  # error: coroutine-never-awaited
    dry = dry and not await is_raining()  # ok
    return dry


async def case_bool():
    wet = bool(is_raining())  # error: coroutine-never-awaited
    wet = wet and bool(await is_raining())  # ok
    return wet


async def case_and_as_a_value():
    outing = is_raining() and "museum"  # error: coroutine-never-awaited
    outing = (await is_raining()) and outing  # ok
    return outing


async def case_or_that_keeps_it():
    # A coroutine is always true: it is the value.
    speed = await (wind() or wind("mast"))  # ok
    return speed


async def case_condition_of_a_comprehension():
    places = [place for place in ("roof", "yard") if is_raining(place)]  # error: coroutine-never-awaited
    places += [place for place in ("roof", "yard") if await is_raining(place)]  # ok
    return places


async def case_condition_of_other_comprehensions():
    dry = {place for place in ("roof", "yard") if not is_raining(place)}  # error: coroutine-never-awaited
    wet = {place: 1 for place in ("roof", "yard") if is_raining(place)}  # error: coroutine-never-awaited
    dry |= {place for place in ("roof", "yard") if not await is_raining(place)}  # ok
    return dry, wet


async def case_condition_in_a_match_guard(sunday):
    match sunday:
        case True if is_raining():  # error: coroutine-never-awaited
            print("nap")
        case False if await is_raining():  # ok
            print("work")


async def case_match_subject():
    match wind():  # error: coroutine-never-awaited
        case 0:
            print("calm")
        case _:
            print("windy")
    match await wind():  # ok
        case 0:
            print("calm")


async def case_any_and_all():
    places = ("roof", "yard")
    if any(is_raining(place) for place in places):  # error: coroutine-never-awaited
        print("somewhere")
    if all([is_raining(place) for place in places]):  # error: coroutine-never-awaited
        print("everywhere")
    if any([await is_raining(place) for place in places]):  # ok
        print("really")
    if all(await asyncio.gather(*[is_raining(place) for place in places])):  # ok
        print("indeed")


# Compared


async def case_equal():
    if wind() == 0:  # error: coroutine-never-awaited
        print("calm")
    if await wind() == 0:  # ok
        print("calm")


async def case_not_equal():
    changed = wind() != wind("mast")  # error: coroutine-never-awaited
    changed = changed or await wind() != await wind("mast")  # ok
    return changed


async def case_equal_on_the_right():
    if 12 == wind():  # error: coroutine-never-awaited
        print("breeze")
    if 12 == await wind():  # ok
        print("breeze")


async def case_less():
    if temperature() < 0:  # error: coroutine-never-awaited
        print("frost")


async def case_less_awaited():
    if await temperature() < 0:  # ok
        print("frost")


async def case_greater_in_a_while():
    limit = 30
    while limit > wind():  # error: coroutine-never-awaited
        limit -= 10


async def case_chained_comparison():
    return 0 < await wind() < 20 < temperature()  # error: coroutine-never-awaited


async def case_is():
    if forecast() is None:  # error: coroutine-never-awaited
        print("no forecast")
    if is_raining() is True:  # error: coroutine-never-awaited
        print("rain")
    if await forecast() is None:  # ok
        print("no forecast")


async def case_is_not_under_a_name():
    tomorrow = forecast(1)  # error: coroutine-never-awaited
    if tomorrow is not None:
        print("there is one")
    later = forecast(2)  # ok
    if later is not None:
        print(await later)  # ok


# In arithmetic


async def case_added():
    return wind() + 1  # error: coroutine-never-awaited


async def case_added_awaited():
    return await wind() + 1  # ok


async def case_added_on_the_right():
    return 32 + temperature() * 9 / 5  # error: coroutine-never-awaited


async def case_negated():
    return -temperature()  # error: coroutine-never-awaited


async def case_negated_awaited():
    return -await temperature()  # ok


async def case_divided_under_a_name():
    knots = wind()  # error: coroutine-never-awaited
    return knots / 1.94


async def case_divided_under_a_name_awaited():
    knots = wind()  # ok
    return await knots / 1.94  # ok


async def case_concatenated():
    return "wind: " + wind()  # error: coroutine-never-awaited


async def case_augmented():
    total = 0
    total += await wind()  # ok
    total += wind("mast")  # error: coroutine-never-awaited
    return total


async def case_augmented_in_a_loop():
    total = 0
    for place in ("roof", "yard"):
        total += await wind(place)  # ok
    for place in ("roof", "yard"):
        total -= wind(place)  # error: coroutine-never-awaited
    return total


async def case_bitwise_and_power():
    return 2 ** await wind() | wind()  # error: coroutine-never-awaited


# Iterated, unpacked, starred


async def case_iterated():
    for reading in readings():  # error: coroutine-never-awaited
        print(reading)


async def case_iterated_awaited():
    for reading in await readings():  # ok
        print(reading)


async def case_iterated_under_a_name():
    found = readings("cellar")  # error: coroutine-never-awaited
    for reading in found:
        print(reading)


async def case_iterated_by_async_for():
    async for reading in readings():  # error: coroutine-never-awaited
        print(reading)


async def case_iterated_in_a_comprehension():
    return [reading * 2 for reading in readings()]  # error: coroutine-never-awaited


async def case_iterated_in_a_comprehension_awaited():
    return [reading * 2 for reading in await readings()]  # ok


async def case_iterated_in_a_generator():
    return sum(reading for reading in readings())  # error: coroutine-never-awaited


async def case_unpacked():
    low, high = readings()  # error: coroutine-never-awaited
    return high - low


async def case_unpacked_awaited():
    low, *_, high = await readings()  # ok
    return high - low


async def case_unpacked_with_a_star():
    first, *others = readings()  # error: coroutine-never-awaited
    return first, others


async def case_starred_in_a_list():
    return [0, *readings()]  # error: coroutine-never-awaited


async def case_starred_in_a_list_awaited():
    return [0, *await readings()]  # ok


async def case_starred_in_a_call():
    return max(*readings())  # error: coroutine-never-awaited


async def case_starred_in_a_call_awaited():
    return max(*await readings())  # ok


async def case_double_starred():
    return {"station": 1, **forecast()}  # error: coroutine-never-awaited


async def case_double_starred_awaited():
    return {"station": 1, **await forecast()}  # ok


async def case_double_starred_in_a_call():
    return dict(**forecast())  # error: coroutine-never-awaited


# Indexed, attributes, `in`, `with`


async def case_indexed():
    return readings()[0]  # error: coroutine-never-awaited


async def case_indexed_awaited():
    return (await readings())[0]  # ok


async def case_indexed_by_a_key():
    return forecast(2)["text"]  # error: coroutine-never-awaited


async def case_indexed_by_a_key_under_a_name():
    tomorrow = forecast(1)  # error: coroutine-never-awaited
    return tomorrow["text"]


async def case_indexed_by_a_key_awaited():
    tomorrow = await forecast(1)  # ok
    return tomorrow["text"]


async def case_sliced():
    return readings()[1:]  # error: coroutine-never-awaited


async def case_index_itself():
    names = {12: "breeze"}
    print(names.get(await wind()))  # ok
    print(names[wind()])  # error: coroutine-never-awaited


async def case_item_set():
    forecast()["text"] = "rain"  # error: coroutine-never-awaited


async def case_item_deleted():
    del forecast()["text"]  # error: coroutine-never-awaited


async def case_attribute():
    return instrument().name  # error: coroutine-never-awaited


async def case_attribute_awaited():
    return (await instrument()).name  # ok


async def case_await_in_the_wrong_place():
    # `await` takes the whole of `instrument().value()`.
    return await instrument().value()  # error: coroutine-never-awaited


async def case_await_in_the_right_place():
    return await (await instrument()).value()  # ok


async def case_attribute_under_a_name():
    gauge = instrument("rain gauge")  # error: coroutine-never-awaited
    return gauge.marks


async def case_method_of_the_result():
    return forecast().get("text")  # error: coroutine-never-awaited


async def case_method_of_the_result_awaited():
    return (await forecast()).get("text")  # ok


async def case_attribute_set():
    instrument().name = "thermometer"  # error: coroutine-never-awaited


async def case_attribute_chain_in_a_condition():
    if instrument().marks.keys():  # error: coroutine-never-awaited
        print("marked")


async def case_attribute_that_coroutines_have():
    print(wind().__name__)  # error: coroutine-never-awaited
    pending = wind()  # ok
    print(pending.__name__, await pending)  # ok


async def case_in():
    return 3 in readings()  # error: coroutine-never-awaited


async def case_in_awaited():
    return 3 in await readings()  # ok


async def case_not_in_under_a_name():
    found = readings()  # error: coroutine-never-awaited
    if 4 not in found:
        print("no four")


async def case_searched_for():
    print(await wind() in [12, 13])  # ok
    print(wind() in [12, 13])  # error: coroutine-never-awaited


async def case_sync_with():
    with instrument() as gauge:  # error: coroutine-never-awaited
        print(gauge)


async def case_sync_with_awaited():
    with await instrument() as gauge:  # ok
        print(gauge.name)


async def case_second_sync_with():
    with Gauge("one"), instrument("two"):  # error: coroutine-never-awaited
        print("open")


async def case_async_with():
    async with instrument("three"):  # error: coroutine-never-awaited
        print("open")


def case_sync_with_in_a_plain_function():
    with instrument("four"):  # error: coroutine-never-awaited
        print("open")


async def case_called():
    return instrument()()  # error: coroutine-never-awaited


async def case_raised():
    async def storm_warning():
        return RuntimeError("storm")

    with contextlib.suppress(RuntimeError):
        raise await storm_warning()  # ok
    raise storm_warning()  # error: coroutine-never-awaited


# What looks the same, but is right


async def case_one_awaited_one_used():
    now, later = wind(), await wind("later")  # ok
    print(f"{later} after {await now}")  # ok


async def case_default_by_or(known):
    speed = known or await wind()  # ok
    return f"{speed}"


async def case_tested_for_none_when_optional(wanted):
    task = wind() if wanted else None  # ok
    if task is None:
        print("nobody asked")
    else:
        print(await task)  # ok


async def case_optional_tested(wanted):
    task = wanted and wind()  # ok
    if task:
        print(await task)  # ok


async def case_compared_and_awaited():
    first, second = wind("a"), wind("b")  # ok
    if first != second:
        await asyncio.gather(first, second)  # ok


async def case_looked_at_and_closed():
    unused = wind()  # ok
    print("never mind", unused)
    unused.close()


async def case_method_that_consumes():
    quick = wind()  # ok
    try:
        quick.send(None)
    except StopIteration as stop:
        print(stop.value)
