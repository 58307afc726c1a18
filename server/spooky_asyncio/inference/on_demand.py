"""Inference by jedi, which is imported when there is the first question: that takes as long as to analyze a file, and
of many files types tell all."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from spooky_asyncio.inference import Definition, Made, Named
from spooky_asyncio.model import Position

if TYPE_CHECKING:
    from spooky_asyncio.inference.with_jedi import JediInference, JediProject

log = logging.getLogger(__name__)


class Names(Protocol):
    """What is known of names alone: a cheap no, or a perhaps."""

    def may_make(self, name: str) -> bool: ...
    def may_read(self, name: str) -> bool: ...


class Places:
    """Where the modules of a project are looked for: in its root, the standard library and the folders of packages."""

    def __init__(self, root: Path, packages: Iterable[Path]) -> None:
        self._root = root
        self._packages = packages

    @cached_property
    def jedi(self) -> JediProject:
        from spooky_asyncio.inference.with_jedi import jedi_project

        return jedi_project(self._root, self._packages)


class InferenceOnDemand:
    """About one text. See `Inference`."""

    def __init__(self, text: str, path: Path | None, places: Places, names: Names | None = None) -> None:
        """Without `names`, every name is asked about."""
        self._text = text
        self._path = path
        self._places = places
        self.names = names
        self.failures: list[str] = []

    @cached_property
    def _asked(self) -> JediInference:
        inference: JediInference = _jedi().JediInference(self._text, self._path, self._places.jedi, self.failures)
        return inference

    def prepare(self) -> None:
        """Read the text, if no question has made that necessary yet, before another version of it is read."""
        if _is_imported():
            self._asked.prepare()

    def may_make_awaitable(self, name: str) -> bool:
        return self.names is None or self.names.may_make(name)

    def may_read_awaitable(self, name: str) -> bool:
        return self.names is None or self.names.may_read(name)

    @property
    def was_asked(self) -> bool:
        return "_asked" in self.__dict__

    def remembers(self, position: Position) -> bool:
        return self.was_asked and bool(self._asked.remembers(position))

    def qualified_names(self, position: Position) -> frozenset[str]:
        return self._asked.qualified_names(position)

    def made_by_call(self, position: Position) -> Made | None:
        return self._asked.made_by_call(position)

    def made_by_reading(self, position: Position) -> Made | None:
        return self._asked.made_by_reading(position)

    def made_by_calling_result(self, position: Position) -> Made | None:
        return self._asked.made_by_calling_result(position)

    def awaited_members(self, position: Position) -> frozenset[str]:
        return self._asked.awaited_members(position)

    def made_by_method(self, position: Position, name: str) -> Made | None:
        return self._asked.made_by_method(position, name)

    def definitions(self, position: Position) -> list[Definition]:
        return self._asked.definitions(position)

    def sure_definitions(self, position: Position) -> frozenset[Named]:
        return self._asked.sure_definitions(position)


# What jedi is to be told when it is there

_most_bytes: int | None = None
_texts: dict[Path, tuple[str, Places]] = {}


@cache
def _jedi() -> ModuleType:
    """The module that asks jedi, which is told first what has come to pass before."""
    from spooky_asyncio.inference import with_jedi

    if _most_bytes is not None:
        with_jedi.keep_at_most(_most_bytes)
    for path, (text, places) in _texts.items():
        _let_read(text, path, places)
    _texts.clear()
    return with_jedi


def _let_read(text: str, path: Path, places: Places) -> None:
    from spooky_asyncio.inference.with_jedi import read_instead

    try:
        read_instead(text, path, places.jedi)
    except Exception:
        log.exception("jedi can't read %s as it stands in the editor", path)


def _is_imported() -> bool:
    return _jedi.cache_info().currsize > 0


def keep_at_most(size: int) -> None:
    """So many bytes of parsed files are kept in memory from now on."""
    global _most_bytes
    _most_bytes = size
    if _is_imported():
        _jedi().keep_at_most(size)


def make_room() -> int:
    """Throw parsed files out of memory if there are too many. Returns how often that was necessary: what jedi was asked
    when that was another number must not be asked on, by whoever it was asked."""
    rooms_made: int = _jedi().make_room() if _is_imported() else 0
    return rooms_made


def read_instead(text: str, path: Path, places: Places) -> None:
    """Let jedi take a text for that of a file, as long as the file does not change on disk and is not detached."""
    if _is_imported():
        _let_read(text, path, places)
    else:
        _texts[path] = text, places


def detach(path: Path | None) -> None:
    """Let jedi parse a file anew next time."""
    if _is_imported():
        _jedi().detach(path)
    elif path is not None:
        _texts.pop(path, None)


@contextlib.contextmanager
def aside(path: Path | None) -> Iterator[None]:
    """Put aside what was parsed of a file, so that other versions of it can be parsed meanwhile. Whoever asked about
    the former can go on afterwards."""
    if _is_imported():
        with _jedi().aside(path):
            yield
        return
    try:
        yield
    finally:
        # Another version may have been what was asked about first.
        if _is_imported():
            _jedi().detach(path)
