"""What is in containers: what an index gets, a slice, a loop."""

from __future__ import annotations

import ast

from spooky_asyncio.analysis.values.generics import said
from spooky_asyncio.analysis.values.types import (
    CONTAINERS,
    PLAIN,
    ClassItself,
    Elements,
    Iterated,
    Kind,
    Reader,
    Together,
    Type,
    Types,
    each,
    joined,
)


def part(one: Type, asking: Reader, index: object = None) -> Types:
    """What an index gets, of a mapping a value."""
    if one is Kind.PLAIN:
        return PLAIN
    if isinstance(one, ClassItself):
        # With parameters for its types it is the same class. Those of enumerations give their members.
        is_generic = any(isinstance(base, ast.Subscript) for base in one.node.bases)
        return frozenset((one,)) if is_generic else None
    if isinstance(one, Together):
        return one.parts[index] if isinstance(index, int) and 0 <= index < len(one.parts) else joined(one.parts)
    return said(one, one.annotation, asking) if isinstance(one, Elements) else None


def elements(types: Types, asking: Reader) -> Types:
    """What iterating gives, of a mapping its keys. Where some tell what is in them, the others tell no more."""
    known = frozenset(one for one in types or () if isinstance(one, CONTAINERS))
    return each(known or types, lambda one: _iterated(one, asking))


def _iterated(one: Type, asking: Reader) -> Types:
    if isinstance(one, Iterated):
        return one.elements
    if isinstance(one, Elements) and one.key is not None:
        return said(one, one.key, asking)
    return part(one, asking)


def sliced(one: Type) -> Types:
    if isinstance(one, (Kind, Elements)):
        return frozenset((one,))
    return frozenset((one.kind,)) if isinstance(one, (Together, Iterated)) else None
