"""What well-known functions do with an awaitable that they are given.

Data, by the qualified names that inference reports, which are those of the standard library's stubs. A function that
is not listed may do anything with its arguments, so a value that reaches one is in safe hands.
"""

from __future__ import annotations

from enum import Enum


class Effect(Enum):
    SPAWN = "spawn"
    """Makes a task of the first argument, which starts at once. Nobody but the caller keeps the task."""
    ADOPT = "adopt"
    """Makes a task of the first argument and looks after the task itself."""
    GATHER = "gather"
    """Makes tasks of its arguments and one future of them all, which holds their results."""
    WAIT = "wait"
    """Waits for the tasks in its first argument and hands them back without a look at their results."""
    INSPECT = "inspect"
    """Looks at its arguments as plain values; never awaits, keeps or runs them."""
    COLLECT = "collect"
    """Returns the elements of its argument in a new container."""
    ENUMERATE = "enumerate"
    """Returns the elements of its argument in new containers of their own."""


_LOOPS = ("asyncio.events.AbstractEventLoop", "asyncio.base_events.BaseEventLoop", "uvloop.loop.Loop", "uvloop.Loop")
_LOGGING = ("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log")

_EFFECTS: dict[Effect, tuple[str, ...]] = {
    Effect.SPAWN: (
        "asyncio.tasks.create_task",
        "asyncio.tasks.ensure_future",
        *(f"{loop}.create_task" for loop in _LOOPS),
    ),
    Effect.ADOPT: ("asyncio.taskgroups.TaskGroup.create_task",),
    Effect.GATHER: ("asyncio.tasks.gather",),
    Effect.WAIT: ("asyncio.tasks.wait",),
    Effect.INSPECT: (
        *(f"builtins.{name}" for name in ("print", "str", "repr", "ascii", "format", "len", "bool", "int", "float")),
        *(f"builtins.{name}" for name in ("id", "type", "hash", "isinstance", "callable", "sum", "abs", "round")),
        *(f"builtins.str.{name}" for name in ("format", "join")),
        *(f"logging.{name}" for name in _LOGGING),
        *(f"logging.Logger.{name}" for name in _LOGGING),
        *(f"logging.LoggerAdapter.{name}" for name in _LOGGING),
        *(f"pprint.{name}" for name in ("pprint", "pp", "pformat")),
        *(f"json.{name}" for name in ("dumps", "dump")),
        "warnings.warn",
        "sys.exit",
    ),
    Effect.COLLECT: tuple(
        f"builtins.{name}" for name in ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter")
    ),
    Effect.ENUMERATE: ("builtins.enumerate",),
}

EFFECTS: dict[str, Effect] = {name: effect for effect, names in _EFFECTS.items() for name in names}

LAST_NAMES: frozenset[str] = frozenset(name.rpartition(".")[2] for name in EFFECTS)
"""A call of anything else needs no question to inference."""

MAKERS: frozenset[str] = frozenset(
    name.rpartition(".")[2] for name, effect in EFFECTS.items() if effect in (Effect.SPAWN, Effect.GATHER)
)
"""Last names of the functions that make a task or future."""

OBSERVING_ATTRIBUTES: frozenset[str] = frozenset(
    {"result", "exception", "add_done_callback", "remove_done_callback", "cancel", "uncancel"}
    | {"set_result", "set_exception", "send", "throw", "close", "__await__"}
)
"""Attributes of a coroutine, task or future through which somebody takes charge of it."""

FILLING_METHODS: frozenset[str] = frozenset({"append", "appendleft", "add", "insert"})
"""Methods by which a container takes in one more element: their last argument."""

EMPTYING_METHODS: dict[str, int] = {"pop": -1, "popleft": -1, "get": -1, "copy": 0, "values": 0, "items": 1}
"""Methods of a container that hand on what is in it, with how many containers more it then is in."""

NEUTRAL_METHODS: frozenset[str] = frozenset(
    {*FILLING_METHODS, "discard", "remove", "clear", "count", "index", "sort", "reverse", "keys"}
)
"""Methods of a container that neither hand on nor use its elements."""

CONTAINERS: frozenset[str] = frozenset({"list", "set", "dict", "deque", "tuple", "defaultdict", "OrderedDict"})
"""Calls that make a fresh container."""
