"""`pytest --spooky`: what the interpreter complains of fails the test that made it, and findings fail their files.

Each run of pytest imports this, wherever the checker is installed, and with whatever pytest: nothing is imported at the
top, and nothing done before somebody asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_PARTS = ("run-time", "static")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("spooky", "asyncio errors (spooky-asyncio)").addoption(
        "--spooky",
        action="store_true",
        help="fail on coroutines and tasks never awaited and exceptions never retrieved: on those that happen in the "
        "tests, and on those found by reading the collected files",
    )
    parser.addini("spooky", "parts that are on without --spooky: run-time, static", "args", default=[])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "no_spooky: what --spooky would fail this test for is meant to happen")
    config.addinivalue_line("markers", "spooky: reads a file for asyncio errors (--spooky)")
    parts = _parts(config)
    if "run-time" in parts:
        from spooky_asyncio.pytest_plugin.at_run_time import AtRunTime

        config.pluginmanager.register(AtRunTime(config), "spooky-run-time")
    if "static" in parts:
        from spooky_asyncio.pytest_plugin.by_reading import ByReading

        config.pluginmanager.register(ByReading(), "spooky-static")


def _parts(config: pytest.Config) -> set[str]:
    parts = {part.strip(",") for part in config.getini("spooky")}
    unknown = parts.difference(_PARTS)
    if unknown:
        import pytest

        raise pytest.UsageError(f"spooky = {', '.join(sorted(unknown))}: the parts are {' and '.join(_PARTS)}")
    return set(_PARTS) if config.getoption("--spooky") else parts
