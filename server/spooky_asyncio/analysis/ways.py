"""Follow the names that hold a value along the ways through a function, to the ends at which nobody has taken care.

A way ends well where a use takes good care of the value. It ends badly where the last name of it is bound anew or
deleted, and where the function ends. Ways that can't be gone are left out: a name that holds an awaitable is neither
None nor false, and a test that was answered once is answered the same again.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from spooky_asyncio.analysis.answers import ASKING, Fact, answer_of, facts_of, is_possible, names_in, parts, tests_in
from spooky_asyncio.analysis.control_flow import ControlFlow, Edge, Step, TooManyStepsError
from spooky_asyncio.analysis.flow import Flow, Holder, Move, Place, Use, UseKind
from spooky_asyncio.analysis.scopes import Scope, Scopes
from spooky_asyncio.analysis.syntax import NAMING, names_given_by
from spooky_asyncio.analysis.worlds import Worlds, facts_after

_BRANCHES = (ast.If, ast.Match, ast.Try, ast.While)

FEW_STATES = 20
"""Less than what is known at all steps of a function costs."""

MANY_STATES = 100
"""It is worth a question by now whether it is worth it."""

MOST_STATES = 3000
"""Who has to look at more ways than this is not sure of any."""

MOST_STATES_OF_SCOPE = 30_000
"""As many for all values of one function together: a bound on the time that a file can take."""


@dataclass(frozen=True, slots=True)
class _State:
    step: Step
    held: frozenset[Holder]
    facts: frozenset[Fact]
    waits: frozenset[ast.Call]
    last: ast.expr | ast.stmt = field(compare=False)
    """What sent the value this way: the last test, or a `return`."""


@dataclass(frozen=True)
class BadEnd:
    """Where a way ends badly, and the calls of asyncio.wait on it."""

    use: Use
    waits: frozenset[ast.Call]


class Ways:
    """The ways through the functions of one file."""

    def __init__(self, scopes: Scopes, flow: Flow) -> None:
        self._scopes = scopes
        self._flow = flow
        self._control: dict[ast.AST, ControlFlow | None] = {}
        self._bound: dict[Scope, dict[ast.AST, frozenset[str]]] = {}
        self._states: dict[Scope, int] = {}
        self._assignments: dict[Scope, list[tuple[str, frozenset[str]]]] = {}
        self._worlds: dict[ControlFlow, Worlds] = {}
        self._moves: dict[Place, Move] = {}
        self._loads: dict[tuple[Scope, str], dict[ast.AST, list[ast.Name]]] = {}

    def bad_ends(
        self, made: ast.expr, held: tuple[Holder, ...], waits: frozenset[ast.Call], is_worth_it: Callable[[], object]
    ) -> tuple[tuple[BadEnd, ...], bool]:
        """The ends of a value that the statement of `made` binds to the names of `held`, and whether there is a way on
        which somebody takes good care of it. None, once the ways are many, if it is not worth following them."""
        scope = held[0].scope
        control = self._control_flow(scope)
        root = self._root(made, control) if control is not None else None
        if control is None or root is None:
            return (), False
        if _Walk(self, scope, control, made, root).is_cared_for_soon(held, waits):
            return (), True
        walk = _Walk(self, scope, control, made, root)
        return walk.ends(held, waits, is_worth_it), walk.is_cared_for

    def never_comes(self, made: ast.expr) -> bool:
        """Whether the tests on every way to an expression rule out that it is reached: `if a: return` before `if a:`.

        What no way leads to in the first place, a handler of exceptions for one, may be reached by other means.
        """
        control = self._control_flow(self._scopes.of(made))
        root = self._root(made, control) if control is not None else None
        if control is None or root is None:
            return False
        worlds = self.worlds(control)
        reached = [step for step in control.steps(root) if step in worlds]
        if not reached:
            return any(step in control.order for step in control.steps(root))
        return all(self._is_left_out(made, root, facts) for step in reached for facts in worlds.at(step))

    def _is_left_out(self, made: ast.expr, root: ast.AST, facts: frozenset[Fact]) -> bool:
        """Whether an expression stands in a branch of the one around it that is not taken."""
        for test, truth in self.tests_within(made, root):
            if not is_possible(test, truth, facts, frozenset()):
                return True
            facts |= facts_of(test, truth, facts)
        return False

    def tests_within(self, made: ast.expr, root: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
        """The tests within what is evaluated in one go that lead to an expression, and how they turn out on the way."""
        inner: ast.AST = made
        for ancestor in self._scopes.ancestors(made):
            if isinstance(ancestor, ast.IfExp) and inner is not ancestor.test:
                yield ancestor.test, inner is ancestor.body
            elif isinstance(ancestor, ast.BoolOp) and inner is not ancestor.values[0]:
                for test in ancestor.values[: ancestor.values.index(inner)]:  # type: ignore[arg-type]
                    yield test, isinstance(ancestor.op, ast.And)
            if ancestor is root:
                return
            inner = ancestor

    def moved(self, place: Place) -> Move:
        """As the flow spreads it, which many ways ask about."""
        if place not in self._moves:
            self._moves[place] = self._flow.spread(place)
        return self._moves[place]

    def _control_flow(self, scope: Scope) -> ControlFlow | None:
        node = scope.node
        if isinstance(node, ast.Lambda):
            return None
        if node not in self._control:
            try:
                self._control[node] = ControlFlow(node)
            except (TooManyStepsError, RecursionError):
                self._control[node] = None
        return self._control[node]

    def _root(self, node: ast.AST, control: ControlFlow) -> ast.AST | None:
        """What is evaluated in one go with `node` in it."""
        inner: ast.AST | None = node
        while inner is not None and not control.steps(inner):
            inner = self._scopes.parent(inner)
        return inner

    def names_bound_by(self, root: ast.AST) -> frozenset[str]:
        """The names that a step binds or deletes."""
        return self._bound_in(self._scopes.of(root)).get(root, frozenset())

    def _bound_in(self, scope: Scope) -> dict[ast.AST, frozenset[str]]:
        if scope not in self._bound:
            self._bound[scope] = self._names_bound_in(scope)
        return self._bound[scope]

    def _names_bound_in(self, scope: Scope) -> dict[ast.AST, frozenset[str]]:
        """Those of a comprehension are none of the scope's."""
        found: dict[ast.AST, set[str]] = defaultdict(set)
        control = self._control_flow(scope)
        if control is None:
            return {}
        stores = (store for stores in scope.stores.values() for store in stores)
        bound: list[tuple[ast.AST, str]] = [
            (store, store.id) for store in stores if not self._scopes.is_comprehension_target(store)
        ]
        for node in scope.section.of_kind(*NAMING):
            if self._scopes.of(node) is scope:
                bound += ((node, name) for name in names_given_by(node))
        for node, name in bound:
            root = self._root(node, control)
            if root is not None:
                found[root].add(name)
        return {root: frozenset(names) for root, names in found.items()}

    def loads_of(self, scope: Scope, control: ControlFlow, name: str) -> dict[ast.AST, list[ast.Name]]:
        """Where a name of a scope is read, by the steps that do."""
        if (scope, name) not in self._loads:
            by_root: dict[ast.AST, list[ast.Name]] = defaultdict(list)
            for load in scope.loads.get(name, []):
                root = self._root(load, control)
                if root is not None:
                    by_root[root].append(load)
            self._loads[scope, name] = by_root
        return self._loads[scope, name]

    def may_go_on(self, scope: Scope) -> bool:
        """Counts one more state; False when all the values of a function together have come to too many."""
        self._states[scope] = self._states.get(scope, 0) + 1
        return self._states[scope] <= MOST_STATES_OF_SCOPE

    def assignments(self, scope: Scope) -> list[tuple[str, frozenset[str]]]:
        """The names of a scope that a simple test is kept under, and the names that are in it."""
        if scope not in self._assignments:
            found = []
            for name, stores in scope.stores.items():
                for store in stores:
                    value = getattr(self._scopes.parent(store), "value", None)
                    if isinstance(value, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Name, ast.Attribute)):
                        found.append((name, frozenset(names_in(value))))
            self._assignments[scope] = found
        return self._assignments[scope]

    def worlds(self, control: ControlFlow) -> Worlds:
        """What may be known at the steps of a function."""
        if control not in self._worlds:
            tests = tests_in(self._scopes.opened_by(control.body).section.of_kind(*ASKING))
            steps = ((test, control.steps(root)) for test in tests if (root := self._root(test, control)) is not None)
            self._worlds[control] = Worlds(control, steps, self._bound_in(self._scopes.opened_by(control.body)))
        return self._worlds[control]


class _Walk:
    """The ways of one value."""

    def __init__(self, ways: Ways, scope: Scope, control: ControlFlow, made: ast.expr, root: ast.AST) -> None:
        self._ways = ways
        self._scope = scope
        self._scopes = ways._scopes
        self._control = control
        self._made = made
        self._root = root
        self._correlated = frozenset[str]()
        self._seen: set[_State] = set()
        self._ends: dict[BadEnd, None] = {}
        self._is_left_out = False
        """Whether a test led past good care within an expression: which one, depends on what is known."""
        self.is_cared_for = False
        """Whether somebody takes good care of it on one of the ways that were followed."""

    def is_cared_for_soon(self, held: tuple[Holder, ...], waits: frozenset[ast.Call]) -> bool:
        """Whether somebody takes good care of it on each way, after a few steps: so few that it does not matter what is
        known where it is made, by which only ways are left out."""
        pending: list[_State] = []
        for step in self._control.steps(self._root):
            pending += self._after(_State(step, frozenset(held), frozenset(), waits, self._made), first=True)
        while pending and not self._ends and not self._is_left_out and len(self._seen) < FEW_STATES:
            state = pending.pop()
            if state not in self._seen:
                self._seen.add(state)
                pending += self._after(state)
        return not pending and not self._ends and not self._is_left_out

    def ends(
        self, held: tuple[Holder, ...], waits: frozenset[ast.Call], is_worth_it: Callable[[], object]
    ) -> tuple[BadEnd, ...]:
        # Whether there is anything to await is known, and no secret of the branches around.
        self._correlated = self._names_of_branches_around() - {holder.name for holder in held}
        pending: list[_State] = []
        for step in self._control.steps(self._root):
            for facts in self._worlds_at(step):
                state = _State(step, frozenset(held), facts, waits, self._made)
                pending += self._after(state, first=True)
        while pending:
            state = pending.pop()
            if state in self._seen:
                continue
            self._seen.add(state)
            if len(self._seen) == MANY_STATES and not is_worth_it():
                return ()
            if len(self._seen) > MOST_STATES or not self._ways.may_go_on(self._scope):
                return ()
            pending += self._after(state)
        return tuple(self._ends)

    def _after(self, state: _State, *, first: bool = False) -> Iterator[_State]:
        """The states that may follow, unless somebody takes good care here."""
        root = state.step.node
        if state.step.leaves:
            if not any(holder.outlives for holder in state.held):
                self._ends.setdefault(BadEnd(Use(UseKind.LEFT, state.last), state.waits))
            return
        facts, waits = state.facts, state.waits
        held = set(state.held)
        if root is not None:
            moved: set[Holder] = set()
            for holder, load in self._loads_in(root, state.held, after=self._made if first else None):
                move = self._ways.moved(Place(load, holder.depth, holder.later))
                if move.handled:
                    self.is_cared_for = True
                    skipped = self._skipped(load, root, replace(state, facts=facts))
                    if skipped is None:
                        return
                    # Where it is left out, the test that led past it is answered for what follows.
                    facts |= skipped
                    self._is_left_out = True
                    continue
                moved.update(move.held)
                waits = waits.union(move.waits)
            if not first:
                lost = self._losses(root, held)
                held -= set(lost)
                if lost and not (held | moved):
                    kind, node = next(iter(lost.values()))
                    self._ends.setdefault(BadEnd(Use(kind, node), waits))
                    return
            held |= moved
            facts = facts_after(root, facts, self._ways.names_bound_by(root))
        edges = state.step.edges
        if state.step.first_turn is not None and root is not None:
            loop = self._scopes.parent(root)
            is_filled = isinstance(root, ast.Name) and answer_of(root, facts)
            if is_filled or (loop is not None and _goes_through(loop, held)):
                # Who loops over what is there, or as often as there is anything, has at least one turn.
                edges = [Edge(state.step.first_turn)]
        for edge in edges:
            last = root if isinstance(root, ast.Return) else state.last
            yield from self._take(edge, _State(edge.to, frozenset(held), facts, waits, last))

    def _take(self, edge: Edge, state: _State) -> Iterator[_State]:
        """The state at the end of an edge, if it can be taken."""
        test = edge.test
        if edge.leaves is not None and self._is_for_the_next_turn(edge.leaves):
            return
        if test is None:
            yield state
            return
        # A loop asks anew each time: what a call answered once is no answer.
        calls = edge.looping and any(isinstance(node, (ast.Call, ast.Await)) for node in ast.walk(test))
        known = frozenset[Fact]() if calls else state.facts
        if not is_possible(test, edge.truth, known, state.held):
            return
        if edge.looping:
            learnt = facts_of(test, True, known) if edge.truth and not calls else frozenset[Fact]()
            yield replace(state, facts=state.facts | learnt, last=test)
        elif not self._is_correlated(test, known):
            yield replace(state, facts=state.facts | facts_of(test, edge.truth, state.facts), last=test)

    def _is_for_the_next_turn(self, loop: ast.AST) -> bool:
        """Whether the value is made in a branch within this loop. Who makes it only sometimes knows whether the loop
        goes on, and the next turn takes care of it."""
        is_branched = False
        for ancestor in self._scopes.ancestors(self._made):
            is_branched |= isinstance(ancestor, (ast.If, ast.IfExp, ast.BoolOp, ast.Match))
            if ancestor is loop:
                return is_branched
        return False

    def _loads_in(
        self, root: ast.AST, held: frozenset[Holder], after: ast.expr | None
    ) -> Iterator[tuple[Holder, ast.Name]]:
        found = []
        for holder in held:
            for load in self._ways.loads_of(self._scope, self._control, holder.name).get(root, ()):
                if after is None or _position(load) >= (after.end_lineno, after.end_col_offset):
                    found.append((holder, load))
        return iter(sorted(found, key=lambda pair: _position(pair[1])))

    def _losses(self, root: ast.AST, held: set[Holder]) -> dict[Holder, tuple[UseKind, ast.expr | ast.stmt]]:
        """The names that hold the value no more after this step."""
        bound = self._ways.names_bound_by(root)
        return {
            holder: (UseKind.OVERWRITTEN, self._binding(root, holder.name))
            for holder in held
            if holder.name in bound and not (isinstance(root, ast.AugAssign) and holder.depth)
        }

    def _binding(self, root: ast.AST, name: str) -> ast.expr | ast.stmt:
        for node in ast.walk(root):
            if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
                return node
        return root if isinstance(root, (ast.expr, ast.stmt)) else self._made

    def _skipped(self, load: ast.Name, root: ast.AST, state: _State) -> frozenset[Fact] | None:
        """What is done with a name may be left out, in a branch of an expression that is not taken: the facts that
        hold then. None if it is done for sure."""
        inner: ast.AST = load
        for ancestor in self._scopes.ancestors(load):
            tests: list[ast.expr] = []
            truth = True
            if isinstance(ancestor, ast.IfExp) and inner is not ancestor.test:
                tests, truth = [ancestor.test], inner is not ancestor.body
            elif isinstance(ancestor, ast.BoolOp) and inner is not ancestor.values[0]:
                tests = ancestor.values[: ancestor.values.index(inner)]  # type: ignore[arg-type]
                truth = isinstance(ancestor.op, ast.Or)
            for test in tests:
                if is_possible(test, truth, state.facts, state.held) and not self._is_correlated(test, state.facts):
                    return facts_of(test, truth, state.facts)
            if ancestor is root:
                break
            inner = ancestor
        return None

    def _names_of_branches_around(self) -> frozenset[str]:
        """The names that have to do with whether the value is made at all: those in the branches that it stands in, and
        those that are made of one another.

        What is tested later with one of them may well be the same question in other words.
        """
        outermost = None
        names: set[str] = set()
        for ancestor in self._scopes.ancestors(self._made):
            if ancestor is self._scope.node:
                break
            if isinstance(ancestor, _BRANCHES):
                outermost = ancestor
            elif isinstance(ancestor, (ast.IfExp, ast.BoolOp)):
                names |= names_in(ancestor) - names_in(self._made)
        if outermost is not None:
            names |= names_in(outermost)
        before = None
        while names and names != before:
            before = set(names)
            for bound, value in self._ways.assignments(self._scope):
                if bound in names:
                    names |= value
                elif value & names:
                    names.add(bound)
        return frozenset(names)

    def _is_correlated(self, test: ast.expr, facts: frozenset[Fact]) -> bool:
        """Whether the answer may depend on the branches in which the value was made, in a way that is not known."""
        if not self._correlated or answer_of(test, facts) is not None:
            return False
        undecided = [part for part in parts(test) if answer_of(part, facts) is None]
        if not undecided:
            return False
        around = {id(node) for node in self._scopes.ancestors(self._made) if isinstance(node, _BRANCHES)}
        if any(id(node) in around for node in self._scopes.ancestors(test)):
            # In the same branch: a question of its own.
            return False
        return any(not self._correlated.isdisjoint(names_in(part)) for part in undecided)

    def _worlds_at(self, step: Step) -> Iterator[frozenset[Fact]]:
        """What is known where the value is made: by each way that leads there, and in its own statement."""
        worlds = self._ways.worlds(self._control)
        for facts in worlds.at(step) if step in worlds else [frozenset[Fact]()]:
            for test, truth in self._ways.tests_within(self._made, self._root):
                if not is_possible(test, truth, facts, frozenset()):
                    break
                facts |= facts_of(test, truth, facts)
            else:
                yield facts


def _goes_through(loop: ast.AST, held: set[Holder]) -> bool:
    """Whether a loop has to do with the value. That it may have no turn at all is no reason to report."""
    names = {holder.name for holder in held}
    return isinstance(loop, (ast.For, ast.AsyncFor, ast.While)) and not names.isdisjoint(names_in(loop))


def _position(node: ast.expr) -> tuple[int, int]:
    return (node.lineno, node.col_offset)
