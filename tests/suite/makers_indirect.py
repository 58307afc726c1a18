"""What makes a coroutine indirectly: partials, decorators, aliases, attributes, factories, containers; in a weather station."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import operator
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any, Dict, Generic, List, NamedTuple, Optional, ParamSpec, Protocol, TypedDict, TypeVar, Union

T = TypeVar("T")
P = ParamSpec("P")


async def measure(what="wind", unit="m/s"):
    await asyncio.sleep(0)
    return f"{what} in {unit}"


async def forecast(days=1):
    return ["rain"] * days


def guess(what="wind", unit="m/s"):
    return f"some {what}"


class Sensor:
    def __init__(self, name="roof"):
        self.name = name

    async def read(self, times=1):
        return self.name * times

    async def reset(self):
        return True

    def label(self):
        return self.name.upper()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None


class Radar(Sensor):
    async def read(self, times=1):
        return "clouds" * times


class Thermometer:
    """Like a Sensor, but none of them."""

    async def read(self, times=1):
        return 21.5

    async def reset(self):
        return None

    def label(self):
        return "thermometer"


class PaperLog:
    """Has methods of the same names, and they are plain ones."""

    def read(self, times=1):
        return "noted"

    def reset(self):
        return None

    def label(self):
        return "log"


# Partials


async def case_partial():
    measure_rain = functools.partial(measure, "rain")
    measure_rain()  # error: coroutine-never-awaited
    await measure_rain()  # ok


async def case_partial_with_keywords():
    in_knots = partial(measure, unit="knots")
    print(in_knots("gusts"))  # error: coroutine-never-awaited
    print(await in_knots("gusts"))  # ok


async def case_partial_of_partial():
    rain = partial(partial(measure, "rain"), unit="mm")
    rain()  # error: coroutine-never-awaited
    await rain()  # ok


async def case_partial_called_at_once():
    partial(measure, "rain")()  # error: coroutine-never-awaited
    await partial(measure, "rain")()  # ok


async def case_partial_of_method():
    twice = partial(Sensor().read, 2)
    twice()  # error: coroutine-never-awaited
    await twice()  # ok


async def case_partial_itself():
    rain = partial(measure, "rain")  # ok
    if rain:
        print(rain)  # ok
    partial(measure, "snow")  # ok


async def case_partial_of_sync():
    rain = partial(guess, "rain")
    rain()  # ok
    print(f"{rain()}")  # ok


class Station:
    def __init__(self):
        self.sensor = Sensor()
        self.radar: Radar = Radar()
        self.log = PaperLog()
        self.backup: Sensor | None = None
        self.old: Optional[Sensor] = None
        self.sensors: list[Sensor] = [Sensor("north"), Sensor("south")]
        self.by_name: dict[str, Sensor] = {"roof": Sensor()}
        self.measure_rain = partial(measure, "rain")
        self.quick = measure
        self.guess = guess

    async def report(self, what="all", loud=False):
        return what

    def scribble(self, what="all", loud=False):
        return what

    report_wind = functools.partialmethod(report, "wind")
    report_loudly = functools.partialmethod(report, loud=True)
    scribble_wind = functools.partialmethod(scribble, "wind")
    tell = report
    note = scribble

    async def all(self):
        self.sensor.read()  # error: coroutine-never-awaited
        await self.sensor.read()  # ok
        self.radar.read()  # error: coroutine-never-awaited
        await self.radar.read()  # ok
        self.log.read()  # ok
        self.measure_rain()  # error: coroutine-never-awaited
        await self.measure_rain()  # ok
        self.quick("sun")  # error: coroutine-never-awaited
        await self.quick("sun")  # ok
        self.guess("sun")  # ok

    async def optional(self):
        self.backup = Sensor("backup")
        if self.backup is not None:
            self.backup.read()  # error: coroutine-never-awaited
            await self.backup.read()  # ok
        self.old = Sensor("old")
        if self.old:
            self.old.reset()  # error: coroutine-never-awaited
            self.old.label()  # ok
            await self.old.reset()  # ok

    async def contained(self):
        for sensor in self.sensors:
            sensor.read()  # error: coroutine-never-awaited
            sensor.label()  # ok
            await sensor.read()  # ok
        self.by_name["roof"].read()  # error: coroutine-never-awaited
        await self.by_name["roof"].read()  # ok
        self.sensors[0].reset()  # error: coroutine-never-awaited
        await self.sensors[-1].reset()  # ok
        await asyncio.gather(*(sensor.read() for sensor in self.sensors))  # ok


async def case_partial_methods():
    station = Station()
    station.report_wind()  # error: coroutine-never-awaited
    station.report_loudly("storm")  # error: coroutine-never-awaited
    await station.report_wind()  # ok
    await station.report_loudly("storm")  # ok
    station.scribble_wind()  # ok


async def case_alias_of_method():
    station = Station()
    station.tell("all")  # error: coroutine-never-awaited
    station.note("all")  # ok
    await station.tell("all")  # ok


async def case_attributes_of_self():
    await Station().all()  # ok


async def case_optional_attributes():
    await Station().optional()  # ok


async def case_containers_on_self():
    await Station().contained()  # ok


async def case_attributes_of_attributes():
    class Network:
        def __init__(self):
            self.station = Station()

    network = Network()
    network.station.sensor.read()  # error: coroutine-never-awaited
    network.station.log.read()  # ok
    network.station.quick()  # error: coroutine-never-awaited
    await network.station.sensor.read()  # ok
    print(f"{network.station.radar.read(2)}")  # error: coroutine-never-awaited


async def case_function_that_needs_no_await():
    station = Station()
    sensor = station.sensor
    sensor.read()  # error: coroutine-never-awaited
    await sensor.read()  # ok


# Decorators


def logged(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        print("calling", function.__name__)
        return await function(*args, **kwargs)  # ok

    return wrapper


def passed_on(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)  # ok

    return wrapper


def blocking(function):
    """Makes an async function a plain one."""

    @wraps(function)
    def wrapper(*args, **kwargs):
        return asyncio.run(function(*args, **kwargs))  # ok

    return wrapper


def spawned(function):
    """Makes an async function one that returns a task, which it keeps."""
    running = set()

    @wraps(function)
    def wrapper(*args, **kwargs):
        task = asyncio.ensure_future(function(*args, **kwargs))  # ok
        running.add(task)
        task.add_done_callback(running.discard)  # ok

    return wrapper


def retried(times):
    def decorate(function):
        @wraps(function)
        async def wrapper(*args, **kwargs):
            for _ in range(times - 1):
                try:
                    return await function(*args, **kwargs)  # ok
                except OSError:
                    continue
            return await function(*args, **kwargs)  # ok

        return wrapper

    return decorate


def run_in(timeout):
    def decorate(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            return asyncio.run(asyncio.wait_for(function(*args, **kwargs), timeout))  # ok

        return wrapper

    return decorate


def registered(function):
    REGISTRY[function.__name__] = function
    return function


def made_async(function):
    """Makes a plain function an async one."""

    @wraps(function)
    async def wrapper(*args, **kwargs):
        return await asyncio.to_thread(function, *args, **kwargs)  # ok

    return wrapper


def bare(function):
    async def wrapper(*args):
        return await function(*args)  # ok

    return wrapper


REGISTRY = {}


@logged
async def measure_wind(height=10):
    return height


@passed_on
async def measure_sun():
    return "bright"


@blocking
async def measure_snow(depth=1):
    return depth


@spawned
async def measure_hail():
    return "none"


@retried(3)
async def measure_fog(place="harbour"):
    return place


@run_in(timeout=1)
async def measure_dew():
    return 7


@registered
async def measure_ice():
    return 0


@made_async
def measure_pressure():
    return 1013


@logged
@retried(times=2)
@registered
async def measure_all():
    return []


@blocking
@logged
async def measure_quietly():
    return None


@bare
async def measure_tide(place="harbour"):
    return place


async def case_decorated():
    measure_wind(20)  # error: coroutine-never-awaited
    await measure_wind(20)  # ok


async def case_decorated_without_wraps():
    measure_tide("bridge")  # error: coroutine-never-awaited
    await measure_tide("bridge")  # ok


async def case_decorated_and_passed_on():
    measure_sun()  # error: coroutine-never-awaited
    print(await measure_sun())  # ok


async def case_decorated_by_factory():
    measure_fog("bridge")  # error: coroutine-never-awaited
    await measure_fog("bridge")  # ok


async def case_decorated_by_registry():
    measure_ice()  # error: coroutine-never-awaited
    await measure_ice()  # ok
    await REGISTRY["measure_ice"]()  # ok


async def case_decorated_to_be_async():
    measure_pressure()  # error: coroutine-never-awaited
    print(await measure_pressure())  # ok


async def case_decorated_often():
    measure_all()  # error: coroutine-never-awaited
    await measure_all()  # ok


def case_decorated_to_be_sync():
    measure_snow(3)  # ok
    print(f"{measure_snow(3)}", measure_quietly())  # ok
    measure_dew()  # ok


async def case_decorated_to_spawn():
    measure_hail()  # ok
    await asyncio.sleep(0.001)  # ok


class Post:
    @logged
    async def raise_flag(self):
        return "up"

    @blocking
    async def lower_flag(self):
        return "down"

    @staticmethod
    @retried(2)
    async def ring():
        return "ding"

    @classmethod
    @passed_on
    async def open(cls):
        return cls()


async def case_decorated_methods():
    post = Post()
    post.raise_flag()  # error: coroutine-never-awaited
    Post.ring()  # error: coroutine-never-awaited
    Post.open()  # error: coroutine-never-awaited
    await post.raise_flag()  # ok
    await Post.ring()  # ok
    (await Post.open()).raise_flag()  # error: coroutine-never-awaited


def case_method_decorated_to_be_sync():
    Post().lower_flag()  # ok


def counted(cls):
    cls.count = 0
    return cls


@counted
class Balloon:
    async def rise(self):
        return "high"

    def pop(self):
        return "pop"


@dataclass
class Kite:
    color: str
    sensor: Sensor
    spare: Sensor = field(default_factory=Sensor)
    string: Optional[Sensor] = None

    async def fly(self):
        return self.color


async def case_class_decorator():
    Balloon().rise()  # error: coroutine-never-awaited
    Balloon().pop()  # ok
    await Balloon().rise()  # ok


async def case_dataclass_fields():
    kite = Kite("red", Sensor())
    kite.fly()  # error: coroutine-never-awaited
    kite.sensor.read()  # error: coroutine-never-awaited
    kite.spare.read()  # error: coroutine-never-awaited
    kite.spare.label()  # ok
    await kite.sensor.read()  # ok


class once:  # noqa: N801
    """A decorator that is a class and makes of an async function a plain one."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        return self.function.__name__


class AsyncOnce:
    def __init__(self, function):
        self.function = function

    async def __call__(self, *args):
        return await self.function(*args)  # ok


@once
async def sunrise():
    return 6


@AsyncOnce
async def sunset():
    return 18


async def case_decorated_by_class():
    sunrise()  # ok
    print("sunrise", sunrise())  # ok
    sunset()  # error: coroutine-never-awaited
    await sunset()  # ok


@types.coroutine
def next_turn():
    yield


async def case_types_coroutine():
    await next_turn()  # ok


def unknown(function):
    return inspect.getattr_static(types.SimpleNamespace(it=guess), "it")


@unknown
async def mystery():
    return 42


async def case_decorated_by_unknown():
    mystery()  # ok
    print("?", mystery())  # ok


def maybe_blocking(block):
    def decorate(function):
        if block:
            return blocking(function)
        return function

    return decorate


@maybe_blocking(True)
async def perhaps():
    return None


def case_decorated_either_way():
    perhaps()  # ok


def case_decorated_locally():
    def run(function):
        return lambda *args: asyncio.run(function(*args))  # ok

    @run
    async def hourly():
        return 24

    print(hourly())  # ok
    hourly()  # ok


def either_kind(function):
    """Leaves an async function async, and a plain one plain."""
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def async_wrapper(*args, **kwargs):
            return await function(*args, **kwargs)  # ok

        return async_wrapper

    @wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)  # ok

    return wrapper


def typed_async(function: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    @wraps(function)
    async def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        return await function(*args, **kwargs)  # ok

    return wrapper


def typed_blocking(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run(function(*args, **kwargs))  # ok

    return wrapper


@either_kind
async def count_stars():
    return 3000


@either_kind
def count_clouds():
    return 3


@typed_async
async def count_planes(zone: str) -> int:
    return len(zone)


@typed_blocking
async def count_birds(zone: str) -> int:
    return len(zone)


@functools.singledispatch
async def describe(thing):
    return str(thing)


@describe.register
async def _(thing: int):
    return f"{thing} degrees"


class timed(contextlib.ContextDecorator):  # noqa: N801
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


@timed()
async def count_flashes():
    return 2


@timed()
def count_drops():
    return 1000


async def case_decorator_for_both_kinds():
    count_clouds()  # ok
    print(count_clouds())  # ok
    count_stars()  # error: coroutine-never-awaited
    await count_stars()  # ok


async def case_typed_decorator():
    count_planes("north")  # error: coroutine-never-awaited
    await count_planes("north")  # ok


def case_typed_decorator_to_sync():
    count_birds("north")  # ok
    print(count_birds("north") + 1)  # ok


async def case_single_dispatch():
    describe("fog")  # error: coroutine-never-awaited
    print(await describe("fog"), await describe(3))  # ok


async def case_context_decorator():
    count_flashes()  # error: coroutine-never-awaited
    count_drops()  # ok
    await count_flashes()  # ok


# Lambdas


async def case_lambda():
    rain = lambda: measure("rain")  # noqa: E731
    rain()  # error: coroutine-never-awaited
    await rain()  # ok


async def case_lambda_with_arguments():
    in_knots = lambda what, unit="knots": measure(what, unit)  # noqa: E731
    print("gusts:", in_knots("gusts"))  # error: coroutine-never-awaited
    print("gusts:", await in_knots("gusts"))  # ok


async def case_lambda_never_called():
    rain = lambda: measure("rain")  # noqa: E731  # ok
    print(rain)  # ok


def case_lambda_that_runs():
    rain = lambda: asyncio.run(measure("rain"))  # noqa: E731
    rain()  # ok
    print(f"{rain()}")  # ok


async def case_lambda_in_table(kind):
    table = {True: lambda: measure("rain"), False: lambda: measure("snow")}  # ok
    await table[kind]()  # ok


# Aliases


async def case_alias():
    look = measure
    look("sky")  # error: coroutine-never-awaited
    await look("sky")  # ok


async def case_alias_of_alias():
    look = measure
    stare = look
    print(stare("sky"))  # error: coroutine-never-awaited
    await stare("sky")  # ok


async def case_alias_of_bound_method():
    read = Sensor().read
    read()  # error: coroutine-never-awaited
    await read(2)  # ok


async def case_conditional_alias(rainy):
    look = measure if rainy else forecast
    look()  # error: coroutine-never-awaited
    await look()  # ok


async def case_alias_in_branches(rainy):
    if rainy:
        look = measure
    else:
        look = forecast
    print(look())  # error: coroutine-never-awaited
    print(await look())  # ok


async def case_alias_of_sync_or_async(rainy):
    look = measure if rainy else guess
    answer = look()  # ok
    if inspect.isawaitable(answer):
        answer = await answer  # ok
    print(answer)  # ok


async def case_alias_of_sync_or_async_in_branches(rainy):
    if rainy:
        look = guess
    else:
        look = measure
    if rainy:
        look()  # ok
    else:
        await look()  # ok


async def case_alias_with_or():
    look = None or measure
    look()  # error: coroutine-never-awaited
    await look()  # ok


async def case_walrus():
    if (sensor := Sensor()) is not None:
        sensor.read()  # error: coroutine-never-awaited
        await sensor.read()  # ok
    if (look := measure) and callable(look):
        look()  # error: coroutine-never-awaited


async def case_unpacked_aliases():
    look, ask = measure, guess
    look()  # error: coroutine-never-awaited
    ask()  # ok
    await look()  # ok


async def case_rebound_name():
    look = measure
    await look()  # ok
    look = guess
    look()  # ok


async def case_parameter_default():
    def show(look=measure):
        return look("sky")  # ok

    await show()  # ok
    print(show(guess))  # ok


async def case_instance_attribute_overrides():
    sensor = Sensor()
    sensor.read = guess
    sensor.read()  # ok
    print(f"{sensor.read()}")  # ok


async def case_instance_attribute_set_in_init():
    class Probe(Sensor):
        def __init__(self):
            super().__init__()
            self.read = guess
            self.check = self.reset

    probe = Probe()
    probe.read()  # ok
    probe.check()  # error: coroutine-never-awaited
    await probe.check()  # ok


async def case_class_attribute_overrides():
    class PaperSensor(Sensor):
        read = guess
        reset = staticmethod(guess)

    paper = PaperSensor()
    paper.read()  # ok
    paper.reset()  # ok
    await paper.__aenter__()  # ok


async def case_sync_overridden_by_async():
    class Printer:
        def show(self):
            return "paper"

    class Display(Printer):
        async def show(self):
            return "screen"

    Printer().show()  # ok
    Display().show()  # error: coroutine-never-awaited
    await Display().show()  # ok


async def case_async_overridden_by_sync_behind_base():
    class DrySensor(Sensor):
        def read(self, times=1):
            return "dry"

    dry = DrySensor()
    dry.read()  # ok
    dry.reset()  # error: coroutine-never-awaited


async def case_class_alias():
    Gauge = Sensor  # noqa: N806
    Gauge().read()  # error: coroutine-never-awaited
    await Gauge("river").read()  # ok


async def case_conditional_class(digital):
    gauge = Sensor() if digital else Thermometer()
    gauge.read()  # error: coroutine-never-awaited
    gauge.label()  # ok
    await gauge.read()  # ok


async def case_conditional_class_with_sync_one(digital):
    gauge = Sensor() if digital else PaperLog()
    answer = gauge.read()  # ok
    print(await answer if digital else answer)  # ok


# Factories


def make_sensor(name) -> Sensor:
    return Sensor(name)


def find_sensor(name):
    print("looking for", name)
    return Radar(name)


def make_reader(what):
    async def read(times=1):
        return what * times

    return read


def make_plain_reader(what):
    def read(times=1):
        return what * times

    return read


def make_lambda(what):
    return lambda: measure(what)  # ok


def make_typed_reader(what: str) -> Callable[[], Coroutine[Any, Any, str]]:
    return lambda: measure(what)  # ok


async def connect(name="roof") -> Sensor:
    return Sensor(name)


async def connect_untyped(name="roof"):
    await asyncio.sleep(0)
    return Radar(name)


def sensor_or_none(name) -> Optional[Sensor]:
    return Sensor(name) if name else None


def either(name) -> Union[Sensor, Thermometer]:
    return Sensor() if name == "roof" else Thermometer()


def either_or_paper(name) -> Sensor | PaperLog:
    return Sensor() if name == "roof" else PaperLog()


def any_sensor(name) -> Any:
    return PaperLog()


async def case_factory():
    make_sensor("roof").read()  # error: coroutine-never-awaited
    sensor = make_sensor("garden")
    sensor.read()  # error: coroutine-never-awaited
    sensor.label()  # ok
    await sensor.read()  # ok


async def case_factory_unannotated():
    radar = find_sensor("tower")
    radar.read()  # error: coroutine-never-awaited
    print(radar.label())  # ok
    await radar.read()  # ok


async def case_factory_of_functions():
    read_rain = make_reader("rain")
    read_rain(2)  # error: coroutine-never-awaited
    make_reader("snow")()  # error: coroutine-never-awaited
    await read_rain(2)  # ok
    make_plain_reader("hail")()  # ok


async def case_factory_of_lambdas():
    rain = make_lambda("rain")
    rain()  # error: coroutine-never-awaited
    await rain()  # ok


async def case_factory_of_typed_functions():
    make_typed_reader("rain")()  # error: coroutine-never-awaited
    await make_typed_reader("rain")()  # ok


async def case_awaited_result():
    sensor = await connect("roof")  # ok
    sensor.read()  # error: coroutine-never-awaited
    await sensor.read()  # ok


async def case_awaited_result_chained():
    (await connect()).read()  # error: coroutine-never-awaited
    await (await connect()).read()  # ok


async def case_awaited_result_unannotated():
    radar = await connect_untyped("tower")  # ok
    print(radar.read())  # error: coroutine-never-awaited
    print(await radar.read())  # ok


async def case_awaited_task_result():
    task = asyncio.create_task(connect("roof"))  # ok
    sensor = await task  # ok
    sensor.read()  # error: coroutine-never-awaited
    await sensor.read()  # ok


async def case_awaited_with_timeout():
    sensor = await asyncio.wait_for(connect("roof"), timeout=1)  # ok
    sensor.reset()  # error: coroutine-never-awaited
    await sensor.reset()  # ok


async def case_gathered_results():
    roof, tower = await asyncio.gather(connect("roof"), connect_untyped("tower"))  # ok
    roof.read()  # error: coroutine-never-awaited
    await tower.read()  # ok


async def case_optional_result(named):
    sensor = sensor_or_none("roof" if named else "")
    if sensor is not None:
        sensor.read()  # error: coroutine-never-awaited
        await sensor.read()  # ok
    if sensor:
        sensor.label()  # ok


async def case_optional_result_with_early_return(named):
    sensor = sensor_or_none("roof" if named else "")
    if sensor is None:
        return
    sensor.read()  # error: coroutine-never-awaited
    await sensor.read()  # ok


async def case_union_of_async_classes():
    gauge = either("garden")
    gauge.read()  # error: coroutine-never-awaited
    gauge.label()  # ok
    await gauge.read()  # ok


async def case_union_with_sync_class():
    gauge = either_or_paper("garden")
    gauge.read()  # ok
    print(gauge.read())  # ok


async def case_any():
    gauge = any_sensor("garden")
    gauge.read()  # ok
    print(gauge.read())  # ok


async def case_isinstance_narrows():
    gauge = either_or_paper("roof")
    if isinstance(gauge, Sensor):
        gauge.read()  # error: coroutine-never-awaited
        await gauge.read()  # ok
    else:
        gauge.read()  # ok


async def case_isinstance_narrows_to_sync():
    gauge = either_or_paper("garden")
    if isinstance(gauge, PaperLog):
        gauge.read()  # ok
        gauge.reset()  # ok
    else:
        await gauge.read()  # ok


# with


@contextlib.asynccontextmanager
async def connected(name="roof") -> AsyncIterator[Sensor]:
    sensor = Sensor(name)
    try:
        yield sensor
    finally:
        await sensor.reset()  # ok


@contextlib.contextmanager
def borrowed():
    yield Radar("borrowed")


class Pool:
    async def __aenter__(self) -> Radar:
        return Radar("pooled")

    async def __aexit__(self, *_):
        return None

    def lease(self):
        return connected("leased")  # ok


async def readings(count=2) -> AsyncIterator[Sensor]:
    for number in range(count):
        yield Sensor(str(number))


async def case_async_with():
    async with Sensor() as sensor:  # ok
        sensor.read()  # error: coroutine-never-awaited
        await sensor.read()  # ok


async def case_async_with_other_class():
    async with Pool() as radar:  # ok
        radar.read(2)  # error: coroutine-never-awaited
        print(f"{radar.label()}")  # ok
        await radar.read(2)  # ok


async def case_async_context_manager():
    async with connected("garden") as sensor:  # ok
        sensor.read()  # error: coroutine-never-awaited
        await sensor.read()  # ok


async def case_async_context_manager_is_no_coroutine():
    connected("garden")  # ok
    connection = connected("garden")  # ok
    print("connection:", connection)  # ok
    Pool().lease()  # ok
    if connected("roof"):  # ok
        print("there is one")


async def case_async_context_manager_method():
    async with Pool().lease() as sensor, Pool() as radar:  # ok
        print(sensor.read(), radar.label())  # error: coroutine-never-awaited
        await asyncio.gather(sensor.read(), radar.read())  # ok


async def case_sync_context_manager():
    with borrowed() as radar:  # ok
        radar.read()  # error: coroutine-never-awaited
        await radar.read()  # ok


async def case_async_exit_stack():
    async with contextlib.AsyncExitStack() as stack:  # ok
        radar = await stack.enter_async_context(Pool())  # ok
        radar.read()  # error: coroutine-never-awaited
        await radar.read()  # ok


async def case_async_for():
    async for sensor in readings():  # ok
        sensor.read()  # error: coroutine-never-awaited
        await sensor.read()  # ok


async def case_async_generator_is_no_coroutine():
    readings()  # ok
    later = readings(3)  # ok
    print(later)  # ok
    print([sensor.label() async for sensor in readings()])  # ok


async def case_async_generator_expression():
    (await sensor.read() async for sensor in readings())  # ok
    values = (await sensor.read() for sensor in [Sensor()])  # ok
    print([value async for value in values])  # ok


# Containers


async def case_dict_of_sensors():
    sensors: dict[str, Sensor] = {}
    sensors["roof"] = Sensor()
    sensors["roof"].read()  # error: coroutine-never-awaited
    await sensors["roof"].read()  # ok
    for name, sensor in sensors.items():
        print(name, sensor.read())  # error: coroutine-never-awaited
        print(name, await sensor.read())  # ok
    for sensor in sensors.values():
        sensor.reset()  # error: coroutine-never-awaited
    if (roof := sensors.get("roof")) is not None:
        roof.label()  # ok
        roof.read()  # error: coroutine-never-awaited
    sensors.pop("roof").read()  # error: coroutine-never-awaited


async def case_list_of_sensors():
    async def read_all(sensors: list[Sensor]):
        sensors[0].read()  # error: coroutine-never-awaited
        for sensor in sensors:
            sensor.read()  # error: coroutine-never-awaited
        for number, sensor in enumerate(sensors):
            print(number, sensor.read())  # error: coroutine-never-awaited
            print(number, sensor.label(), await sensor.read())  # ok
        return [await sensor.read() for sensor in sensors]  # ok

    await read_all([Sensor(), Radar()])  # ok


async def case_untyped_list():
    sensors = [Sensor("north"), Sensor("south")]
    for sensor in sensors:
        sensor.read()  # error: coroutine-never-awaited
        await sensor.read()  # ok
    first, second = sensors
    first.reset()  # error: coroutine-never-awaited
    await second.reset()  # ok


async def case_old_style_containers():
    async def read_all(sensors: List[Sensor], by_name: Dict[str, Thermometer], more: Iterable[Sensor]):
        sensors[0].read()  # error: coroutine-never-awaited
        by_name["inside"].read()  # error: coroutine-never-awaited
        for sensor in more:
            sensor.reset()  # error: coroutine-never-awaited
        await by_name["inside"].read()  # ok

    await read_all([Sensor()], {"inside": Thermometer()}, iter([Radar()]))  # ok


async def case_tuple_of_sensor_and_log():
    def pair() -> tuple[Sensor, PaperLog]:
        return Sensor(), PaperLog()

    sensor, log = pair()
    sensor.read()  # error: coroutine-never-awaited
    log.read()  # ok
    pair()[0].read()  # error: coroutine-never-awaited
    pair()[1].read()  # ok


async def case_mixed_list():
    gauges = [Sensor(), PaperLog()]
    for gauge in gauges:
        answer = gauge.read()  # ok
        print(await answer if inspect.isawaitable(answer) else answer)  # ok


async def case_list_of_unknown():
    def ask_all(gauges):
        for gauge in gauges:
            gauge.read()  # ok

    ask_all([PaperLog()])


async def case_loop_over_functions():
    for look in (measure, forecast):
        look()  # error: coroutine-never-awaited
        await look()  # ok


async def case_loop_over_mixed_functions():
    for look in (measure, guess):
        answer = look()  # ok
        if asyncio.iscoroutine(answer):
            await answer  # ok


async def case_table_of_functions(kind):
    table = {True: measure, False: forecast}
    table[kind]()  # error: coroutine-never-awaited
    await table[kind]()  # ok


async def case_deque_and_default_dict():
    queue: deque[Sensor] = deque([Sensor(), Sensor(), Sensor()])
    queue.popleft().read()  # error: coroutine-never-awaited
    await queue.pop().read()  # ok
    shelves: defaultdict[str, Sensor] = defaultdict(Sensor)
    shelves["a"].read()  # error: coroutine-never-awaited
    await shelves["a"].read()  # ok


async def case_nested_containers():
    stations: dict[str, list[Sensor]] = {"north": [Sensor()]}
    for sensors in stations.values():
        for sensor in sensors:
            sensor.read()  # error: coroutine-never-awaited
    stations["north"][0].read()  # error: coroutine-never-awaited
    await stations["north"][0].read()  # ok


async def case_mapping_parameter():
    async def read_all(sensors: Mapping[str, Sensor]):
        for name in sensors:
            sensors[name].read()  # error: coroutine-never-awaited
        await asyncio.gather(*(sensor.read() for sensor in sensors.values()))  # ok

    await read_all(OrderedDict(roof=Sensor()))  # ok


class Row(NamedTuple):
    name: str
    sensor: Sensor


class Config(TypedDict):
    sensor: Sensor
    log: PaperLog


async def case_named_tuple():
    row = Row("roof", Sensor())
    row.sensor.read()  # error: coroutine-never-awaited
    await row.sensor.read()  # ok
    name, sensor = row
    print(name, await sensor.read())  # ok


async def case_typed_dict():
    config: Config = {"sensor": Sensor(), "log": PaperLog()}
    config["log"].read()  # ok
    config["sensor"].read()  # error: coroutine-never-awaited
    await config["sensor"].read()  # ok


# Generics


class Box(Generic[T]):
    def __init__(self, item: T):
        self.item = item

    def get(self) -> T:
        return self.item

    async def load(self) -> T:
        return self.item


def first(items: list[T]) -> T:
    return items[0]


def same(item: T) -> T:
    return item


S = TypeVar("S", bound=Sensor)


async def case_generic_class():
    box: Box[Sensor] = Box(Sensor())
    box.get().read()  # error: coroutine-never-awaited
    await box.get().read()  # ok
    box.load()  # error: coroutine-never-awaited
    (await box.load()).read()  # error: coroutine-never-awaited
    await (await box.load()).read()  # ok


async def case_generic_class_as_parameter():
    async def open_box(box: Box[Sensor], other: Box[PaperLog]):
        box.get().read()  # error: coroutine-never-awaited
        other.get().read()  # ok
        await box.get().read()  # ok

    await open_box(Box(Sensor()), Box(PaperLog()))  # ok


async def case_type_variable():
    first([Sensor(), Sensor()]).read()  # error: coroutine-never-awaited
    same(Sensor()).read()  # error: coroutine-never-awaited
    first([PaperLog()]).read()  # ok
    same(PaperLog()).read()  # ok
    await first([Sensor()]).read()  # ok


async def case_bound_type_variable():
    async def calibrate(sensor: S) -> S:
        sensor.reset()  # error: coroutine-never-awaited
        await sensor.reset()  # ok
        return sensor

    radar = await calibrate(Radar())  # ok
    radar.read()  # error: coroutine-never-awaited
    await radar.read()  # ok


async def case_type_parameter():
    async def build(kind: type[Sensor]):
        kind("built").read()  # error: coroutine-never-awaited
        return await kind("built").read()  # ok

    await build(Radar)  # ok


class Repository(Generic[T]):
    def __init__(self, kind: type[T]):
        self.kind = kind

    async def find(self, name) -> T:
        return self.kind()

    async def find_all(self) -> list[T]:
        return [self.kind(), self.kind()]


class SensorRepository(Repository[Sensor]):
    pass


async def case_generic_base():
    repository = SensorRepository(Sensor)
    repository.find("roof")  # error: coroutine-never-awaited
    sensor = await repository.find("roof")  # ok
    sensor.read()  # error: coroutine-never-awaited
    for other in await repository.find_all():  # ok
        await other.read()  # ok


# Functions that say what they return; other awaitables


def start(what) -> Coroutine[Any, Any, str]:
    return measure(what)  # ok


def start_somehow(what) -> Awaitable[str]:
    return measure(what)  # ok


def start_or_not(what) -> Coroutine[Any, Any, str] | None:
    return measure(what) if what else None  # ok


def start_twice(what) -> tuple[Coroutine[Any, Any, str], Coroutine[Any, Any, str]]:
    return measure(what), measure(what)  # ok


class Reading:
    """May be awaited, and need not."""

    def __init__(self, what):
        self.what = what

    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return self.what


class Query:
    def __init__(self):
        self.parts = []

    def where(self, part):
        self.parts.append(part)
        return self

    def __await__(self):
        return self._run().__await__()  # ok

    async def _run(self):
        return self.parts


async def case_function_returns_coroutine():
    start("rain")  # error: coroutine-never-awaited
    begun = start("rain")  # ok
    await begun  # ok


async def case_function_returns_awaitable():
    start_somehow("rain")  # error: coroutine-never-awaited
    await start_somehow("rain")  # ok


async def case_function_returns_coroutine_or_none(sure):
    begun = start_or_not("rain" if sure else "")  # ok
    if begun is not None:
        await begun  # ok


async def case_function_returns_coroutine_or_none_and_is_tested(sure):
    begun = start_or_not("rain" if sure else "")  # ok
    if begun:
        print(await begun)  # ok


async def case_function_returns_two():
    one, other = start_twice("rain")  # ok
    await one  # ok
    await other  # ok


async def case_own_awaitable():
    print(await Reading("rain"))  # ok
    print(await Query().where("north").where("wet"))  # ok


async def case_own_awaitable_used_otherwise():
    reading = Reading("rain")  # ok
    print(reading.what)  # ok
    query = Query().where("north")  # ok
    query.where("wet")  # ok
    print(await query)  # ok


async def case_function_that_makes_own_awaitable():
    def ask(what) -> Reading:
        return Reading(what)  # ok

    print(await ask("rain"))  # ok


async def case_method_and_operator():
    reader = operator.methodcaller("read")
    await reader(Sensor())  # ok
    await getattr(Sensor(), "read")()  # ok


async def case_getattr_of_unknown_name(wet):
    sensor = Sensor()
    method = getattr(sensor, "label" if wet else "name")
    print(method)  # ok


class Reader(Protocol):
    async def read(self, times: int = 1) -> Any: ...


async def case_protocol_attribute():
    class Desk:
        reader: Reader

        def __init__(self, reader: Reader):
            self.reader = reader

        async def work(self):
            self.reader.read()  # error: coroutine-never-awaited
            await self.reader.read(2)  # ok

    await Desk(Radar()).work()  # ok


async def case_annotated_class_attribute():
    class Desk:
        sensor: Sensor
        log: PaperLog

        async def work(self):
            self.sensor.read()  # error: coroutine-never-awaited
            self.log.read()  # ok
            await self.sensor.read()  # ok

    desk = Desk()
    desk.sensor, desk.log = Sensor(), PaperLog()
    await desk.work()  # ok


async def case_property_that_gives_an_object():
    class Desk:
        @property
        def sensor(self) -> Sensor:
            return Sensor("desk")

        @functools.cached_property
        def radar(self):
            return Radar("desk")

    desk = Desk()
    desk.sensor.read()  # error: coroutine-never-awaited
    desk.radar.read()  # error: coroutine-never-awaited
    print(desk.sensor.label(), await desk.radar.read())  # ok


async def case_attribute_that_may_be_sync(paper):
    class Desk:
        def __init__(self):
            self.gauge = PaperLog() if paper else Sensor()

        async def work(self):
            answer = self.gauge.read()  # ok
            return await answer if inspect.isawaitable(answer) else answer  # ok

    await Desk().work()  # ok


async def case_optional_parameter():
    async def work(sensor: Sensor | None = None, log: Optional[PaperLog] = None):
        if sensor is not None:
            sensor.read()  # error: coroutine-never-awaited
            await sensor.read()  # ok
        if log:
            log.read()  # ok

    await work(Sensor())  # ok
    await work(log=PaperLog())  # ok


async def case_default_parameter():
    async def work(sensor=None):
        sensor = sensor or Sensor()
        sensor.read()  # ok
        sensor.label()  # ok

    await work(PaperLog())  # ok


async def case_builder():
    class Builder:
        def __init__(self):
            self.names = []

        def add(self, name) -> Builder:
            self.names.append(name)
            return self

        async def build(self):
            return [Sensor(name) for name in self.names]

    builder = Builder().add("roof").add("garden")
    builder.build()  # error: coroutine-never-awaited
    Builder().add("roof").build()  # error: coroutine-never-awaited
    sensors = await builder.add("river").build()  # ok
    await sensors[0].read()  # ok
    sensors[1].read()  # error: coroutine-never-awaited; limit: jedi does not know the elements of a list that a function without an annotation returns


MAIN_SENSOR = Sensor("main")
SENSORS = {"main": MAIN_SENSOR}
read_main = MAIN_SENSOR.read
default_reader = partial(MAIN_SENSOR.read, 2)


async def case_global_object():
    MAIN_SENSOR.read()  # error: coroutine-never-awaited
    SENSORS["main"].read()  # error: coroutine-never-awaited
    read_main()  # error: coroutine-never-awaited
    default_reader()  # error: coroutine-never-awaited
    await asyncio.gather(MAIN_SENSOR.read(), SENSORS["main"].read(), read_main(), default_reader())  # ok
