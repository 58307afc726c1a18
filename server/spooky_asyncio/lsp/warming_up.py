"""What most programs lead to is read while the process that analyzes waits for the first of them."""

from __future__ import annotations

from collections.abc import Iterator

from spooky_asyncio.inference.stubs import stub_of
from spooky_asyncio.workspace.async_names import STANDARD_LIBRARY, AsyncNames
from spooky_asyncio.workspace.other_files import read_stub

MODULES = (
    *("typing", "asyncio", "collections", "contextlib", "logging", "functools", "json", "os", "re", "inspect"),
    *("urllib.parse", "datetime", "dataclasses", "enum", "ssl", "uuid", "pathlib", "importlib.metadata", "tempfile"),
    *("concurrent.futures", "traceback", "email.message", "http"),
)
"""Of the standard library: those that are imported most, by programs or by what these import."""

STUBS = (
    *("typing", "_asyncio", "asyncio", "asyncio.tasks", "asyncio.events", "asyncio.base_events", "asyncio.locks"),
    *("asyncio.taskgroups", "asyncio.streams", "asyncio.subprocess", "asyncio.unix_events", "asyncio.windows_events"),
    *("asyncio.transports", "asyncio.queues", "asyncio.futures", "asyncio.runners", "_collections_abc"),
)
"""Those in which types of programs that use asyncio are looked up most."""


def warm_up() -> Iterator[None]:
    """Reads something at each step, none of which takes long."""
    names = AsyncNames(STANDARD_LIBRARY, [])
    for module in MODULES:
        names.in_reach(f"import {module}\n", None)
        yield
    for module in STUBS:
        stub = stub_of(module)
        if stub is not None:
            read_stub(stub)
            yield
