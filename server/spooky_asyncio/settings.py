"""Every setting with its default, and the one parser for `[tool.spooky]` and for what editors send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from spooky_asyncio.model import Severity
from spooky_asyncio.rules import RULES

OFF = "off"


def _default_severities() -> dict[str, Severity | None]:
    return {rule.name: Severity.WARNING for rule in RULES}


@dataclass(frozen=True)
class Settings:
    """Field names are the setting names, in pyproject.toml and, after `spooky.`, in editors."""

    interpreter: str = ""
    """The Python of the project, whose packages are looked into. Empty: the project's virtual environment, else the
    active one."""
    exclude: tuple[str, ...] = ()
    """Files and folders that are not checked: patterns as in a .gitignore file, relative to the project's folder."""
    severity: Mapping[str, Severity | None] = field(default_factory=_default_severities)
    """How each rule reports: error, warning, information or hint; None, written `off`, for not at all."""

    def updated(self, values: object) -> tuple[Settings, list[str]]:
        """These settings with `values` over them, and a line for each value that is of no use; the old one holds."""
        problems: list[str] = []
        if not isinstance(values, Mapping):
            return self, [f"the settings must be a table, not {_shown(values)}"]
        changes: dict[str, Any] = {}
        for name, value in values.items():
            parser = _PARSERS.get(name)
            if parser is None:
                problems.append(f"unknown setting '{name}'; there are {', '.join(_PARSERS)}")
                continue
            try:
                changes[name], wrong = parser(self, value)
            except ValueError as error:
                wrong = [str(error)]
            problems += [f"setting '{name}' {problem}" for problem in wrong]
        return replace(self, **changes), problems


# Each parser returns the new value and what it made nothing of, or raises ValueError if that is all of it.


def _interpreter(_: Settings, value: object) -> tuple[str, list[str]]:
    if value is None:
        return "", []
    if not isinstance(value, str):
        raise ValueError(f"must be a path, not {_shown(value)}")
    return value, []


def _exclude(_: Settings, value: object) -> tuple[tuple[str, ...], list[str]]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"must be a list of patterns, not {_shown(value)}")
    wrong = [f"must hold patterns, not {_shown(item)}" for item in value if not isinstance(item, str)]
    return tuple(item for item in value if isinstance(item, str)), wrong


def _severity(old: Settings, value: object) -> tuple[Mapping[str, Severity | None], list[str]]:
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a table of rules and severities, not {_shown(value)}")
    severities, wrong = dict(old.severity), []
    allowed = [*(severity.value for severity in Severity), OFF]
    for rule, severity in value.items():
        if rule not in severities:
            wrong.append(f"names the unknown rule '{rule}'; there are {', '.join(severities)}")
        elif severity not in allowed:
            wrong.append(f"gives '{rule}' {_shown(severity)}, which is none of {', '.join(allowed)}")
        else:
            severities[rule] = None if severity == OFF else Severity(severity)
    return severities, wrong


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


_Parser: TypeAlias = Callable[[Settings, object], "tuple[Any, list[str]]"]

_PARSERS: dict[str, _Parser] = {"interpreter": _interpreter, "exclude": _exclude, "severity": _severity}
