"""The call that somebody makes of a function that is handed to him, written out: `f(a)` for `submit(f, a)`."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from spooky_asyncio.analysis.catalog import Passing
from spooky_asyncio.analysis.scopes import Scopes
from spooky_asyncio.analysis.syntax import last_name
from spooky_asyncio.model import Range
from spooky_asyncio.source import Source


@dataclass(frozen=True)
class Argument:
    """`prefix` is what stands before the value: nothing, `*`, `**`, `name=`."""

    prefix: str
    node: ast.expr
    source: Source

    @property
    def text(self) -> str:
        text = self.source.segment(self.node)
        is_tight = isinstance(self.node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant))
        return f"{self.prefix}({text})" if "*" in self.prefix and not is_tight else self.prefix + text

    @property
    def is_positional(self) -> bool:
        return self.prefix in ("", "*")


@dataclass(frozen=True)
class Invocation:
    """A function with its arguments, as a caller calls it."""

    function: ast.expr
    """What is handed over: the function, or a partial of it."""
    callee: ast.expr
    shown: str
    """The call in short, for titles."""
    source: Source
    bound: Sequence[Argument] = ()
    """Those that a partial has already."""
    rest: Sequence[Argument] = ()
    given: tuple[str, ...] = ()
    """Names for what the caller adds, between the two."""
    last: ast.expr | None = None
    """The last argument of the caller that it hands on."""
    args_holder: ast.expr | None = None
    kwargs_holder: ast.expr | None = None
    body: str = ""
    """What a lambda returns, where it is a lambda that is handed over."""

    @property
    def text(self) -> str:
        return self.body or self.applied_to(())

    def applied_to(self, given: Sequence[str]) -> str:
        return self.written(self.source.segment(self.callee), given, {})

    def span(self, source: Source) -> Range:
        """From the function to the last of the arguments that are handed on beside it."""
        return Range(source.start(self.function), source.end(self.last or self.function))

    def written(self, callee: str, given: Sequence[str], names: dict[ast.expr, str]) -> str:
        def text(argument: Argument) -> str:
            return argument.prefix + names[argument.node] if argument.node in names else argument.text

        # A name for a keyword stands in its value, and what is given comes where the caller puts it.
        parts = [text(one) for one in self.bound if one.is_positional]
        parts += given
        parts += [text(one) for one in self.rest if one.is_positional]
        parts += [text(one) for one in (*self.bound, *self.rest) if not one.is_positional]
        return f"{callee}({', '.join(parts)})"


def invocation(
    call: ast.Call, function: ast.expr, passing: Passing, source: Source, is_partial: Callable[[ast.expr], bool]
) -> Invocation | None:
    """How `call` calls the function that it gets; None where that can't be told from the text."""
    by_position = function in call.args
    following = call.args[call.args.index(function) + 1 :] if by_position else []
    rest: list[Argument] = []
    handed_on: list[ast.expr] = []
    given = passing.given
    if passing.rest:
        rest += _positional(following, source)
        handed_on += following
    if passing.keywords:
        own = [one for one in call.keywords if one.value is not function]
        rest += [Argument(f"{one.arg}=" if one.arg else "**", one.value, source) for one in own]
        handed_on += [one.value for one in own]
    if passing.each:
        if any(isinstance(iterable, ast.Starred) for iterable in call.args):
            return None
        given = tuple(element_name(iterable) for iterable in following)
    args_holder = _argument_at(call, passing.args)
    kwargs_holder = _argument_at(call, passing.kwargs)
    if args_holder is not None:
        is_display = isinstance(args_holder, (ast.Tuple, ast.List))
        rest += _positional(args_holder.elts, source) if is_display else [Argument("*", args_holder, source)]  # type: ignore[attr-defined]
    if kwargs_holder is not None:
        rest += _by_keyword(kwargs_holder, source)
    if not _stand_together(call, function, handed_on, source) or _has_star(call, passing):
        return None
    callee, bound = _unfolded(function, source, is_partial)
    if callee is None:
        return None
    last = max(handed_on, key=source.end, default=None)
    shown = ast.unparse(callee)
    shown = f"{shown if len(shown) <= 40 else '…' + shown[-39:].partition('.')[2]}()"
    return Invocation(function, callee, shown, source, bound, rest, given, last, args_holder, kwargs_holder)


def _positional(arguments: Iterable[ast.expr], source: Source) -> list[Argument]:
    return [
        Argument("*", one.value, source) if isinstance(one, ast.Starred) else Argument("", one, source)
        for one in arguments
    ]


def _by_keyword(holder: ast.expr, source: Source) -> list[Argument]:
    if isinstance(holder, ast.Dict):
        names = [key.value if isinstance(key, ast.Constant) else None for key in holder.keys]
        usable = [
            name for name in names if isinstance(name, str) and name.isidentifier() and not keyword.iskeyword(name)
        ]
        if len(usable) == len(names):
            return [Argument(f"{name}=", value, source) for name, value in zip(usable, holder.values, strict=True)]
    return [Argument("**", holder, source)]


def _argument_at(call: ast.Call, where: tuple[int | None, str] | None) -> ast.expr | None:
    if where is None:
        return None
    position, name = where
    found = next((one.value for one in call.keywords if one.arg == name), None)
    if found is None and position is not None and position < len(call.args):
        found = call.args[position]
    return None if isinstance(found, ast.Constant) and found.value is None else found


def _has_star(call: ast.Call, passing: Passing) -> bool:
    """Whether nobody can tell which argument is for which parameter of the caller."""
    stars = any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords)
    return stars and (passing.args is not None or passing.kwargs is not None)


def _stand_together(call: ast.Call, function: ast.expr, handed_on: list[ast.expr], source: Source) -> bool:
    """Whether no other argument of the caller stands between the function and those that are handed on."""
    if not handed_on:
        return True
    last = max(source.end(one) for one in handed_on)
    others = {*call.args, *(one.value for one in call.keywords)} - {function, *handed_on}
    return min(source.start(one) for one in handed_on) > source.start(function) and not any(
        source.start(function) < source.start(one) < last for one in others
    )


def _unfolded(
    function: ast.expr, source: Source, is_partial: Callable[[ast.expr], bool]
) -> tuple[ast.expr | None, list[Argument]]:
    """The function that a partial is of, and the arguments that are bound to it."""
    if isinstance(function, (ast.Name, ast.Attribute)):
        return function, []
    if not isinstance(function, ast.Call) or not is_partial(function.func) or not function.args:
        return None, []
    callee, bound = _unfolded(function.args[0], source, is_partial)
    bound += _positional(function.args[1:], source)
    bound += [Argument(f"{one.arg}=" if one.arg else "**", one.value, source) for one in function.keywords]
    return callee, bound


@dataclass(frozen=True)
class Deferred:
    """A call as the body of a lambda, with the parameters that the lambda needs: nothing, or ` task, book=book`."""

    parameters: str
    call: str


def deferred(called: Invocation, source: Source, scopes: Scopes, used: Collection[str]) -> Deferred:
    """The call, to be made later. What may have changed by then is a default of the lambda, and so evaluated now."""
    texts = [called.text, *used]
    given = []
    for wanted in called.given:
        star = "*" if wanted.startswith("*") else ""
        name = local_name(wanted.lstrip("*"), *texts)
        given.append(star + name)
        texts.append(name)
    names: dict[ast.expr, str] = {}
    defaults = []
    arguments = [*called.bound, *called.rest]
    for node, wanted in [(called.callee, ""), *((one.node, one.prefix.strip("*=")) for one in arguments)]:
        if _is_settled(node, scopes, as_function=node is called.callee):
            continue
        name = last_name(node) if isinstance(node, (ast.Name, ast.Attribute)) else wanted or "argument"
        if not isinstance(node, ast.Name):
            name = name if not hasattr(builtins, name) else "function" if node is called.callee else "argument"
            name = local_name(name, *(text for text in texts if text != called.text), *given, *names.values())
        names[node] = name
        defaults.append(f"{name}={source.segment(node)}")
    parameters = ", ".join([*given, *dict.fromkeys(defaults)])
    callee = names.get(called.callee, source.segment(called.callee))
    return Deferred(f" {parameters}" if parameters else "", called.written(callee, given, names))


def _is_settled(node: ast.expr, scopes: Scopes, *, as_function: bool) -> bool:
    """Whether an expression means the same later on: a constant, or a name that nothing binds anew."""
    if isinstance(node, ast.Constant):
        return True
    if as_function:
        while isinstance(node, ast.Attribute):
            node = node.value
    if not isinstance(node, ast.Name):
        return False
    for scope in scopes.of(node).enclosing():
        if not scope.binds(node.id):
            continue
        stores = scope.stores.get(node.id, [])
        others = sum(node.id in names for names in (scope.parameters, scope.imports, scope.definitions))
        loops = (ast.For, ast.AsyncFor, ast.While, ast.comprehension)
        is_in_loop = any(
            isinstance(around, loops) and scopes.of(around) is scope
            for store in stores
            for around in scopes.ancestors(store)
        )
        is_shared = node.id in scopes.shared
        return len(stores) + others == 1 and not is_in_loop and not is_shared
    return True


def element_name(iterable: ast.expr) -> str:
    """`parcel` for an element of `PARCELS`."""
    name = last_name(iterable).lower().strip("_") if isinstance(iterable, (ast.Name, ast.Attribute)) else ""
    stem = name[:-1] if name.endswith("s") and not name.endswith("ss") else ""
    return stem if len(stem) > 1 and stem.isidentifier() and not keyword.iskeyword(stem) else "item"


def local_name(wanted: str, *texts: str) -> str:
    """A name for a lambda or comprehension that the code in it does not use."""
    used = {word for text in texts for word in re.findall(r"\w+", text)}
    name, number = wanted, 1
    while name in used or keyword.iskeyword(name):
        number += 1
        name = f"{wanted}_{number}"
    return name
