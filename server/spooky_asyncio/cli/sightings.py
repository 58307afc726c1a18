"""What was seen at run time and what is found by reading, side by side: for people, and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from spooky_asyncio.batch.beside import Comparison, Sighting
from spooky_asyncio.batch.outcome import Failure
from spooky_asyncio.cli.formats.json_array import failure_object, finding_object
from spooky_asyncio.cli.formats.text import finding_lines, width_on
from spooky_asyncio.cli.page import Page
from spooky_asyncio.cli.terminal import console, has_links_on
from spooky_asyncio.workspace.foreign import printable


def write(comparison: Comparison, page: Page) -> None:
    terminal = console(page.color, page.stream)
    write_sightings(comparison.sightings, terminal)
    for line in (*map(str, comparison.failures), *page.closing):
        terminal.print(Text(printable(line)), soft_wrap=True)


def write_sightings(sightings: Iterable[Sighting], terminal: Console) -> None:
    width, links = width_on(terminal), has_links_on(terminal.file)
    for sighting in sightings:
        for line in _lines(sighting, width, links):
            terminal.print(line, soft_wrap=True)
        terminal.print()


def _lines(sighting: Sighting, width: int, links: bool) -> Iterator[Text]:
    if sighting.finding is not None:
        yield from finding_lines(sighting.finding, width, links)
    else:
        yield Text(f"{printable(_seen(sighting))} [{sighting.rule}]", "bold")
    seen = _seen(sighting) if sighting.complaint is not None else f"not seen: {sighting.reason}"
    read = "found" if sighting.is_read else f"not found: {sighting.reason}"
    yield Text.assemble("  ", ("at run time:", "bold"), f" {printable(seen)}")
    yield Text.assemble("  ", ("by reading:", "bold"), f" {printable(read)}")


def _seen(sighting: Sighting) -> str:
    complaint = sighting.complaint
    assert complaint is not None
    times = f", {sighting.times} times" if sighting.times > 1 else ""
    maker = f", of {complaint.maker}" if complaint.maker else ""
    return f"{complaint.message}{maker}{times}"


def write_json(comparison: Comparison, page: Page) -> None:
    """An array as that of `check`, whose objects say besides who knows of the error."""
    objects = [*map(_object, comparison.sightings), *map(failure_object, comparison.failures)]
    json.dump(objects, page.stream, indent=2, ensure_ascii=True)
    page.stream.write("\n")


def _object(sighting: Sighting) -> dict[str, Any]:
    complaint = sighting.complaint
    if sighting.finding is not None:
        found = finding_object(sighting.finding)
    else:
        assert complaint is not None
        found = {**failure_object(Failure(complaint.message)), "code": complaint.rule, "severity": "warning"}
    seen = None if complaint is None else {"message": complaint.message, "times": sighting.times}
    return {**found, "at_run_time": seen, "by_reading": sighting.is_read, "reason": sighting.reason or None}
