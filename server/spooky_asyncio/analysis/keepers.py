"""Functions of which the settings say that they see to awaitables: for what inference can't see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import translate


class Keepers:
    """`patterns` are qualified names in which `*` stands for anything."""

    def __init__(self, patterns: Sequence[str]) -> None:
        # Nothing but the star is special: `[` and `?` stand in no name.
        self._whole = [re.compile(translate(re.sub(r"([?\[])", r"[\1]", pattern))) for pattern in patterns]
        self._last = [re.compile(translate(pattern.rpartition(".")[2])) for pattern in patterns]

    def may_hold(self, name: str, aliases: Mapping[str, str]) -> bool:
        """Whether a function of that name may be one of them: the cheap question before the dear one."""
        return any(pattern.match(aliases.get(name, name)) for pattern in self._last)

    def hold(self, names: Iterable[str]) -> bool:
        """Whether one of the qualified names that a function has is that of one of them."""
        return any(pattern.match(name) for pattern in self._whole for name in names)
