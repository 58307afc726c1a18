from __future__ import annotations

import pytest
from lsprotocol import types

from lsp.editor import Editor, capabilities
from spooky_asyncio.rules import rule_named

pytestmark = pytest.mark.asyncio

URI = "untitled:Lost"
LOST = "class A:\n    async def __brew__(self):\n        pass\n\nasync def main(a: A):\n    a.__brew__()\n"
BOTH = (types.MarkupKind.Markdown, types.MarkupKind.PlainText)


@pytest.mark.parametrize(
    "formats", [BOTH, (types.MarkupKind.PlainText,), BOTH[::-1]], ids=["markdown", "plain", "both"]
)
async def test_message_explanation_and_link(editor: Editor, formats: tuple[types.MarkupKind, ...]) -> None:
    await editor.start(capabilities(hover_formats=formats))
    editor.open(URI, LOST)
    (found,) = await editor.diagnostics(URI)
    hover = await editor.hover(URI, 5, 8)
    rule = rule_named("coroutine-never-awaited")
    assert rule is not None
    assert hover is not None
    assert hover.range == found.range
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind == formats[0]
    text = hover.contents.value
    assert rule.explanation in text
    assert "At run time: `RuntimeWarning: coroutine 'A.__brew__' was never awaited`" in text
    assert text.endswith(f"({rule.url})" if formats[0] == types.MarkupKind.Markdown else rule.url)


async def test_nothing_elsewhere(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    assert await editor.hover(URI, 5, 4) is not None
    assert await editor.hover(URI, 5, 3) is None
    assert await editor.hover(URI, 5, 16) is None
    assert await editor.hover(URI, 1, 16) is None


async def test_right_after_an_edit(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    editor.edit(URI, 2, ((0, 0), (0, 0), "\n"))
    hover = await editor.hover(URI, 6, 8)
    assert hover is not None
    assert await editor.hover(URI, 5, 8) is None
