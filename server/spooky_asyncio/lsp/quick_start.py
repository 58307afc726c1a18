"""What is imported at a start, in less time."""

from __future__ import annotations

from functools import partial

import attrs


def import_protocol() -> None:
    """Import lsprotocol, before anybody else does, without the `repr` of its 554 classes: to write and compile these
    takes attrs a third of the time, a tenth of a second, and only pygls' debugging would show them."""
    define = attrs.define
    attrs.define = partial(define, repr=False)
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        attrs.define = define
