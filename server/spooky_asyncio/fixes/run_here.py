"""Run the coroutine in an event loop of its own, where none runs yet and the code around has none."""

from __future__ import annotations

from collections.abc import Iterator

from spooky_asyncio.fixes.own_loop import run_on_own_loop
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Fix
from spooky_asyncio.rewriting.awaiting import surround
from spooky_asyncio.rewriting.wording import shown_expression


def run_here(site: Site) -> Iterator[Fix]:
    if site.life.is_cared_for or site.life.caller is not None:
        return
    if site.can_await(site.node) or not site.runs_outside_loop():
        return
    run = site.asyncio("run")
    if run is None or any(run_on_own_loop(site)):
        return
    edits = (*surround(site.node, f"{run.text}(", ")", site.source), *run.edits)
    # A plain function may be called by another module from inside an event loop, where asyncio.run fails. And it
    # leaves no current loop behind, which asyncio.get_event_loop then asks for in vain.
    is_safe = site.scopes.function(site.node) is None and "get_event_loop" not in site.source.text
    applicability = Applicability.SAFE if is_safe else Applicability.UNSAFE
    yield Fix(f"Run '{shown_expression(site.node)}' with {run.text}()", edits, applicability)
