from __future__ import annotations

import signal
from pathlib import Path

import pytest

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
