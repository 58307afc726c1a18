"""Every setting with its default, and the one parser for `[tool.spooky]` and for what editors send."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from pathlib import Path
from typing import Any, TypeAlias

from spooky_asyncio.model import Severity

OFF = "off"


class Scope(str, Enum):
    OPEN = "open"
    """The documents that are open in the editor."""
    WORKSPACE = "workspace"
    """All files of the workspace's folders."""


class LogLevel(str, Enum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    DEBUG = "debug"


def _default_severities() -> dict[str, Severity | None]:
    # Not for who only hands settings on: the server's rules are in another process.
    from spooky_asyncio.rules import ALL_RULES

    return {rule.name: Severity.WARNING for rule in ALL_RULES}


@dataclass(frozen=True)
class Settings:
    """A setting is called as its field in pyproject.toml, with hyphens (`peer-suppressions`), and in editors after
    `spooky.`, in camel case (`spooky.peerSuppressions`). Both ways of writing are understood in both places."""

    enable: bool = True
    """Whether anything is checked at all: without it, all files are excluded."""
    interpreter: str = ""
    """The Python of the project, whose packages are looked into. Empty: the project's virtual environment, else the
    active one."""
    scope: Scope = Scope.OPEN
    """Which files the language server checks."""
    exclude: tuple[str, ...] = ()
    """Files and folders that are not checked: patterns as in a .gitignore file, relative to the project's folder."""
    severity: Mapping[str, Severity | None] = field(default_factory=_default_severities)
    """How each rule reports: error, warning, information or hint; None, written `off`, for not at all."""
    keepers: tuple[str, ...] = ()
    """Functions that see to awaitables: what is handed to them, and tasks that they return, are in good hands. They are
    qualified names (`app.jobs.spawn`, `app.jobs.Jobs.spawn`), in which `*` stands for anything."""
    baseline: str = ""
    """A file with findings that were accepted, relative to the project's folder; runs over many files do not tell them.
    Editors do: whoever has the code before their eyes can mend it. So this is no setting of theirs."""
    peer_suppressions: bool = True
    """Whether comments by which other checkers are told to ignore the same thing count here too."""
    log_level: LogLevel = LogLevel.INFO
    """What the language server's log tells: this and what is more severe. It has one log for all projects, so this is a
    setting of the editor, and does nothing in pyproject.toml."""

    def updated(self, values: object, *, by_editor: bool = False) -> tuple[Settings, list[str]]:
        """These settings with `values` over them, and a line for each value that is of no use; the old one holds."""
        problems: list[str] = []
        if not isinstance(values, Mapping):
            return self, [f"the settings must be a table, not {_shown(values)}"]
        changes: dict[str, Any] = {}
        for name, value in values.items():
            known = _field_name(name)
            if known not in _PARSERS:
                write, elsewhere = (in_editors, OF_PROJECTS) if by_editor else (in_pyproject, OF_EDITORS)
                names = [write(one) for one in _PARSERS if one not in elsewhere]
                problems.append(f"unknown setting '{name}'{_hint(name, names)}; there are {', '.join(names)}")
                continue
            if known in OF_EDITORS and not by_editor:
                problems.append(f"setting '{name}' can be set in editors only")
                continue
            if known in OF_PROJECTS and by_editor:
                problems.append(f"setting '{name}' can be set in pyproject.toml only")
                continue
            try:
                changes[known], wrong = _PARSERS[known](self, value)
            except ValueError as error:
                wrong = [str(error)]
            problems += [f"setting '{name}' {problem}" for problem in wrong]
        return replace(self, **changes), problems


@dataclass(frozen=True)
class EditorSettings:
    """What an editor says, as it came."""

    everywhere: Any = field(default_factory=dict)
    folders: Mapping[Path, Any] = field(default_factory=dict)
    """What goes over it in some of the folders that are open."""

    def at(self, root: Path) -> Any:
        """For the project in a folder: the innermost of `folders` around it counts, or the first within it."""
        around = [folder for folder in (root, *root.parents) if folder in self.folders]
        within = [folder for folder in self.folders if root in folder.parents]
        own: Any = next((self.folders[folder] for folder in (*around, *within)), None)
        if own is None:
            return self.everywhere
        if isinstance(own, Mapping) and isinstance(self.everywhere, Mapping):
            return {**self.everywhere, **own}
        return own


OF_EDITORS = frozenset({"log_level"})
"""The fields of what one server has for all its projects."""

OF_PROJECTS = frozenset({"baseline"})
"""The fields of what no editor has a say in."""


def in_pyproject(name: str) -> str:
    return name.replace("_", "-")


def in_editors(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _field_name(name: object) -> str:
    """The field that is meant by a name written in either way."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda letter: "_" + letter[0].lower(), str(name).replace("-", "_"))


# Each parser returns the new value and what it made nothing of, or raises ValueError if that is all of it.


def _yes_or_no(_: Settings, value: object) -> tuple[bool, list[str]]:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {_shown(value)}")
    return value, []


def _one_of(choices: type[Enum]) -> _Parser:
    allowed = [choice.value for choice in choices]

    def parse(_: Settings, value: object) -> tuple[Enum, list[str]]:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}, not {_shown(value)}{_hint(value, allowed)}")
        return choices(value), []

    return parse


def _path(_: Settings, value: object) -> tuple[str, list[str]]:
    if value is None:
        return "", []
    if not isinstance(value, str):
        raise ValueError(f"must be a path, not {_shown(value)}")
    return value, []


def _list_of(what: str) -> _Parser:
    def parse(_: Settings, value: object) -> tuple[tuple[str, ...], list[str]]:
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"must be a list of {what}, not {_shown(value)}")
        wrong = [f"must hold {what}, not {_shown(item)}" for item in value if not isinstance(item, str)]
        return tuple(item for item in value if isinstance(item, str)), wrong

    return parse


def _severity(old: Settings, value: object) -> tuple[Mapping[str, Severity | None], list[str]]:
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a table of rules and severities, not {_shown(value)}")
    severities, wrong = dict(old.severity), []
    allowed = [*(severity.value for severity in Severity), OFF]
    for rule, severity in value.items():
        if rule not in severities:
            hint = _hint(rule, severities)
            wrong.append(f"names the unknown rule '{rule}'{hint}; there are {', '.join(severities)}")
        elif severity not in allowed:
            hint = _hint(severity, allowed)
            wrong.append(f"gives '{rule}' {_shown(severity)}{hint}, which is none of {', '.join(allowed)}")
        else:
            severities[rule] = None if severity == OFF else Severity(severity)
    return severities, wrong


def closest(name: object, names: Iterable[str]) -> str | None:
    """What is meant, perhaps, by a name that nobody knows."""
    return next(iter(difflib.get_close_matches(str(name), names, n=1)), None)


def _hint(name: object, names: Iterable[str]) -> str:
    meant = closest(name, names)
    return f" (did you mean '{meant}'?)" if meant else ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


_Parser: TypeAlias = Callable[[Settings, object], "tuple[Any, list[str]]"]

_PARSERS: dict[str, _Parser] = {
    "enable": _yes_or_no,
    "interpreter": _path,
    "scope": _one_of(Scope),
    "exclude": _list_of("patterns"),
    "severity": _severity,
    "keepers": _list_of("qualified names"),
    "baseline": _path,
    "peer_suppressions": _yes_or_no,
    "log_level": _one_of(LogLevel),
}
assert list(_PARSERS) == [field.name for field in fields(Settings)]
