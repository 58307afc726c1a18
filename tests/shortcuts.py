"""The findings with all that saves time, and with none of it: they have to be the same.

usage: python tests/shortcuts.py FOLDER

Checks each Python file in the folder twice, and prints where the findings differ and how often inference was asked. The
shortcuts are: what types show to be plain, where they show something to be defined, what is imported and asked about
once, and what is remembered of former versions of a file. The index of names is none of them: it says what is looked at
in the first place. The cache has tests of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from spooky_asyncio.analysis.called_names import CalledNames
from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.analysis.making import Making
from spooky_asyncio.analysis.plain_values import PlainValues, Told
from spooky_asyncio.analysis.values import Values
from spooky_asyncio.inference.memory import Memory
from spooky_asyncio.inference.with_jedi import JediInference
from spooky_asyncio.model import Diagnostic
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project


@dataclass
class Counted:
    """How often inference was asked."""

    questions: int = 0
    diagnostics: dict[Path, list[Diagnostic]] = field(default_factory=dict)


@contextmanager
def _counting(counted: Counted) -> Iterator[None]:
    ask = JediInference._ask

    def noted(self: JediInference, what: str, position: object, question: object) -> object:
        counted.questions += 1
        return ask(self, what, position, question)  # type: ignore[arg-type]

    with patch.object(JediInference, "_ask", noted):
        yield


def fast(files: list[Path]) -> Counted:
    """Checked as the server does, twice: the second time from memory."""
    counted = Counted()
    project = Project.around(files[0])
    project.memory = Memory()
    with _counting(counted):
        for file in files:
            source = Source.from_file(file)
            project.check(source)
            counted.diagnostics[file] = project.check(source).diagnostics
    return counted


def slow(files: list[Path]) -> Counted:
    """Checked once, with each question asked."""
    counted = Counted()
    project = Project.around(files[0])
    shortcuts = (
        patch.object(Making, "told_of", lambda self, func: Told.NOTHING),
        patch.object(Callees, "_names_by_types", lambda self, func: None),
        patch.object(PlainValues, "told_of_annotated", lambda self, node: Told.NOTHING),
        patch.object(Callees, "_stored", lambda self, func, values: []),
        patch.object(Callees, "_parameter", lambda self, func: None),
        patch.object(Callees, "_is_of_standard_library", lambda self, func, values: False),
        patch.object(Values, "definitions", lambda self, func: None),
        patch.object(CalledNames, "place_to_ask", CalledNames.position_of),
    )
    with ExitStack() as stack:
        for shortcut in shortcuts:
            stack.enter_context(shortcut)
        stack.enter_context(_counting(counted))
        for file in files:
            counted.diagnostics[file] = project.check(Source.from_file(file)).diagnostics
    return counted


def main(arguments: list[str]) -> int:
    (folder,) = arguments
    files = sorted(Path(folder).absolute().rglob("*.py"))
    one, other = fast(files), slow(files)
    differences = 0
    for file in files:
        for diagnostic in {*one.diagnostics[file]} ^ {*other.diagnostics[file]}:
            differences += 1
            which = "only fast" if diagnostic in one.diagnostics[file] else "only slow"
            start = diagnostic.range.start
            print(f"{which}: {file}:{start.line + 1}:{start.column + 1}: {diagnostic.message}")
    print(f"{len(files)} files, {differences} differences; questions: {one.questions} fast, {other.questions} slow")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
