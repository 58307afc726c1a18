"""What the values in a file are, as far as its text and the types that it declares show: texts, numbers, containers,
objects of classes that this file defines or another one that can be read.

To see that here spares inference the question, which costs a thousand times as much. What is not certain is left to it.
"""

from spooky_asyncio.analysis.values.documentation import tells_result
from spooky_asyncio.analysis.values.generics import said
from spooky_asyncio.analysis.values.reaching import Reaching
from spooky_asyncio.analysis.values.types import (
    ABSENT,
    CONTAINERS,
    PLAIN,
    ClassItself,
    Decorated,
    Elements,
    File,
    Instance,
    Kind,
    Returning,
    Routine,
    Type,
    Types,
    TypeVariable,
    Variable,
    are_unknown,
    is_no_awaitable,
    is_no_awaitable_or_unknown,
    is_unknown,
)
from spooky_asyncio.analysis.values.values import Values

__all__ = [
    "ABSENT",
    "CONTAINERS",
    "PLAIN",
    "ClassItself",
    "Decorated",
    "Elements",
    "File",
    "Instance",
    "Kind",
    "Reaching",
    "Returning",
    "Routine",
    "Type",
    "TypeVariable",
    "Types",
    "Values",
    "Variable",
    "are_unknown",
    "is_no_awaitable",
    "is_no_awaitable_or_unknown",
    "is_unknown",
    "said",
    "tells_result",
]
