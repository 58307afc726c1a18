"""Standard output and error, kept fit for pipelines: nothing strange gets in, and a closed pipe is no accident."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Callable
from typing import TextIO

import click

from spooky_asyncio.workspace.foreign import printable


def prepare(verbose: bool = False) -> None:
    """What holds for every command that prints."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A Windows console or a C locale can't show everything that a source file may hold.
            stream.reconfigure(errors="backslashreplace")
    # jedi warns while it imports and infers, Python while it parses: nobody who runs this can do anything about it.
    logging.captureWarnings(True)
    log = logging.getLogger()
    log.addHandler(logging.StreamHandler() if verbose else logging.NullHandler())


def written(write: Callable[[], None]) -> bool:
    """Write to standard output. False, and said on standard error, if that fails.

    That the reader has gone, as `head` does, is no failure: it has seen what it wanted.
    """
    if sys.stdout is None:
        return True
    try:
        write()
        sys.stdout.flush()
    except OSError as error:
        _discard(sys.stdout)
        # Windows says EINVAL of a closed pipe.
        if isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == 22):
            return True
        complain(f"cannot write to standard output: {error.strerror or error}")
        return False
    return True


def complain(line: str) -> None:
    """Say on standard error what went wrong."""
    try:
        click.echo(printable(line), err=True)
    except OSError:
        # Nobody listens there either; the exit status still tells.
        _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """What is still in its buffer would fail again when Python ends."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
    except (OSError, ValueError):
        pass
