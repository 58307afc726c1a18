"""What the terminal shows: colours, and hyperlinks."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TextIO

from rich.console import Console
from rich.style import Style

_LINKING_PROGRAMS = {
    "iTerm.app": (3, 1),
    "WezTerm": (20200620,),
    "vscode": (1, 72),
    "ghostty": (0,),
    "Hyper": (3,),
    "rio": (0,),
    "zed": (0,),
}
"""Terminals by what they call themselves in TERM_PROGRAM, each with the first version that has hyperlinks."""
_LINKING_TERMS = re.compile(r"(xterm-)?(kitty|ghostty|alacritty|foot|contour)\b")
_VTE = 5001
"""The first version of the library behind GNOME's terminals and many others whose hyperlinks do not end it."""
_KONSOLE = 201200


class _PipeConsole(Console):
    def on_broken_pipe(self) -> None:
        """rich would end the process here, with the status of a check that found something."""
        raise BrokenPipeError


def console(color: str, stream: TextIO) -> Console:
    """A stream, coloured `always`, `never` or, with `auto`, as the terminal and the environment say."""
    if color == "always":
        return _PipeConsole(file=stream, force_terminal=True, color_system="standard", no_color=False)
    if color == "never" or os.environ.get("NO_COLOR"):
        return _PipeConsole(file=stream, color_system=None)
    return _PipeConsole(file=stream)


def has_links_on(stream: IO[str]) -> bool:
    return has_links(os.environ, stream.isatty())


def has_links(environment: Mapping[str, str], is_terminal: bool) -> bool:
    """Whether a hyperlink is likely to be one there: a terminal cannot be asked, and an old one would show its code.

    FORCE_HYPERLINK decides where it is set, as it does for other programs.
    """
    forced = environment.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if not is_terminal or environment.get("CI") or "TMUX" in environment or environment.get("TERM") == "dumb":
        return False
    if "WT_SESSION" in environment or "DOMTERM" in environment:
        return True
    if _number(environment.get("VTE_VERSION")) >= _VTE or _number(environment.get("KONSOLE_VERSION")) >= _KONSOLE:
        return True
    least = _LINKING_PROGRAMS.get(environment.get("TERM_PROGRAM", ""))
    if least is not None:
        return tuple(map(int, re.findall(r"\d+", environment.get("TERM_PROGRAM_VERSION", "")))) >= least
    return _LINKING_TERMS.match(environment.get("TERM", "")) is not None


def link(path: Path) -> str | None:
    """The address of a file. It says all control characters of its name in escapes."""
    return path.as_uri() if path.is_absolute() else None


def linked(style: str, address: str | None) -> Style:
    return Style.parse(style) + Style(link=address)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
