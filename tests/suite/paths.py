"""Coroutines that are awaited on one path only: returns, branches, loops, match; and what tests tell of them."""

import asyncio
import collections.abc
import contextlib
import inspect
import types
from typing import Optional


async def fetch_train(number=1):
    return {"number": number}


async def fetch_delay(number=1):
    return 5


async def book_seat(train=1, window=False):
    return ("window" if window else "aisle", train)


async def stops(count):
    for number in range(count):
        yield f"stop {number}"


def is_number(text):
    return text.isdigit()


class Line:
    def __init__(self, name):
        self.name = name
        self.cached = None

    async def fetch(self):
        return self.name

    async def load(self, fresh):
        loading = self.fetch()  # error: coroutine-never-awaited
        if self.cached and not fresh:
            return self.cached
        self.cached = await loading  # ok
        return self.cached

    async def load_rightly(self, fresh):
        if self.cached and not fresh:
            return self.cached
        loading = self.fetch()  # ok
        self.cached = await loading  # ok
        return self.cached

    async def either(self, fresh):
        loading = self.fetch()  # ok
        if fresh:
            return await loading  # ok
        return await asyncio.wait_for(loading, 1)  # ok


# Early returns


async def case_early_return(cancelled):
    train = fetch_train()  # error: coroutine-never-awaited
    if cancelled:
        return None
    return await train  # ok


async def case_early_return_before_it_is_made(cancelled):
    if cancelled:
        return None
    train = fetch_train()  # ok
    return await train  # ok


async def case_early_return_that_awaits(cancelled):
    train = fetch_train()  # ok
    if cancelled:
        return await train  # ok
    print(await train)  # ok


async def case_early_return_that_closes(cancelled):
    train = fetch_train()  # ok
    if cancelled:
        train.close()
        return None
    return await train  # ok


async def case_early_return_that_gives_it_back(cancelled):
    async def ask():
        train = fetch_train()  # ok
        if cancelled:
            return train
        return asyncio.ensure_future(train)  # ok

    return await (await ask())  # ok


async def case_second_early_return(cancelled, late):
    train = fetch_train()  # error: coroutine-never-awaited
    if cancelled:
        return await train  # ok
    if late:
        print("late")
        return None
    return await train  # ok


async def case_early_return_between_two(cancelled):
    train, delay = fetch_train(), fetch_delay()  # error: coroutine-never-awaited
    print(await train)  # ok
    if cancelled:
        return 0
    return await delay  # ok


async def case_both_gathered_before_the_return(cancelled):
    train, delay = fetch_train(), fetch_delay()  # ok
    found = await asyncio.gather(train, delay)  # ok
    if cancelled:
        return None
    return found


def case_early_return_in_a_plain_function(cancelled):
    train = fetch_train()  # error: coroutine-never-awaited
    if cancelled:
        return None
    return asyncio.run(train)  # ok


async def case_methods(fresh):
    line = Line("north")
    await line.load(True)  # ok
    await line.load(fresh)  # ok
    await line.load_rightly(fresh)  # ok
    await line.either(fresh)  # ok


# Branches


async def case_one_branch(direct):
    seat = book_seat()  # error: coroutine-never-awaited
    if direct:
        await seat  # ok


async def case_both_branches(direct):
    seat = book_seat()  # ok
    if direct:
        await seat  # ok
    else:
        await asyncio.wait_for(seat, 1)  # ok


async def case_the_other_branch_prints(direct):
    seat = book_seat()  # error: coroutine-never-awaited
    if direct:
        await seat  # ok
    else:
        print("no direct train", seat)


async def case_made_and_awaited_in_one_branch(direct):
    if direct:
        seat = book_seat()  # ok
        print("booking")
        await seat  # ok
    else:
        print("no direct train")


async def case_made_in_two_branches(direct):
    if direct:
        seat = book_seat(1)  # ok
    else:
        seat = book_seat(2, window=True)  # ok
    return await seat  # ok


async def case_made_in_two_branches_lost_in_one(direct):
    if direct:
        seat = book_seat(1)  # ok
    else:
        spare = book_seat(2, window=True)  # error: coroutine-never-awaited
        seat = book_seat(3)  # ok
    return await seat  # ok


async def case_elif_forgets(first, second):
    seat = book_seat()  # error: coroutine-never-awaited
    if first:
        await seat  # ok
    elif second:
        print("second class")
    else:
        await seat  # ok


async def case_elif_remembers(first, second):
    seat = book_seat()  # ok
    if first:
        await seat  # ok
    elif second:
        print("second class", await seat)  # ok
    else:
        seat.close()


async def case_no_else(first, second):
    seat = book_seat()  # error: coroutine-never-awaited
    if first:
        await seat  # ok
    elif second:
        print(await seat)  # ok


async def case_nested_ifs(first, second):
    seat = book_seat()  # error: coroutine-never-awaited
    if first:
        if second:
            await seat  # ok
    else:
        await seat  # ok


async def case_nested_ifs_all_awaited(first, second):
    seat = book_seat()  # ok
    if first:
        if second:
            await seat  # ok
        else:
            print(await seat)  # ok
    else:
        await seat  # ok


async def case_nested_ifs_awaited_behind(first, second):
    seat = book_seat()  # ok
    if first:
        if second:
            print("both")
    await seat  # ok


async def case_with_a_nested_function(direct):
    async def book():
        seat = book_seat()  # error: coroutine-never-awaited
        return await seat if direct else None  # ok

    async def book_rightly():
        seat = book_seat()  # ok
        return await seat if direct else await asyncio.wait_for(seat, 1)  # ok

    await book()  # ok
    await book_rightly()  # ok


# Ternaries, `and`, `or`


async def case_ternary(direct):
    seat = book_seat()  # error: coroutine-never-awaited
    return await seat if direct else "none"  # ok


async def case_ternary_on_both_sides(direct):
    seat = book_seat()  # ok
    return (await seat)[0] if direct else (await seat)[1]  # ok


async def case_ternary_chooses(direct):
    seat, spare = book_seat(1), book_seat(2)  # error: coroutine-never-awaited
    return await (seat if direct else spare)  # ok


async def case_ternary_makes_one(direct):
    chosen = book_seat(1) if direct else book_seat(2)  # ok
    return await chosen  # ok


async def case_and(direct):
    seat = book_seat()  # error: coroutine-never-awaited
    return direct and await seat  # ok


async def case_and_after_the_coroutine(direct):
    seat = book_seat()  # ok
    return await seat and direct  # ok


async def case_or(direct):
    seat = book_seat()  # error: coroutine-never-awaited
    print(direct or await seat)  # ok


async def case_or_made_within(direct):
    print(direct or await book_seat())  # ok


async def case_short_circuit_in_a_condition(direct):
    seat = book_seat()  # error: coroutine-never-awaited
    if direct and await seat:  # ok
        print("seated")


async def case_short_circuit_in_a_condition_awaited_first(direct):
    seat = book_seat()  # ok
    if await seat and direct:  # ok
        print("seated")


# match


async def case_match_with_a_gap(kind, window):
    seat = book_seat()  # error: coroutine-never-awaited
    match (kind, window):
        case (True, _):
            await seat  # ok
        case (False, True):
            print("window seats are gone")
        case _:
            await seat  # ok


async def case_match_without_a_default(kind):
    seat = book_seat()  # error: coroutine-never-awaited
    match kind:
        case True:
            await seat  # ok


async def case_match_all_awaited(kind, window):
    seat = book_seat()  # ok
    match (kind, window):
        case (True, _):
            await seat  # ok
        case _:
            print(await seat)  # ok


async def case_match_awaited_behind(kind):
    match kind:
        case True:
            seat = book_seat(1)  # ok
        case _:
            seat = book_seat(2)  # ok
    return await seat  # ok


async def case_match_returns(kind):
    seat = book_seat()  # error: coroutine-never-awaited
    match kind:
        case True:
            return None
    return await seat  # ok


# Loops


async def case_break_before_the_await(full):
    for number in (1, 2):
        seat = book_seat(number)  # error: coroutine-never-awaited
        if full:
            break
        await seat  # ok


async def case_break_after_the_await(full):
    for number in (1, 2):
        seat = book_seat(number)  # ok
        await seat  # ok
        if full:
            break


async def case_break_then_awaited(full):
    seat = book_seat()  # ok
    for number in (1, 2):
        if full:
            break
        print(number)
    await seat  # ok


async def case_continue_before_the_await(full):
    for number in (1, 2):
        seat = book_seat(number)  # error: coroutine-never-awaited
        if full and number == 1:
            continue
        await seat  # ok


async def case_continue_before_it_is_made(full):
    for number in (1, 2):
        if full and number == 1:
            continue
        seat = book_seat(number)  # ok
        await seat  # ok


async def case_return_in_a_loop(found):
    for number in (1, 2):
        train = fetch_train(number)  # error: coroutine-never-awaited
        if found:
            return number
        print(await train)  # ok


async def case_return_in_a_loop_with_the_result(found):
    for number in (1, 2):
        train = fetch_train(number)  # ok
        if found:
            return await train  # ok
        print(await train)  # ok


async def case_loop_that_may_not_run(again):
    seat = book_seat()  # error: coroutine-never-awaited
    while again:
        await seat  # ok
        again = False


async def case_loop_that_makes_and_awaits(again):
    while again:
        seat = book_seat()  # ok
        again = False
        await seat  # ok


async def case_endless_loop_left_after_the_await():
    seat = book_seat()  # ok
    while True:
        await seat  # ok
        break


async def case_endless_loop_left_before_the_await(full):
    while True:
        seat = book_seat()  # error: coroutine-never-awaited
        if full:
            break
        await seat  # ok
        full = True


async def case_loop_overwrites():
    seat = None
    for number in (1, 2, 3):
        seat = book_seat(number)  # error: coroutine-never-awaited
    return await seat  # ok


async def case_loop_overwrites_the_awaited():
    seat = book_seat(0)  # ok
    for number in (1, 2):
        await seat  # ok
        seat = book_seat(number)  # ok
    return await seat  # ok


async def case_loop_overwrites_until_found(found):
    seat = book_seat(0)  # error: coroutine-never-awaited
    while found:
        seat = book_seat(1)  # ok
        found = False
    return await seat  # ok


async def case_while_else(again):
    seat = book_seat()  # error: coroutine-never-awaited
    while again:
        again = False
        print("looking")
        break
    else:
        await seat  # ok


async def case_while_else_always(again):
    seat = book_seat()  # ok
    while again:
        again = False
        print("looking")
    else:
        await seat  # ok


async def case_for_else(full):
    seat = book_seat()  # error: coroutine-never-awaited
    for number in (1, 2):
        if full:
            break
    else:
        await seat  # ok


async def case_for_else_and_break_await(full):
    seat = book_seat()  # ok
    for number in (1, 2):
        if full:
            print(number, await seat)  # ok
            break
    else:
        await seat  # ok


async def case_async_loop(full):
    async for stop in stops(2):  # ok
        train = fetch_train(stop)  # error: coroutine-never-awaited
        if full:
            continue
        await train  # ok


async def case_async_loop_awaits(full):
    async for stop in stops(2):  # ok
        train = fetch_train(stop)  # ok
        print(await train)  # ok
        if full:
            continue
        print("free seats")


async def case_nested_loops(full):
    for number in (1, 2):
        seat = book_seat(number)  # error: coroutine-never-awaited
        for side in ("left", "right"):
            if full:
                break
        else:
            await seat  # ok


async def case_nested_loops_awaited_behind(full):
    for number in (1, 2):
        seat = book_seat(number)  # ok
        for side in ("left", "right"):
            if full:
                break
        await seat  # ok


async def case_made_in_one_turn_awaited_in_the_next():
    previous = None
    for number in (1, 2, 3):
        if previous is not None:
            await previous  # ok
        previous = fetch_train(number)  # ok
    if previous is not None:
        await previous  # ok


async def case_made_in_one_turn_the_last_is_lost():
    previous = None
    for number in (1, 2, 3):
        if previous is not None:
            await previous  # ok
        previous = fetch_train(number)  # error: coroutine-never-awaited


# try and with


async def case_finally_awaits(cancelled):
    seat = book_seat()  # ok
    try:
        if cancelled:
            return None
        print("boarding")
    finally:
        await seat  # ok


async def case_finally_closes(cancelled):
    seat = book_seat()  # ok
    try:
        if cancelled:
            return None
        return await seat  # ok
    finally:
        seat.close()


async def case_finally_forgets(cancelled):
    seat = book_seat()  # error: coroutine-never-awaited
    try:
        if cancelled:
            return None
        return await seat  # ok
    finally:
        print("doors close")


async def case_finally_in_a_loop(cancelled):
    for number in (1, 2):
        seat = book_seat(number)  # ok
        try:
            if cancelled:
                continue
            print(number)
        finally:
            await seat  # ok


async def case_finally_awaits_on_one_path(cancelled):
    seat = book_seat()  # error: coroutine-never-awaited
    try:
        print("boarding")
    finally:
        if cancelled:
            await seat  # ok


async def case_try_awaits():
    seat = book_seat()  # ok
    try:
        print(int("12"))
        await seat  # ok
    except ValueError:
        print("no number")


async def case_try_else_awaits():
    seat = book_seat()  # ok
    try:
        print(int("12"))
    except ValueError:
        return None
    else:
        await seat  # ok


async def case_made_in_try():
    try:
        seat = book_seat()  # ok
    except TypeError:
        return None
    return await seat  # ok


async def case_try_else_with_a_condition(direct):
    seat = book_seat()  # error: coroutine-never-awaited
    try:
        print(int("12"))
    except ValueError:
        await seat  # ok
    else:
        if direct:
            await seat  # ok


async def case_return_within_with(cancelled):
    seat = book_seat()  # error: coroutine-never-awaited
    with contextlib.suppress(ValueError):
        if cancelled:
            return None
        await seat  # ok


async def case_await_within_with(cancelled):
    seat = book_seat()  # ok
    with contextlib.suppress(ValueError):
        if cancelled:
            return await seat  # ok
        await asyncio.wait_for(seat, 1)  # ok


# Made conditionally


async def case_none_first(direct):
    seat = None
    if direct:
        seat = book_seat()  # ok
    if seat is not None:
        await seat  # ok


async def case_none_first_truth(direct):
    seat = None
    if direct:
        seat = book_seat()  # ok
    if seat:
        await seat  # ok


async def case_none_first_return(direct):
    seat = None
    if direct:
        seat = book_seat()  # ok
    if seat is None:
        return None
    return await seat  # ok


async def case_none_first_not(direct):
    seat: Optional[collections.abc.Coroutine] = None
    if direct:
        seat = book_seat()  # ok
    if not seat:
        return None
    return await seat  # ok


async def case_none_first_equal(direct):
    seat = None
    if direct:
        seat = book_seat()  # ok
    if seat != None:
        await seat  # ok


async def case_none_in_else(direct):
    if direct:
        seat = book_seat()  # ok
    else:
        seat = None
    return seat and await seat  # ok


async def case_none_by_ternary(direct):
    seat = book_seat() if direct else None  # ok
    return None if seat is None else await seat  # ok


async def case_none_first_another_condition(direct, wanted):
    seat = None
    if direct:
        seat = book_seat()  # error: coroutine-never-awaited
    if wanted and seat is not None:
        await seat  # ok


async def case_none_first_wrong_way_round(direct):
    seat = None
    if direct:
        seat = book_seat()  # error: coroutine-never-awaited
    if seat is None:
        seat = book_seat(9)  # ok
        await seat  # ok


async def case_none_first_filled_in(direct):
    seat = None
    if direct:
        seat = book_seat()  # ok
    if seat is None:
        seat = book_seat(9)  # ok
    await seat  # ok


async def case_none_first_or(direct):
    seat = None
    if direct:
        seat = book_seat()  # ok
    await (seat or book_seat(9))  # ok


async def case_none_first_only_tested(direct):
    seat = None
    if direct:
        seat = book_seat()  # error: coroutine-never-awaited
    if seat is not None:
        print("booked")


# The same condition, tested twice


async def case_same_condition(direct):
    if direct:
        seat = book_seat()  # ok
    print("to the platform")
    if direct:
        await seat  # ok


async def case_same_condition_turned_around(direct):
    seat = book_seat()  # ok
    if direct:
        await seat  # ok
    print("to the platform")
    if not direct:
        seat.close()


async def case_same_condition_turned_around_first(direct):
    seat = book_seat()  # ok
    if not direct:
        await seat  # ok
    if direct:
        print(await seat)  # ok


async def case_same_condition_with_a_return(direct):
    seat = book_seat()  # ok
    if not direct:
        await seat  # ok
    if not direct:
        return None
    return await seat  # ok


async def case_other_condition(direct, wanted):
    if direct:
        seat = book_seat()  # error: coroutine-never-awaited
    if direct and wanted:
        await seat  # ok


async def case_same_condition_changed(direct):
    if direct:
        seat = book_seat()  # error: coroutine-never-awaited
    direct = False
    if direct:
        await seat  # ok


async def case_same_condition_by_ternary(direct):
    seat = book_seat() if direct else "none"  # ok
    return await seat if direct else seat  # ok


async def case_same_condition_the_wrong_way_round(direct):
    seat = book_seat() if direct else None  # error: coroutine-never-awaited
    if not direct:
        print("no train", seat)


async def case_same_condition_in_two_branches(direct):
    if direct:
        chosen = book_seat()  # ok
    else:
        delay = fetch_delay()  # ok
    print("asking")
    if direct:
        await chosen  # ok
    else:
        await delay  # ok


# What tests tell of it


async def case_is_not_none():
    train = fetch_train()  # ok
    if train is not None:
        await train  # ok


async def case_is_none():
    train = fetch_train()  # ok
    if train is None:
        return None
    return await train  # ok


async def case_truth():
    train = fetch_train()  # ok
    if train:
        await train  # ok


async def case_not():
    train = fetch_train()  # error: coroutine-never-awaited
    if not train:
        await train  # ok


async def case_is_none_awaited():
    train = fetch_train()  # error: coroutine-never-awaited
    if train is None:
        await train  # ok


async def case_walrus_is_not_none():
    if (train := fetch_train()) is not None:  # ok
        print(await train)  # ok


async def case_iscoroutine():
    train = fetch_train()  # ok
    if inspect.iscoroutine(train):
        train = await train  # ok
    return train


async def case_not_iscoroutine():
    train = fetch_train()  # ok
    if not inspect.iscoroutine(train):
        return train
    return await train  # ok


async def case_asyncio_iscoroutine():
    train = fetch_train()  # ok
    return await train if asyncio.iscoroutine(train) else train  # ok


async def case_isawaitable():
    train = fetch_train()  # ok
    if inspect.isawaitable(train):
        print(await train)  # ok


async def case_iscoroutine_only_printed():
    train = fetch_train()  # error: coroutine-never-awaited
    if inspect.iscoroutine(train):
        print("still a coroutine", train)
    else:
        print(train)


async def case_not_iscoroutine_awaited():
    train = fetch_train()  # error: coroutine-never-awaited
    if not inspect.isawaitable(train):
        await train  # ok


async def case_isinstance_of_something_else():
    train = fetch_train()  # ok
    if isinstance(train, dict):
        return train
    return await train  # ok


async def case_isinstance_of_several_others():
    train = fetch_train()  # ok
    if isinstance(train, (str, list)):
        return len(train)
    return await train  # ok


async def case_isinstance_of_a_coroutine():
    train = fetch_train()  # ok
    if isinstance(train, types.CoroutineType):
        await train  # ok


async def case_isinstance_of_an_abstract_class():
    train = fetch_train()  # ok
    if isinstance(train, collections.abc.Awaitable):
        return await train  # ok
    return train


async def case_isinstance_awaited_in_the_wrong_branch():
    train = fetch_train()  # error: coroutine-never-awaited
    if isinstance(train, dict):
        await train  # ok


async def case_isinstance_with_another_condition(fresh):
    train = fetch_train()  # error: coroutine-never-awaited
    if fresh and isinstance(train, collections.abc.Coroutine):
        await train  # ok


async def case_sync_or_async(remote):
    def look_up():
        return fetch_train() if remote else {"number": 0}  # ok

    found = look_up()  # ok
    if inspect.isawaitable(found):
        found = await found  # ok
    return found


async def case_sync_or_async_by_isinstance(remote):
    found = fetch_train() if remote else {"number": 0}  # ok
    if not isinstance(found, dict):
        found = await found  # ok
    return found


async def case_sync_or_async_never_awaited(remote):
    found = fetch_train() if remote else {"number": 0}  # error: coroutine-never-awaited
    if isinstance(found, dict):
        print(found["number"])


async def case_narrowed_by_a_conjunction(direct):
    seat = book_seat() if direct else None  # ok
    if direct and seat is not None:
        await seat  # ok


async def case_narrowed_by_a_while(direct):
    seat = book_seat() if direct else None  # ok
    while seat is not None:
        await seat  # ok
        seat = None


async def case_narrowed_by_an_assert():
    seat = book_seat()  # ok
    assert seat is not None
    return await seat  # ok


async def case_flag(direct):
    booked = False
    if direct:
        seat = book_seat()  # ok
        booked = True
    if booked:
        await seat  # ok


async def case_flag_for_something_else(direct, wanted):
    seat = book_seat()  # error: coroutine-never-awaited
    ready = False
    if wanted:
        ready = True
    if ready and direct:
        await seat  # ok


async def case_constant_condition():
    seat = book_seat()  # ok
    if True:
        await seat  # ok


async def case_text_condition(direct):
    text = "12" if direct else "none"
    seat = book_seat(text)  # error: coroutine-never-awaited
    if is_number(text):
        await seat  # ok


async def case_text_condition_before_it_is_made(direct):
    text = "12" if direct else "none"
    if is_number(text):
        seat = book_seat(text)  # ok
        await seat  # ok


async def case_after_the_same_test_returned(direct):
    if direct:
        return None
    async with contextlib.nullcontext():
        if direct:
            seat, waiter = book_seat(), asyncio.create_task(book_seat())  # ok: never reached
    seat = book_seat() if direct else None  # ok: never reached
    if not direct:
        book_seat()  # error: coroutine-never-awaited
    return direct and book_seat()  # ok: never reached


async def case_a_loop_over_what_was_asked_for():
    numbers = list(range(2))
    if not numbers:
        return
    is_late = False
    train = fetch_train()  # ok
    for _ in numbers:
        is_late = True
    if is_late:
        await train


async def case_asked_in_each_turn():
    train = None
    for is_due in (True, False, True):
        if is_due:
            if train:
                await train
            train = fetch_train()  # ok
        else:
            if train:
                await train
            train = None
    if train:
        await train


async def case_made_anew_in_each_turn():
    train = None
    for _ in range(2):
        train = fetch_train()  # error: coroutine-never-awaited
    if train:
        await train
