"""awaited, never observed: the interpreter's `Task exception was never retrieved`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from spooky_asyncio.analysis.catalog import FILLING_METHODS
from spooky_asyncio.analysis.flow import wait_argument
from spooky_asyncio.analysis.lifecycle import Life, LifeCycles, Step
from spooky_asyncio.analysis.scopes import Scope, Scopes, assigned_names
from spooky_asyncio.model import Applicability, Edit, Fix, Position, Range, Related
from spooky_asyncio.rewriting.imports import Reference, asyncio_function
from spooky_asyncio.rewriting.lines import after, before, moved_in, stands_alone
from spooky_asyncio.rewriting.names import Names, listed
from spooky_asyncio.rules.base import Finding, Rule, shown_coroutine
from spooky_asyncio.source import Source, split_lines


def check(lifecycles: LifeCycles) -> Iterator[Finding]:
    for wait, lives in _by_wait(lifecycles).items():
        related = [
            Related(f"the task of '{shown_coroutine(life)}' is made here", lifecycles.source.range(life.node))
            for life in lives
        ]
        yield Finding(wait, _message(wait), tuple(lives), tuple(related), "Task exception was never retrieved")


def fixes(finding: Finding, lifecycles: LifeCycles) -> list[Fix]:
    assert isinstance(finding.node, ast.Call)
    site = _site(finding.node, finding.lives, lifecycles)
    if site is None:
        return []
    offered = []
    if site.can_gather:
        gather = asyncio_function("gather", site.wait, lifecycles.source, lifecycles.scopes)
        if gather is not None:
            offered = [_gathered(site, gather), _caught(site, gather), _returned(site, gather)]
    if site.can_loop:
        offered.append(_looped(site, preferred=not offered))
    return [fix for fix in offered if fix is not None]


def _by_wait(lifecycles: LifeCycles) -> dict[ast.Call, list[Life]]:
    """The lives that end unobserved, by the last call that waits for them."""
    found: dict[ast.Call, list[Life]] = {}
    for life in lifecycles.lives:
        if life.reaches is Step.AWAITED:
            last = max(life.waits, key=lambda call: (call.lineno, call.col_offset))
            found.setdefault(last, []).append(life)
    return {wait: lives for wait, lives in found.items() if _knows_all(wait, lives, lifecycles)}


def _knows_all(wait: ast.Call, lives: list[Life], lifecycles: LifeCycles) -> bool:
    """Whether no task in the call is somebody else's, or read elsewhere: who reads one has thought of the others."""
    tasks = wait_argument(wait)
    made = {id(life.node) for life in lives}
    bound = {target.id for life in lives for target in assigned_names(lifecycles.scopes.statement(life.node))}
    bound |= _aliases(bound, lifecycles.scopes.of(wait), lifecycles.scopes)
    elements: list[ast.expr] = []
    if isinstance(tasks, ast.Name):
        elements = list(_elements_of(tasks, lifecycles.scopes))
    elif isinstance(tasks, (ast.List, ast.Tuple, ast.Set)):
        elements = tasks.elts
    elements = [task.value if isinstance(task, ast.Starred) else task for task in elements]
    return all(task.id in bound if isinstance(task, ast.Name) else id(task) in made for task in elements)


def _aliases(names: set[str], scope: Scope, scopes: Scopes) -> set[str]:
    """The names that are bound to others: `b = a`."""
    found = set()
    for name, stores in scope.stores.items():
        values = [getattr(scopes.parent(store), "value", None) for store in stores]
        if all(isinstance(value, ast.Name) and value.id in names for value in values):
            found.add(name)
    return found


def _elements_of(container: ast.Name, scopes: Scopes) -> Iterator[ast.expr]:
    """What is put into a local container one by one: in its display, by `append` and `add`."""
    scope = scopes.of(container)
    for store in scope.stores.get(container.id, []):
        value = getattr(scopes.parent(store), "value", None)
        if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
            yield from value.elts
    for load in scope.loads.get(container.id, []):
        method = scopes.parent(load)
        call = scopes.parent(method) if isinstance(method, ast.Attribute) and method.attr in FILLING_METHODS else None
        if isinstance(call, ast.Call) and call.args:
            yield call.args[-1]


def _message(wait: ast.Call) -> str:
    tasks = wait_argument(wait)
    if isinstance(tasks, (ast.List, ast.Tuple, ast.Set)) and all(isinstance(task, ast.Name) for task in tasks.elts):
        names = [task.id for task in tasks.elts if isinstance(task, ast.Name)]
        whose = f"the result of {listed(names)}" if len(names) == 1 else f"the results of {listed(names)}"
    elif isinstance(tasks, ast.Name):
        whose = f"the results of the tasks in '{tasks.id}'"
    else:
        whose = "the results of these tasks"
    return f"nobody reads {whose}: an exception would only show as 'Task exception was never retrieved'"


@dataclass(frozen=True)
class _Site:
    """A call of asyncio.wait that is a statement of its own, perhaps with names for what it returns."""

    wait: ast.Call
    awaited: ast.expr
    statement: ast.Expr | ast.Assign
    tasks: ast.expr
    done: str | None
    """The name that the finished tasks have already."""
    can_gather: bool
    can_loop: bool
    source: Source
    scopes: Scopes

    def fresh(self, *wanted: str) -> list[str]:
        names = Names(self.scopes)
        return [names.fresh(name) for name in wanted]

    @property
    def target(self) -> Range:
        """From the start of the statement to the `await`: `done, pending = `, or nothing."""
        return Range(self.source.start(self.statement), self.source.start(self.awaited))


def _site(wait: ast.Call, lives: tuple[Life, ...], lifecycles: LifeCycles) -> _Site | None:
    scopes, source = lifecycles.scopes, lifecycles.source
    awaited = scopes.parent(wait)
    statement = scopes.parent(awaited) if isinstance(awaited, ast.Await) else None
    tasks = wait_argument(wait)
    if not isinstance(awaited, ast.Await) or tasks is None or not isinstance(statement, (ast.Expr, ast.Assign)):
        return None
    # Parentheses around the `await` would be cut in two.
    head = source.slice(Range(source.start(statement), source.start(awaited)))
    if "(" in head.rpartition("=")[2] or not stands_alone(statement, source):
        return None
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    bound = [name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    scope = scopes.of(wait)
    read = any(scope.loads.get(name.id) for name in bound)
    done = _done_target(targets)
    # With a time-out or another condition, gather would wait for more than was asked for.
    plain = len(wait.args) + len(wait.keywords) == 1
    return _Site(
        wait,
        awaited,
        statement,
        tasks,
        done.id if done is not None and done.id != "_" else None,
        can_gather=plain and not read and len(targets) <= 1 and _can_be_spread(wait, tasks, source),
        # Since Python 3.11 asyncio.wait takes no bare coroutines.
        can_loop=all(life.starts is not Step.CREATED for life in lives)
        and (not targets or done is not None or not read),
        source=source,
        scopes=scopes,
    )


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


def _gathered(site: _Site, gather: Reference) -> Fix:
    title = "Gather the tasks: the first exception is raised here"
    edits = (*_without_target(site), *_as_gather(site, gather), *gather.edits)
    return Fix(title, edits, Applicability.UNSAFE, preferred=True)


def _caught(site: _Site, gather: Reference) -> Fix | None:
    inner = moved_in(site.statement, (*_without_target(site), *_as_gather(site, gather)), site.source)
    if inner is None:
        return None
    (error,) = site.fresh("error")
    handler = [f"except Exception as {error}:", f'\tprint(f"Caught exception: {{{error}}}")']
    edits = (
        before(site.statement, ["try:"], site.source),
        inner,
        after(site.statement, handler, site.source),
        *gather.edits,
    )
    return Fix("Gather the tasks and catch the first exception", edits, Applicability.UNSAFE)


def _returned(site: _Site, gather: Reference) -> Fix:
    (results,) = site.fresh("results")
    edits = (
        Edit(site.target, f"{results} = "),
        *_as_gather(site, gather, "return_exceptions=True"),
        after(site.statement, [f"print({results})"], site.source),
        *gather.edits,
    )
    return Fix("Gather all results and exceptions, and print them", edits, Applicability.UNSAFE)


def _looped(site: _Site, *, preferred: bool) -> Fix:
    """The results of all tasks are read before the first exception rises, so that no other one is lost."""
    fresh, task, error, errors = site.fresh("done", "task", "error", "errors")
    done = site.done or fresh
    edits = [] if site.done else [_with_done(site, done)]
    lines = [
        f"{errors} = [{task}.exception() for {task} in {done}]",
        f"for {task}, {error} in zip({done}, {errors}):",
        f"\tif {error}:",
        f"\t\traise {error}",
        f"\tprint({task}.result())",
    ]
    edits.append(after(site.statement, lines, site.source))
    title = "Go through the finished tasks: raise the exception or print the result of each"
    return Fix(title, tuple(edits), Applicability.UNSAFE, preferred=preferred)


def _with_done(site: _Site, done: str) -> Edit:
    """Give the finished tasks a name, in place of `_` or of no name at all."""
    if isinstance(site.statement, ast.Assign):
        first = _done_target(site.statement.targets)
        if first is not None:
            return Edit(site.source.range(first), done)
    return Edit(site.target, f"{done}, _ = ")


def _without_target(site: _Site) -> tuple[Edit, ...]:
    return (Edit(site.target, ""),) if site.target.start != site.target.end else ()


def _as_gather(site: _Site, gather: Reference, option: str = "") -> tuple[Edit, ...]:
    """`asyncio.wait([a, b])` as `asyncio.gather(a, b)`: the brackets go, what is in them stays as it was written."""
    source, tasks = site.source, site.tasks
    edits = [Edit(source.range(site.wait.func), gather.text)]
    if site.wait.keywords:
        keyword = site.wait.keywords[0]
        edits.append(Edit(Range(source.position(keyword.lineno, keyword.col_offset), source.start(tasks)), ""))
    end = _moved(source.end(site.wait), -1)
    trailing_comma = _comma(source, Range(source.end(tasks), end))
    if isinstance(tasks, (ast.List, ast.Tuple, ast.Set)):
        opening, closing = source.start(tasks), _moved(source.end(tasks), -1)
        inner_comma = _comma(source, Range(source.end(tasks.elts[-1]), closing))
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


RULE = Rule(
    name="task-exception-never-retrieved",
    url="https://docs.python.org/3/library/asyncio-dev.html#detect-never-retrieved-exceptions",
    check=check,
    fixes=fixes,
)
