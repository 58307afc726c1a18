"""The rules' pages, on a terminal or in a pipe."""

from __future__ import annotations

import difflib
import re
import sys

import click

from spooky_asyncio.rules import RULES, Rule, rule_named

_WIDEST = 100


def page(name: str) -> str:
    """The page of a rule, in Markdown. Raises click.UsageError for a rule that there isn't."""
    return rule(name).page


def rule(name: str) -> Rule:
    """Raises click.UsageError, which names the rules there are, for one that there isn't."""
    found = rule_named(name)
    if found is None:
        names = [rule.name for rule in RULES]
        close = difflib.get_close_matches(name, names, n=1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        raise click.UsageError(f"there is no rule '{name}'.{hint} The rules are {', '.join(names)}.")
    return found


def overview() -> str:
    """All rules with the first sentence of their pages, in Markdown."""
    entries = [f"- **{rule.name}**: {_first_sentence(rule.explanation)}\n" for rule in RULES]
    return "".join([*entries, "\n`spooky explain RULE` says more.\n"])


def write(markdown: str) -> None:
    """Rendered for people, as it is for programs."""
    if not sys.stdout.isatty():
        sys.stdout.write(markdown)
        return
    from rich.markdown import Markdown

    from spooky_asyncio.cli.text import console

    terminal = console("auto")
    terminal.print(Markdown(markdown), width=min(terminal.width, _WIDEST))


def _first_sentence(explanation: str) -> str:
    paragraph = " ".join(explanation.partition("\n\n")[0].split())
    return re.split(r"(?<=[.!?:])\s", paragraph)[0]
