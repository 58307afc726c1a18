"""The forms that generated programs are made of: how an awaitable is made, looked at and used up."""

from __future__ import annotations

from enum import Enum, auto

PRELUDE = """\
import asyncio
import contextlib
import functools
import logging
from asyncio import create_task, ensure_future

log = logging.getLogger(__name__)
KEPT = []


async def work(number=1):
    await asyncio.sleep(1)
    return number


async def rest():
    return "rested"


async def fail(number=1):
    await asyncio.sleep(1)
    raise ValueError(number)


async def finish(job):
    result = await job
    await asyncio.sleep(1)
    return result


async def finish_all(jobs):
    return await asyncio.gather(*jobs)


def make(number=1):
    return work(number)


def make_later(number=1):
    job = work(number)
    return job


def begin(job):
    return asyncio.create_task(job)


def begin_named(job, name="job"):
    task = asyncio.create_task(job)
    task.set_name(name)
    return task


def same(job):
    return job


def show(job):
    print("job", job)


def show_twice(job):
    show(job)
    log.info("job %s", job)


def count(jobs):
    return len(jobs)


def keep(job):
    KEPT.append(job)


class Clerk:
    async def fetch(self, number=1):
        return await work(number)

    @classmethod
    async def build(cls):
        return cls()

    @staticmethod
    async def look(number=1):
        return number

    @property
    async def ready(self):
        return True

    async def __call__(self, number=1):
        return number

    def lazily(self):
        return self.fetch()

    def start(self):
        return asyncio.create_task(self.fetch())


class Keeper:
    def __setattr__(self, name, value):
        KEPT.append(value)

    def keep(self, job):
        KEPT.append(job)


class Ticks:
    def __init__(self, flags):
        self.flags = list(flags)

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.flags:
            raise StopAsyncIteration
        return self.flags.pop(0)


KEEPER = Keeper()
CLERK = Clerk()
"""


class Kind(Enum):
    COROUTINE = auto()
    TASK = auto()
    FAILING = auto()
    """A task that raises: somebody has to wait for it, and to read its exception then."""
    COROUTINES = auto()
    """A container of coroutines."""
    TASKS = auto()
    FAILINGS = auto()
    WAITED = auto()
    """What asyncio.wait gave: finished tasks that have failed."""

    @property
    def is_reusable(self) -> bool:
        """Whether it may be awaited, or looked at, any number of times."""
        return self in (Kind.TASK, Kind.TASKS, Kind.WAITED)


COROUTINES = (
    "work()", "work(2)", "rest()", "make()", "make_later(3)", "CLERK.fetch()", "CLERK.lazily()", "Clerk().fetch(2)",
    "Clerk.build()", "Clerk.look()", "CLERK()", "CLERK.ready", "asyncio.sleep(1)", "functools.partial(work, 2)()",
    "finish(work())", "asyncio.wait_for(work(), 1)", "same(work())", "(lambda: work())()",
)  # fmt: skip
"""Expressions that make a coroutine."""

TASKS = (
    "asyncio.create_task({0})", "create_task({0})", "asyncio.ensure_future({0})", "ensure_future({0})",
    "loop.create_task({0})", "asyncio.get_running_loop().create_task({0})", "begin({0})", "begin_named({0})",
    "asyncio.create_task({0}, name='job')", "CLERK.start()", "asyncio.gather({0}, work())", "asyncio.shield({0})",
    "same(asyncio.create_task({0}))",
)  # fmt: skip
"""Expressions that make a task of a coroutine, or a future."""

FAILING = (
    "asyncio.create_task(fail())", "asyncio.ensure_future(fail(2))", "loop.create_task(fail())", "begin(fail())",
)  # fmt: skip

LOOKS = {
    Kind.COROUTINE: (
        "print({0})", 'print(f"job {{{0}}}")', "print({0} == 1)", "print(not {0})", "show({0})",
        "if {0}:\n    print(1)", "show_twice({0})", 'log.info("job %s", {0})', "text = str({0})",
        "print(type({0}), id({0}))", "assert {0}", "print({0} is None)",
        "print(isinstance({0}, int))", 'print("%s" % {0})',
    ),
    Kind.TASK: (
        "print({0})", 'print(f"job {{{0}}}")', "print({0}.done())", "show({0})", "show_twice({0})",
        'log.info("job %s", {0})', "print({0} is None)", "if not {0}.done():\n    print(1)", "print({0}.cancelled())",
    ),
    Kind.FAILING: ("print({0}.done())", "print({0})", "show({0})"),
    Kind.COROUTINES: (
        "print(len({0}))", "print({0})", "if {0}:\n    print(1)", "show({0})", "print(count({0}))",
        "for job in {1}:\n    print(job)", 'print(f"{{len({0})}} jobs")',
    ),
    Kind.TASKS: (
        "print(len({0}))", "print({0})", "if {0}:\n    print(1)", "for job in {1}:\n    print(job.done())",
        "print(count({0}))", "print([job.done() for job in {1}])",
    ),
    Kind.FAILINGS: ("print(len({0}))", "print({0})"),
    Kind.WAITED: ("print(len({0}))", "print({0})", "for job in {0}:\n    print(job.done())"),
}  # fmt: skip
"""Uses that are no good: {0} is the name, {1} the elements."""

GOOD_FOR_ALL = ("keep({0})", "KEEPER.job = {0}", "KEEPER.keep({0})", "KEPT.append({0})", "KEPT.append((1, {0}))")

CONSUMPTIONS = {
    Kind.COROUTINE: (
        "await {0}", "await {0}", "await {0}", "print(await {0})", "got = await {0}", "await asyncio.wait_for({0}, 1)",
        "await asyncio.gather({0}, rest())", "await finish({0})", "await same({0})", "{0}.close()",
        "await asyncio.create_task({0})", "await begin({0})", "for job in asyncio.as_completed([{0}]):\n    await job",
        "await asyncio.shield({0})", "async def inner():\n    return await {0}\nawait inner()",
        "print([await job for job in [{0}]])", "KEPT.append(asyncio.create_task({0}))", *GOOD_FOR_ALL,
    ),
    Kind.TASK: (
        "await {0}", "await {0}", "await {0}", "print(await {0})", "got = await {0}", "await asyncio.wait_for({0}, 1)",
        "await asyncio.gather({0}, rest())", "await finish({0})", "await asyncio.shield({0})",
        "for job in asyncio.as_completed([{0}]):\n    await job", "{0}.add_done_callback(print)",
        "async def inner():\n    return await {0}\nawait inner()", "await asyncio.gather({0}, return_exceptions=True)",
        "done, _ = await asyncio.wait([{0}])\nprint([job.result() for job in done])",
        "await asyncio.wait([{0}])\nprint({0}.result())",
        "while not {0}.done():\n    await asyncio.sleep(0)", *GOOD_FOR_ALL,
    ),
    Kind.FAILING: (
        "await asyncio.wait([{0}])\nprint({0}.exception())", "await asyncio.gather({0}, return_exceptions=True)",
        "done, pending = await asyncio.wait({{{0}}})\nfor job in done:\n    print(job.exception())",
        "done, _ = await asyncio.wait(({0},))\nprint([job.exception() for job in done])",
        "done, _ = await asyncio.wait([{0}])\nkeep(done)",
        "done, _ = await asyncio.wait([{0}])\nawait asyncio.gather(*done, return_exceptions=True)",
        "with contextlib.suppress(ValueError):\n    await {0}", "keep({0})",
        "{0}.add_done_callback(lambda job: job.exception())",
        "await asyncio.wait([{0}], return_when=asyncio.FIRST_COMPLETED)\nif {0}.exception():\n    print(1)",
    ),
    Kind.COROUTINES: (
        "await asyncio.gather(*{1})", "await asyncio.gather(*{1})", "for job in {1}:\n    await job",
        "print([await job for job in {1}])", "await finish_all({1})",
        "for job in asyncio.as_completed({1}):\n    print(await job)", *GOOD_FOR_ALL,
        "await asyncio.gather(*(job for job in {1}))", "await asyncio.gather(*[finish(job) for job in {1}])",
        "await asyncio.gather(*map(finish, {1}))", "for number, job in enumerate({1}):\n    print(number, await job)",
        "jobs = [create_task(job) for job in {1}]\nawait asyncio.gather(*jobs)", "await asyncio.gather(*list({1}))",
    ),
    Kind.TASKS: (
        "await asyncio.gather(*{1})", "await asyncio.gather(*{1})", "for job in {1}:\n    await job",
        "print([await job for job in {1}])", "await finish_all({1})", "for job in {1}:\n    print(await job)",
        "for job in asyncio.as_completed({1}):\n    print(await job)", *GOOD_FOR_ALL,
    ),
    Kind.FAILINGS: (
        "await asyncio.wait({1})\nfor job in {1}:\n    print(job.exception())",
        "await asyncio.gather(*{1}, return_exceptions=True)",
        "done, _ = await asyncio.wait({1})\nprint([job.exception() for job in done])", "keep({0})",
    ),
    Kind.WAITED: (
        "for job in {0}:\n    print(job.exception())", "print([job.exception() for job in {0}])",
        "await asyncio.gather(*{0}, return_exceptions=True)", "keep({0})",
    ),
}  # fmt: skip

LOST_WAITS = {
    Kind.FAILING: (
        "await asyncio.wait([{0}])", "await asyncio.wait({{{0}}}, timeout=None)", "_ = await asyncio.wait(({0},))",
        "done, pending = await asyncio.wait([{0}])\nprint(len(done), pending)",
        "await asyncio.wait([{0}])\nprint({0}.done())",
        "done, _ = await asyncio.wait([{0}])\nfor job in done:\n    print(job.done())",
        "_, pending = await asyncio.wait([{0}])\nfor job in pending:\n    job.cancel()",
    ),
    Kind.FAILINGS: (
        "await asyncio.wait({1})", "done, pending = await asyncio.wait({1})\nprint(len(done), pending)",
        "done, _ = await asyncio.wait({1})\nfor job in done:\n    print(job.done())",
    ),
}  # fmt: skip
"""Waits after which nobody reads a result."""

SHAPES = {"list": "[{0}]", "tuple": "({0},)", "set": "{{{0}}}", "dict": "{{'key': {0}}}"}

FILLINGS = {
    "list": ("{0}.append({1})", "{0}.append({1})", "{0} += [{1}]", "{0}.extend([{1}])", "{0}.insert(0, {1})"),
    "set": ("{0}.add({1})", "{0}.add({1})", "{0}.update([{1}])"),
    "dict": ("{0}['key'] = {1}", "{0}.update({{'other': {1}}})", "{0}[1] = {1}"),
}

ELEMENTS = {
    Kind.COROUTINE: Kind.COROUTINES,
    Kind.TASK: Kind.TASKS,
    Kind.FAILING: Kind.FAILINGS,
}
