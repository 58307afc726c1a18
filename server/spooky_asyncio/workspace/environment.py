"""Where a Python interpreter has its packages, found without running it."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from pathlib import Path


class InterpreterError(Exception):
    """The interpreter named in the settings can't be used; the message says why in one line."""


def site_packages(interpreter: str, root: Path) -> list[Path]:
    """The package folders of `interpreter`, which may be a Python or the folder of an environment.

    An empty name stands for the virtual environment in `root`, else the active one, else the one that runs this.
    Raises InterpreterError.
    """
    if interpreter:
        path = (root / Path(interpreter).expanduser()).absolute()
        if not path.exists():
            raise InterpreterError(f"interpreter '{interpreter}' does not exist")
        if not path.is_file() and not path.is_dir():
            raise InterpreterError(f"interpreter '{interpreter}' is neither a program nor a folder")
        folders = _package_folders(_prefix(path))
        if not folders:
            raise InterpreterError(f"interpreter '{interpreter}' has no site-packages folder: is it a Python?")
        return folders
    for prefix in _environments(root):
        folders = _package_folders(prefix)
        if folders:
            return folders
    return [Path(folder) for folder in dict.fromkeys([*site.getsitepackages(), sysconfig.get_path("purelib")])]


def python(interpreter: str, root: Path) -> Path:
    """The program of the same interpreter. Raises InterpreterError."""
    if interpreter:
        path = (root / Path(interpreter).expanduser()).absolute()
        found = path if path.is_file() else _program(path)
        if found is None:
            raise InterpreterError(f"interpreter '{interpreter}' does not exist")
        return found
    return next(filter(None, map(_program, _environments(root))), Path(sys.executable))


def _environments(root: Path) -> list[Path]:
    """The virtual environments to look for, the first that there is to be taken."""
    active = (os.environ.get(name) for name in ("VIRTUAL_ENV", "CONDA_PREFIX"))
    return [root / ".venv", root / "venv", *(Path(name) for name in active if name)]


def _program(prefix: Path) -> Path | None:
    names = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
    return next((prefix / name for name in names if (prefix / name).is_file()), None)


def _prefix(interpreter: Path) -> Path:
    """The folder that an interpreter belongs to: that of its virtual environment, or where it is installed."""
    if interpreter.is_dir():
        return interpreter
    for python in (interpreter, interpreter.resolve()):
        for prefix in (python.parent, python.parent.parent):
            if _package_folders(prefix):
                return prefix
    return interpreter.parent


def _package_folders(prefix: Path) -> list[Path]:
    patterns = ("lib/python3*/site-packages", "lib/python3*/dist-packages", "lib/python3/dist-packages")
    found = [folder for pattern in patterns for folder in sorted(prefix.glob(pattern))]
    windows = prefix / "Lib" / "site-packages"
    return list(dict.fromkeys([*found, *([windows] if windows.is_dir() else [])]))
