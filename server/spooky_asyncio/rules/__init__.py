"""The rules: each names one step in the life of an awaitable that never comes. And one that looks at comments."""

from __future__ import annotations

from spooky_asyncio.rules import (
    coroutine_never_awaited,
    task_exception_never_retrieved,
    task_never_awaited,
    unused_suppression,
)
from spooky_asyncio.rules.base import Finding, LifeRule, Rule

RULES: tuple[LifeRule, ...] = (
    coroutine_never_awaited.RULE,
    task_never_awaited.RULE,
    task_exception_never_retrieved.RULE,
)
ALL_RULES: tuple[Rule, ...] = (*RULES, unused_suppression.RULE)
"""With those that are about no awaitable: whatever has a name, a severity and a page."""

__all__ = ["ALL_RULES", "RULES", "Finding", "LifeRule", "Rule", "rule_named"]


def rule_named(name: str) -> Rule | None:
    return next((rule for rule in ALL_RULES if rule.name == name), None)
