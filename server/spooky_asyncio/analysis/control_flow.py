"""The ways through a function: which statement may run after which.

`return`, `break`, `continue`, branches and loops count. That any call may raise does not: from the body of a `try` no
way leads into its handlers, so that nothing is reported only because an exception might come in between.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TypeAlias

from spooky_asyncio.analysis.scopes import Scopes

Body: TypeAlias = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

_NEVER_RETURN = frozenset({"sys.exit", "os._exit", "os.abort", "exit", "quit", "pytest.fail", "pytest.skip"})


MOST_STEPS = 200_000
"""A `return` in a `finally` in a `finally` in a ... doubles them each time."""


class TooManyStepsError(Exception):
    """The ways through a body are too many to be followed."""


@dataclass(eq=False, slots=True)
class Edge:
    """The way to another step; with a test, it is taken where that turns out as `truth` says."""

    to: Step
    test: ast.expr | None = None
    truth: bool = True
    looping: bool = False
    """The test is that of a loop, which asks anew each time."""
    leaves: ast.AST | None = None
    """The loop that is over here, by its own test or because nothing is left."""


@dataclass(eq=False)
class Step:
    """Something that is evaluated in one go: a simple statement, or a part of a compound one (its test, its iterable,
    its target, its context managers, its subject). Without a node, just a place where ways meet. The statements of a
    `finally` have a step for each way that leads through them."""

    node: ast.AST | None = None
    edges: list[Edge] = field(default_factory=list)
    leaves: bool = False
    """The end of the function."""
    first_turn: Step | None = None
    """Where the first turn of a loop starts, as far as one can expect it to have one."""


@dataclass(frozen=True)
class _Exits:
    """Where `return`, `break` and `continue` lead from here: built when the first of them asks."""

    out: Callable[[], Step]
    break_to: Callable[[], Step]
    continue_to: Callable[[], Step]


class ControlFlow:
    """The steps of one body. The bodies of functions and classes inside of it are none of its business."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self._steps: dict[ast.AST, list[Step]] = {}
        self._made = 0
        self.exit = Step(leaves=True)
        end = lambda: self.exit  # noqa: E731 - a `break` outside of any loop is a syntax error
        self.entry = self._block(body.body, self.exit, _Exits(end, end, end))

    def steps(self, node: ast.AST) -> Sequence[Step]:
        """The steps that evaluate this very node; none for what is not evaluated in one go, or never."""
        return self._steps.get(node, ())

    @cached_property
    def order(self) -> dict[Step, int]:
        """The steps that some way leads to, whatever is tested on it, each with a number that is higher than those of
        the steps before it, but for the way back in a loop."""
        finished: list[Step] = []
        seen = {self.entry}
        pending = [(self.entry, iter(self.entry.edges))]
        while pending:
            step, edges = pending[-1]
            for edge in edges:
                if edge.to not in seen:
                    seen.add(edge.to)
                    pending.append((edge.to, iter(edge.to.edges)))
                    break
            else:
                finished.append(step)
                pending.pop()
        return {step: number for number, step in enumerate(reversed(finished))}

    def _step(self, node: ast.AST, *edges: Edge) -> Step:
        self._made += 1
        if self._made > MOST_STEPS:
            raise TooManyStepsError
        step = Step(node, list(edges))
        self._steps.setdefault(node, []).append(step)
        return step

    def _block(self, statements: Sequence[ast.stmt], after: Step, exits: _Exits) -> Step:
        """The first step of some statements that are followed by `after`."""
        for statement in reversed(statements):
            after = self._statement(statement, after, exits)
        return after

    def _statement(self, node: ast.stmt, after: Step, exits: _Exits) -> Step:
        if isinstance(node, ast.If):
            return self._if(node, after, exits)
        if isinstance(node, (ast.While, ast.For, ast.AsyncFor)):
            return self._loop(node, after, exits)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return self._with(node, after, exits)
        if isinstance(node, ast.Match):
            return self._match(node, after, exits)
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            return self._try(node, after, exits)  # type: ignore[arg-type]  # TryStar has the same fields
        if isinstance(node, ast.Return):
            return self._step(node, Edge(exits.out()))
        if isinstance(node, ast.Break):
            return self._step(node, Edge(exits.break_to()))
        if isinstance(node, ast.Continue):
            return self._step(node, Edge(exits.continue_to()))
        if isinstance(node, ast.Raise) or _never_returns(node):
            return self._step(node)
        return self._step(node, Edge(after))

    def _if(self, node: ast.If, after: Step, exits: _Exits) -> Step:
        # A chain of `elif` nests as deep as it is long.
        chain = [node]
        while len(chain[-1].orelse) == 1 and isinstance(chain[-1].orelse[0], ast.If):
            chain.append(chain[-1].orelse[0])
        otherwise = self._block(chain[-1].orelse, after, exits)
        for link in reversed(chain):
            body = self._block(link.body, after, exits)
            otherwise = self._step(link.test, Edge(body, link.test), Edge(otherwise, link.test, truth=False))
        return otherwise

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor, after: Step, exits: _Exits) -> Step:
        done = self._block(node.orelse, after, exits)
        if isinstance(node, ast.While):
            head = self._step(node.test)
            body = self._block(node.body, head, _Exits(exits.out, lambda: after, lambda: head))
            again = [
                Edge(body, node.test, looping=True),
                Edge(done, node.test, truth=False, looping=True, leaves=node),
            ]
            head.edges = again
            start = self._step(node.test, *again)
            # `while attempt < 3`: who counts turns means that there is one.
            if isinstance(node.test, ast.Compare) and isinstance(node.test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
                start.first_turn = body
            return start
        head = Step()
        body = self._block(node.body, head, _Exits(exits.out, lambda: after, lambda: head))
        target = self._step(node.target, Edge(body))
        # A name that was looped over once has something in it for the next loop too.
        entered = node.iter if isinstance(node.iter, ast.Name) else None
        head.edges = [Edge(target, entered, looping=True), Edge(done, leaves=node)]
        start = self._step(node.iter, Edge(target if _has_elements(node.iter) else head))
        start.first_turn = target
        return start

    def _with(self, node: ast.With | ast.AsyncWith, after: Step, exits: _Exits) -> Step:
        step = self._block(node.body, after, exits)
        for item in reversed(node.items):
            step = self._step(item, Edge(step))
        return step

    def _match(self, node: ast.Match, after: Step, exits: _Exits) -> Step:
        bodies = []
        for case in node.cases:
            body = self._block(case.body, after, exits)
            if case.guard is not None:
                body = self._step(case.guard, Edge(body))
            bodies.append(self._step(case.pattern, Edge(body)))
        # Who lists several cases is taken to have listed all.
        unmatched = [after] if len(node.cases) == 1 and not _matches_all(node.cases[0]) else []
        return self._step(node.subject, *map(Edge, [*bodies, *unmatched]))

    def _try(self, node: ast.Try, after: Step, exits: _Exits) -> Step:
        if node.finalbody:
            after, exits = self._through_finally(node.finalbody, after, exits)
        for handler in node.handlers:
            self._block(handler.body, after, exits)
        return self._block(node.body, self._block(node.orelse, after, exits), exits)

    def _through_finally(self, body: Sequence[ast.stmt], after: Step, exits: _Exits) -> tuple[Step, _Exits]:
        passed: dict[Step, Step] = {}

        def through(step: Step) -> Step:
            if step not in passed:
                passed[step] = self._block(body, step, exits)
            return passed[step]

        return through(after), _Exits(
            lambda: through(exits.out()),
            lambda: through(exits.break_to()),
            lambda: through(exits.continue_to()),
        )


def _never_returns(node: ast.stmt) -> bool:
    called = node.value.func if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    if isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant):
        return not node.test.value
    return isinstance(called, (ast.Name, ast.Attribute)) and ast.unparse(called) in _NEVER_RETURN


def _has_elements(iterable: ast.expr) -> bool:
    """Whether a loop is sure to run at least once: over `[1, 2]`, or `range(3)`."""
    if isinstance(iterable, (ast.List, ast.Tuple, ast.Set)):
        return any(not isinstance(element, ast.Starred) for element in iterable.elts)
    is_range = isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name) and iterable.func.id == "range"
    if is_range and isinstance(iterable, ast.Call) and len(iterable.args) == 1:
        count = iterable.args[0]
        return isinstance(count, ast.Constant) and isinstance(count.value, int) and count.value > 0
    return False


def _matches_all(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def tests_that_hold(node: ast.expr, scopes: Scopes) -> Iterator[tuple[ast.expr, bool]]:
    """The simple tests that were made on every way to an expression, and how they turned out, the last ones first."""
    inner: ast.AST = node
    for outer in scopes.ancestors(node):
        if isinstance(outer, (ast.If, ast.While, ast.IfExp)) and inner is not outer.test:
            is_body = inner is outer.body if isinstance(outer, ast.IfExp) else inner in outer.body
            yield from conjuncts(outer.test, truth=is_body)
        elif isinstance(outer, ast.BoolOp):
            for value in outer.values[: outer.values.index(inner)]:  # type: ignore[arg-type]  # one of them
                yield from conjuncts(value, truth=isinstance(outer.op, ast.And))
        if isinstance(inner, ast.stmt):
            yield from _passed_before(inner, outer)
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            return
        inner = outer


def _passed_before(statement: ast.stmt, parent: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """The tests of `assert` and of branches that lead elsewhere, further up in the block of a statement."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and statement in block:
            for earlier in reversed(block[: block.index(statement)]):
                if isinstance(earlier, ast.Assert):
                    yield from conjuncts(earlier.test, truth=True)
                elif isinstance(earlier, ast.If) and not earlier.orelse and isinstance(earlier.body[-1], _JUMPS):
                    yield from conjuncts(earlier.test, truth=False)


_JUMPS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


def conjuncts(test: ast.expr, truth: bool) -> Iterator[tuple[ast.expr, bool]]:
    """What follows from a test that turned out so: the simple tests in it, and how these turned out."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from conjuncts(test.operand, not truth)
    elif isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is truth:
        for value in test.values:
            yield from conjuncts(value, truth)
    else:
        yield affirmed(test, truth)


@lru_cache(maxsize=10_000)
def affirmed(test: ast.expr, truth: bool) -> tuple[ast.expr, bool]:
    """`x is not None` is the contrary of `x is None`, and so on."""
    contrary = {ast.IsNot: ast.Is, ast.NotEq: ast.Eq, ast.NotIn: ast.In, ast.LtE: ast.Gt, ast.GtE: ast.Lt}
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in contrary:
        return ast.Compare(test.left, [contrary[type(test.ops[0])]()], test.comparators), not truth
    return test, truth


def is_endless(statement: ast.stmt) -> bool:
    """`while True` without a way out: what stands after it never runs."""
    return (
        isinstance(statement, ast.While)
        and isinstance(statement.test, ast.Constant)
        and bool(statement.test.value)
        and not any(isinstance(node, (ast.Break, ast.Return)) for node in ast.walk(statement))
    )
