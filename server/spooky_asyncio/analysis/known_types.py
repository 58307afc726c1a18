"""The names of types that everybody knows, and of what comes of them."""

from __future__ import annotations

import re


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLAIN_TYPES = words("str int float complex bool bytes bytearray range None memoryview slice")
CONTAINER_TYPES = words("dict list set frozenset tuple")
MAPPING_TYPES = words("dict Dict DefaultDict OrderedDict defaultdict Mapping MutableMapping MappingProxyType")
GENERIC_TYPES = (
    CONTAINER_TYPES
    | MAPPING_TYPES
    | words(
        """List Set FrozenSet Tuple Deque Counter Sequence MutableSequence Collection Iterable Container AbstractSet
        MutableSet ItemsView KeysView ValuesView deque ChainMap Iterator Reversible"""
    )
)
ELEMENTS_LAST = MAPPING_TYPES | words(
    """list List set Set frozenset FrozenSet Deque deque Sequence MutableSequence Collection Iterable AbstractSet
    MutableSet Iterator Reversible ValuesView KeysView"""
)
"""Those of which the last parameter is the type of an element, or of a value."""
TUPLE_TYPES = words("tuple Tuple")
TRANSPARENT_TYPES = words("Optional Union Final ClassVar Annotated Required NotRequired ReadOnly")
SPECIAL_FORMS = words("Unpack Concatenate")
"""Those that stand for several things at once, which are not followed."""
TYPING = ("typing.", "typing_extensions.", "collections.", "types.MappingProxyType")

SAYING_NOTHING = words("Final ClassVar")
"""Of the type, without a parameter."""

PLAIN_BUILTINS = PLAIN_TYPES | words(
    """abs all any ascii bin callable chr divmod format hasattr hash hex id input isinstance issubclass len oct object
    open ord pow print repr round"""
)
CONTAINING_BUILTINS = CONTAINER_TYPES | words("sorted reversed enumerate zip map filter iter dir")
BUILTINS_WITHOUT_AWAITABLES = (
    PLAIN_BUILTINS | CONTAINING_BUILTINS | words("type super vars globals locals staticmethod classmethod property")
)

CASTS = words("typing.cast typing_extensions.cast")
UNKNOWN_TYPES = words("Any object")
"""Of which nobody knows what they are."""

EMPTY_BASES = words("object Protocol Generic Exception BaseException ValueError RuntimeError TypedDict NamedTuple ABC")
"""Classes that give no attributes to those that derive from them, or plain ones."""
CONTAINING_BASES = CONTAINER_TYPES | words("OrderedDict defaultdict deque Counter TypedDict NamedTuple")

GIVING_ELEMENTS = words("get pop popitem popleft setdefault __getitem__ __next__")
"""What calling these makes depends on what is in the container."""
GIVING_ONE_ELEMENT = GIVING_ELEMENTS - {"popitem"}
GIVING_CONTAINERS = words("items keys values copy union intersection difference elements most_common")

PLAIN_ATTRIBUTES = words("__name__ __qualname__ __doc__ __module__ __file__")

DECORATING = (
    *("abc.", "typing.", "typing_extensions.", "warnings.", "functools.", "dataclasses.", "enum."),
    *("attr.", "attrs."),
)
TRANSPARENT_DECORATORS = words(
    """staticmethod classmethod abstractmethod override final overload dataclass define frozen mutable s attrs unique
    runtime_checkable total_ordering type_check_only disjoint_base deprecated"""
)
PROPERTIES = words("property cached_property abstractproperty")

MAY_BE_AWAITABLE = re.compile(r"coro|await|future|task|^(any|object|self|.{0,2})$|_co$", re.IGNORECASE)
"""Names of types that may be one, or stand for one."""
