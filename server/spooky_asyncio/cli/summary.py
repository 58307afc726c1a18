"""What came of a run, in a line or a few."""

from __future__ import annotations

from collections import Counter

from spooky_asyncio.batch.outcome import Outcome


def summary(outcome: Outcome) -> str:
    """Empty where there was nothing to check."""
    if not outcome.checked:
        return "Nothing could be checked." if outcome.unchecked else ""
    accepted = f", besides {outcome.accepted} in the baseline" if outcome.accepted else ""
    if not outcome.findings:
        return f"No problems in {files(outcome)}{accepted}."
    hit = len({finding.path for finding in outcome.findings})
    return f"Found {count(len(outcome.findings), 'problem')} in {hit} of {files(outcome)}{accepted}."


def statistics(outcome: Outcome) -> list[str]:
    """How many problems each rule has found, those with most first; nothing of rules without any."""
    numbers = Counter(finding.diagnostic.rule for finding in outcome.findings)
    fixable = Counter(finding.diagnostic.rule for finding in outcome.findings if finding.fixes)
    width = len(str(max(numbers.values(), default=0)))
    return [
        f"{number:>{width}} {rule}, {fixable[rule]} with a fix"
        for rule, number in sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    ]


def files(outcome: Outcome) -> str:
    """How many were checked, and how well."""
    partly = f", {outcome.partly} of them only in part" if outcome.partly else ""
    unchecked = f"; {outcome.unchecked} could not be checked" if outcome.unchecked else ""
    return f"{count(outcome.checked, 'file')}{partly}{unchecked}"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
