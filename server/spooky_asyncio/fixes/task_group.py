"""Make the tasks in an `asyncio.TaskGroup`, which waits for all of them and raises what they raise."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from spooky_asyncio.analysis.flow import UseKind
from spooky_asyncio.analysis.lifecycle import Step
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.fixes.captures import planned
from spooky_asyncio.fixes.read_results import Wait, waiting
from spooky_asyncio.fixes.site import Site, is_of_asyncio
from spooky_asyncio.model import Applicability, Edit, Fix, Range
from spooky_asyncio.rewriting.awaiting import surround
from spooky_asyncio.rewriting.imports import Reference
from spooky_asyncio.rewriting.lines import before, block_of, removed, shifted, stands_alone, starts_its_line
from spooky_asyncio.rewriting.names import Names
from spooky_asyncio.rewriting.wording import shown_coroutine, shown_expression

SINCE = (3, 11)


def start_in_group(site: Site) -> Iterator[Fix]:
    """The tasks of one block: the group ends with the block, so that what follows still runs beside the tasks."""
    kept = planned(site)
    group = _group(site)
    if kept is None or group is None or _own_group(site) is not None:
        return
    block = block_of(kept.captures[0].anchor, site.scopes)
    if any(capture.anchor not in block for capture in kept.captures):
        return
    statements = block[min(block.index(capture.anchor) for capture in kept.captures) :]
    name = Names(site.scopes, site.node).fresh("tg")
    made = _made_by(name, (capture.call for capture in kept.captures))
    if made is None or not _can_move(statements, site):
        return
    edits = (
        before(statements[0], [f"async with {group.text}() as {name}:"], site.source),
        *(Edit(site.source.range(func), text) for func, text in made),
        *shifted(statements, site.source),
        *group.edits,
    )
    tasks = "tasks" if len(kept.captures) > 1 or kept.captures[0].is_list else "task"
    title = f"Start the {tasks} in an asyncio.TaskGroup, which waits and raises what goes wrong"
    yield Fix(title, edits, Applicability.UNSAFE)


def start_in_own_group(site: Site) -> Iterator[Fix]:
    """The task, or the coroutine, goes into the group whose block it stands in."""
    name, life = _own_group(site), site.life
    if name is None or life.caller is not None or life.is_cared_for or site.lifecycles.is_group(life):
        return
    if site.lifecycles.never_ends(life):
        # The group would never end either.
        return
    if life.starts is Step.CREATED:
        is_dropped = all(use.kind is UseKind.LOST for use in life.uses)
        if not is_dropped or is_of_asyncio(life) or not life.is_async_function:
            return
        edits = surround(site.node, f"{name}.create_task(", ")", site.source)
    else:
        made = _made_by(name, [site.node])
        if made is None:
            return
        edits = tuple(Edit(site.source.range(func), text) for func, text in made)
    what = shown_expression(site.node) if life.starts is Step.CREATED else shown_coroutine(life)
    yield Fix(f"Start '{what}' in the group '{name}', which waits for it", edits, Applicability.UNSAFE)


def _own_group(site: Site) -> str | None:
    """The name of the task group whose block the site stands in, within the same function."""
    scopes = site.scopes
    for around in scopes.ancestors(site.node):
        if isinstance(around, ast.AsyncWith) and scopes.of(around) is scopes.of(site.node):
            for item in around.items:
                func = item.context_expr.func if isinstance(item.context_expr, ast.Call) else item.context_expr
                is_group = site.lifecycles.callees.names.imported(func) == "asyncio.TaskGroup"
                if is_group and isinstance(item.optional_vars, ast.Name) and site.node not in ast.walk(item):
                    return item.optional_vars.id
    return None


def group_and_catch(site: Site) -> Iterator[Fix]:
    """In place of a wait: each exception is caught, and none is lost."""
    wait, group = waiting(site), _group(site)
    if wait is None or not wait.can_gather or group is None or not site.can_await(site.node):
        return
    if "#" in site.source.segment(wait.statement):
        # The statement goes, and with it what its comments are about.
        return
    tg, caught, error = (Names(site.scopes, site.node).fresh(wanted) for wanted in ("tg", "group", "error"))
    moved = _moved_makers(wait, tg, site) or _written_makers(wait, tg, site)
    if moved is None:
        return
    first, making = moved
    handler = [
        f"except* Exception as {caught}:",
        f"\tfor {error} in {caught}.exceptions:",
        f'\t\tprint(f"Caught exception: {{{error}}}")',
    ]
    edits = (
        before(first, ["try:", f"\tasync with {group.text}() as {tg}:"], site.source),
        *making,
        before(wait.statement, handler, site.source),
        *removed(wait.statement, site.source, site.scopes),
        *group.edits,
    )
    title = "Start the tasks in an asyncio.TaskGroup and catch all exceptions with except*"
    yield Fix(title, edits, Applicability.UNSAFE)


def _moved_makers(wait: Wait, tg: str, site: Site) -> tuple[ast.stmt, list[Edit]] | None:
    """The first of the statements right before the wait that make its tasks, and how all of them get into the group."""
    block = block_of(wait.statement, site.scopes)
    makers = [_within(block, life.node, site) for life in site.lives]
    end = block.index(wait.statement)
    starts = [block.index(maker) for maker in makers if maker is not None]
    if len(starts) != len(makers) or not starts or max(starts) >= end:
        return None
    statements = block[min(starts) : end]
    if not set(statements) <= {maker for maker in makers if maker is not None}:
        # What else stands between would have its exceptions caught too.
        return None
    made = _made_by(tg, (life.node for life in site.lives))
    if made is None or not _can_move(statements, site):
        return None
    edits = [Edit(site.source.range(func), text) for func, text in made]
    return statements[0], edits + shifted(statements, site.source, levels=2)


def _written_makers(wait: Wait, tg: str, site: Site) -> tuple[ast.stmt, list[Edit]] | None:
    """The same of tasks that are made in the call of the wait itself: a line of its own for each."""
    tasks, source = wait.tasks, site.source
    loops: list[str] = []
    elements: list[ast.expr] = list(getattr(tasks, "elts", []))
    if isinstance(tasks, (ast.ListComp, ast.SetComp)):
        if _names_more(tasks, site):
            return None
        elements = [tasks.elt]
        for generator in tasks.generators:
            keyword = "async for" if generator.is_async else "for"
            loops.append(f"{keyword} {source.segment(generator.target)} in {source.segment(generator.iter)}:")
            loops += [f"if {source.segment(condition)}:" for condition in generator.ifs]
    made = _made_by(tg, elements) if elements and {life.node for life in site.lives} == set(elements) else None
    if made is None:
        return None
    lines = [
        text + source.slice(Range(source.end(func), source.end(call)))
        for call, (func, text) in zip(elements, made, strict=True)
    ]
    if any("\n" in line for line in (*loops, *lines)):
        return None
    written = [*loops, *lines]
    depths = [2 + min(index, len(loops)) for index in range(len(written))]
    return wait.statement, [
        before(wait.statement, ["\t" * depth + line for depth, line in zip(depths, written, strict=True)], source)
    ]


def _names_more(comprehension: ast.ListComp | ast.SetComp, site: Site) -> bool:
    """Whether a name that a comprehension binds for itself has another meaning around it."""
    inner, scope = set(ast.walk(comprehension)), site.scopes.of(comprehension)
    bound = {node.id for node in inner if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    mentions = (mentions for one in site.scopes.within(scope) for mentions in (one.loads, one.stores))
    is_used = any(not inner.issuperset(found.get(name, ())) for found in mentions for name in bound)
    return is_used or any(map(scope.rebinds_otherwise, bound))


def _group(site: Site) -> Reference | None:
    return site.asyncio("TaskGroup") if site.target.python >= SINCE else None


def _made_by(name: str, calls: Iterable[ast.expr]) -> list[tuple[ast.expr, str]] | None:
    """How each task is made by the group of a name; None if one of them is made in a way that a group has
    not: with another loop, or other options."""
    made: list[tuple[ast.expr, str]] = []
    for call in calls:
        func = call.func if isinstance(call, ast.Call) else None
        if not isinstance(call, ast.Call) or not isinstance(func, (ast.Name, ast.Attribute)):
            return None
        is_bare = len(call.args) == 1 and not call.keywords
        if last_name(func) != "create_task" and not (last_name(func) == "ensure_future" and is_bare):
            return None
        made.append((func, f"{name}.create_task"))
    return made


def _can_move(statements: Sequence[ast.stmt], site: Site) -> bool:
    """Whether statements can go one level further in, into a block that waits at its end."""
    yields = any(isinstance(node, (ast.Yield, ast.YieldFrom)) for one in statements for node in ast.walk(one))
    return (
        not yields
        and starts_its_line(statements[0], site.source)
        and all(stands_alone(statement, site.source) for statement in statements)
    )


def _within(block: Sequence[ast.stmt], node: ast.expr, site: Site) -> ast.stmt | None:
    """The statement of a block that a node stands in."""
    around = {node, *site.scopes.ancestors(node)}
    return next((statement for statement in block if statement in around), None)
