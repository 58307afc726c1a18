"""What a format writes to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class Page:
    stream: TextIO
    color: str = "never"
    """`always`, `never` or `auto`."""
    closing: Sequence[str] = ()
    """What people are told at the end."""
    shard: str = ""
    """Which part of a run it is of, `1/4` say; empty for all of it."""

    @property
    def stands_alone(self) -> bool:
        """Whether nobody sees standard error beside it, so that failures must be said in it, also to people."""
        return self.stream is not sys.stdout
