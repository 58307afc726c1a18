"""Why a line has a finding, or none: the stories of its values, and what the rules and the comments make of them."""

from __future__ import annotations

from dataclasses import dataclass

from spooky_asyncio.analysis.story import Story, stories
from spooky_asyncio.engine import Report
from spooky_asyncio.model import Diagnostic
from spooky_asyncio.rules import RULES
from spooky_asyncio.settings import Settings


@dataclass(frozen=True)
class Verdict:
    story: Story
    findings: tuple[Diagnostic, ...]
    silence: str
    """Why there is none."""


def verdicts(report: Report, line: int, settings: Settings) -> list[Verdict]:
    """Of what may make an awaitable on a line, which counts from 0."""
    if report.lifecycles is None:
        return []
    return [_verdict(report, story, settings) for story in stories(report.lifecycles, line)]


def _verdict(report: Report, story: Story, settings: Settings) -> Verdict:
    place = report.source.range(story.node)
    assert report.lifecycles is not None
    waits = [place for life in report.lifecycles.lives if life.node is story.node for place in life.waits]
    places = [place, *map(report.source.range, waits)]
    found = tuple(one for one in report.diagnostics if one.range in places)
    if found:
        return Verdict(story, found, "")
    if not {story.node, *waits}.isdisjoint(report.silenced):
        return Verdict(story, (), "a comment keeps the finding quiet")
    off = [rule.name for rule in RULES if settings.severity[rule.name] is None]
    if not story.end and off:
        return Verdict(story, (), f"the settings switch off {', '.join(off)}")
    return Verdict(story, (), story.end or "other tasks that are waited for with it have somebody who thinks of them")
