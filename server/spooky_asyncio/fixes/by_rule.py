"""The fixers of each rule, in the order of preference: the first fix that one of them has is the preferred one.

They are imported when somebody wants a fix. To find what is wrong needs none of them.
"""

from __future__ import annotations

from spooky_asyncio.fixes.await_here import await_here
from spooky_asyncio.fixes.await_some_ways import (
    await_at_once,
    await_on_every_way,
    await_where_used,
    call_where_awaited,
    close_where_lost,
)
from spooky_asyncio.fixes.background import keep_in_background, log_failure, start_endless, start_in_background
from spooky_asyncio.fixes.end_of_scope import await_group, gather_at_end, gather_collected, wait_at_end
from spooky_asyncio.fixes.gather_several import gather_display, gather_neighbours
from spooky_asyncio.fixes.hand_on import hand_on
from spooky_asyncio.fixes.handed_over import handed_over
from spooky_asyncio.fixes.make_async import make_async
from spooky_asyncio.fixes.own_loop import finish_on_own_loop, run_on_own_loop
from spooky_asyncio.fixes.own_set import keep_in_own_set
from spooky_asyncio.fixes.read_results import (
    await_as_gather,
    await_single,
    catch_first,
    gather_results,
    go_through_done,
    go_through_tasks,
    print_all,
)
from spooky_asyncio.fixes.run_here import run_here
from spooky_asyncio.fixes.run_itself import run_itself
from spooky_asyncio.fixes.site import Fixer
from spooky_asyncio.fixes.task_group import group_and_catch, start_in_group, start_in_own_group

FIXERS: dict[str, tuple[Fixer, ...]] = {
    "coroutine-never-awaited": (
        *(handed_over, run_itself, start_endless, await_as_gather, await_here),
        *(gather_neighbours, gather_display, gather_collected),
        *(run_on_own_loop, run_here),
        *(call_where_awaited, await_where_used, await_at_once, close_where_lost),
        *(make_async, hand_on, start_in_own_group, start_in_background),
    ),
    "task-never-awaited": (
        *(start_in_own_group, await_group, gather_at_end, wait_at_end, start_in_group, await_on_every_way),
        *(finish_on_own_loop, keep_in_own_set, keep_in_background),
    ),
    "task-exception-never-retrieved": (
        *(await_single, gather_results, catch_first, print_all, go_through_done, go_through_tasks, group_and_catch),
        log_failure,
    ),
}
