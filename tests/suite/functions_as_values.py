"""Async functions as values: annotated callables, defaults, decorators with and without arguments, caches, functions
that are defined twice; in a music player."""

from __future__ import annotations

import asyncio
import functools
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial, wraps
from typing import Any, Optional, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

Handler = Callable[[str], Coroutine[Any, Any, None]]
AnyHandler = Callable[..., Awaitable[None]]


async def play(song="Blue"):
    await asyncio.sleep(0)
    return len(song)


async def stop(song="Blue"):
    await asyncio.sleep(0)


def mute(song="Blue"):
    return None


class Player:
    def __init__(self, name="hall"):
        self.name = name

    async def play(self, song="Blue"):
        await asyncio.sleep(0)
        return len(song)

    async def is_on(self):
        return False

    def mute(self):
        return None


# Annotated callables.


async def call_coroutine_function(handler: Callable[[str], Coroutine[Any, Any, None]]):
    handler("Blue")  # error: coroutine-never-awaited
    await handler("Blue")  # ok


async def call_any_coroutine_function(handler: Callable[..., Coroutine]):
    handler()  # error: coroutine-never-awaited
    print(handler("Red"))  # error: coroutine-never-awaited
    return await handler()  # ok


async def call_alias(handler: Handler):
    handler("Blue")  # error: coroutine-never-awaited
    await handler("Blue")  # ok


async def call_optional(handler: Optional[Handler] = None):
    if handler is not None:
        handler("Blue")  # error: coroutine-never-awaited
        await handler("Blue")  # ok


async def call_optional_union(handler: Callable[[str], Coroutine[Any, Any, None]] | None = None):
    if handler:
        handler("Blue")  # error: coroutine-never-awaited
        await handler("Blue")  # ok


async def call_awaitable_function(handler: Callable[[str], Awaitable[None]]):
    handler("Blue")  # error: coroutine-never-awaited
    result = handler("Blue")  # ok
    await result  # ok
    print(handler("Red"))  # error: coroutine-never-awaited
    if handler("Red"):  # error: coroutine-never-awaited
        return


async def call_plain_function(handler: Callable[[str], None]):
    handler("Blue")  # ok
    print(handler("Blue"))  # ok


async def call_either(handler: Callable[[str], None | Awaitable[None]]):
    result = handler("Blue")  # ok
    if result is not None:
        await result  # ok


async def case_annotated_callables():
    await call_coroutine_function(stop)  # ok
    await call_any_coroutine_function(play)  # ok
    await call_alias(stop)  # ok
    await call_optional(stop)  # ok
    await call_optional_union(stop)  # ok
    await call_awaitable_function(stop)  # ok
    await call_plain_function(mute)  # ok
    await call_either(mute)  # ok
    await call_either(stop)  # ok


class Button:
    """Keeps its callbacks in attributes."""

    on_click: Handler

    def __init__(self, on_click: Handler, on_hold: Callable[[], Coroutine[Any, Any, int]] = play):
        self.on_click = on_click
        self.on_hold = on_hold

    async def click(self):
        self.on_click("Blue")  # error: coroutine-never-awaited
        await self.on_click("Blue")  # ok

    async def hold(self):
        self.on_hold()  # error: coroutine-never-awaited
        await self.on_hold()  # ok


@dataclass
class Key:
    on_press: Callable[[str], Coroutine[Any, Any, None]]
    on_release: Handler | None = None
    others: list[Handler] = field(default_factory=list)
    by_name: dict[str, Handler] = field(default_factory=dict)

    async def press(self):
        self.on_press("Blue")  # error: coroutine-never-awaited
        await self.on_press("Blue")  # ok
        if self.on_release:
            self.on_release("Blue")  # error: coroutine-never-awaited

    async def press_others(self):
        for other in self.others:
            other("Blue")  # error: coroutine-never-awaited
        for name, handler in self.by_name.items():
            handler(name)  # error: coroutine-never-awaited
        self.by_name["x"]("y")  # error: coroutine-never-awaited
        await asyncio.gather(*(other("Blue") for other in self.others))  # ok


async def case_kept_callbacks():
    await Button(stop).click()  # ok
    await Button(stop).hold()  # ok
    key = Key(stop, stop, [stop], {"x": stop})
    await key.press()  # ok
    await key.press_others()  # ok


async def run_all(handlers: list[Handler], by_name: dict[str, Callable[[], Coroutine[Any, Any, Any]]]):
    for handler in handlers:
        handler("Blue")  # error: coroutine-never-awaited
    for other in by_name.values():
        other()  # error: coroutine-never-awaited
        await other()  # ok


async def run_all_plain(handlers: list[Callable[[str], None]]):
    for handler in handlers:
        handler("Blue")  # ok


async def case_lists_of_callbacks():
    await run_all([stop], {"play": play})  # ok
    await run_all_plain([mute])  # ok


# Defaults.


async def with_default(action=play):
    action()  # error: coroutine-never-awaited
    return await action()  # ok


async def with_keyword_default(*, song="Blue", action=stop):
    print(action(song))  # error: coroutine-never-awaited
    await action(song)  # ok


async def with_plain_default(action=mute):
    action()  # ok
    print(action())  # ok


async def with_none_default(action=None):
    action = action or play
    action()  # error: coroutine-never-awaited
    await action()  # ok


async def with_none_default_in_branch(action=None):
    if action is None:
        action = play
    action()  # error: coroutine-never-awaited
    await action()  # ok


async def with_maybe_plain_default(action=play):
    # Some hand in a plain function.
    result = action()  # ok
    if asyncio.iscoroutine(result):
        result = await result  # ok
    return result


async def case_defaults():
    await with_default()  # ok
    await with_keyword_default()  # ok
    await with_plain_default()  # ok
    await with_none_default()  # ok
    await with_none_default_in_branch()  # ok
    await with_maybe_plain_default()  # ok
    await with_maybe_plain_default(mute)  # ok


# Decorators with and without arguments.


def logged(function=None, *, level="info"):
    def decorate(function):
        @functools.wraps(function)
        async def wrapper(*args, **kwargs):
            print(level)
            return await function(*args, **kwargs)

        return wrapper

    if function is None:
        return decorate
    return decorate(function)


def timed(function=None, **options):
    if function is None:
        return partial(timed, **options)

    @wraps(function)
    async def wrapper(*args, **kwargs):
        started = time.monotonic()
        try:
            return await function(*args, **kwargs)
        finally:
            print(time.monotonic() - started, options)

    return wrapper


def retried(arg=None, times=2):
    def decorate(function):
        @wraps(function)
        async def wrapper(*args, **kwargs):
            for _ in range(times):
                return await function(*args, **kwargs)

        return wrapper

    return decorate(arg) if callable(arg) else decorate


def blocking(function=None, *, timeout=None):
    def decorate(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            return asyncio.run(asyncio.wait_for(function(*args, **kwargs), timeout))

        return wrapper

    if function is None:
        return decorate
    return decorate(function)


def typed(times: int) -> Callable[[Callable[P, Coroutine[Any, Any, T]]], Callable[P, Coroutine[Any, Any, T]]]:
    def decorate(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        @wraps(function)
        async def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            return await function(*args, **kwargs)

        return wrapper

    return decorate


def same(function: Callable[P, T]) -> Callable[P, T]:
    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        print("same")
        return function(*args, **kwargs)

    return wrapper


@logged
async def pause(song="Blue"):
    await asyncio.sleep(0)


@logged(level="debug")
async def resume(song="Blue"):
    await asyncio.sleep(0)


@timed
async def rewind(song="Blue"):
    await asyncio.sleep(0)


@timed(unit="s")
async def forward(song="Blue"):
    await asyncio.sleep(0)


@retried
async def shuffle(song="Blue"):
    await asyncio.sleep(0)


@retried(times=3)
async def repeat(song="Blue"):
    await asyncio.sleep(0)


@blocking
async def wait_a_moment(song="Blue"):
    await asyncio.sleep(0)


@blocking(timeout=3)
async def wait_longer(song="Blue"):
    await asyncio.sleep(0)


@typed(3)
async def skip(song="Blue"):
    await asyncio.sleep(0)


@same
async def seek(song="Blue"):
    await asyncio.sleep(0)


@same
@logged
async def eject(song="Blue"):
    await asyncio.sleep(0)


async def case_optional_arguments():
    pause()  # error: coroutine-never-awaited
    resume()  # error: coroutine-never-awaited
    rewind()  # error: coroutine-never-awaited
    forward()  # error: coroutine-never-awaited
    shuffle()  # error: coroutine-never-awaited
    repeat()  # error: coroutine-never-awaited
    skip()  # error: coroutine-never-awaited
    seek()  # error: coroutine-never-awaited
    eject()  # error: coroutine-never-awaited
    await asyncio.gather(pause(), resume(), rewind(), forward(), shuffle(), repeat(), skip(), seek(), eject())  # ok


def case_made_plain():
    wait_a_moment()  # ok
    print(wait_longer())  # ok


class Radio:
    @logged
    async def tune(self, to=99.1):
        return to

    @logged(level="debug")
    async def scan(self):
        return [99.1]

    @timed
    async def off(self):
        return None

    @blocking(timeout=1)
    async def on(self):
        return None


async def case_methods_with_optional_arguments():
    radio = Radio()
    radio.tune()  # error: coroutine-never-awaited
    radio.scan()  # error: coroutine-never-awaited
    radio.off()  # error: coroutine-never-awaited
    await radio.tune()  # ok
    print(await radio.scan())  # ok
    await radio.off()  # ok


def case_method_made_plain():
    Radio().on()  # ok


# Caches.


@lru_cache
def player():
    return Player("cached")


@lru_cache(maxsize=None)
def player_named(name: str) -> Player:
    return Player(name)


@cache
def any_player() -> Player:
    return Player("any")


@functools.lru_cache(128)
def counted_player(number):
    return Player(str(number))


class House:
    @functools.cached_property
    def player(self):
        return Player("house")

    @functools.cached_property
    def typed_player(self) -> Player:
        return Player("house")

    @property
    def other(self) -> Player:
        return Player("other")

    @lru_cache(maxsize=2)
    def room(self, name):
        return Player(name)


async def case_cached_objects():
    player().play()  # error: coroutine-never-awaited
    player_named("hall").play()  # error: coroutine-never-awaited
    any_player().play()  # error: coroutine-never-awaited
    counted_player(3).play()  # error: coroutine-never-awaited
    one = player()
    if one.is_on():  # error: coroutine-never-awaited
        one.mute()  # ok
    await player().play()  # ok
    print(await any_player().is_on(), player().mute())  # ok


async def case_cached_attributes():
    house = House()
    house.player.play()  # error: coroutine-never-awaited
    house.typed_player.play()  # error: coroutine-never-awaited
    house.other.play()  # error: coroutine-never-awaited
    house.room("bath").play()  # error: coroutine-never-awaited
    await house.player.play()  # ok
    await house.room("bath").play()  # ok


# Defined twice.

if sys.platform == "nowhere":

    def volume(song="Blue"):
        return 3

else:

    async def volume(song="Blue"):
        return 3


if sys.platform == "nowhere":

    async def balance(song="Blue"):
        return 0

else:

    async def balance(song="Blue"):
        return 1


try:
    import not_installed_anywhere

    async def lights(song="Blue"):
        return not_installed_anywhere.lights(song)

except ImportError:

    async def lights(song="Blue"):
        return None


try:
    import not_installed_anywhere

    async def smoke(song="Blue"):
        return not_installed_anywhere.smoke(song)

except ImportError:

    def smoke(song="Blue"):
        return None


async def cover(song="Blue"):
    return "first"


def cover(song="Blue"):  # noqa: F811
    return "second"


def lyrics(song="Blue"):
    return "first"


async def lyrics(song="Blue"):  # noqa: F811
    return "second"


async def case_defined_twice():
    balance()  # error: coroutine-never-awaited
    print(balance())  # error: coroutine-never-awaited
    lights()  # error: coroutine-never-awaited
    smoke()  # ok
    print(smoke())  # ok
    await balance()  # ok
    await lights()  # ok


async def case_defined_anew():
    cover()  # ok
    print(cover())  # ok
    lyrics()  # error: coroutine-never-awaited
    await lyrics()  # ok


async def case_defined_in_branches(quick):
    if quick:

        async def go():
            return 1

    else:

        async def go():
            await asyncio.sleep(0)
            return 2

    go()  # error: coroutine-never-awaited
    await go()  # ok


async def case_chosen_in_branches(quick):
    if quick:
        action = play
    else:
        action = stop
    action()  # error: coroutine-never-awaited
    await action()  # ok


async def case_chosen_in_branches_plain(quick):
    if quick:
        action = mute
    else:
        action = lambda: None
    action()  # ok
    print(action())  # ok


# Annotated to be anything.


def now_or_later(now, function) -> Any:
    if now:
        return getattr(function, "__name__", None)
    return function()


async def case_anything():
    now_or_later(True, play)  # ok
    if now_or_later(True, play):  # ok
        print("named")


# In tables.

REGISTRY = {"play": play}
REGISTRY["mute"] = mute

ACTIONS = {"play": play, "stop": stop}
PLAIN_ACTIONS = {"mute": mute}
ORDER = [play, stop]


async def case_tables(name="play"):
    name = "play" if name else "stop"
    ACTIONS[name]()  # error: coroutine-never-awaited
    ACTIONS["stop"]()  # error: coroutine-never-awaited
    ORDER[0]()  # error: coroutine-never-awaited
    PLAIN_ACTIONS["mute"]()  # ok
    await ACTIONS[name]()  # ok
    for action in ORDER:
        action()  # error: coroutine-never-awaited
        await action()  # ok
    for title, action in ACTIONS.items():
        print(title, action())  # error: coroutine-never-awaited
    for action in PLAIN_ACTIONS.values():
        action()  # ok


async def case_tables_asked(name):
    action = ACTIONS.get("play" if name else "stop")
    action()  # error: coroutine-never-awaited
    await action()  # ok
    other = PLAIN_ACTIONS.get("mute")
    other()  # ok
    REGISTRY["mute"]()  # ok
    third = REGISTRY.get("mute")
    third()  # ok


async def case_results_kept_in_a_dict():
    results = {name: action() for name, action in ACTIONS.items()}  # error: coroutine-never-awaited
    print(results)


async def case_results_awaited_in_a_dict():
    results = {name: await action() for name, action in ACTIONS.items()}  # ok
    print(results)


# Made by functions.


def make_action(song):
    async def action():
        return len(song)

    return action


def make_typed(song: str) -> Callable[[], Coroutine[Any, Any, int]]:
    async def action():
        return len(song)

    return action


def make_plain(song):
    def action():
        return len(song)

    return action


def make_partial(song):
    return partial(play, song)


def make_lambda(song):
    return lambda: play(song)


def make_method(song):
    return Player(song).play


async def case_made_by_functions():
    make_action("Blue")()  # error: coroutine-never-awaited
    action = make_action("Blue")
    action()  # error: coroutine-never-awaited
    make_typed("Blue")()  # error: coroutine-never-awaited
    typed_action = make_typed("Blue")
    typed_action()  # error: coroutine-never-awaited
    make_partial("Blue")()  # error: coroutine-never-awaited
    make_lambda("Blue")()  # error: coroutine-never-awaited
    make_method("Blue")()  # error: coroutine-never-awaited
    method = make_method("Blue")
    method()  # error: coroutine-never-awaited
    make_plain("Blue")()  # ok
    plain = make_plain("Blue")
    plain()  # ok
    await asyncio.gather(action(), typed_action(), method(), make_partial("Blue")(), make_lambda("Red")())  # ok
