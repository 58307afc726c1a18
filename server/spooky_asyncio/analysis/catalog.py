"""What well-known functions do with an awaitable, or with an async function, that they are given.

Data, by the qualified names that inference reports, which are those of the standard library's stubs. A function that
is not listed may do anything with its arguments, so a value that reaches one is in safe hands.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Effect(Enum):
    SPAWN = "spawn"
    """Makes a task of the first argument, which starts at once. Nobody but the caller keeps the task."""
    ADOPT = "adopt"
    """Makes a task of the first argument and looks after the task itself."""
    GATHER = "gather"
    """Makes tasks of its arguments and one future of them all, which holds their results."""
    SHIELD = "shield"
    """Makes a task of its argument and a future that has its result."""
    WAIT = "wait"
    """Waits for the tasks in its first argument and hands them back without a look at their results."""
    AWAIT = "await"
    """Awaits its first argument and gives what that gives, when it is awaited itself."""
    RUN = "run"
    """Runs its first argument in an event loop and returns what that gives; fails where a loop is running."""
    INSPECT = "inspect"
    """Looks at its arguments as plain values; never iterates, awaits, keeps or runs them."""
    CONSUME = "consume"
    """Iterates its arguments and looks at the elements as plain values."""
    COLLECT = "collect"
    """Returns the elements of its argument in a new container."""
    ENUMERATE = "enumerate"
    """Returns the elements of its argument in new containers of their own."""
    DICT = "dict"
    """Returns the keyword arguments, or the pairs in its argument, in a new dict."""
    NEXT = "next"
    """Returns one element of its argument."""


_LOOPS = ("asyncio.events.AbstractEventLoop", "asyncio.base_events.BaseEventLoop", "uvloop.loop.Loop", "uvloop.Loop")
_LOGGING = ("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log")


def _named(prefix: str, names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}.{name}" for name in names.split())


_EFFECTS: dict[Effect, tuple[str, ...]] = {
    Effect.SPAWN: (
        "asyncio.tasks.create_task",
        "asyncio.tasks.ensure_future",
        *(f"{loop}.create_task" for loop in _LOOPS),
    ),
    Effect.ADOPT: ("asyncio.taskgroups.TaskGroup.create_task",),
    Effect.GATHER: ("asyncio.tasks.gather",),
    Effect.SHIELD: ("asyncio.tasks.shield",),
    Effect.WAIT: ("asyncio.tasks.wait",),
    Effect.AWAIT: ("asyncio.tasks.wait_for",),
    Effect.RUN: (
        "asyncio.runners.run",
        "asyncio.runners.Runner.run",
        *(f"{loop}.run_until_complete" for loop in _LOOPS),
    ),
    Effect.INSPECT: (
        *_named("builtins", "print str repr ascii format len bool int float complex bytes bytearray chr ord hex oct"),
        *_named("builtins", "bin id type hash isinstance issubclass callable abs round divmod pow dir hasattr range"),
        *_named("builtins.str", "format startswith endswith replace split count find index encode"),
        *_named("logging", " ".join(_LOGGING)),
        *_named("logging.Logger", " ".join(_LOGGING)),
        *_named("logging.LoggerAdapter", " ".join(_LOGGING)),
        *_named("pprint", "pprint pp pformat"),
        *_named("time", "sleep strftime localtime gmtime ctime"),
        *_named("sys", "exit getsizeof getrefcount"),
        *_named("sys.stdout", "write"),
        *_named("typing.TextIO", "write"),
        *_named("typing.IO", "write"),
        *_named("io.StringIO", "write"),
        *_named("io.TextIOWrapper", "write"),
        *_named("_io.StringIO", "write"),
        *_named("_io.TextIOWrapper", "write"),
        *_named("pathlib.Path", "write_text write_bytes"),
        *_named("string.Template", "substitute safe_substitute"),
        *_named("asyncio.tasks", "sleep"),
        *_named("copy", "copy deepcopy"),
        *_named("asyncio.coroutines", "iscoroutine iscoroutinefunction"),
        *_named("asyncio.futures", "isfuture"),
        *_named("inspect", "iscoroutine isawaitable iscoroutinefunction isfunction ismethod isclass signature"),
        *_named("warnings", "warn"),
        *_named("unittest.case.TestCase", "assertTrue assertFalse assertIsNone assertIsNotNone assertEqual"),
        *_named("unittest.case.TestCase", "assertNotEqual assertCountEqual assertNotIsInstance assertLessEqual"),
        *_named("unittest.case.TestCase", "assertIs assertIsNot assertIn assertNotIn assertIsInstance assertGreater"),
        *_named("unittest.case.TestCase", "assertLess assertAlmostEqual assertListEqual assertDictEqual assertRegex"),
    ),
    Effect.CONSUME: (
        *_named("builtins", "sum any all"),
        *_named("collections", "Counter"),
        *_named("builtins.str", "join"),
    ),
    Effect.COLLECT: (
        *_named("builtins", "list tuple set frozenset sorted reversed iter"),
        "collections.deque",
        "concurrent.futures._base.as_completed",
    ),
    Effect.ENUMERATE: _named("builtins", "enumerate zip"),
    Effect.DICT: ("builtins.dict",),
    Effect.NEXT: _named("builtins", "next min max"),
}

EFFECTS: dict[str, Effect] = {name: effect for effect, names in _EFFECTS.items() for name in names}

_PLAIN_MODULES = frozenset(
    [
        "math",
        "cmath",
        "json",
        "re",
        "os",
        "posixpath",
        "ntpath",
        "os.path",
        "datetime",
        "_datetime",
        "decimal",
        "_decimal",
        "fractions",
        "statistics",
        "random",
        "string",
        "textwrap",
        "hashlib",
        "base64",
        "binascii",
        "struct",
        "csv",
        "_csv",
        "html",
        "urllib.parse",
        "uuid",
        "zlib",
        "gzip",
        "bz2",
        "lzma",
        "pickle",
        "marshal",
        "shutil",
        "tempfile",
        "locale",
        "unicodedata",
        "difflib",
        "fnmatch",
        "glob",
        "bisect",
        "_bisect",
        "colorsys",
        "calendar",
        "ipaddress",
        "secrets",
        "tomllib",
        "getpass",
        "platform",
        "errno",
        "stat",
        "filecmp",
        "linecache",
        "numbers",
        "reprlib",
        "ast",
        "dis",
        "zoneinfo",
        "pprint",
    ]
)


def is_plain_module(module: str) -> bool:
    """Whether the functions of a module take plain values, and neither keep nor await what they get."""
    while module:
        if module in _PLAIN_MODULES:
            return True
        module = module.rpartition(".")[0]
    return False


_MODULES_OF_PLAIN_VALUES = frozenset(
    """argparse array codecs configparser enum errno getopt gettext http io ipaddress logging mimetypes pathlib pkgutil
    selectors shlex socket sqlite3 ssl string subprocess sys sysconfig termios textwrap time timeit tokenize traceback
    tty urllib warnings xml zipfile""".split()  # noqa: SIM905 - a word a line would be a page
)

MODULES_MAKING_NO_AWAITABLES = frozenset(
    ("collections", "dataclasses", "importlib", "inspect", "itertools", "signal", "threading")
)
"""What their functions give has to do with the functions and objects of the program, and is no awaitable itself."""


def gives_plain_values(dotted: str) -> bool:
    """Whether something of a module, and all that can be had from it, has to do with no awaitable: `re.match`,
    `os.environ`, `datetime.datetime.now`; but `random.choice` gives what it is given."""
    module = dotted.partition(".")[0]
    return module in _MODULES_OF_PLAIN_VALUES or (module != "random" and is_plain_module(dotted))


class CallbackResult(Enum):
    """What becomes of the result when a function is called by the one that it is handed to."""

    DROPPED = "dropped"
    TAKEN = "taken"
    """Used as a plain value: as a truth, as a key to sort by."""
    RETURNED = "returned"
    """Handed on, and returned in the end."""
    TESTED = "tested"
    """Used as a truth for each element, once somebody iterates."""
    HANDED_BACK = "handed back"
    """Kept by the future that the call returns, which starts at once."""
    AWAITED_BACK = "awaited back"
    """The result of the call, once that is awaited; before that nothing starts."""
    EACH = "each"
    """An element of what the call returns, made once somebody iterates."""
    EACH_AT_ONCE = "each at once"
    """An element of what the call returns, made whether somebody iterates or not."""


class CalledIn(Enum):
    """Where a function is called by the one that it is handed to."""

    THREAD = "thread"
    """In another thread, where no event loop runs."""
    LOOP = "loop"
    """In the event loop, which is running."""
    HERE = "here"
    """In the code that hands it over, or that iterates what it gets."""
    EXIT = "exit"
    """At the end of the program, when no loop runs any more."""
    LATER = "later"
    """At some later time, in whatever code runs then."""
    PROCESS = "process"
    """In another process, which finds the function by its name."""
    COMMAND = "command"
    """Where a command line is run, before any loop does."""
    AWAITED_THREAD = "awaited thread"
    """In another thread, while async code waits for the result."""


@dataclass(frozen=True)
class Passing:
    """How the arguments are passed that the function is to be called with."""

    rest: bool = False
    """Those that stand after it by position."""
    keywords: bool = False
    """All by keyword."""
    args: tuple[int | None, str] | None = None
    """By which position and keyword the one argument comes that holds those by position."""
    kwargs: tuple[int | None, str] | None = None
    """And the one that holds those by keyword."""
    given: tuple[str, ...] = ()
    """What the caller adds itself, in front of all others."""
    each: bool = False
    """An element of each argument that stands after it by position."""


@dataclass(frozen=True)
class Caller:
    """A function that calls one of its arguments: which one, and what it does with the result."""

    result: CallbackResult
    position: int | None
    keyword: str
    where: CalledIn | None = None
    """None where there is no way to run a coroutine: between any two instructions, or again and again."""
    passing: Passing = Passing()
    once: bool = False
    """Whether it is sure enough to call it, and no more than once."""


def _callers(
    result: CallbackResult,
    position: int | None,
    keyword: str,
    *names: str,
    where: CalledIn | None = None,
    passing: Passing = Passing(),
    once: bool = False,
) -> dict[str, Caller]:
    return {name: Caller(result, position, keyword, where, passing, once) for name in names}


_BISECT = ("insort", "insort_left", "insort_right", "bisect", "bisect_left", "bisect_right")
_DROPPED, _TAKEN = CallbackResult.DROPPED, CallbackResult.TAKEN
_THREAD, _LOOP, _HERE, _LATER = CalledIn.THREAD, CalledIn.LOOP, CalledIn.HERE, CalledIn.LATER
_AWAITED_THREAD, _PROCESS = CalledIn.AWAITED_THREAD, CalledIn.PROCESS
_REST, _ALL = Passing(rest=True), Passing(rest=True, keywords=True)
_TO_THREAD, _TO_TIMER = Passing(args=(3, "args"), kwargs=(4, "kwargs")), Passing(args=(2, "args"), kwargs=(3, "kwargs"))
_TO_SCHEDULER, _TO_INITIALIZER = Passing(args=(3, "argument"), kwargs=(4, "kwargs")), Passing(args=(None, "initargs"))
_TO_KEY, _PAIR, _EACH = Passing(given=("item",)), Passing(given=("left", "right")), Passing(each=True)
_MATCH, _ALL_OF_IT = Passing(given=("match",)), Passing(given=("*arguments",))

CALLERS: dict[str, Caller] = {
    **_callers(_DROPPED, 1, "target", "threading.Thread", where=_THREAD, passing=_TO_THREAD, once=True),
    **_callers(
        *(_DROPPED, 1, "target", "multiprocessing.context.Process", "multiprocessing.Process"),
        *("multiprocessing.process.BaseProcess", "multiprocessing.context.SpawnProcess"),
        where=_PROCESS,
    ),
    **_callers(_DROPPED, 1, "function", "threading.Timer", where=_THREAD, passing=_TO_TIMER),
    **_callers(_DROPPED, 0, "callback", *(f"{loop}.call_soon" for loop in _LOOPS), where=_LOOP, passing=_REST),
    **_callers(
        _DROPPED, 0, "callback", *(f"{loop}.call_soon_threadsafe" for loop in _LOOPS), where=_LOOP, passing=_REST
    ),
    **_callers(_DROPPED, 1, "callback", *(f"{loop}.call_later" for loop in _LOOPS), where=_LOOP, passing=_REST),
    **_callers(_DROPPED, 1, "callback", *(f"{loop}.call_at" for loop in _LOOPS), where=_LOOP, passing=_REST),
    # As long as a file is ready they call again and again, and a task would come too late to do anything about it.
    **_callers(_DROPPED, 1, "callback", *(f"{loop}.add_reader" for loop in _LOOPS)),
    **_callers(_DROPPED, 1, "callback", *(f"{loop}.add_writer" for loop in _LOOPS)),
    **_callers(_DROPPED, 1, "callback", *(f"{loop}.add_signal_handler" for loop in _LOOPS), where=_LOOP, passing=_REST),
    **_callers(_DROPPED, 0, "handler", *(f"{loop}.set_exception_handler" for loop in _LOOPS)),
    **_callers(
        *(_DROPPED, 0, "fn", "asyncio.futures.Future.add_done_callback", "_asyncio.Future.add_done_callback"),
        *("asyncio.tasks.Task.add_done_callback", "_asyncio.Task.add_done_callback"),
        where=_LOOP,
        passing=Passing(given=("task",)),
    ),
    **_callers(
        *(_DROPPED, 0, "fn", "concurrent.futures._base.Future.add_done_callback"),
        where=_LATER,
        passing=Passing(given=("future",)),
    ),
    **_callers(_DROPPED, 1, "handler", "signal.signal", "_signal.signal"),
    **_callers(_DROPPED, 0, "func", "atexit.register", where=CalledIn.EXIT, passing=_ALL),
    **_callers(_DROPPED, 0, "f", "click.decorators.command", "click.decorators.group", where=CalledIn.COMMAND),
    **_callers(_DROPPED, 0, "f", "click.core.Group.command", "click.core.Group.group", where=CalledIn.COMMAND),
    **_callers(_DROPPED, 1, "func", "weakref.finalize", where=_LATER, passing=_ALL),
    **_callers(
        *(_DROPPED, 0, "callback", "contextlib.ExitStack.callback", "contextlib.AsyncExitStack.callback"),
        "contextlib._BaseExitStack.callback",
        where=_LATER,
        passing=_ALL,
    ),
    **_callers(
        *(_DROPPED, 2, "action", "sched.scheduler.enter", "sched.scheduler.enterabs"),
        where=_LATER,
        passing=_TO_SCHEDULER,
    ),
    **_callers(_DROPPED, 0, "func", "threading.settrace", "threading.setprofile", "sys.settrace", "sys.setprofile"),
    **_callers(_DROPPED, 2, "func", "tkinter.Misc.after", "tkinter.Misc.bind"),
    **_callers(_DROPPED, 0, "func", "multiprocessing.pool.Pool.apply_async", where=_PROCESS),
    **_callers(
        *(_DROPPED, None, "initializer", "concurrent.futures.thread.ThreadPoolExecutor"),
        where=_THREAD,
        passing=_TO_INITIALIZER,
    ),
    **_callers(_DROPPED, None, "initializer", "concurrent.futures.process.ProcessPoolExecutor", where=_PROCESS),
    **_callers(
        *(_DROPPED, 1, "callback", "weakref.ref", "_weakref.ref", "weakref.ReferenceType", "_weakref.ReferenceType"),
        where=_LATER,
        passing=Passing(given=("reference",)),
    ),
    **_callers(_TAKEN, 0, "mycmp", "functools.cmp_to_key", "_functools.cmp_to_key", where=_HERE, passing=_PAIR),
    **_callers(_TAKEN, None, "key", "heapq.nsmallest", "heapq.nlargest", "heapq.merge", where=_HERE, passing=_TO_KEY),
    **_callers(
        _TAKEN, None, "key", *(f"{m}.{f}" for m in ("bisect", "_bisect") for f in _BISECT), where=_HERE, passing=_TO_KEY
    ),
    **_callers(_TAKEN, None, "object_hook", "json.loads", "json.load", where=_HERE, passing=Passing(given=("fields",))),
    **_callers(_DROPPED, 0, "stmt", "timeit.timeit", "timeit.repeat", "timeit.Timer", where=_HERE),
    **_callers(
        *(CallbackResult.RETURNED, 0, "callable", "contextvars.Context.run", "_contextvars.Context.run"),
        where=_HERE,
        passing=_ALL,
        once=True,
    ),
    **_callers(CallbackResult.EACH, 0, "object", "builtins.iter", where=_HERE),
    **_callers(_TAKEN, None, "key", "builtins.sorted", "builtins.min", "builtins.max", where=_HERE, passing=_TO_KEY),
    **_callers(_TAKEN, None, "key", "builtins.list.sort", where=_HERE, passing=_TO_KEY),
    **_callers(
        CallbackResult.RETURNED, 0, "function", "functools.reduce", "_functools.reduce", where=_HERE, passing=_PAIR
    ),
    **_callers(_TAKEN, 1, "repl", "re.sub", "re.subn", where=_HERE, passing=_MATCH),
    **_callers(_TAKEN, 0, "repl", "re.Pattern.sub", "re.Pattern.subn", where=_HERE, passing=_MATCH),
    **_callers(_TAKEN, 0, "predicate", "threading.Condition.wait_for", where=_HERE),
    **_callers(_TAKEN, 0, "predicate", "asyncio.locks.Condition.wait_for"),
    **_callers(_TAKEN, None, "default", "json.dumps", "json.dump", where=_HERE, passing=_TO_KEY),
    **_callers(
        *(CallbackResult.TESTED, 0, "function", "builtins.filter", "itertools.filterfalse"),
        where=_HERE,
        passing=_EACH,
    ),
    **_callers(
        *(CallbackResult.TESTED, 0, "predicate", "itertools.takewhile", "itertools.dropwhile"),
        where=_HERE,
        passing=_EACH,
    ),
    **_callers(CallbackResult.TESTED, 1, "key", "itertools.groupby", where=_HERE, passing=_TO_KEY),
    **_callers(CallbackResult.TESTED, 1, "func", "itertools.accumulate", where=_HERE, passing=_PAIR),
    **_callers(
        *(CallbackResult.HANDED_BACK, 0, "fn", "concurrent.futures._base.Executor.submit"),
        "concurrent.futures.thread.ThreadPoolExecutor.submit",
        where=_THREAD,
        passing=_ALL,
        once=True,
    ),
    **_callers(
        CallbackResult.HANDED_BACK, 0, "fn", "concurrent.futures.process.ProcessPoolExecutor.submit", where=_PROCESS
    ),
    **_callers(
        *(CallbackResult.HANDED_BACK, 1, "func"),
        *(f"{loop}.run_in_executor" for loop in _LOOPS),
        where=_AWAITED_THREAD,
        passing=_REST,
    ),
    **_callers(
        CallbackResult.AWAITED_BACK, 0, "func", "asyncio.threads.to_thread", where=_AWAITED_THREAD, passing=_ALL
    ),
    **_callers(CallbackResult.EACH, 0, "func", "builtins.map", where=_HERE, passing=_EACH),
    **_callers(CallbackResult.EACH, 0, "func", "itertools.starmap", where=_HERE, passing=_ALL_OF_IT),
    **_callers(
        *(CallbackResult.EACH_AT_ONCE, 0, "fn", "concurrent.futures._base.Executor.map"),
        "concurrent.futures.thread.ThreadPoolExecutor.map",
        where=_THREAD,
        passing=_EACH,
    ),
    **_callers(
        CallbackResult.EACH_AT_ONCE, 0, "fn", "concurrent.futures.process.ProcessPoolExecutor.map", where=_PROCESS
    ),
}
"""Functions that call one of their arguments like a plain function."""

PARTIAL = frozenset({"partial", "partialmethod"})
"""Last names of what binds arguments to its first one, which it calls when it is called itself."""

STANDARD_MAKERS = frozenset({"AsyncMock", "anext", "__anext__", "asend", "athrow", "aclose"})
"""Last names of what makes a coroutine, or objects that do when they are called, without being an async function: those
of the language and of unittest.mock."""

EXPECTING = frozenset({"raises", "warns", "assertRaises", "assertRaisesRegex", "assertWarns", "assertWarnsRegex"})
"""Context managers of tests in which something is meant to go wrong."""

PATCHING = frozenset({"patch", "object", "setattr", "delattr"})
"""Last names of what puts something else in the place of an attribute that is named in a string."""

LOOP_NAMES = frozenset({"loop", "_loop", "event_loop", "_event_loop", "ev_loop"})
"""What programmers call an event loop: its methods are known where inference does not know what the name holds."""

LOOP = _LOOPS[0]

TORNADO_METHODS = frozenset({"call_later", "call_at"})
"""Methods that Tornado's loop has too, which runs the coroutines that its callbacks return."""

KNOWN_BY_NAME = {"add_done_callback": "asyncio.futures.Future.add_done_callback"}
"""Methods that nothing else has a name like, where inference does not know the object."""

MAKERS: frozenset[str] = frozenset(
    name.rpartition(".")[2]
    for name, effect in EFFECTS.items()
    if effect in (Effect.SPAWN, Effect.GATHER, Effect.SHIELD)
)
"""Last names of the functions that make a task or future."""

CALLER_NAMES: frozenset[str] = frozenset(name.rpartition(".")[2] for name in CALLERS)

LAST_NAMES: frozenset[str] = frozenset(name.rpartition(".")[2] for name in EFFECTS)
"""A call of anything else needs no question to inference."""

AWAITABLE_TYPES: frozenset[str] = frozenset(
    {"Awaitable", "Coroutine", "CoroutineType", "Future", "Task", "isawaitable", "iscoroutine", "isfuture"}
)
"""Types, and functions that test for them, which a reader expects an awaitable to pass."""

TYPE_TESTS: frozenset[str] = frozenset({"isinstance", "iscoroutine", "isawaitable", "isfuture", "callable", "hasattr"})
"""Tests that narrow what a value is, and do nothing with it."""

OBSERVING_ATTRIBUTES: frozenset[str] = frozenset(
    {"result", "exception", "add_done_callback", "remove_done_callback", "cancel", "uncancel"}
    | {"set_result", "set_exception", "send", "throw", "close", "__await__"}
)
"""Attributes of a coroutine, task or future through which somebody takes charge of it."""

FILLING_METHODS: frozenset[str] = frozenset({"append", "appendleft", "add", "insert"})
"""Methods by which a container takes in one more element: their last argument."""

EXTENDING_METHODS: frozenset[str] = frozenset({"extend", "extendleft", "update"})
"""Methods by which a container takes in all elements of another."""

EMPTYING_METHODS: dict[str, int] = {"pop": -1, "popleft": -1, "get": -1, "copy": 0, "values": 0, "items": 1}
"""Methods of a container that hand on what is in it, with how many containers more it then is in."""

NEUTRAL_METHODS: frozenset[str] = frozenset(
    {*FILLING_METHODS, "extend", "extendleft", "update", "discard", "remove", "clear"}
    | {"count", "index", "sort", "reverse", "keys"}
)
"""Methods of a container that neither hand on nor use its elements."""

CONTAINERS: frozenset[str] = frozenset({"list", "set", "dict", "deque", "tuple", "defaultdict", "OrderedDict"})
"""Calls that make a fresh container."""
