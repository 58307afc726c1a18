"""What a test says of others: how it turned out on the way to a place, and how it can turn out then.

Ways that can't be gone are left out: a name that holds an awaitable is neither None nor false, and a test that was
answered once is answered the same again, until one of its names is bound anew.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from spooky_asyncio.analysis.catalog import AWAITABLE_TYPES, TYPE_TESTS
from spooky_asyncio.analysis.control_flow import affirmed, conjuncts
from spooky_asyncio.analysis.flow import Holder
from spooky_asyncio.analysis.syntax import is_main_test, last_name


@dataclass(frozen=True, slots=True)
class Fact:
    """How a test turned out on the way here; it holds until one of its names is bound anew."""

    test: str
    truth: bool
    names: frozenset[str]


def is_possible(test: ast.expr, truth: bool, facts: frozenset[Fact], held: frozenset[Holder]) -> bool:
    """Whether a test can turn out so, where the names of `held` hold an awaitable or a container with one in it."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return is_possible(test.operand, not truth, facts, held)
    if isinstance(test, ast.BoolOp):
        if answer_of(test, facts) is (not truth):
            return False
        possible = (is_possible(value, truth, facts, held) for value in test.values)
        return all(possible) if isinstance(test.op, ast.And) is truth else any(possible)
    if isinstance(test, ast.NamedExpr):
        return is_possible(test.target, truth, facts, held)
    if isinstance(test, ast.Constant):
        return bool(test.value) is truth
    if is_main_test(test):
        return truth
    holders = {holder.name: holder for holder in held}
    if isinstance(test, ast.Name) and test.id in holders:
        return truth
    [(simple, affirmed)] = conjuncts(test, truth)
    if isinstance(simple, ast.Compare):
        left = simple.left.target if isinstance(simple.left, ast.NamedExpr) else simple.left
        sides = [side for side in (left, *simple.comparators) if isinstance(side, ast.Name) and side.id in holders]
        if sides and len(simple.ops) == 1 and isinstance(simple.ops[0], (ast.Is, ast.Eq)):
            # An awaitable is equal to itself, and to nothing else.
            return not affirmed
        if any(holders[side.id].depth for side in sides) and isinstance(simple.ops[0], ast.In):
            # Whatever is asked for, it asks for something to be there. Which one, where another task is asked for, is
            # not known: that way is not followed any further.
            is_other = isinstance(left, ast.Name) and left.id not in holders
            return affirmed and not is_other
    count = _counted(simple)
    if count in holders and holders[count].depth:
        # Whatever it is compared with, it asks for something to be there.
        return affirmed is not _asks_for_none(simple)
    if _is_finished(simple, holders):
        # What has finished, or was cancelled, is not cut off any more.
        return not affirmed
    if isinstance(simple, ast.Call) and isinstance(simple.func, ast.Attribute) and simple.func.attr == "is_closed":
        # Whatever it is, a loop or a connection: with it closed there is nothing to wait for.
        return not affirmed
    answer = _narrowed(simple, holders)
    if answer is None:
        answer = answer_of(simple, facts)
    return answer is None or answer is affirmed


def _is_finished(test: ast.expr, holders: dict[str, Holder]) -> bool:
    """`task.done()`, `task.cancelled()`"""
    return (
        isinstance(test, ast.Call)
        and isinstance(test.func, ast.Attribute)
        and test.func.attr in ("done", "cancelled")
        and isinstance(test.func.value, ast.Name)
        and test.func.value.id in holders
    )


def _asks_for_none(test: ast.expr) -> bool:
    """`len(tasks) == 0`, `len(tasks) < 1`"""
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], (ast.Eq, ast.Lt))
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value == isinstance(test.ops[0], ast.Lt)
    )


def _counted(test: ast.expr) -> str | None:
    """`tasks` of `len(tasks)` and `len(tasks) > 0`."""
    call = test.left if isinstance(test, ast.Compare) else test
    is_len = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "len"
    if is_len and isinstance(call, ast.Call) and len(call.args) == 1 and isinstance(call.args[0], ast.Name):
        return call.args[0].id
    return None


def _narrowed(test: ast.expr, holders: dict[str, Holder]) -> bool | None:
    """The answer of a test for a type."""
    if not isinstance(test, ast.Call) or not isinstance(test.func, (ast.Name, ast.Attribute)) or not test.args:
        return None
    tested = test.args[0]
    if last_name(test.func) not in TYPE_TESTS or not isinstance(tested, ast.Name) or tested.id not in holders:
        return None
    if holders[tested.id].depth:
        return None
    if last_name(test.func) == "hasattr":
        is_await = isinstance(test.args[-1], ast.Constant) and test.args[-1].value == "__await__"
        return True if is_await else None
    names = [node for node in ast.walk(test) if isinstance(node, (ast.Name, ast.Attribute)) and node is not tested]
    return not {last_name(node) for node in names}.isdisjoint(AWAITABLE_TYPES)


def answer_of(test: ast.expr, facts: frozenset[Fact]) -> bool | None:
    if not facts:
        return None
    text = text_of(test)
    return next((fact.truth for fact in facts if fact.test == text), None)


text_of = lru_cache(maxsize=10_000)(ast.unparse)


def parts(test: ast.expr) -> Iterator[ast.expr]:
    """The simple tests that a test is made of."""
    return (affirmed(part, True)[0] for part in all_parts(test) if not isinstance(part, ast.BoolOp))


def facts_of(test: ast.expr, truth: bool, known: frozenset[Fact]) -> frozenset[Fact]:
    """What is known in addition once a test turned out so."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) is truth:
        # One of them turned out so: the last one of which it is possible.
        possible = [value for value in test.values if is_possible(value, truth, known, frozenset())]
        if len(possible) == 1:
            return facts_of(possible[0], truth, known)
    return frozenset(fact_of(simple, answer) for simple, answer in conjuncts(test, truth))


def all_parts(test: ast.expr) -> Iterator[ast.expr]:
    """A test, and the tests that it is made of."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from all_parts(test.operand)
        return
    yield test
    for value in test.values if isinstance(test, ast.BoolOp) else ():
        yield from all_parts(value)


@lru_cache(maxsize=10_000)
def fact_of(test: ast.expr, truth: bool) -> Fact:
    return Fact(text_of(test), truth, names_in(test))


@lru_cache(maxsize=10_000)
def names_in(node: ast.AST) -> frozenset[str]:
    """What is known of the statements in a statement is known for it, too."""
    found: set[str] = set()
    pending = [node]
    while pending:
        inner = pending.pop()
        if inner is not node and isinstance(inner, _OF_BLOCKS):
            found |= names_in(inner)
        elif isinstance(inner, ast.Name):
            found.add(inner.id)
        else:
            pending += ast.iter_child_nodes(inner)
    return frozenset(found)


_OF_BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)


ASKING: tuple[type[ast.AST], ...] = (
    *(ast.If, ast.While, ast.IfExp, ast.Assert, ast.For, ast.AsyncFor),
    *(ast.comprehension, ast.match_case, ast.BoolOp),
)
"""The nodes that have tests."""


def tests_in(nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    """The tests of some nodes. A loop over a name asks whether anything is in it."""
    for node in nodes:
        tests = [getattr(node, "test", None), getattr(node, "guard", None), getattr(node, "iter", None)]
        found = (*tests, *getattr(node, "ifs", ()), node if isinstance(node, ast.BoolOp) else None)
        yield from (test for test in found if isinstance(test, ast.expr))
