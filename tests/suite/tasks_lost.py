"""Tasks that nobody waits for: dropped, bound and lost, overwritten, in local containers, through a project's helpers."""

from __future__ import annotations

import asyncio
import asyncio as aio
import asyncio.tasks
import contextlib
import functools
import logging
from asyncio import create_task, ensure_future
from asyncio import create_task as spawn_now
from asyncio import gather as together
from collections import defaultdict, deque

log = logging.getLogger("bakery")


async def proof(dough="rye", hours=3.0):
    """Takes so long that whoever does not wait for it never sees it finished."""
    await asyncio.sleep(hours)
    return dough


async def chill(dough="rye"):
    await asyncio.sleep(0.02)
    return dough


async def knead(dough="rye"):
    await asyncio.sleep(0)
    return dough


# Dropped, however `create_task` and `ensure_future` were come by.


async def case_dropped():
    asyncio.create_task(proof())  # error: task-never-awaited
    await asyncio.create_task(knead())  # ok


async def case_dropped_future():
    asyncio.ensure_future(proof("spelt"))  # error: task-never-awaited
    await asyncio.ensure_future(knead("spelt"))  # ok


async def case_module_alias():
    aio.create_task(proof("brioche"), name="brioche")  # error: task-never-awaited
    aio.ensure_future(proof("bagel"))  # error: task-never-awaited
    await aio.create_task(knead("bagel"))  # ok


async def case_imported_by_name():
    create_task(proof())  # error: task-never-awaited
    ensure_future(proof())  # error: task-never-awaited
    await create_task(knead())  # ok


async def case_imported_under_another_name():
    spawn_now(proof("ciabatta"))  # error: task-never-awaited
    await spawn_now(knead("ciabatta"))  # ok


async def case_local_alias():
    start = asyncio.create_task
    start(proof())  # error: task-never-awaited
    await start(knead())  # ok


async def case_local_import():
    from asyncio import ensure_future as later

    later(proof())  # error: task-never-awaited
    await later(knead())  # ok


async def case_in_a_branch(rush):
    if rush:
        asyncio.create_task(proof(hours=4))  # error: task-never-awaited
    else:
        await asyncio.create_task(knead())  # ok


async def case_in_a_loop():
    for dough in ("rye", "spelt"):
        asyncio.create_task(proof(dough))  # error: task-never-awaited
    for dough in ("rye", "spelt"):
        await asyncio.create_task(knead(dough))  # ok


async def case_in_a_with_block():
    with contextlib.suppress(OSError):
        asyncio.create_task(proof())  # error: task-never-awaited
    with contextlib.suppress(OSError):
        await asyncio.create_task(knead())  # ok


async def case_in_a_handler():
    orders = {"rye": 2}
    try:
        print(orders["dinkel"])
    except KeyError:
        asyncio.create_task(proof("dinkel"))  # error: task-never-awaited
    finally:
        await asyncio.create_task(knead())  # ok


async def case_in_a_match_statement(sweet):
    match "cake" if sweet else "bread":
        case "cake":
            asyncio.ensure_future(proof("cake"))  # error: task-never-awaited
        case _:
            await asyncio.ensure_future(knead())  # ok


async def case_in_a_short_circuit(night_shift):
    night_shift and asyncio.create_task(proof())  # error: task-never-awaited
    night_shift or await asyncio.create_task(knead())  # ok


async def case_in_a_ternary_statement(night_shift):
    asyncio.create_task(proof()) if night_shift else print("closed")  # error: task-never-awaited


async def case_in_a_display():
    [asyncio.create_task(proof("a")), asyncio.create_task(proof("b"))]  # error: task-never-awaited


async def case_in_a_comprehension_statement():
    [asyncio.create_task(proof(dough)) for dough in ("rye", "spelt")]  # error: task-never-awaited
    [await asyncio.create_task(knead(dough)) for dough in ("rye", "spelt")]  # ok


def ring_the_bell():
    asyncio.create_task(proof("bell"))  # error: task-never-awaited


async def case_dropped_by_a_sync_function():
    ring_the_bell()


class Window:
    def __init__(self):
        asyncio.create_task(self.watch())  # error: task-never-awaited

    async def watch(self):
        await asyncio.sleep(3)


async def case_dropped_in_a_constructor():
    window = Window()
    print("opened", window)


async def case_dropped_in_a_nested_function():
    def on_order(dough):
        create_task(proof(dough))  # error: task-never-awaited

    on_order("bagel")


# A loop's create_task.


async def case_running_loop():
    loop = asyncio.get_running_loop()
    loop.create_task(proof())  # error: task-never-awaited
    await loop.create_task(knead())  # ok


async def case_event_loop():
    loop = aio.get_event_loop()
    loop.create_task(proof(), name="proofing")  # error: task-never-awaited
    kneading = loop.create_task(knead())  # ok
    await kneading


async def case_chained():
    asyncio.get_running_loop().create_task(proof())  # error: task-never-awaited
    asyncio.get_event_loop().create_task(proof())  # error: task-never-awaited
    await asyncio.get_running_loop().create_task(knead())  # ok


def schedule(loop: asyncio.AbstractEventLoop, dough: str) -> None:
    loop.create_task(proof(dough))  # error: task-never-awaited


async def schedule_and_wait(loop: asyncio.AbstractEventLoop, dough: str) -> None:
    await loop.create_task(knead(dough))  # ok


async def case_annotated_parameter():
    schedule(asyncio.get_running_loop(), "rye")
    await schedule_and_wait(asyncio.get_running_loop(), "rye")


def schedule_on(loop: asyncio.AbstractEventLoop | None = None) -> None:
    loop = loop or asyncio.get_event_loop()
    task = loop.create_task(proof("focaccia"))  # error: task-never-awaited
    log.debug("scheduled %s", task.get_name())


async def case_optional_loop():
    schedule_on()


class Oven:
    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.heating = None

    def preheat(self):
        self.loop.create_task(proof("oven"))  # error: task-never-awaited

    def keep_hot(self):
        self.heating = self.loop.create_task(proof("oven"))  # ok: kept on an object

    async def bake(self):
        await self.loop.create_task(knead())  # ok


async def case_loop_of_an_object():
    oven = Oven()
    oven.preheat()
    oven.keep_hot()
    await oven.bake()


class Mixer:
    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop

    def stir(self):
        stirring = self.loop.create_task(proof("batter"))  # error: task-never-awaited
        print(stirring)

    async def whisk(self):
        return await self.loop.create_task(knead("cream"))  # ok


async def case_annotated_loop_of_an_object():
    mixer = Mixer(asyncio.get_running_loop())
    mixer.stir()
    await mixer.whisk()


class Cellar:
    _loop: asyncio.AbstractEventLoop

    def open(self, loop):
        self._loop = loop
        self._loop.create_task(proof("levain"))  # error: task-never-awaited


async def case_loop_annotated_in_the_class():
    Cellar().open(asyncio.get_running_loop())


async def case_future_with_a_loop():
    loop = asyncio.get_running_loop()
    asyncio.ensure_future(proof(), loop=loop)  # error: task-never-awaited
    await asyncio.ensure_future(knead(), loop=loop)  # ok


def case_new_loop():
    loop = asyncio.new_event_loop()
    loop.create_task(proof("overnight"))  # error: task-never-awaited
    loop.run_until_complete(knead())  # ok
    loop.close()


def case_task_awaited_by_the_loop():
    loop = asyncio.new_event_loop()
    task = loop.create_task(knead())  # ok
    loop.run_until_complete(task)
    loop.close()


async def case_task_of_a_nested_function_with_the_outer_loop():
    loop = asyncio.get_running_loop()

    def on_timer():
        loop.create_task(proof("timer"))  # error: task-never-awaited

    on_timer()


# gather and shield start their coroutines at once, too.


async def case_gather_dropped():
    asyncio.gather(proof("rye"), proof("spelt"))  # error: task-never-awaited
    await asyncio.gather(knead("rye"), knead("spelt"))  # ok


async def case_gather_under_another_name():
    together(proof("rye"), proof("spelt"), return_exceptions=True)  # error: task-never-awaited
    await together(knead("rye"), knead("spelt"), return_exceptions=True)  # ok


async def case_gather_bound_and_lost():
    batch = asyncio.gather(*(proof(dough) for dough in ("rye", "spelt")))  # error: task-never-awaited
    print("started a batch", batch.done())


async def case_gather_bound_and_awaited():
    batch = asyncio.gather(*(knead(dough) for dough in ("rye", "spelt")))  # ok
    print("started a batch", batch.done())
    await batch


async def case_shield_dropped():
    asyncio.shield(proof())  # error: task-never-awaited
    await asyncio.shield(knead())  # ok


async def case_shield_bound_and_lost():
    safe = aio.shield(proof())  # error: task-never-awaited
    return safe.done()


async def case_gather_awaited_on_one_path(impatient):
    batch = asyncio.gather(chill("rye"), chill("spelt"))  # error: task-never-awaited
    if impatient:
        return
    await batch


# A project's own helpers that only pass on a new task.


def spawn(coro):
    return asyncio.create_task(coro)  # ok: returned


def spawn_named(coro, label):
    task = asyncio.create_task(coro)  # ok: returned
    task.set_name(f"bakery-{label}")
    return task


def spawn_logged(coro, label="dough") -> asyncio.Task:
    log.info("starting %s", label)
    return spawn_named(coro, label)  # ok: returned


def spawn_proof(dough):
    return spawn_logged(proof(dough))  # ok: returned


async def launch(dough):
    """Returns the task, not its result."""
    await asyncio.sleep(0)
    return asyncio.create_task(proof(dough))  # ok: returned


class Kitchen:
    def start(self, coro):
        return asyncio.ensure_future(coro)  # ok: returned

    @staticmethod
    def start_static(coro):
        return asyncio.create_task(coro)  # ok: returned

    @classmethod
    def start_class(cls, dough):
        return cls.start_static(proof(dough))  # ok: returned

    def prepare(self, dough):
        self.start(proof(dough))  # error: task-never-awaited

    async def serve(self, dough):
        await self.start(knead(dough))  # ok


async def case_helper():
    spawn(proof())  # error: task-never-awaited
    await spawn(knead())  # ok


async def case_helper_with_a_name():
    spawn_named(proof("rye"), "rye")  # error: task-never-awaited
    await spawn_named(knead("rye"), "rye")  # ok


async def case_helpers_several_deep():
    spawn_logged(proof("rye"), "rye")  # error: task-never-awaited
    spawn_proof("bagel")  # error: task-never-awaited
    await spawn_logged(knead("rye"))  # ok


async def case_helper_bound_and_lost():
    proofing = spawn(proof("challah"))  # error: task-never-awaited
    print("now proofing", proofing.get_name())


async def case_helper_method():
    kitchen = Kitchen()
    kitchen.prepare("naan")
    kitchen.start(proof("pita"))  # error: task-never-awaited
    await kitchen.start(knead("pita"))  # ok
    await kitchen.serve("naan")


async def case_helper_static_and_class_method():
    Kitchen.start_static(proof())  # error: task-never-awaited
    Kitchen.start_class("lavash")  # error: task-never-awaited
    await Kitchen.start_static(knead())  # ok


async def case_helper_that_is_async():
    await launch("rye")  # error: task-never-awaited
    rising = await launch("spelt")  # ok: cancelled
    rising.cancel()


async def case_nested_helper():
    def begin(dough):
        return create_task(proof(dough))  # ok: returned

    begin("rye")  # error: task-never-awaited


async def case_lambda():
    begin = lambda dough: asyncio.create_task(proof(dough))  # noqa: E731
    begin("rye")  # error: task-never-awaited


async def case_lambda_awaited():
    begin = lambda dough: asyncio.create_task(knead(dough))  # noqa: E731
    await begin("rye")  # ok


async def case_lambda_called_at_once():
    (lambda: asyncio.create_task(proof()))()  # error: task-never-awaited


async def case_lambda_for_the_loop():
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: asyncio.create_task(proof()))  # error: task-never-awaited
    await asyncio.sleep(0.001)


async def case_partial_helper():
    begin = functools.partial(asyncio.create_task, name="dough")
    begin(proof())  # error: task-never-awaited
    await begin(knead())  # ok


# Bound to a name that nobody uses, or only looks at.


async def case_never_used():
    task = asyncio.create_task(proof())  # error: task-never-awaited


async def case_underscore():
    _ = asyncio.create_task(proof())  # error: task-never-awaited
    await knead()  # ok


async def case_underscore_annotated():
    _: object = asyncio.ensure_future(proof())  # error: task-never-awaited
    _unused = asyncio.create_task(proof())  # error: task-never-awaited


async def case_annotated_never_used():
    proofing: asyncio.Task[str] = asyncio.create_task(proof("miche"))  # error: task-never-awaited
    kneading: asyncio.Task[str] = asyncio.create_task(knead("miche"))  # ok
    await kneading


async def case_printed():
    task = asyncio.create_task(proof())  # error: task-never-awaited
    print("started", task)


async def case_printed_directly():
    print(asyncio.create_task(proof()))  # error: task-never-awaited


async def case_formatted():
    task = asyncio.create_task(proof())  # error: task-never-awaited
    message = f"proofing in {task!r}"
    print(message)


async def case_formatted_directly():
    print(f"proofing in {asyncio.create_task(proof())}")  # error: task-never-awaited


async def case_logged():
    task = asyncio.create_task(proof())  # error: task-never-awaited
    log.info("proofing in %s", task)


async def case_asked_whether_done():
    task = asyncio.create_task(proof())  # error: task-never-awaited
    await knead()  # ok
    if not task.done():
        print("still proofing")


async def case_asked_for_its_name():
    task = asyncio.create_task(proof(), name="dough")  # error: task-never-awaited
    return task.get_name()


async def case_given_a_name():
    task = asyncio.create_task(proof())  # error: task-never-awaited
    task.set_name("dough")
    await knead()  # ok


async def case_compared():
    first = asyncio.create_task(proof("rye"))  # error: task-never-awaited
    second = asyncio.create_task(knead("spelt"))  # ok
    print(first is second, first == second)
    await second


async def case_tested_for_none():
    task = asyncio.create_task(proof())  # error: task-never-awaited
    if task is None:
        print("nothing to bake")


async def case_tested_for_its_type():
    task = asyncio.ensure_future(proof())  # error: task-never-awaited
    assert isinstance(task, asyncio.Task)
    assert not task.cancelled()


async def case_measured_in_a_list():
    doughs = [asyncio.create_task(proof("a")), asyncio.create_task(proof("b"))]  # error: task-never-awaited
    print(len(doughs), "doughs are proofing")


async def case_in_a_condition():
    if asyncio.create_task(proof()):  # error: task-never-awaited
        print("started")


async def case_walrus():
    if (task := asyncio.create_task(proof())) is not None:  # error: task-never-awaited
        print("started", task.get_name())


async def case_walrus_awaited():
    if (task := asyncio.create_task(knead())) is not None:  # ok
        await task


async def case_second_name():
    task = asyncio.create_task(proof())  # error: task-never-awaited
    same = task
    print(same.done())


async def case_second_name_awaited():
    task = asyncio.create_task(knead())  # ok
    same = task
    await same


def describe(task):
    state = "done" if task.done() else "running"
    print(f"{task.get_name()}: {state}")


def report(task, verbose=False):
    if verbose:
        print(repr(task))
    describe(task)


async def case_shown_by_a_function_of_the_project():
    task = asyncio.create_task(proof())  # error: task-never-awaited
    describe(task)


async def case_shown_by_functions_several_deep():
    report(asyncio.create_task(proof()), verbose=True)  # error: task-never-awaited


async def case_deleted():
    task = asyncio.create_task(proof())  # error: task-never-awaited
    del task
    await knead()  # ok


# Overwritten.


async def case_overwritten():
    task = asyncio.create_task(proof("rye"))  # error: task-never-awaited
    task = asyncio.create_task(knead("spelt"))  # ok
    await task


async def case_overwritten_with_none():
    task = asyncio.create_task(proof("rye"))  # error: task-never-awaited
    task = None
    print(task)


async def case_overwritten_in_a_branch(again):
    task = asyncio.create_task(chill("rye"))  # error: task-never-awaited
    if again:
        task = asyncio.create_task(knead("rye"))  # ok
    await task


async def case_awaited_before_it_is_overwritten():
    task = asyncio.create_task(knead("rye"))  # ok
    await task
    task = asyncio.create_task(knead("spelt"))  # ok
    await task


async def case_overwritten_in_a_loop():
    for hours in (3, 2, 0):
        task = asyncio.create_task(proof("rye", hours))  # error: task-never-awaited
    await task


async def case_overwritten_in_a_while_loop():
    left = 3
    while left:
        left -= 1
        dough = asyncio.ensure_future(proof(hours=left))  # error: task-never-awaited
    await dough


async def case_awaited_in_each_round():
    for dough in ("rye", "spelt"):
        task = asyncio.create_task(knead(dough))  # ok
        await task


async def case_overwritten_by_the_loop_variable():
    dough = asyncio.create_task(proof())  # error: task-never-awaited
    for dough in ("rye", "spelt"):
        print(dough)


async def case_overwritten_by_its_own_helper():
    task = spawn(proof("rye"))  # error: task-never-awaited
    task = spawn(knead("rye"))  # ok
    await task


# Awaited on one path only.


async def case_early_return(sold_out):
    task = asyncio.create_task(chill())  # error: task-never-awaited
    if sold_out:
        return None
    return await task


async def case_cancelled_before_the_early_return(sold_out):
    task = asyncio.create_task(chill())  # ok: cancelled
    if sold_out:
        task.cancel()
        return None
    return await task


async def case_one_branch(hungry):
    bread = asyncio.create_task(chill("bread"))  # error: task-never-awaited
    if hungry:
        print(await bread)
    else:
        print("later")


async def case_both_branches(hungry):
    bread = asyncio.create_task(knead("bread"))  # ok
    if hungry:
        print("at last:", await bread)
    else:
        await bread


async def case_one_of_three_branches(takeaway, sit_in):
    task = asyncio.get_running_loop().create_task(chill())  # error: task-never-awaited
    if takeaway:
        await task
    elif sit_in:
        print("please take a seat")
    else:
        print(await task)


async def case_two_tasks_one_forgotten(both):
    bread = asyncio.create_task(knead("bread"))  # ok
    cake = asyncio.create_task(chill("cake"))  # error: task-never-awaited
    await bread
    if both:
        await cake


async def case_break(closing):
    for dough in ("rye", "spelt"):
        task = asyncio.create_task(chill(dough))  # error: task-never-awaited
        if closing:
            break
        await task


async def case_break_after_the_await(closing):
    for dough in ("rye", "spelt"):
        task = asyncio.create_task(knead(dough))  # ok
        await task
        if closing:
            break


async def case_continue(burnt):
    for dough in ("rye", "spelt"):
        task = asyncio.create_task(chill(dough))  # error: task-never-awaited
        if burnt and dough == "spelt":
            continue
        await task


async def case_return_inside_a_try(sold_out):
    task = asyncio.create_task(chill())  # error: task-never-awaited
    try:
        if sold_out:
            return "sold out"
        await task
    except ValueError:
        print("spoilt")
    return "done"


async def case_return_inside_a_try_with_finally(sold_out):
    task = asyncio.create_task(knead())  # ok
    try:
        if sold_out:
            return "sold out"
    finally:
        await task
    return "done"


async def case_match_statement(sweet):
    task = asyncio.create_task(chill())  # error: task-never-awaited
    match "cake" if sweet else "bread":
        case "cake":
            await task
        case "bread":
            print("no hurry")


async def case_short_circuit(hungry):
    task = asyncio.create_task(chill())  # error: task-never-awaited
    return hungry and await task


async def case_ternary(hungry):
    task = asyncio.create_task(chill())  # error: task-never-awaited
    return await task if hungry else "nothing"


async def case_while_loop_that_may_not_run(open_today):
    task = asyncio.create_task(chill())  # error: task-never-awaited
    while open_today:
        await task
        open_today = False


async def case_started_in_a_branch(hungry, thirsty):
    task = None
    if hungry:
        task = asyncio.create_task(chill())  # error: task-never-awaited
    if thirsty:
        return
    if task is not None:
        await task


async def case_started_and_awaited_if_there(hungry):
    task = None
    if hungry:
        task = asyncio.create_task(knead())  # ok
    if task is not None:
        await task


# In local containers that nobody waits for.


async def case_list():
    tasks = []
    tasks.append(asyncio.create_task(proof("rye")))  # error: task-never-awaited
    tasks.append(asyncio.create_task(proof("spelt")))  # error: task-never-awaited


async def case_list_gathered():
    tasks = []
    tasks.append(asyncio.create_task(knead("rye")))  # ok
    tasks.append(asyncio.create_task(knead("spelt")))  # ok
    await asyncio.gather(*tasks)


async def case_list_in_a_loop():
    tasks = []
    for dough in ("rye", "spelt"):
        task = asyncio.create_task(proof(dough))  # error: task-never-awaited
        tasks.append(task)
    print(f"{len(tasks)} doughs are proofing")


async def case_list_comprehension():
    tasks = [asyncio.create_task(proof(dough)) for dough in ("rye", "spelt")]  # error: task-never-awaited


async def case_list_comprehension_looked_at():
    tasks = [spawn(proof(dough)) for dough in ("rye", "spelt")]  # error: task-never-awaited
    for task in tasks:
        print(task.get_name())


async def case_list_comprehension_awaited():
    tasks = [spawn(knead(dough)) for dough in ("rye", "spelt")]  # ok
    for task in tasks:
        print(task.get_name())
        await task


async def case_set():
    background = set()
    background.add(asyncio.create_task(proof()))  # error: task-never-awaited
    await knead()  # ok


async def case_set_display():
    background = {asyncio.create_task(proof("rye")), aio.create_task(proof("spelt"))}  # error: task-never-awaited
    print(bool(background))


async def case_set_comprehension():
    background = {create_task(proof(dough)) for dough in ("rye", "spelt")}  # error: task-never-awaited
    print(len(background))


async def case_dict():
    by_name = {}
    by_name["rye"] = asyncio.create_task(proof("rye"))  # error: task-never-awaited
    print(list(by_name))


async def case_dict_display():
    by_name = {"rye": asyncio.create_task(proof("rye"))}  # error: task-never-awaited
    print(by_name.keys())


async def case_dict_comprehension():
    by_name = {dough: asyncio.create_task(proof(dough)) for dough in ("rye", "spelt")}  # error: task-never-awaited
    for name, task in by_name.items():
        print(name, task.done())


async def case_dict_comprehension_awaited():
    by_name = {dough: asyncio.create_task(knead(dough)) for dough in ("rye", "spelt")}  # ok
    for name, task in by_name.items():
        print(name, await task)


async def case_tuple():
    pair = asyncio.create_task(proof("rye")), asyncio.create_task(proof("spelt"))  # error: task-never-awaited
    print(len(pair))


async def case_extended():
    tasks = []
    tasks.extend([asyncio.create_task(proof("rye"))])  # error: task-never-awaited
    tasks += [asyncio.create_task(proof("spelt"))]  # error: task-never-awaited
    tasks.insert(0, asyncio.create_task(proof("naan")))  # error: task-never-awaited
    print(len(tasks))


async def case_deque():
    shelf = deque()
    shelf.append(asyncio.create_task(proof()))  # error: task-never-awaited
    shelf.appendleft(asyncio.create_task(proof()))  # error: task-never-awaited


async def case_defaultdict():
    shelves = defaultdict(list)
    for dough in ("rye", "spelt"):
        shelves[dough].append(asyncio.create_task(proof(dough)))  # error: task-never-awaited
    print(len(shelves))


async def case_defaultdict_gathered():
    shelves = defaultdict(list)
    for dough in ("rye", "spelt"):
        shelves[dough].append(asyncio.create_task(knead(dough)))  # ok
    for tasks in shelves.values():
        await asyncio.gather(*tasks)


async def case_list_awaited_on_one_path(hurry):
    tasks = [asyncio.create_task(chill(dough)) for dough in ("rye", "spelt")]  # error: task-never-awaited
    if hurry:
        return "sold out"
    await asyncio.gather(*tasks)
    return "served"


async def case_list_cleared():
    tasks = [asyncio.create_task(proof())]  # error: task-never-awaited
    tasks.clear()


# Unpacking and conditional expressions.


async def case_unpacked():
    rye, spelt = asyncio.create_task(knead("rye")), asyncio.create_task(proof("spelt"))  # error: task-never-awaited
    await rye


async def case_unpacked_and_awaited():
    rye, spelt = asyncio.create_task(knead("rye")), asyncio.create_task(knead("spelt"))  # ok
    await rye
    await spelt


async def case_unpacked_with_a_rest():
    first, *others = [asyncio.create_task(proof("rye", hours)) for hours in (0, 3, 3)]  # error: task-never-awaited
    await first


async def case_unpacked_into_underscores():
    _, _ = asyncio.create_task(proof("rye")), asyncio.create_task(proof("spelt"))  # error: task-never-awaited


async def case_conditional_expression(sweet):
    task = asyncio.create_task(proof("cake")) if sweet else asyncio.create_task(proof("bread"))  # error: task-never-awaited
    print(task.get_name())


async def case_conditional_expression_awaited(sweet):
    task = asyncio.create_task(knead("cake")) if sweet else asyncio.create_task(knead("bread"))  # ok
    await task


async def case_conditional_task(sweet):
    task = asyncio.create_task(proof("cake")) if sweet else None  # error: task-never-awaited
    if task is not None:
        print("a cake is on its way")


async def case_conditional_task_awaited(sweet):
    task = asyncio.create_task(knead("cake")) if sweet else None  # ok
    if task:
        await task


async def case_boolean_expression(dough):
    task = dough and asyncio.create_task(proof())  # error: task-never-awaited
    print(bool(task))


# More ways to the same functions.


async def case_submodule():
    asyncio.tasks.create_task(proof())  # error: task-never-awaited
    asyncio.tasks.ensure_future(proof())  # error: task-never-awaited
    await asyncio.tasks.create_task(knead())  # ok


async def case_imported_from_the_submodule():
    from asyncio.tasks import create_task as begin

    begin(proof("injera"))  # error: task-never-awaited
    await begin(knead("injera"))  # ok


async def case_chosen_function(named):
    start = asyncio.create_task if named else asyncio.ensure_future
    start(proof())  # error: task-never-awaited
    await start(knead())  # ok


async def case_method_of_the_loop_by_name():
    start = asyncio.get_running_loop().create_task
    start(proof())  # error: task-never-awaited
    await start(knead())  # ok


async def rise(loop: asyncio.AbstractEventLoop | None = None):
    if loop is None:
        loop = asyncio.get_running_loop()
    loop.create_task(proof())  # error: task-never-awaited
    await loop.create_task(knead())  # ok


async def case_default_loop():
    await rise()


def case_loop_of_its_own():
    async def main():
        asyncio.create_task(proof("night"))  # error: task-never-awaited
        await asyncio.create_task(knead("day"))  # ok

    asyncio.run(main())


def case_loop_with_a_main():
    async def main(loop: asyncio.AbstractEventLoop):
        task = loop.create_task(proof("night"))  # error: task-never-awaited
        print("proofing in", task)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(main(loop))
    loop.close()


class Bakery:
    """Starts its tasks in a method, and forgets one of them."""

    def __init__(self):
        self.open = False
        self.tasks = []

    async def __aenter__(self):
        self.open = True
        asyncio.create_task(self.advertise())  # error: task-never-awaited
        self.tasks.append(asyncio.create_task(self.advertise()))  # ok: kept on an object
        return self

    async def __aexit__(self, *error):
        sweeping = asyncio.create_task(self.advertise())  # error: task-never-awaited
        self.open = not sweeping

    async def advertise(self):
        await asyncio.sleep(3)

    def _spawn(self, coro, name=None):
        task = asyncio.create_task(coro)  # ok: returned
        if name:
            task.set_name(name)
        return task

    async def advertise_twice(self):
        self._spawn(self.advertise(), "first")  # error: task-never-awaited
        self.tasks.append(self._spawn(self.advertise(), "second"))  # ok: kept on an object
        local = [self._spawn(self.advertise(), f"number {number}") for number in range(2)]  # error: task-never-awaited
        log.debug("%d posters", len(local))


class Branch(Bakery):
    async def open_all(self):
        self._spawn(self.advertise())  # error: task-never-awaited
        super()._spawn(proof("branch"))  # error: task-never-awaited
        await self._spawn(knead("branch"))  # ok


async def case_bakery():
    async with Bakery() as bakery:
        print(bakery.open)
        await bakery.advertise_twice()
    await Branch().open_all()


async def case_lock_around_it():
    lock = asyncio.Lock()
    async with lock:
        asyncio.create_task(proof())  # error: task-never-awaited
        await asyncio.create_task(knead())  # ok


async def orders():
    for dough in ("rye", "spelt"):
        yield dough


async def case_in_an_async_for():
    async for dough in orders():
        asyncio.create_task(proof(dough))  # error: task-never-awaited
    async for dough in orders():
        await asyncio.create_task(knead(dough))  # ok


async def case_in_an_async_comprehension():
    tasks = [asyncio.create_task(proof(dough)) async for dough in orders()]  # error: task-never-awaited
    print(len(tasks))


async def case_in_an_async_comprehension_gathered():
    tasks = [asyncio.create_task(knead(dough)) async for dough in orders()]  # ok
    await asyncio.gather(*tasks)


async def case_mapped():
    tasks = list(map(asyncio.create_task, [proof("rye"), proof("spelt")]))  # error: task-never-awaited
    print(len(tasks))


async def case_mapped_and_gathered():
    tasks = list(map(asyncio.create_task, [knead("rye"), knead("spelt")]))  # ok
    await asyncio.gather(*tasks)


async def case_loop_with_else(found):
    task = asyncio.create_task(chill())  # error: task-never-awaited
    for dough in ("rye", "spelt"):
        if found:
            break
    else:
        await task


async def case_loop_with_else_that_always_awaits(found):
    task = asyncio.create_task(knead())  # ok
    for dough in ("rye", "spelt"):
        if found:
            await task
            break
    else:
        await task


async def case_two_early_returns(closed, sold_out):
    task = asyncio.create_task(chill())  # error: task-never-awaited
    if closed:
        task.cancel()
        return "closed"
    if sold_out:
        return "sold out"
    return await task


async def case_awaited_in_the_try_only(ready):
    task = asyncio.create_task(chill())  # error: task-never-awaited
    with contextlib.suppress(ValueError):
        if not ready:
            return None
        await task
    return "served"


async def case_one_of_two_gathered():
    rye = asyncio.create_task(knead("rye"))  # ok
    spelt = asyncio.create_task(proof("spelt"))  # error: task-never-awaited
    await asyncio.gather(rye)


async def case_wrong_list_gathered():
    ready, rising = [], []
    ready.append(asyncio.create_task(knead("rye")))  # ok
    rising.append(asyncio.create_task(proof("spelt")))  # error: task-never-awaited
    await asyncio.gather(*ready)
    print(len(rising))


async def case_appended_to_a_copy():
    tasks = [asyncio.create_task(proof("rye"))]  # error: task-never-awaited
    copy = list(tasks)
    print(len(copy))
