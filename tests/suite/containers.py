"""Coroutines in lists, dicts, sets and tuples: local ones that nobody consumes, and such as somebody does."""

import asyncio
import collections
import itertools
from collections.abc import Coroutine
from typing import NamedTuple

season = []


async def pick(fruit="apple", crates=1):
    return f"{crates} crates of {fruit}"


async def press(fruit="apple"):
    return len(fruit)


def count(jobs):
    return len(jobs)


def describe(jobs):
    for job in jobs:
        print("job", job)


async def finish_all(jobs):
    return await asyncio.gather(*jobs)


async def finish_one_by_one(jobs):
    return [await job for job in jobs]


class Row(NamedTuple):
    fruit: str
    job: Coroutine


class Orchard:
    def __init__(self):
        self.jobs = []
        self.by_fruit = {}

    async def water(self, tree):
        return tree

    def plan(self, trees):
        jobs = [self.water(tree) for tree in trees]  # error: coroutine-never-awaited
        print(len(jobs), "jobs")

    def plan_for_others(self, trees):
        jobs = [self.water(tree) for tree in trees]  # ok
        return jobs

    def plan_for_later(self, trees):
        for tree in trees:
            self.jobs.append(self.water(tree))  # ok
            self.by_fruit[tree] = self.water(tree)  # ok

    async def work(self):
        for job in itertools.chain(self.jobs, self.by_fruit.values()):
            await job  # ok

    async def water_all(self, trees):
        jobs = []
        for tree in trees:
            jobs.append(self.water(tree))  # ok
        return await asyncio.gather(*jobs)  # ok


# Lists


async def case_list():
    jobs = [pick("apple"), pick("pear")]  # error: coroutine-never-awaited


async def case_list_gathered():
    jobs = [pick("apple"), pick("pear")]  # ok
    return await asyncio.gather(*jobs)  # ok


async def case_list_counted():
    jobs = [pick("apple"), pick("pear")]  # error: coroutine-never-awaited
    print(f"{len(jobs)} jobs")


async def case_list_printed():
    jobs = [pick("apple"), press("pear")]  # error: coroutine-never-awaited
    print(jobs)
    if jobs:
        print("busy")


async def case_list_printed_then_awaited():
    jobs = [pick("apple"), press("pear")]  # ok
    print(jobs)
    for job in jobs:
        await job  # ok


async def case_list_looped_over():
    jobs = [pick("apple"), press("pear")]  # error: coroutine-never-awaited
    for number, job in enumerate(jobs):
        print(number, job)


async def case_list_looped_over_with_await():
    jobs = [pick("apple"), press("pear")]  # ok
    for number, job in enumerate(jobs):
        print(number, await job)  # ok


async def case_list_by_append():
    jobs = []
    jobs.append(pick("plum"))  # error: coroutine-never-awaited
    jobs.append(None)


async def case_list_by_append_awaited():
    jobs = []
    jobs.append(pick("plum"))  # ok
    await jobs[0]  # ok


async def case_list_by_append_in_a_loop():
    jobs = []
    for fruit in ("plum", "fig"):
        jobs.append(pick(fruit))  # error: coroutine-never-awaited
    print("planned", len(jobs))


async def case_list_by_append_in_a_loop_gathered():
    jobs = []
    for fruit in ("plum", "fig"):
        jobs.append(pick(fruit))  # ok
    await asyncio.gather(*jobs, return_exceptions=True)  # ok


async def case_list_by_extend_and_insert():
    jobs = []
    jobs.extend([pick("fig"), pick("kiwi")])  # error: coroutine-never-awaited
    jobs.insert(0, press("fig"))  # error: coroutine-never-awaited


async def case_list_by_extend_and_insert_awaited():
    jobs = []
    jobs.extend([pick("fig"), pick("kiwi")])  # ok
    jobs.insert(0, press("fig"))  # ok
    while jobs:
        await jobs.pop()  # ok


async def case_list_by_item():
    jobs = [None, None]
    jobs[1] = pick("melon")  # error: coroutine-never-awaited
    print(len(jobs))


async def case_list_by_item_awaited():
    jobs = [None, None]
    jobs[1] = pick("melon")  # ok
    await jobs[1]  # ok


async def case_list_comprehension():
    jobs = [pick(fruit) for fruit in ("apple", "pear")]  # error: coroutine-never-awaited
    assert len(jobs) == 2


async def case_list_comprehension_awaited():
    jobs = [pick(fruit) for fruit in ("apple", "pear")]  # ok
    assert len(jobs) == 2
    return [await job for job in jobs]  # ok


async def case_list_concatenated():
    jobs = [pick("apple")] + [press("pear")]  # error: coroutine-never-awaited
    print(len(jobs))


async def case_list_concatenated_awaited():
    jobs = [pick("apple")] + [press("pear")]  # ok
    await asyncio.gather(*jobs)  # ok


async def case_list_aliased():
    jobs = [pick("apple")]  # error: coroutine-never-awaited
    others = jobs
    print(len(others))


async def case_list_aliased_awaited():
    jobs = [pick("apple")]  # ok
    others = jobs
    await asyncio.gather(*others)  # ok


async def case_list_of_names():
    apple, pear = pick("apple"), pick("pear")  # error: coroutine-never-awaited
    jobs = [apple, pear]
    print(len(jobs))


async def case_list_of_names_awaited_by_name():
    apple, pear = pick("apple"), pick("pear")  # ok
    jobs = [apple, pear]
    print(len(jobs))
    await apple  # ok
    await pear  # ok


async def case_list_overwritten():
    jobs = [pick("apple")]  # error: coroutine-never-awaited
    jobs = [pick("pear")]  # ok
    await asyncio.gather(*jobs)  # ok


async def case_list_cleared():
    jobs = [pick("apple"), pick("pear")]  # error: coroutine-never-awaited
    jobs.clear()
    print(jobs)


async def case_list_deleted():
    jobs = [pick("apple"), pick("pear")]  # error: coroutine-never-awaited
    del jobs


async def case_list_popped_and_lost():
    jobs = [pick("apple"), pick("pear")]  # error: coroutine-never-awaited
    jobs.pop()
    print(len(jobs))


async def case_list_popped_and_awaited():
    jobs = [pick("apple"), pick("pear")]  # ok
    await jobs.pop()  # ok
    await jobs.pop(0)  # ok


async def case_list_with_an_early_return(rainy):
    jobs = [pick("apple"), pick("pear")]  # error: coroutine-never-awaited
    if rainy:
        return None
    return await asyncio.gather(*jobs)  # ok


async def case_list_closed_on_an_early_return(rainy):
    jobs = [pick("apple"), pick("pear")]  # ok
    if rainy:
        for job in jobs:
            job.close()
        return None
    return await asyncio.gather(*jobs)  # ok


async def case_list_awaited_in_one_branch(rainy):
    jobs = []
    for fruit in ("apple", "pear"):
        jobs.append(pick(fruit))  # error: coroutine-never-awaited
    if not rainy:
        await finish_all(jobs)  # ok


async def case_list_only_one_is_a_coroutine():
    jobs = ["rest", pick("apple")]  # error: coroutine-never-awaited
    print(jobs[0])


async def case_list_unpacked():
    apple, pear = [pick("apple"), pick("pear")]  # ok
    await apple  # ok
    await pear  # ok


async def case_list_sliced_and_reversed():
    jobs = [pick("apple"), pick("pear"), pick("plum")]  # ok
    for job in reversed(jobs[1:]):
        await job  # ok
    await jobs[0]  # ok


def case_list_in_a_plain_function():
    jobs = [pick("apple"), pick("pear")]  # error: coroutine-never-awaited
    print("jobs:", len(jobs))


def case_list_in_a_plain_function_run():
    jobs = [pick("apple"), pick("pear")]  # ok
    for job in jobs:
        asyncio.run(job)  # ok


async def case_list_within_a_list():
    jobs = [[pick("apple")], [pick("pear")]]  # error: coroutine-never-awaited
    print(len(jobs))


async def case_list_within_a_list_awaited():
    jobs = [[pick("apple")], [pick("pear")]]  # ok
    for row in jobs:
        await asyncio.gather(*row)  # ok


# Dicts


async def case_dict():
    jobs = {"apple": pick("apple"), "pear": pick("pear")}  # error: coroutine-never-awaited
    print(list(jobs))


async def case_dict_awaited():
    jobs = {"apple": pick("apple"), "pear": pick("pear")}  # ok
    for fruit, job in jobs.items():
        print(fruit, await job)  # ok


async def case_dict_items_printed():
    jobs = {"apple": pick("apple"), "pear": pick("pear")}  # error: coroutine-never-awaited
    for fruit, job in jobs.items():
        print(fruit, job)


async def case_dict_by_item():
    jobs = {}
    jobs["plum"] = press("plum")  # error: coroutine-never-awaited
    if "plum" in jobs:
        print("plums")


async def case_dict_by_item_awaited():
    jobs = {}
    jobs["plum"] = press("plum")  # ok
    if "plum" in jobs:
        await jobs["plum"]  # ok


async def case_dict_by_item_in_a_loop():
    jobs = {}
    for fruit in ("plum", "fig"):
        jobs[fruit] = press(fruit)  # error: coroutine-never-awaited
    print(sorted(jobs))


async def case_dict_by_item_in_a_loop_gathered():
    jobs = {}
    for fruit in ("plum", "fig"):
        jobs[fruit] = press(fruit)  # ok
    results = await asyncio.gather(*jobs.values())  # ok
    return dict(zip(jobs, results))


async def case_dict_comprehension():
    jobs = {fruit: pick(fruit) for fruit in ("apple", "pear")}  # error: coroutine-never-awaited
    print(jobs.keys())


async def case_dict_comprehension_awaited():
    jobs = {fruit: pick(fruit) for fruit in ("apple", "pear")}  # ok
    return {fruit: await job for fruit, job in jobs.items()}  # ok


async def case_dict_by_call():
    jobs = dict(apple=pick("apple"))  # error: coroutine-never-awaited
    print(len(jobs))


async def case_dict_by_call_awaited():
    jobs = dict(apple=pick("apple"))  # ok
    await jobs.pop("apple")  # ok


async def case_dict_setdefault():
    jobs = {}
    job = jobs.setdefault("apple", pick("apple"))  # ok
    await job  # ok


async def case_dict_update():
    jobs = {}
    jobs.update(apple=pick("apple"))  # ok
    await jobs["apple"]  # ok


async def case_dict_of_lists():
    jobs = {"today": [pick("apple")], "tomorrow": []}  # ok
    jobs["tomorrow"].append(pick("pear"))  # ok
    for day in jobs.values():
        await asyncio.gather(*day)  # ok


async def case_dict_merged():
    jobs = {"apple": pick("apple")}  # ok
    both = {**jobs, "pear": pick("pear")}  # ok
    await asyncio.gather(*both.values())  # ok


# Sets and tuples


async def case_set():
    jobs = {pick("apple"), pick("pear")}  # error: coroutine-never-awaited
    print(len(jobs))


async def case_set_awaited():
    jobs = {pick("apple"), pick("pear")}  # ok
    while jobs:
        await jobs.pop()  # ok


async def case_set_by_add():
    jobs = set()
    for fruit in ("apple", "pear"):
        jobs.add(pick(fruit))  # error: coroutine-never-awaited
    print(len(jobs))


async def case_set_by_add_awaited():
    jobs = set()
    for fruit in ("apple", "pear"):
        jobs.add(pick(fruit))  # ok
    await asyncio.gather(*jobs)  # ok


async def case_set_comprehension():
    jobs = {press(fruit) for fruit in ("apple", "pear")}  # error: coroutine-never-awaited
    print(bool(jobs))


async def case_set_comprehension_awaited():
    jobs = {press(fruit) for fruit in ("apple", "pear")}  # ok
    for finished in asyncio.as_completed(jobs):  # ok
        print(await finished)  # ok


async def case_tuple():
    jobs = pick("apple"), pick("pear")  # error: coroutine-never-awaited
    print(jobs)


async def case_tuple_awaited():
    jobs = pick("apple"), pick("pear")  # ok
    print(await jobs[0], await jobs[1])  # ok


async def case_tuple_by_a_stray_comma():
    job = pick("apple"),  # error: coroutine-never-awaited
    print(job)


async def case_tuple_by_a_stray_comma_awaited():
    job = await pick("apple"),  # ok
    print(job)


async def case_tuple_of_pairs():
    rows = [("apple", pick("apple")), ("pear", pick("pear"))]  # error: coroutine-never-awaited
    for fruit, _ in rows:
        print(fruit)


async def case_tuple_of_pairs_awaited():
    rows = [("apple", pick("apple")), ("pear", pick("pear"))]  # ok
    for _, job in rows:
        print(await job)  # ok


# Passed on


async def case_passed_to_a_function_that_counts():
    jobs = [pick("apple"), pick("pear")]  # error: coroutine-never-awaited
    print(count(jobs))
    describe(jobs)


async def case_passed_to_a_function_that_finishes():
    jobs = [pick("apple"), pick("pear")]  # ok
    print(count(jobs))
    await finish_all(jobs)  # ok


async def case_passed_at_once():
    await finish_all([pick("apple"), press("pear")])  # ok
    await finish_one_by_one((pick("apple"), press("pear")))  # ok
    await finish_all(pick(fruit) for fruit in ("apple", "pear"))  # ok


async def case_passed_at_once_to_a_function_that_counts():
    print(count([pick("apple"), press("pear")]))  # error: coroutine-never-awaited
    print(count([await pick("apple"), await press("pear")]))  # ok


async def case_passed_on_through_a_list_call():
    jobs = list(map(pick, ("apple", "pear")))  # ok
    await asyncio.gather(*jobs)  # ok


async def case_passed_to_other_collections():
    queue = collections.deque([pick("apple")])  # ok
    queue.append(pick("pear"))  # ok
    while queue:
        await queue.popleft()  # ok


async def case_passed_to_a_named_tuple():
    row = Row("apple", pick("apple"))  # ok
    await row.job  # ok


async def case_passed_to_chain():
    morning, evening = [pick("apple")], [pick("pear")]  # ok
    for job in itertools.chain(morning, evening):
        await job  # ok


async def case_passed_on_to_tasks():
    jobs = [pick("apple"), pick("pear")]  # ok
    tasks = [asyncio.create_task(job) for job in jobs]  # ok
    await asyncio.gather(*tasks)  # ok


async def case_returned():
    def plan():
        jobs = []
        jobs.append(pick("apple"))  # ok
        return jobs

    await asyncio.gather(*plan())  # ok


async def case_returned_at_once():
    def plan():
        return [pick("apple"), pick("pear")]  # ok

    await asyncio.gather(*plan())  # ok


async def case_yielded():
    def plan():
        for fruit in ("apple", "pear"):
            job = pick(fruit)  # ok
            yield fruit, job

    for fruit, job in plan():
        print(fruit, await job)  # ok


async def case_on_an_object():
    orchard = Orchard()
    orchard.plan(["oak", "elm"])
    await asyncio.gather(*orchard.plan_for_others(["oak"]))  # ok
    orchard.plan_for_later(["oak"])
    await orchard.work()  # ok
    await orchard.water_all(["oak", "elm"])  # ok


async def case_list_that_an_object_keeps():
    orchard = Orchard()
    jobs = orchard.jobs
    jobs.append(pick("apple"))  # ok
    await orchard.work()  # ok


async def case_list_given_to_an_object():
    orchard = Orchard()
    jobs = [pick("apple")]  # ok
    orchard.jobs = jobs
    await orchard.work()  # ok


async def case_list_of_a_parameter():
    def plan(jobs):
        jobs.append(pick("apple"))  # ok
        jobs += [pick("pear")]  # ok

    waiting = []
    plan(waiting)
    await asyncio.gather(*waiting)  # ok


async def case_list_of_the_module():
    season.append(pick("apple"))  # ok
    season.extend([pick("pear")])  # ok
    while season:
        await season.pop()  # ok


async def case_list_captured():
    jobs = []

    async def work():
        for job in jobs:
            await job  # ok

    jobs.append(pick("apple"))  # ok
    await work()  # ok


async def case_list_captured_by_the_maker():
    jobs = []

    def plan(fruit):
        jobs.append(pick(fruit))  # ok

    plan("apple")
    plan("pear")
    await asyncio.gather(*jobs)  # ok


async def case_list_that_another_list_keeps():
    jobs = [pick("apple")]  # ok
    days = [jobs]
    for day in days:
        await asyncio.gather(*day)  # ok


async def case_list_that_another_list_keeps_lost():
    jobs = [pick("apple")]  # error: coroutine-never-awaited
    days = {"today": jobs}
    print(len(days))


async def case_one_of_the_list_awaited_by_index():
    jobs = [pick("apple")]  # ok
    for number in range(len(jobs)):
        await jobs[number]  # ok


async def case_element_shown_by_index():
    jobs = [pick("apple"), pick("pear")]  # error: coroutine-never-awaited
    print(jobs[0], jobs[-1])
