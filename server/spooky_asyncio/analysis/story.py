"""The life of what an expression makes, told in words: for who asks why there is a finding, or why there is none."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from spooky_asyncio.analysis.catalog import CallbackResult, Effect
from spooky_asyncio.analysis.event_loop import loop_runs_for_good
from spooky_asyncio.analysis.flow import Flow, Holder, Move, Place, UseKind
from spooky_asyncio.analysis.lifecycle import Life, LifeCycles, Step
from spooky_asyncio.analysis.making import Making
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.inference import Made, Makes
from spooky_asyncio.model import Range

_NOTHING = "there is nothing to await"
_CARED_FOR = "somebody sees to it, or may do so out of sight"
_DROPS = "throws away what that makes"
_BY_CALLER = {
    CallbackResult.DROPPED: _DROPS,
    CallbackResult.TAKEN: "takes what that makes for the result",
    CallbackResult.RETURNED: "returns what that makes",
    CallbackResult.TESTED: "takes what that makes for true, once somebody iterates",
    CallbackResult.HANDED_BACK: "hands it back by a future",
    CallbackResult.AWAITED_BACK: "hands it back once it is awaited",
    CallbackResult.EACH: "hands it back as an element, once somebody iterates",
    CallbackResult.EACH_AT_ONCE: "hands it back as an element",
}
_SEEING_TO_IT = frozenset(
    {Effect.AWAIT, Effect.RUN, Effect.SPAWN, Effect.ADOPT, Effect.GATHER, Effect.SHIELD, Effect.WAIT}
)


@dataclass(frozen=True)
class Told:
    """One thing that happens, and where."""

    range: Range
    text: str


@dataclass(frozen=True)
class Story:
    node: ast.expr
    subject: str
    """What makes it, as the programmer wrote it: a call without its arguments, an attribute, a function."""
    origin: str
    """What it makes, and how that is known."""
    steps: tuple[Told, ...]
    """What happens to it: nothing, if it is nothing to be followed."""
    end: str
    """Why no rule has to say anything; empty where one has."""
    name: str = ""
    """Of the coroutine."""


def stories(lifecycles: LifeCycles, line: int) -> list[Story]:
    """Those of what may make an awaitable on a line, in the order of the text. Lines count from 0."""
    told: dict[ast.expr, Story] = {}
    ranges: dict[ast.expr, Range] = {}
    for node in lifecycles.scopes.order:
        is_near = isinstance(node, (ast.Call, ast.Attribute)) and _is_in(line, lifecycles.source.range(node))
        if is_near or isinstance(node, ast.AsyncFunctionDef):
            for story in _beginning_with(node, lifecycles):
                ranges[story.node] = lifecycles.source.range(story.node)
                # What `partial` makes is a function to be called in the first place.
                told.setdefault(story.node, story)
    there = [node for node in told if ranges[node].start.line == line]
    # Of one that goes over several lines, any of them may be meant.
    around = [node for node in told if _is_in(line, ranges[node])]
    chosen = there or [node for node in around if not any(_is_within(inner, node) for inner in around)]
    return [told[node] for node in sorted(chosen, key=lambda node: ranges[node])]


def _beginning_with(node: ast.AST, lifecycles: LifeCycles) -> Iterator[Story]:
    """The stories of what a node makes, and of what has to do with it."""
    if isinstance(node, ast.Call):
        for argument, function in lifecycles.handed_over(node):
            yield from _Teller(lifecycles).of_handed_over(argument, function, node)
        yield _Teller(lifecycles).of_call(node)
    elif isinstance(node, ast.Attribute) and lifecycles.may_be_property(node):
        yield _Teller(lifecycles).of_property(node)
    elif isinstance(node, ast.AsyncFunctionDef):
        for life in lifecycles.lives:
            if life.node in node.decorator_list:
                yield _Teller(lifecycles).of_decorated(node, life)


def _is_in(line: int, place: Range) -> bool:
    return place.start.line <= line <= place.end.line


def _is_within(inner: ast.expr, outer: ast.expr) -> bool:
    return inner is not outer and any(node is inner for node in ast.walk(outer))


class _Teller:
    def __init__(self, lifecycles: LifeCycles) -> None:
        self._lifecycles = lifecycles
        self._source = lifecycles.source
        self._flow: Flow = lifecycles.callees.flow
        self._steps: dict[Told, None] = {}
        self._seen: set[Holder] = set()

    def of_call(self, call: ast.Call) -> Story:
        subject = f"{_written(call.func)}()"
        made = self._lifecycles.made_by(call) if self._lifecycles.may_make(call.func) else None
        if made is None:
            return Story(call, subject, self._why_nothing(call), (), _NOTHING)
        return self._told(call, subject, f"makes {self._origin(made)}", made, Move((Place(call),)))

    def of_property(self, node: ast.Attribute) -> Story:
        made = self._lifecycles.made_by_reading(node)
        if made is None:
            return Story(node, _written(node), "is not known to be an async property", (), _NOTHING)
        origin = f"is an async property: to read it makes {self._origin(made)}"
        return self._told(node, _written(node), origin, made, Move((Place(node),)))

    def of_handed_over(self, argument: ast.expr, function: ast.Name | ast.Attribute, call: ast.Call) -> Iterator[Story]:
        """Nothing if it is not known to be an async function."""
        callees, subject, called = self._lifecycles.callees, _written(argument), f"{_written(call.func)}()"
        made = Making.of(callees).made_when_called(function)
        if made is None or made.kind is not Makes.COROUTINE:
            return
        result = callees.calls_back(call, argument)
        origin = f"is an async function: to call it makes {self._origin(made)}"
        if result is None:
            self._tell(call, f"it is handed to '{called}', of which is not known that it calls it like a plain one")
            yield Story(argument, subject, origin, tuple(self._steps), _CARED_FOR, made.name)
        else:
            self._tell(call, f"'{called}' calls it like a plain one, and {_BY_CALLER[result]}")
            yield self._told(argument, subject, origin, made, self._flow.called_back(result, call))

    def of_decorated(self, function: ast.AsyncFunctionDef, life: Life) -> Story:
        self._tell(life.node, f"it calls '{function.name}' like a plain function, and {_DROPS}")
        origin = f"gets an async function, and to call that makes the coroutine '{life.name}'"
        return Story(life.node, f"@{_written(life.node)}", origin, tuple(self._steps), "", life.name)

    def _told(self, node: ast.expr, subject: str, origin: str, made: Made, move: Move) -> Story:
        """`move` is the first that the value makes."""
        cared_for = [move.handled, *map(self._follow, move.places)]
        lives = [life for life in self._lifecycles.lives if life.node is node]
        return Story(node, subject, origin, tuple(self._steps), self._end(node, lives, any(cared_for)), made.name)

    def _origin(self, made: Made) -> str:
        what = f"the coroutine '{made.name}'" if made.kind is Makes.COROUTINE else "a task or future"
        definition = made.definition
        if definition is None:
            return what
        file = "" if definition.path is None else f" of {definition.path}"
        return f"{what}, which is defined in line {definition.range.start.line + 1}{file}"

    def _why_nothing(self, call: ast.Call) -> str:
        func, callees = call.func, self._lifecycles.callees
        if not isinstance(func, (ast.Name, ast.Attribute)):
            return "is a call of something without a name, of which is not known that it makes an awaitable"
        if not self._lifecycles.may_make(func):
            return (
                f"makes no awaitable: no '{last_name(func)}' of the project or its packages does, or the text shows it"
            )
        names = sorted(callees.names.of(func))
        if not names:
            return f"is not known to make an awaitable: inference does not know what '{_written(func)}' stands for"
        return f"is not known to make an awaitable that is nobody else's: '{_written(func)}' is {' or '.join(names)}"

    def _follow(self, place: Place) -> bool:
        """Tell where a value goes from a place. Returns whether somebody sees to it, on one way at least."""
        cared_for = False
        for at, parent, move in self._flow.traced(place):
            self._tell(parent if isinstance(parent, (ast.expr, ast.stmt)) else at.node, self._said(at, parent, move))
            cared_for |= move.handled
            for holder in move.held:
                if holder not in self._seen:
                    self._seen.add(holder)
                    cared_for |= self._follow_name(holder)
        return cared_for

    def _follow_name(self, holder: Holder) -> bool:
        if holder.outlives:
            return True
        loads = holder.scope.loads.get(holder.name, [])
        # All of them are told, whatever the first comes to.
        cared_for = [self._follow(Place(load, holder.depth, holder.later)) for load in loads]
        return any(cared_for)

    def _tell(self, node: ast.expr | ast.stmt, text: str) -> None:
        self._steps[Told(self._source.range(node), text)] = None

    def _said(self, place: Place, parent: ast.AST | None, move: Move) -> str:
        it = "it" if not place.depth else "what holds it"
        call = self._lifecycles.scopes.parent(parent) if isinstance(parent, ast.keyword) else parent
        if isinstance(call, ast.Call):
            return self._handed_over(it, call, move)
        if isinstance(parent, ast.Await):
            return "it is awaited"
        if isinstance(parent, ast.Expr):
            return f"{it} is thrown away"
        if isinstance(parent, (ast.Return, ast.Lambda)):
            return f"{it} is returned, and whoever calls the function has it in hand"
        if isinstance(parent, (ast.Yield, ast.YieldFrom)):
            return f"{it} is yielded to whoever iterates"
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.AugAssign)):
            return self._bound(it, parent, move)
        if isinstance(parent, ast.Attribute):
            return f"'.{parent.attr}' is {'asked of' if move.handled else 'read of'} {it}{_fate(move)}"
        if isinstance(parent, (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.ListComp, ast.GeneratorExp)):
            return f"{it} is put into a container"
        if isinstance(parent, (ast.If, ast.While, ast.Assert, ast.Compare, ast.UnaryOp, ast.BoolOp, ast.IfExp)):
            return f"{it} is tested, or one of several values{_fate(move)}"
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            return f"a loop goes through {it}"
        return f"{it} is used{_fate(move)}"

    def _handed_over(self, it: str, call: ast.Call, move: Move) -> str:
        called = f"{_written(call.func)}()"
        if any(use.kind is UseKind.WAITED for use in move.uses):
            return f"'{called}' waits for {it}, and reads no result"
        if not move.handled:
            return f"{it} is handed to '{called}'{_fate(move)}"
        if self._lifecycles.effect_of(call) in _SEEING_TO_IT:
            return f"'{called}' sees to {it}"
        if self._lifecycles.callees.function_called(call) is not None:
            return f"{it} is handed to '{called}', which may see to it, or hand it on"
        return f"{it} is handed to '{called}', of which is not known what it does with it"

    def _bound(self, it: str, parent: ast.AST, move: Move) -> str:
        targets = parent.targets if isinstance(parent, ast.Assign) else [getattr(parent, "target", None)]
        names = " and ".join(f"'{_written(target)}'" for target in targets if target is not None)
        if move.handled:
            return f"{it} is kept in {names}, where others may see to it"
        return f"{it} is bound to {names}, which nobody reads" if _is_lost(move) else f"{it} is bound to {names}"

    def _end(self, node: ast.expr, lives: list[Life], cared_for: bool) -> str:
        if any(life.reaches is not Step.SCHEDULED for life in lives):
            return ""
        if lives:
            runs_on = loop_runs_for_good(node, self._lifecycles.scopes)
            return "its event loop runs for good, and the task comes to its end there" if runs_on else ""
        if self._lifecycles.is_expected_to_fail(node):
            return "a test means something to go wrong here"
        if self._lifecycles.never_comes(node):
            return "the tests before it rule out that this is reached"
        if cared_for:
            return _CARED_FOR
        return "what becomes of it is not sure enough to say anything"


def _is_lost(move: Move) -> bool:
    return any(use.kind is UseKind.LOST for use in move.uses)


def _fate(move: Move) -> str:
    if move.handled:
        return ", and can't be followed any further"
    return ", as if it were the result" if any(use.kind is UseKind.INSPECTED for use in move.uses) else ""


def _written(node: ast.AST) -> str:
    """As the code has it, in one line, and not too long of it."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 40 else f"{text[:37]}..."
