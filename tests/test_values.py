"""What types tell of calls, in programs of several files: where they show that a call makes no awaitable, inference is
not asked, and where they show no such thing, what is lost is found as before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shortcuts import Counted, fast, slow
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

SHOP = """\
from __future__ import annotations
import enum
from typing import TYPE_CHECKING, Callable, Protocol, Self
if TYPE_CHECKING:
    from bar import Bar

class Counter:
    bar: Bar
    def __init__(self, till: Till, names: list[str]) -> None:
        self.till = till
        self.kept: dict[str, Till] = {}
    def close(self) -> None: ...
    @property
    def first(self) -> Till: ...
    @classmethod
    def new(cls) -> Self: ...
    def tills(self) -> list[Till]: ...
    def _default(self):
        return self.till

class Till(Counter):
    def open(self) -> bool: ...

class Ringing(Protocol):
    def __call__(self, times: int) -> None: ...

class Wants:
    async def close(self) -> None: ...
    async def open(self) -> None: ...
    async def get(self) -> None: ...
    async def ring(self) -> None: ...
    async def clear(self) -> None: ...
    async def pop(self) -> None: ...

def kept(function):
    function.is_kept = True
    return function

def changed(function):
    async def instead() -> None: ...
    return instead

@kept
def ring() -> int: ...

@changed
def clear() -> int: ...

async def till_of(name: str) -> Till | None: ...

Tills = dict[str, Till]
"""
"""Wants has an async method for each name that is called in the programs, so that none is told by its name."""

BAR = "class Bar:\n    def open(self): ...\n"

REST = "class Rest:\n    async def open(self): ...\n"

HANDLERS = """\
from typing import Any
from nowhere import Thing

async def fetch(): ...

handler: Any = fetch
run: object = fetch
other: Thing = fetch
"""

BACK = "from program import Own\n\ndef own() -> Own: ...\n"

BOX = """\
from collections.abc import Coroutine, Generator
from typing import Any, Generic, Self, TypeVar
from shop import Till, Wants

T = TypeVar("T")
S = TypeVar("S", bound=Till)
Named = dict[str, T]
Running = Coroutine[Any, Any, T]

class Box(Generic[T]):
    held: T
    def take(self) -> T: ...
    def all(self) -> list[T]: ...
    def itself(self) -> Self: ...
    def __enter__(self) -> T: ...
    async def __aenter__(self) -> T: ...
    def __await__(self) -> Generator[Any, None, T]: ...

class Strong(Generic[S]):
    held: S

class TillBox(Box[Till]): ...
class WantsBox(Box[Wants]): ...

class Other(Generic[T]):
    box: Box[T]

def pick(one: T) -> T: ...
def many(one: T) -> list[T]: ...
"""

FILES = {
    "shop/__init__.py": "from .counters import *\n",
    "shop/counters.py": SHOP,
    "bar.py": BAR,
    "more/rest.py": REST,
    "handlers.py": HANDLERS,
    "back.py": BACK,
    "box.py": BOX,
}

START = """\
import asyncio
from typing import Callable, Optional
import shop
from shop import Counter, Ringing, Till, Tills, Wants
from shop.counters import clear, ring, till_of

"""

PLAIN = {
    "a parameter": "def f(till: Till):\n    till.open()\n",
    "a parameter with a type in a text": 'def f(till: "Optional[Till]"):\n    till.open()\n',
    "a method of a class above": "def f(till: Till):\n    till.close()\n",
    "a new object": "shop.Till(None, []).open()\n",
    "an attribute that gets a parameter": "def f(counter: Counter):\n    counter.till.open()\n",
    "an attribute of a type that is imported for types": "def f(counter: Counter):\n    counter.bar.open()\n",
    "an attribute of this file": "class A:\n    def __init__(self):\n        self.till = Till(self, [])\n"
    "    def f(self):\n        self.till.open()\n",
    "a property": "def f(counter: Counter):\n    counter.first.open()\n",
    "a class method that returns its class": "Till.new().open()\n",
    "an element": "def f(counter: Counter):\n    for till in counter.tills():\n        till.open()\n",
    "a value of a mapping": "def f(tills: Tills):\n    tills['a'].open()\n    tills.get('b').open()\n",
    "a mapping": "def f(counter: Counter):\n    counter.kept.get('a')\n    counter.kept.pop('a')\n",
    "an awaited result": "async def f():\n    till = await till_of('a')\n    till.open()\n",
    "what a function without annotation returns": "def f(counter: Counter):\n    counter._default().open()\n",
    "a function that something else is handed": "def f(open: Callable[[int], bool]):\n    open(1)\n",
    "a type with a method for being called": "def f(ring: Ringing):\n    ring(2)\n",
    "a decorator that hands back": "ring()\n",
    "what is above": "class A(Till):\n    def open(self):\n        return super().open()\n\n\n"
    "def f(a: A):\n    a.open()\n",
    "a parameter of which nobody says anything": "def f(till, *, other=None):\n    till.open()\n    other.open()\n",
    "what comes of that": "def f(shop):\n    for number, till in shop.tills().items():\n        till.open()\n"
    "    with shop.door() as door:\n        door.bar[0].close()\n",
    "a module that is not there": "import nowhere\n\n\nnowhere.till().open()\n",
    "a class that derives from what is not there": "from nowhere import Base\n\n\nclass A(Base, Till):\n    pass\n\n\n"
    "def f(a: A):\n    a.open()\n",
    "parts of tuples": "def f(tills: list[tuple[int, Till]]):\n    for number, (_, till) in enumerate(tills):\n"
    "        till.open()\n    tills[0][1].close()\n",
    "items": "def f(tills: Tills):\n    for name, till in tills.items():\n        till.open()\n",
    "what is declared once": "def f(shop, till_of):\n    till: Till | None = None\n    till = shop.find(till)\n"
    "    till.open()\n",
    "a display": "TIMES = {'a': 1, 'b': (2, 3)}\nTIMES.get('a')\nTIMES.pop('b')\n",
    "what may be None": "def get() -> Optional[asyncio.Future[int]]: ...\n\n\nget()\n",
    "a builtin beside all of a module": "from shop import *\n\n\ndef f(till: Till):\n    str(till).open()\n",
    "what is said in several ways": "from typing import overload\n\n\n@overload\ndef get(a: int) -> int: ...\n"
    "@overload\ndef get(a: str) -> str: ...\ndef get(a):\n    return 1\n\n\nget('a')\n",
    "keywords of a type": "def f(**tills: Till):\n    tills['a'].open()\n    tills.get('b').open()\n",
    "several imports of one package": "import shop.counters\nimport shop\n\n\n"
    "def f(till: shop.Till):\n    till.open()\n",
    "what nobody knows": "from typing import Any\n\n\ndef f(till: Any):\n    till.open()\n",
    "the standard library": "def f(event: asyncio.Event):\n    event.clear()\n",
    "what stands for type variables": "from box import Box, Other, TillBox\n\n\n"
    "def f(box: Box[Till], other: Other[Till], till_box: TillBox):\n    box.held.open()\n    box.take().open()\n"
    "    box.all()[0].open()\n    other.box.take().open()\n    till_box.take().open()\n    box.itself().held.open()\n",
    "what a type variable stands for at least": "from box import S, Strong\n\n\ndef f(till: S, strong: Strong):\n"
    "    till.open()\n    strong.held.open()\n",
    "other names for types with type variables": "from box import Named, Running\n\n\n"
    "async def f(named: Named[Till], running: Running[Till]):\n    named['a'].open()\n    (await running).open()\n",
    "awaited objects": "from box import Box\n\n\nasync def f(box: Box[Till], task: asyncio.Task[Till]):\n"
    "    (await box).open()\n    (await task).open()\n",
    "what with gives": "from box import Box\n\n\nasync def f(box: Box[Till]):\n    with box as till:\n"
    "        till.open()\n    async with box as till:\n        till.open()\n",
    "what is tested": "def f(till: Counter):\n    if isinstance(till, (Till, str)):\n        till.open()\n",
    "the value that is still there": "def f(one: Wants, tills: list[Till]):\n    one = Till(None, [])\n    one.open()\n"
    "    for till in [1]:\n        till = one\n        till.open()\n    print([one.open() for one in tills])\n",
    "what depends on the arguments": "from collections.abc import Awaitable\nfrom typing import overload\n\n\n"
    "@overload\ndef get(a: int) -> int: ...\n@overload\ndef get(a: str) -> Awaitable[int]: ...\n"
    "def get(a):\n    return a\n\n\nget(1)\n",
    "what tells of a type": "import sys\n\nif sys.version_info >= (3, 13):\n    from typing import TypeIs\nelse:\n"
    "    from typing_extensions import TypeIs\n\n\n"
    "def get(a: object) -> TypeIs[asyncio.Future[int]]: ...\n\n\nget(1)\n",
    "an attribute that is nowhere": "def f(till: Till):\n    till.get()\n    till.nowhere.open()\n",
    "of several, those that have it": "class A: ...\n\n\ndef f(one: Till | A):\n    one.open()\n",
    "async generators": "async def get():\n    yield 1\n\n\nclass A:\n    async def open(self):\n        yield 1\n\n\n"
    "get()\nA().open()\n",
    "a decorator that is not there": "from nowhere import odd\n\n\nclass A:\n    @odd\n    def wants(self):\n"
    "        return Wants()\n\n\ndef f(a: A):\n    a.wants.open()\n",
    "what leads back here": "import back\n\n\nclass Own:\n    def open(self): ...\n\n\nback.own().open()\n",
    "parts of a display": "till, name = Till(None, []), 'a'\ntill.open()\n",
    "attributes that get parts": "class A:\n    def __init__(self):\n        self.till, self.name = self.parts()\n"
    "    def parts(self) -> tuple[Till, str]: ...\n    def f(self):\n        self.till.open()\n",
    "what is deprecated": "from typing_extensions import deprecated\n\n\n@deprecated('no more')\n"
    "def get() -> int: ...\n\n\nget()\n",
}

LOST = {
    "an async method": "def f(wants: Wants):\n    wants.open()  # lost\n",
    "of one of two": "def f(till: Till | Wants):\n    if isinstance(till, Wants):\n        till.open()  # lost\n",
    "a new object": "shop.Wants().open()  # lost\n",
    "an attribute": "class A:\n    def __init__(self, wants: Wants):\n        self.wants = wants\n"
    "    def f(self):\n        self.wants.open()  # lost\n",
    "a method in a class below": "class A(Till):\n    async def open(self): ...\n\n\n"
    "def f(a: A):\n    a.open()  # lost\n",
    "a mapping": "def f(wants: dict[str, Wants]):\n    wants['a'].open()  # lost\n    wants.get('b')\n",
    "a function": "async def ring(): ...\n\n\nring()  # lost\n",
    "another one of that name": "def f(till: Till):\n    async def open(): ...\n    till.open()\n    open()  # lost\n",
    "what stands above": "class A(Wants):\n    async def open(self):\n        super().open()  # lost\n",
    "an element that is not known": "def pick(one):\n    return one\n\n\nall = [Till(None, []), pick(Wants())]\n"
    "all[1].open()  # lost\n",
    "a subclass of a container": "class A(dict):\n    open = Wants.open\n\n\ndef f(a: A):\n    a.open()  # lost\n",
    "a class that is another one": "def other(cls):\n    return Wants\n\n\n@other\nclass A:\n"
    "    def open(self): ...\n\n\nA().open()  # lost\n",
    "a decorator of a well-known name": "def final(function):\n    async def inner(): ...\n    return inner\n\n\n"
    "@final\ndef open(): ...\n\n\nopen()  # lost\n",
    "a descriptor": "class Made:\n    def __get__(self, *_):\n        return Wants()\n    def open(self): ...\n\n\n"
    "class A:\n    made: Made = Made()\n\n\nA().made.open()  # lost\n",
    "what objects have in place of what their class declares": "class A:\n    till: Till = None\n    def set(self):\n"
    "        self.till = Wants()\n    def f(self):\n        self.till.open()  # lost\n",
    "a class within": "class A:\n    class Till:\n        async def open(self): ...\n    def f(self, till: 'Till'):\n"
    "        till.open()  # lost\n",
    "a later one": "def get():\n    return 1\n\n\ndef get():\n    return till_of('a')\n\n\nget()  # lost\n",
    "a type that nobody knows": "from nowhere import Kept\n\n\ndef get() -> Kept:\n    return till_of('a')\n\n\n"
    "get()  # lost\n",
    "a queue": "def f(queue: asyncio.Queue[int]):\n    queue.get()  # lost\n    queue.get_nowait()\n",
    "a parameter that is given something in the file": "def f(wants):\n    wants.open()  # lost\n\n\nf(Wants())\n",
    "a parameter that is documented": 'def f(wants):\n    """:type wants: Wants"""\n    wants.open()  # lost\n',
    "a type in a comment": "def f(shop):\n    wants = shop.find()  # type: Wants\n    wants.open()  # lost\n",
    "a parameter that is handed back": "def pick(one):\n    return one\n\n\npick(Wants()).open()  # lost\n",
    "what an object is made of": "class A:\n    def __init__(self, wants):\n        self.wants = wants\n\n\n"
    "A(Wants()).wants.open()  # lost\n",
    "a default": "def f(wants=Wants()):\n    wants.open()  # lost\n",
    "what a test tells of a value under another name": "def f(one):\n    if isinstance(one, Wants):\n"
    "        wants = one\n        wants.open()  # lost\n",
    "what a test tells of what is returned": "import nowhere\n\n\ndef pick():\n    one = nowhere.find()\n"
    "    if isinstance(one, Wants):\n        return one\n    raise TypeError\n\n\npick().open()  # lost\n",
    "a property of any type": "from typing import Any\n\n\nclass A:\n    @property\n    def wants(self) -> Any:\n"
    "        return Wants()\n\n\nA().wants.open()  # lost\n",
    "builtins beside all of a module that is not there": "from nowhere import *\n\n\nasync def get(): ...\n\n\n"
    "print(get())  # lost\n",
    "what an object hands back that is made of something": "class A:\n    def __init__(self, wants):\n"
    "        self.wants = wants\n    def set(self):\n        return self\n\n\nA(Wants()).set().wants.open()  # lost\n",
    "an attribute of any type": "from typing import Any\n\n\nclass A:\n    def __init__(self):\n"
    "        self.wants: Any = Wants()\n    def f(self):\n        self.wants.open()  # lost\n",
    "a class that tells what its attributes are": "class A:\n    def __init__(self, wants):\n"
    "        self.wants = wants\n    def __getattr__(self, name):\n        return Wants()\n"
    "    def f(self):\n        self.wants.open()  # lost\n",
    "a result that is documented": 'def pick(shop):\n    """:rtype: Wants"""\n    return shop.find()\n\n\n'
    "pick(1).open()  # lost\n",
    "a module that a path leads to": "import sys\nsys.path.append('more')\nimport rest\n\n\n"
    "rest.Rest().open()  # lost\n",
    "a part of a tuple": "def f(pairs: list[tuple[Till, Wants]]):\n    for till, wants in pairs:\n"
    "        wants.open()  # lost\n        till.open()\n",
    "what is declared once": "def f(shop):\n    wants: Wants = shop.find()\n    wants.open()  # lost\n",
    "a decorator whose types say nothing": "from typing import Any\n\n\n"
    "def odd(function: Callable[..., Any]) -> Callable[..., Any]:\n    async def inner(): ...\n    return inner\n\n\n"
    "@odd\ndef open() -> int: ...\n\n\nopen()  # lost\n",
    "a decorator whose code does more than its types say": "from typing import Any, TypeVar\n\n"
    "F = TypeVar('F', bound=Callable[..., Any])\n\n\ndef odd(function: F) -> F:\n    async def inner(): ...\n"
    "    return inner\n\n\n@odd\ndef open() -> int: ...\n\n\nopen()  # lost\n",
    "a variable of any type that another file has": "from handlers import handler, other, run\n\n\n"
    "handler()  # lost\nrun()  # lost\n",
    "keywords": "def f(**wants: Wants):\n    wants['a'].open()  # lost\n    wants.get('b')\n",
    "a member of an enumeration": "import enum\n\n\nclass A(enum.Enum):\n    B = 1\n    async def open(self): ...\n\n\n"
    "A.B.open()  # lost\n",
    "what stands for type variables": "from box import Box, WantsBox\n\n\n"
    "def f(box: Box[Wants], wants_box: WantsBox):\n"
    "    box.held.open()  # lost\n    box.all()[0].open()  # lost\n    wants_box.take().open()  # lost\n",
    "what a function with type variables is given": "from box import many, pick\n\n\npick(Wants()).open()  # lost\n"
    "many(Wants())[0].open()  # lost\n",
    "type variables of one name that functions have": "from typing import Generic, TypeVar\n"
    "from box import pick\n\nT = TypeVar('T')\n\n\n"
    "class Base:\n    def first(self, one: T) -> T: ...\n\n\n"
    "class Sub(Base, Generic[T]):\n    def picking(self):\n        return pick\n\n\n"
    "def f(sub: Sub[Till]):\n    sub.first(Wants()).open()  # lost\n    sub.picking()(Wants()).open()  # lost\n",
    "what a class with a bound is made of": "from typing import Generic, TypeVar\n\n"
    "S = TypeVar('S', bound=Till)\n\n\nclass SubTill(Till):\n    async def open(self): ...\n\n\n"
    "class A(Generic[S]):\n    def __init__(self, held: S) -> None:\n        self.held = held\n\n\n"
    "A(SubTill(None, [])).held.open()  # lost\n",
    "what is called of a decorator that is not there": "from nowhere import odd\n\n\nclass A:\n    @odd\n"
    "    def pick(self) -> Wants: ...\n\n\nA().pick().open()  # lost\n",
    "what a task returns": "async def make() -> Wants: ...\n\n\nasync def f():\n"
    "    task = asyncio.create_task(make())\n"
    "    await task\n    task.result().open()  # lost\n",
    "awaited objects": "from box import Box\n\n\nasync def f(box: Box[Wants]):\n    (await box).open()  # lost\n",
    "what with gives": "from box import Box\n\n\nasync def f(box: Box[Wants]):\n    async with box as wants:\n"
    "        wants.open()  # lost\n    with box as wants:\n        wants.open()  # lost\n",
    "the value that is still there": "def f(one: Till):\n    one.open()\n    one = Wants()\n    one.open()  # lost\n",
    "a value that a branch gives": "def f(ready):\n    one = Wants()\n    if ready:\n        one = Wants()\n"
    "    one.open()  # lost\n",
    "an object of the class that a method is called on": "from typing import Self\n\n\nclass Base:\n"
    "    def itself(self) -> Self: ...\n    async def again(self) -> Self: ...\n\n\nclass A(Base):\n"
    "    async def open(self): ...\n\n\nasync def f(a: A):\n    a.itself().open()  # lost\n"
    "    (await a.again()).open()  # lost\n",
    "a method that a decorator leaves as it is": "from typing_extensions import deprecated\n\n\n"
    "@deprecated('no more')\nasync def get(): ...\n\n\nget()  # lost\n",
    "what leads back here": "import back\n\n\nclass Own:\n    async def open(self): ...\n\n\n"
    "back.own().open()  # lost\n",
}

# What is lost by what is called, which types tell.
TOLD = {
    "a logger": "import logging\n\nlog = logging.getLogger()\n\n\ndef f(wants: Wants):\n"
    "    log.debug('%s', wants.open())  # lost\n",
    "an object that a module of plain values makes": "import logging\n\n\nclass A:\n    log = logging.getLogger()\n\n\n"
    "def f(wants: Wants):\n    logging.getLogger('a').info(wants.open())  # lost\n",
    "a function of the project that has a well-known name": "async def ring(): ...\n\n\nclass Bell:\n"
    "    def debug(self, given) -> None: ...\n\n\ndef f(bell: Bell, wants: Wants):\n"
    "    bell.debug(wants.open())\n    wants.open()  # lost\n",
}

# Of what comes of them, more is known.
KEPT = {
    "decorators that give what they get, as their types say": "from typing import TypeVar\n\nF = TypeVar('F')\n\n\n"
    "def first(function: F, /) -> F: ...\ndef named(name: str) -> Callable[[F], F]: ...\n\n\n"
    "@first\n@named('a')\ndef till() -> Till: ...\n\n\ntill().open()\n",
}

HELD = {
    "a property and what sets it": "class A:\n    @property\n    def open(self) -> Till: ...\n    @open.setter\n"
    "    def open(self, till): ...\n    @open.deleter\n    def open(self): ...\n    def f(self):\n"
    "        self.open()\n        self.open.open()\n",
    "a decorator that is decorated with itself": "@open\ndef open(one: int) -> int: ...\n\n\nopen(1)\n",
    "displays in types": "def f(a: 'list[[Till]]', b: 'dict[str, {Till}]'):\n    a[0].open()\n    b['c'].open()\n",
    "nothing in types": "from typing import Union\n\n\ndef f(a: Callable[()], b: 'Union[()]', c: 'list[()]'):\n"
    "    b.open()\n",
}

UNKNOWN = {
    "a method that is replaced": "class A(Till):\n    def __init__(self, open):\n        self.open = open\n"
    "    def set(self, open):\n        self.open = open\n    def f(self):\n        self.open()\n",
    "a decorator that makes something else": "clear()\n",
    "a name that several things have": "if ring():\n    from shop import Till as One\nelse:\n"
    "    from shop import Wants as One\n\n\ndef f(one: One):\n    one.open()\n",
    "a class that is not known": "class A(type('Kept', (Till,), {})):\n    pass\n\n\ndef f(a: A):\n    a.open()\n",
}


def written(program: str, folder: Path) -> Path:
    for name, text in {**FILES, "program.py": START + program}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder / "program.py"


def lines_lost(program: Path) -> list[int]:
    lines = program.read_text("utf-8").splitlines()
    return [number for number, line in enumerate(lines) if re.search(r"# lost$", line)]


def checked(program: Path) -> tuple[Counted, Counted]:
    """With what types tell, and without, which finds the same."""
    one, other = fast([program]), slow([program])
    assert one.diagnostics == other.diagnostics
    return one, other


@pytest.mark.parametrize("name", PLAIN)
def test_inference_is_not_asked_about_what_types_tell(name: str, tmp_path: Path) -> None:
    one, other = checked(written(PLAIN[name], tmp_path))
    assert one.questions == 0
    assert other.questions > 0


@pytest.mark.parametrize("name", LOST | TOLD)
def test_what_is_lost_is_found(name: str, tmp_path: Path) -> None:
    program = written((LOST | TOLD)[name], tmp_path)
    one, other = checked(program)
    assert [found.range.start.line for found in one.diagnostics[program]] == lines_lost(program)
    if name in TOLD:
        assert one.questions == 0
        assert other.questions > 0


@pytest.mark.parametrize("name", KEPT)
def test_what_decorators_give_is_known(name: str, tmp_path: Path) -> None:
    one, other = checked(written(KEPT[name], tmp_path))
    assert one.questions < other.questions


@pytest.mark.parametrize("name", HELD)
def test_types_may_be_nonsense(name: str, tmp_path: Path) -> None:
    program = written(HELD[name], tmp_path)
    report = Project.around(program).check(Source.from_file(program))
    assert not any("internal error" in failure for failure in report.failures)
    assert report.diagnostics == []


@pytest.mark.parametrize("name", UNKNOWN)
def test_inference_is_asked_about_what_types_do_not_tell(name: str, tmp_path: Path) -> None:
    one, _ = checked(written(UNKNOWN[name], tmp_path))
    assert one.questions > 0


MANY, FEWER = 3000, 150
ENDLESS = {
    "classes": "".join(f"class A{n + 1}(A{n}): ...\n" for n in range(MANY)) + f"A{MANY}().open()\n",
    "types": "def f(a: " + " | ".join(f"A{n}" for n in range(FEWER)) + "):\n    a.open()\n",
    "other names": "".join(f"A{n + 1} = A{n}\n" for n in range(FEWER)) + f"def f(a: A{FEWER}):\n    a.open()\n",
    "attributes": "def f(a: A0):\n    a" + ".b" * FEWER + ".open()\n",
    "calls": "def f(a: A0):\n    a" + ".b()" * FEWER + ".open()\n",
    "functions": "".join(f"def f{n + 1}():\n    return f{n}()\n" for n in range(MANY)) + f"f{MANY}().open()\n",
    "types in types": "from typing import Generic, TypeVar\n\nT = TypeVar('T')\n\n\nclass Box(Generic[T]):\n"
    "    def pair(self) -> 'Box[tuple[T, T]]': ...\n    def open(self) -> T: ...\n\n\n"
    "def f(box: Box[A0]):\n    box" + ".pair()" * 40 + ".open()\n",
    "tests": "def f(a: A0):\n" + "    if isinstance(a, (A0, str)): a.open()\n" * FEWER,
    "branches": "def f(a: A0, b):\n" + "    if b: a = A0()\n    a.open()\n" * FEWER,
    "a class above itself": "class B(B): ...\nclass C(D): ...\nclass D(C): ...\nC().open()\nB().open()\n",
    "a type that is itself": "B = C\nC = B\ndef f(a: B, b: 'C', c: 'list['):\n"
    "    a.open()\n    b.open()\n    c.open()\n",
    "a property that is itself": "class B:\n    @property\n    def open(self) -> 'B.open': ...\n"
    "    def close(self):\n        return self.open.open.close().open()\n",
}
A0 = "class A0:\n    def open(self) -> None: ...\n"


@pytest.mark.parametrize("name", ENDLESS)
def test_there_is_an_end_to_what_is_looked_at(name: str, tmp_path: Path) -> None:
    program = written(A0 + ENDLESS[name], tmp_path)
    report = Project.around(program).check(Source.from_file(program))
    # jedi may have enough of it.
    assert not any("internal error" in failure for failure in report.failures)
    assert report.diagnostics == []


def test_an_attribute_of_a_package_is_not_its_module(tmp_path: Path) -> None:
    program = written("import bakery\n\n\nbakery.bread.open()  # lost\n", tmp_path)
    (tmp_path / "bakery").mkdir()
    (tmp_path / "bakery" / "__init__.py").write_text("from .bread import make\n\nbread = make()\n", "utf-8")
    bread = "from shop import Wants\n\n\ndef open(): ...\n\n\ndef make():\n    return [Wants()][0]\n"
    (tmp_path / "bakery" / "bread.py").write_text(bread, "utf-8")
    one, _ = checked(program)
    assert [found.range.start.line for found in one.diagnostics[program]] == lines_lost(program)


def test_what_another_file_gets_counts(tmp_path: Path) -> None:
    """A file in which a name was looked for in vain is edited, so that it has it now."""
    program = written("from far import make\n\n\nmake().open()\n", tmp_path)
    files = {"far.py": "from near import *\nfrom bar import *\nfrom shop import Wants\n", "near.py": "x = 1\n"}
    files["bar.py"] = "from shop import Till\n\n\ndef make() -> Till: ...\n"
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    project = Project.around(program)
    assert project.check(Source.from_file(program)).diagnostics == []
    near = tmp_path / "near.py"
    text = "from shop import Wants\n\n\ndef make() -> Wants: ...\n"
    project.overlay = {near: text}.get
    project.forget(near)
    project.reread(near)
    again = project.check(Source.from_file(program)).diagnostics
    assert len(again) == 1
    fresh = Project.around(program)
    near.write_text(text, "utf-8")
    assert again == fresh.check(Source.from_file(program)).diagnostics


def test_modules_may_import_each_other(tmp_path: Path) -> None:
    program = written("from ring import One\n\n\ndef f(one: One):\n    one.open()\n    Two().open()\n", tmp_path)
    for name, other in (("ring", "rang"), ("rang", "rung"), ("rung", "ring")):
        (tmp_path / f"{name}.py").write_text(
            f"from {other} import *\nfrom {other} import One\nimport program\n", "utf-8"
        )
    report = Project.around(program).check(Source.from_file(program))
    assert (report.failures, report.diagnostics) == ((), [])
