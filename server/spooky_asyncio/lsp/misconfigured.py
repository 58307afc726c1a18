"""What is wrong with the settings in a pyproject.toml, shown where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types
from pygls.uris import from_fs_path

from spooky_asyncio.lsp.diagnostics import SOURCE
from spooky_asyncio.lsp.pulling import Found
from spooky_asyncio.lsp.requests import ProjectProblems
from spooky_asyncio.source import UnreadableSource, read_text, split_lines
from spooky_asyncio.workspace.paths import CONFIGURATION

_CODE = "settings"


def misconfigured(project: ProjectProblems) -> Found:
    """The problems of a project's own settings, none if there are none."""
    file = project.root / CONFIGURATION
    beginning = f"{file}: "
    problems = [one.removeprefix(beginning) for one in project.problems if one.startswith(beginning)]
    if project.interpreter_is_own:
        problems += [one for one in project.problems if one.startswith("interpreter '")]
    lines: Sequence[str] = ()
    if problems:
        try:
            lines = split_lines(read_text(file))
        except UnreadableSource:
            # It is said at the top of the file.
            lines = ()
    diagnostics = [_diagnostic(problem, lines) for problem in problems]
    return Found(from_fs_path(str(file)) or "", None, diagnostics)


def _diagnostic(problem: str, lines: Sequence[str]) -> types.Diagnostic:
    message = problem.removeprefix("[tool.spooky] ")
    row = _row(message, lines)
    text = lines[row].rstrip() if row < len(lines) else ""
    start = types.Position(row, len(text) - len(text.lstrip()))
    # In ASCII, as keys mostly are, all encodings count alike.
    end = types.Position(row, len(text) if text.isascii() else start.character)
    return types.Diagnostic(
        types.Range(start, end), message, types.DiagnosticSeverity.Warning, code=_CODE, source=SOURCE
    )


def _row(message: str, lines: Sequence[str]) -> int:
    """The line that a problem is about: a key of our table, a table within it, or where TOML stops to be TOML."""
    at_line = re.search(r"\(at line (\d+)", message)
    if at_line is not None:
        return min(int(at_line[1]), max(len(lines), 1)) - 1
    begin = next((row for row, line in enumerate(lines) if re.match(r"\s*\[\s*tool\s*\.\s*spooky\b", line)), 0)
    if message.startswith("interpreter '"):
        message = "'interpreter'"
    # The last name is the most exact one: a rule in the table of severities.
    for name in reversed(re.findall(r"'([^']+)'", message.partition("; there are")[0])):
        keys = re.compile(rf"""\s*(["']?){re.escape(name)}\1\s*=|\s*\[tool\.(spooky\.)?{re.escape(name)}\s*\]""")
        for row in range(begin, len(lines)):
            if keys.match(lines[row]):
                return row
    return begin
