"""Where the stubs of the standard library are: those that jedi brings along, which are read without it too."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def _folder() -> Path:
    spec = find_spec("jedi")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "third_party" / "typeshed" / "stdlib"


def module_of_stub(stub: Path) -> str | None:
    """The module of the standard library whose stub a file is."""
    if not stub.is_relative_to(_folder()):
        return None
    parts = stub.relative_to(_folder()).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def stub_of(module: str) -> Path | None:
    """The stub of a module of the standard library that jedi reads."""
    place = Path(_folder(), *module.split("."))
    found = (place.with_name(f"{place.name}.pyi"), place / "__init__.pyi")
    return next((file for file in found if file.is_file()), None)
