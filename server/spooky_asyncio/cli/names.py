"""Names that are typed by people: those of rules and severities, read with a hint where one is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

from spooky_asyncio.batch.outcome import Overrides
from spooky_asyncio.model import Severity
from spooky_asyncio.rules import ALL_RULES, Rule, rule_named
from spooky_asyncio.settings import OFF, closest

SEVERITIES = (*(severity.value for severity in Severity), OFF)


def rule(name: str) -> Rule:
    """Raises click.UsageError, which names the rules there are, for one that there isn't."""
    found = rule_named(name)
    if found is None:
        names = [rule.name for rule in ALL_RULES]
        raise click.UsageError(f"there is no rule '{name}'.{hint(name, names)} The rules are {', '.join(names)}.")
    return found


def rules(values: Iterable[str]) -> frozenset[str]:
    """From values that each hold a rule or several, between commas. Raises click.UsageError."""
    return frozenset(rule(name).name for name in _parts(values))


def severities(values: Iterable[str]) -> dict[str, Severity | None]:
    """From values that each hold `RULE=SEVERITY`, or several between commas. Raises click.UsageError."""
    found: dict[str, Severity | None] = {}
    for part in _parts(values):
        name, given, severity = (word.strip() for word in part.partition("="))
        if not given:
            raise click.UsageError(f"'{part}' is not RULE=SEVERITY.")
        if severity not in SEVERITIES:
            meant = hint(severity, SEVERITIES)
            raise click.UsageError(
                f"there is no severity '{severity}'.{meant} The severities are {', '.join(SEVERITIES)}."
            )
        found[rule(name).name] = None if severity == OFF else Severity(severity)
    return found


def overrides(
    interpreter: str | None, select: Iterable[str], ignore: Iterable[str], severity: Iterable[str]
) -> Overrides:
    """What the options want. A rule that is ignored is, whatever else is said of it. Raises click.UsageError."""
    severity_of: Mapping[str, Severity | None] = {**severities(severity), **dict.fromkeys(rules(ignore))}
    return Overrides(interpreter=interpreter, select=rules(select), severity=severity_of)


def _parts(values: Iterable[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def hint(name: str, names: Iterable[str]) -> str:
    """A sentence to go behind another, or nothing."""
    meant = closest(name, names)
    return f" Did you mean '{meant}'?" if meant else ""
