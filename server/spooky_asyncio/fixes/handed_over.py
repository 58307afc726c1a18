"""An async function handed over to what calls it like a plain one: the form that works there, or none.

The catalog says where and how a caller calls what it gets, and each such place has a form of its own: `asyncio.run` in
another thread, a task in the event loop, `await` in place of a thread that async code waits for.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spooky_asyncio.analysis.catalog import PARTIAL, CallbackResult, CalledIn, Caller, Effect
from spooky_asyncio.analysis.flow import Place
from spooky_asyncio.analysis.functions import values_returned
from spooky_asyncio.analysis.lifecycle import Step
from spooky_asyncio.analysis.making import Making
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Edit, Fix, Range
from spooky_asyncio.rewriting.awaiting import await_edits, surround
from spooky_asyncio.rewriting.background import keeper
from spooky_asyncio.rewriting.calling import Invocation, deferred, element_name, invocation, local_name
from spooky_asyncio.rewriting.imports import Reference
from spooky_asyncio.rewriting.wording import callee_text, shown_expression
from spooky_asyncio.source import Source


def handed_over(site: Site) -> Iterator[Fix]:
    handover = _handover(site)
    form = _FORMS.get(handover.caller.where) if handover is not None and handover.caller.where is not None else None
    if handover is not None and form is not None:
        yield from form(site, handover)


@dataclass(frozen=True)
class _Handover:
    """An async function, or a lambda around a call of one, and the call that gets it."""

    call: ast.Call
    argument: ast.expr
    caller: Caller

    @property
    def calls_executor(self) -> bool:
        return isinstance(self.call.func, ast.Attribute) and self.call.func.attr in ("submit", "map")


def _handover(site: Site) -> _Handover | None:
    life, argument = site.life, site.node
    if life.is_cared_for or life.starts is not Step.CREATED:
        return None
    if _hands_out_another(site):
        # That would have to be awaited in its turn, by one who does not.
        return None
    call: ast.AST | None = life.caller
    if life.caller is None:
        outer = site.scopes.parent(site.node)
        if not isinstance(outer, ast.Lambda):
            return None
        argument, call = outer, site.scopes.parent(outer)
        call = site.scopes.parent(call) if isinstance(call, ast.keyword) else call
    if not isinstance(call, ast.Call) or site.lifecycles.callees.calls_back(call, argument) is None:
        return None
    caller = site.lifecycles.callees.effects.caller_of(call.func)
    return _Handover(call, argument, caller) if caller is not None else None


def _hands_out_another(site: Site) -> bool:
    """Whether an async function of that name makes an awaitable and returns it as it is."""
    making, name = Making.of(site.lifecycles.callees), site.life.name.rpartition(".")[2]
    return making.may_hand_out(name) and any(
        value is not None and making.made_by(value) is not None
        for node in site.scopes.order
        if isinstance(node, ast.AsyncFunctionDef) and node.name == name
        for value in values_returned(node, site.scopes)
    )


# Each of the following functions has the form for one place where the function is called.


def _in_thread(site: Site, handover: _Handover) -> Iterator[Fix]:
    is_pool = handover.calls_executor or handover.caller.keyword == "initializer"
    if is_pool and "ProcessPoolExecutor" in site.source.text:
        # Another process can't be handed a coroutine, nor a lambda.
        return
    yield from _run(site, handover, "in the thread")


def _at_exit(site: Site, handover: _Handover) -> Iterator[Fix]:
    yield from _run(site, handover, "when the program ends")


def _later(site: Site, handover: _Handover) -> Iterator[Fix]:
    receiver = handover.call.func.value if isinstance(handover.call.func, ast.Attribute) else None
    if isinstance(receiver, ast.Name) and _is_async_stack(receiver, site):
        yield from _pushed(site, handover, receiver.id)
    elif site.seems_outside_loop(handover.call):
        yield from _run(site, handover, "when it is called")


def _pushed(site: Site, handover: _Handover, stack: str) -> Iterator[Fix]:
    """By a method of an AsyncExitStack that awaits what it calls."""
    func = handover.call.func
    if isinstance(func, ast.Attribute):
        attribute = Range(site.lifecycles.callees.names.position_of(func), site.source.end(func))
        title = f"Let '{stack}' await '{_shown(site, handover)}' when it is closed"
        yield Fix(title, (Edit(attribute, "push_async_callback"),), Applicability.UNSAFE)


def _here(site: Site, handover: _Handover) -> Iterator[Fix]:
    if site.seems_outside_loop(handover.call):
        yield from _run(site, handover, "in the context" if handover.caller.once else "each time")
    elif site.can_await(handover.call):
        result = handover.caller.result
        if result is CallbackResult.TESTED:
            yield from _filtered(site, handover)
        elif result is CallbackResult.EACH:
            yield from _mapped(site, handover)
        elif handover.caller.once:
            yield from _awaited_in_context(site, handover)


def _in_loop(site: Site, handover: _Handover) -> Iterator[Fix]:
    keep, create_task = keeper(site.node, site.source, site.scopes), site.asyncio("create_task")
    if keep is None or create_task is None:
        return
    edits = _wrapped(site, handover, f"{keep.name}({create_task.text}(", "))", {keep.name, create_task.text})
    if edits is not None:
        title = f"Start '{_shown(site, handover)}' in the background when it is called: a failure is logged"
        yield Fix(title, (*keep.edits(create_task), *edits), Applicability.UNSAFE)


def _in_awaited_thread(site: Site, handover: _Handover) -> Iterator[Fix]:
    """`await f(a)` for `await to_thread(f, a)`, and where that is not awaited at once, what is awaited in its place."""
    called = _called(site, handover)
    if called is None or _has_comment(site, handover.call) or called.given:
        return
    parent = site.scopes.parent(handover.call)
    is_coroutine = handover.caller.result is CallbackResult.AWAITED_BACK
    effect = site.lifecycles.effect_of(parent) if isinstance(parent, ast.Call) else None
    before, after, references = "", "", []
    title = f"Call '{called.shown}' here, not in a thread"
    keep = None
    if isinstance(parent, ast.Await):
        title = f"Await '{called.shown}' here, not in a thread"
    elif not is_coroutine and effect not in (Effect.RUN, Effect.AWAIT, Effect.GATHER):
        create_task = site.asyncio("create_task", handover.call)
        if create_task is None or not isinstance(site.scopes.function(handover.call), ast.AsyncFunctionDef):
            return
        before, after, references = f"{create_task.text}(", ")", [create_task]
        title = f"Start '{called.shown}' as a task, not in a thread"
        if not site.lifecycles.callees.flow.everywhere(Place(handover.call)).handled:
            # Nobody awaits what the executor hands back.
            keep = keeper(handover.call, site.source, site.scopes)
            if keep is None:
                return
            before, after = f"{keep.name}({before}", f"{after})"
            title = f"Start '{called.shown}' in the background, not in a thread: a failure is logged"
    edit = Edit(site.source.range(handover.call), f"{before}{called.text}{after}")
    added = keep.edits(*references) if keep is not None else [e for ref in references for e in ref.edits]
    yield Fix(title, (*added, edit), Applicability.UNSAFE)


_FORMS: dict[CalledIn, Callable[[Site, _Handover], Iterator[Fix]]] = {
    CalledIn.THREAD: _in_thread,
    CalledIn.EXIT: _at_exit,
    CalledIn.LATER: _later,
    CalledIn.HERE: _here,
    CalledIn.LOOP: _in_loop,
    CalledIn.AWAITED_THREAD: _in_awaited_thread,
}


def _run(site: Site, handover: _Handover, when: str) -> Iterator[Fix]:
    """With `asyncio.run`, which makes an event loop for it."""
    run = site.asyncio("run", handover.call)
    if run is None:
        return
    edits: tuple[Edit, ...] | None
    if handover.caller.once and handover.argument is site.node:
        edits = _with_coroutine(site, handover, run)
    else:
        edits = _wrapped(site, handover, f"{run.text}(", ")", {run.text})
    if edits is not None:
        title = f"Run '{_shown(site, handover)}' with {run.text}() {when}"
        yield Fix(title, (*edits, *run.edits), Applicability.UNSAFE)


def _with_coroutine(site: Site, handover: _Handover, run: Reference) -> tuple[Edit, ...] | None:
    """`asyncio.run` in place of the function, and its coroutine in place of the arguments."""
    called = _called(site, handover)
    if called is None:
        return None
    source, passing = site.source, handover.caller.passing
    if passing.args is None:
        # submit(asyncio.run, f(a))
        span = called.span(source)
        return (
            None if _has_comment(site, span) else (Edit(span, f"{run.text}{_separator(handover, site)}{called.text}"),)
        )
    edits = [Edit(source.range(handover.argument), run.text)]
    if called.args_holder is not None:
        edits.append(Edit(source.range(called.args_holder), f"({called.text},)"))
        removed = [called.kwargs_holder] if called.kwargs_holder is not None else []
    elif called.kwargs_holder is not None:
        keyword = next((kw for kw in handover.call.keywords if kw.value is called.kwargs_holder), None)
        if keyword is None:
            return None
        start = source.position(keyword.lineno, keyword.col_offset)
        edits.append(Edit(Range(start, source.end(keyword.value)), f"{passing.args[1]}=({called.text},)"))
        removed = []
    else:
        last = max((handover.argument, *handover.call.args), key=source.end)
        edits.append(
            Edit(
                Range(source.end(last), source.end(last)),
                f"{_separator(handover, site)}{passing.args[1]}=({called.text},)",
            )
        )
        removed = []
    if any(_has_comment(site, edit.range) for edit in edits):
        return None
    return (*edits, *_without(removed, handover.call, site))


def _wrapped(site: Site, handover: _Handover, before: str, after: str, used: set[str]) -> tuple[Edit, ...] | None:
    """A lambda in place of the function, with something around the call that it makes; in a lambda that is there
    already, around what that returns."""
    if handover.argument is not site.node:
        return surround(site.node, before, after, site.source)
    called = _called(site, handover)
    if called is None or isinstance(site.scopes.of(handover.call).node, ast.ClassDef):
        return None
    function = deferred(called, site.source, site.scopes, used)
    text = f"lambda{function.parameters}: {before}{function.call}{after}"
    span = called.span(site.source)
    if _has_comment(site, span):
        return None
    holders = [holder for holder in (called.args_holder, called.kwargs_holder) if holder is not None]
    return (Edit(span, text), *_without(holders, handover.call, site))


def _awaited_in_context(site: Site, handover: _Handover) -> Iterator[Fix]:
    """`context.run(f, a)`, which only makes the coroutine in the context; a task can run in it since Python 3.11."""
    call, func, called = handover.call, handover.call.func, _called(site, handover)
    if called is None or not isinstance(func, ast.Attribute) or _has_comment(site, call):
        return
    create_task = site.asyncio("create_task", call) if site.target.python >= (3, 11) else None
    if create_task is not None:
        context = site.source.segment(func.value)
        task = f"{create_task.text}({called.text}, context={context})"
        awaited = "".join(edit.content for edit in await_edits(call, site.source, site.scopes)[:1]) + task
        closing = ")" if awaited.startswith("(") else ""
        edits = (Edit(site.source.range(call), awaited + closing), *create_task.edits)
        yield Fix(f"Await '{called.shown}' in the context", edits, Applicability.UNSAFE)
    else:
        title = f"Await what '{callee_text(call)}()' returns: the coroutine of '{called.shown}'"
        yield Fix(title, await_edits(call, site.source, site.scopes), Applicability.UNSAFE)


def _mapped(site: Site, handover: _Handover) -> Iterator[Fix]:
    """`map(f, xs)` in async code."""
    call, source = handover.call, site.source
    name, listed = _name(call), _listed(call, site)
    element = _element_call(site, handover)
    if name == "iter":
        return
    if name == "map" and listed is not None and element is not None and not _has_comment(site, listed):
        item, applied = element
        text = f"[await {applied} for {item} in {_iterable(call.args[1], source)}]"
        title = f"Await '{_shown(site, handover)}' for each, one after the other"
        yield Fix(title, (Edit(source.range(listed), text),), Applicability.UNSAFE)
    gather, wrapping = site.asyncio("gather", call), _as_iterator(call, site)
    if gather is not None and wrapping is not None:
        before, after = wrapping
        edits = surround(call, f"{before}await {gather.text}(*", f"){after}", source)
        title = f"Gather what '{callee_text(call)}()' makes: the first exception is raised here"
        yield Fix(title, (*edits, *gather.edits), Applicability.UNSAFE)


def _filtered(site: Site, handover: _Handover) -> Iterator[Fix]:
    """`filter(f, xs)` in async code."""
    call, source = handover.call, site.source
    name, listed = _name(call), _listed(call, site)
    element, wrapping = _element_call(site, handover), ("", "") if listed is not None else _as_iterator(call, site)
    whole = listed or call
    if name not in ("filter", "filterfalse") or element is None or wrapping is None or _has_comment(site, whole):
        return
    (item, applied), (before, after) = element, wrapping
    no = "not " if name == "filterfalse" else ""
    text = f"{before}[{item} for {item} in {_iterable(call.args[1], source)} if {no}await {applied}]{after}"
    title = f"Await '{_shown(site, handover)}' for each, in a comprehension"
    yield Fix(title, (Edit(source.range(whole), text),), Applicability.UNSAFE)


def _element_call(site: Site, handover: _Handover) -> tuple[str, str] | None:
    """A name for an element of the one iterable, and the call that is made for it."""
    call, function = handover.call, handover.argument
    if len(call.args) != 2 or any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    if isinstance(function, ast.Lambda):
        parameters = [part for part in ast.walk(function.args) if isinstance(part, ast.arg)]
        if len(parameters) != 1 or function.args.args != parameters or function.args.defaults:
            return None
        return parameters[0].arg, site.source.segment(function.body)
    called = _called(site, handover)
    if called is None or not isinstance(function, (ast.Name, ast.Attribute)):
        return None
    item = local_name(element_name(call.args[1]), called.text)
    return item, called.applied_to([item])


def _listed(call: ast.Call, site: Site) -> ast.Call | None:
    """`list(...)` of nothing but the call."""
    parent = site.scopes.parent(call)
    is_list = isinstance(parent, ast.Call) and _is_builtin(parent, "list", site) and len(parent.args) == 1
    return parent if is_list and isinstance(parent, ast.Call) else None


def _name(call: ast.Call) -> str:
    return last_name(call.func) if isinstance(call.func, (ast.Name, ast.Attribute)) else ""


def _as_iterator(call: ast.Call, site: Site) -> tuple[str, str] | None:
    """What makes a list fit where an iterator stands: `iter(` and `)` for `next`, nothing for most; None where nobody
    can say."""
    parent = site.scopes.parent(call)
    if isinstance(parent, ast.Call) and _is_builtin(parent, "next", site):
        return "iter(", ")"
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        loads = site.scopes.of(call).loads.get(parent.targets[0].id, [])
        users = [site.scopes.parent(load) for load in loads]
        if any(isinstance(user, ast.Call) and _is_builtin(user, "next", site) for user in users):
            return None
    return "", ""


def _called(site: Site, handover: _Handover) -> Invocation | None:
    """The call that the caller makes, as it would be written."""
    if isinstance(handover.argument, ast.Lambda):
        node, body = handover.argument, site.source.segment(handover.argument.body)
        takes_nothing = not any(isinstance(part, ast.arg) for part in ast.walk(node.args))
        shown = shown_expression(site.node)
        return Invocation(node, node.body, shown, site.source, body=body) if takes_nothing else None
    aliases = site.lifecycles.callees.facts.aliases
    return invocation(handover.call, handover.argument, handover.caller.passing, site.source, _is_partial_in(aliases))


def _is_partial_in(aliases: dict[str, str]) -> Callable[[ast.expr], bool]:
    def is_partial(func: ast.expr) -> bool:
        name = last_name(func) if isinstance(func, (ast.Name, ast.Attribute)) else ""
        return aliases.get(name, name) in PARTIAL

    return is_partial


def _shown(site: Site, handover: _Handover) -> str:
    """The function in the programmer's own words: `deliver()`, `self.sweep()`."""
    node: ast.expr = site.node
    if handover.argument is not site.node:
        return shown_expression(node)
    while isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    return f"{callee_text(node)}()"


def _is_async_stack(receiver: ast.Name, site: Site) -> bool:
    """Whether a name holds an AsyncExitStack, as far as the statements tell that bind it."""
    scope = next((scope for scope in site.scopes.of(receiver).enclosing() if scope.rebinds(receiver.id)), None)
    values = []
    for store in scope.stores.get(receiver.id, []) if scope is not None else []:
        parent = site.scopes.parent(store)
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            values.append(parent.value)
        elif isinstance(parent, ast.withitem):
            values.append(parent.context_expr)
    names = [
        last_name(v.func) for v in values if isinstance(v, ast.Call) and isinstance(v.func, (ast.Name, ast.Attribute))
    ]
    return bool(values) and len(names) == len(values) and set(names) == {"AsyncExitStack"}


def _is_builtin(call: ast.Call, name: str, site: Site) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == name and site.scopes.is_builtin(call.func)


def _iterable(node: ast.expr, source: Source) -> str:
    """As it may stand in a comprehension."""
    text = source.segment(node)
    return f"({text})" if isinstance(node, (ast.Lambda, ast.IfExp)) else text


def _without(values: list[ast.expr], call: ast.Call, site: Site) -> Iterator[Edit]:
    """Take arguments out of a call: with the comma before them, or with the one behind where nothing stands before."""
    spans = sorted(_spans(call, site), key=lambda item: item[1])
    is_first = True
    for index, (value, span) in enumerate(spans):
        if value not in values:
            is_first = False
        elif is_first:
            yield Edit(Range(span.start, spans[index + 1][1].start), "")
        else:
            yield Edit(Range(spans[index - 1][1].end, span.end), "")


def _separator(handover: _Handover, site: Site) -> str:
    """What comes between two arguments: a line end too where the function has its line to itself."""
    span = next(span for value, span in _spans(handover.call, site) if value is handover.argument)
    before = site.source.line(span.start.line)[: span.start.column]
    return ", " if before.strip() else f",{site.source.newline}{before}"


def _spans(call: ast.Call, site: Site) -> Iterator[tuple[ast.expr, Range]]:
    source = site.source
    for argument in call.args:
        yield argument, source.range(argument)
    for keyword in call.keywords:
        start = source.position(keyword.lineno, keyword.col_offset)
        yield keyword.value, Range(start, source.end(keyword.value))


def _has_comment(site: Site, where: ast.expr | Range) -> bool:
    """Whether a comment stands in what is to be written anew."""
    span = where if isinstance(where, Range) else site.source.range(where)
    return any(line in site.source.comments for line in range(span.start.line, span.end.line))
