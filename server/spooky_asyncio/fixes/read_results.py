"""Read what the tasks that asyncio.wait waited for have to say: by a gather in its place, or from what it returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from spooky_asyncio.analysis.catalog import Effect
from spooky_asyncio.analysis.flow import wait_argument
from spooky_asyncio.analysis.functions import values_returned
from spooky_asyncio.analysis.lifecycle import Life, Step
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Edit, Fix, Position, Range
from spooky_asyncio.rewriting.imports import Reference
from spooky_asyncio.rewriting.lines import after, before, block_of, jumps_out, moved_in, removed, stands_alone
from spooky_asyncio.rewriting.names import Names
from spooky_asyncio.source import Source, split_lines


def await_single(site: Site) -> Iterator[Fix]:
    """A wait for one task only."""
    wait = waiting(site)
    if wait is not None and wait.can_gather and wait.single is not None:
        edits = (*_without_target(wait), *_as_single(wait, wait.single), *_unnamed(wait))
        yield Fix("Await the task: its exception is raised here", edits, Applicability.UNSAFE)


def await_as_gather(site: Site) -> Iterator[Fix]:
    """For a wait that nobody awaits: only to await it would leave the results of its tasks unread."""
    is_wait = isinstance(site.node, ast.Call) and site.lifecycles.effect_of(site.node) is Effect.WAIT
    if not is_wait or site.life.is_cared_for or not site.can_await(site.node):
        return
    wait, gather = _gatherable(site)
    if wait is not None and gather is not None:
        edits = (Edit(wait.target, "await "), *_as_gather(wait, gather), *gather.edits)
        title = f"Await the tasks with {gather.text}(): the first exception is raised here"
        yield Fix(title, edits, Applicability.UNSAFE)


def gather_results(site: Site) -> Iterator[Fix]:
    wait, gather = _gatherable(site)
    if wait is not None and gather is not None and wait.single is None:
        edits = (*_without_target(wait), *_as_gather(wait, gather), *_unnamed(wait), *gather.edits)
        yield Fix("Gather the tasks: the first exception is raised here", edits, Applicability.UNSAFE)


def catch_first(site: Site) -> Iterator[Fix]:
    wait, gather = _gatherable(site)
    if wait is None or gather is None:
        return
    single = wait.single
    awaited = _as_gather(wait, gather) if single is None else _as_single(wait, single)
    inner = moved_in(wait.statement, (*_without_target(wait), *awaited), wait.source)
    if inner is None:
        return
    (error,) = wait.fresh("error")
    handler = [f"except Exception as {error}:", f'\tprint(f"Caught exception: {{{error}}}")']
    edits = (
        before(wait.statement, ["try:"], wait.source),
        inner,
        after(wait.statement, handler, wait.source),
        *_unnamed(wait),
        *(gather.edits if single is None else ()),
    )
    title = (
        "Gather the tasks and catch the first exception" if single is None else "Await the task and catch its exception"
    )
    yield Fix(title, edits, Applicability.UNSAFE)


def print_all(site: Site) -> Iterator[Fix]:
    """The program has not read the results so far: they are printed where it is known that there are some."""
    wait, gather = _gatherable(site)
    if wait is None or gather is None or wait.single is not None:
        return
    results, result = wait.fresh("results", "result")
    title, lines = "Gather all results and exceptions, and print them", [f"print({results})"]
    if not any(_has_result(life, site) for life in site.lives):
        title = "Gather the tasks and print all exceptions"
        lines = [
            f"for {result} in {results}:",
            f"\tif isinstance({result}, BaseException):",
            f'\t\tprint(f"Caught exception: {{{result}}}")',
        ]
    edits = (
        Edit(wait.target, f"{results} = "),
        *_as_gather(wait, gather, "return_exceptions=True"),
        after(wait.statement, lines, wait.source),
        *_unnamed(wait),
        *gather.edits,
    )
    yield Fix(title, edits, Applicability.UNSAFE)


def _has_result(life: Life, site: Site) -> bool:
    """Whether a task runs a function of the project that returns something."""
    coroutine = life.node
    if life.starts is not Step.CREATED:
        coroutine = getattr(coroutine, "args", [coroutine])[0]
    called = site.lifecycles.callees.function_called(coroutine) if isinstance(coroutine, ast.Call) else None
    if called is None or not isinstance(called[1], ast.AsyncFunctionDef):
        return False
    values = values_returned(called[1], called[0].scopes)
    return any(value is not None and not (isinstance(value, ast.Constant) and value.value is None) for value in values)


def go_through_done(site: Site) -> Iterator[Fix]:
    """The exceptions of all tasks are read before the first one rises, so that no other one is lost."""
    wait = waiting(site)
    if wait is None or not wait.can_loop:
        return
    fresh, task, error, errors = wait.fresh("done", "task", "error", "errors")
    done = wait.done or fresh
    edits = [] if wait.done else [_with_done(wait, done)]
    lines = _reading(done, task, error, errors)
    edits.append(after(_after_pending(wait), lines, wait.source))
    title = "Go through the finished tasks: raise the exception or print the result of each"
    yield Fix(title, tuple(edits), Applicability.UNSAFE)


def _after_pending(wait: Wait) -> ast.stmt:
    """The statement after which an exception may rise: once what is pending has been taken care of."""
    pending = _pending_target(wait.statement)
    loads = set(wait.scopes.of(wait.call).loads.get(pending, ())) if pending is not None else set()
    block = list(block_of(wait.statement, wait.scopes))
    following = block[block.index(wait.statement) + 1 :]
    reading = [one for one in following if not loads.isdisjoint(ast.walk(one)) and stands_alone(one, wait.source)]
    passed = following[: following.index(reading[-1]) + 1] if reading else []
    leaves = any(isinstance(node, (ast.Return, ast.Raise)) for one in passed for node in ast.walk(one))
    return wait.statement if leaves or not passed or any(jumps_out(passed, wait.scopes)) else passed[-1]


def _pending_target(statement: ast.Expr | ast.Assign) -> str | None:
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], (ast.Tuple, ast.List)):
        last = statement.targets[0].elts[-1]
        return last.id if isinstance(last, ast.Name) else None
    return None


def go_through_tasks(site: Site) -> Iterator[Fix]:
    """Where the wait stands in a larger expression: what it waited for is read afterwards, from the container."""
    assert isinstance(site.node, ast.Call)
    tasks, statement = wait_argument(site.node), site.scopes.statement(site.node)
    if waiting(site) is not None or not isinstance(tasks, ast.Name) or len(site.node.args) != 1 or site.node.keywords:
        return
    is_awaited = any(isinstance(node, ast.Await) for node in site.scopes.ancestors(site.node))
    if not is_awaited or not isinstance(statement, (ast.Expr, ast.Assign)) or not stands_alone(statement, site.source):
        return
    makers = [getattr(site.scopes.parent(store), "value", None) for store in site.scopes.of(tasks).stores[tasks.id]]
    if not makers or not all(isinstance(maker, _CONTAINERS) for maker in makers):
        return
    names = Names(site.scopes, site.node)
    task, error, errors = (names.fresh(name, *_OTHER_NAMES[name]) for name in ("task", "error", "errors"))
    lines = _reading(tasks.id, task, error, errors)
    title = "Go through the finished tasks: raise the exception or print the result of each"
    yield Fix(title, (after(statement, lines, site.source),), Applicability.UNSAFE)


_OTHER_NAMES = {"done": ("finished",), "task": ("done_task",), "error": ("failure",), "errors": ("failures",)}
"""What new names are called where the program has the first one already."""

_CONTAINERS = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp)


def _reading(tasks: str, task: str, error: str, errors: str) -> list[str]:
    return [
        f"{errors} = [{task}.exception() for {task} in {tasks}]",
        f"for {task}, {error} in zip({tasks}, {errors}):",
        f"\tif {error}:",
        f"\t\traise {error}",
        f"\tprint({task}.result())",
    ]


def _gatherable(site: Site) -> tuple[Wait | None, Reference | None]:
    wait = waiting(site)
    return (wait, site.asyncio("gather")) if wait is not None and wait.can_gather else (None, None)


@dataclass(frozen=True)
class _Fold:
    """An element of what is waited for that is a task made right before, or right here."""

    element: ast.expr
    coroutine: ast.expr
    statement: ast.Assign | None
    """What only gives the task its name."""


@dataclass(frozen=True)
class Wait:
    """A call of asyncio.wait that is a statement of its own, perhaps with names for what it returns."""

    call: ast.Call
    awaited: ast.expr
    statement: ast.Expr | ast.Assign
    tasks: ast.expr
    done: str | None
    """What the program has for the finished tasks already: a name, or the first part of one."""
    can_gather: bool
    can_loop: bool
    folds: tuple[_Fold, ...]
    """The tasks that only this call uses, which a gather makes itself."""
    source: Source
    scopes: Scopes

    def fresh(self, *wanted: str) -> list[str]:
        names = Names(self.scopes, self.call)
        return [names.fresh(name, *_OTHER_NAMES.get(name, ())) for name in wanted]

    @property
    def single(self) -> ast.expr | None:
        """The task, where the call waits for one only."""
        elements = getattr(self.tasks, "elts", [])
        return elements[0] if len(elements) == 1 and not isinstance(elements[0], ast.Starred) else None

    @property
    def target(self) -> Range:
        """From the start of the statement to the `await`: `done, pending = `, or nothing."""
        return Range(self.source.start(self.statement), self.source.start(self.awaited))


def waiting(site: Site) -> Wait | None:
    scopes, source, wait = site.scopes, site.source, site.node
    if not isinstance(wait, ast.Call) or site.lifecycles.effect_of(wait) is not Effect.WAIT:
        return None
    awaited, tasks = scopes.parent(wait), wait_argument(wait)
    is_run = isinstance(awaited, ast.Call) and _runs_until_complete(awaited, site)
    if isinstance(awaited, (ast.Expr, ast.Assign)) and site.life.node is wait:
        # Nobody awaits the wait itself.
        awaited = wait
    elif not isinstance(awaited, ast.Await) and not (isinstance(awaited, ast.Call) and is_run):
        return None
    statement = scopes.parent(awaited)
    if tasks is None or not isinstance(statement, (ast.Expr, ast.Assign)):
        return None
    # Parentheses around the `await` would be cut in two.
    head = source.slice(Range(source.start(statement), source.start(awaited)))
    if "(" in head.rpartition("=")[2] or not stands_alone(statement, source):
        return None
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    bound = [name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    scope = scopes.of(wait)
    read = any(scope.loads.get(name.id) or len(scope.stores[name.id]) > 1 for name in bound if name.id != "_")
    read |= any(scope.loads.get("_", []) for name in bound if name.id == "_")
    done = _done_target(targets)
    whole = targets[0] if len(targets) == 1 and isinstance(targets[0], ast.Name) and read else None
    # With a time-out or another condition, gather would wait for more than was asked for.
    options = _options(wait)
    plain = len(wait.args) + len(wait.keywords) == 1 + len(options) and all(map(_is_default, options))
    plain &= "#" not in source.slice(Range(source.end(tasks), source.end(wait))) or not options
    return Wait(
        wait,
        awaited,
        statement,
        tasks,
        done.id if done is not None and done.id != "_" else f"{whole.id}[0]" if whole is not None else None,
        can_gather=plain
        and bool(getattr(tasks, "elts", True))
        and not read
        and len(targets) <= 1
        and _can_be_spread(wait, tasks, source),
        # Since Python 3.11 asyncio.wait takes no bare coroutines.
        can_loop=all(life.starts is not Step.CREATED for life in site.lives)
        and (not targets or done is not None or whole is not None or not read),
        # Where no loop runs yet, there is nothing in which gather could start a coroutine.
        folds=tuple(_folds(site, statement, tasks)) if not is_run else (),
        source=source,
        scopes=scopes,
    )


def _runs_until_complete(call: ast.Call, site: Site) -> bool:
    """`loop.run_until_complete(...)`, which takes a gather as well; `asyncio.run` does not."""
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "run_until_complete"
        and call.args[:1] == [site.node]
        and site.lifecycles.effect_of(call) is Effect.RUN
    )


def _folds(site: Site, statement: ast.stmt, tasks: ast.expr) -> Iterator[_Fold]:
    """Nothing may happen between the making of the tasks and the wait but the making of other tasks: a coroutine starts
    later than a task does."""
    made = {life.node for life in site.lives}
    if isinstance(tasks, (ast.ListComp, ast.SetComp)):
        coroutine = _coroutine_of(tasks.elt) if tasks.elt in made else None
        if coroutine is not None:
            yield _Fold(tasks.elt, coroutine, None)
    if not isinstance(tasks, (ast.List, ast.Tuple, ast.Set)):
        return
    scope = site.scopes.of(tasks)
    block = list(block_of(statement, site.scopes))
    by_maker: dict[ast.stmt, tuple[ast.expr, ast.expr]] = {}
    for element in tasks.elts:
        maker = element
        if isinstance(element, ast.Name) and len(scope.stores[element.id]) == len(scope.loads[element.id]) == 1:
            bound = site.scopes.parent(scope.stores[element.id][0])
            if isinstance(bound, ast.Assign) and bound.targets == scope.stores[element.id] and bound in block:
                maker = bound.value
        coroutine = _coroutine_of(maker) if maker in made else None
        if coroutine is None or coroutine.lineno != coroutine.end_lineno:
            continue
        if maker is element:
            yield _Fold(element, coroutine, None)
        elif stands_alone(site.scopes.statement(maker), site.source) and not _has_comment(maker, site.source):
            by_maker[site.scopes.statement(maker)] = (element, coroutine)
    for maker_statement in reversed(block[: block.index(statement)]):
        if maker_statement not in by_maker:
            return
        assert isinstance(maker_statement, ast.Assign)
        yield _Fold(*by_maker[maker_statement], maker_statement)


def _has_comment(node: ast.expr, source: Source) -> bool:
    """Whether a comment stands behind a call, which would lose what it is about."""
    return (node.end_lineno or node.lineno) - 1 in source.comments


def _coroutine_of(task: ast.expr) -> ast.expr | None:
    """What a call of create_task or ensure_future without options runs."""
    if isinstance(task, ast.Call) and len(task.args) == 1 and not task.keywords and isinstance(task.args[0], ast.Call):
        return task.args[0]
    return None


def _options(wait: ast.Call) -> list[ast.keyword]:
    """What is said of the wait after its tasks."""
    return [keyword for keyword in wait.keywords if keyword.arg in ("timeout", "return_when")] if wait.args else []


def _is_default(option: ast.keyword) -> bool:
    if option.arg == "timeout":
        return isinstance(option.value, ast.Constant) and option.value.value is None
    return isinstance(option.value, (ast.Name, ast.Attribute)) and last_name(option.value) == "ALL_COMPLETED"


def _can_be_spread(wait: ast.Call, tasks: ast.expr, source: Source) -> bool:
    """Whether the tasks can become arguments of their own by small edits. `ast` does not tell of parentheses around
    them, and takes those of the call for a generator's."""
    head = source.slice(Range(source.end(wait.func), source.start(tasks)))
    written = "".join(line.partition("#")[0] for line in split_lines(head))
    is_bare = "".join(written.split()) in ("(", "(fs=")
    return is_bare and not isinstance(tasks, (ast.GeneratorExp, ast.NamedExpr))


def _done_target(targets: list[ast.expr]) -> ast.Name | None:
    """The name that an assignment gives to the first of what asyncio.wait returns."""
    if len(targets) == 1 and isinstance(targets[0], (ast.Tuple, ast.List)) and len(targets[0].elts) == 2:
        first = targets[0].elts[0]
        return first if isinstance(first, ast.Name) else None
    return None


def _with_done(wait: Wait, done: str) -> Edit:
    """Give the finished tasks a name, in place of `_` or of no name at all."""
    if isinstance(wait.statement, ast.Assign):
        first = _done_target(wait.statement.targets)
        if first is not None:
            return Edit(wait.source.range(first), done)
    return Edit(wait.target, f"{done}, _ = ")


def _unnamed(wait: Wait) -> tuple[Edit, ...]:
    """The statements that made the tasks which the gather makes now go."""
    gone = [fold.statement for fold in wait.folds if fold.statement is not None]
    return tuple(edit for statement in gone for edit in removed(statement, wait.source, wait.scopes))


def _without_target(wait: Wait) -> tuple[Edit, ...]:
    return (Edit(wait.target, ""),) if wait.target.start != wait.target.end else ()


def _as_single(wait: Wait, task: ast.expr) -> tuple[Edit, ...]:
    """`asyncio.wait([task])` as `task`."""
    awaited = next((fold.coroutine for fold in wait.folds), task)
    return (Edit(wait.source.range(wait.call), wait.source.segment(awaited)),)


def _as_gather(wait: Wait, gather: Reference, option: str = "") -> tuple[Edit, ...]:
    """`asyncio.wait([a, b])` as `asyncio.gather(a, b)`: the brackets go, what is in them stays as it was written."""
    source, tasks = wait.source, wait.tasks
    edits = [Edit(source.range(wait.call.func), gather.text)]
    edits += [Edit(source.range(fold.element), source.segment(fold.coroutine)) for fold in wait.folds]
    if wait.call.keywords and not wait.call.args:
        keyword = wait.call.keywords[0]
        edits.append(Edit(Range(source.position(keyword.lineno, keyword.col_offset), source.start(tasks)), ""))
    last_argument = source.end(tasks)
    for option_of_wait in _options(wait.call):
        edits.append(Edit(Range(last_argument, source.end(option_of_wait.value)), ""))
        last_argument = source.end(option_of_wait.value)
    end = _moved(source.end(wait.call), -1)
    trailing_comma = _comma(source, Range(last_argument, end))
    if isinstance(tasks, (ast.List, ast.Tuple, ast.Set)):
        opening, closing = source.start(tasks), _moved(source.end(tasks), -1)
        inner_comma = _comma(source, Range(source.end(tasks.elts[-1]), closing))
        if (
            inner_comma is not None
            and isinstance(tasks, ast.Tuple)
            and len(tasks.elts) == 1
            and opening.line == closing.line
        ):
            # It was there to make a tuple of one.
            edits.append(Edit(Range(inner_comma, _moved(inner_comma, 1)), ""))
            inner_comma = None
        outer_comma = trailing_comma if inner_comma else None
        edits += _without_brackets(opening, closing, outer_comma, source)
        trailing_comma = inner_comma or trailing_comma
    else:
        edits.append(Edit(Range(source.start(tasks), source.start(tasks)), "*"))
    if option and trailing_comma is None:
        last = source.end(tasks.elts[-1] if isinstance(tasks, (ast.List, ast.Tuple, ast.Set)) else tasks)
        edits.append(Edit(Range(last, last), f", {option}"))
    elif option:
        edits.append(_last_argument(option, end, source))
    return tuple(edits)


def _without_brackets(opening: Position, closing: Position, comma: Position | None, source: Source) -> list[Edit]:
    """Take out two brackets, and a comma behind them. Lines that hold nothing else go whole, those between move out."""
    first, last = source.line(opening.line), source.line(closing.line)
    own_lines = first.strip() in "([{" and last.strip() in (")", "]", "}", "),", "],", "},")
    if own_lines and opening.line < closing.line and (comma is None or comma.line == closing.line):
        inner = [line for line in range(opening.line + 1, closing.line) if source.line(line).strip()]
        outer_depth = len(first) - len(first.lstrip())
        excess = (
            min((len(source.line(line)) - len(source.line(line).lstrip()) for line in inner), default=0) - outer_depth
        )
        moves = [Edit(Range(Position(line, 0), Position(line, excess)), "") for line in inner if excess > 0]
        return [_whole_line(opening.line), *moves, _whole_line(closing.line)]
    places = [opening, closing, *([comma] if comma is not None else [])]
    return [Edit(Range(place, _moved(place, 1)), "") for place in places]


def _whole_line(line: int) -> Edit:
    return Edit(Range(Position(line, 0), Position(line + 1, 0)), "")


def _last_argument(text: str, end: Position, source: Source) -> Edit:
    """One more argument after a trailing comma, on a line of its own where the closing parenthesis has one."""
    before = source.line(end.line)[: end.column]
    if before.strip(" \t)]},"):
        return Edit(Range(end, end), f" {text}")
    indentation = before[: len(before) - len(before.lstrip())]
    start = Position(end.line, 0)
    return Edit(Range(start, start), f"{indentation}{source.indent}{text},{source.newline}")


def _comma(source: Source, span: Range) -> Position | None:
    """Where a comma stands in a span that holds no more than commas, comments and space."""
    for line in range(span.start.line, span.end.line + 1):
        start = span.start.column if line == span.start.line else 0
        end = span.end.column if line == span.end.line else len(source.line(line))
        column = source.line(line)[:end].partition("#")[0].find(",", start)
        if column >= 0:
            return Position(line, column)
    return None


def _moved(position: Position, columns: int) -> Position:
    return Position(position.line, position.column + columns)
