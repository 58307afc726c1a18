"""All that keeps findings of one file quiet, and what of it was of use."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from spooky_asyncio.model import Diagnostic
from spooky_asyncio.source import Source
from spooky_asyncio.suppression import peers
from spooky_asyncio.suppression.comments import Comment, comments
from spooky_asyncio.suppression.own import MARK, Suppression, written_in


class Suppressions:
    """A file that has none costs no more than a look for a few words."""

    def __init__(self, source: Source, honour_peers: bool = True) -> None:
        self._source = source
        self._honour_peers = honour_peers
        self._used: set[tuple[Suppression, str]] = set()

    @cached_property
    def own(self) -> list[Suppression]:
        return written_in(self._comments, self._source) if MARK in self._source.text else []

    def silence(self, diagnostic: Diagnostic, others: Collection[Diagnostic] = ()) -> bool:
        """Whether it, one of all that were found, is not to be told. Every comment that wants it so is of use, for all
        could be meant to stay."""
        wanting = [one for one in self.own if one.silences(diagnostic, others)]
        self._used.update((one, diagnostic.rule) for one in wanting)
        return bool(wanting) or self._is_silenced_by_peers(diagnostic)

    def is_used(self, suppression: Suppression, rule: str | None = None) -> bool:
        """Whether it has silenced something; of one rule, if one is named."""
        return any(one == suppression and rule in (None, silenced) for one, silenced in self._used)

    def _is_silenced_by_peers(self, diagnostic: Diagnostic) -> bool:
        start, end = diagnostic.range.start.line, diagnostic.range.end.line
        return any(
            diagnostic.rule in rules and (start in comment.lines or end in comment.lines)
            for comment, rules in self._of_peers
        )

    @cached_property
    def _of_peers(self) -> list[tuple[Comment, frozenset[str]]]:
        if not self._honour_peers or not peers.may_be_in(self._source.text):
            return []
        found = ((comment, peers.silenced_by(comment)) for comment in self._comments)
        return [(comment, rules) for comment, rules in found if rules]

    @cached_property
    def _comments(self) -> list[Comment]:
        return list(comments(self._source))
