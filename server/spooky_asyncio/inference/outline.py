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
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias

from spooky_asyncio.line_map import LineMap
from spooky_asyncio.source import BLOCKS, Source, outermost_functions, parts_with_statements

Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

_ADDS = frozenset({"append", "add", "extend", "insert", "update", "appendleft", "setdefault"})
"""Methods by which jedi learns what is in a container, wherever it is called."""


class Shown(Protocol):
    """What of one function, or of all code outside of functions, shows elsewhere."""

    @property
    def always(self) -> bytes:
        """To be compared only."""
        ...

    @property
    def guessing(self) -> frozenset[str]:
        """The names of functions and classes whose parameters may be guessed from how they are called."""
        ...

    def given(self, names: frozenset[str]) -> bytes:
        """What is given to functions of these names, to be compared only."""
        ...


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


@dataclass(frozen=True)
class Spot:
    """A line of a unit by the text that it rests on, or a digest of that, and the line in its statement."""

    unit: int | None
    rests_on: str | bytes
    line: int


class Outline:
    """Of one version of a file."""

    def __init__(self, source: Source, former: Outline | None = None) -> None:
        """`former` is that of another version of the file, which may be much the same."""
        lines = source.parsed_lines
        known = former.shown if former is not None else {}
        self._lines: _Lines = (former._lines if former is not None else _Lines()).in_source(source)
        functions = list(outermost_functions(source.tree.body))
        self.units = [_unit(node, lines, source.lines_of_tree) for node in functions]
        self._starts = [unit.start for unit in self.units]
        self._outside = list(_lines_outside(self.units, lines))
        outside = "".join(lines[line] for line in self._outside)
        self.shown: dict[str, Shown] = {}
        for node, unit in zip(functions, self.units, strict=True):
            if unit.text not in self.shown:
                self.shown[unit.text] = known.get(unit.text) or _ShownOfFunction(node, self._lines)
        rest = f"# outside\n{outside}"
        self.shown[rest] = known.get(rest) or _ShownOutside(source.tree, outside)
        self.digest = self._digest([*(unit.text for unit in self.units), rest])

    def _digest(self, texts: Iterable[str]) -> bytes:
        shown = [self.shown[text] for text in texts]
        guessing = frozenset[str]().union(*(one.guessing for one in shown))
        digest = hashlib.blake2b()
        for one in shown:
            digest.update(repr((one.always, one.given(guessing))).encode())
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

    def spot(self, place: Place) -> Spot:
        """A place by what an answer about it rests on in its unit, and not by how the rest of that reads."""
        shown = self.shown[self.text(place)] if place.unit is not None else None
        found = shown.statement_at(place.line) if isinstance(shown, _ShownOfFunction) else None
        if found is None:
            return Spot(place.unit, self.text(place), place.line)
        statement, line = found
        return Spot(place.unit, shown.resting_on(statement), line)  # type: ignore[union-attr]  # it was found there


def _unit(node: Function, lines: Sequence[str], lines_of_tree: LineMap) -> Unit:
    first = node.decorator_list[0] if node.decorator_list else node
    start = lines_of_tree.in_text(first.lineno) - 1
    end = lines_of_tree.in_text(node.end_lineno or node.lineno)
    return Unit(start, end, "".join(lines[start:end]))


def _lines_outside(units: Iterable[Unit], lines: Sequence[str]) -> Iterator[int]:
    """Blank ones do not count, so that they can be typed without that anything changes."""
    reached = 0
    for unit in (*units, Unit(len(lines), len(lines), "")):
        yield from (line for line in range(reached, unit.start) if not lines[line].isspace())
        reached = unit.end


class _ShownOutside:
    """All of it."""

    def __init__(self, tree: ast.Module, text: str) -> None:
        self.always = text.encode("utf-8", "surrogatepass")
        self.guessing = frozenset(_guessing(_walk(tree, lambda node: not isinstance(node, _FUNCTIONS))))

    def given(self, names: frozenset[str]) -> bytes:
        return b""


class _ShownOfFunction:
    """The function without the statements on which nothing rests that shows: those that are left keep their order, and
    the blocks that they are in."""

    def __init__(self, function: Function, lines: _Lines) -> None:
        self._head = _described(function).encode("utf-8", "surrogatepass")
        first = lines.first(function)
        body = [(lines.first(statement) - first, lines.of(statement)) for statement in function.body]
        self._all = list(_placed([body], ()))
        parts = (part for part in _walk(function, lambda inner: not isinstance(inner, _IN_BLOCKS)))
        self.guessing = frozenset(_guessing(parts)).union(*(placed.line.guessing for placed in self._all))
        self._given: dict[frozenset[str], bytes] = {}
        self._rests_on: dict[int, bytes] = {}

    @cached_property
    def always(self) -> bytes:
        return self._shown(index for index, placed in enumerate(self._all) if placed.line.shows)

    def given(self, names: frozenset[str]) -> bytes:
        called = self._called & names
        if called not in self._given:
            calling = (index for index, placed in enumerate(self._all) if not placed.line.calls.isdisjoint(called))
            self._given[called] = self._shown(calling)
        return self._given[called]

    @cached_property
    def _called(self) -> frozenset[str]:
        return frozenset[str]().union(*(placed.line.calls for placed in self._all))

    def statement_at(self, line: int) -> tuple[int, int] | None:
        """The index of the statement that a line of the function is in, and the line in that; None for the head of the
        function and where there are several."""
        found = self._holding.get(line)
        if not found or self._all[found[-1]].around != tuple(found[:-1]):
            return None
        return found[-1], line - self._all[found[-1]].start

    @cached_property
    def _holding(self) -> dict[int, list[int]]:
        """The indexes of the statements, the outer ones first, by the lines that they are on."""
        found: dict[int, list[int]] = {}
        for index, placed in enumerate(self._all):
            for line in range(placed.start, placed.start + placed.line.count):
                found.setdefault(line, []).append(index)
        return found

    def resting_on(self, statement: int) -> bytes:
        """A digest of what an answer about a statement rests on: what binds names in it, what decides whether it runs,
        what leads past it, and so on."""
        if statement not in self._rests_on:
            self._rests_on[statement] = self._shown([*self._jumping, statement], statement)
        return self._rests_on[statement]

    def _shown(self, wanted: Iterable[int], statement: int | None = None) -> bytes:
        """A digest of the lines that are wanted, and of those that bind names in them or decide whether they run: what
        they are, how they lie in one another, and which of them is a statement that is asked about."""
        kept = sorted(self._kept(wanted))
        digest = hashlib.blake2b(self._head, digest_size=16)
        digest.update(b"".join([self._marks[index] for index in kept]))
        if statement is not None:
            digest.update(b"%d" % kept.index(statement))
        return digest.digest()

    def _kept(self, wanted: Iterable[int]) -> set[int]:
        names: set[str] = set()
        kept: set[int] = set()
        pending = [*wanted]
        while pending:
            index = pending.pop()
            if index in kept:
                continue
            kept.add(index)
            placed = self._all[index]
            pending += placed.around
            for name in placed.line.names - names:
                names.add(name)
                pending += self._telling.get(name, ())
        return kept

    @cached_property
    def _marks(self) -> list[bytes]:
        """What each line is, and in which block of the one around it: enough to tell, with all that is around it."""
        return [_MARK.pack(len(placed.around), placed.block, placed.line.mark) for placed in self._all]

    @cached_property
    def _telling(self) -> dict[str, list[int]]:
        """By name, the lines that bind it, or may tell by a test what is in it."""
        found: dict[str, list[int]] = {}
        for index, placed in enumerate(self._all):
            for name in placed.line.names if placed.line.decides else placed.line.binds:
                found.setdefault(name, []).append(index)
        return found

    @cached_property
    def _jumping(self) -> list[int]:
        return [index for index, placed in enumerate(self._all) if placed.line.jumps]


@dataclass(frozen=True)
class _Placed:
    """A line of a function: where it starts, in which of the blocks of the statement around it it is, and the
    statements around, by index."""

    line: _Line
    start: int
    block: int
    around: tuple[int, ...]


def _placed(
    blocks: Iterable[Sequence[tuple[int, _Line]]], around: tuple[int, ...], index: int = 0, start: int = 0
) -> Iterator[_Placed]:
    """The lines of some blocks and of the blocks in them. The first has an index; they count from a line on."""
    for number, block in enumerate(blocks):
        for offset, line in block:
            yield _Placed(line, start + offset, number, around)
            inner = list(_placed(line.blocks, (*around, index), index + 1, start + offset))
            yield from inner
            index += 1 + len(inner)


@dataclass(frozen=True, eq=False)
class _Line:
    """A statement, handler or case without the blocks in it; all of it for a nested function or class, as whoever knows
    its name may look at all of it."""

    node: ast.AST
    names: frozenset[str]
    """Those that it reads or binds."""
    binds: frozenset[str]
    calls: frozenset[str]
    """The last parts of the names of what it calls with arguments."""
    guessing: frozenset[str]
    decides: bool
    """Whether it is a test, which may also tell what is in the names that it reads."""
    shows: bool
    """Whether it is seen outside by itself."""
    jumps: bool
    """Whether what follows it may not run because of it."""
    count: int
    """Its lines, with those of its blocks."""
    blocks: list[list[tuple[int, _Line]]]
    """Each statement with the number of lines after the start of this one."""

    @cached_property
    def mark(self) -> int:
        """To be compared only."""
        return hash(ast.dump(self.node) if isinstance(self.node, _DEFINITIONS) else _described(self.node))


_MARK = struct.Struct("IIq")
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)
_JUMPS = (ast.Return, ast.Raise, ast.Break, ast.Continue)

MOST_LINES = 20_000
"""As many statements are known by their texts: those of a few files."""


class _Lines:
    """Statements that were looked at are known by their texts: where a function is edited, most stay as they are."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int, str], _Line] = {}
        self._source = Source("", ast.Module([], []), None)

    def in_source(self, source: Source) -> _Lines:
        self._source = source
        if len(self._known) > MOST_LINES:
            self._known.clear()
        return self

    def first(self, node: ast.AST) -> int:
        """The line on which something starts, decorators included."""
        # A case has no place of its own.
        start = node.pattern if isinstance(node, ast.match_case) else node
        line = min(part.lineno for part in (start, *getattr(start, "decorator_list", ())))
        return self._source.lines_of_tree.in_text(line)

    def of(self, node: ast.AST) -> _Line:
        first = self.first(node)
        last = node.body[-1] if isinstance(node, ast.match_case) else node
        end = self._source.lines_of_tree.in_text(getattr(last, "end_lineno", first))
        columns = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
        key = (type(node).__name__, *columns, "".join(self._source.parsed_lines[first - 1 : end]))
        if key not in self._known:
            self._known[key] = self._read(node, first, end)
        return self._known[key]

    def _read(self, node: ast.AST, first: int, end: int) -> _Line:
        is_definition = isinstance(node, _DEFINITIONS)
        parts = list(_walk(node, lambda inner: is_definition or not isinstance(inner, _IN_BLOCKS)))
        binds = {name for part in parts for name in _bound(part)}
        calls = (part for part in parts if isinstance(part, ast.Call) and (part.args or part.keywords))
        blocks = [] if is_definition else parts_with_statements(node)
        return _Line(
            node,
            frozenset(binds | {part.id for part in parts if isinstance(part, ast.Name)}),
            frozenset(binds),
            frozenset(_last_name(call.func) for call in calls),
            frozenset(_guessing(parts)),
            isinstance(node, (ast.If, ast.While, ast.Assert, ast.Match, ast.match_case)),
            any(_shows(part, is_definition) for part in parts),
            isinstance(node, _JUMPS),
            end - first + 1,
            [[(self.first(inner) - first, self.of(inner)) for inner in block] for block in blocks],
        )


_IN_BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)


def _walk(node: ast.AST, goes_on: Callable[[ast.AST], bool]) -> Iterator[ast.AST]:
    """A node and what is in it, as far as that goes on."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        pending += filter(goes_on, ast.iter_child_nodes(node))


def _described(node: ast.AST) -> str:
    """A statement without its blocks, a function with its docstring, which may tell jedi types."""
    fields = [(name, getattr(node, name, None)) for name in node._fields if name not in BLOCKS]
    found = [
        (name, [_dumped(one) for one in value] if isinstance(value, list) else _dumped(value)) for name, value in fields
    ]
    docstring = ast.get_docstring(node, clean=False) if isinstance(node, _FUNCTIONS) else None
    return repr((type(node).__name__, found, docstring))


def _dumped(value: object) -> str:
    return ast.dump(value) if isinstance(value, ast.AST) else repr(value)


def _bound(node: ast.AST) -> list[str]:
    """The names that a node by itself binds, or shares with the scopes around."""
    if isinstance(node, ast.Name):
        return [] if isinstance(node.ctx, ast.Load) else [node.id]
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        return node.names
    if isinstance(node, ast.alias):
        return [(node.asname or node.name).partition(".")[0]]
    name = node.rest if isinstance(node, ast.MatchMapping) else getattr(node, "name", None)
    return [name] if isinstance(name, str) else []


def _shows(node: ast.AST, is_nested: bool) -> bool:
    """Whether a part of a function is seen outside of it: of one that is nested in it, what it does to others."""
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        return not isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.Call):
        return _last_name(node.func) in _ADDS
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        return True
    return not is_nested and isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom))


def _guessing(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The functions, classes and named lambdas among the nodes whose parameters jedi may guess."""
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            # By the calls of the class, for its __init__.
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            yield from (name.id for name in ast.walk(node) if isinstance(name, ast.Name))
        elif isinstance(node, _FUNCTIONS):
            arguments = node.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            if any(one and one.annotation is None and one.arg not in ("self", "cls") for one in every):
                yield node.name


def _last_name(func: ast.expr) -> str:
    """Empty for what has no name."""
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
