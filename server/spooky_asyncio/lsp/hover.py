"""What a finding means, shown where it stands."""

from __future__ import annotations

import re

from lsprotocol import types

from spooky_asyncio.lsp.checks import Checked
from spooky_asyncio.model import Diagnostic
from spooky_asyncio.rules import rule_named

_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&])")


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
    message = _MARKDOWN_SIGNS.sub(r"\\\1", diagnostic.message)
    return f"**{message}**\n\n{_explanation(diagnostic)}\n\n[{diagnostic.url}]({diagnostic.url})"


def _plain_text(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.message}\n\n{_explanation(diagnostic)}\n\n{diagnostic.url}"


def _explanation(diagnostic: Diagnostic) -> str:
    rule = rule_named(diagnostic.rule)
    return rule.explanation if rule else ""
