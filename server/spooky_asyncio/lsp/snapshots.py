"""What is checked of a document: its text at one version. Knows nothing of the protocol."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from spooky_asyncio.lsp.cells import Above, python_text
from spooky_asyncio.model import Range

_DRIVE = re.compile(r"^file:///[A-Z](?=:)")


@dataclass(frozen=True)
class Snapshot:
    """A document's text at one version. `path` is None for a document that is no Python file."""

    uri: str
    version: int | None
    text: str
    path: Path | None
    notebook: Path | None = None
    is_cell: bool = False
    """Whether it is a cell of a notebook, which lies at `notebook` unless it was never saved."""
    above: Above = field(default_factory=Above)
    """The cells above it, whose lines come first in its program."""

    @property
    def program(self) -> str:
        """The text that is checked for it, in which places count."""
        return self.above.text + python_text(self.text) if self.is_cell else self.text

    def holds(self, span: Range) -> bool:
        """Whether a part of its program lies in the document itself."""
        return span.start.line >= self.above.lines

    @property
    def place(self) -> Path | None:
        """The file that it lies in."""
        return self.path or self.notebook


def key(uri: str) -> str:
    """The same for all spellings of a URI: some clients write `C:`, others `c:` or `c%3A`."""
    return _DRIVE.sub(lambda drive: drive[0].lower(), unquote(uri))
