"""The rules' pages, on a terminal or in a pipe."""

from __future__ import annotations

import re
import sys

from spooky_asyncio.cli.names import rule
from spooky_asyncio.rules import ALL_RULES

_WIDEST = 100


def page(name: str) -> str:
    """The page of a rule, in Markdown. Raises click.UsageError for a rule that there isn't."""
    return rule(name).page


def overview() -> str:
    """All rules with the first sentence of their pages, in Markdown."""
    entries = [f"- **{each.name}**: {first_sentence(each.explanation)}\n" for each in ALL_RULES]
    return "".join([*entries, "\n`spooky explain RULE` says more.\n"])


def write(markdown: str) -> None:
    """Rendered for people, as it is for programs."""
    if not sys.stdout.isatty():
        sys.stdout.write(markdown)
        return
    from rich.markdown import Markdown

    from spooky_asyncio.cli.terminal import console

    terminal = console("auto", sys.stdout)
    terminal.print(Markdown(markdown), width=min(terminal.width, _WIDEST))


def first_sentence(explanation: str) -> str:
    paragraph = " ".join(explanation.partition("\n\n")[0].split())
    return re.split(r"(?<=[.!?:])\s", paragraph)[0]
