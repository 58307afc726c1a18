"""`python -m spooky_asyncio` is the `spooky` command."""

# What Python itself has imported by now; anything else might come from the current folder.
import os
import sys

if sys.path[:1] in ([""], [os.getcwd()]) and os.path.dirname(os.path.dirname(os.path.abspath(__file__))) != os.getcwd():
    # `-m` has modules looked for in the current folder first, which may be one that somebody else has written.
    del sys.path[0]

from spooky_asyncio.cli.main import main

if __name__ == "__main__":
    main(prog_name="spooky")
