"""What stands for type variables: `Context[Bot]` has a `bot` that is annotated with `BotT`."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from spooky_asyncio.analysis.values.types import (
    ClassItself,
    Elements,
    Given,
    Instance,
    Iterated,
    Reader,
    Returning,
    Routine,
    Together,
    Type,
    Types,
    TypeVariable,
    each,
)

MOST_LEVELS = 4
"""Of types in the brackets of types, which a program may go on nesting: `def pair(self) -> Box[tuple[T, T]]`."""


def limited(types: Types) -> Types:
    """Unknown, where types are nested too deeply."""
    return None if _is_deep(types, MOST_LEVELS) else types


def _is_deep(types: Types, levels: int) -> bool:
    inner = [part for one in types or () for part in _parts_of(one)]
    return bool(inner) and (not levels or any(_is_deep(part, levels - 1) for part in inner))


def _parts_of(one: Type) -> Iterable[Types]:
    if isinstance(one, Together):
        return one.parts
    if isinstance(one, Iterated):
        return (one.elements,)
    return tuple(types for _, types in getattr(one, "given", None) or ())


def substituted(types: Types, given: Given) -> Types:
    """With what is given in the place of type variables. Others are not known from now on."""
    return each(types, lambda one: _substituted(one, given))


def _substituted(one: Type, given: Given) -> Types:
    if isinstance(one, TypeVariable):
        return limited(dict(given).get(one))
    if isinstance(one, (Elements, Returning)) or (isinstance(one, Routine) and _is_method(one)):
        one = replace(one, given=given if one.given is None else _of_given(one.given, given))
    elif isinstance(one, Instance):
        one = replace(one, given=_of_given(one.given, given))
    elif isinstance(one, Together):
        one = replace(one, parts=tuple(substituted(part, given) for part in one.parts))
    elif isinstance(one, Iterated):
        one = replace(one, elements=substituted(one.elements, given))
    return frozenset((one,))


def _is_method(one: Routine) -> bool:
    return isinstance(one.values.file.scopes.parent(one.node), ast.ClassDef)


def _of_given(inner: Given, given: Given) -> Given:
    return tuple((variable, substituted(types, given)) for variable, types in inner)


def given_of(one: Instance | ClassItself, asking: Reader) -> Given:
    """What stands for the type variables of an object's class. Of one that is made here that depends on what its class
    is given, and so does what a class makes."""
    is_declared = isinstance(one, Instance) and not one.is_made
    return _for_all(one, one.given if isinstance(one, Instance) else (), asking, is_bounded=is_declared)


def given_to(one: ClassItself, given: Iterable[Types], asking: Reader) -> Given:
    """What stands for the type variables of a class that is derived from, by what is in the brackets behind it."""
    parameters = one.values.joining(asking).annotations.parameters_of(one.node)
    return _for_all(one, tuple(zip(parameters, given, strict=False)), asking, is_bounded=True)


def _for_all(one: Instance | ClassItself, given: Given, asking: Reader, *, is_bounded: bool) -> Given:
    """With all type variables of a class: those for which nothing is given may stand for what they are bound by."""
    known = dict(given)
    return tuple(
        (variable, known[variable] if variable in known else variable.bound(asking) if is_bounded else None)
        for variable in one.values.joining(asking).annotations.parameters_of(one.node)
    )


def said(one: Elements | Returning | Routine, annotation: ast.expr, asking: Reader) -> Types:
    """What an annotation says, with what stands for its type variables."""
    types = one.values.joining(asking).annotations.of(annotation)
    return types if one.given is None else substituted(types, one.given)


def at_least(one: Type, asking: Reader) -> Types:
    """What something is that has the type of a type variable, or which it derives from."""
    return one.bound(asking) if isinstance(one, TypeVariable) else frozenset((one,))
