"""The names that a text tells: of its async functions and properties, and of what may stand for these.

A text is scanned line by line, not parsed. That is much cheaper, and takes for an async name what may be none.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from spooky_asyncio.analysis.catalog import MAKERS
from spooky_asyncio.workspace.modules import chains_in, imports_in, modules_named, possessive

_LINE = possessive(
    rb"""\n(?P<indent>[^\S\n]*+)(?:
        (?P<global>global)\s
      | (?P<async>async\s+)?def\s+(?P<def>[\w\x80-\xff]+)
      | return\s+(?P<returned>[\w.\x80-\xff]+)\s*(?P<then>\(|\#|$)
      | (?P<target>[\w.\x80-\xff]++)\s*+(?::[^=\n]++)?=\s*(?:
            lambda(?![\w.\x80-\xff])[^:\n]*:\s*(?P<called>[\w.\x80-\xff]++)\(
          | (?P<value>[\w.\x80-\xff]++)(?:
                \s*(?:\#|$)
              | \((?:(?<=partial\()|(?<=partialmethod\())\s*(?P<bound>[\w.\x80-\xff]+)
              | (?P<task>\((?:
                    (?<=create_task\()|(?<=ensure_future\()
                  | [\w.()\x80-\xff]*?(?:create_task|ensure_future)\( )) )
          | (?P<grouped>[()][\w.()\x80-\xff]*?(?:create_task|ensure_future)\() )
    )"""
)
"""Begins with what it is looked for by: that is found fast, and the beginning of a line is tried at each character."""

_AWAITABLE_TYPES = re.compile(rb"\)\s*->\s*[^\n]*(?:Awaitable|Coroutine)")

_PROPERTY = possessive(
    rb"""@[\w.]*property\b[^\n]*+\n\s*+
        (?:async\s+def\s+([\w\x80-\xff]+) | def\s+([\w\x80-\xff]++)[^\n]*->[^\n]*(?:Awaitable|Coroutine))"""
)

_FUNCTION = re.compile(rb"^(?:[^\S\n]*@[^\n]*\n\s*|[^\S\n]*)(?:async[^\S\n]+)?def\b", re.MULTILINE)
"""The beginning of a function, with the decorator right above it: the one that may make it a property. With all of them
it would take the square of their number where no function follows."""


@dataclass(frozen=True)
class Names:
    """What a file tells: names of async functions and of async properties, names that may stand for other names, and
    the modules that it names, relative ones with their dots first."""

    makers: frozenset[str]
    properties: frozenset[str]
    stands_for: dict[str, frozenset[str]]
    """The names that a name may stand for, where it is not known by that whether it is a maker."""
    modules: frozenset[str]


NO_NAMES = Names(frozenset(), frozenset(), {}, frozenset())


def read_names(data: bytes) -> Names:
    """What a file tells."""
    return _names_told([_read_part(_normal(data))])


def read_imports(data: bytes) -> Names:
    """The modules that a file names, and nothing else of it."""
    return Names(frozenset(), frozenset(), {}, modules_named(imports_in(_normal(data)), ()))


def _normal(data: bytes) -> bytes:
    return data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


@dataclass(frozen=True)
class ReadAgain:
    """A text that is edited, function by function: those that stay as they are need not be read again."""

    parts: tuple[bytes, ...]
    told: tuple[_Told, ...]
    names: Names

    @classmethod
    def of(cls, data: bytes, former: ReadAgain | None) -> ReadAgain:
        data = _normal(data)
        before = former.parts if former is not None else ()
        first = start = 0
        while first < len(before) and data.startswith(before[first], start):
            start += len(before[first])
            first += 1
        last, end = len(before), len(data)
        while last > first and end - len(before[last - 1]) >= start and data.endswith(before[last - 1], start, end):
            last -= 1
            end -= len(before[last])
        # What is written between two of them may belong to either one.
        if first:
            first -= 1
            start -= len(before[first])
        if last < len(before):
            end += len(before[last])
            last += 1
        parts = (*before[:first], *filter(None, _parts(data[start:end])), *before[last:])
        told = former.told if former is not None else ()
        told = (*told[:first], *map(_read_part, parts[first : len(parts) - len(before) + last]), *told[last:])
        if former is not None and told == former.told:
            return cls(parts, told, former.names)
        return cls(parts, told, _names_told(told))


def _names_told(told: Sequence[_Told]) -> Names:
    stands_for = {pair for one in told for pair in one.stands_for}
    stands_for |= set(_led_to({other for _, other in stands_for}, (pair for one in told for pair in one.within)))
    makers = {name for one in told for name in one.makers}
    makers.update(name for name, other in stands_for if other in MAKERS)
    others: dict[str, set[str]] = defaultdict(set)
    for name, other in stands_for:
        others[name].add(other)
    imports = (pair for one in told for pair in one.imports)
    return Names(
        frozenset(makers),
        frozenset(name for one in told for name in one.properties),
        {name: frozenset(found) for name, found in others.items()},
        modules_named(imports, (chain for one in told for chain in one.chains)),
    )


def _led_to(names: Iterable[str], within: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What variables of functions stand for that these names lead to."""
    others = defaultdict(set)
    for name, other in within:
        others[name].add(other)
    pending = list(names)
    while pending:
        name = pending.pop()
        for other in others.pop(name, ()):
            yield name, other
            pending.append(other)


def _parts(data: bytes) -> Iterator[bytes]:
    """The functions with what follows each of them: what a line tells depends on the last `def` above it alone."""
    start = 0
    for function in _FUNCTION.finditer(data):
        yield data[start : function.start()]
        start = function.start()
    yield data[start:]


class _Told(NamedTuple):
    """What a part of a file tells. What a name stands for are pairs of it and another one."""

    makers: frozenset[str]
    properties: frozenset[str]
    stands_for: frozenset[tuple[str, str]]
    within: frozenset[tuple[str, str]]
    """The same of the variables of functions, which nobody else sees but by what stands for them."""
    imports: frozenset[tuple[str, str]]
    chains: frozenset[str]


def _read_part(data: bytes) -> _Told:
    makers: set[bytes] = set()
    stands_for: set[tuple[bytes, bytes]] = set()
    function = b""
    body = len(data)
    """As far as the function is indented, what is bound is seen outside of it."""
    tasks: set[bytes] = set()
    """The names that hold a new task in it."""
    within: set[tuple[bytes, bytes]] = set()
    lines = b"\n" + data
    may_tell_types = b"Awaitable" in data or b"Coroutine" in data
    for match in _LINE.finditer(lines):
        kind = match.lastgroup
        if kind == "def":
            indent, is_async, function = match.group("indent", "async", "def")
            body, tasks = len(indent), set()
            if is_async or (may_tell_types and _AWAITABLE_TYPES.search(lines, match.end(), match.end() + 400)):
                makers.add(function)
        elif kind == "global":
            body = len(data)
        elif kind == "then" and function:
            returned, then = match.group("returned", "then")
            if then == b"(":
                stands_for.add((function, returned))
            elif returned in tasks:
                makers.add(function)
        elif kind in ("task", "grouped"):
            tasks.add(match["target"])
        elif kind in ("value", "bound", "called"):
            indent, target, value = match.group("indent", "target", kind)
            is_seen = b"." in target or len(indent) <= body
            (stands_for if is_seen else within).add((target, value))
    imports = frozenset(imports_in(data))
    named = ((bound, module.rpartition(".")[2]) for bound, module in imports if bound)
    found = _PROPERTY.findall(data) if b"property" in data else ()
    return _Told(
        frozenset(map(_last, makers)),
        frozenset(_text(async_name or name) for async_name, name in found),
        frozenset([*_last_of_both(stands_for), *(pair for pair in named if pair[0] != pair[1])]),
        frozenset(_last_of_both(within)),
        imports,
        frozenset(chains_in(data)),
    )


def _last_of_both(pairs: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    return ((_last(name), _last(other)) for name, other in pairs)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")


def _last(dotted: bytes) -> str:
    return _text(dotted.rpartition(b".")[2])
