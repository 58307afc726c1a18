"""Programs with marks on their lines, as the Markdown files of this folder hold them: one for each section."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    title: str
    text: str

    def __str__(self) -> str:
        return self.title

    @property
    def program(self) -> str:
        return re.search(r"^```python\n(.*?)^```$", self.text, re.MULTILINE | re.DOTALL)[1]

    def marked(self, mark: re.Pattern[str]) -> set[tuple[int, str]]:
        """The lines of the program that have a mark, and what it names."""
        lines = enumerate(self.program.splitlines(), 1)
        return {(line, rule) for line, text in lines for rule in mark.findall(text)}
