"""Texts that somebody else has written, made fit to be shown: they must command neither terminal nor editor."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"


def printable(text: str) -> str:
    """`text` with its control characters spelled out: what a file holds must not command the terminal.

    So are the invisible ones that change the direction or order of what is read.
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_spelled, text))


def _spelled(character: str) -> str:
    # Emoji and some scripts join characters by invisible ones, which only change their shapes.
    if character in _JOINERS or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character
    return character.encode("unicode_escape").decode("ascii")


def lifeless(text: str) -> str:
    """The same for an editor's messages: VS Code makes a link of what is one in Markdown, and carries out a command
    that it names."""
    return printable(text).replace("](", "] (")
