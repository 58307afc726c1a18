"""Source code that comes by standard input."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from spooky_asyncio.workspace.project import Project

NAMELESS = Path("<stdin>")
"""What is shown for the name of a text that came without one."""


def read() -> bytes:
    """Raises click.UsageError where there is no standard input: that is not the same as one without code."""
    if sys.stdin is None:
        raise click.UsageError("standard input is closed.")
    return sys.stdin.buffer.read()


def stand_in(project: Project, path: Path, text: str) -> None:
    """Let the project's other files see this text where they look into that file."""
    project.overlay = {path: text}.get
    project.reread(path)
