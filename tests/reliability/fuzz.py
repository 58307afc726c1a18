"""Looks for programs that break the analysis, guided by what each of them reaches in it.

usage: python tests/reliability/fuzz.py [--minutes N] [--seed SEED] [--corpus FOLDER] [--keep COUNT]

Needs atheris (the group `fuzz`); without it, it goes on by chance alone, and says so. What is found is written to
`tests/reliability/corpus`, in which it is a test from then on, and ends the run with an error. With `--keep`, inputs of
FOLDER are written there, too: at most so many, each of which reaches most lines that those before do not.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

LONGEST = 400
"""Bytes. A program has about a hundred choices."""
PATIENCE = 60
"""Seconds after which an input counts as one that hangs."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="what atheris goes on from, and adds to; a new one if not given")
    parser.add_argument("--keep", type=int, default=0, metavar="COUNT")
    given = parser.parse_args()
    if given.keep:
        return _keep(given.corpus, given.keep)
    corpus = given.corpus or Path(tempfile.mkdtemp(prefix="spooky-fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    try:
        import atheris
    except ImportError:
        print("atheris is not installed: inputs come by chance")
        return _by_chance(given.seed, given.minutes)
    with atheris.instrument_imports(include=["spooky_asyncio"]):
        import reliability.fuzzing  # noqa: F401 - what it imports is instrumented
    limits = (f"-max_total_time={round(given.minutes * 60)}", f"-max_len={LONGEST}", f"-timeout={PATIENCE}")
    # The artifacts are the same bytes that are kept as programs.
    options = (f"-seed={given.seed}", f"-artifact_prefix={corpus}/failed-", "-len_control=0", "-print_final_stats=1")
    atheris.Setup([sys.argv[0], *limits, *options, str(corpus)], _examine)
    print(f"corpus: {corpus}", flush=True)
    atheris.Fuzz()
    return 0


def _by_chance(seed: int, minutes: float) -> int:
    chosen = random.Random(seed)
    end, count = time.monotonic() + minutes * 60, 0
    while time.monotonic() < end:
        _examine(chosen.randbytes(chosen.randrange(LONGEST)))
        count += 1
    print(f"{count} inputs, no failure")
    return 0


def _examine(data: bytes) -> None:
    from reliability.fuzzing import examine, keep, versions

    texts = versions(data)
    try:
        examine(texts)
    except Exception:
        print(f"kept as {keep(_name(data), texts)}", flush=True)
        raise


def _name(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()[:10]


def _keep(corpus: Path, count: int) -> int:
    """Those that reach most first."""
    from reliability.fuzzing import keep, versions

    reached = {file: _lines_of(file.read_bytes()) for file in sorted(corpus.iterdir())}
    known: set[tuple[str, int]] = set()
    for _ in range(count):
        best = max(reached, key=lambda file: len(reached[file] - known))
        if not reached[best] - known:
            break
        known |= reached[best]
        data = best.read_bytes()
        print(f"{len(known)} lines with {keep(_name(data), versions(data))}")
    return 0


def _lines_of(data: bytes) -> set[tuple[str, int]]:
    """Of the analysis, which it runs."""
    from types import FrameType

    import spooky_asyncio
    from reliability.fuzzing import examine, versions

    package = str(Path(spooky_asyncio.__file__).parent)
    lines: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, argument: object) -> object:
        if not frame.f_code.co_filename.startswith(package):
            return None
        if event == "line":
            lines.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    texts = versions(data)
    sys.settrace(trace)
    try:
        examine(texts)
    finally:
        sys.settrace(None)
    return lines


if __name__ == "__main__":
    sys.exit(main())
