"""What makes a coroutine: async functions and methods of every kind, in a bakery."""

from __future__ import annotations

import abc
import asyncio
import enum
import functools
import typing
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, overload


# Functions


async def knead(dough="rye", *, minutes=5):
    await asyncio.sleep(0)
    return f"{dough} kneaded for {minutes}"


async def _proof(dough: str = "rye") -> str:
    """Has one leading underscore, annotations and a docstring."""
    return dough


async def rest(): ...


async def bake_all(*doughs: str, **oven: int) -> list[str]:
    return [await _proof(dough) for dough in doughs]  # ok


async def swap(first: str, second: str, /) -> tuple[str, str]:
    return second, first


async def take_over():
    return await knead()  # ok


async def hand_on():
    return knead()  # ok


def slice_bread(loaf="rye"):
    return [loaf] * 3


def knead_now(dough="rye"):
    return asyncio.run(knead(dough))  # ok


async def crumbs(loaf="rye") -> AsyncIterator[str]:
    for letter in loaf:
        yield letter


async def case_function():
    knead("wheat", minutes=3)  # error: coroutine-never-awaited
    await knead("wheat", minutes=3)  # ok


async def case_private_function():
    _proof()  # error: coroutine-never-awaited
    print(await _proof())  # ok


async def case_empty_function():
    rest()  # error: coroutine-never-awaited
    await rest()  # ok


async def case_function_with_star_arguments():
    bake_all("rye", "wheat", degrees=220)  # error: coroutine-never-awaited
    loaves = await bake_all("rye", "wheat", degrees=220)  # ok
    print(loaves)


async def case_function_with_positional_arguments():
    first, second = await swap("rye", "wheat")  # ok
    print(swap(first, second))  # error: coroutine-never-awaited


async def case_function_that_awaits_another():
    take_over()  # error: coroutine-never-awaited
    await take_over()  # ok


async def case_function_whose_result_is_a_coroutine(patient):
    if patient:
        await (await hand_on())  # ok
    else:
        await hand_on()  # error: coroutine-never-awaited


async def case_sync_function():
    slice_bread()  # ok
    print(f"{slice_bread('wheat')}")  # ok


def case_sync_function_that_runs():
    knead_now()  # ok
    asyncio.run(knead())  # ok
    knead()  # error: coroutine-never-awaited


async def case_async_generator():
    crumbs()  # ok
    print(crumbs("wheat"))  # ok
    bits = crumbs()  # ok
    if bits:
        print([bit async for bit in crumbs("wheat")])  # ok


async def case_nested_function():
    async def sift(flour):
        return flour

    sift("rye flour")  # error: coroutine-never-awaited
    await sift("rye flour")  # ok


def case_nested_in_sync_function():
    async def sift(flour):
        return flour

    def twice(flour):
        sift(flour)  # error: coroutine-never-awaited
        return asyncio.run(sift(flour))  # ok

    twice("rye flour")


async def case_nested_function_of_the_same_name():
    def knead(dough):
        return dough

    knead("wheat")  # ok
    print(f"kneaded {knead('rye')}")  # ok


async def case_nested_async_function_of_the_same_name():
    async def slice_bread(loaf):
        return [loaf]

    slice_bread("wheat")  # error: coroutine-never-awaited
    await slice_bread("rye")  # ok


async def case_function_in_branch(manual):
    if manual:

        async def mix():
            return "by hand"

    else:

        async def mix():
            return "by machine"

    mix()  # error: coroutine-never-awaited
    print(await mix())  # ok


async def case_recursive_function():
    async def fold(times):
        if times:
            await fold(times - 1)  # ok
        return times

    async def fold_carelessly(times):
        if times:
            fold_carelessly(times - 1)  # error: coroutine-never-awaited
        return times

    await fold(3)  # ok
    await fold_carelessly(2)  # ok


async def case_decorated_with_cache():
    @functools.lru_cache(maxsize=None)
    def recipe(name):
        return name.title()

    recipe("rye")  # ok
    print("the recipe is", recipe("rye"))  # ok


# Methods


class Oven:
    fuel = "gas"

    def __init__(self, degrees=200):
        self.degrees = degrees

    async def preheat(self, degrees: int | None = None) -> int:
        self.degrees = degrees or self.degrees
        return self.degrees

    async def _vent(self):
        return None

    async def __clean(self):
        return "clean"

    async def service(self):
        self._vent()  # error: coroutine-never-awaited
        await self._vent()  # ok
        self.__clean()  # error: coroutine-never-awaited
        return await self.__clean()  # ok

    @staticmethod
    async def light(match="long"):
        return match

    @classmethod
    async def build(cls, degrees=200):
        return cls(degrees)

    @classmethod
    async def build_two(cls):
        cls.build()  # error: coroutine-never-awaited
        return await cls.build(), await cls.build()  # ok

    @property
    async def temperature(self):
        await asyncio.sleep(0)
        return self.degrees

    @property
    def limit(self):
        return 300

    @property
    def brand(self) -> Coroutine[Any, Any, str]:
        return self._ask_brand()  # ok

    async def _ask_brand(self):
        return "Hearth"

    @functools.cached_property
    def serial(self):
        return self._ask_brand()  # ok

    @functools.cached_property
    def shelves(self):
        return ["upper", "lower"]

    async def __call__(self, loaf="rye"):
        return f"{loaf}, baked"

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None

    def open_door(self):
        return self

    async def watch(self) -> AsyncIterator[int]:
        yield self.degrees


class DeckOven(Oven):
    """Inherits all, overrides some."""

    async def preheat(self, degrees: int | None = None) -> int:
        super().preheat(degrees)  # error: coroutine-never-awaited
        return await super().preheat(degrees)  # ok

    async def _vent(self):
        return await super()._vent()  # ok

    @classmethod
    async def build(cls, degrees=250):
        oven = await super().build(degrees)  # ok
        super().build()  # error: coroutine-never-awaited
        return oven

    def drop_fire(self):
        super(DeckOven, self).preheat(0)  # error: coroutine-never-awaited

    def start(self):
        return super().preheat()  # ok


class Toaster(Oven):
    """Overrides async methods by plain ones."""

    def preheat(self, degrees=None):
        return 100

    def __call__(self, loaf="rye"):
        return f"{loaf}, toasted"


async def case_method():
    oven = Oven()
    oven.preheat(220)  # error: coroutine-never-awaited
    await oven.preheat(220)  # ok


async def case_method_of_new_object():
    Oven().preheat()  # error: coroutine-never-awaited
    print(await Oven(250).preheat())  # ok


async def case_methods_of_self():
    await Oven().service()  # ok


async def case_method_through_class():
    oven = Oven()
    Oven.preheat(oven, 230)  # error: coroutine-never-awaited
    await Oven.preheat(oven, 230)  # ok


async def case_chained_method():
    Oven().open_door().preheat()  # error: coroutine-never-awaited
    await Oven().open_door().preheat()  # ok


async def case_sync_method():
    oven = Oven()
    oven.open_door()  # ok
    print(oven.open_door().limit)  # ok


async def case_static_method():
    Oven.light()  # error: coroutine-never-awaited
    Oven().light("short")  # error: coroutine-never-awaited
    await Oven.light()  # ok


async def case_class_method():
    Oven.build()  # error: coroutine-never-awaited
    oven = await Oven.build(180)  # ok
    oven.preheat()  # error: coroutine-never-awaited
    await oven.preheat()  # ok


async def case_class_method_calls_class_method():
    print(await Oven.build_two())  # ok


async def case_class_method_through_object_and_type():
    oven = Oven()
    type(oven).build()  # error: coroutine-never-awaited
    oven.build(90)  # error: coroutine-never-awaited
    await type(oven).build()  # ok


async def case_property():
    oven = Oven()
    oven.temperature  # error: coroutine-never-awaited
    print(await oven.temperature)  # ok


async def case_property_formatted():
    oven = Oven()
    print(f"{oven.temperature} degrees of {oven.limit}")  # error: coroutine-never-awaited


async def case_property_compared(cold):
    oven = Oven()
    if cold and oven.temperature == 200:  # error: coroutine-never-awaited
        print("cold")
    if cold and await oven.temperature == 200:  # ok
        print("still cold")


async def case_sync_property():
    oven = Oven()
    if oven.limit:  # ok
        print(f"up to {oven.limit}", oven.limit + 20)  # ok
    print(oven.shelves, oven.fuel)  # ok


async def case_property_annotated_as_coroutine():
    oven = Oven()
    print("brand:", oven.brand)  # error: coroutine-never-awaited
    print("brand:", await oven.brand)  # ok


async def case_cached_property():
    oven = Oven()
    await oven.serial  # ok


async def case_call_method():
    oven = Oven()
    oven("wheat")  # error: coroutine-never-awaited
    print(oven())  # error: coroutine-never-awaited
    await oven("wheat")  # ok


async def case_call_method_of_new_object():
    Oven()("wheat")  # error: coroutine-never-awaited
    await Oven()("wheat")  # ok


async def case_call_method_by_name():
    oven = Oven()
    oven.__call__("wheat")  # error: coroutine-never-awaited
    await oven.__call__("wheat")  # ok


async def case_enter_by_name():
    oven = Oven()
    oven.__aenter__()  # error: coroutine-never-awaited
    await oven.__aenter__()  # ok
    await oven.__aexit__(None, None, None)  # ok


async def case_generator_method():
    oven = Oven()
    oven.watch()  # ok
    async for degrees in oven.watch():  # ok
        print(degrees)


async def case_inherited():
    oven = DeckOven()
    oven.light()  # error: coroutine-never-awaited
    oven("wheat")  # error: coroutine-never-awaited
    await oven.light()  # ok
    await oven._vent()  # ok


async def case_inherited_property():
    oven = DeckOven()
    print(str(oven.temperature))  # error: coroutine-never-awaited
    print(str(await oven.temperature))  # ok


async def case_super():
    await DeckOven().preheat(200)  # ok
    await DeckOven.build()  # ok
    DeckOven().drop_fire()  # ok


async def case_super_returned():
    oven = DeckOven()
    oven.start()  # error: coroutine-never-awaited
    await oven.start()  # ok


async def case_overridden_by_sync():
    toaster = Toaster()
    toaster.preheat()  # ok
    toaster("wheat")  # ok
    print(f"{toaster('rye')} at {toaster.preheat()}")  # ok


class Mixer:
    async def mix(self):
        return "mixed"


class Timer:
    def start(self):
        return "ticking"

    async def stop(self):
        return "stopped"


class Machine(Mixer, Timer):
    async def work(self):
        self.mix()  # error: coroutine-never-awaited
        self.start()  # ok
        self.stop()  # error: coroutine-never-awaited
        await self.mix()  # ok
        return await self.stop()  # ok


async def case_mixins():
    machine = Machine()
    await machine.work()  # ok
    machine.start()  # ok
    machine.mix()  # error: coroutine-never-awaited


async def case_local_class():
    class Scale:
        async def weigh(self, loaf):
            return len(loaf)

        def tare(self):
            self.weigh("")  # error: coroutine-never-awaited
            return self

    scale = Scale().tare()
    scale.weigh("rye")  # error: coroutine-never-awaited
    await scale.weigh("rye")  # ok


async def case_nested_class():
    class Shop:
        class Till:
            async def ring(self):
                return "ding"

            def print_receipt(self):
                return "thank you"

    Shop.Till().ring()  # error: coroutine-never-awaited
    Shop.Till().print_receipt()  # ok
    await Shop.Till().ring()  # ok


# Abstract classes and protocols


class Supplier(abc.ABC):
    @abc.abstractmethod
    async def order(self, flour: str) -> str: ...

    @abc.abstractmethod
    def name(self) -> str: ...

    @property
    @abc.abstractmethod
    async def stock(self) -> int: ...

    async def order_twice(self, flour):
        self.order(flour)  # error: coroutine-never-awaited
        self.name()  # ok
        return await self.order(flour)  # ok

    async def report(self):
        print("in stock:", self.stock)  # error: coroutine-never-awaited
        print("in stock:", await self.stock)  # ok


class Mill(Supplier):
    async def order(self, flour: str) -> str:
        return f"{flour} from the mill"

    def name(self) -> str:
        return "the mill"

    @property
    async def stock(self) -> int:
        return 12


async def case_abstract_method():
    await Mill().order_twice("rye")  # ok
    Mill().order("rye")  # error: coroutine-never-awaited


async def case_abstract_property():
    await Mill().report()  # ok


async def case_abstract_parameter():
    async def restock(supplier: Supplier):
        supplier.order("wheat")  # error: coroutine-never-awaited
        supplier.name()  # ok
        await supplier.order("wheat")  # ok

    await restock(Mill())  # ok


class Courier(Protocol):
    async def bring(self, loaf: str) -> bool: ...

    def where(self) -> str: ...


class Cyclist:
    async def bring(self, loaf: str) -> bool:
        return True

    def where(self) -> str:
        return "on the road"


async def case_protocol_parameter():
    async def send(courier: Courier, loaf: str):
        courier.bring(loaf)  # error: coroutine-never-awaited
        print(courier.where())  # ok
        if courier.bring(loaf):  # error: coroutine-never-awaited
            print("brought")
        return await courier.bring(loaf)  # ok

    await send(Cyclist(), "rye")  # ok


class Signal(Protocol):
    async def __call__(self, times: int) -> None: ...


class PlainSignal(Protocol):
    def __call__(self, times: int) -> None: ...


async def ring(times: int) -> None:
    print("ding " * times)


async def case_callback_protocol():
    async def announce(signal: Signal):
        signal(2)  # error: coroutine-never-awaited
        await signal(2)  # ok

    await announce(ring)  # ok


async def case_plain_callback_protocol():
    async def announce(signal: PlainSignal):
        signal(2)  # ok
        print(signal(2))  # ok

    await announce(print)  # ok


# Overloads and annotated functions


@overload
async def fetch(name: str) -> str: ...


@overload
async def fetch(name: int) -> int: ...


async def fetch(name):
    return name


async def case_overloads():
    fetch("rye")  # error: coroutine-never-awaited
    fetch(3)  # error: coroutine-never-awaited
    print(await fetch("rye"), await fetch(3))  # ok


class Pantry:
    @overload
    async def take(self, what: str) -> str: ...

    @overload
    async def take(self, what: int) -> int: ...

    async def take(self, what):
        return what

    @typing.final
    async def close(self):
        return True

    @typing.no_type_check
    async def air(self):
        return True


async def case_overloaded_method():
    pantry = Pantry()
    pantry.take("salt")  # error: coroutine-never-awaited
    await pantry.take(3)  # ok


async def case_methods_with_harmless_decorators():
    pantry = Pantry()
    pantry.close()  # error: coroutine-never-awaited
    pantry.air()  # error: coroutine-never-awaited
    await pantry.close()  # ok
    await pantry.air()  # ok


def start_bake(loaf: str) -> Coroutine[Any, Any, str]:
    return _proof(loaf)  # ok


def start_bake_somehow(loaf: str) -> Awaitable[str]:
    return _proof(loaf)  # ok


def start_bake_quoted(loaf: str) -> "typing.Coroutine[None, None, str]":
    return _proof(loaf)  # ok


def start_bake_unannotated(loaf):
    print("starting", loaf)
    return _proof(loaf)  # ok


async def case_annotated_as_coroutine():
    start_bake("rye")  # error: coroutine-never-awaited
    start_bake_quoted("rye")  # error: coroutine-never-awaited
    await start_bake("rye")  # ok
    await start_bake_quoted("rye")  # ok


async def case_annotated_as_awaitable():
    start_bake_somehow("rye")  # error: coroutine-never-awaited
    await start_bake_somehow("rye")  # ok


async def case_inferred_to_return_a_coroutine():
    start_bake_unannotated("rye")  # error: coroutine-never-awaited
    loaf = await start_bake_unannotated("rye")  # ok
    print(loaf)


async def case_callable_parameter():
    async def with_helper(helper: Callable[[str], Coroutine[Any, Any, str]]):
        helper("rye")  # error: coroutine-never-awaited
        await helper("wheat")  # ok

    await with_helper(_proof)  # ok


async def case_callable_parameter_that_returns_an_awaitable():
    async def with_helper(helper: Callable[[str], Awaitable[str]]):
        await helper("wheat")  # ok
        return helper("rye")  # ok

    await (await with_helper(_proof))  # ok


async def case_plain_callable_parameter():
    async def with_helper(helper: Callable[[str], str]):
        helper("rye")  # ok
        print(helper("wheat"))  # ok

    await with_helper(slice_bread)  # ok


async def case_unknown_parameter():
    async def with_helper(helper):
        helper("rye")  # ok
        print(f"{helper('wheat')}")  # ok

    await with_helper(slice_bread)  # ok


# Classes of special kinds


@dataclass
class Loaf:
    name: str
    slices: list = field(default_factory=list)

    async def cut(self, count=2):
        self.slices = [self.name] * count
        return self.slices

    def weight(self):
        return len(self.slices)


async def case_dataclass_method():
    loaf = Loaf("rye")
    loaf.cut()  # error: coroutine-never-awaited
    loaf.weight()  # ok
    print(await loaf.cut(3))  # ok


class Price(NamedTuple):
    cents: int

    async def convert(self, rate):
        return self.cents * rate

    def euros(self):
        return self.cents / 100


async def case_named_tuple_method():
    price = Price(250)
    print(price.convert(2), price.euros())  # error: coroutine-never-awaited
    print(await price.convert(2), price.euros())  # ok


class Grain(enum.Enum):
    RYE = "rye"
    WHEAT = "wheat"

    async def grind(self):
        return self.value

    def label(self):
        return self.value.upper()


async def case_enum_method():
    Grain.RYE.grind()  # error: coroutine-never-awaited
    Grain.RYE.label()  # ok
    for grain in Grain:
        print(await grain.grind(), grain.label())  # ok


class Door:
    @property
    def state(self):
        return "shut"

    @state.setter
    def state(self, value):
        self._wanted = value

    def __getattr__(self, name):
        return lambda *_: name


async def case_dynamic_attribute():
    door = Door()
    door.state = "open"
    door.knock()  # ok
    print(door.wait_for_guest(), door.state)  # ok


class Register(type):
    async def audit(cls):
        return cls.__name__

    def title(cls):
        return cls.__name__.title()


class Till(metaclass=Register):
    pass


async def case_metaclass_method():
    Till.title()  # ok
    await Till.audit()  # ok


class Lookup:
    """Async methods with special names."""

    async def __aiter_once(self):
        return 1

    async def __getitem__(self, name):
        return name

    async def __add__(self, other):
        return other

    def __len__(self):
        return 2

    async def once(self):
        return await self.__aiter_once()  # ok


async def case_getitem():
    lookup = Lookup()
    print(await lookup["rye"], len(lookup))  # ok
    print(await lookup.once())  # ok
    lookup.__getitem__("rye")  # error: coroutine-never-awaited


# Called in every kind of scope


def case_lambda_called_at_once():
    (lambda: knead())()  # error: coroutine-never-awaited
    asyncio.run((lambda: knead())())  # ok


async def case_method_in_comprehension():
    ovens = [Oven(), DeckOven()]
    [oven.light() for oven in ovens]  # error: coroutine-never-awaited
    print([await oven.light() for oven in ovens])  # ok


async def case_method_in_with():
    async with Oven() as oven:  # ok
        oven.light()  # error: coroutine-never-awaited
        await oven.light()  # ok


async def case_method_in_try(broken):
    oven = Oven()
    try:
        if broken:
            raise ValueError("no gas")
        await oven.preheat()  # ok
    except ValueError:
        oven.light()  # error: coroutine-never-awaited
    else:
        await oven.light()  # ok
    finally:
        oven._vent()  # error: coroutine-never-awaited


async def case_method_in_match(grain):
    match grain:
        case True:
            await Oven.light()  # ok
        case _:
            Oven.light()  # error: coroutine-never-awaited


async def case_method_in_nested_calls():
    print(len(str(Oven().preheat())))  # error: coroutine-never-awaited
    print(len(str(await Oven().preheat())))  # ok


async def case_property_in_ternary(big):
    oven = Oven()
    degrees = oven.temperature if big else oven.limit  # error: coroutine-never-awaited
    print(degrees)


async def case_property_in_ternary_awaited(big):
    oven = Oven()
    degrees = await oven.temperature if big else oven.limit  # ok
    print(degrees)
