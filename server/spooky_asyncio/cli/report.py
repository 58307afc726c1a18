"""Write down what came of a check: on standard output, or into a file."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from spooky_asyncio.batch.outcome import Outcome
from spooky_asyncio.cli import streams
from spooky_asyncio.cli.formats import FOR_PEOPLE, writer
from spooky_asyncio.cli.page import Page
from spooky_asyncio.cli.summary import statistics, summary
from spooky_asyncio.workspace.writing import replace_file


def report(
    outcome: Outcome, output_format: str, color: str, file: Path | None, with_statistics: bool, shard: str = ""
) -> bool:
    """False, and said on standard error, if it can't be written. What people want to know at the end is said on
    standard output, if that is theirs."""
    write = writer(output_format)
    counts = statistics(outcome) if with_statistics else []
    closing = [*counts, *filter(None, [summary(outcome)])]
    if file is not None:
        text = io.StringIO()
        write(outcome, Page(text, "never" if color == "auto" else color, closing, shard))
        return saved(text.getvalue(), file) and streams.written(lambda: _say(closing))
    done = streams.written(lambda: write(outcome, Page(sys.stdout, color, closing, shard)))
    if output_format not in FOR_PEOPLE:
        for line in counts:
            streams.complain(line)
    return done


def _say(lines: Sequence[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def saved(text: str, file: Path) -> bool:
    """Write a report into a file. False, and said on standard error, if that fails."""
    try:
        _save(text.encode("utf-8", "backslashreplace"), file)
    except OSError as error:
        streams.complain(f"cannot write {file}: {error.strerror or error}")
        return False
    return True


def _save(data: bytes, file: Path) -> None:
    """Whoever reads the file sees the old report or the new one, and never half of one."""
    if file.exists() and not file.is_file():
        # A device or a pipe, such as /dev/stdout, which must not be replaced by a file.
        file.write_bytes(data)
        return
    # A link stays one.
    replace_file(Path(os.path.realpath(file)), data)
