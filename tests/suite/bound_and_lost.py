"""Coroutines that are bound to a name and lost: never used, overwritten, deleted, bound in unusual ways."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, Optional


async def weigh_parcel(parcel="book"):
    return len(parcel)


async def stamp(parcel="book"):
    return f"{parcel}, stamped"


async def sort_mail(*parcels):
    return sorted(parcels)


async def letters(count):
    for number in range(count):
        yield f"letter {number}"


class Office:
    counter: Optional[Coroutine] = None

    def __init__(self):
        self.waiting = None
        self.boxes = {}

    async def open(self):
        return "open"

    def prepare(self):
        opening = self.open()  # error: coroutine-never-awaited

    def announce(self):
        opening = self.open()  # ok
        return opening

    def keep(self):
        opening = self.open()  # ok
        self.waiting = opening

    def keep_in_a_box(self, number):
        letter = stamp(f"box {number}")  # ok
        self.boxes[number] = letter

    async def deliver(self):
        route = sort_mail("b", "a")  # error: coroutine-never-awaited
        weight = weigh_parcel("heavy")  # ok
        return await weight  # ok


# Never used


async def case_never_used():
    weight = weigh_parcel()  # error: coroutine-never-awaited
    heavier = await weigh_parcel("encyclopaedia")  # ok


def case_never_used_in_a_plain_function():
    weight = weigh_parcel()  # error: coroutine-never-awaited
    other = asyncio.run(weigh_parcel())  # ok


async def case_never_used_annotated():
    weight: Coroutine[Any, Any, int] = weigh_parcel()  # error: coroutine-never-awaited
    other: Coroutine[Any, Any, int] = weigh_parcel()  # ok
    await other  # ok


async def case_underscore():
    _ = stamp()  # error: coroutine-never-awaited
    _ = await stamp()  # ok


async def case_names_that_begin_with_an_underscore():
    _unused = stamp("card")  # error: coroutine-never-awaited
    _used = stamp("card")  # ok
    await _used  # ok


async def case_never_used_in_a_branch(express):
    if express:
        label = stamp("express")  # error: coroutine-never-awaited
    else:
        label = await stamp("standard")  # ok
        print(label)


async def case_never_used_in_a_loop():
    for parcel in ("book", "vase"):
        weight = weigh_parcel(parcel)  # error: coroutine-never-awaited
    for parcel in ("book", "vase"):
        weight = weigh_parcel(parcel)  # ok
        await weight  # ok


async def case_never_used_in_blocks():
    with contextlib.suppress(KeyError):
        weight = weigh_parcel()  # error: coroutine-never-awaited
    try:
        label = stamp()  # error: coroutine-never-awaited
    finally:
        print("closed")
    async for letter in letters(1):
        stamped = stamp(letter)  # error: coroutine-never-awaited
    async for letter in letters(2):
        stamped = stamp(letter)  # ok
        await stamped  # ok


async def case_never_used_in_methods():
    office = Office()
    office.prepare()
    await office.deliver()  # ok
    await office.announce()  # ok
    office.keep()
    await office.waiting  # ok
    office.keep_in_a_box(7)
    await office.boxes[7]  # ok


async def case_never_used_in_a_nested_function():
    def sort_later():
        sorting = sort_mail("x")  # error: coroutine-never-awaited
        return "later"

    def sort_now():
        sorting = sort_mail("x")  # ok
        return sorting

    sort_later()
    await sort_now()  # ok


async def case_never_used_by_lambda():
    make = lambda parcel: stamp(parcel)
    label = make("lamp")  # error: coroutine-never-awaited
    other = make("rug")  # ok
    return await other  # ok


async def case_bound_twice_at_once():
    first = second = weigh_parcel()  # error: coroutine-never-awaited
    third = fourth = weigh_parcel()  # ok
    await fourth  # ok


async def case_alias_never_used():
    weight = weigh_parcel()  # error: coroutine-never-awaited
    alias = weight
    kept = weigh_parcel()  # ok
    other = kept
    return await other  # ok


async def case_only_looked_at():
    weight = weigh_parcel()  # error: coroutine-never-awaited
    if weight:
        print(f"weighing {weight}")
    assert weight is not None


async def case_bound_by_a_ternary(express):
    label = stamp("express") if express else stamp("standard")  # error: coroutine-never-awaited
    other = stamp("express") if express else stamp("standard")  # ok
    return await other  # ok


async def case_bound_by_and_or(express):
    label = express and stamp("express")  # error: coroutine-never-awaited
    other = (express and stamp("express")) or stamp("standard")  # ok
    return await other  # ok


# Overwritten


async def case_overwritten():
    weight = weigh_parcel("first")  # error: coroutine-never-awaited
    weight = weigh_parcel("second")  # ok
    return await weight  # ok


async def case_overwritten_by_the_result():
    weight = weigh_parcel("first")  # ok
    weight = await weight  # ok
    return weight


async def case_overwritten_by_a_wrapper():
    weight = weigh_parcel("first")  # ok
    weight = asyncio.wait_for(weight, 1)  # ok
    weight = asyncio.ensure_future(weight)  # ok
    return await weight  # ok


async def case_overwritten_by_none():
    label = stamp("torn")  # error: coroutine-never-awaited
    label = None
    return label


async def case_overwritten_after_the_await():
    label = stamp("whole")  # ok
    await label  # ok
    label = None
    return label


async def case_overwritten_in_a_branch(again):
    label = stamp("first")  # error: coroutine-never-awaited
    if again:
        label = stamp("second")  # ok
    return await label  # ok


async def case_overwritten_in_a_branch_after_the_await(again):
    label = stamp("first")  # ok
    if again:
        await label  # ok
        label = stamp("second")  # ok
    return await label  # ok


async def case_overwritten_in_both_branches(express):
    label = stamp("unknown")  # error: coroutine-never-awaited
    if express:
        label = stamp("express")  # ok
    else:
        label = stamp("standard")  # ok
    return await label  # ok


async def case_overwritten_by_an_import():
    json = stamp("json")  # error: coroutine-never-awaited
    import json

    return json.dumps(1)


async def case_overwritten_by_a_function():
    post = stamp("post")  # error: coroutine-never-awaited

    def post():
        return "posted"

    return post()


async def case_overwritten_by_a_loop_variable():
    parcel = stamp("parcel")  # error: coroutine-never-awaited
    for parcel in ("book", "vase"):
        print(parcel)


async def case_overwritten_by_a_with_target():
    desk = stamp("desk")  # error: coroutine-never-awaited
    with contextlib.nullcontext("open") as desk:
        print(desk)


async def case_overwritten_by_walrus():
    label = stamp("first")  # error: coroutine-never-awaited
    if (label := await stamp("second")) and label:  # ok
        print(label)


async def case_overwritten_by_unpacking():
    label, parcel = stamp("first"), "book"  # error: coroutine-never-awaited
    label, parcel = "none", "vase"
    return label, parcel


async def case_overwritten_but_aliased():
    label = stamp("first")  # ok
    kept = label
    label = stamp("second")  # ok
    await kept  # ok
    await label  # ok


async def case_swapped():
    first, second = stamp("first"), stamp("second")  # ok
    first, second = second, first
    await first  # ok
    await second  # ok


async def case_loop_keeps_the_last():
    for parcel in ("book", "vase", "lamp"):
        label = stamp(parcel)  # error: coroutine-never-awaited
    await label  # ok


async def case_while_keeps_the_last():
    left = 3
    while left:
        weight = weigh_parcel("p" * left)  # error: coroutine-never-awaited
        left -= 1
    return await weight  # ok


# Deleted


async def case_deleted():
    weight = weigh_parcel()  # error: coroutine-never-awaited
    del weight


async def case_deleted_after_the_await():
    weight = weigh_parcel()  # ok
    await weight  # ok
    del weight


async def case_deleted_with_others():
    weight, parcel = weigh_parcel(), "book"  # error: coroutine-never-awaited
    del weight, parcel


async def case_deleted_but_aliased():
    weight = weigh_parcel()  # ok
    kept = weight
    del weight
    return await kept  # ok


async def case_deleted_in_a_branch(lost):
    weight = weigh_parcel()  # error: coroutine-never-awaited
    if lost:
        del weight
        return None
    return await weight  # ok


async def case_deleted_in_a_branch_after_closing(lost):
    weight = weigh_parcel()  # ok
    if lost:
        weight.close()
        del weight
        return None
    return await weight  # ok


# Bound in unusual ways


async def case_walrus():
    print("label", label := stamp())  # error: coroutine-never-awaited
    print("label", other := stamp())  # ok
    await other  # ok


async def case_walrus_in_a_condition():
    if (label := stamp()) is not None:  # error: coroutine-never-awaited
        print("label")
    if (other := stamp()) is not None:  # ok
        print(await other)  # ok


async def case_walrus_in_a_comprehension():
    weights = [(last := weigh_parcel(parcel)) for parcel in ("book", "vase")]  # ok
    await asyncio.gather(*weights)  # ok
    print([bool(latest := weigh_parcel(parcel)) for parcel in ("book", "vase")])  # error: coroutine-never-awaited


async def case_unpacked():
    weight, label = weigh_parcel(), stamp()  # error: coroutine-never-awaited
    await label  # ok
    weight, label = weigh_parcel(), stamp()  # ok
    await asyncio.gather(weight, label)  # ok


async def case_unpacked_into_underscore():
    label, _ = await stamp(), weigh_parcel()  # error: coroutine-never-awaited
    other, _ = stamp(), await weigh_parcel()  # ok
    return label, await other  # ok


async def case_unpacked_from_brackets():
    [weight, label] = [weigh_parcel(), "none"]  # error: coroutine-never-awaited
    [weight, label] = [weigh_parcel(), "none"]  # ok
    return await weight, label  # ok


async def case_unpacked_with_a_star():
    first, *others = [stamp("a"), stamp("b"), stamp("c")]  # error: coroutine-never-awaited
    await first  # ok
    first, *others = [stamp("a"), stamp("b"), stamp("c")]  # ok
    await asyncio.gather(first, *others)  # ok


async def case_unpacked_nested():
    (weight, (label, parcel)) = (1, (stamp(), "book"))  # error: coroutine-never-awaited
    (weight, (label, parcel)) = (1, (stamp(), "book"))  # ok
    return weight, await label, parcel  # ok


async def case_augmented_list():
    jobs = []
    jobs += [stamp("first"), stamp("second")]  # error: coroutine-never-awaited
    others = []
    others += [stamp("first"), stamp("second")]  # ok
    for job in others:
        await job  # ok


async def case_augmented_tuple():
    jobs = ()
    jobs += (weigh_parcel(),)  # error: coroutine-never-awaited
    others = ()
    others += (weigh_parcel(),)  # ok
    await asyncio.gather(*others)  # ok


async def case_augmented_number():
    total = 1
    total += await weigh_parcel()  # ok
    total *= weigh_parcel()  # error: coroutine-never-awaited


async def case_augmented_text():
    text = "labels: "
    text += await stamp()  # ok
    text += stamp()  # error: coroutine-never-awaited


async def case_loop_over_a_display():
    for label in (stamp("a"), stamp("b")):  # error: coroutine-never-awaited
        print(label)
    for label in (stamp("a"), stamp("b")):  # ok
        await label  # ok


async def case_loop_over_a_display_without_a_use():
    for _ in [weigh_parcel("a"), weigh_parcel("b")]:  # error: coroutine-never-awaited
        pass


async def case_bound_in_a_match(urgent):
    match (urgent, stamp("urgent")):  # ok
        case (True, label):
            await label  # ok
        case (_, other):
            await other  # ok


# Captured, global, nonlocal: somebody else's


async def case_captured():
    weight = weigh_parcel()  # ok

    async def finish():
        return await weight  # ok

    return await finish()  # ok


async def case_captured_by_a_lambda():
    weight = weigh_parcel()  # ok
    finish = lambda: asyncio.ensure_future(weight)
    return await finish()  # ok


async def case_captured_by_a_comprehension():
    label = stamp()  # ok
    return [await each for each in [label]]  # ok


async def case_nonlocal():
    pending = None

    def order():
        nonlocal pending
        pending = stamp("order")  # ok

    order()
    return await pending  # ok


next_label = None


async def case_global():
    global next_label
    next_label = stamp("global")  # ok
    return await use_global()  # ok


async def use_global():
    return await next_label  # ok


async def case_on_an_object():
    office = Office()
    office.waiting = label = stamp()  # ok
    print("waiting", label)
    await office.waiting  # ok


async def case_on_a_class():
    Office.counter = stamp("class")  # ok
    await Office.counter  # ok


async def case_through_locals_of_a_class():
    class Batch:
        label = stamp("batch")  # ok

    await Batch.label  # ok


async def case_yielded():
    def jobs():
        label = stamp("yielded")  # ok
        yield label
        yield stamp("yielded too")  # ok

    for job in jobs():
        await job  # ok


async def case_returned_in_a_tuple():
    def jobs():
        weight, label = weigh_parcel(), stamp()  # ok
        return weight, label

    for job in jobs():
        await job  # ok


async def case_delegated():
    class Waiter:
        def __await__(self):
            weight = weigh_parcel()  # ok
            return weight.__await__()

    class Delegate:
        def __await__(self):
            label = stamp()  # ok
            return (yield from label.__await__())

    await Waiter()  # ok
    await Delegate()  # ok


async def case_awaited_in_odd_places():
    weight, label, other = weigh_parcel(), stamp(), stamp("other")  # ok
    print(f"{await weight}", [await label], {"other": (await other)[0]})  # ok


async def case_awaited_by_async_with():
    async with contextlib.AsyncExitStack() as stack:
        label = stamp("stack")  # ok
        stack.push_async_callback(asyncio.wait_for, label, 1)
