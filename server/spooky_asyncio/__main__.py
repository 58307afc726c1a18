"""`python -m spooky_asyncio` is the `spooky` command."""

from spooky_asyncio.cli.main import main

if __name__ == "__main__":
    main(prog_name="spooky")
