"""Where in a project a name occurs: the files to look through, and what the name is called in each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TypeAlias

from spooky_asyncio.analysis.callees import Callees

Mentioning: TypeAlias = Callable[[str], Iterable["Callees | None"]]
"""The other files of the project in which a name occurs; None for what can't be read as Python, or is too much."""


class Occurrences:
    """The files of a project, by the names in them. Without `mentioning`, there is no more than the one file."""

    def __init__(self, own: Callees, mentioning: Mentioning | None = None) -> None:
        self.own = own
        self._mentioning = mentioning
        self._files: dict[str, tuple[list[Callees], bool]] = {}

    def files(self, name: str) -> list[Callees]:
        """The files in which a name may occur, as far as they are known: the one of the finding first."""
        return self._found(name)[0]

    def aliased(self, name: str) -> list[tuple[Callees, str]] | None:
        """The files in which a name may occur, each with the name that it has there, once for each that imports give
        it; None if not all of them are known."""
        found: list[tuple[Callees, str]] = []
        seen, pending = {name}, [name]
        while pending:
            current = pending.pop()
            files, are_all = self._found(current)
            if not are_all:
                return None
            found += [(callees, current) for callees in files]
            new = {alias for callees in files for alias in _aliases(callees, current)} - seen
            seen |= new
            pending += new
        return found

    def _found(self, name: str) -> tuple[list[Callees], bool]:
        """The files, and whether these are all."""
        if name not in self._files:
            self._files[name] = self._find(name)
        return self._files[name]

    def _find(self, name: str) -> tuple[list[Callees], bool]:
        found, are_all = [self.own], True
        for callees in self._mentioning(name) if self._mentioning is not None else ():
            if callees is None:
                are_all = False
            else:
                found.append(callees)
        # What a file with a syntax error has lost may mention it too.
        return found, are_all and not any(callees.source.syntax_error for callees in found)


def _aliases(callees: Callees, name: str) -> set[str]:
    """What `from x import name as alias` makes of a name."""
    imports = (node for node in callees.scopes.order if isinstance(node, ast.ImportFrom))
    return {alias.asname for node in imports for alias in node.names if alias.name == name and alias.asname}
