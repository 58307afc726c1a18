"""The streams that a process talks on, for nothing else to disturb."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO


def own_stdout() -> BinaryIO:
    """The real stdout, for one purpose alone: whatever else writes to stdout from now on writes to stderr."""
    sys.stdout.flush()
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own
