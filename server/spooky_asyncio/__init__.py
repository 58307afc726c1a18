"""Finds, explains and fixes the three spooky asyncio errors: in editors, and on the command line."""

__version__ = "0.1.0"

HOME = "https://github.com/spooky-asyncio/spooky-asyncio"
