"""`python -m spooky_asyncio` is the `spooky` command."""

# What Python itself has imported by now; anything else might come from the current folder.
import os
import sys

if sys.path[:1] in ([""], [os.getcwd()]) and os.path.dirname(os.path.dirname(os.path.abspath(__file__))) != os.getcwd():
    # `-m` has modules looked for in the current folder first, which may be one that somebody else has written.
    del sys.path[0]


def main() -> None:
    """Run the program. A server's process that analyzes is started before anything else is imported: both import at the
    same time what they need, and that takes as long as all else that an editor waits for."""
    if sys.argv[1:2] == ["server"] and {"-h", "--help"}.isdisjoint(sys.argv):
        from spooky_asyncio.lsp.launch import launch_ahead

        launch_ahead()
    from spooky_asyncio.cli.main import main as run

    run(prog_name="spooky")


if __name__ == "__main__":
    main()
