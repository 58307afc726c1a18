"""Keep forgotten tasks, and wait for them at the end of the block that makes them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from spooky_asyncio.analysis.flow import UseKind
from spooky_asyncio.analysis.lifecycle import LifeCycles
from spooky_asyncio.fixes.captures import Capture, Plan, planned
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Edit, Fix
from spooky_asyncio.rewriting.awaiting import await_edits
from spooky_asyncio.rewriting.lines import after, always_leaves, before, jumps_out, returns_in
from spooky_asyncio.rewriting.wording import callee_text, listed


def await_group(site: Site) -> Iterator[Fix]:
    """For a gather, which has all results, and for a task that is used in place of its result."""
    if site.life.is_cared_for or site.life.caller is not None or not site.can_await(site.node):
        return
    if site.lifecycles.never_ends(site.life):
        return
    inspected = [use.node for use in site.life.uses if use.kind is UseKind.INSPECTED]
    if any(_may_mean_the_task(node, site) for node in inspected):
        return
    if any(_wants_hash(around) for around in site.scopes.ancestors(site.node)):
        # A task can be in a set, its result perhaps not.
        return
    display = site.scopes.parent(site.node)
    if len(getattr(display, "elts", ())) > 1:
        # Whoever goes through them goes through tasks.
        return
    is_used = bool(inspected)
    if site.lifecycles.is_group(site.life) or (is_used and planned(site) is None):
        edits = await_edits(site.node, site.source, site.scopes)
        yield Fix(f"Await '{callee_text(site.node)}()'", edits, Applicability.UNSAFE)


def _wants_hash(around: ast.AST) -> bool:
    if isinstance(around, ast.Call) and isinstance(around.func, ast.Attribute):
        return around.func.attr in ("add", "setdefault", "update")
    return isinstance(around, ast.Set)


def _may_mean_the_task(use: ast.AST, site: Site) -> bool:
    """Whether what looks at a task may want the task and not its result: its name, or whether it is done; as functions
    of the project do."""
    return isinstance(use, ast.Attribute) or (isinstance(use, ast.Call) and site.lifecycles.effect_of(use) is None)


def gather_at_end(site: Site) -> Iterator[Fix]:
    plan, gather = planned(site), site.asyncio("gather")
    if plan is None or gather is None:
        return

    def lines(captures: Sequence[Capture]) -> list[str]:
        if len(captures) == 1 and not captures[0].is_list:
            return [f"await {captures[0].name}"]
        return [f"await {gather.text}({_elements(captures)})"]

    single = len(plan.captures) == 1 and not plan.captures[0].is_list
    how = "await it" if single else f"gather {_them(plan)}"
    title = f"Keep {_the_tasks(plan)} and {how}: {'its' if single else 'the first'} exception is raised here"
    edits = _edits(plan, lines, site.lifecycles)
    if any(gather.text in edit.content for edit in edits):
        # Blocks with one task each await it, and need no import.
        edits += gather.edits
    yield Fix(title, edits, Applicability.UNSAFE)


def gather_collected(site: Site) -> Iterator[Fix]:
    """For coroutines that are put into a list one by one: they start when they are awaited together."""
    if isinstance(site.scopes.parent(site.node), (ast.Expr, *_DISPLAYS)):
        return
    plan, gather = planned(site), site.asyncio("gather")
    if plan is None or gather is None:
        return
    edits = _edits(plan, lambda captures: [f"await {gather.text}({_elements(captures)})"], site.lifecycles)
    names = dict.fromkeys(capture.name for capture in plan.captures)
    title = f"Await what is in {listed(names)} with {gather.text}(): the first exception is raised here"
    yield Fix(title, (*edits, *gather.edits), Applicability.UNSAFE)


_DISPLAYS = (ast.List, ast.Set, ast.ListComp, ast.SetComp, ast.Dict, ast.DictComp)


def wait_at_end(site: Site) -> Iterator[Fix]:
    plan, wait = planned(site), site.asyncio("wait")
    if plan is None or wait is None:
        return

    def lines(captures: Sequence[Capture]) -> list[str]:
        lists = list(dict.fromkeys(capture.name for capture in captures if capture.is_list))
        if not all(capture.is_list for capture in captures):
            return [f"await {wait.text}([{_elements(captures)}])"]
        # asyncio.wait refuses to wait for nothing, and a loop may have made nothing.
        tasks = _tasks_in(captures[0]) if len(lists) == 1 else f"[{_elements(captures)}]"
        return [f"if {' or '.join(lists)}:", f"\tawait {wait.text}({tasks})"]

    title = f"Keep {_the_tasks(plan)} and wait for {_them(plan)} with {wait.text}()"
    yield Fix(title, (*_edits(plan, lines, site.lifecycles), *wait.edits), Applicability.UNSAFE)


_Lines: TypeAlias = Callable[[Sequence[Capture]], "list[str]"]


def _edits(plan: Plan, lines: _Lines, lifecycles: LifeCycles) -> tuple[Edit, ...]:
    """The captures, and the waiting lines before each `return` that follows and at the end of each block."""
    source, scopes = lifecycles.source, lifecycles.scopes
    edits = [edit for capture in plan.captures for edit in capture.edits]
    for block, captures in plan.blocks(lifecycles):
        following = block[list(block).index(captures[0].anchor) :]
        for node in (*returns_in(following, plan.function, scopes), *jumps_out(following, scopes)):
            made = [capture for capture in captures if _precedes(capture, node)]
            if made:
                edits.append(before(node, lines(made), source))
        if isinstance(block[-1], ast.Raise):
            edits.append(before(block[-1], lines(captures), source))
        elif not always_leaves(block):
            edits.append(after(block[-1], lines(captures), source))
    # Where the lines of several blocks meet, those of the inner one come first.
    return tuple(sorted(edits, key=lambda edit: len(edit.content.lstrip(" \t")) - len(edit.content)))


def _precedes(capture: Capture, node: ast.stmt) -> bool:
    """Whether a task can have been made, or its list at least, when `node` runs."""
    return capture.anchor.lineno < node.lineno


def _elements(captures: Sequence[Capture]) -> str:
    elements = (f"*{_tasks_in(capture)}" if capture.is_list else capture.name for capture in captures)
    return ", ".join(dict.fromkeys(elements))


def _tasks_in(container: Capture) -> str:
    return f"{container.name}.values()" if container.is_dict else container.name


def _the_tasks(plan: Plan) -> str:
    return "the tasks" if len(plan.captures) > 1 or plan.captures[0].is_list else "the task"


def _them(plan: Plan) -> str:
    return "them" if len(plan.captures) > 1 or plan.captures[0].is_list else "it"
