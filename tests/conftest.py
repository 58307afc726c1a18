from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from spooky_asyncio import garbage

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As in a shell's background: processes that tests interrupt would inherit that, and not be interrupted.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="rewrite the fixes in the Markdown cases")


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test finds what another one has left, nor what the user's own runs have."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("SPOOKY_CACHE_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _ordinary_garbage(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A run says when its process has time to look for garbage; a test that runs one in this process does not."""
    monkeypatch.setattr(garbage, "_most", None)
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
