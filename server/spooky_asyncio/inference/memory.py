"""Answers that outlive the text they were given for: what was asked about a function that has not changed since, in a
file whose outline has not, is not asked again.

That holds as long as the other files stay as they are; whoever knows that they have changed makes a new memory.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

from spooky_asyncio.inference import Definition, Inference, Made, Named
from spooky_asyncio.inference.outline import Outline, Place, Spot
from spooky_asyncio.model import Position, Range
from spooky_asyncio.source import Source

V = TypeVar("V")

_Key: TypeAlias = "tuple[Spot, int, str, str]"
"""The spot and the column, the question and what else it is about."""

MOST_OUTLINES = 4
"""While somebody types, a text is broken and whole in turn."""

MOST_ANSWERS = 20_000
"""For one outline: as many as a large file has with a few versions of the function that is being written."""


MOST_FILES = 50


class AnswersOfFile:
    """What was asked about one file."""

    def __init__(self) -> None:
        self._by_outline: OrderedDict[bytes, dict[_Key, _Answer[Any]]] = OrderedDict()
        self._last: Version | None = None

    @property
    def has_any(self) -> bool:
        return any(self._by_outline.values())

    def of(self, source: Source) -> Version:
        self._last = Version(source, self._last, self._by_outline)
        return self._last


class Version:
    """One version of a file. Its outline is made when somebody first wants to know it: by then the tree must not belong
    to the next version yet."""

    def __init__(
        self, source: Source, former: Version | None, by_outline: OrderedDict[bytes, dict[_Key, _Answer[Any]]]
    ) -> None:
        """`former` may be much the same."""
        self._source = source
        # One that was not made by now must not be any more.
        self._former: Outline | None = vars(former).get("outline") if former is not None else None
        self._by_outline = by_outline

    @property
    def may_have_answers(self) -> bool:
        """Whether anything was asked about the file: that is known without its outline."""
        return any(self._by_outline.values())

    @cached_property
    def outline(self) -> Outline | None:
        """None where it can't be made. A thousand of `elif` are as many statements in one another: all is asked anew
        then."""
        former, self._former = self._former, None
        try:
            return Outline(self._source, former)
        except RecursionError:
            return None

    @cached_property
    def answers(self) -> dict[_Key, _Answer[Any]]:
        """Those that hold for it."""
        if self.outline is None:
            return {}
        answers = self._by_outline.pop(self.outline.digest, {})
        if len(answers) > MOST_ANSWERS:
            answers = {}
        self._by_outline[self.outline.digest] = answers
        while len(self._by_outline) > MOST_OUTLINES:
            self._by_outline.popitem(last=False)
        return answers


@dataclass(frozen=True)
class _Moving:
    """A definition in the file itself, which moves when lines above it come and go."""

    definition: Definition
    start: Place
    end: Place
    text: str
    """That of the unit in which it is."""

    @classmethod
    def of(cls, definition: Definition, outline: Outline) -> _Moving | None:
        start, end = outline.place(definition.range.start.line), outline.place(definition.range.end.line)
        return cls(definition, start, end, outline.text(start)) if start and end else None

    def at(self, outline: Outline) -> Definition | None:
        """Where it is now; None if that can't be told."""
        if outline.text(self.start) != self.text:
            return None
        start, end = self.definition.range.start, self.definition.range.end
        span = Range(replace(start, line=outline.line(self.start)), replace(end, line=outline.line(self.end)))
        return replace(self.definition, range=span)


class _Gone(Exception):
    """An answer names a place that can't be found any more."""


@dataclass(frozen=True)
class _Answer(Generic[V]):
    value: V
    moving: Mapping[Definition, _Moving]

    @classmethod
    def of(cls, value: V, outline: Outline) -> _Answer[V] | None:
        moving = {}
        for definition in _definitions_in(value):
            if definition.path is None:
                moved = _Moving.of(definition, outline)
                if moved is None:
                    return None
                moving[definition] = moved
        return cls(value, moving)

    def at(self, outline: Outline) -> V:
        """Raises _Gone."""
        if not self.moving:
            return self.value
        moved: V = _moved(self.value, partial(self._place, outline))
        return moved

    def _place(self, outline: Outline, definition: Definition) -> Definition:
        moving = self.moving.get(definition)
        if moving is None:
            return definition
        moved = moving.at(outline)
        if moved is None:
            raise _Gone
        return moved


def _definitions_in(value: object) -> list[Definition]:
    if isinstance(value, Made):
        return [value.definition] if value.definition else []
    return [one for one in value if isinstance(one, Definition)] if isinstance(value, list) else []


def _moved(value: Any, place: Callable[[Definition], Definition]) -> Any:
    if isinstance(value, Made):
        return replace(value, definition=value.definition and place(value.definition))
    return [place(one) for one in value]


class RememberingInference:
    """Answers as another inference does, which it asks only what was not answered yet."""

    def __init__(self, inference: Inference, failures: list[str], version: Version) -> None:
        """`failures` are those of the inference: what fails is not remembered."""
        self._inference = inference
        self._failures = failures
        self._version = version

    def settle(self) -> None:
        """Find out what a later one has to be compared by, while the tree belongs to this version."""
        _ = self._version.answers

    def agrees_with(self, former: object) -> bool:
        """Whether it answers about all but the function that was edited since as a former one has."""
        return isinstance(former, RememberingInference) and former._version.answers is self._version.answers

    def may_make_awaitable(self, name: str) -> bool:
        return self._inference.may_make_awaitable(name)

    def may_read_awaitable(self, name: str) -> bool:
        return self._inference.may_read_awaitable(name)

    def remembers(self, position: Position) -> bool:
        if not self._version.may_have_answers:
            return False
        outline, answers = self._version.outline, self._version.answers
        place = outline.place(position.line) if outline is not None else None
        if outline is None or place is None:
            return False
        spot = outline.spot(place)
        return any((spot, position.column, question, "") in answers for question in ("made by call", "made by reading"))

    def qualified_names(self, position: Position) -> frozenset[str]:
        return self._recall("qualified names", position, self._inference.qualified_names)

    def made_by_call(self, position: Position) -> Made | None:
        return self._recall("made by call", position, self._inference.made_by_call)

    def made_by_reading(self, position: Position) -> Made | None:
        return self._recall("made by reading", position, self._inference.made_by_reading)

    def made_by_calling_result(self, position: Position) -> Made | None:
        return self._recall("made by calling result", position, self._inference.made_by_calling_result)

    def awaited_members(self, position: Position) -> frozenset[str]:
        return self._recall("awaited members", position, self._inference.awaited_members)

    def made_by_method(self, position: Position, name: str) -> Made | None:
        return self._recall("made by method", position, lambda at: self._inference.made_by_method(at, name), name)

    def definitions(self, position: Position) -> list[Definition]:
        return self._recall("definitions", position, self._inference.definitions)

    def sure_definitions(self, position: Position) -> frozenset[Named]:
        return self._recall("sure definitions", position, self._inference.sure_definitions)

    def _recall(self, question: str, position: Position, ask: Callable[[Position], V], about: str = "") -> V:
        outline, answers = self._version.outline, self._version.answers
        place = outline.place(position.line) if outline is not None else None
        if outline is None or place is None:
            return ask(position)
        key = (outline.spot(place), position.column, question, about)
        known: _Answer[V] | None = answers.get(key)
        if known is not None:
            try:
                return known.at(outline)
            except _Gone:
                pass
        failed = len(self._failures)
        value = ask(position)
        answer = _Answer.of(value, outline)
        if answer is not None and len(self._failures) == failed:
            answers[key] = answer
        return value


class Memory:
    """The answers about the files of one project, those asked about last."""

    def __init__(self) -> None:
        self._files: OrderedDict[Path, AnswersOfFile] = OrderedDict()

    def of(self, source: Source, inference: Inference, failures: list[str]) -> Inference:
        if source.path is None:
            return inference
        answers = self._files.pop(source.path, None) or AnswersOfFile()
        self._files[source.path] = answers
        while len(self._files) > MOST_FILES:
            self._files.popitem(last=False)
        return RememberingInference(inference, failures, answers.of(source))

    def forget(self, unless: Path | None = None) -> None:
        """Other files have changed: all is to be asked again, but about the one that the others do not change."""
        kept = self._files.get(unless) if unless is not None else None
        self._files.clear()
        if unless is not None and kept is not None:
            self._files[unless] = kept

    def ask_again(self) -> None:
        """All that was answered is to be asked again. Files about which nothing was asked stay as they are."""
        for path in [path for path, answers in self._files.items() if answers.has_any]:
            del self._files[path]
