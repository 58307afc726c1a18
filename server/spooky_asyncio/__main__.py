"""`python -m spooky_asyncio` is the `spooky` command."""

import os
import sys
from pathlib import Path

if sys.path[:1] in ([""], [os.getcwd()]) and Path(__file__).parents[1] != Path.cwd():
    # `-m` has modules looked for in the current folder first, which may be one that somebody else has written.
    del sys.path[0]

from spooky_asyncio.cli.main import main

if __name__ == "__main__":
    main(prog_name="spooky")
