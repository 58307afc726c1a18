"""The rules: each names one step in the life of an awaitable that never comes."""

from __future__ import annotations

from spooky_asyncio.rules import (
    coroutine_never_awaited,
    task_exception_never_retrieved,
    task_never_awaited,
)
from spooky_asyncio.rules.base import Finding, Rule

RULES: tuple[Rule, ...] = (
    coroutine_never_awaited.RULE,
    task_never_awaited.RULE,
    task_exception_never_retrieved.RULE,
)

__all__ = ["RULES", "Finding", "Rule", "rule_named"]


def rule_named(name: str) -> Rule | None:
    return next((rule for rule in RULES if rule.name == name), None)
