"""What may be known at each step of a function, by the tests and assignments on the ways that lead there.

A world is a set of facts that hold together, kept as the bits of a number: a function with many tests has thousands.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from heapq import heappop, heappush
from operator import or_
from typing import TypeAlias

from spooky_asyncio.analysis.answers import Fact, all_parts, fact_of, facts_of, is_possible, text_of
from spooky_asyncio.analysis.control_flow import ControlFlow, Edge, Step, affirmed

MOST_WORLDS = 16
"""By as many ways the tests that led to a place are told apart."""

FEW_LOOKS = 2
"""Whoever asks about more steps will ask about most of them."""

Bits: TypeAlias = int


class Worlds:
    """Of one function, class or module."""

    def __init__(
        self,
        control: ControlFlow,
        tests: Iterable[tuple[ast.expr, Iterable[Step]]],
        bound: Mapping[ast.AST, frozenset[str]],
    ) -> None:
        """`tests` are all that it asks, each with the steps that ask it; `bound` are the names that steps bind."""
        self._control = control
        self._bound = bound
        self._facts: list[Fact] = []
        self._number: dict[Fact, int] = {}
        self._about: dict[str, Bits] = {}
        """The facts by the test that they are about,"""
        self._naming: dict[str, Bits] = defaultdict(int)
        """and by the names in it."""
        self._asked = self._asked_from(tests)
        self._parts: dict[ast.expr, Bits] = {}
        self._taken: dict[tuple[Edge, Bits], Bits | None] = {}
        self._given: dict[ast.AST, tuple[Bits, Bits]] = {}
        self._looked_at: frozenset[Step] = frozenset()
        """The steps of which is known what may be known there."""
        self._looks = 0
        self._before: dict[Step, set[Bits]] = {}

    def __contains__(self, step: Step) -> bool:
        """Whether a step can be reached."""
        self._look_at(step)
        return step in self._before

    def at(self, step: Step) -> Iterator[frozenset[Fact]]:
        """What may be known before a step: the facts by each of the ways that lead there, or, where these are too many,
        those that hold on all of them."""
        self._look_at(step)
        return map(self._facts_in, sorted(self._before.get(step, ())))

    def _look_at(self, step: Step) -> None:
        """Most often few steps matter: then those are left out that do not lead to one of them."""
        if step not in self._looked_at:
            self._looks += 1
            is_one_of_few = self._looks <= FEW_LOOKS
            self._looked_at |= self._leading_to(step) if is_one_of_few else set(self._control.order)
            self._before = self._all(self._looked_at)

    def _leading_to(self, last: Step) -> set[Step]:
        before = defaultdict(list)
        for step in self._control.order:
            for edge in step.edges:
                before[edge.to].append(step)
        found = {last}
        pending = [last]
        while pending:
            new = set(before[pending.pop()]) - found
            found |= new
            pending += new
        return found

    def _facts_in(self, world: Bits) -> frozenset[Fact]:
        found = []
        while world:
            lowest = world & -world
            found.append(self._facts[lowest.bit_length() - 1])
            world ^= lowest
        return frozenset(found)

    def _bits(self, facts: Iterable[Fact]) -> Bits:
        """Of those that anybody may ask for."""
        return sum({1 << self._number[fact] for fact in facts if fact in self._number})

    def _asked_from(self, tests: Iterable[tuple[ast.expr, Iterable[Step]]]) -> dict[Step, Bits]:
        """The facts that may be of use at a step or after it. What is not asked again need not be known any more."""
        asked = dict.fromkeys(self._control.order, 0)
        for test, steps in tests:
            bits = self._bits_about(test)
            for step in steps:
                if step in asked:
                    asked[step] |= bits
        backwards = list(reversed(self._control.order))
        is_complete = False
        while not is_complete:
            is_complete = True
            for step in backwards:
                found = asked[step]
                for edge in step.edges:
                    found |= asked[edge.to]
                if found != asked[step]:
                    asked[step] = found
                    is_complete = False
        return asked

    def _bits_about(self, test: ast.expr) -> Bits:
        """All that may be known of a test and its parts."""
        bits = 0
        for part in all_parts(test):
            simple = affirmed(part, True)[0]
            text = text_of(simple)
            if text not in self._about:
                self._about[text] = 0
                for truth in (True, False):
                    fact = fact_of(simple, truth)
                    self._number[fact] = len(self._facts)
                    self._about[text] |= 1 << len(self._facts)
                    for name in fact.names:
                        self._naming[name] |= 1 << len(self._facts)
                    self._facts.append(fact)
            bits |= self._about[text]
        return bits

    def _all(self, within: frozenset[Step]) -> dict[Step, set[Bits]]:
        order = self._control.order
        steps = list(order)
        before: dict[Step, set[Bits]] = {self._control.entry: {0}}
        gone_on: dict[Step, set[Bits]] = {}
        crowded: set[Step] = set()
        # In the order of the steps: what all ways to a step have in common is known before it is gone on from there.
        pending = [0]
        while pending:
            step = steps[heappop(pending)]
            for world in before[step] - gone_on.get(step, set()):
                for to, known in self._next(step, world):
                    if to not in within:
                        continue
                    worlds = before.setdefault(to, set())
                    if known in worlds:
                        continue
                    worlds.add(known)
                    if len(worlds) > MOST_WORLDS or to in crowded:
                        crowded.add(to)
                        common = known
                        for one in worlds:
                            common &= one
                        if worlds - {known} == {common}:
                            before[to] = {common}
                            continue
                        before[to] = {common}
                    heappush(pending, order[to])
            gone_on[step] = set(before[step])
        return before

    def _next(self, step: Step, world: Bits) -> Iterator[tuple[Step, Bits]]:
        """The steps that may follow, and what is known then."""
        if step.node is not None:
            forgotten, learnt = self._changed_by(step.node)
            world = world & ~forgotten | learnt
        for edge in step.edges:
            known = world
            if isinstance(edge.test, ast.Constant) and bool(edge.test.value) is not edge.truth:
                continue
            if edge.test is not None and not edge.looping:
                more = self._learnt(edge, edge.test, world)
                if more is None:
                    continue
                known |= more
            yield edge.to, known & self._asked[edge.to]

    def _learnt(self, edge: Edge, test: ast.expr, world: Bits) -> Bits | None:
        """What is known in addition when an edge was taken; None if it can't be."""
        if test not in self._parts:
            self._parts[test] = self._bits_about(test)
        key = edge, world & self._parts[test]
        if key not in self._taken:
            facts = self._facts_in(key[1])
            possible = is_possible(test, edge.truth, facts, frozenset())
            self._taken[key] = self._bits(facts_of(test, edge.truth, facts)) if possible else None
        return self._taken[key]

    def _changed_by(self, root: ast.AST) -> tuple[Bits, Bits]:
        """What is not known any more after a step, and what is known by it."""
        if root not in self._given:
            forgotten = reduce(or_, (self._naming.get(name, 0) for name in self._bound.get(root, ())), 0)
            self._given[root] = forgotten, self._bits(facts_given_by(root))
        return self._given[root]


def facts_after(root: ast.AST, facts: frozenset[Fact], bound: frozenset[str]) -> frozenset[Fact]:
    """What is known after a step that binds some names, of what was known before."""
    if not bound:
        return facts
    return frozenset(fact for fact in facts if fact.names.isdisjoint(bound)).union(facts_given_by(root))


def facts_given_by(root: ast.AST) -> Iterator[Fact]:
    """What a step makes known itself: `x = None`."""
    if isinstance(root, ast.Assign) and isinstance(root.value, ast.Constant):
        for target in root.targets:
            if isinstance(target, ast.Name):
                names = frozenset({target.id})
                yield Fact(target.id, bool(root.value.value), names)
                yield Fact(f"{target.id} is None", root.value.value is None, names)
