"""What the JSON array holds, an object in each line: for programs that read one after the other."""

from __future__ import annotations

import json

from spooky_asyncio.batch.outcome import Outcome
from spooky_asyncio.cli.formats.json_array import objects
from spooky_asyncio.cli.page import Page


def write(outcome: Outcome, page: Page) -> None:
    for item in objects(outcome):
        page.stream.write(json.dumps(item, ensure_ascii=True) + "\n")
