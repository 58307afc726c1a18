"""The pages for users of each editor. What stands in their blocks is what the tests run."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "server" / "editors"
TRIED = ("vscode", "neovim", "emacs", "helix")
BY_DOCUMENTATION = ("zed", "sublime-text", "kate", "pycharm")


def text(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text("utf-8")


def blocks(name: str, language: str) -> list[tuple[str, str]]:
    """All blocks of a page in a language, each after the heading that it stands under."""
    heading, found = "", []
    for head, tongue, block in re.findall(r"^#+ ([^\n]*)$|^```(\w*)\n(.*?)^```$", text(name), re.MULTILINE | re.DOTALL):
        heading = head or heading
        if not head and tongue == language:
            found.append((heading, block))
    return found


def block(name: str, language: str, heading: str) -> str:
    """The one block in this language under a heading."""
    (found,) = [block for under, block in blocks(name, language) if under == heading]
    return found
