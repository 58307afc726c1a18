"""What is imported at a start, in less time."""

from __future__ import annotations

import sys
import threading
import typing
from contextlib import suppress
from typing import Any

import attrs


def import_protocol() -> None:
    """Import lsprotocol, if nobody else has done so, so that attrs makes none of its 554 classes before it is used.

    A start uses a dozen of them, and to write and compile the methods of all takes half of its time. What a later
    version has no longer where it is looked for costs only that time.
    """
    if "lsprotocol.types" in sys.modules:
        return
    define = attrs.define

    def when_used(cls: Any = None, **options: Any) -> Any:
        if cls is None or options or "__init__" in vars(cls):
            return define(cls, **options)
        _Later(cls)
        return cls

    attrs.define = when_used  # type: ignore[assignment]
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        attrs.define = define
    with suppress(ImportError):
        from lsprotocol import _hooks

        # It would use them all, to tell them what the names in their annotations mean. `_resolved` tells each one.
        _hooks._resolved_forward_references = True


_making = threading.RLock()


class _Later:
    """In place of the fields of a class and of its `__init__`, until one of them is wanted."""

    def __init__(self, cls: Any) -> None:
        self._cls = cls
        self._is_made = False
        later = self

        def init(made: Any, *given: Any, **named: Any) -> None:
            later.make()
            cls.__init__(made, *given, **named)

        cls.__init__ = init
        cls.__attrs_attrs__ = self

    def __get__(self, _: object, __: type) -> Any:
        self.make()
        return self._cls.__attrs_attrs__

    def make(self) -> None:
        with _making:
            if not self._is_made:
                # The class itself, for others hold it by now; `init`, as there is one that only stands in for it.
                attrs.define(self._cls, slots=False, init=True, field_transformer=_resolved)
                self._is_made = True


def _resolved(cls: type, fields: list[Any]) -> list[Any]:
    """The fields with the types that annotations mean: as soon as a class has any, another thread may use them."""
    from lsprotocol.types import ALL_TYPES_MAP

    types = typing.get_type_hints(cls, ALL_TYPES_MAP, {})
    cls.__attrs_types_resolved__ = cls  # type: ignore[attr-defined]
    return [field.evolve(type=types.get(field.name, field.type)) for field in fields]
