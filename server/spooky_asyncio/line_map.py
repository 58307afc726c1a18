"""Where in a text the lines are that the nodes of a syntax tree count.

A tree that was parsed in one go counts the lines of its text. When one function of it is parsed anew, the lines of what
follows move, and the nodes there need not be touched for it: the new nodes count lines that no other node does, and a
map tells where all of them are in the text.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """Lines of a tree that follow one another in the text too: `count` of them, from `tree` and from `text` on."""

    tree: int
    text: int
    count: int


class LineMap:
    """Lines count from 1. Without pieces, those of the tree are those of the text."""

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        """`pieces` cover all of the text, in its order."""
        self.pieces = tuple(pieces)
        by_tree = sorted(self.pieces, key=lambda piece: piece.tree)
        self._trees = [piece.tree for piece in by_tree]
        self._moved = [piece.text - piece.tree for piece in by_tree]

    def in_text(self, line: int) -> int:
        """The line of the text that a line of the tree is."""
        index = bisect.bisect_right(self._trees, line) - 1
        return line + self._moved[index] if index >= 0 else line

    def in_tree(self, line: int) -> int:
        """The line of the tree that a line of the text is."""
        for piece in self.pieces:
            if piece.text <= line < piece.text + piece.count:
                return line + piece.tree - piece.text
        return line

    def replaced(self, first: int, count: int, tree: int, new: int, total: int) -> LineMap:
        """The map of a text in which `count` lines from `first` on have given way to `new` ones, which the tree counts
        from `tree` on. `total` is the number of lines before."""
        end, shift = first + count, new - count
        pieces = []
        for piece in self.pieces or (Piece(1, 1, total),):
            before = min(piece.count, first - piece.text)
            if before > 0:
                pieces.append(Piece(piece.tree, piece.text, before))
            skipped = max(0, end - piece.text)
            if skipped < piece.count:
                pieces.append(Piece(piece.tree + skipped, piece.text + skipped + shift, piece.count - skipped))
        if new:
            pieces.append(Piece(tree, first, new))
        return LineMap(sorted(pieces, key=lambda piece: piece.text))
