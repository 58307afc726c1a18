"""Coroutines passed to functions that never await: builtins, the standard library's, and the project's own."""

import abc
import asyncio
import collections
import contextlib
import copy
import datetime
import functools
import html
import inspect
import json
import math
import os.path
import pathlib
import pprint
import random
import re
import textwrap
import time
import types


async def find_book(title="Emma"):
    return {"title": title, "year": 1815}


async def count_copies(title="Emma"):
    return 3


async def titles(shelf="A"):
    return ["Emma", "Ulysses"]


async def opening_hour():
    return 0.0


# The project's functions that only look at what they get


def show(value):
    print("value:", value)


def show_with_label(label, value, *, end="\n"):
    print(f"{label}: {value}", end=end)


def describe(value):
    return str(value)


def report(value):
    text = describe(value)
    show(text)


def report_twice(value, urgent=False):
    if urgent:
        report(value)
    show_with_label("again", value)


def is_missing(value):
    return value is None or not value


def show_all(*values):
    for value in values:
        print(value)


def show_fields(**fields):
    for name, value in fields.items():
        print(name, "=", value)


def indented(value, depth):
    if depth > 0:
        return indented(value, depth - 1)
    return f"> {value}"


def ignore(value):
    return 0


def as_text(value):
    value = str(value)
    return value


def year_of(book):
    return book["year"]


def shout(value):
    def loud():
        return f"{value}!"

    return loud()


async def log_entry(value, level=0):
    await asyncio.sleep(0)  # ok
    print(level, value)


async def log_deeper(value):
    await log_entry(value, 2)  # ok


class Slip:
    """A slip of paper: writes down what it is given, and keeps the text alone."""

    def __init__(self, value):
        self.text = str(value)

    def add(self, value):
        self.text += f", {value}"
        return self

    @staticmethod
    def measure(value):
        return len(repr(value))

    @classmethod
    def of(cls, value):
        return cls(f"<{value}>")

    def __contains__(self, value):
        return str(value) in self.text


# The project's functions that consume what they get, or may


def start(coroutine):
    return asyncio.run(coroutine)


async def finish(coroutine):
    return await coroutine


async def finish_deeper(coroutine, tries=1):
    show(coroutine)
    return await finish(coroutine)  # ok


def same(value):
    return value


def boxed(value):
    return [value]


def first_of(*values):
    return values[0]


def later(coroutine):
    async def run():
        return await coroutine

    return run


async def resolve(value):
    if inspect.isawaitable(value):
        return await value
    return value


def discard(coroutine):
    print("never mind:", coroutine)
    coroutine.close()


class Desk:
    def __init__(self, job=None):
        self.job = job
        self.waiting = []

    def take(self, coroutine):
        self.waiting.append(coroutine)

    async def work(self):
        if self.job is not None:
            await self.job
        for coroutine in self.waiting:
            await coroutine


def tally(entry):
    rows = [entry]
    return len(rows)


def forward(*values, **fields):
    show_all(*values)
    show_fields(**fields)


def even(value, depth):
    return "even" if depth == 0 else odd(value, depth - 1)


def odd(value, depth):
    print(value)
    return even(value, depth - 1)


def collect(*coroutines, **named):
    return asyncio.gather(*coroutines, *named.values())


def forward_to_collect(*coroutines, **named):
    return collect(*coroutines, **named)


async def ping(coroutine, left):
    return await (pong(coroutine, left - 1) if left else coroutine)


async def pong(coroutine, left):
    print("left:", left)
    return await ping(coroutine, left)


class Ledger:
    def __init__(self):
        self.count = 0
        self.open = []

    def write(self, entry):
        self._check(entry)
        self._print(entry, wide=True)

    def _check(self, entry):
        if not entry:
            raise ValueError("empty")
        self.count += 1

    def _print(self, entry, wide=False):
        print(f"{entry!s}" if not wide else f"{entry!r}")

    def __call__(self, entry):
        self._check(entry)

    def borrow(self, entry):
        self._check(entry)
        self._remember(entry)

    def _remember(self, entry):
        self.open.append(entry)


class DatedLedger(Ledger):
    def write(self, entry, date="today"):
        print(date)
        super().write(entry)

    def borrow(self, entry, date="today"):
        print(date)
        super().borrow(entry)


class Counter(abc.ABC):
    @abc.abstractmethod
    def hand_in(self, value): ...


class OnlineCounter(Counter):
    def __init__(self):
        self.inbox = []

    def hand_in(self, value):
        self.inbox.append(value)


class Sign:
    def put(self, value):
        print("sign:", value)


class AsyncSign(Sign):
    def __init__(self):
        self.values = []

    def put(self, value):
        self.values.append(value)


def also_started(function):
    @functools.wraps(function)
    def wrapper(value):
        asyncio.run(value)
        return function("started")

    return wrapper


@also_started
def show_started(value):
    print("value:", value)


# Builtins


async def case_len():
    return len(titles())  # error: coroutine-never-awaited


async def case_len_awaited():
    return len(await titles())  # ok


async def case_int():
    return int(count_copies())  # error: coroutine-never-awaited


async def case_int_awaited():
    return int(await count_copies())  # ok


async def case_float_under_a_name():
    copies = count_copies()  # error: coroutine-never-awaited
    return float(copies)


async def case_sum():
    return sum([count_copies("a"), count_copies("b")])  # error: coroutine-never-awaited


async def case_sum_awaited():
    return sum(await asyncio.gather(count_copies("a"), count_copies("b")))  # ok


async def case_max():
    return max(count_copies(), 1)  # error: coroutine-never-awaited


async def case_max_awaited():
    return max(await count_copies(), 1)  # ok


async def case_sorted():
    return sorted(titles())  # error: coroutine-never-awaited


async def case_sorted_awaited():
    return sorted(await titles(), key=len)  # ok


async def case_list():
    return list(titles())  # error: coroutine-never-awaited


async def case_list_awaited():
    return list(await titles())  # ok


async def case_dict():
    return dict(find_book())  # error: coroutine-never-awaited


async def case_set():
    return set(titles())  # error: coroutine-never-awaited


async def case_set_awaited():
    return set(await titles())  # ok


async def case_enumerate():
    for number, title in enumerate(titles()):  # error: coroutine-never-awaited
        print(number, title)


async def case_enumerate_awaited():
    for number, title in enumerate(await titles(), 1):  # ok
        print(number, title)


async def case_zip():
    return list(zip(await titles("A"), titles("B")))  # error: coroutine-never-awaited


async def case_zip_awaited():
    return list(zip(await titles("A"), await titles("B")))  # ok


async def case_range():
    for number in range(count_copies()):  # error: coroutine-never-awaited
        print(number)


async def case_round_and_abs(exact):
    if exact:
        return abs(count_copies())  # error: coroutine-never-awaited
    return round(opening_hour(), 1)  # error: coroutine-never-awaited


async def case_round_and_abs_awaited(exact):
    if exact:
        return abs(await count_copies())  # ok
    return round(await opening_hour(), 1)  # ok


async def case_isinstance():
    if isinstance(find_book(), dict):  # error: coroutine-never-awaited
        print("found")
    if isinstance(await find_book(), dict):  # ok
        print("found")


async def case_isinstance_then_awaited():
    book = find_book()  # ok
    if isinstance(book, types.CoroutineType):
        print("asked for")
    return await book  # ok


async def case_type_id_hash_callable():
    print(type(find_book()))  # error: coroutine-never-awaited
    print(id(find_book()), hash(count_copies()))  # error: coroutine-never-awaited
    print(callable(find_book()))  # error: coroutine-never-awaited
    asked = find_book()  # ok
    print(type(asked), id(asked), hash(asked), callable(asked))
    await asked  # ok


async def case_hasattr():
    print(hasattr(find_book(), "keys"))  # error: coroutine-never-awaited
    print(hasattr(await find_book(), "keys"))  # ok


async def case_next():
    # An iterator gives the coroutine itself.
    asked = iter([find_book("a"), find_book("b")])  # ok
    await next(asked)  # ok
    await next(asked)  # ok


async def case_next_of_a_coroutine():
    return next(titles())  # error: coroutine-never-awaited


async def case_minimum_of_coroutines():
    asked = [find_book("a")]  # ok
    return await min(asked, key=id)  # ok


# The standard library's


async def case_json():
    return json.dumps(find_book())  # error: coroutine-never-awaited


async def case_json_awaited():
    return json.dumps(await find_book())  # ok


async def case_json_with_a_default():
    return json.dumps({"book": find_book()}, default=str)  # error: coroutine-never-awaited


async def case_math():
    return math.floor(opening_hour())  # error: coroutine-never-awaited


async def case_math_awaited():
    return math.floor(await opening_hour())  # ok


async def case_time_sleep():
    time.sleep(opening_hour())  # error: coroutine-never-awaited


async def case_time_sleep_awaited():
    time.sleep(await opening_hour())  # ok


async def case_asyncio_sleep_of_a_coroutine():
    await asyncio.sleep(await opening_hour())  # ok
    await asyncio.sleep(opening_hour())  # error: coroutine-never-awaited


async def case_join():
    return ", ".join(titles())  # error: coroutine-never-awaited


async def case_join_awaited():
    return ", ".join(await titles())  # ok


async def case_path():
    return os.path.join("books", find_book())  # error: coroutine-never-awaited


async def case_pathlib():
    return pathlib.Path("books") / str(await count_copies()) / find_book()  # error: coroutine-never-awaited


async def case_regular_expression():
    return re.match(r"\w+", find_book())  # error: coroutine-never-awaited


async def case_regular_expression_awaited():
    return re.match(r"\w+", str(await find_book()))  # ok


async def case_timedelta():
    return datetime.timedelta(days=count_copies())  # error: coroutine-never-awaited


async def case_timedelta_awaited():
    return datetime.timedelta(days=await count_copies())  # ok


async def case_pretty_print():
    pprint.pprint(find_book())  # error: coroutine-never-awaited
    pprint.pprint(await find_book())  # ok


async def case_html():
    return html.escape(find_book())  # error: coroutine-never-awaited


async def case_text_wrap():
    return textwrap.indent(find_book(), "  ")  # error: coroutine-never-awaited


async def case_random():
    return random.choice(titles())  # error: coroutine-never-awaited


async def case_random_awaited():
    return random.choice(await titles())  # ok


async def case_deep_copy():
    return copy.deepcopy(find_book())  # error: coroutine-never-awaited


async def case_counter():
    return collections.Counter(titles())  # error: coroutine-never-awaited


async def case_counter_awaited():
    return collections.Counter(await titles()).most_common(1)  # ok


async def case_starts_with():
    return "Emma".startswith(find_book())  # error: coroutine-never-awaited


async def case_iscoroutine():
    print(asyncio.iscoroutine(find_book()))  # error: coroutine-never-awaited
    print(inspect.isawaitable(find_book()))  # error: coroutine-never-awaited
    print(asyncio.iscoroutine(await find_book()))  # ok


async def case_iscoroutine_then_awaited():
    asked = find_book()  # ok
    print(inspect.iscoroutine(asked))
    await asked  # ok


# The standard library's that consume it


async def case_consumed_by_asyncio():
    await asyncio.gather(find_book(), count_copies())  # ok
    await asyncio.wait_for(find_book(), 1)  # ok
    await asyncio.shield(find_book())  # ok
    for next_one in asyncio.as_completed([find_book(), count_copies()]):  # ok
        await next_one  # ok


def case_consumed_by_a_loop():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(find_book())  # ok
    loop.close()


async def case_consumed_from_a_queue():
    queue = asyncio.Queue()
    queue.put_nowait(find_book())  # ok
    await (await queue.get())  # ok


async def case_consumed_through_attributes():
    job = types.SimpleNamespace(book=find_book())  # ok
    setattr(job, "copies", count_copies())  # ok
    await getattr(job, "copies")  # ok
    await job.book  # ok


async def case_consumed_by_closing():
    with contextlib.closing(find_book()):  # ok
        print("not today")


async def case_consumed_by_an_exit_stack():
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(find_book, "last")
        asked = stack.enter_context(contextlib.nullcontext(find_book()))  # ok
        await asked  # ok


async def case_consumed_through_partial():
    ask = functools.partial(finish, find_book())  # ok
    await ask()  # ok


async def case_consumed_through_map():
    for asked in map(same, [find_book("a"), find_book("b")]):  # ok
        await asked  # ok


# The project's own, that only look


async def case_shown():
    show(find_book())  # error: coroutine-never-awaited
    show(await find_book())  # ok


def case_shown_by_a_plain_function():
    show(find_book())  # error: coroutine-never-awaited
    show(asyncio.run(find_book()))  # ok


async def case_shown_by_position_and_keyword():
    show_with_label("book", find_book())  # error: coroutine-never-awaited
    show_with_label(value=count_copies(), label="copies")  # error: coroutine-never-awaited
    show_with_label("book", await find_book())  # ok
    show_with_label(value=await count_copies(), label="copies")  # ok


async def case_shown_under_a_name(quiet):
    book = find_book()  # error: coroutine-never-awaited
    if not quiet:
        show(book)
    other = find_book("Ulysses")  # ok
    show(other)
    return await other  # ok


async def case_deep():
    report(find_book())  # error: coroutine-never-awaited
    report(await find_book())  # ok


async def case_deeper():
    report_twice(find_book(), urgent=True)  # error: coroutine-never-awaited
    report_twice(urgent=True, value=await find_book())  # ok


async def case_tested_inside():
    if is_missing(find_book()):  # error: coroutine-never-awaited
        print("missing")
    if is_missing(await find_book()):  # ok
        print("missing")


async def case_by_star():
    show_all("books", find_book(), count_copies())  # error: coroutine-never-awaited
    show_all("books", await find_book(), await count_copies())  # ok


async def case_by_a_starred_argument():
    found = [find_book("a"), find_book("b")]  # error: coroutine-never-awaited
    show_all(*found)
    show_all(*[await find_book("a"), await find_book("b")])  # ok


async def case_by_double_star():
    show_fields(book=find_book(), shelf="A")  # error: coroutine-never-awaited
    show_fields(book=await find_book(), shelf="A")  # ok


async def case_recursive():
    print(indented(find_book(), 3))  # error: coroutine-never-awaited
    print(indented(await find_book(), 3))  # ok


async def case_ignored():
    return ignore(find_book())  # error: coroutine-never-awaited


async def case_rebound_inside():
    print(as_text(find_book()))  # error: coroutine-never-awaited
    print(as_text(await find_book()))  # ok


async def case_indexed_inside():
    return year_of(find_book())  # error: coroutine-never-awaited


async def case_indexed_inside_awaited():
    return year_of(await find_book())  # ok


async def case_captured_by_a_function_that_looks():
    print(shout(await find_book()))  # ok


async def case_async_function_that_looks():
    await log_entry(find_book(), level=1)  # error: coroutine-never-awaited
    await log_entry(await find_book(), level=1)  # ok
    await log_deeper(count_copies())  # error: coroutine-never-awaited
    await log_deeper(await count_copies())  # ok


async def case_nested_function_that_looks():
    def note(value):
        print("note:", value)

    note(find_book())  # error: coroutine-never-awaited
    note(await find_book())  # ok


async def case_constructor_that_looks():
    slip = Slip(find_book())  # error: coroutine-never-awaited
    other = Slip(await find_book())  # ok
    return slip.text + other.text


async def case_methods_that_look():
    slip = Slip("list")
    slip.add(find_book())  # error: coroutine-never-awaited
    slip.add(await find_book())  # ok
    slip.add("a").add(value=count_copies())  # error: coroutine-never-awaited
    slip.add("a").add(value=await count_copies())  # ok


async def case_static_and_class_methods_that_look():
    print(Slip.measure(find_book()), Slip.of(await find_book()).text)  # error: coroutine-never-awaited
    print(Slip.measure(await find_book()), Slip.of(await find_book()).text)  # ok
    return Slip.of(find_book()).text  # error: coroutine-never-awaited


async def case_all_results_of_a_comprehension():
    for title in ("Emma", "Ulysses"):
        show_with_label(title, find_book(title), end=";")  # error: coroutine-never-awaited
        show_with_label(title, await find_book(title), end=";")  # ok


async def case_lambda_that_looks():
    tell = lambda value: print("told", value)
    tell(find_book())  # error: coroutine-never-awaited
    tell(await find_book())  # ok


async def case_kept_in_a_local_list_inside():
    print(tally(find_book()))  # error: coroutine-never-awaited
    print(tally(await find_book()))  # ok


async def case_forwarded():
    forward("books", find_book())  # error: coroutine-never-awaited
    forward(book=find_book("Ulysses"))  # error: coroutine-never-awaited
    forward("books", await find_book(), book=await find_book())  # ok


async def case_mutually_recursive():
    print(even(find_book(), 4))  # error: coroutine-never-awaited
    print(even(await find_book(), 4))  # ok


async def case_methods_that_call_each_other():
    ledger = Ledger()
    ledger.write(find_book())  # error: coroutine-never-awaited
    ledger.write(await find_book())  # ok
    ledger(count_copies())  # error: coroutine-never-awaited
    ledger(await count_copies())  # ok


async def case_methods_through_super():
    ledger = DatedLedger()
    ledger.write(find_book(), date="Monday")  # error: coroutine-never-awaited
    ledger.write(await find_book(), date="Monday")  # ok
    ledger.borrow(find_book())  # ok
    ledger.borrow(count_copies(), date="Friday")  # ok
    await asyncio.gather(*ledger.open)  # ok


async def case_several_at_once(quiet):
    book, copies = find_book(), count_copies()  # error: coroutine-never-awaited
    if not quiet:
        forward(book, copies=copies)
    return await book  # ok


# The project's own, that consume it, or may


async def case_forwarded_to_a_function_that_gathers():
    await forward_to_collect(find_book(), copies=count_copies())  # ok
    await forward_to_collect(*[find_book("a"), find_book("b")])  # ok


async def case_mutually_recursive_and_awaited():
    await ping(find_book(), 3)  # ok


async def case_handed_to_a_private_method():
    ledger = Ledger()
    ledger.borrow(find_book())  # ok
    await ledger.open[0]  # ok


async def case_handed_to_a_bound_method_under_a_name():
    ledger = Ledger()
    remember, look = ledger.borrow, ledger.write
    remember(find_book())  # ok
    look(await find_book())  # ok
    look(find_book("Dubliners"))  # error: coroutine-never-awaited
    await ledger.open[-1]  # ok


def case_started_inside():
    start(find_book())  # ok
    show_started(find_book())  # ok


async def case_awaited_inside():
    await finish(find_book())  # ok
    await finish(coroutine=find_book())  # ok
    await finish_deeper(find_book(), tries=2)  # ok
    await resolve(find_book())  # ok


async def case_awaited_inside_a_task():
    await asyncio.create_task(finish_deeper(find_book()))  # ok


async def case_passed_in_to_a_coroutine_that_is_dropped():
    # Neither is awaited: one holds the other.
    finish(find_book("held"))  # error: coroutine-never-awaited


async def case_given_back():
    await same(find_book())  # ok
    await boxed(find_book())[0]  # ok
    await first_of(find_book(), "Emma")  # ok


async def case_given_back_under_a_name():
    asked = same(find_book())  # ok
    show(asked)
    return await asked  # ok


async def case_captured():
    run = later(find_book())  # ok
    await run()  # ok


async def case_closed_inside():
    discard(find_book())  # ok


async def case_kept_by_a_method():
    desk = Desk()
    desk.take(find_book())  # ok
    desk.take(count_copies())  # ok
    await desk.work()  # ok


async def case_kept_by_a_constructor():
    await Desk(find_book()).work()  # ok
    desk = Desk(job=find_book())  # ok
    await desk.work()  # ok


async def case_handed_to_an_abstract_method():
    async def submit(counter: Counter):
        counter.hand_in(find_book())  # ok

    counter = OnlineCounter()
    await submit(counter)  # ok
    await asyncio.gather(*counter.inbox)  # ok


async def case_handed_to_a_method_that_is_overridden():
    async def publish(sign: Sign):
        sign.put(find_book())  # ok

    sign = AsyncSign()
    await publish(sign)  # ok
    await sign.values[0]  # ok


async def case_handed_to_a_parameter():
    async def deliver(receive):
        receive(find_book())  # ok

    received = []
    await deliver(received.append)  # ok
    await received.pop()  # ok


async def case_handed_to_one_of_two(store):
    asked = []
    handle = asked.append if store else discard
    handle(find_book())  # ok
    for coroutine in asked:
        await coroutine  # ok


async def case_handed_to_a_name_that_was_rebound():
    async def print(value):
        return await value

    await print(find_book())  # ok


async def case_handed_to_a_replaced_builtin():
    def len(value):
        return asyncio.ensure_future(value)

    await len(titles())  # ok


async def case_handed_to_a_function_of_a_mapping():
    handlers = {"finish": finish, "same": same}
    await handlers["finish"](find_book())  # ok
    await handlers["same"](find_book())  # ok


async def case_handed_by_star():
    async def finish_all(*coroutines, **named):
        for coroutine in (*coroutines, *named.values()):
            await coroutine  # ok

    await finish_all(find_book("a"), find_book("b"), last=find_book("c"))  # ok


async def case_handed_in_a_list():
    async def finish_each(coroutines):
        return [await coroutine for coroutine in coroutines]  # ok

    await finish_each([find_book("a"), find_book("b")])  # ok
    await finish_each(find_book(title) for title in ("a", "b"))  # ok


async def case_shown_and_finished():
    asked = find_book()  # ok
    report(asked)
    await log_entry(asked)  # ok
    await finish(asked)  # ok


async def case_shown_and_lost():
    asked = find_book()  # error: coroutine-never-awaited
    report(asked)
    await log_entry(asked)  # ok
