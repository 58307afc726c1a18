"""Every setting with its default, and the one parser for `[tool.spooky]` and for what editors send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

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
                changes[name] = parser(self, value)
            except ValueError as error:
                problems.append(f"setting '{name}' {error}")
        return replace(self, **changes), problems


def _interpreter(_: Settings, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"must be a path, not {_shown(value)}")
    return value


def _exclude(_: Settings, value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"must be a list of patterns, not {_shown(value)}")
    return tuple(value)


def _severity(old: Settings, value: object) -> Mapping[str, Severity | None]:
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a table of rules and severities, not {_shown(value)}")
    severities = dict(old.severity)
    allowed = [*(severity.value for severity in Severity), OFF]
    for rule, severity in value.items():
        if rule not in severities:
            raise ValueError(f"names the unknown rule '{rule}'; there are {', '.join(severities)}")
        if severity not in allowed:
            raise ValueError(f"gives '{rule}' {_shown(severity)}, which is none of {', '.join(allowed)}")
        severities[rule] = None if severity == OFF else Severity(severity)
    return severities


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


_PARSERS = {"interpreter": _interpreter, "exclude": _exclude, "severity": _severity}
