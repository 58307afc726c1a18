from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from lsp.editor import Editor


@pytest_asyncio.fixture
async def editor() -> AsyncIterator[Editor]:
    """Not started yet; stopped after the test."""
    editor = Editor()
    yield editor
    if editor.client._server is not None:
        await editor.stop()
