"""The programs that the fuzzer has kept: those that reached most of the analysis, and those that broke it once."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from reliability.by_name import ByName
from reliability.fuzzing import examine, kept, versions
from spooky_asyncio.analysis.lifecycle import LifeCycles
from spooky_asyncio.engine import analyze
from spooky_asyncio.settings import Settings
from spooky_asyncio.source import Source, UnreadableSource

KEPT = dict(kept())


@pytest.mark.parametrize("name", KEPT)
def test_programs_that_were_kept(name: str) -> None:
    examine(KEPT[name])


@pytest.mark.once
def test_some_further_programs() -> None:
    chosen = random.Random(20261)
    for _ in range(60):
        examine(versions(chosen.randbytes(chosen.randrange(200))))


def _raise(*_: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("broken", "name", "breaks", "said"),
    [
        (LifeCycles, "lives", property(_raise), "internal error"),
        (Source, "edited", lambda *_: "(", "not valid Python"),
        (Source, "edited", lambda source, *_: f"{source.text}await x", "Await"),
        (LifeCycles, "revised", lambda lifecycles, *_, **__: lifecycles, "what came before"),
    ],
    ids=["in the analysis", "a fix that is no Python", "a fix that does not compile", "in a revision"],
)
def test_what_breaks_is_noticed(
    broken: type, name: str, breaks: object, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "async def brew(): ...\n\nasync def main():\n    brew()\n"
    texts = [text, text.replace("    brew()", "    x = 1\n    brew()")]
    examine(texts)
    monkeypatch.setattr(broken, name, breaks)
    with pytest.raises((AssertionError, UnreadableSource), match=said):
        examine(texts)


def test_inference_by_names_finds_what_there_is_to_fuzz() -> None:
    chosen = random.Random(1)
    sources = [Source.from_text(versions(chosen.randbytes(200))[0]) for _ in range(10)]
    reports = [analyze(source, Settings(), ByName(source)) for source in sources]
    rules = Counter(diagnostic.rule for report in reports for diagnostic in report.diagnostics)
    assert {"coroutine-never-awaited", "task-never-awaited"} <= rules.keys()
    assert any(fix for report in reports for diagnostic in report.diagnostics for fix in report.fixes(diagnostic))
