"""Await the coroutine where it is made."""

from __future__ import annotations

from collections.abc import Iterator

from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Fix
from spooky_asyncio.rewriting.awaiting import await_edits
from spooky_asyncio.rewriting.wording import shown_expression


def await_here(site: Site) -> Iterator[Fix]:
    if site.life.is_cared_for or site.life.caller is not None:
        # Awaited here, it could not be awaited where it is now; handed over, it is not called here.
        return
    if site.can_await(site.node):
        edits = await_edits(site.node, site.source, site.scopes)
        yield Fix(f"Await '{shown_expression(site.node)}'", edits, Applicability.SAFE)
