"""Finds, explains and fixes the three spooky asyncio errors: in editors, on the command line, and for programs."""

# Nothing is imported here: `python -m` looks in the current folder first, until `__main__` puts an end to that.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from spooky_asyncio.api import (
        Applicability,
        Edit,
        Failure,
        Finding,
        Fix,
        Position,
        Range,
        Related,
        Result,
        Severity,
        check,
        check_text,
    )

__version__ = "0.1.0"

HOME = "https://github.com/spooky-asyncio/spooky-asyncio"

__all__ = [
    "Applicability",
    "Edit",
    "Failure",
    "Finding",
    "Fix",
    "Position",
    "Range",
    "Related",
    "Result",
    "Severity",
    "__version__",
    "check",
    "check_text",
]


def __getattr__(name: str) -> object:
    # Whoever starts the language server, or runs a program, imports this too, and should not wait for the rest.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from spooky_asyncio import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
