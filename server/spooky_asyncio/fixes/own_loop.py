"""Run it on the event loop that the code around has itself: `loop.run_until_complete(...)`, `runner.run(...)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from spooky_asyncio.analysis.catalog import Effect
from spooky_asyncio.analysis.scopes import Scope
from spooky_asyncio.fixes.captures import Capture, captured
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Fix
from spooky_asyncio.rewriting.awaiting import surround
from spooky_asyncio.rewriting.lines import after, block_of, stands_alone
from spooky_asyncio.rewriting.names import Names
from spooky_asyncio.rewriting.wording import shown_expression


def run_on_own_loop(site: Site) -> Iterator[Fix]:
    """For a coroutine: what belongs to a loop works on no other."""
    if site.life.is_cared_for or site.life.caller is not None:
        return
    if site.can_await(site.node) or not site.runs_outside_loop():
        return
    run = _own_run(site)
    if run is not None:
        edits = surround(site.node, f"{run}(", ")", site.source)
        # Tasks that wait for the loop to run get on meanwhile, and somebody else may have closed it.
        yield Fix(f"Run '{shown_expression(site.node)}' with {run}()", edits, Applicability.UNSAFE)


def finish_on_own_loop(site: Site) -> Iterator[Fix]:
    """For tasks: the loop runs until they have ended, once it has run what the code runs on it after they are made."""
    plan = captured(site)
    if plan is None or isinstance(plan.function, ast.AsyncFunctionDef) or site.target.top_level_await:
        return
    runs = [call for call in site.scopes.order if _runs(call, site) and _is_here(call, site)]
    funcs = {ast.unparse(call.func): call.func for call in runs if isinstance(call.func, ast.Attribute)}
    run, func = next(iter(funcs.items()), ("", None))
    if func is None or len(funcs) > 1 or func.attr != "run_until_complete" or not _is_there(func.value, site):
        return
    loop = ast.unparse(func.value)
    if not all(_is_made_on(loop, capture.call, site) for capture in plan.captures):
        return
    edits = [edit for capture in plan.captures for edit in capture.edits]
    for block, captures in plan.blocks(site.lifecycles):
        first = captures[0].anchor
        last = _last_run(block[block.index(first) :], site) or captures[-1].anchor
        if not stands_alone(last, site.source) or _leaves_between(first, last, site):
            return
        if any(call.lineno > (last.end_lineno or last.lineno) for call in runs):
            # Whether and when that run comes is not told by the block.
            return
        lines = [line for capture in captures for line in _run_to_the_end(capture, run, site)]
        edits.append(after(last, list(dict.fromkeys(lines)), site.source))
    what = "task" if len(plan.captures) == 1 and not plan.captures[0].is_list else "tasks"
    them = "it has" if what == "task" else "they have"
    title = f"Keep the {what} and run '{loop}' until {them} ended"
    yield Fix(title, tuple(edits), Applicability.UNSAFE)


def _is_made_on(loop: str, task: ast.expr, site: Site) -> bool:
    """Whether a task belongs to a loop: it says so, or names none."""
    func = task.func if isinstance(task, ast.Call) else None
    receiver = func.value if isinstance(func, ast.Attribute) else None
    if receiver is not None and site.lifecycles.callees.names.imported(receiver) != "asyncio":
        return ast.unparse(receiver) == loop
    keywords = task.keywords if isinstance(task, ast.Call) else []
    return all(ast.unparse(keyword.value) == loop for keyword in keywords if keyword.arg == "loop")


def _is_here(node: ast.AST, site: Site) -> bool:
    return site.scopes.of(node) is site.scopes.of(site.node)


def _leaves_between(first: ast.stmt, last: ast.stmt, site: Site) -> bool:
    return any(
        isinstance(node, (ast.Return, ast.Break, ast.Continue))
        and _is_here(node, site)
        and first.lineno < node.lineno <= (last.end_lineno or last.lineno)
        for node in site.scopes.order
    )


def _run_to_the_end(capture: Capture, run: str, site: Site) -> list[str]:
    if not capture.is_list:
        return [f"{run}({capture.name})"]
    tasks = f"{capture.name}.values()" if capture.is_dict else capture.name
    task = Names(site.scopes, site.node).fresh("task")
    return [f"for {task} in {tasks}:", f"\t{run}({task})"]


def _last_run(statements: Sequence[ast.stmt], site: Site) -> ast.stmt | None:
    """The last statement that runs the loop, in a block and what is only tried in it."""
    found = None
    for statement in statements:
        if isinstance(statement, ast.Try):
            found = _last_run(statement.body, site) or found
        elif isinstance(statement, (ast.Expr, ast.Assign)) and any(
            _runs(node, site) for node in ast.walk(statement.value)
        ):
            found = statement
    return found


def _own_run(site: Site) -> str | None:
    """How the code around runs coroutines on a loop of its own that is there at the site, and not closed before."""
    for call in site.scopes.order:
        func = call.func if isinstance(call, ast.Call) else None
        if isinstance(func, ast.Attribute) and _runs(call, site) and _is_there(func.value, site):
            return ast.unparse(func)
    return None


def _runs(call: ast.AST, site: Site) -> TypeGuard[ast.Call]:
    """Whether a loop or an `asyncio.Runner` runs a coroutine; `asyncio.run` makes a loop itself."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    return call.func.attr in ("run_until_complete", "run") and site.lifecycles.effect_of(call) is Effect.RUN


def _is_there(loop: ast.expr, site: Site) -> bool:
    root: ast.expr = loop
    attribute = ""
    while isinstance(root, ast.Attribute):
        attribute = root.attr
        root = root.value
    if not isinstance(root, ast.Name):
        return False
    there, here = site.scopes.binding(root, root.id), site.scopes.binding(site.node, root.id)
    if there is None or here is None or root.id in there.imports:
        return False
    if root is loop:
        is_there = there is here and all(_is_bound_before(store, site) for store in here.stores[root.id])
    else:
        # `self.loop`, in a method of the same class.
        owner = there.parent.node if there.parent is not None and there.parent is here.parent else None
        is_first = _first_parameter(there) == _first_parameter(here) == root.id
        is_there = isinstance(owner, ast.ClassDef) and is_first and _has_from_the_start(owner, attribute)
    return is_there and not _is_closed_before(loop, site)


def _has_from_the_start(owner: ast.ClassDef, attribute: str) -> bool:
    """Whether all objects of a class have an attribute: its body or `__init__` gives it to them. What a base class
    does, a thread's above all, is not known."""
    functions = {node.name: node for node in owner.body if isinstance(node, ast.FunctionDef)}
    init = functions.get("__init__")
    given = ast.walk(init) if init is not None else ()
    is_given = any(
        isinstance(node, ast.Attribute) and node.attr == attribute and isinstance(node.ctx, ast.Store) for node in given
    )
    return not owner.bases and (attribute in functions or is_given)


def _is_bound_before(store: ast.Name, site: Site) -> bool:
    """Whether a variable has this value for sure where the site is: in the same block or one around it, or in a `with`.
    What a module binds is there when its functions are called."""
    scopes = site.scopes
    statement = scopes.statement(store)
    around = set(scopes.ancestors(site.node))
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return statement in around
    if scopes.of(store) is not scopes.of(site.node):
        return scopes.parent(statement) is scopes.module.node
    return any(other in around and other.lineno > statement.lineno for other in block_of(statement, scopes))


def _is_closed_before(loop: ast.expr, site: Site) -> bool:
    text = ast.unparse(loop)
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "close"
        and node.lineno < site.node.lineno
        and _is_here(node, site)
        and ast.unparse(node.value) == text
        for node in site.scopes.order
    )


def _first_parameter(method: Scope) -> str | None:
    arguments = getattr(method.node, "args", None)
    return arguments.args[0].arg if isinstance(arguments, ast.arguments) and arguments.args else None
