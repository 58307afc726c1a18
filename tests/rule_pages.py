"""The tables of fixes on the rules' pages: what each promises of a fix's title and safety."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spooky_asyncio.model import Applicability
from spooky_asyncio.rules import Rule

_ROW = re.compile(r"^\| `([^`]+)` \| ((?:un)?safe(?: or unsafe)?) \| .+ \|$", re.MULTILINE)


@dataclass(frozen=True)
class FixRow:
    title: str
    """As an editor shows it, with `…` for what is of the program."""
    safety: frozenset[Applicability]

    def describes(self, title: str) -> bool:
        return re.fullmatch(".+".join(map(re.escape, self.title.split("…"))), title) is not None


def fix_rows(rule: Rule) -> list[FixRow]:
    return [
        FixRow(title, frozenset(map(Applicability, safety.split(" or ")))) for title, safety in _ROW.findall(rule.page)
    ]
