"""A comment of ours that keeps nothing quiet. Nothing is said where that can't be known."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from spooky_asyncio import HOME
from spooky_asyncio.analysis.lifecycle import LifeCycles
from spooky_asyncio.model import Applicability, Diagnostic, Edit, Fix, Range
from spooky_asyncio.rules.base import Rule
from spooky_asyncio.suppression import UNUSED
from spooky_asyncio.suppression.edits import removed, without
from spooky_asyncio.suppression.own import Name, Suppression
from spooky_asyncio.suppression.suppressions import Suppressions

RULE = Rule(
    name=UNUSED,
    url=f"{HOME}/blob/main/server/docs/suppression.md",
    documentation="All about such comments",
    tags=("asyncio", "maintainability"),
)


@dataclass(frozen=True)
class Unused:
    range: Range
    message: str
    fixes: tuple[Fix, ...]
    """The first is the preferred one."""


def check(
    suppressions: Suppressions,
    lifecycles: LifeCycles,
    shown: Collection[Diagnostic],
    judging: Collection[str],
    known: Collection[str],
) -> Iterator[Unused]:
    """After the rules: `judging` are the names of those that have looked at the file, `known` of all there are, and
    `shown` is what they have found that was not silenced."""
    for suppression in suppressions.own:
        yield from _Look(suppression, suppressions, lifecycles, shown, judging, known).unused()


@dataclass(frozen=True)
class _Look:
    """At one comment."""

    suppression: Suppression
    suppressions: Suppressions
    lifecycles: LifeCycles
    shown: Collection[Diagnostic]
    judging: Collection[str]
    known: Collection[str]

    def unused(self) -> Iterator[Unused]:
        names = self.suppression.names
        if self.suppression.is_misplaced:
            yield self._whole("this comment ignores nothing: 'ignore-file' has to be on a line above all statements")
        elif names is None:
            if (
                set(self.judging) == set(self.known)
                and not self.suppressions.is_used(self.suppression)
                and self._is_sure()
            ):
                yield self._whole(f"nothing to ignore {self._place}: no rule finds anything")
        elif not names:
            yield self._whole("this comment ignores nothing: there is no rule between its brackets")
        else:
            unknown = [name for name in names if name.text not in (*self.known, UNUSED)]
            idle = [name for name in names if self._is_idle(name)]
            if len(idle) == len(names) and self._is_sure():
                yield self._whole(f"nothing to ignore {self._place}: {_finds_nothing(names)}")
                return
            for name in unknown:
                yield self._misnamed(name)
            for name in idle if idle and self._is_sure() else ():
                message = f"nothing to ignore {self._place}: '{name.text}' finds nothing"
                yield Unused(name.range, message, (self._removal_of(name),))

    def _is_idle(self, name: Name) -> bool:
        return name.text in self.judging and not self.suppressions.is_used(self.suppression, name.text)

    def _is_sure(self) -> bool:
        """Whether the rules would have found what there is: with a package missing they might not."""
        known = self.lifecycles.callees.known
        if self.suppression.for_file:
            return known.all_imports
        return known.imports and known.calls(self.suppression.lines)

    @property
    def _place(self) -> str:
        return "in this file" if self.suppression.for_file else "here"

    def _whole(self, message: str) -> Unused:
        return Unused(self.suppression.span, message, (self._removal(),))

    def _misnamed(self, name: Name) -> Unused:
        message, fixes = f"there is no rule '{name.text}' to ignore", [self._removal_of(name)]
        close = next(iter(difflib.get_close_matches(name.text.lower(), [*self.known, UNUSED], n=1)), None)
        if close is not None:
            message += f"; did you mean '{close}'?"
            # Whoever meant to silence what is found here wants the name; that it was meant is only a guess.
            is_needed = any(one.rule == close and self.suppression.reaches(one) for one in self.shown)
            edit = Edit(name.range, close)
            fixes.insert(not is_needed, Fix(f"Write '{close}'", (edit,), Applicability.UNSAFE))
        return Unused(name.range, message, tuple(fixes))

    def _removal_of(self, name: Name) -> Fix:
        if self.suppression.names == (name,):
            return self._removal()
        return _safe(f"Take '{name.text}' out of the comment", without(name, self.suppression))

    def _removal(self) -> Fix:
        return _safe("Remove the comment", removed(self.suppression, self.lifecycles.source))


def _safe(title: str, edit: Edit) -> Fix:
    return Fix(title, (edit,), Applicability.SAFE)


def _finds_nothing(names: Collection[Name]) -> str:
    *others, last = dict.fromkeys(f"'{name.text}'" for name in names)
    if not others:
        return f"{last} finds nothing"
    return f"neither {', '.join(others)} nor {last} finds anything"
