"""The formats that findings are written in: a module for each, with a function that writes what came of a run.

What could not be checked stands in each of them: none may read as clean.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    # The list of options is made from here, and an editor's server starts through it.
    from spooky_asyncio.batch.outcome import Outcome
    from spooky_asyncio.cli.page import Page

FORMATS = {
    "text": "for people, with the code",
    "concise": "for people, a line for each problem",
    "json": "an array",
    "json-lines": "an object in each line",
    "sarif": "SARIF 2.1.0, for GitHub code scanning and others",
    "github": "annotations of a GitHub workflow",
    "gitlab": "GitLab's code quality report",
    "junit": "XML, as of a test run",
}
"""Each with what it is."""

FOR_PEOPLE = frozenset(("text", "concise"))

Write: TypeAlias = "Callable[[Outcome, Page], None]"


def writer(name: str) -> Write:
    """The function that writes one of `FORMATS`."""
    # A module named `json` would stand in the way of Python's own.
    module = "json_array" if name == "json" else name.replace("-", "_")
    write: Write = import_module(f"{__name__}.{module}").write
    return write
