"""The life of every awaitable in a file: created → scheduled → awaited → observed.

A life begins at an expression that makes a coroutine, a task or a future, and is told by the uses of what it makes.
Rules read the end that it comes to. Inference is asked last, and only about a value that nobody seems to care for, or
of which that is dear to know.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property, partial
from typing import TypeAlias

from spooky_asyncio.analysis.answering_tasks import answering_task
from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.analysis.catalog import EXPECTING, PARTIAL, CallbackResult, Effect
from spooky_asyncio.analysis.flow import Flow, Move, Place, Use, UseKind
from spooky_asyncio.analysis.making import Making
from spooky_asyncio.analysis.rebinding import Bindings
from spooky_asyncio.analysis.scopes import Section
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.analysis.ways import Ways
from spooky_asyncio.inference import Definition, Inference, Made, Makes
from spooky_asyncio.revision import Revision
from spooky_asyncio.source import Source


class Step(IntEnum):
    """How far a life has come."""

    CREATED = 0
    SCHEDULED = 1
    AWAITED = 2
    OBSERVED = 3


@dataclass(frozen=True)
class Life:
    """One awaitable that does not come to a good end, at least not on every way."""

    node: ast.expr
    """The expression that creates it: a call, a property, or an async function that is handed to one who calls it."""
    starts: Step
    """CREATED for a coroutine, SCHEDULED for a task or future, which works by itself."""
    reaches: Step
    name: str
    """What the interpreter calls a coroutine; for a task, the same of the coroutine it runs as far as it is known."""
    uses: tuple[Use, ...]
    """All that happens to it, without what only passes it on."""
    is_async_function: bool = True
    """False where a plain function makes the coroutine and hands it out."""
    definition: Definition | None = None
    is_cared_for: bool = False
    """On another way somebody takes good care of it."""
    caller: ast.expr | None = None
    """The call, or the decorator, that gets the async function and calls it like a plain one."""

    @property
    def waits(self) -> list[ast.Call]:
        """The calls of `asyncio.wait` that wait for it."""
        return [use.node for use in self.uses if use.kind is UseKind.WAITED and isinstance(use.node, ast.Call)]

    @property
    def loss(self) -> Use | None:
        """The use after which it is lost: the last look at it, or the name that is never read."""
        return next((use for use in self.uses if use.node is not self.node), None)


@dataclass(frozen=True)
class _End:
    """How far the value came on some of the ways, and what happened to it there."""

    waited: bool
    uses: tuple[Use, ...]
    is_cared_for: bool = False


_Question: TypeAlias = Callable[[], "Made | None"]
"""What a call makes, if it is an awaitable."""


class LifeCycles:
    """The lives in one file that end before they are observed, in the order of the text."""

    def __init__(self, callees: Callees, inference: Inference) -> None:
        self.source: Source = callees.source
        self.scopes = callees.scopes
        self.callees = callees
        self._making = Making.of(callees)
        self._inference = inference
        self._flow: Flow = callees.flow
        self._ways = Ways(self.scopes, self._flow)
        self._by_section: dict[Section, list[Life]] = {}
        self._read: dict[Section, set[Section]] = {}
        """The other sections that were looked into for the lives of one, in this version or a former one."""

    @cached_property
    def lives(self) -> list[Life]:
        self.look(lambda: True)
        found = [life for section in self.scopes.sections for life in self._by_section[section]]
        return sorted(found, key=lambda life: self.source.start(life.node))

    def look(self, is_wanted: Callable[[], bool]) -> bool:
        """Look for lives in one section after the other, as long as somebody wants to know, and in one at least.
        Whether that were all. What was found is kept, for the next version too."""
        missing = [section for section in self.scopes.sections if section not in self._by_section]
        # What is being edited comes last. Else somebody who types on would have nothing else looked at.
        missing.sort(key=lambda section: section in self._read)
        for number, section in enumerate(missing):
            if number and not is_wanted():
                return False
            with self.scopes.noting_what_is_read() as read:
                self._by_section[section] = [life for node in section.of_kind(*_LIVING) for life in self._of(node)]
            self._read[section] = read - {section}
        return True

    def _of(self, node: ast.AST) -> Iterator[Life]:
        if isinstance(node, ast.Call):
            yield from self._of_call(node)
            yield from self._of_callbacks(node)
            yield from self._of_answering_task(node)
        elif isinstance(node, ast.Await):
            yield from self._of_await(node)
        elif isinstance(node, ast.Attribute):
            yield from self._of_property(node)
        elif isinstance(node, ast.AsyncFunctionDef):
            yield from self._of_decorators(node)

    def revised(self, revision: Revision, inference: Inference, *, same_answers: bool) -> LifeCycles:
        """The lives in the next version of the file, whose revision was applied. `same_answers` tells whether inference
        answers about the rest of the file as before. These lives here can't be told any more."""
        section = self.scopes.opened_by(revision.function).section if revision.function is not None else None
        classes = _classes_in(section)
        shared = self.scopes.shared_outside
        binds_alike = False
        if section is not None:
            before = section.fact(Bindings, self.scopes)
            self.scopes.walk_again(section)
            binds_alike = section.fact(Bindings, self.scopes).tell_as_much_as(before)
        callees = self.callees.revised(revision.source, inference)
        lifecycles = LifeCycles(callees, inference)
        classes += _classes_in(section)
        is_alone = not classes and shared == self.scopes.shared_outside and callees.facts.agree_with(self.callees.facts)
        if same_answers and is_alone:
            for one, lives in self._by_section.items():
                moved = [self._moved(life, revision) for life in lives]
                if one is not section and section not in self._read[one] and None not in moved:
                    lifecycles._by_section[one] = [life for life in moved if life is not None]
            lifecycles._read = {**self._read}
            if section is not None:
                callees.take_over(self.callees, section, binds_alike=binds_alike)
        return lifecycles

    def _moved(self, life: Life, revision: Revision) -> Life | None:
        """The same life in the next version. Nodes tell themselves where they are; None if its function is gone."""
        definition = life.definition
        if definition is None or definition.path not in (None, self.source.path):
            return life
        span = revision.moved(definition.range)
        return replace(life, definition=replace(definition, range=span)) if span is not None else None

    def effect_of(self, call: ast.Call) -> Effect | None:
        """What the call does with an awaitable that it is given; None when that is not known."""
        return self.callees.effect_of(call)

    def is_handled(self, node: ast.expr) -> bool:
        """Whether a value that an expression has is awaited, observed or given away there."""
        return self._flow.spread(Place(node)).handled

    def never_comes(self, node: ast.expr) -> bool:
        """Whether the tests on every way to an expression rule out that it is reached."""
        return self._ways.never_comes(node)

    def is_inspected(self, node: ast.expr) -> bool:
        """Whether an expression's value is used there as if it were the result of an awaitable."""
        return any(use.kind is UseKind.INSPECTED for use in self._flow.spread(Place(node)).uses)

    def never_ends(self, life: Life) -> bool:
        """Whether it runs a function of this file that goes on for ever, or works for a queue that is waited for until
        it is empty: who waits for it may wait for ever."""
        return life.name.rpartition(".")[2] in self.callees.facts.endless or self._works_for_queue(life)

    def _works_for_queue(self, life: Life) -> bool:
        """`await queue.join()` in the code that starts a task of `work(queue)`: it waits for what is done, as the
        workers themselves have no end."""
        run = life.node.args[0] if isinstance(life.node, ast.Call) and life.node.args else None
        given = [*run.args, *(keyword.value for keyword in run.keywords)] if isinstance(run, ast.Call) else []
        loads = self.scopes.of(life.node).loads
        queues = (load for value in given if isinstance(value, ast.Name) for load in loads.get(value.id, ()))
        return life.starts is Step.SCHEDULED and any(map(self._is_joined, queues))

    def _is_joined(self, queue: ast.Name) -> bool:
        join = self.scopes.parent(queue)
        call = self.scopes.parent(join) if isinstance(join, ast.Attribute) and join.attr == "join" else None
        return isinstance(call, ast.Call) and isinstance(self.scopes.parent(call), ast.Await)

    def is_group(self, life: Life) -> bool:
        """Whether it is a future that stands for others: a gather or a shield."""
        return isinstance(life.node, ast.Call) and self.effect_of(life.node) in (Effect.GATHER, Effect.SHIELD)

    def _of_call(self, call: ast.Call) -> Iterator[Life]:
        """The lives of what a call makes."""
        # What is awaited on the spot comes to no bad end, and that is cheaper to see than what it is.
        if isinstance(self.scopes.parent(call), ast.Await) or not self.may_make(call.func):
            return
        makes = partial(self.made_by, call)
        ends = self._ends(Place(call), makes)
        if ends:
            made = makes()
            if made is not None:
                yield from self._lives(call, made, ends)

    def _of_answering_task(self, call: ast.Call) -> Iterator[Life]:
        """The life of a task that is kept, of which nobody sees when it fails."""
        if not isinstance(self.scopes.parent(call), (ast.Assign, ast.AnnAssign)) or not self.may_make(call.func):
            return
        task = answering_task(call, self.scopes)
        made = self.made_by(call) if task is not None else None
        if task is not None and made is not None and made.kind is Makes.FUTURE and not self.never_comes(call):
            uses = (Use(UseKind.CANCELLED, task.cancel),)
            definition = self.callees.definition_of(task.method)
            yield Life(call, Step.SCHEDULED, Step.AWAITED, task.method.name, uses, definition=definition)

    def made_by(self, call: ast.Call) -> Made | None:
        """What awaitable a call makes; None if that is not known, or it makes none."""
        return None if self.callees.names.is_misplaced(call) else self._making.made_by(call)

    def _of_await(self, node: ast.Await) -> Iterator[Life]:
        """The lives of what an async function makes and returns as it is."""
        call = node.value
        if not isinstance(call, ast.Call) or not isinstance(call.func, (ast.Name, ast.Attribute)):
            return
        if self._making.may_hand_out(last_name(call.func)):
            makes = partial(self._making.made_by, node)
            ends = self._ends(Place(node), makes)
            made = makes() if ends else None
            if made is not None:
                yield from self._lives(node, made, ends)

    def may_make(self, func: ast.expr) -> bool:
        """Whether calling an expression can make an awaitable at all: a cheap no, or a perhaps."""
        if isinstance(func, (ast.Name, ast.Attribute)):
            name = last_name(func)
            may_make = self.callees.may_make(name) or self.callees.may_make(self.callees.facts.aliases.get(name, name))
            return may_make and not self._making.is_plain(func)
        named = (node for node in ast.walk(func) if isinstance(node, (ast.Name, ast.Attribute)))
        return not isinstance(func, ast.Lambda) and any(self.callees.may_make(last_name(node)) for node in named)

    def may_be_property(self, node: ast.Attribute) -> bool:
        """Whether reading an attribute can make an awaitable at all: a cheap no, or a perhaps."""
        parent = self.scopes.parent(node)
        is_called = isinstance(parent, ast.Call) and parent.func is node
        return not is_called and isinstance(node.ctx, ast.Load) and self._inference.may_read_awaitable(node.attr)

    def _of_property(self, node: ast.Attribute) -> Iterator[Life]:
        """The life of what an async property makes."""
        if not self.may_be_property(node):
            return
        makes = partial(self.made_by_reading, node)
        ends = self._ends(Place(node), makes)
        if ends:
            made = makes()
            if made is not None:
                yield from self._lives(node, made, ends)

    def made_by_reading(self, node: ast.Attribute) -> Made | None:
        """What awaitable an attribute makes; None if that is not known, or it makes none."""
        is_misplaced = self.callees.names.is_misplaced(node)
        return None if is_misplaced else self._inference.made_by_reading(self.callees.names.place_to_ask(node))

    def handed_over(self, call: ast.Call) -> Iterator[tuple[ast.expr, ast.Name | ast.Attribute]]:
        """The arguments of a call that may be async functions, each with the function that it is, or binds arguments
        to. What binds them calls nothing."""
        if self._handed_over(call) is not None:
            return
        for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
            function = self._handed_over(argument)
            if function is not None and self.callees.may_make(last_name(function)):
                yield argument, function

    def _of_callbacks(self, call: ast.Call) -> Iterator[Life]:
        """The lives of what an async function makes when it is called by the one that it is handed to."""
        for argument, function in self.handed_over(call):
            result = self.callees.calls_back(call, argument)
            if result is None:
                continue
            makes = partial(self._making.made_when_called, function)
            ends = self._ends_of(self._flow.called_back(result, call), argument, makes)
            made = makes() if ends else None
            if made is not None and (made.kind is Makes.COROUTINE or result is CallbackResult.EACH):
                yield from self._lives(argument, made, ends, caller=call)

    def _handed_over(self, argument: ast.expr) -> ast.Name | ast.Attribute | None:
        """The function that an argument is, or binds arguments to: `fetch`, `partial(fetch, url)`."""
        if isinstance(argument, ast.Call) and argument.args and isinstance(argument.func, (ast.Name, ast.Attribute)):
            name = last_name(argument.func)
            is_partial = self.callees.facts.aliases.get(name, name) in PARTIAL
            return self._handed_over(argument.args[0]) if is_partial else None
        return argument if isinstance(argument, (ast.Name, ast.Attribute)) else None

    def _ends(self, made: Place, makes: _Question) -> list[_End]:
        """The bad ends of a value; none if it is taken good care of on every way. `makes` tells whether it is one to be
        followed at all, which may cost more to know than a short way does, and less than a long one."""
        return self._ends_of(self._flow.spread(made), made.node, makes)

    def _ends_of(self, move: Move, made: ast.expr, makes: _Question) -> list[_End]:
        """The bad ends of a value that made this move within the statement of `made`."""
        if move.places and not move.handled:
            move = _joined(move, [self._flow.spread(place) for place in move.places])
        if move.handled or self.is_expected_to_fail(made):
            return []
        everywhere = self._flow.held_everywhere(move)
        waited = any(use.kind is UseKind.WAITED for use in everywhere.uses)
        if not move.held and everywhere.handled:
            return []
        if not move.held or (not everywhere.handled and not waited):
            return [_End(waited, everywhere.uses)]
        if self._making.is_cheap(made) and makes() is None:
            return []
        bad, is_cared_for = self._ways.bad_ends(made, move.held, frozenset(move.waits), makes)
        found = []
        forgotten = tuple(end.use for end in bad if not end.waits)
        if forgotten:
            found.append(_End(waited=False, uses=forgotten, is_cared_for=is_cared_for or waited))
        unread = next((end for end in bad if end.waits), None)
        if unread is not None:
            waits = tuple(Use(UseKind.WAITED, wait) for wait in unread.waits)
            uses = (*waits, unread.use) if everywhere.handled else everywhere.uses
            found.append(_End(waited=True, uses=uses, is_cared_for=everywhere.handled))
        return found

    def is_expected_to_fail(self, node: ast.expr) -> bool:
        """Whether a test means something to go wrong here: `with pytest.raises(...):`."""
        for ancestor in self.scopes.ancestors(node):
            if isinstance(ancestor, (ast.With, ast.AsyncWith)):
                for item in ancestor.items:
                    func = item.context_expr.func if isinstance(item.context_expr, ast.Call) else None
                    if isinstance(func, (ast.Name, ast.Attribute)) and last_name(func) in EXPECTING:
                        return True
        return False

    def _lives(self, node: ast.expr, made: Made, ends: list[_End], caller: ast.expr | None = None) -> Iterator[Life]:
        if self.never_comes(node):
            return
        starts, name, definition = Step.CREATED, made.name, made.definition
        if made.kind is Makes.FUTURE:
            starts = Step.SCHEDULED
            coroutine = node.args[0] if isinstance(node, ast.Call) and node.args and caller is None else None
            if isinstance(coroutine, ast.Call) and self.effect_of(node) is not Effect.GATHER:  # type: ignore[arg-type]
                run = self._making.made_when_called(coroutine.func)
                name, definition = _shown(coroutine.func), run.definition if run is not None else None
        for end in ends:
            reaches = Step.AWAITED if end.waited else starts
            yield Life(
                node, starts, reaches, name, end.uses, made.is_async_function, definition, end.is_cared_for, caller
            )

    def _of_decorators(self, function: ast.AsyncFunctionDef) -> Iterator[Life]:
        """The life of what a decorated async function makes, when the decorator calls it like a plain one."""
        for decorator in reversed(function.decorator_list):
            caller = self.callees.effects.calls_decorated(decorator)
            if caller is not None:
                made = Made(Makes.COROUTINE, self.callees.qualified_name(function), True, None)
                uses = (Use(UseKind.INSPECTED, decorator),)
                yield Life(decorator, Step.CREATED, Step.CREATED, made.name, uses, caller=decorator)
            if not self.callees.effects.leaves_async(decorator):
                return


_LIVING: tuple[type[ast.AST], ...] = (ast.Call, ast.Await, ast.Attribute, ast.AsyncFunctionDef)
"""The nodes that may make something that lives."""


def _classes_in(section: Section | None) -> list[ast.ClassDef]:
    return section.of_kind(ast.ClassDef) if section is not None else []


def _shown(func: ast.expr) -> str:
    """A task is known by the coroutine that it runs: `hello` for `create_task(hello())`."""
    return last_name(func) if isinstance(func, (ast.Name, ast.Attribute)) else ""


def _joined(move: Move, moves: list[Move]) -> Move:
    if any(other.handled for other in moves):
        return Move(handled=True)
    return Move(
        uses=(*move.uses, *(use for other in moves for use in other.uses)),
        held=(*move.held, *(holder for other in moves for holder in other.held)),
    )
