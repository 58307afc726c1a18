"""Between places as a client counts them and as the model does.

The model counts code points, a client the code units of the encoding that was negotiated. Both count lines from 0 and
end them at line feeds and carriage returns only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lsprotocol import types

from spooky_asyncio import model
from spooky_asyncio.lsp.snapshots import Snapshot
from spooky_asyncio.source import split_lines

_UNITS: Mapping[str, Callable[[str], int]] = {
    # A lone surrogate, which JSON lets through, counts like any other character of its size.
    types.PositionEncodingKind.Utf8: lambda text: len(text.encode("utf-8", "surrogatepass")),
    types.PositionEncodingKind.Utf16: lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    types.PositionEncodingKind.Utf32: len,
}


@dataclass(frozen=True)
class Converter:
    """Converts places in one text."""

    lines: Sequence[str]
    encoding: str
    first: int = 0
    """The number that the model has for the first line: that of a notebook's cell comes after those of other cells."""

    @classmethod
    def of(cls, text: str, encoding: str, first: int = 0) -> Converter:
        return cls(split_lines(text), encoding, first)

    @classmethod
    def of_document(cls, document: Snapshot, encoding: str) -> Converter:
        """Between places in a document and in its program."""
        return cls.of(document.text, encoding, document.above.lines)

    def to_client(self, span: model.Range) -> types.Range:
        return types.Range(self._to_client(span.start), self._to_client(span.end))

    def edit(self, edit: model.Edit) -> types.TextEdit:
        last = self.lines[-1] if self.lines else ""
        if edit.range.start.line - self.first == len(self.lines) and last and not last.endswith(("\r", "\n")):
            # A line is to follow the last one, which does not end where others come after it in the model.
            end = self.to_client(model.Range(self._end, self._end))
            return types.TextEdit(end, "\n" + edit.content.removesuffix("\n"))
        return types.TextEdit(self.to_client(edit.range), edit.content)

    def from_client(self, span: types.Range) -> model.Range:
        return model.Range(self.position(span.start), self.position(span.end))

    def position(self, place: types.Position) -> model.Position:
        """A place past the end of its line is the line's end, one past the last line is the text's end."""
        if place.line >= len(self.lines):
            return self._end
        line = self.lines[place.line].rstrip("\r\n")
        return model.Position(place.line + self.first, self._code_points(line, place.character))

    def offset(self, place: types.Position) -> int:
        """The index of a place in the text."""
        position = self.position(place)
        return sum(map(len, self.lines[: position.line - self.first])) + position.column

    @property
    def _end(self) -> model.Position:
        last = self.lines[-1] if self.lines else ""
        if not last or last.endswith(("\r", "\n")):
            return model.Position(len(self.lines) + self.first, 0)
        return model.Position(len(self.lines) - 1 + self.first, len(last))

    def _to_client(self, position: model.Position) -> types.Position:
        index = position.line - self.first
        line = self.lines[index] if index < len(self.lines) else ""
        if line.isascii():
            return types.Position(index, position.column)
        return types.Position(index, _UNITS[self.encoding](line[: position.column]))

    def _code_points(self, line: str, units: int) -> int:
        if line.isascii():
            return min(units, len(line))
        width = _UNITS[self.encoding]
        counted = 0
        for column, character in enumerate(line):
            counted += width(character)
            if counted > units:
                # Also for a place in the middle of a character: it is moved to the character's start.
                return column
        return len(line)


def part_at(document: Snapshot, span: model.Range, encoding: str) -> tuple[str, int | None, Converter]:
    """The document that a part of a program lies in: its URI, its version and its places."""
    if document.holds(span):
        return document.uri, document.version, Converter.of_document(document, encoding)
    cell, first = document.above.cell_at(span.start.line)
    return cell.uri, cell.version, Converter.of(cell.text, encoding, first)
