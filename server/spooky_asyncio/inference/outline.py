"""What of a file shows outside of each of its functions, as far as inference looks into them.

While somebody types in one function, the answers about all others stay true as long as this outline stays the same. So
it holds all that jedi may read of a function when it is asked about another place: the head, what it returns and
yields, what it stores on objects and in globals, what it puts into containers, what it gives to functions whose
parameters jedi guesses from their calls, and the statements and conditions on which all that rests, by names alone.
More than is needed costs a few questions more; less would be a wrong answer.
"""

from __future__ import annotations

import ast
import bisect
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

_ADDS = frozenset({"append", "add", "extend", "insert", "update", "appendleft", "setdefault"})
"""Methods by which jedi learns what is in a container, wherever it is called."""


@dataclass(frozen=True)
class Shown:
    """What of one function, or of all code outside of functions, shows elsewhere. The strings are compared only."""

    always: str
    given: Mapping[str, str]
    """What is given to functions, by the last part of their names."""
    guessing: frozenset[str]
    """The names of functions whose parameters may be guessed from how they are called."""


@dataclass(frozen=True)
class Unit:
    """An outermost function, its decorators included: lines from `start` to before `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Place:
    """A line by what does not move when another unit is edited: that of a unit, or of what is outside of all units."""

    unit: int | None
    line: int


class Outline:
    """Of one version of a file."""

    def __init__(self, tree: ast.Module, lines: Sequence[str], known: Mapping[str, Shown] | None = None) -> None:
        """`known` tells what of functions shows, by their texts."""
        functions = list(_outermost(tree.body))
        self.units = [_unit(node, lines) for node in functions]
        self._starts = [unit.start for unit in self.units]
        self._outside = list(_lines_outside(self.units, lines))
        outside = "".join(lines[line] for line in self._outside)
        known = known or {}
        self.shown: dict[str, Shown] = {}
        for node, unit in zip(functions, self.units, strict=True):
            if unit.text not in self.shown:
                self.shown[unit.text] = known.get(unit.text) or _shown(node)
        rest = f"# outside\n{outside}"
        self.shown[rest] = known.get(rest) or _shown_outside(tree, outside)
        self.digest = self._digest([*(unit.text for unit in self.units), rest])

    def _digest(self, texts: Iterable[str]) -> bytes:
        shown = [self.shown[text] for text in texts]
        guessing = frozenset[str]().union(*(one.guessing for one in shown))
        digest = hashlib.blake2b()
        for one in shown:
            given = sorted((name, text) for name, text in one.given.items() if name in guessing)
            digest.update(repr((one.always, given)).encode("utf-8", "surrogatepass"))
        return digest.digest()

    def place(self, line: int) -> Place | None:
        """None for a line that is nowhere: a blank one between the units, or one past the end."""
        index = bisect.bisect_right(self._starts, line) - 1
        if index >= 0 and line < self.units[index].end:
            return Place(index, line - self.units[index].start)
        index = bisect.bisect_left(self._outside, line)
        return Place(None, index) if index < len(self._outside) and self._outside[index] == line else None

    def line(self, place: Place) -> int:
        """The line at a place of an outline with the same digest."""
        return self._outside[place.line] if place.unit is None else self.units[place.unit].start + place.line

    def text(self, place: Place | None) -> str:
        """That of the unit in which a place is; what is outside of units is the same wherever the outline is."""
        return "" if place is None or place.unit is None else self.units[place.unit].text


def _outermost(body: Iterable[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions in the statements that are not inside of others, in the order of the text."""
    for statement in body:
        if isinstance(statement, _FUNCTIONS):
            yield statement
        else:
            for block in _blocks(statement):
                yield from _outermost(block)


def _blocks(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if not isinstance(block, list):
            continue
        if name in ("handlers", "cases"):
            yield from (part.body for part in block)
        else:
            yield block


def _unit(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: Sequence[str]) -> Unit:
    start = min(part.lineno for part in (node, *node.decorator_list)) - 1
    end = node.end_lineno or node.lineno
    return Unit(start, end, "".join(lines[start:end]))


def _lines_outside(units: Iterable[Unit], lines: Sequence[str]) -> Iterator[int]:
    """Blank ones do not count, so that they can be typed without that anything changes."""
    reached = 0
    for unit in (*units, Unit(len(lines), len(lines), "")):
        yield from (line for line in range(reached, unit.start) if not lines[line].isspace())
        reached = unit.end


def _shown_outside(tree: ast.Module, text: str) -> Shown:
    names = set()
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.ClassDef):
            # jedi looks for calls of the class to guess what its __init__ is given.
            names.add(node.name)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            names.update(name.id for name in ast.walk(node) if isinstance(name, ast.Name))
        pending += [child for child in ast.iter_child_nodes(node) if not isinstance(child, _FUNCTIONS)]
    return Shown(text, {}, frozenset(names))


def _shown(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Shown:
    return _Reader(function).shown()


class _Reader:
    """Reads one outermost function, with those that are nested in it."""

    def __init__(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._function = function
        self._roots: list[ast.AST] = []
        self._calls: dict[str, list[ast.AST]] = defaultdict(list)
        self._binding: dict[str, list[ast.AST]] = defaultdict(list)
        self._tests: dict[str, list[ast.AST]] = defaultdict(list)
        self._under: dict[int, tuple[ast.AST, ...]] = {}
        """The conditions under which a statement or a part of it runs, by its id."""
        self._guessing: set[str] = set()
        self._guess(function)
        self._block(function.body, ())

    def shown(self) -> Shown:
        function = self._function
        head: list[ast.AST] = [function.args, *function.decorator_list, *getattr(function, "type_params", ())]
        if function.returns is not None:
            head.append(function.returns)
        names = (type(function).__name__, function.name, ast.get_docstring(function, clean=False))
        always = repr((names, [ast.dump(node) for node in head], self._slice(self._roots)))
        given = {name: repr(self._slice(calls)) for name, calls in self._calls.items()}
        return Shown(always, given, frozenset(self._guessing))

    def _slice(self, roots: Iterable[ast.AST]) -> list[str]:
        """What is at the roots, and all that binds the names in it or decides whether it runs."""
        pending = list(roots)
        seen = {id(node) for node in pending}
        names: set[str] = set()
        dumps = []
        while pending:
            node = pending.pop()
            dumps.append(ast.dump(node))
            found: list[ast.AST] = [*self._under.get(id(node), ())]
            for name in {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)} - names:
                names.add(name)
                found += [*self._binding.get(name, ()), *self._tests.get(name, ())]
            for other in found:
                if id(other) not in seen:
                    seen.add(id(other))
                    pending.append(other)
        return sorted(dumps)

    def _block(self, statements: Iterable[ast.stmt], under: tuple[ast.AST, ...]) -> None:
        for statement in statements:
            self._statement(statement, under)

    def _statement(self, statement: ast.stmt, under: tuple[ast.AST, ...]) -> None:
        self._under[id(statement)] = under
        if isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
            # Whoever knows its name may look at all of it.
            self._binding[statement.name].append(statement)
            if isinstance(statement, ast.ClassDef):
                self._guessing.add(statement.name)
            for inner in ast.walk(statement):
                self._part(inner, under)
            return
        parts = [node for node in ast.iter_child_nodes(statement) if not isinstance(node, ast.stmt)]
        for part in parts:
            if not isinstance(part, (ast.ExceptHandler, ast.match_case)):
                for inner in ast.walk(part):
                    self._part(inner, under)
        self._part(statement, under)
        inside = under
        if isinstance(statement, (ast.If, ast.While)):
            self._test(statement.test)
            inside = (*under, statement.test)
        elif isinstance(statement, ast.Assert):
            self._test(statement.test)
        elif isinstance(statement, ast.Match):
            inside = (*under, statement.subject)
            for case in statement.cases:
                self._test(case.pattern)
                for inner in (*ast.walk(case.pattern), *(ast.walk(case.guard) if case.guard else ())):
                    self._part(inner, under)
        for handler in getattr(statement, "handlers", ()):
            if handler.name:
                self._binding[handler.name].append(handler.type or handler)
        for block in _blocks(statement):
            self._block(block, inside)

    def _test(self, test: ast.AST) -> None:
        for name in ast.walk(test):
            if isinstance(name, ast.Name):
                self._tests[name.id].append(test)

    def _part(self, node: ast.AST, under: tuple[ast.AST, ...]) -> None:
        """Any node of the function, the statements too."""
        self._under.setdefault(id(node), under)
        if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal, ast.Delete)):
            self._roots.append(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            self._bind(targets, node)
            if isinstance(node.value, ast.Lambda):
                self._guessing.update(target.id for target in targets if isinstance(target, ast.Name))
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            self._bind([node.target], node.iter)
            self._under[id(node.iter)] = (*under, node.target)
            if isinstance(node, (ast.For, ast.AsyncFor)):
                self._bind([node.target], node.target)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._bind([node.optional_vars], node)
        elif isinstance(node, ast.NamedExpr):
            self._bind([node.target], node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                self._binding[(alias.asname or alias.name).partition(".")[0]].append(node)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            self._binding[node.name].append(node)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            self._binding[node.rest].append(node)
        elif isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, _FUNCTIONS):
            self._guess(node)
            self._binding[node.name].append(node)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self._binding[node.name].append(node.type or node)

    def _bind(self, targets: Iterable[ast.AST], by: ast.AST) -> None:
        for target in targets:
            for inner in ast.walk(target):
                if isinstance(inner, ast.Name):
                    self._binding[inner.id].append(by)
                elif isinstance(inner, (ast.Attribute, ast.Subscript)) and not isinstance(inner.ctx, ast.Load):
                    self._roots.append(by)

    def _call(self, node: ast.Call) -> None:
        name = _last_name(node.func)
        if name is None:
            return
        if name in _ADDS:
            self._roots.append(node)
        if node.args or node.keywords:
            self._calls[name].append(node)

    def _guess(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
        if any(argument.annotation is None and argument.arg not in ("self", "cls") for argument in every):
            self._guessing.add(function.name)


def _last_name(func: ast.expr) -> str | None:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else None
