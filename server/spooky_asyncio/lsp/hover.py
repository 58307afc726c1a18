"""What a finding means, shown where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from spooky_asyncio.lsp.checks import Checked
from spooky_asyncio.model import Diagnostic

if TYPE_CHECKING:
    from spooky_asyncio.rules import Rule


def hover(checked: Checked, place: types.Position, markdown: bool) -> types.Hover | None:
    """The innermost finding at `place`."""
    position = checked.converter.position(place)
    here = [found for found, _ in checked.findings if found.range.start <= position < found.range.end]
    if not here:
        return None
    innermost = max(here, key=lambda found: (found.range.start, _negated(found)))
    text = _markdown(innermost) if markdown else _plain_text(innermost)
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, text), checked.converter.to_client(innermost.range))


def _negated(diagnostic: Diagnostic) -> tuple[int, int]:
    end = diagnostic.range.end
    return -end.line, -end.column


def _markdown(diagnostic: Diagnostic) -> str:
    rule = _rule(diagnostic)
    return f"{_explanation(diagnostic)}\n\n[{rule.documentation if rule else 'Documentation'}]({diagnostic.url})"


def _plain_text(diagnostic: Diagnostic) -> str:
    return f"{_explanation(diagnostic)}\n\n{diagnostic.url}"


def _explanation(diagnostic: Diagnostic) -> str:
    """The rule's, with the interpreter's words for this very finding; editors show the message above it."""
    rule = _rule(diagnostic)
    if rule is None:
        return diagnostic.message
    at_run_time = f"At run time: `{diagnostic.complaint}`" if diagnostic.complaint else rule.at_run_time
    return f"{rule.explanation}\n\n{at_run_time}"


def _rule(diagnostic: Diagnostic) -> Rule | None:
    # The rules come with all that checks and fixes, for which the first finding should not have to wait.
    from spooky_asyncio.rules import rule_named

    return rule_named(diagnostic.rule)
