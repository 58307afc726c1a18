"""What bytes mean for the fuzzer, and what must hold of it.

The bytes are the choices of the generator of programs, of `spoiling` and of `revisions`: whoever changes one of them
gets a program that differs in one place.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from generator import Settings as Size
from generator import Writer
from generator_forms import PRELUDE
from reliability.by_name import ByName
from reliability.spoiling import SPOILERS
from revisions import described, edited
from spooky_asyncio.analysis.story import stories
from spooky_asyncio.engine import Former, Report, analyze
from spooky_asyncio.revision import next_version
from spooky_asyncio.settings import Settings
from spooky_asyncio.source import Source, UnreadableSource, decoded

CORPUS = Path(__file__).parent / "corpus"
_NEXT = "# then it is edited:\n"
"""Between two versions of a program, where it is kept."""


class Choices(random.Random):
    """Chooses by bytes, and when these are used up at random, the same each time."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._data = iter(data)

    def random(self) -> float:
        byte = next(self._data, None)
        return super().random() if byte is None else byte / 256

    def getrandbits(self, k: int) -> int:
        taken = bytes(byte for _ in range((k + 7) // 8) for byte in [next(self._data, None)] if byte is not None)
        return int.from_bytes(taken, "little") % 2**k if taken else super().getrandbits(k)


def versions(data: bytes) -> list[str]:
    """A program, and what becomes of it by some edits."""
    chosen = Choices(data)
    program = Writer(chosen, Size(depth=3)).function("program")
    prelude = PRELUDE if chosen.random() < 0.8 else ""
    texts = [f"{prelude}\n\n{program}"]
    if chosen.random() < 0.3:
        texts[0] = _spoiled(texts[0], chosen)
    for _ in range(chosen.randrange(4)):
        change = edited if chosen.random() < 0.7 else _spoiled
        texts.append(change(texts[-1], chosen))
    return texts


def _spoiled(text: str, chosen: random.Random) -> str:
    spoiler = SPOILERS[chosen.choice(sorted(SPOILERS))]
    after = spoiler(text.encode("utf-8", "surrogatepass"), chosen)
    try:
        return decoded(after) if isinstance(after, bytes) else after
    except UnreadableSource:
        return text


def examine(texts: Sequence[str]) -> None:
    """Raises AssertionError, or what was raised within, if a version is not analyzed, is analyzed in another way after
    the one before than by itself, or has a fix that breaks it."""
    former: Report | None = None
    for text in texts:
        try:
            source = Source.from_text(text)
        except UnreadableSource:
            former = None
            continue
        report = analyze(source, Settings(), ByName(source))
        assert not report.failures, report.failures
        former = _revised(former, text)
        assert described(former) == described(report), "what came before tells"
        compiles = source.compiles()
        for diagnostic in report.diagnostics:
            assert report.lifecycles is not None
            stories(report.lifecycles, diagnostic.range.start.line)
            for fix in report.build_fixes(diagnostic):
                fixed = source.edited(fix.edits)
                assert not compiles or Source.from_text(fixed).compiles(), f"{fix.title}\n{fixed}"


def _revised(former: Report | None, text: str) -> Report:
    """As `Project.check_next` does it."""
    if former is None or former.lifecycles is None:
        source = Source.from_text(text)
        return analyze(source, Settings(), ByName(source))
    version = next_version(former.source, text)
    if isinstance(version, Source):
        return analyze(version, Settings(), ByName(version))
    version.apply()
    known = Former(former.lifecycles, version, same_answers=False)
    return analyze(version.source, Settings(), ByName(version.source), former=known)


def kept() -> Iterator[tuple[str, list[str]]]:
    """The programs in the corpus, by name."""
    for file in sorted(CORPUS.glob("*.txt")):
        text = file.read_bytes().decode("utf-8", "surrogatepass")
        yield file.stem, text.split(_NEXT)


def keep(name: str, texts: Sequence[str]) -> Path:
    """Write them where they are a test from then on."""
    CORPUS.mkdir(exist_ok=True)
    file = CORPUS / f"{name}.txt"
    file.write_bytes(_NEXT.join(texts).encode("utf-8", "surrogatepass"))
    return file
